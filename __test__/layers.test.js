'use strict'

// The layers of lib/ and src/: what each file requires, and what each Rust module names of the crate.

const assert = require('node:assert')
const fs = require('node:fs')
const { isBuiltin } = require('node:module')
const path = require('node:path')
const { test } = require('node:test')

const root = path.join(__dirname, '..')

/** Lists the files of a folder, by their paths from the root. */
function listFiles(folder, extension) {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true })
    .filter(name => name.endsWith(extension))
    .map(name => `${folder}/${name.replaceAll(path.sep, '/')}`)
}

/** Returns what a file requires: paths from the root, and names of modules. */
function requiresOf(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  return Array.from(text.matchAll(/\brequire\('([^']+)'\)/g), ([, name]) => {
    if (!name.startsWith('.') || name === './wasm-core') return name
    return path.relative(root, require.resolve(path.join(root, path.dirname(file), name))).replace(/\\/g, '/')
  })
}

const files = listFiles('lib', '.js')
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

test('only the host, the command line and the files that load the core require modules, and of Node alone', () => {
  const mayAskNode = file => /^lib\/(?:host|addon|wasm)|^lib\/cli\//.test(file)
  for (const [file, names] of requires) {
    const others = names.filter(name => !/^(?:lib\/.*|package\.json|\.\/wasm-core)$/.test(name))
    assert.deepStrictEqual(others, mayAskNode(file) ? others.filter(isBuiltin) : [], file)
  }
})

test('nothing that a server loads requires what is for people at a terminal', () => {
  for (const [file, names] of requires) {
    if (/^lib\/(?:diagnose|cli|paste)/.test(file)) continue
    for (const name of names)
      assert.ok(!/^lib\/(?:diagnose|cli|paste)/.test(name), `${file} requires ${name}`)
  }
})

/** The modules of the crate that each module may name. */
const modules = {
  node: ['calls', 'common', 'wechat'],
  wasm: ['alipay', 'calls', 'common', 'wechat'],
  calls: ['alipay', 'common', 'wechat'],
  alipay: ['common'],
  wechat: ['common'],
  common: []
}

test('every module of src/ uses only the layers below it, and one knows of Node-API', () => {
  for (const file of listFiles('src', '.rs').filter(file => file !== 'src/lib.rs')) {
    const [, module] = /^src\/(\w+)/.exec(file)
    const [code] = fs.readFileSync(path.join(root, file), 'utf8').split('#[cfg(test)]')
    for (const [, used] of code.matchAll(/crate::(\w+)/g)) {
      assert.ok(used === module || modules[module].includes(used), `${file} uses crate::${used}`)
    }
    if (module !== 'node') assert.doesNotMatch(code, /napi/, file)
  }
})
