'use strict'

// What differs from target to target: names, and the oldest C library.

const { execFileSync } = require('child_process')
const { napi } = require('../package.json')

const archs = {
  x86_64: 'x64',
  aarch64: 'arm64',
  armv7: 'arm',
  i686: 'ia32',
  riscv64gc: 'riscv64',
  loongarch64: 'loong64'
}
const systems = { windows: 'win32' }

// aarch64-unknown-linux-gnu → linux-arm64-gnu, as the napi CLI and binding.js have it.
function platformOf(target) {
  const [arch, , system, abi] = target.split('-')
  return [systems[system] || system, archs[arch], abi].filter(Boolean).join('-')
}

// The glibc that a target is built for: that of CentOS 7 wherever there was one so old.
function glibcOf(target) {
  if (!target.includes('-linux-gnu')) return null
  return { riscv64gc: '2.27', loongarch64: '2.36' }[target.split('-')[0]] || '2.17'
}

function libraryOf(target) {
  if (target.includes('windows')) return 'wxbizdatacrypt_native.dll'
  return `libwxbizdatacrypt_native.${target.includes('darwin') ? 'dylib' : 'so'}`
}

// This machine's, as its compiler calls it.
function hostTarget() {
  return /^host: (.+)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))[1]
}

module.exports = { targets: napi.targets, hostTarget, platformOf, glibcOf, libraryOf }
