'use strict'

// What would crash or stall a process: objects that meddle while they are read, memory that is taken away, polluted
// prototypes, misleading plaintext, the longest strings. Every call ends as with the reference, or in an error.

const assert = require('node:assert')
const buffer = require('node:buffer')
const { spawnSync } = require('node:child_process')
const os = require('node:os')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { compare, outcome } = require('./differential')
const demo = require('./demo.json')
const { encrypt } = require('./helpers/encrypt')
const { Reference } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const { appId, sessionKey, encryptedData, iv } = demo
const decrypt = (data, vector = iv, key = sessionKey) =>
  new WXBizDataCrypt(appId, key).decryptData(data, vector)

const seal = text => encrypt(text, { sessionKey, iv }).encryptedData

function endsAsWithTheSample(input) {
  const expected = outcome(Reference, input)
  const actual = outcome(WXBizDataCrypt, input)
  assert.strictEqual(compare(expected, actual), undefined)
}

function stillWorks() {
  assert.deepStrictEqual(decrypt(encryptedData), demo.data)
}

describe('objects as arguments', () => {
  const places = [
    value => decrypt(value),
    value => decrypt(encryptedData, value),
    value => decrypt(encryptedData, iv, value)
  ]

  test('what they do while they are read changes nothing', () => {
    const pc = new WXBizDataCrypt(appId, sessionKey)
    const meddling = {
      valueOf() {
        pc.sessionKey = 'changed'
        pc.appId = 'changed'
        stillWorks()
        return encryptedData
      }
    }
    assert.deepStrictEqual(pc.decryptData(meddling, iv), demo.data)
    assert.strictEqual(pc.sessionKey, 'changed')
  })

  test('they are rejected or read as by the sample', () => {
    const text = Buffer.from(encryptedData, 'base64')
    const values = [
      new Proxy(text, {}),
      new Proxy([...text], {}),
      { length: text.length, ...text },
      { type: 'Buffer', data: [...text] },
      { type: 'Buffer', data: { length: 16 } },
      { length: 16 },
      { length: -1 },
      { length: Number.NaN },
      { length: '16' },
      { buffer: text.buffer },
      Object.create(null),
      Object.create(Buffer.prototype),
      Object.setPrototypeOf([...text], null),
      new String(encryptedData),
      new Date(0),
      new Map([[0, 1]]),
      new Set(text),
      new DataView(text.buffer, text.byteOffset, text.length),
      new Float64Array(text),
      new BigUint64Array(2),
      /a/,
      () => encryptedData,
      10n,
      Symbol('a')
    ]
    for (const value of values) {
      endsAsWithTheSample({ ...demo, encryptedData: value })
      endsAsWithTheSample({ ...demo, iv: value })
      endsAsWithTheSample({ ...demo, sessionKey: value })
    }
  })

  // Node would spend a minute on the smaller one.
  test('a list that only says how long it is, is rejected', () => {
    for (const length of [1e9, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      for (const place of places) assert.throws(() => place({ length }), { code: 'ERR_INVALID_ARG_TYPE' })
    }
  })

  test('a list of keys that shrinks while it is read gives a result or an error', () => {
    for (let shrinksAfter = 0; shrinksAfter < 8; shrinksAfter += 1) {
      let reads = 0
      const keys = new Proxy([sessionKey.slice(0, -1), sessionKey], {
        get: (list, key) => (key === 'length' && reads++ >= shrinksAfter ? 0 : list[key])
      })
      const { value, error } = outcome(WXBizDataCrypt, { ...demo, sessionKey: keys })
      assert.ok(value ? value.openId : error.code === 'ERR_INVALID_ARG_TYPE')
    }
  })

  test('a list of keys that grows while it is read is read up to its first length', () => {
    const keys = []
    const growing = {
      valueOf() {
        keys.push(growing)
        return 'A'.repeat(22)
      }
    }
    keys.push(growing)
    assert.throws(() => decrypt('A'.repeat(64), 'A'.repeat(22), keys), { reason: 'undecryptable' })
    assert.strictEqual(keys.length, 2)
  })
})

describe('memory that is taken away or changed', () => {
  const bytesOf = (text, buffer) => {
    const bytes = Buffer.from(text, 'base64')
    const copy = new Uint8Array(buffer || new ArrayBuffer(bytes.length))
    copy.set(bytes)
    return copy
  }

  test('a detached buffer', () => {
    const detached = bytesOf(encryptedData)
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    for (const value of [detached, detached.buffer]) endsAsWithTheSample({ ...demo, encryptedData: value })
    stillWorks()
  })

  test('a buffer detached by another argument', () => {
    const data = bytesOf(encryptedData)
    const detaching = {
      valueOf() {
        structuredClone(data.buffer, { transfer: [data.buffer] })
        return iv
      }
    }
    // The data has been copied by then.
    assert.deepStrictEqual(decrypt(data, detaching), demo.data)
    assert.strictEqual(data.length, 0)
    assert.throws(() => decrypt(data), { code: 'ERR_DECODE_BASE64' })
  })

  test('a resizable buffer that shrinks between the arguments', () => {
    const length = Buffer.from(encryptedData, 'base64').length
    const buffer = new ArrayBuffer(length, { maxByteLength: 4096 })
    const data = bytesOf(encryptedData, buffer)
    assert.deepStrictEqual(decrypt(data), demo.data)
    const shrinking = { valueOf: () => buffer.resize(16) || iv }
    assert.deepStrictEqual(decrypt(data, shrinking), demo.data)
    for (const size of [16, 0, 4096]) {
      buffer.resize(size)
      endsAsWithTheSample({ ...demo, encryptedData: data })
      endsAsWithTheSample({ ...demo, encryptedData: buffer })
    }
  })

  test('a shared buffer that another thread keeps changing', async () => {
    const length = Buffer.from(encryptedData, 'base64').length
    const shared = bytesOf(encryptedData, new SharedArrayBuffer(length))
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      parentPort.postMessage('at work')
      for (;;) for (let i = 0; i < workerData.length; i += 1) workerData[i] ^= 1
    `
    const worker = new Worker(code, { eval: true, workerData: shared })
    await new Promise(resolve => worker.once('message', resolve))
    for (let i = 0; i < 5000; i += 1) {
      const { value, error } = outcome(WXBizDataCrypt, {
        ...demo,
        encryptedData: i % 2 ? shared : shared.buffer
      })
      assert.ok(value ? value.watermark.appid === appId : error.message === 'Illegal Buffer')
    }
    await worker.terminate()
    stillWorks()
  })
})

describe('a polluted process', () => {
  // The reference and the package see the same prototypes, in a process of their own.
  function differsIn(pollution) {
    const code = `
      const { run } = require(${JSON.stringify(path.join(__dirname, 'differential.js'))})
      let WXBizDataCrypt
      const load = () => (WXBizDataCrypt = require(${JSON.stringify(path.join(__dirname, '..'))}))
      ;${pollution}
      load()
      process.stdout.write(String(run({ WXBizDataCrypt, cases: 3000, seed: 7 }).differences))
    `
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
    assert.strictEqual(status, 0, stderr)
    return stdout
  }

  // Not the names of errors' properties, which the comparison reads, nor those the constructor assigns.
  const values = `{ watermark: { appid: 'wx', timestamp: 1 }, appid: 'wx', timestamp: 1, hint: 'polluted',
    maxAge: 1, phoneNumber: '1', openId: '1', toJSON: () => 1, then: () => {}, kinds: [], keys: [],
    children: [], object: {}, step: 1 }`
  const pollutions = {
    'plain values': `load(); Object.assign(Object.prototype, ${values})`,
    'plain values before loading': `Object.assign(Object.prototype, ${values})`,
    accessors: `load(); for (const key of Object.keys(${values}))
      Object.defineProperty(Object.prototype, key, { get: () => 1, set: () => {}, configurable: true })`,
    'values that cannot be written': `load(); for (const key of ['watermark', 'appid', 'timestamp', 'openId', 'step'])
      Object.defineProperty(Object.prototype, key, { value: 1, writable: false })`,
    'frozen intrinsics': `load(); for (const intrinsic of [Object, Array, String, Function, Error, Uint8Array])
      Object.freeze(intrinsic.prototype)`
  }
  for (const [name, pollution] of Object.entries(pollutions)) {
    test(`with ${name} on the prototypes`, () => assert.strictEqual(differsIn(pollution), ''))
  }
})

describe('plaintext that is made to mislead', () => {
  const mark = `"watermark":{"timestamp":1,"appid":"${appId}"}`
  const deep = (open, close) => `{"a":${open.repeat(100_000)}1${close.repeat(100_000)},${mark}}`
  const texts = [
    // Other values between the objects of an array; arrays and objects in them.
    `{"a":[{"b":1},1,{"b":2}],${mark}}`,
    `{"a":[{"b":1},"b",{"b":2}],${mark}}`,
    `{"a":[{"b":1},null,{"b":2}, {"b":3}],${mark}}`,
    `{"a":[{"b":[{"c":1}],"d":"x"}],${mark}}`,
    `{"a":[{"b":{"c":1},"d":"x"}],${mark}}`,
    `{"a":[{"b":null},{"b":null}],${mark}}`,
    `{"a":[{"b":true,"c":1},{"b":true,"c":2}],${mark}}`,
    // Deeper than a stack.
    deep('[{"a":', '}]'),
    deep('[', ']'),
    deep('{"a":', '}'),
    // More keys than can be compared with one another.
    `{${Array.from({ length: 100_000 }, (_, key) => `"k${key}":1,`).join('')}${mark}}`,
    `{"a":"${'x'.repeat(10_000_000)}",${mark}}`
  ]
  for (const text of texts) {
    test(`${text.slice(0, 60)}, again and again`, () => {
      for (let i = 0; i < 3; i += 1) endsAsWithTheSample({ ...demo, encryptedData: seal(text) })
    })
  }
})

const enough = os.freemem() > 6 * 2 ** 30
test('the longest strings there are', { skip: !enough && 'not enough memory' }, () => {
  const longest = 'A'.repeat(buffer.constants.MAX_STRING_LENGTH)
  for (const [data, vector, key] of [
    [longest, iv, sessionKey],
    [encryptedData, longest, sessionKey],
    [encryptedData, iv, longest],
    [`${longest.slice(0, 2 ** 25)}!`, iv, sessionKey]
  ]) {
    assert.throws(() => decrypt(data, vector, key), { message: 'Illegal Buffer' })
  }
  stillWorks()
})
