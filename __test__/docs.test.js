'use strict'

// The parts of documents and types that are generated are what their source says.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')

test('`npm run docs` would change nothing', () => {
  const script = path.join(__dirname, '../scripts/docs.js')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
})
