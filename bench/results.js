'use strict'

// Keeps what was measured in results.json, of which `npm run docs` makes the tables and charts of the documents.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const file = path.join(__dirname, 'results.json')

/**
 * Replaces one part of the results, such as `['hot', '26', 'WeChat']`.
 *
 * @param {string[]} at
 * @param {object} value
 */
function save(at, value) {
  const results = JSON.parse(fs.readFileSync(file, 'utf8'))
  results.machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores`
  const last = at[at.length - 1]
  const parent = at.slice(0, -1).reduce((object, name) => {
    if (object[name] === undefined) object[name] = {}
    return object[name]
  }, results)
  parent[last] = value
  fs.writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

const major = process.versions.node.split('.')[0]

module.exports = { major, save }
