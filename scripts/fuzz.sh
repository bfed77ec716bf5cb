#!/bin/sh
# Fuzzes every target for SECONDS_EACH seconds (60), or those given as arguments.
# Findings are left in fuzz/artifacts/, the corpus in fuzz/corpus/.
set -eu
cd "$(dirname "$0")/.."

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
# The sanitizer and the coverage hooks are there in the stable compiler, but not yet stable.
export RUSTC_BOOTSTRAP=1
node fuzz/seeds.js
for target in ${*:-$(cargo fuzz list)}; do
  mkdir -p "fuzz/corpus/$target"
  cargo fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time="${SECONDS_EACH:-60}" -max_len=8192 -timeout=10 -print_final_stats=1
done
