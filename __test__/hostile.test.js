'use strict'

// What would crash or stall a process: objects that meddle while they are read, memory that is taken away, frozen
// intrinsics, deep JSON, the longest strings. Every call ends as with the reference, or in an error.

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

function endsAsWithTheSample(input) {
  const expected = outcome(Reference, input)
  const actual = outcome(WXBizDataCrypt, input)
  assert.strictEqual(compare(expected, actual), undefined)
}

function stillWorks() {
  assert.deepStrictEqual(decrypt(encryptedData), demo.data)
}

describe('objects as arguments', () => {
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
    for (const detached of [data, data.buffer]) endsAsWithTheSample({ ...demo, encryptedData: detached })
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

test('JSON nested as deep as fits', () => {
  const mark = `"watermark":{"timestamp":1,"appid":"${appId}"}`
  for (const [open, close, depth] of [
    ['[', ']', 16_300],
    ['{"a":', '}', 5_400],
    ['[{"a":', '}]', 4_000]
  ]) {
    const { encryptedData } = encrypt(`{"a":${open.repeat(depth)}1${close.repeat(depth)},${mark}}`, {
      sessionKey,
      iv
    })
    let value = decrypt(encryptedData).a
    for (let i = 0; i < depth * open.match(/[[{]/g).length; i += 1) [value] = Object.values(value)
    assert.strictEqual(value, 1)
  }
})

test('intrinsics that are frozen', () => {
  const code = `
    const demo = require(${JSON.stringify(path.join(__dirname, 'demo.json'))})
    const WXBizDataCrypt = require(${JSON.stringify(path.join(__dirname, '..'))})
    for (const intrinsic of [Object, Array, String, Function, Error, Uint8Array]) Object.freeze(intrinsic.prototype)
    const decrypt = appId => new WXBizDataCrypt(appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
    require('node:assert').deepStrictEqual(decrypt(demo.appId), demo.data)
    try {
      decrypt('wx')
    } catch ({ message, reason }) {
      process.stdout.write(message + ', ' + reason)
    }
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  assert.strictEqual(stdout, 'Illegal Buffer, watermark', stderr)
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
