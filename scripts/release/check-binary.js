'use strict'

// Checks by llvm-readobj that a binary is made for its target and loads on the oldest system that it is for.

const { execFileSync, spawnSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { minimums, platformOf, hostTarget } = require('../targets')

const MAX_BINARY = 1024 * 1024

// Format and processor, as llvm-readobj calls them.
const formats = {
  'linux-x64': 'elf64-x86-64',
  'linux-arm64': 'elf64-littleaarch64',
  'linux-arm': 'elf32-littlearm',
  'linux-riscv64': 'elf64-littleriscv',
  'linux-loong64': 'elf64-loongarch',
  'darwin-x64': 'Mach-O 64-bit x86-64',
  'darwin-arm64': 'Mach-O arm64',
  'win32-x64': 'COFF-x86-64',
  'win32-ia32': 'COFF-i386',
  'win32-arm64': 'COFF-ARM64',
  'freebsd-x64': 'elf64-x86-64'
}

// The libraries that come with each system: a binary must need nothing else. Windows's are those of Windows 10.
const libraries = {
  glibc: /^(?:lib(?:c|m|dl|rt|pthread|gcc_s)\.so\.\d|ld-linux-[\w-]+\.so\.\d)$/,
  musl: /^(?:libc\.so|libgcc_s\.so\.1)$/,
  freebsd: /^lib(?:c\.so\.7|m\.so\.5|thr\.so\.3|gcc_s\.so\.1|execinfo\.so\.1|kvm\.so\.7|util\.so\.9)$/,
  // And its own name, which would otherwise be a path of the build machine.
  darwin: /^(?:\/usr\/lib\/libSystem\.B\.dylib|@rpath\/wxbizdatacrypt-native\.node)$/,
  win32: /^(?:kernel32|ntdll|advapi32|bcrypt|bcryptprimitives|userenv|ws2_32|msvcrt|api-ms-win-[\w-]+)\.dll$/i
}

/**
 * Throws an error if the binary must not be published.
 *
 * @returns {string} its size and the oldest system that it needs
 */
function checkBinary(file, target) {
  const [os, cpu, abi] = platformOf(target).split('-')
  const fail = message => {
    throw new Error(`The binary for ${platformOf(target)} ${message}`)
  }
  const { size } = fs.statSync(file)
  if (size > MAX_BINARY) fail(`has ${size} bytes, more than ${MAX_BINARY}`)
  const facts = inspect(file, os)
  const [, format] = /^Format: (.+)$/m.exec(facts)
  if (format !== formats[`${os}-${cpu}`]) fail(`has the format ${format}`)

  const system = os === 'linux' ? (abi === 'musl' ? 'musl' : 'glibc') : os
  const needed = /^NeededLibraries \[\n([^\]]*)\]/m.exec(facts)[1].match(/\S+/g) || []
  const late = [...facts.matchAll(/^DelayImport \{\n +Name: (.+)$/gm)].map(([, name]) => name)
  const unknown = [...needed, ...late].find(name => !libraries[system].test(name))
  if (needed.length === 0 || unknown) fail(`needs ${unknown || 'no library, not even the system’s'}`)

  // The newest system that a symbol of a C library, or the load command of macOS, asks for.
  const versions = [...facts.matchAll(/\b(?:GLIBC|FBSD)_([\w.]+)/g)].map(([, version]) => version)
  if (os === 'darwin') versions.push(/^MinVersion \{[^}]* Version: (.+)$/m.exec(facts)[1])
  const minimum = minimums[target]
  // Such as GLIBC_ABI_DT_RELR, which only new systems support.
  const tooNew = versions.find(version => !/^[\d.]+$/.test(version) || compare(version, minimum || '0') > 0)
  if (tooNew) fail(`needs version ${tooNew} of the system, newer than ${minimum}`)
  if (minimum && versions.length === 0) fail('does not say which system it needs')
  return `${size} bytes, ${minimum ? `needs ${versions.sort(compare).pop()} (limit ${minimum})` : system}`
}

function inspect(file, os) {
  const options = { darwin: ['--macho-version-min'], win32: ['--coff-imports'] }
  const args = ['--needed-libs', ...(options[os] || ['--version-info']), file]
  return execFileSync(findTool(), args, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 })
}

// The one that belongs to the compiler, or else the system's.
function findTool() {
  const sysroot = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim()
  const tool = path.join(sysroot, 'lib/rustlib', hostTarget(), 'bin/llvm-readobj')
  if (!fs.existsSync(tool)) spawnSync('rustup', ['component', 'add', 'llvm-tools'], { stdio: 'ignore' })
  return fs.existsSync(tool) ? tool : 'llvm-readobj'
}

function compare(a, b) {
  return a.localeCompare(b, 'en', { numeric: true })
}

module.exports = checkBinary
