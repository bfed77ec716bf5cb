#!/bin/sh
# Fuzzes every target for SECONDS_EACH seconds (60), or those given as arguments, from the kept inputs on; as many at
# once as there are processors. Findings are left in fuzz/artifacts/, the corpus in fuzz/corpus/. With KEEP=1 what the
# corpus covers, however often an input runs through it, is then kept in as few and short inputs as can be in
# fuzz/corpora/.
set -eu
cd "$(dirname "$0")/.."

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
# The sanitizer and the coverage hooks are there in the stable compiler, but not yet stable.
export RUSTC_BOOTSTRAP=1
node fuzz/seeds.js
targets=${*:-$(cargo fuzz list)}
cargo fuzz build
for target in $targets; do mkdir -p "fuzz/corpus/$target"; done
printf '%s\n' $targets | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I TARGET \
  cargo fuzz run TARGET fuzz/corpus/TARGET fuzz/seeds/TARGET -- \
  -max_total_time="${SECONDS_EACH:-60}" -max_len=8192 -timeout=10 -verbosity=0 -print_final_stats=1
[ -n "${KEEP:-}" ] || exit 0
for target in $targets; do
  smallest=$(mktemp -d)
  cargo fuzz run "$target" "$smallest" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -merge=1 \
    -use_counters=0 -max_len=2048
  node fuzz/seeds.js keep "$target" "$smallest"
  rm -r "$smallest"
done
