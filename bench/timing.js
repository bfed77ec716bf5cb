'use strict'

// Whether the time of a rejection tells what the data decrypts to.
//
//   node bench/timing.js [LENGTH…]          16, 400, 4096 and 32000 bytes if none is given
//   node bench/timing.js --checks           how long the checks take that the deadline must cover
//
// Calls every class of rejected plaintext in random order and prints for each quantile the least time of a
// class and the difference to the greatest. Ends with code 1 where two classes differ by more than the
// bounds, three times in a row: what the machine does besides is no leak. ROUNDS is the number of calls of each class
// (1,000 at 400 bytes, fewer for longer data); PACKAGE_ROOT another build of the package to look at.

const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { encrypt } = require('../__test__/helpers/encrypt')
const {
  rejectedPlaintexts,
  phoneNumber,
  userInfo,
  watermark
} = require('../__test__/helpers/rejected-plaintexts')
const { shuffle } = require('./harness')

const LENGTHS = [16, 400, 4096, 32_000]
const VARIANTS = 24
const BOUNDS = [
  { quantile: 0.25, relative: 0.05, absolute: 100 },
  { quantile: 0.5, relative: 0.05, absolute: 100 },
  { quantile: 0.9, relative: 0.1, absolute: 300 },
  { quantile: 0.99 }
]

const { values: flags, positionals } = parseArgs({
  options: { checks: { type: 'boolean' } },
  allowPositionals: true
})
const lengths = positionals.length > 0 ? positionals.map(Number) : LENGTHS
const rounds = Number(process.env.ROUNDS || 1000)

const appId = 'wx4f4bc4dec97d474b'
const openId = 'oGZUI0egBJY1zhBYw2KhdUfwVJJF'
const key = crypto.randomBytes(16)
const frameKey = crypto.randomBytes(24)
const base64 = bytes => bytes.toString('base64')

if (flags.checks) measureChecks()
else process.exitCode = compareAll() ? 0 : 1

function compareAll() {
  const pc = load(process.env.PACKAGE_ROOT || path.join(__dirname, '..'))
  decryptEveryForm(pc(base64(key)))
  let isWithin = true
  for (const length of lengths) {
    for (const input of ['strict', 'lenient', 'with options']) {
      for (const keys of [[key], [crypto.randomBytes(16), key]]) {
        const title = `${length} bytes, ${input}, ${keys.length === 1 ? 'one key' : 'two keys'}`
        const attempt = () => report(title, measure({ pc: pc(keys.map(base64)), length, input }))
        isWithin = (attempt() || attempt() || attempt()) && isWithin
      }
    }
  }
  return isWithin
}

function load(root) {
  const WXBizDataCrypt = require(root)
  return sessionKey => new WXBizDataCrypt(appId, sessionKey)
}

function decryptEveryForm(pc) {
  const mark = watermark(appId)
  const texts = [
    phoneNumber(mark),
    userInfo(mark),
    userInfo(`"unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA",${mark}`),
    `{"stepInfoList":[{"timestamp":1,"step":2},{"timestamp":3,"step":4}],${mark}}`,
    `{"openGId":"G",${mark}}`
  ]
  for (const text of texts) {
    const { encryptedData: data, iv } = encrypt(text, { sessionKey: key })
    for (let i = 0; i < 1000; i += 1) {
      pc.decryptData(data, iv)
      pc.decryptData(`${data}\n`, iv)
    }
  }
}

