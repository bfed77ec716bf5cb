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

// ELF: the header of the stack, tags of the dynamic section, and flags.
const PT_LOAD = 1
const PT_DYNAMIC = 2
const PT_GNU_STACK = 0x6474e551
const DT_NULL = 0
const DT_NEEDED = 1
const DT_RUNPATH = 0x1d
const DT_FLAGS = 0x1e
const DT_FLAGS_1 = 0x6ffffffb
const DF_TEXTREL = 4
const PF_X = 1
const PF_W = 2
// Mach-O: load commands.
const LC_SEGMENT_64 = 0x19
const LC_ID_DYLIB = 0xd
const LC_RPATH = 0x8000001c
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
  'an executable in place of a library': [/./, /is no dynamic library|is no addon/, makeExecutable],
  'the calling convention of soft floats': [
    /armv7|riscv64|loongarch64/,
    /has the processor flags/,
    bytes => {
      bytes[flagsOf(bytes)] ^= 0x06
      return bytes
    }
  ],
  'a folder in which it searches for libraries': [
    /-linux-|freebsd/,
    /searches for libraries in "l/,
    patchDynamic(DT_NEEDED, at => [DT_RUNPATH, at])
  ],
  'code that is changed when it is loaded': [
    /-linux-|freebsd/,
    /has code that is changed/,
    patchDynamic(DT_FLAGS, flags => [DT_FLAGS, flags | DF_TEXTREL])
  ],
  'symbols that are bound when they are called': [
    /-linux-|freebsd/,
    /does not have all symbols bound/,
    bytes =>
      patchDynamic(DT_FLAGS_1, () => [DT_FLAGS_1, 0])(patchDynamic(DT_FLAGS, () => [DT_FLAGS, 0])(bytes))
  ],
  'an executable stack': [
    /-linux-|freebsd/,
    /makes the stack executable/,
    patchSegment(PT_GNU_STACK, segment => segment.write('flags', segment.read('flags') | PF_X))
  ],
  'no word about the stack': [
    /-linux-|freebsd/,
    /makes the stack executable/,
    patchSegment(PT_GNU_STACK, segment => segment.write('type', 0))
  ],
  'writable code': [/./, /both writable and executable/, makeWritable],
  'debug information': [
    /-linux-|freebsd|darwin/,
    /has debug information/,
    rename(/\.data\.rel\.ro(?=\0)|__unwind_info(?=\0)/, found =>
      (found[0] === '.' ? '.debug_info' : '__debug_info').padEnd(found.length, '\0')
    )
  ],
  'a folder in which macOS searches for libraries': [
    /darwin/,
    /searches for libraries in "@rpath/,
    patchCommand(LC_ID_DYLIB, 0, LC_RPATH)
  ],
  'a build for iOS': [/aarch64-apple/, /Apple's platform 2/, patchCommand(LC_BUILD_VERSION, 8, 2)],
  'pointers that are signed (arm64e)': [/aarch64-apple/, /is made for Aarch64 Arm64E/, patch(8, 2)],
  'two architectures in one file': [/darwin/, /cannot be read/, makeUniversal],
  'a signature with another hash': [/aarch64-apple/, /no valid signature: page 0/, changeHash],
  'a library that Windows loads later': [/windows/, /needs late\.dll/, delayLibrary],
  'data that Windows may execute': [/windows/, /is not NX_COMPAT/, patchOptionalHeader(70, ~0x0100)],
  'a fixed address': [/windows/, /is not DYNAMIC_BASE/, patchOptionalHeader(70, ~0x0040)],
  'a newer Windows': [/windows/, /is built for Windows 11\./, patchOptionalHeader(48, 0, 11)],
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
    /cannot be read|ends too early|no valid signature|is no addon/,
    bytes => bytes.subarray(0, bytes.length >> 1)
  ],
  'no last byte': [/./, /cannot be read|ends too early/, bytes => bytes.subarray(0, -1)],
  'a byte behind the signature': [
    /aarch64-apple/,
    /no valid signature: it is not the end/,
    bytes => Buffer.concat([bytes, Buffer.alloc(1)])
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

function patch(offset, value) {
  return bytes => {
    bytes.writeUInt32LE(value, offset)
    return bytes
  }
}

function isElf(bytes) {
  return bytes.toString('latin1', 1, 4) === 'ELF'
}

// Where the header says so: ELF's type, Mach-O's, and of Windows's flags the one of DLLs.
function makeExecutable(bytes) {
  if (isElf(bytes)) bytes.writeUInt16LE(2, 16)
  else if (bytes.toString('latin1', 0, 2) === 'MZ') bytes[bytes.readUInt32LE(0x3c) + 23] &= ~0x20
  else bytes.writeUInt32LE(2, 12)
  return bytes
}

// The code in the first section or segment; of ELF's segments, the whole first one.
function makeWritable(bytes) {
  if (isElf(bytes)) {
    const makeAll = segment => segment.write('flags', segment.read('flags') | PF_W | PF_X)
    return patchSegment(PT_LOAD, makeAll)(bytes)
  }
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const header = bytes.readUInt32LE(0x3c)
    bytes[header + 24 + bytes.readUInt16LE(header + 20) + 39] |= 0x80
    return bytes
  }
  return patchCommand(LC_SEGMENT_64, 56, 7)(bytes)
}

