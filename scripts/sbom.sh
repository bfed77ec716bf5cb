#!/bin/sh
# Writes the software bill of materials of the addon, in CycloneDX's JSON, to the file given.
# The npm package itself has no dependencies: what it ships besides its own files is this Rust.
set -eu
out=$(realpath "$1")
cd "$(dirname "$0")/.."

command -v cargo-cyclonedx >/dev/null || cargo install cargo-cyclonedx --locked
cargo cyclonedx --format json --spec-version 1.5 --no-build-deps --override-filename sbom
# Names by which the tool refers to this package hold the path of the machine.
sed "s|path+file://$PWD#||g" sbom.json >"$out"
rm sbom.json
