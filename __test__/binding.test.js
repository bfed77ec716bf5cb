'use strict'

// binding.js: which addon it loads on which machine, and what it says when it cannot.

const { test, before, after } = require('node:test')
const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseTriple } = require('@napi-rs/cli')
const { targets, platformOf } = require('../scripts/targets')

const root = path.join(__dirname, '..')
const localFile = fs.readdirSync(root).find(name => loads(path.join(root, name)))
const platform = /^wxbizdatacrypt-native\.(.+)\.node$/.exec(localFile)[1]
const packageName = `wxbizdatacrypt-native-${platform}`
let folder

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'binding-'))
})
after(() => fs.rmSync(folder, { recursive: true }))

function loads(file) {
  if (!file.endsWith('.node')) return false
  try {
    return Boolean(require(file))
  } catch {
    return false
  }
}

// A folder with binding.js, in which `files` are laid out.
function layOut(name, files = {}) {
  const at = path.join(folder, name)
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    fs.writeFileSync(path.join(at, file), content)
  }
  fs.mkdirSync(at, { recursive: true })
  fs.copyFileSync(path.join(root, 'binding.js'), path.join(at, 'binding.js'))
  return at
}

function installed(main, content) {
  return {
    [`node_modules/${packageName}/package.json`]: JSON.stringify({ name: packageName, main }),
    ...(content !== undefined && { [`node_modules/${packageName}/${main}`]: content })
  }
}

// → what binding.js exports or throws in a process of its own, in which `first` runs before it.
function load(at, first = '') {
  const script = `${first}
    let outcome
    try {
      outcome = { exports: Object.keys(require(${JSON.stringify(path.join(at, 'binding.js'))})) }
    } catch ({ code, message }) {
      outcome = { code, message }
    }
    console.log(JSON.stringify(outcome))`
  return JSON.parse(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' }))
}

test('the package of the platform is loaded', () => {
  const at = layOut('package', installed('addon.js', 'exports.fromPackage = true'))
  assert.deepStrictEqual(load(at), { exports: ['fromPackage'] })
})

test('a local build goes before the package', () => {
  const at = layOut('local', installed('addon.js', 'exports.fromPackage = true'))
  fs.copyFileSync(path.join(root, localFile), path.join(at, localFile))
  assert.ok(load(at).exports.includes('decryptBytes'))
})

test('a missing package is named, with what to do', () => {
  const { code, message } = load(layOut('missing'))
  assert.strictEqual(code, 'ERR_ADDON_NOT_FOUND')
  assert.ok(message.includes(`"${packageName}"`))
  for (const hint of ['--omit=optional', 'package-lock.json', 'npm/cli#4828', 'docs/bundlers.md']) {
    assert.ok(message.includes(hint), hint)
  }
})

test('a binary that the system refuses is not called missing', () => {
  const { code, message } = load(layOut('refused', installed('addon.node', 'not a library')))
  assert.notStrictEqual(code, 'ERR_ADDON_NOT_FOUND')
  assert.ok(message.includes('addon.node'), message)
})

test('a broken local build is not passed over', () => {
  const at = layOut('broken', { [localFile]: 'not a library', ...installed('addon.js', 'exports.a = 1') })
  assert.ok(load(at).message.includes(localFile))
})

test('a package without its binary is not called missing', () => {
  const { code, message } = load(layOut('hollow', installed('addon.node')))
  assert.strictEqual(code, 'MODULE_NOT_FOUND')
  assert.ok(message.includes('addon.node'))
})

test('what the package itself misses is not called the package', () => {
  const { code, message } = load(layOut('deeper', installed('addon.js', "require('something-else')")))
  assert.strictEqual(code, 'MODULE_NOT_FOUND')
  assert.ok(message.includes('something-else'))
})

// An executable's first 64 bytes, one program header at 64, and at 120 the loader that it names.
function executable(interpreter) {
  const bytes = Buffer.alloc(120 + interpreter.length)
  bytes.writeUInt32LE(64, 32)
  bytes.writeUInt16LE(1, 56)
  bytes.writeUInt32LE(3, 64)
  bytes.writeUInt32LE(120, 72)
  bytes.writeUInt32LE(interpreter.length, 96)
  bytes.write(interpreter, 120)
  return bytes
}

for (const target of targets) {
  test(`on ${target} the package is named as the napi CLI names it`, () => {
    const { platform, arch, abi, platformArchABI } = parseTriple(target)
    const runtime = path.join(folder, `${target}-node`)
    fs.writeFileSync(
      runtime,
      executable(abi === 'musl' ? '/lib/ld-musl-some.so.1' : '/lib64/ld-linux-some.so.2')
    )
    const pretendFiles = `const fs = require('fs')
      const { existsSync } = fs
      fs.existsSync = file => file.startsWith('/lib/ld-musl-') || existsSync(file)\n`
    const pretend = Object.entries({ platform, arch, execPath: runtime })
      .map(([key, value]) => `Object.defineProperty(process, '${key}', { value: ${JSON.stringify(value)} })`)
      .join('\n')
    const { code, message } = load(layOut('names'), pretendFiles + pretend)
    assert.strictEqual(code, 'ERR_ADDON_NOT_FOUND')
    assert.ok(message.includes(`"wxbizdatacrypt-native-${platformArchABI}"`), message)
    assert.strictEqual(platformOf(target), platformArchABI)
  })
}
