'use strict'

// `node bench/startup.js`: what a fresh process pays for `require`, and for its first decryption. A
// process per sample, kinds in a new order every round; medians. PROCESSES sets how many of each.

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { renderStartup } = require('../scripts/benchmarks')
const { median, node, save, shuffle } = require('./harness')

const root = path.join(__dirname, '..')
const processes = Number(process.env.PROCESSES || 40)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'startup-'))
const addon = fs.readdirSync(root).find(file => file.endsWith('.node'))

const empty = path.join(folder, 'empty.js')
fs.writeFileSync(empty, '')

const sample = path.join(__dirname, 'sample.js')

// Each prints the milliseconds that it measured in itself.
const timed = code =>
  `const start = process.hrtime.bigint(); ${code}; console.log(Number(process.hrtime.bigint() - start) / 1e6)`
const requiring = file => timed(`require(${JSON.stringify(file)})`)
const decrypting = file => `
  const { appId, sessionKey, encryptedData, iv } = require(${JSON.stringify(path.join(root, '__test__/demo.json'))});
  ${timed(`new (require(${JSON.stringify(file)}))(appId, sessionKey).decryptData(encryptedData, iv)`)}`

const kinds = {
  'require an empty file': requiring(empty),
  'require the bare .node file': requiring(path.join(root, addon)),
  'require the package': requiring(root),
  'require Tencent’s sample': requiring(sample),
  'require Tencent’s sample and decrypt once': decrypting(sample),
  'require the package and decrypt once': decrypting(root)
}

const times = Object.fromEntries(Object.keys(kinds).map(name => [name, []]))
for (let round = 0; round < processes; round += 1) {
  for (const name of shuffle(Object.keys(kinds))) {
    const script = path.join(folder, 'script.js')
    fs.writeFileSync(script, kinds[name])
    times[name].push(Number(execFileSync(process.execPath, [script], { encoding: 'utf8' })))
  }
}
fs.rmSync(folder, { recursive: true })

const ms = Object.fromEntries(
  Object.entries(times).map(([name, samples]) => [name, Number(median(samples).toFixed(2))])
)
const startup = { node, ms }
save(results => Object.assign(results, { startup }))
console.log(renderStartup(startup).join('\n'))
console.log(
  `\nNode ${process.version}, ${process.platform} ${process.arch}: medians of ${processes} processes each.`
)