function flagsOf(bytes) {
  return bytes[4] === 2 ? 48 : 36
}

// → the program headers of an ELF file, each with functions that read and write one of its fields.
function segmentsOf(bytes) {
  const wide = bytes[4] === 2
  const word = at => (wide ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at))
  const offsets = wide ? { type: 0, flags: 4, offset: 8 } : { type: 0, flags: 24, offset: 4 }
  const first = word(wide ? 32 : 28)
  const size = bytes.readUInt16LE(wide ? 54 : 42)
  return Array.from({ length: bytes.readUInt16LE(wide ? 56 : 44) }, (_, index) => {
    const at = first + index * size
    return {
      read: field =>
        field === 'offset' ? word(at + offsets.offset) : bytes.readUInt32LE(at + offsets[field]),
      write: (field, value) => bytes.writeUInt32LE(value, at + offsets[field])
    }
  })
}

function patchSegment(type, change) {
  return bytes => {
    change(segmentsOf(bytes).find(segment => segment.read('type') === type))
    return bytes
  }
}

// Changes the last entry with this tag, which is never the C library's.
function patchDynamic(tag, change) {
  return bytes => {
    const size = bytes[4] === 2 ? 8 : 4
    let found
    const start = segmentsOf(bytes)
      .find(segment => segment.read('type') === PT_DYNAMIC)
      .read('offset')
    for (let at = start; bytes.readUInt32LE(at) !== DT_NULL; at += 2 * size) {
      if (bytes.readUInt32LE(at) === tag) found = at
    }
    const [newTag, value] = change(bytes.readUInt32LE(found + size))
    bytes.writeUInt32LE(newTag, found)
    bytes.writeUInt32LE(value, found + size)
    return bytes
  }
}

function makeUniversal(bytes) {
  const header = Buffer.alloc(0x4000)
  // Magic, how many, then of the first: processor (and its variant), offset, size, alignment.
  const fields = [0xcafebabe, 1, bytes.readUInt32LE(4), 0, header.length, bytes.length, 14]
  for (const [index, field] of fields.entries()) header.writeUInt32BE(field, 4 * index)
  return Buffer.concat([header, bytes])
}

// The hash of the first page, in the first blob, which is the code directory.
function changeHash(bytes) {
  const signature = bytes.readUInt32LE(findCommand(bytes, LC_CODE_SIGNATURE) + 8)
  const directory = signature + bytes.readUInt32BE(signature + 16)
  bytes[directory + bytes.readUInt32BE(directory + 16)] ^= 1
  return bytes
}

// `offset` is one in the optional header of a Windows file, of a number of 16 bits.
function patchOptionalHeader(offset, mask, value = 0) {
  return bytes => {
    const at = bytes.readUInt32LE(0x3c) + 24 + offset
    bytes.writeUInt16LE((bytes.readUInt16LE(at) & mask) | value, at)
    return bytes
  }
}

// A table of libraries to load later, written over the start of the code.
function delayLibrary(bytes) {
  const header = bytes.readUInt32LE(0x3c)
  const optional = header + 24
  const section = optional + bytes.readUInt16LE(header + 20)
  const [address, at] = [bytes.readUInt32LE(section + 12), bytes.readUInt32LE(section + 20)]
  bytes.fill(0, at, at + 80)
  bytes.writeUInt32LE(1, at)
  bytes.writeUInt32LE(address + 64, at + 4)
  // Of its functions: none.
  bytes.writeUInt32LE(address + 48, at + 16)
  bytes.write('late.dll', at + 64)
  const directories = optional + (bytes.readUInt16LE(optional) === 0x20b ? 112 : 96)
  bytes.writeUInt32LE(address, directories + 13 * 8)
  bytes.writeUInt32LE(64, directories + 13 * 8 + 4)
  return bytes
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
