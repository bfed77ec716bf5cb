'use strict'

// `decrypt --ndjson` on a file of phone records, each with a session key of its own: how many a second,
// and how much memory at the most.
//
//   node bench/ndjson.js [records]

const { spawnSync } = require('node:child_process')
const { createCipheriv, randomBytes } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const records = Number(process.argv[2] || 1_000_000)
const appId = 'wx4f4bc4dec97d474b'
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ndjson-'))
const input = path.join(directory, 'records.ndjson')
const output = path.join(directory, 'decrypted.ndjson')

const phoneOf = i => String(13_000_000_000 + i)

function createRecord(i) {
  const phoneNumber = phoneOf(i)
  const data = {
    phoneNumber,
    purePhoneNumber: phoneNumber,
    countryCode: '86',
    watermark: { timestamp: 1477314187 + i, appid: appId }
  }
  const key = randomBytes(16)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const encryptedData = cipher.update(JSON.stringify(data), 'utf8', 'base64') + cipher.final('base64')
  return { sessionKey: key.toString('base64'), encryptedData, iv: iv.toString('base64') }
}

function generate() {
  const file = fs.openSync(input, 'w')
  for (let i = 0; i < records; ) {
    let text = ''
    for (const end = Math.min(i + 10_000, records); i < end; i++)
      text += `${JSON.stringify(createRecord(i))}\n`
    fs.writeSync(file, text)
  }
  fs.closeSync(file)
}

// Every record, in order.
function check() {
  const lines = fs.readFileSync(output, 'latin1').split('\n')
  if (lines.length !== records + 1) throw new Error(`${lines.length - 1} lines for ${records} records`)
  for (let i = 0; i < records; i++) {
    if (JSON.parse(lines[i]).phoneNumber !== phoneOf(i)) throw new Error(`line ${i + 1} is another record`)
  }
}

try {
  generate()
  const bin = path.join(__dirname, '..', 'bin.js')
  // In a module that the command loads first: what the process used, when it ends.
  const usage = path.join(directory, 'usage.js')
  fs.writeFileSync(usage, `process.on('exit', () => console.error(process.resourceUsage().maxRSS))`)
  const args = ['--require', usage, bin, 'decrypt', '--ndjson', '--app-id', appId, input]
  const started = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', fs.openSync(output, 'w'), 'pipe'],
    encoding: 'utf8'
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (status !== 0) throw new Error(`exit status ${status}: ${stderr}`)
  check()
  console.log(`${records} records, ${(fs.statSync(input).size / 1e6).toFixed(0)} MB: ${seconds.toFixed(2)} s`)
  console.log(
    `${Math.round(records / seconds)} records/s, peak memory ${Math.round(Number(stderr) / 1024)} MiB`
  )
} finally {
  fs.rmSync(directory, { recursive: true })
}
