'use strict'

// Gives the binaries in release/artifacts one fault at a time and expects scripts/release/check-binary.js to reject
// them. Part of the rehearsal of a release, which builds them.

const assert = require('assert')
const fs = require('fs')
const os = require('os')
const path = require('path')
const checkBinary = require('../../scripts/release/check-binary')
const { targets, platformOf } = require('../../scripts/targets')

// The load commands LC_BUILD_VERSION (for macOS) and LC_VERSION_MIN_MACOSX, up to the version.
const MACOS_VERSION = /(2\0{3}[^\0]\0{3}[^\0]\0{3}|\$\0{3}[^\0]\0{3})[\s\S]{4}/

const VCRUNTIME = 'VCRUNTIME140.dll'.padEnd(32, '\0')

// The targets that can have the fault, what the error says, and how the bytes are changed.
const faults = [
  [/-linux-gnu/, /needs version 2\.99 of/, /GLIBC_2\.\d\d(?=\0)/g, 'GLIBC_2.99'],
  [/x86_64-unknown-linux-gnu/, /needs version ABI_X of/, /GLIBC_2\.2\.5(?=\0)/g, 'GLIBC_ABI_X'],
  [/freebsd/, /needs version 1\.9 of/, /FBSD_1\.\d(?=\0)/g, 'FBSD_1.9'],
  [/darwin/, /needs version 15\.0 of/, MACOS_VERSION, '$1\0\0\x0f\0'],
  [/-linux-|freebsd/, /needs libq\.so/, /(?<=\0)libc\.so/, 'libq.so'],
  [/darwin/, /needs \/usr\/lib\/libSystem\.X/, /libSystem\.B/, 'libSystem.X'],
  [/windows/, /needs VCRUNTIME140\.dll/, /api-ms-win-core-synch-l1-2-0\.dll/, VCRUNTIME],
  [/./, /more than 1048576/, /$/, '\0'.repeat(1024 * 1024)],
  [/./, /llvm-readobj/, /^[\s\S]*$/, 'no binary']
]

const artifactOf = target =>
  path.join(__dirname, '../../release/artifacts', `wxbizdatacrypt-native.${platformOf(target)}.node`)
const built = targets.filter(target => fs.existsSync(artifactOf(target)))
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'binaries-'))
const faulty = path.join(folder, 'faulty.node')
let rejected = 0
try {
  for (const target of built) {
    const bytes = fs.readFileSync(artifactOf(target), 'latin1')
    checkBinary(artifactOf(target), target)
    for (const [kind, message, pattern, replacement] of faults.filter(([kind]) => kind.test(target))) {
      const changed = bytes.replace(pattern, replacement)
      assert.notStrictEqual(changed, bytes, `${target} cannot be given the fault ${kind} ${message}`)
      fs.writeFileSync(faulty, changed, 'latin1')
      assert.throws(() => checkBinary(faulty, target), { message }, `${target}: ${message}`)
      rejected++
    }
    for (const other of built.filter(name => name !== target)) {
      assert.throws(() => checkBinary(artifactOf(other), target), Error, `${other} as ${target}`)
      rejected++
    }
  }
} finally {
  fs.rmSync(folder, { recursive: true })
}
assert.ok(built.length > 0, 'there are no binaries in release/artifacts')
console.log(`${built.length} binaries pass, ${rejected} faulty ones are rejected`)
