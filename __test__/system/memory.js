'use strict'

// Runs the memory test on builds that use the slower AES backends of the `aes` crate, which itself takes the fastest
// that the processor has: npm run memory

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { buildPackage } = require('../helpers/build-addon')

const root = path.join(__dirname, '..', '..')

// The backends that the crate must believe the processor to lack.
const backends = {
  ...(process.arch === 'x64' && { 'VAES-256 or AES-NI': ['vaes512'], 'AES-NI': ['vaes512', 'vaes256'] }),
  software: ['vaes512', 'vaes256', 'aes']
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-'))
try {
  const crate = copyCrate()
  const library = path.join(folder, 'aes', 'src', 'lib.rs')
  const original = fs.readFileSync(library, 'utf8')
  for (const [name, lacking] of Object.entries(backends)) {
    const names = lacking.join('|')
    const detection = new RegExp(
      `\\b(?:(?:self\\.)?token\\.(?:${names})\\.|features_(?:${names})::)get\\(\\)`,
      'g'
    )
    const changed = original.replace(detection, 'core::hint::black_box(false)')
    if (changed === original) throw new Error('aes detects its backends in another way')
    fs.writeFileSync(library, changed)
    const target = path.join(folder, name.replace(/\W/g, '-'))
    fs.mkdirSync(target)
    const PACKAGE_ROOT = buildPackage({ folder: target, crate })
    console.log(`AES backend: ${name}`)
    const test = path.join(__dirname, '..', 'memory.test.js')
    const env = { ...process.env, PACKAGE_ROOT }
    if (spawnSync(process.execPath, ['--test', test], { stdio: 'inherit', env }).status !== 0)
      process.exitCode = 1
  }
} finally {
  fs.rmSync(folder, { recursive: true })
}

/** Copies the crate, and `aes` beside it, so that its source can be changed. Returns the folder. */
function copyCrate() {
  const crate = path.join(folder, 'crate')
  const names = ['.cargo', 'Cargo.toml', 'Cargo.lock', 'build.rs', 'rust-toolchain.toml', 'src']
  for (const name of names) {
    fs.cpSync(path.join(root, name), path.join(crate, name), { recursive: true })
  }
  const args = ['metadata', '--format-version', '1', '--locked']
  const metadata = execFileSync('cargo', args, { cwd: root, maxBuffer: 2 ** 26 })
  const { manifest_path } = JSON.parse(metadata).packages.find(({ name }) => name === 'aes')
  fs.cpSync(path.dirname(manifest_path), path.join(folder, 'aes'), { recursive: true })
  fs.appendFileSync(path.join(crate, 'Cargo.toml'), '\n[patch.crates-io]\naes = { path = "../aes" }\n')
  return crate
}
