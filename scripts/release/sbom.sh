#!/bin/sh
# Writes the software bill of materials of the addon, as CycloneDX JSON, to the file given.
# The npm package itself has no dependencies: what it ships besides its own files is this Rust.
set -eu
out=$(realpath "$1")
cd "$(dirname "$0")/../.."

command -v cargo-cyclonedx >/dev/null || cargo install cargo-cyclonedx --version 0.5.9 --locked
cargo cyclonedx --format json --spec-version 1.5 --target all --no-build-deps --override-filename sbom
# The tool names this package by the path of the machine.
sed "s|path+file://$PWD#||g" sbom.json >"$out"
rm sbom.json
