'use strict'

// The layers of lib/: what each file requires. The Rust side has tests/layers.rs.

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const root = path.join(__dirname, '..')

/** Lists the JavaScript files of lib/, by their paths from the root. */
function listFiles(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const name = `${folder}/${entry.name}`
    return entry.isDirectory() ? listFiles(name) : name.endsWith('.js') ? [name] : []
  })
}

/** Returns what a file requires: paths from the root, and names of modules. */
function requiresOf(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  return Array.from(text.matchAll(/\brequire\('([^']+)'\)/g), ([, name]) => {
    if (!name.startsWith('.') || name === './wasm-core') return name
    return path.relative(root, require.resolve(path.join(root, path.dirname(file), name))).replace(/\\/g, '/')
  })
}

const files = listFiles('lib')
const requires = new Map(files.map(file => [file, requiresOf(file)]))

test('no file requires itself, directly or through others', () => {
  const reach = (file, seen) => {
    for (const next of requires.get(file) || []) {
      if (seen.has(next)) continue
      seen.add(next)
      reach(next, seen)
    }
    return seen
  }
  for (const file of files) assert.ok(!reach(file, new Set()).has(file), file)
})

test('data, wordings and the host require nothing above them', () => {
  assert.deepStrictEqual(requires.get('lib/own.js'), [])
  assert.deepStrictEqual(requires.get('lib/messages.js'), [])
  assert.deepStrictEqual(requires.get('lib/platforms.js'), ['lib/own.js'])
  for (const name of requires.get('lib/host.js')) assert.ok(!name.startsWith('lib/'), name)
})

test('only the host, the command line and the files that load the core require modules of Node', () => {
  const mayAskNode = file => /^lib\/(?:host|addon|wasm)|^lib\/cli\//.test(file)
  for (const [file, names] of requires) {
    const modules = names.filter(name => !name.startsWith('lib/') && name !== 'package.json')
    if (!mayAskNode(file)) assert.deepStrictEqual(modules, [], file)
  }
})

test('nothing that a server loads requires what is for people at a terminal', () => {
  for (const [file, names] of requires) {
    if (/^lib\/(?:diagnose|cli|paste)/.test(file)) continue
    for (const name of names)
      assert.ok(!/^lib\/(?:diagnose|cli|paste)/.test(name), `${file} requires ${name}`)
  }
})
