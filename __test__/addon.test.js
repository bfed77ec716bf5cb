'use strict'

// lib/addon.js: which addon it loads on which machine, that nothing planted elsewhere runs, and what it says when it
// finds none.

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
const builtAddon = fs.readFileSync(path.join(root, localFile))
let folder

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'addon-'))
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

/** Lays out a package's folder with lib/addon.js and `files`. */
function layOut(name, files = {}) {
  const at = path.join(folder, name)
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    fs.writeFileSync(path.join(at, file), content)
  }
  for (const file of ['package.json', 'lib/addon.js']) {
    fs.mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    fs.copyFileSync(path.join(root, file), path.join(at, file))
  }
  return at
}

/** The files of an installed package; by default with the addon that is built here. */
function packageFiles(name, main = 'addon.node', content = builtAddon) {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, main }),
    ...(content !== null && { [`node_modules/${name}/${main}`]: content })
  }
}

const installed = (...args) => packageFiles(packageName, ...args)

/** Returns what lib/addon.js exports or throws in another process, in which `first` runs before it. */
function load(at, first = '', cwd = at) {
  const script = `${first}
    let outcome
    try {
      outcome = { exports: Object.keys(require(${JSON.stringify(path.join(at, 'lib/addon.js'))})) }
    } catch ({ code, message }) {
      outcome = { code, message }
    }
    console.log(JSON.stringify(outcome))`
  return JSON.parse(
    execFileSync(process.execPath, ['--eval', script], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore']
    })
  )
}

test('the package of the platform is loaded', () => {
  assert.deepStrictEqual(load(layOut('package', installed())), { exports: builtExports })
})

test('a local build takes precedence over the package', () => {
  const at = layOut('local', installed('addon.node', 'not a library'))
  fs.copyFileSync(path.join(root, localFile), path.join(at, localFile))
  assert.deepStrictEqual(load(at).exports, builtExports)
})

for (const [name, files, isMissing, named] of [
  ['a missing package is named', {}, true, `"${packageName}"`],
  ['a package without its binary is reported as missing', installed('addon.node', null), true, packageName],
  [
    'a binary that the system rejects is not reported as missing',
    installed('addon.node', 'not a library'),
    false,
    'addon.node'
  ],
  [
    'a local build that does not load is reported',
    { [localFile]: 'not a library', ...installed() },
    false,
    localFile
  ]
]) {
  test(name, () => {
    const { message } = load(layOut(name, files))
    assert.strictEqual(message.startsWith('there is no package'), isMissing)
    assert.ok(message.includes(named), message)
  })
}

// Both C libraries' packages are there where an npm older than 9 has installed them.
const onLinux = { skip: !/^linux-(x64|arm64)-/.test(platform) && 'not a Linux with two C libraries' }
const muslName = packageName.replace(/gnu$/, 'musl')
const gnuName = muslName.replace(/musl$/, 'gnu')

test('of two packages for two C libraries the one that loads is used', onLinux, () => {
  for (const [broken, works] of [
    [muslName, gnuName],
    [gnuName, muslName]
  ]) {
    const at = layOut(`two-${broken}`, {
      ...packageFiles(broken, 'addon.node', 'not a library'),
      ...packageFiles(works)
    })
    assert.deepStrictEqual(load(at).exports, builtExports)
  }
})

test('if neither loads, the error says why for both', onLinux, () => {
  const at = layOut('neither', {
    ...packageFiles(muslName, 'musl.node', 'not a library'),
    ...packageFiles(gnuName, 'gnu.node', 'not a library')
  })
  const { code, message } = load(at)
  assert.strictEqual(code, 'ERR_DLOPEN_FAILED')
  assert.ok(message.includes('musl.node') && message.includes('gnu.node'), message)
})

test('nothing that is planted in a parent folder or in the current folder runs', () => {
  const at = layOut('parent/app/node_modules/wxbizdatacrypt-native')
  layOut('parent/app', installed())
  // Whatever is loaded from another folder leaves a mark, also if it fails to load.
  const mark = path.join(folder, 'ran')
  const leaveMark = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`
  const watch = `
    const { dlopen } = process
    process.dlopen = (target, file, ...rest) => {
      if (!file.startsWith(${JSON.stringify(path.join(folder, 'parent/app'))})) ${leaveMark}
      return dlopen(target, file, ...rest)
    }`
  for (const name of new Set([packageName, muslName, gnuName])) {
    for (const [place, main] of [
      ['parent', 'planted.node'],
      ['parent', `${'deep/'.repeat(40)}planted.node`],
      ['parent', 'planted.js'],
      ['elsewhere', 'planted.js']
    ]) {
      layOut(place, packageFiles(name, main, leaveMark))
      layOut(place, { [`wxbizdatacrypt-native.${name.slice(22)}.node`]: 'planted' })
      for (const cwd of [layOut('parent'), layOut('elsewhere'), at]) {
        assert.deepStrictEqual(load(at, watch, cwd), { exports: builtExports }, `${place}, ${main}`)
      }
      assert.ok(!fs.existsSync(mark), `${place}, ${main}`)
      fs.rmSync(path.join(folder, place, 'node_modules', name), { recursive: true })
    }
  }
})

test('a bundle whose __dirname is relative loads no addon of the current folder', () => {
  const at = layOut('bundled', { [localFile]: 'planted', [`lib/${localFile}`]: 'planted' })
  const source = fs.readFileSync(path.join(root, 'lib/addon.js'), 'utf8')
  for (const name of ['', '.', 'lib', './lib']) {
    const bundle = `
      const run = new Function('require', 'module', 'exports', '__dirname', ${JSON.stringify(source)})
      run(require, { exports: {} }, {}, ${JSON.stringify(name)})`
    const cwd = layOut('bundled')
    const script = `try { ${bundle} } catch ({ message }) { console.log(message) }`
    const output = execFileSync(process.execPath, ['--eval', script], { cwd, encoding: 'utf8' })
    assert.match(output, /^there is no package/, `${at} ${name}`)
  }
})

test('loading reads nothing outside of the package and its node_modules', () => {
  const at = layOut('confined')
  fs.cpSync(path.join(root, localFile), path.join(at, localFile))
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

/** Code that makes a process one of another platform. */
function pretend(platform, arch) {
  return Object.entries({ platform, arch })
    .map(([key, value]) => `Object.defineProperty(process, '${key}', { value: '${value}' })`)
    .join('\n')
}

for (const target of targets) {
  test(`on ${target} the package that is made for it is looked for`, () => {
    const { message } = load(layOut('names'), pretend(...platformOf(target).split('-')))
    assert.match(message, /^there is no package/)
    assert.ok(message.includes(`"wxbizdatacrypt-native-${platformOf(target)}"`), message)
  })
}

test('on other platforms no package is named or loaded, but a local build is', () => {
  for (const [platform, arch, name] of [
    ['linux', 's390x', 'linux-s390x-gnu'],
    ['linux', 'ppc64', 'linux-ppc64-gnu'],
    ['freebsd', 'arm64', 'freebsd-arm64'],
    ['sunos', 'x64', 'sunos-x64']
  ]) {
    const at = layOut(`other-${name}`, packageFiles(`wxbizdatacrypt-native-${name}`))
    const { message } = load(at, pretend(platform, arch))
    assert.strictEqual(message, `there is no build "wxbizdatacrypt-native.${name}.node"`)
    layOut(`other-${name}`, { [`wxbizdatacrypt-native.${name}.node`]: builtAddon })
    assert.deepStrictEqual(load(at, pretend(platform, arch)).exports, builtExports)
  }
})
