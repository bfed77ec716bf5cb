'use strict'

// The targets of the released binaries, and their names in file names and packages.

const { execFileSync } = require('child_process')

// The oldest system that a binary must run on: the version of glibc (CentOS 7's wherever it had one), of
// macOS, or of FreeBSD's symbols (1.5 is FreeBSD 12). scripts/release/check-binary.js checks it.
const minimums = {
  'x86_64-unknown-linux-gnu': '2.17',
  'aarch64-unknown-linux-gnu': '2.17',
  'armv7-unknown-linux-gnueabihf': '2.17',
  'riscv64gc-unknown-linux-gnu': '2.27',
  'loongarch64-unknown-linux-gnu': '2.36',
  'x86_64-unknown-linux-musl': null,
  'aarch64-unknown-linux-musl': null,
  'x86_64-apple-darwin': '10.13',
  'aarch64-apple-darwin': '11.0',
  'x86_64-pc-windows-gnullvm': null,
  'i686-pc-windows-gnu': null,
  'aarch64-pc-windows-gnullvm': null,
  'x86_64-unknown-freebsd': '1.5'
}

const archs = {
  x86_64: 'x64',
  aarch64: 'arm64',
  armv7: 'arm',
  i686: 'ia32',
  riscv64gc: 'riscv64',
  loongarch64: 'loong64'
}

/**
 * Returns the name of a target in packages and in lib/native.js, such as linux-arm64-gnu. Windows's ABIs differ only
 * in how they are built, so they share one name.
 */
function platformOf(target) {
  const [arch, , system, abi] = target.split('-')
  const os = system === 'windows' ? 'win32' : system
  return [os, archs[arch], os === 'linux' && abi].filter(Boolean).join('-')
}

function libraryOf(target) {
  if (target.includes('windows')) return 'wxbizdatacrypt_native.dll'
  return `libwxbizdatacrypt_native.${target.includes('darwin') ? 'dylib' : 'so'}`
}

/** Returns the target of this machine. */
function hostTarget() {
  return /^host: (.+)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))[1]
}

module.exports = { targets: Object.keys(minimums), minimums, hostTarget, platformOf, libraryOf }
