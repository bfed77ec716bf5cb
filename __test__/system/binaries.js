'use strict'

// Damages the binaries in release/artifacts, one fault at a time, and expects check-binary.js to say so.
// Part of the rehearsal of a release, which builds them.

const assert = require('assert')
const fs = require('fs')
const os = require('os')
const path = require('path')
const checkBinary = require('../../scripts/release/check-binary')
const { targets, platformOf } = require('../../scripts/targets')
const { root } = require('../../scripts/tools')

const LC_ID_DYLIB = 0xd
const LC_CODE_SIGNATURE = 0x1d
const LC_FUNCTION_STARTS = 0x26
const LC_DYLD_INFO_ONLY = 0x80000022
// Up to macOS 10.13 the minimum has a load command of its own.
const LC_VERSION_MIN_MACOSX = 0x24
const LC_BUILD_VERSION = 0x32

// Each: the targets that can have the fault, what is said about it, and how the bytes are changed.
const faults = {
  'a glibc that is too new': [
    /-linux-gnu/,
    /needs GLIBC_2\.99, newer than/,
    rename(/GLIBC_2\.\d\d(?=\0)/g, 'GLIBC_2.99')
  ],
  'an ABI of new glibcs': [
    /x86_64-unknown-linux-gnu/,
    /needs GLIBC_ABI_X/,
    rename(/GLIBC_2\.2\.5(?=\0)/g, 'GLIBC_ABI_X')
  ],
  'a FreeBSD that is too new': [
    /freebsd/,
    /needs FBSD_1\.9, newer than/,
    rename(/FBSD_1\.\d(?=\0)/g, 'FBSD_1.9')
  ],
  'a library that Linux lacks': [/-linux-/, /needs libq\.so/, rename(/(?<=\0)libc\.so/, 'libq.so')],
  'a library that FreeBSD lacks': [/freebsd/, /needs libq\.so/, rename(/(?<=\0)libc\.so/, 'libq.so')],
  'a library that macOS lacks': [
    /darwin/,
    /needs \/usr\/lib\/libSystem\.X/,
    rename(/libSystem\.B/, 'libSystem.X')
  ],
  "Microsoft's run-time library": [
    /windows/,
    /needs VCRUNTIME140\.dll/,
    rename(/api-ms-win-core-synch-l1-2-0\.dll/, 'VCRUNTIME140.dll'.padEnd(32, '\0'))
  ],
  'a newer macOS': [/darwin/, /is built for macOS 15\.0/, patchMinimum(0x000f0000)],
  'no word about macOS': [/darwin/, /does not say which macOS/, patchMinimum(null)],
  'an absolute name': [/darwin/, /calls itself \/build\//, renameIn(LC_ID_DYLIB, '@rpath/', '/build/')],
  'a symbol that is looked up everywhere': [/darwin/, /has no library for \w+/, bindFlat],
  'no signature': [
    /aarch64-apple/,
    /no valid signature: there is none/,
    patchCommand(LC_CODE_SIGNATURE, 0, LC_FUNCTION_STARTS)
  ],
  'a byte that is not the one that was signed': [/aarch64-apple/, /no valid signature: page \d+/, flipByte],
  'a signature cut short': [
    /aarch64-apple/,
    /no valid signature|cannot be read/,
    patchCommand(LC_CODE_SIGNATURE, 12, 16)
  ],
  'no entry for Node': [/./, /is no addon/, rename(/napi_register_module_v1/g, 'napi_register_module_v0')],
  'too many bytes': [/./, /more than/, bytes => Buffer.concat([bytes, Buffer.alloc(1024 * 1024)])],
  'half of the file': [
    /./,
    /cannot be read|no valid signature|is no addon/,
    bytes => bytes.subarray(0, bytes.length >> 1)
  ]
}

const artifacts = path.join(root, 'release/artifacts')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'binaries-'))
try {
  main()
} finally {
  fs.rmSync(folder, { recursive: true })
}

function main() {
  const built = targets.filter(target => fs.existsSync(artifactOf(target)))
  for (const target of built) checkBinary(artifactOf(target), target)
  const seen = new Set()
  for (const [fault, [kind, message, change]] of Object.entries(faults)) {
    for (const target of built.filter(name => kind.test(name))) {
      const bytes = fs.readFileSync(artifactOf(target))
      const changed = change(Buffer.from(bytes))
      assert.ok(!changed.equals(bytes), `${target} cannot be given ${fault}`)
      const file = path.join(folder, 'faulty.node')
      fs.writeFileSync(file, changed)
      assert.throws(() => checkBinary(file, target), { message }, `${target} with ${fault}`)
      seen.add(fault)
    }
  }
  // The binary of one target offered as another's.
  let swaps = 0
  for (const target of built) {
    for (const other of built.filter(name => name !== target)) {
      assert.throws(() => checkBinary(artifactOf(other), target), Error, `${other} as ${target}`)
      swaps++
    }
  }
  const missing = Object.keys(faults).filter(fault => !seen.has(fault))
  console.log(`${built.length} binaries pass; ${seen.size} kinds of fault and ${swaps} swaps are rejected`)
  if (missing.length > 0) console.log(`not tried, for want of a binary: ${missing.join(', ')}`)
}

function artifactOf(target) {
  return path.join(artifacts, `wxbizdatacrypt-native.${platformOf(target)}.node`)
}

function rename(pattern, replacement) {
  return bytes => Buffer.from(bytes.toString('latin1').replace(pattern, replacement), 'latin1')
}

// → the offset of a load command in a Mach-O file.
function findCommand(bytes, wanted) {
  let at = 32
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    if (bytes.readUInt32LE(at) === wanted) return at
    at += bytes.readUInt32LE(at + 4)
  }
  return null
}

// null: the file no longer says which macOS it needs.
function patchMinimum(version) {
  return bytes => {
    const old = findCommand(bytes, LC_VERSION_MIN_MACOSX)
    const at = old === null ? findCommand(bytes, LC_BUILD_VERSION) : old
    if (version === null) bytes.writeUInt32LE(LC_FUNCTION_STARTS, at)
    else bytes.writeUInt32LE(version, old === null ? at + 12 : at + 8)
    return bytes
  }
}

function patchCommand(command, offset, value) {
  return bytes => {
    bytes.writeUInt32LE(value, findCommand(bytes, command) + offset)
    return bytes
  }
}

function renameIn(command, from, to) {
  return bytes => {
    const at = bytes.indexOf(from, findCommand(bytes, command))
    bytes.write(to, at)
    return bytes
  }
}

// The first symbol that is bound to the first library, libSystem, is bound to whatever has it: in the opcodes
// of the dynamic linker, "library 1" (0x11) becomes "flat lookup" (0x3e).
function bindFlat(bytes) {
  const info = findCommand(bytes, LC_DYLD_INFO_ONLY)
  for (const field of [16, 32]) {
    const [start, size] = [bytes.readUInt32LE(info + field), bytes.readUInt32LE(info + field + 4)]
    const at = bytes.subarray(start, start + size).indexOf(Buffer.from([0x11]))
    if (at >= 0) bytes[start + at] = 0x3e
  }
  return bytes
}

function flipByte(bytes) {
  bytes[bytes.length >> 1] ^= 1
  return bytes
}
