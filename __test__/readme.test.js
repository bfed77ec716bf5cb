'use strict'

// What the documentation says is so: its runnable examples run and its tables and links are right.

const assert = require('node:assert')
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { codeBlocks, isRunnable, matches, run, withoutComments } = require('./helpers/snippets')

const root = path.join(__dirname, '..')
const read = file => readFileSync(path.join(root, file), 'utf8')

const README = read('README.md')
const README_ZH = read('README.zh-CN.md')
const TYPES = read('index.d.ts')

const examples = {
  'README.md': codeBlocks(README).map(([, code]) => code),
  'README.zh-CN.md': codeBlocks(README_ZH).map(([, code]) => code),
  'index.d.ts': matches(TYPES, /@example\n\s*\* ```js\n(.*?)\* ```/gs).map(([code]) =>
    code.replace(/^ *\* ?/gm, '')
  )
}
for (const [file, sources] of Object.entries(examples)) {
  const runnable = sources.filter(isRunnable)
  test(`the examples of ${file} run`, () => {
    assert.ok(runnable.length >= 3)
    for (const source of runnable) run(source)
  })
}

test('both languages show the same code', () => {
  assert.deepStrictEqual(codeBlocks(README_ZH).map(withoutComments), codeBlocks(README).map(withoutComments))
})

test('every link within the repository leads somewhere', () => {
  for (const file of ['README.md', 'README.zh-CN.md']) {
    for (const [target] of matches(read(file), /\]\(([^):#]+)\)/g)) {
      assert.ok(existsSync(path.join(root, path.dirname(file), target)), `${file}: ${target}`)
    }
  }
})
