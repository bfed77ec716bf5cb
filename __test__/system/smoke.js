'use strict'

// Tries an installed package on any runtime that loads it, Node 12 included: no test runner, plain `assert`.
//
//   node __test__/system/smoke.js [PACKAGE]     the package's name or path; by default, this clone

const assert = require('assert')
const crypto = require('crypto')
const { createRequire } = require('module')
const path = require('path')
const { pathToFileURL } = require('url')
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads')
const demo = require('../demo.json')

// As the program in this folder would find it. A plain `require` of the package's name would find this clone.
const entry = isMainThread
  ? createRequire(path.join(process.cwd(), 'program.js')).resolve(
      process.argv[2] || path.join(__dirname, '../..')
    )
  : workerData
const WXBizDataCrypt = require(entry)

const SEED = 20240601
const CASES = 600
const THREADS = 4

function decryptDemo(Class) {
  return new Class(demo.appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
}

// What the sample does, in the fewest words; an outcome is an object or the name of an error.
function expected(appId, sessionKey, encryptedData, iv) {
  try {
    const decipher = crypto.createDecipheriv('aes-128-cbc', toBytes(sessionKey), toBytes(iv))
    const data = JSON.parse(
      decipher.update(toBytes(encryptedData), undefined, 'utf8') + decipher.final('utf8')
    )
    return data !== null && data.watermark && data.watermark.appid === appId ? data : 'Illegal Buffer'
  } catch (_) {
    return 'Illegal Buffer'
  }
}

// Node's decoder counts the low byte of each character; those of other runtimes differ.
function toBytes(value) {
  if (typeof value !== 'string') return Buffer.from(value)
  const lowBytes = value.replace(/[^\0-\xff]/g, character =>
    String.fromCharCode(character.charCodeAt(0) & 0xff)
  )
  return Buffer.from(lowBytes, 'base64')
}

function actual(appId, sessionKey, encryptedData, iv) {
  try {
    return new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv)
  } catch (error) {
    assert.match(error.code, /^ERR_/)
    assert.ok(error.errcode < 0)
    return error.message
  }
}

