'use strict'

// What the package is made of, and what it runs where: nothing but itself, and no `unsafe` but what
// docs/security.md argues.

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const semver = require('semver')

const root = path.join(__dirname, '..')
const read = file => fs.readFileSync(path.join(root, file), 'utf8')
const files = folder =>
  fs.readdirSync(path.join(root, folder), { recursive: true }).map(file => path.join(folder, file))
const manifest = JSON.parse(read('package.json'))

// README, "Development": Node 20.
const OLDEST_NODE = '20.19.0'

test('the package needs no other at run time', () => {
  assert.deepStrictEqual(manifest.dependencies || {}, {})
  assert.deepStrictEqual(manifest.peerDependencies || {}, {})
  // The same addon, built for one platform each.
  for (const name of Object.keys(manifest.optionalDependencies || {})) {
    assert.ok(name.includes(manifest.name), name)
  }
})

test('the shipped files require only themselves and Node', () => {
  const shipped = manifest.files
    .flatMap(entry => (path.extname(entry) ? [entry] : files(entry)))
    .filter(file => file.endsWith('.js'))
  assert.ok(shipped.includes('index.js') && shipped.some(file => file.startsWith('lib')))
  for (const file of shipped) {
    for (const [, name] of read(file).matchAll(/\brequire\('([^']*)'\)/g)) {
      assert.ok(
        /^\.\.?(\/|$)/.test(name) || require('node:module').builtinModules.includes(name),
        `${file}: ${name}`
      )
    }
  }
})

test('installing runs nothing', () => {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'prepublishOnly', 'publish']
  for (const hook of hooks) assert.ok(!(hook in manifest.scripts), hook)
})

test('the lock files name no address', () => {
  for (const file of ['package-lock.json', 'bench/package-lock.json', 'examples/package-lock.json']) {
    assert.doesNotMatch(read(file), /"resolved": "(?!file:|\.\.")/)
  }
  for (const file of ['Cargo.lock', 'fuzz/Cargo.lock', 'scripts/release/inspect-binary/Cargo.lock']) {
    for (const [, source] of read(file).matchAll(/^source = "(.*)"$/gm)) {
      assert.strictEqual(source, 'registry+https://github.com/rust-lang/crates.io-index')
    }
  }
})

test('the tools for development run on the oldest Node that the README names for it', () => {
  const { packages } = JSON.parse(read('package-lock.json'))
  const rejecting = Object.entries(packages)
    .filter(([, { engines = {} }]) => engines.node && !semver.satisfies(OLDEST_NODE, engines.node))
    .map(([at, { engines }]) => `${at}: ${engines.node}`)
  assert.deepStrictEqual(rejecting, [])
})

test('a panic unwinds, so that it can be caught', () => {
  assert.doesNotMatch(read('Cargo.toml'), /^\s*panic\s*=/m)
})

test('every `unsafe` is at the boundary and explained in docs/security.md', () => {
  const counts = {}
  for (const file of files('src').filter(file => file.endsWith('.rs'))) {
    const code = read(file).replace(/\/\/.*$/gm, '')
    const count = (code.match(/\bunsafe\b/g) || []).length
    if (count > 0) counts[file.split(path.sep).join('/')] = count
  }
  const argued = {}
  const rows = read('docs/security.md').matchAll(/^\| `(src\/[^`]*)` \| `\w[\w:]*` \| (\d+) \|/gm)
  for (const [, file, count] of rows) argued[file] = (argued[file] || 0) + Number(count)
  assert.deepStrictEqual(counts, argued)
  assert.ok(Object.keys(counts).every(file => file.startsWith('src/node/')))
})

const workflows = path.join(root, '.github', 'workflows')
test('the workflows pin every action and grant no more than they say', {
  skip: !fs.existsSync(workflows)
}, () => {
  for (const name of fs.readdirSync(workflows)) {
    const text = fs.readFileSync(path.join(workflows, name), 'utf8')
    assert.match(text, /^permissions:/m, `${name} says no permissions`)
    for (const [, action] of text.matchAll(/^\s*(?:- )?uses: *(.+)/gm)) {
      assert.match(action, /^\.\/|@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${action}`)
    }
  }
})
