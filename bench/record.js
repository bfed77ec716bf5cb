'use strict'

// `npm run bench:record`: measures everything, writes results.json, and renews the documents. The hot loop runs under
// each of VERSIONS of Node.js, the server and the start of a process under the last: `npm run bench:record -- 20 26`.

const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { node } = require('../scripts/tools')

const VERSIONS = ['20', '24', '26']

const binaries = (process.argv.length > 2 ? process.argv.slice(2) : VERSIONS).map(version => node(version))
const run = (binary, script) => execFileSync(binary, [path.join(__dirname, script)], { stdio: 'inherit' })

for (const binary of binaries) run(binary, 'index.js')
for (const script of ['startup.js', 'server.js']) run(binaries[binaries.length - 1], script)
run(process.execPath, '../scripts/docs.js')
