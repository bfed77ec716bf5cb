'use strict'

// Checks that a binary is made for its target and loads on the oldest system that it is for.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { minimums, platformOf } = require('../targets')
const { root } = require('../tools')

const MAX_BINARY = 1024 * 1024
const PLATFORM_MACOS = 1

// `flags` are those of ELF, which name the calling convention.
const processors = {
  x64: { architecture: 'X86_64', flags: 0 },
  arm64: { architecture: 'Aarch64', flags: 0 },
  // EABI version 5, hard float.
  arm: { architecture: 'Arm', flags: 0x5000400 },
  // Compressed instructions, double-precision floats in registers.
  riscv64: { architecture: 'Riscv64', flags: 0x5 },
  // The second version of the object files' ABI, double-precision floats in registers.
  loong64: { architecture: 'LoongArch64', flags: 0x43 },
  ia32: { architecture: 'I386', flags: 0 }
}

// What comes with each system: a binary must need nothing else. Windows's are those of Windows 10.
const systems = {
  glibc: {
    format: 'Elf',
    libraries: /^(?:lib(?:c|m|dl|rt|pthread|gcc_s)\.so\.\d|ld-linux-[\w-]+\.so\.\d)$/,
    check: checkGlibc
  },
  musl: {
    format: 'Elf',
    libraries: /^(?:libc\.so|libgcc_s\.so\.1)$/,
    check: checkMusl
  },
  freebsd: {
    format: 'Elf',
    libraries: /^lib(?:c\.so\.7|m\.so\.5|thr\.so\.3|gcc_s\.so\.1|execinfo\.so\.1|kvm\.so\.7|util\.so\.9)$/,
    check: checkFreeBsd
  },
  darwin: {
    format: 'MachO',
    libraries: /^\/usr\/lib\/libSystem\.B\.dylib$/,
    check: checkMachO
  },
  win32: {
    format: 'Pe',
    libraries:
      /^(?:kernel32|ntdll|advapi32|bcrypt|bcryptprimitives|userenv|ws2_32|msvcrt|api-ms-win-[\w-]+)\.dll$/i,
    check: checkPe
  }
}

// → what there is to say about the binary; throws an error if it must not be published.
function checkBinary(file, target) {
  const [os, cpu, abi] = platformOf(target).split('-')
  const { format, libraries, check } = systems[os === 'linux' ? (abi === 'musl' ? 'musl' : 'glibc') : os]
  const { architecture, flags } = processors[cpu]
  const { size } = fs.statSync(file)
  if (size > MAX_BINARY) fail(target, `has ${size} bytes, more than ${MAX_BINARY}`)
  const facts = inspect(file, target)
  if (facts.format !== format || facts.architecture !== architecture) {
    fail(target, `is made for ${facts.architecture} in the format ${facts.format}`)
  }
  if (facts.truncated) fail(target, 'ends too early')
  if (facts.kind !== 'Dynamic') fail(target, `is no dynamic library, but ${facts.kind}`)
  if (facts.flags !== undefined && facts.flags !== flags) {
    fail(target, `has the processor flags 0x${facts.flags.toString(16)} instead of 0x${flags.toString(16)}`)
  }
  if (!facts.exports.some(name => /^_?napi_register_module_v1$/.test(name))) fail(target, 'is no addon')
  const unknown = facts.libraries.find(name => !libraries.test(name))
  if (unknown) fail(target, `needs ${unknown}, which does not come with the system`)
  const [searched] = facts.searchPaths || []
  if (searched !== undefined) fail(target, `searches for libraries in "${searched}"`)
  if (facts.writableCode) fail(target, 'has memory that is both writable and executable')
  if (facts.debugInfo) fail(target, 'has debug information')
  return `${size} bytes, ${check(facts, target)}`
}

function checkGlibc(facts, target) {
  checkElf(facts, target)
  return checkVersions('GLIBC', facts, target)
}

function checkFreeBsd(facts, target) {
  checkElf(facts, target)
  return checkVersions('FBSD', facts, target)
}

