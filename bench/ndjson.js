'use strict'

// `decrypt --ndjson` on a file of phone records, each with its own session key and id: how many per second, of
// elapsed time and of processor time, and the peak memory.
//
//   node bench/ndjson.js [records]

const { spawnSync } = require('node:child_process')
const { randomBytes } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { encrypt } = require('../__test__/helpers/encrypt')

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
  const sessionKey = randomBytes(16)
  return { id: i, sessionKey: sessionKey.toString('base64'), ...encrypt(data, { sessionKey }) }
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
    const { line, id, data } = JSON.parse(lines[i])
    const isRight = line === i + 1 && id === i && data.phoneNumber === phoneOf(i)
    if (!isRight) throw new Error(`line ${i + 1} is another record`)
  }
}

try {
  generate()
  const bin = path.join(__dirname, '..', 'bin.js')
  // In a module that the command loads first: what the process used, when it ends.
  const usage = path.join(directory, 'usage.js')
  fs.writeFileSync(usage, `process.on('exit', () => console.error(JSON.stringify(process.resourceUsage())))`)
  const args = ['--require', usage, bin, 'decrypt', '--ndjson', '--app-id', appId, input]
  const started = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', fs.openSync(output, 'w'), 'pipe'],
    encoding: 'utf8'
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (status !== 0) throw new Error(`exit status ${status}: ${stderr}`)
  check()
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(stderr)
  const busy = (userCPUTime + systemCPUTime) / 1e6
  const perSecond = time => Math.round(records / time).toLocaleString('en')
  console.log(`${records} records, ${(fs.statSync(input).size / 1e6).toFixed(0)} MB`)
  console.log(`${perSecond(seconds)} records/s elapsed (${seconds.toFixed(2)} s, start of Node included)`)
  console.log(`${perSecond(busy)} records/s of processor time (${busy.toFixed(2)} s, all threads)`)
  console.log(`peak memory ${Math.round(maxRSS / 1024)} MiB`)
} finally {
  fs.rmSync(directory, { recursive: true })
}