// Returns [{ name, times }], the times sorted.
function measure({ pc, length, input }) {
  const options = input === 'with options' ? { maxAge: 300, openId } : undefined
  const count = Math.max(150, Math.round(rounds * Math.min(1, 1600 / length)))
  const isFramed = input === 'in a frame'
  const sessionKey = isFramed ? frameKey : key
  const plaintexts = rejectedPlaintexts({ length, appId, openId: options && openId })
  const classes = plaintexts.map(({ name, make }) => ({
    name,
    variants: Array.from({ length: VARIANTS }, () => {
      const plaintext = isFramed ? frame(make()) : make()
      const { encryptedData: data, iv } = encrypt(plaintext, { sessionKey, padding: false })
      return { data: input === 'lenient' ? `${data}\n` : data, iv }
    }),
    times: new Float64Array(count)
  }))
  const order = [...classes]
  const warmUp = Math.min(count, 400)
  for (let round = -warmUp; round < count; round += 1) {
    for (const { variants, times } of shuffle(order)) {
      const { data, iv } = variants[(round + warmUp) % VARIANTS]
      const elapsed = time(pc, data, iv, options)
      if (round >= 0) times[round] = elapsed
    }
  }
  for (const { times } of classes) times.sort()
  return classes
}

// A plaintext in Baidu's frame, with another app key, which is found out last. Bad padding stays bad.
function frame(plaintext) {
  const padding = plaintext[plaintext.length - 1]
  const isPadded = padding > 0 && padding <= 16
  const content = plaintext.subarray(0, plaintext.length - (isPadded ? padding : 0))
  const header = Buffer.alloc(20)
  header.writeUInt32BE(content.length, 16)
  const framed = Buffer.concat([header, content, Buffer.from('other')])
  const rest = 32 - (framed.length % 32)
  return Buffer.concat([framed, Buffer.alloc(rest, isPadded ? rest : 0)])
}

function time(pc, data, iv, options) {
  const start = process.hrtime.bigint()
  try {
    pc.decryptData(data, iv, options)
  } catch {
    return Number(process.hrtime.bigint() - start)
  }
  throw new Error('accepted what must be rejected')
}

function quantileOf(times, quantile) {
  return times[Math.floor(quantile * times.length)]
}

function report(title, classes) {
  let isWithin = true
  const columns = BOUNDS.map(({ quantile, relative, absolute }) => {
    const sorted = classes
      .map(({ name, times }) => ({ name, value: quantileOf(times, quantile) }))
      .sort((a, b) => a.value - b.value)
    const [least, greatest] = [sorted[0], sorted[sorted.length - 1]]
    const difference = greatest.value - least.value
    const text = `p${quantile * 100} ${least.value} +${difference}`
    if (absolute === undefined || difference <= relative * least.value + absolute) return text
    isWithin = false
    return `${text} (!! from "${least.name}" to "${greatest.name}")`
  })
  console.log(`${isWithin ? 'ok    ' : 'BROKEN'} ${title}: ${columns.join('  ')} ns`)
  return isWithin
}

// What a plaintext costs beyond one with bad padding, which is not checked any further, in a build without
// the deadline: it must stay well under what the deadline allows (src/common/deadline.rs).
function measureChecks() {
  const { buildPackage } = require('../__test__/helpers/build-addon')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'timing-'))
  try {
    const root = process.env.PACKAGE_ROOT || buildPackage({ feature: 'test-no-deadline', folder })
    const pc = load(root)(base64(key))
    const { BaiduDataCrypt } = require(root)
    const runs = lengths.flatMap(length => [
      { pc, length, input: 'with options' },
      { pc, length, input: 'lenient' },
      { pc: new BaiduDataCrypt(appId, base64(frameKey)), length, input: 'in a frame' }
    ])
    for (const run of runs) {
      const { length, input } = run
      const classes = measure(run)
      const unchecked = quantileOf(classes.find(({ name }) => name === 'bad padding, garbage').times, 0.5)
      const cost = (times, quantile) => quantileOf(times, quantile) - unchecked
      const costs = classes.map(({ name, times }) => ({
        name,
        'ns, p50': cost(times, 0.5),
        'ns a byte, p50': (cost(times, 0.5) / length).toFixed(2),
        'ns a byte, p99': (cost(times, 0.99) / length).toFixed(2)
      }))
      costs.sort((a, b) => b['ns, p50'] - a['ns, p50'])
      console.log(`${length} bytes, ${input}: the slowest checks of ${costs.length} classes`)
      console.table(costs.slice(0, 5))
    }
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}
