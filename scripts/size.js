'use strict'

// Prints how much of the binary each crate is, from the symbols of a build that keeps them.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { hostTarget, libraryOf } = require('./targets')
const { root } = require('./tools')

const folder = path.join(root, 'target/size')
execFileSync(
  'cargo',
  ['rustc', '--release', '--locked', '--lib', '--crate-type', 'cdylib', '--target-dir', folder],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CARGO_PROFILE_RELEASE_STRIP: 'none' }
  }
)
const library = path.join(folder, 'release', libraryOf(hostTarget()))
const symbols = execFileSync('nm', ['--size-sort', '--print-size', '--demangle', library], {
  encoding: 'utf8',
  maxBuffer: 2 ** 30
})

const sizes = new Map()
let total = 0
for (const line of symbols.trim().split('\n')) {
  const [, size, kind, name] = /^\S+ (\S+) (\S) (.+)$/.exec(line)
  if (!/[tTrRdD]/.test(kind)) continue
  const bytes = Number.parseInt(size, 16)
  const crate = crateOf(name)
  sizes.set(crate, (sizes.get(crate) || 0) + bytes)
  total += bytes
}
for (const [crate, bytes] of [...sizes].sort(([, a], [, b]) => b - a)) {
  if (bytes >= 1024) console.log(`${String(bytes).padStart(9)}  ${crate}`)
}
const stripped = path.join(folder, 'stripped')
execFileSync('strip', ['-o', stripped, library])
console.log(
  `${String(total).padStart(9)}  in all symbols; the stripped file has ${fs.statSync(stripped).size} bytes`
)

// `<base64::engine::Simd as Engine>::decode` → base64; C has no crates.
function crateOf(name) {
  const found = /^(?:<|&|\[|\(|mut |dyn |impl )*([a-z_]\w*)(?:\[[0-9a-f]+\])?::/.exec(name)
  return found
    ? found[1]
    : /^(?:_R|_ZN)/.test(name)
      ? 'Rust, other'
      : name.startsWith('ring_core')
        ? 'ring (C)'
        : 'other'
}
