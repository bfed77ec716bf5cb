'use strict'

// `npm run bench:record -- [NODE…]`: measures everything, writes results.json, and renews the documents. Each NODE is
// another Node binary to run the hot loop under; the server and the start are measured with the last, or with this one.

const { execFileSync } = require('node:child_process')
const path = require('node:path')

const binaries = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath]
const run = (binary, script) => execFileSync(binary, [path.join(__dirname, script)], { stdio: 'inherit' })

for (const binary of binaries) run(binary, 'index.js')
run(binaries[binaries.length - 1], 'startup.js')
run(binaries[binaries.length - 1], 'server.js')
run(process.execPath, '../scripts/docs.js')
