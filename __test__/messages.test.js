'use strict'

// lib/messages.js: every wording is there in English and in Chinese, with the same placeholders, and every reason
// that an error can have has a wording.

const assert = require('node:assert')
const { readdirSync, readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const messages = require('../lib/messages')
const platforms = require('../lib/platforms')

/** All wordings in a table, with the path to each. */
function* list(table, at) {
  if (typeof table.en === 'string') yield { at, ...table }
  else for (const [name, value] of Object.entries(table)) yield* list(value, `${at}.${name}`)
}

const wordings = Object.entries(messages)
  .filter(([, table]) => typeof table === 'object')
  .flatMap(([name, table]) => [...list(table, name)])

const placeholders = text => new Set(text.match(/\{\w+\}/g))

test('every wording is in English and in Chinese, with the same placeholders', () => {
  assert.ok(wordings.length > 50)
  for (const { at, en, zh } of wordings) {
    assert.match(en, /^[^\u4e00-\u9fff]*[a-z]/, `${at} in English`)
    // A term such as `openid` is the same in Chinese.
    if (en.includes(' ') && !/^an? \w+$/.test(en)) assert.match(zh, /\p{Script=Han}/u, `${at} in Chinese`)
    assert.deepStrictEqual(placeholders(zh), placeholders(en), at)
  }
})

test('the notes and titles of the platforms are in both languages', () => {
  for (const { name, title, note } of platforms) {
    for (const pair of [title, note].filter(Boolean)) assert.strictEqual(pair.filter(Boolean).length, 2, name)
  }
})

test('code and numbers that a text quotes are the same in both languages', () => {
  // `hint` and `hintZh` are each language's own.
  const quoted = text => (text.replace(/hintZh/g, 'hint').match(/`[^`]+`|\b\d{2,}\b/g) || []).sort()
  for (const { at, en, zh } of wordings) assert.deepStrictEqual(new Set(quoted(zh)), new Set(quoted(en)), at)
})

test('no wording is written outside of the table', () => {
  const folder = path.join(__dirname, '../lib')
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!/\.js$/.test(file) || /messages|platforms|cli|diagnose|paste/.test(file)) continue
    const code = readFileSync(path.join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    assert.doesNotMatch(code, /\p{Script=Han}/u, file)
  }
})