// musl has no symbol versions.
function checkMusl(facts, target) {
  checkElf(facts, target)
  const [version] = facts.versions
  if (version) fail(target, `needs ${version}, which musl does not have`)
  return 'needs musl'
}

function checkElf({ executableStack, linking }, target) {
  if (executableStack) fail(target, 'makes the stack executable')
  if (linking.includes('TEXTREL')) fail(target, 'has code that is changed when it is loaded')
  // Otherwise a missing symbol shows when it is called, and not when a test loads the binary.
  if (!linking.includes('BIND_NOW')) fail(target, 'does not have all symbols bound when it is loaded')
}

// The names are those of the libraries' symbol versions: GLIBC_2.17, FBSD_1.5.
function checkVersions(prefix, { versions, imports }, target) {
  const minimum = minimums[target]
  const unbound = imports.find(({ name, weak, version }) => !weak && !version && !isNodeApi(name))
  if (unbound) fail(target, `has no library for ${unbound.name}`)
  const needed = versions
    .filter(name => name.startsWith(`${prefix}_`))
    .map(name => name.slice(prefix.length + 1))
  // Such as GLIBC_ABI_DT_RELR, which only new systems support.
  const unnumbered = needed.find(version => !/^[\d.]+$/.test(version))
  if (unnumbered) fail(target, `needs ${prefix}_${unnumbered}`)
  const newest = needed.sort(compareVersions).pop()
  if (!newest) fail(target, `needs no version of ${prefix}: it is for another C library`)
  if (compareVersions(newest, minimum) > 0) fail(target, `needs ${prefix}_${newest}, newer than ${minimum}`)
  return `needs ${prefix}_${newest} (limit ${minimum})`
}

function checkMachO({ minimumSystem, platform, installName, signature, imports }, target) {
  const minimum = minimums[target]
  if (!minimumSystem) fail(target, 'does not say which macOS it needs')
  if (platform !== PLATFORM_MACOS) fail(target, `is built for Apple's platform ${platform}`)
  if (compareVersions(minimumSystem, minimum) !== 0) {
    fail(target, `is built for macOS ${minimumSystem} instead of ${minimum}`)
  }
  if (installName && !installName.startsWith('@rpath/')) fail(target, `calls itself ${installName}`)
  const unbound = imports.find(({ name, library, weak }) => library === '' && !weak && !isNodeApi(name))
  if (unbound) fail(target, `has no library for ${unbound.name}`)
  // Macs with Intel processors load unsigned code.
  const required = target.startsWith('aarch64')
  if (signature ? signature !== 'valid' : required) {
    fail(target, `has no valid signature: ${signature || 'there is none'}`)
  }
  return `macOS ${minimum}, ${signature ? 'signed ad hoc' : 'not signed'}`
}

function checkPe({ linking, minimumSystem }, target) {
  for (const flag of ['DYNAMIC_BASE', 'NX_COMPAT']) {
    if (!linking.includes(flag)) fail(target, `is not ${flag}`)
  }
  if (compareVersions(minimumSystem, '10.0') > 0) fail(target, `is built for Windows ${minimumSystem}`)
  return 'system DLLs only'
}

// Node's own functions are found in whatever program has loaded the addon.
function isNodeApi(name) {
  return /^_?napi_\w+$/.test(name)
}

function inspect(file, target) {
  const project = path.join(__dirname, 'inspect-binary')
  const built = path.join(root, 'target/inspect-binary')
  if (!inspect.built) {
    // Not the settings of the addon's targets.
    execFileSync('cargo', ['build', '--quiet', '--locked', '--target-dir', built], { cwd: project })
    inspect.built = true
  }
  const tool = path.join(
    built,
    'debug',
    process.platform === 'win32' ? 'inspect-binary.exe' : 'inspect-binary'
  )
  try {
    return JSON.parse(
      execFileSync(tool, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 })
    )
  } catch (error) {
    fail(target, `cannot be read: ${String(error.stderr || error).trim()}`)
  }
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map(version => version.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] || 0) - (right[i] || 0)
    if (difference !== 0) return difference
  }
  return 0
}

function fail(target, message) {
  throw new Error(`The binary for ${platformOf(target)} ${message}`)
}

module.exports = checkBinary