// A generator of numbers below `limit` that gives every runtime the same cases (mulberry32).
function createRandom(seed) {
  return limit => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

function bytes(random, length) {
  return Buffer.from(Array.from({ length }, () => random(256)))
}

const names = ['Band', '张三', 'null', 'é', '🎉', 'a"b\\c', '', '\u2028']

function plaintext(random) {
  const appid = random(8) === 0 ? 'wx0000000000000000' : demo.appId
  const watermark = { appid, timestamp: random(2 ** 31) }
  const forms = [
    () => ({ phoneNumber: `1${random(1e9)}`, countryCode: '86', watermark }),
    () => ({
      openId: `o${random(1e9)}`,
      nickName: names[random(names.length)],
      gender: random(3),
      watermark
    }),
    () => ({
      stepInfoList: Array.from({ length: random(40) }, () => ({
        timestamp: random(2 ** 31),
        step: random(20000)
      })),
      watermark
    }),
    () => ({ deep: [[null, true, -0.5, 1e300, { a: [] }]], watermark }),
    () => names[random(names.length)]
  ]
  return JSON.stringify(forms[random(forms.length)]())
}

// Changes base64 text the ways that it is changed on its way to a server.
const disguises = [
  text => text,
  text => text,
  text => text.replace(/=+$/, ''),
  text => text.replace(/\+/g, '-').replace(/\//g, '_'),
  text => text.replace(/.{20}/g, '$&\r\n'),
  (text, random) => text.slice(0, random(text.length)),
  (text, random) => widen(text, at => at === random(text.length)),
  text => widen(text, (_, character) => /[+/0-9]/.test(character)),
  text => widen(text, () => true),
  text => `${text}\u0174`,
  text => Buffer.from(text, 'base64'),
  text => Array.from(Buffer.from(text, 'base64'))
]

// Puts a character of two bytes with the same low byte where `isPlace` says so.
function widen(text, isPlace) {
  return Array.from(text, (character, at) =>
    isPlace(at, character) ? String.fromCharCode(character.charCodeAt(0) | 0x0100) : character
  ).join('')
}

function checkGenerated() {
  const random = createRandom(SEED)
  const counts = { decrypted: 0, rejected: 0 }
  for (let n = 0; n < CASES; n++) {
    const key = bytes(random, 16)
    const iv = bytes(random, 16)
    const cipher = crypto.createCipheriv('aes-128-cbc', key, iv)
    const encrypted = Buffer.concat([cipher.update(plaintext(random), 'utf8'), cipher.final()])
    if (random(6) === 0) encrypted[random(encrypted.length)] ^= 1 << random(8)
    const disguise = data => {
      const text = data.toString('base64')
      return disguises[random(4) === 0 ? random(disguises.length) : 0](text, random)
    }
    const args = [demo.appId, disguise(key), disguise(encrypted), disguise(iv)]
    const wanted = expected(...args)
    assert.deepStrictEqual(actual(...args), wanted, `case ${n} of seed ${SEED}`)
    counts[typeof wanted === 'string' ? 'rejected' : 'decrypted']++
  }
  assert.ok(counts.decrypted > CASES / 4 && counts.rejected > CASES / 10)
  return counts
}

function checkErrors() {
  const { appId, sessionKey, encryptedData, iv } = demo
  const short = 'AAAA'
  for (const [code, errcode, ...args] of [
    ['ERR_ILLEGAL_AES_KEY', -41001, appId, short, encryptedData, iv],
    ['ERR_ILLEGAL_IV', -41002, appId, sessionKey, encryptedData, short],
    ['ERR_DECODE_BASE64', -41004, appId, sessionKey, short, iv],
    ['ERR_ILLEGAL_BUFFER', -41003, appId, iv, encryptedData, iv],
    ['ERR_ILLEGAL_BUFFER', -41003, 'wx0', sessionKey, encryptedData, iv]
  ]) {
    assert.throws(() => new WXBizDataCrypt(args[0], args[1]).decryptData(args[2], args[3]), {
      name: 'Error',
      message: 'Illegal Buffer',
      code,
      errcode
    })
  }
  for (const wrong of [undefined, null, 1, {}, true]) {
    assert.throws(() => new WXBizDataCrypt(appId, sessionKey).decryptData(wrong, iv), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE'
    })
  }
}

async function checkImport() {
  const imported = await import(pathToFileURL(entry))
  assert.strictEqual(imported.default, WXBizDataCrypt)
  assert.strictEqual(WXBizDataCrypt.WXBizDataCrypt, WXBizDataCrypt)
}

function checkThreads() {
  const runs = Array.from({ length: THREADS }, () => {
    return new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: entry })
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`The thread ended with ${code} and without a word`)))
    })
  })
  return Promise.all(runs).then(results => {
    for (const data of results) assert.deepStrictEqual(data, decryptDemo(WXBizDataCrypt))
  })
}

function describeRuntime() {
  const { bun, deno, node } = process.versions
  const name = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`
  return `${name}, ${process.platform} ${process.arch}`
}

async function main() {
  assert.deepStrictEqual(decryptDemo(WXBizDataCrypt), demo.data)
  const { decrypted, rejected } = checkGenerated()
  checkErrors()
  await checkImport()
  await checkThreads()
  console.log(
    `smoke: ok on ${describeRuntime()}: the official vector, ${decrypted} generated cases decrypted and ` +
      `${rejected} rejected as the sample does, error codes, import, ${THREADS} threads`
  )
}

if (isMainThread) {
  main().catch(error => {
    console.error(error)
    process.exitCode = 1
  })
} else {
  parentPort.postMessage(decryptDemo(WXBizDataCrypt))
}
