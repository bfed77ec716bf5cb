#!/bin/sh
# Runs the tests of the addon under the address sanitizer (Linux x64, glibc, gcc). The core has no `unsafe`.
set -eu
cd "$(dirname "$0")/../.."

# The sanitizer is there in the stable compiler, but not yet stable. Without link-time optimisation, which takes
# minutes here.
target=x86_64-unknown-linux-gnu
RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo rustc --release --locked --lib --crate-type cdylib \
  --target $target --target-dir target/asan --config profile.release.lto=false \
  --config profile.release.codegen-units=16

# A copy of the package around that addon, for the build in place must stay as it is.
copy=$PWD/target/asan/package
# `node --test` would find the copied tests, too.
trap 'rm -rf "$copy"' EXIT
rm -rf $copy
mkdir -p $copy
git ls-files -z | xargs -0 cp --parents -t $copy
ln -s "$PWD/node_modules" $copy/node_modules
cp target/asan/$target/release/libwxbizdatacrypt_native.so $copy/wxbizdatacrypt-native.linux-x64-gnu.node
cd $copy
# Node never frees what it holds at its end, so leaks are not looked for: `npm run leaks` does that.
CASES=${CASES:-20000} ASAN_OPTIONS=detect_leaks=0 \
  LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)") \
  node --test --test-concurrency=2 __test__/classes.test.js __test__/arguments.test.js __test__/forms.test.js \
  __test__/platforms.test.js __test__/differential.test.js __test__/hostile.test.js \
  __test__/threads.test.js __test__/alipay.test.js __test__/signatures.test.js
