'use strict'

// lib/native.js: which addon it loads on which machine, and what it says when it cannot.

const { test, before, after } = require('node:test')
const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { targets, platformOf } = require('../scripts/targets')

const root = path.join(__dirname, '..')
const localFile = fs.readdirSync(root).find(name => loads(path.join(root, name)))
const platform = /^wxbizdatacrypt-native\.(.+)\.node$/.exec(localFile)[1]
const packageName = `wxbizdatacrypt-native-${platform}`
const builtExports = Object.keys(require(path.join(root, localFile)))
let folder

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'native-'))
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

// A package's folder with lib/native.js, in which `files` are laid out.
function layOut(name, files = {}) {
  const at = path.join(folder, name)
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    fs.writeFileSync(path.join(at, file), content)
  }
  for (const file of ['package.json', 'lib/native.js']) {
    fs.mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    fs.copyFileSync(path.join(root, file), path.join(at, file))
  }
  return at
}

function installed(main, content) {
  return packageFiles(packageName, main, content)
}

function packageFiles(name, main, content) {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, main }),
    ...(content !== undefined && { [`node_modules/${name}/${main}`]: content })
  }
}

// → what lib/native.js exports or throws in a process of its own, in which `first` runs before it.
function load(at, first = '', flags = []) {
  const script = `${first}
    let outcome
    try {
      outcome = { exports: Object.keys(require(${JSON.stringify(path.join(at, 'lib/native.js'))})) }
    } catch ({ code, message }) {
      outcome = { code, message }
    }
    console.log(JSON.stringify(outcome))`
  return JSON.parse(
    execFileSync(process.execPath, [...flags, '--eval', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore']
    })
  )
}

test('the package of the platform is loaded', () => {
  const at = layOut('package', installed('addon.js', 'exports.fromPackage = true'))
  assert.deepStrictEqual(load(at), { exports: ['fromPackage'] })
})

test('a local build takes precedence over the package', () => {
  const at = layOut('local', installed('addon.js', 'exports.fromPackage = true'))
  fs.copyFileSync(path.join(root, localFile), path.join(at, localFile))
  assert.deepStrictEqual(load(at).exports, builtExports)
})

test('a missing package is named, with what to do', () => {
  const { code, message } = load(layOut('missing'))
  assert.strictEqual(code, 'ERR_ADDON_NOT_FOUND')
  assert.ok(message.includes(`"${packageName}"`))
  const { repository } = require('../package.json')
  const docs = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/docs`
  for (const hint of [
    '--omit=optional',
    'package-lock.json',
    'npm/cli#4828',
    `${docs}/bundlers.md`,
    `${docs}/install.md`
  ]) {
    assert.ok(message.includes(hint), hint)
  }
})

test('a binary that the system rejects is not reported as missing', () => {
  const { code, message } = load(layOut('rejected', installed('addon.node', 'not a library')))
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

// Both C libraries' packages are there where an npm older than 9 has installed them.
const onLinux = { skip: !/^linux-(x64|arm64)-/.test(platform) && 'not a Linux with two C libraries' }
const muslName = packageName.replace(/gnu$/, 'musl')
const gnuName = muslName.replace(/musl$/, 'gnu')

test('of the packages for two C libraries the one that loads is taken', onLinux, () => {
  for (const [broken, works] of [
    [muslName, gnuName],
    [gnuName, muslName]
  ]) {
    const at = layOut(`two-${broken}`, {
      ...packageFiles(broken, 'addon.node', 'not a library'),
      ...packageFiles(works, 'addon.js', 'exports.works = true')
    })
    assert.deepStrictEqual(load(at), { exports: ['works'] })
  }
})

test('where neither loads, the error says why for both', onLinux, () => {
  const at = layOut('neither', {
    ...packageFiles(muslName, 'musl.node', 'not a library'),
    ...packageFiles(gnuName, 'gnu.node', 'not a library')
  })
  const { code, message } = load(at)
  assert.strictEqual(code, 'ERR_DLOPEN_FAILED')
  assert.ok(message.includes('musl.node') && message.includes('gnu.node'), message)
})

test('loading reads nothing outside of the package and its node_modules', () => {
  const at = layOut('confined')
  fs.cpSync(path.join(root, localFile), path.join(at, localFile))
  const [major] = process.versions.node.split('.').map(Number)
  const flags = [
    major >= 24 ? '--permission' : '--experimental-permission',
    '--allow-addons',
    `--allow-fs-read=${at}/*`
  ]
  assert.deepStrictEqual(load(at, '', flags).exports, builtExports)
  // What the loader reads by itself, on every runtime.
  const watch = `
    const fs = require('fs')
    const { existsSync } = fs
    fs.existsSync = file => {
      if (!file.startsWith(${JSON.stringify(at)})) throw new Error('read ' + file)
      return existsSync(file)
    }
    for (const name of ['openSync', 'readdirSync']) {
      fs[name] = file => { throw new Error(name + ' ' + file) }
    }
    process.report.getReport = () => { throw new Error('report') }\n`
  assert.deepStrictEqual(load(at, watch).exports, builtExports)
})

for (const target of targets) {
  test(`on ${target} the package that is made for it is looked for`, () => {
    const [os, cpu] = platformOf(target).split('-')
    const pretend = Object.entries({ platform: os, arch: cpu })
      .map(([key, value]) => `Object.defineProperty(process, '${key}', { value: '${value}' })`)
      .join('\n')
    const { code, message } = load(layOut('names'), pretend)
    assert.strictEqual(code, 'ERR_ADDON_NOT_FOUND')
    assert.ok(message.includes(`"wxbizdatacrypt-native-${platformOf(target)}"`), message)
  })
}
