'use strict'

// What the package exports: the same class and functions for `require` and `import`, and as typed.

const assert = require('node:assert')
const { readFileSync } = require('node:fs')
const { test } = require('node:test')
const WXBizDataCrypt = require('..')

const names = Object.keys(WXBizDataCrypt)

test('the class is its own WXBizDataCrypt and default', () => {
  assert.strictEqual(WXBizDataCrypt.WXBizDataCrypt, WXBizDataCrypt)
  assert.strictEqual(WXBizDataCrypt.default, WXBizDataCrypt)
  assert.strictEqual(require('wxbizdatacrypt-native'), WXBizDataCrypt)
})

test('import finds every name that require does', async () => {
  const imported = await import('wxbizdatacrypt-native')
  assert.strictEqual(imported.default, WXBizDataCrypt)
  for (const name of names) assert.strictEqual(imported[name], WXBizDataCrypt[name], name)
})

test('the types name what is exported, and nothing else', () => {
  const types = readFileSync(`${__dirname}/../index.d.ts`, 'utf8')
  const typed = Array.from(types.matchAll(/^ {2}export (?:class|function|const) (\w+)/gm), match => match[1])
  assert.deepStrictEqual([...typed, 'WXBizDataCrypt', 'default'].sort(), [...names].sort())
})
