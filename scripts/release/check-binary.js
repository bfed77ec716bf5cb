'use strict'

// Checks that a binary is made for its target and loads on the oldest system that it is for.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { minimums, platformOf } = require('../targets')
const { root } = require('../tools')

const MAX_BINARY = 1024 * 1024

const architectures = {
  x64: 'X86_64',
  arm64: 'Aarch64',
  arm: 'Arm',
  riscv64: 'Riscv64',
  loong64: 'LoongArch64',
  ia32: 'I386'
}

// What comes with each system: a binary must need nothing else. Windows's are those of Windows 10.
const systems = {
  linux: {
    format: 'Elf',
    libraries: /^(?:lib(?:c|m|dl|rt|pthread|gcc_s)\.so(?:\.\d)?|ld-linux-[\w-]+\.so\.\d)$/,
    check: checkElf
  },
  freebsd: {
    format: 'Elf',
    libraries: /^lib(?:c\.so\.7|m\.so\.5|thr\.so\.3|gcc_s\.so\.1|execinfo\.so\.1|kvm\.so\.7|util\.so\.9)$/,
    check: checkElf
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
    check: () => 'system DLLs only'
  }
}

// → what there is to say about the binary; throws an error if it must not be published.
function checkBinary(file, target) {
  const platform = platformOf(target)
  const [os, cpu] = platform.split('-')
  const { format, libraries, check } = systems[os]
  const { size } = fs.statSync(file)
  if (size > MAX_BINARY) fail(target, `has ${size} bytes, more than ${MAX_BINARY}`)
  const facts = inspect(file, target)
  if (facts.format !== format || facts.architecture !== architectures[cpu]) {
    fail(target, `is made for ${facts.architecture} in the format ${facts.format}`)
  }
  if (!facts.exports.some(name => /^_?napi_register_module_v1$/.test(name))) fail(target, 'is no addon')
  const unknown = facts.libraries.find(name => !libraries.test(name))
  if (unknown) fail(target, `needs ${unknown}, which does not come with the system`)
  return `${size} bytes, ${check(facts, target)}`
}

// The names are those of the libraries' symbol versions: GLIBC_2.17, FBSD_1.5.
function checkElf({ versions = [], imports }, target) {
  const unbound = imports.find(({ name, weak, version }) => !weak && !version && !isNodeApi(name))
  const minimum = minimums[target]
  // musl has no symbol versions.
  if (minimum === null) return checkMusl({ versions }, target)
  if (unbound) fail(target, `has no library for ${unbound.name}`)
  const prefix = target.includes('freebsd') ? 'FBSD' : 'GLIBC'
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

function checkMusl({ versions }, target) {
  const glibc = versions.find(name => name.startsWith('GLIBC_'))
  if (glibc) fail(target, `needs ${glibc}, which musl does not have`)
  return 'needs musl'
}

function checkMachO({ minimumSystem, installName, signature, imports }, target) {
  const minimum = minimums[target]
  if (!minimumSystem) fail(target, 'does not say which macOS it needs')
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
