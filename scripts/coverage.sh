#!/bin/sh
# Runs all tests with coverage and prints which lines of lib/ and src/ they do not reach. What the JavaScript tests
# reach in src/ counts too: they run on an addon that is built with coverage.
set -eu
cd "$(dirname "$0")/.."

command -v cargo-llvm-cov >/dev/null || cargo install cargo-llvm-cov --locked
rustup component add llvm-tools
trap 'npm run --silent build' EXIT
(
  export CARGO_TARGET_DIR="$PWD/target/coverage"
  eval "$(cargo llvm-cov show-env --sh)"
  cargo llvm-cov clean --workspace
  # Without the Node-API boundary: with coverage no linker leaves out what calls Node.
  cargo test --locked --no-default-features --lib --tests
  node scripts/build.js --debug
  # A test that fails is no reason not to see what the others reach. Other builds that tests make do not count.
  env -u RUSTC_WRAPPER -u CARGO_TARGET_DIR npx --yes c8@12.0.0 --all '--include=lib/**' '--include=*.js' \
    --temp-directory="$CARGO_TARGET_DIR/v8" node --test || status=$?
  cargo llvm-cov report --show-missing-lines
  exit ${status:-0}
)
