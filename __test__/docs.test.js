'use strict'

// The READMEs and the pages of docs/: generated parts are what their source says, examples run, both languages show
// the same code, links lead somewhere, the tests that they name exist, and the commands that can be tried are enough.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { codeBlocks, isRunnable, matches, run, withoutComments } = require('./helpers/snippets')

const root = path.join(__dirname, '..')
const read = file => readFileSync(path.join(root, file), 'utf8')
const pages = [
  ...['README.md', 'README.zh-CN.md'],
  ...readdirSync(path.join(root, 'docs'))
    .filter(file => file.endsWith('.md'))
    .map(file => `docs/${file}`)
]

test('`npm run docs` would change nothing', () => {
  const script = path.join(root, 'scripts/docs.js')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
})

for (const page of pages) {
  const runnable = codeBlocks(read(page))
    .map(([, code]) => code)
    .filter(isRunnable)
  if (runnable.length === 0) continue
  test(`the examples of ${page} run`, () => {
    for (const source of runnable) run(source)
  })
}

// What is in the language of the page: comments, messages, and the hint that `diagnose` has in both.
const untranslated = text =>
  text.replace(/hintZh/g, 'hint').replace(/new Error\((['"]).*?\1\)/g, 'new Error()')
const codeOf = file =>
  codeBlocks(untranslated(read(file)))
    .filter(([language]) => language !== 'mermaid')
    .map(withoutComments)

test('both languages show the same code', () => {
  for (const english of pages.filter(page => pages.includes(page.replace('.md', '.zh-CN.md')))) {
    assert.deepStrictEqual(codeOf(english.replace('.md', '.zh-CN.md')), codeOf(english), english)
  }
})

test('every link within the repository leads somewhere', () => {
  for (const page of pages) {
    const links = [
      ...matches(read(page), /\]\(([^)]+)\)/g),
      ...matches(read(page), /(?:src|srcset)="([^"]+)"/g)
    ]
    for (const [target] of links) {
      if (/^https:/.test(target)) continue
      const [file, anchor] = target.split('#')
      const absolute = file === '' ? path.join(root, page) : path.join(root, path.dirname(page), file)
      assert.ok(existsSync(absolute), `${page}: ${target}`)
      if (anchor !== undefined) assert.ok(anchorsOf(absolute).includes(anchor), `${page}: ${target}`)
    }
  }
})

test('every test that a page names exists', () => {
  for (const page of pages) {
    for (const [file] of matches(read(page), /`((?:__test__|tests|fuzz)\/[\w./-]+)`/g)) {
      assert.ok(existsSync(path.join(root, file)), `${page}: ${file}`)
    }
  }
})

// As GitHub names headings.
function anchorsOf(file) {
  return matches(readFileSync(file, 'utf8'), /^#+ (.*)$/gm).map(([heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
  )
}

test("Node's permission model asks for no more than install.md says", () => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const command = read('docs/install.md')
    .match(/^node --permission (.*) server\.js/m)[1]
    .split(' ')
  assert.deepStrictEqual(command, ['--allow-addons', '--allow-fs-read=/app/'])
  const flags = [permission, '--allow-addons', `--allow-fs-read=${root}${path.sep}`]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, 'examples/demo.js'], {
    cwd: root,
    encoding: 'utf8'
  })
  assert.strictEqual(status, 0, stderr)
  assert.match(stdout, /Band/)
})
