'use strict'

// Several session keys, the age of the watermark, and what is shown of an instance.

const assert = require('node:assert')
const { test } = require('node:test')
const { inspect } = require('node:util')
const crypto = require('node:crypto')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const randomKey = () => crypto.randomBytes(16).toString('base64')

function encrypt(sessionKey, data) {
  const iv = crypto.randomBytes(16)
  const cipher = crypto.createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
  const encryptedData = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()])
  return [encryptedData.toString('base64'), iv.toString('base64')]
}

test('the key that fits wins, wherever it stands', () => {
  // Often enough for wrong keys to pass the padding now and then.
  for (let i = 0; i < 2000; i++) {
    const keys = [randomKey(), randomKey(), randomKey()]
    const data = { step: i, watermark: { timestamp: 1, appid: appId } }
    const message = encrypt(keys[i % 3], data)
    assert.deepStrictEqual(new WXBizDataCrypt(appId, keys).decryptData(...message), data)
  }
})

test('keys in a list may be buffers, and the list is read at call time', () => {
  const [current, previous] = [randomKey(), randomKey()]
  const data = { watermark: { timestamp: 1, appid: appId } }
  const pc = new WXBizDataCrypt(appId, [Buffer.from(current, 'base64')])
  const message = encrypt(previous, data)
  assert.throws(() => pc.decryptData(...message), { message: 'Illegal Buffer' })
  pc.sessionKey.push(Buffer.from(previous, 'base64'))
  assert.deepStrictEqual(pc.decryptData(...message), data)
})

test('an array of numbers is the bytes of one key, as for the sample', () => {
  const key = crypto.randomBytes(16)
  const data = { watermark: { timestamp: 1, appid: appId } }
  const message = encrypt(key.toString('base64'), data)
  assert.deepStrictEqual(new WXBizDataCrypt(appId, [...key]).decryptData(...message), data)
})

test('the error after the last key is that of the first', () => {
  const key = randomKey()
  const message = encrypt(key, { watermark: { timestamp: 1, appid: 'wx0' } })
  const codeOf = keys => {
    try {
      new WXBizDataCrypt(appId, keys).decryptData(...message)
    } catch (error) {
      return error.code
    }
  }
  assert.strictEqual(codeOf([key, 'short']), 'ERR_WATERMARK_MISMATCH')
  assert.strictEqual(codeOf(['short', key]), 'ERR_ILLEGAL_AES_KEY')
  assert.strictEqual(codeOf([]), 'ERR_ILLEGAL_AES_KEY')
})

test('a key of a wrong type is named by its place', () => {
  const message = encrypt(randomKey(), {})
  assert.throws(() => new WXBizDataCrypt(appId, [randomKey(), undefined]).decryptData(...message), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"sessionKey\[1\]"/
  })
})

test('maxAge refuses what is older, from the future or without a timestamp', t => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 })
  const now = 1_700_000_000
  const key = randomKey()
  const pc = new WXBizDataCrypt(appId, key)
  const open = (watermark, options) => pc.decryptData(...encrypt(key, { watermark }), options)

  for (const timestamp of [now, now - 1, now - 300, now + 60]) {
    assert.ok(open({ timestamp, appid: appId }, { maxAge: 300 }))
  }
  const watermarks = [now - 301, now + 61, undefined, null, String(now), true, {}, [now]].map(timestamp => ({
    timestamp,
    appid: appId
  }))
  for (const watermark of watermarks) {
    assert.throws(() => open(watermark, { maxAge: 300 }), {
      name: 'Error',
      message: 'Illegal Buffer',
      code: 'ERR_WATERMARK_EXPIRED',
      errcode: -41003
    })
    for (const options of [undefined, {}, { maxAge: undefined }]) assert.ok(open(watermark, options))
  }
})

test('maxAge counts for the key that fits', () => {
  const key = randomKey()
  const message = encrypt(key, { watermark: { timestamp: 1, appid: appId } })
  const pc = new WXBizDataCrypt(appId, [randomKey(), key])
  assert.throws(() => pc.decryptData(...message, { maxAge: 10 }), { code: 'ERR_WATERMARK_EXPIRED' })
})

test('options of a wrong type are named before anything is decrypted', () => {
  const pc = new WXBizDataCrypt(appId, 'not a key')
  for (const options of [null, 300, 'x', true, () => {}]) {
    assert.throws(() => pc.decryptData('', '', options), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"options"/
    })
  }
  for (const maxAge of [null, '300', -1, Number.NaN, {}]) {
    assert.throws(() => pc.decryptData('', '', { maxAge }), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"options.maxAge"/
    })
  }
})

test('inspect shows the class and the app but not the key', () => {
  class Session extends WXBizDataCrypt {}
  const keys = [randomKey(), randomKey()]
  for (const pc of [new WXBizDataCrypt(appId, keys[0]), new Session(appId, keys)]) {
    const shown =
      inspect(pc) + inspect({ pc }, { depth: 0 }) + inspect([pc], { compact: false, colors: true })
    assert.match(shown, /WXBizDataCrypt|Session/)
    assert.match(shown, new RegExp(appId))
    for (const key of keys) assert.ok(!shown.includes(key))
  }
  assert.deepStrictEqual(Object.keys(new WXBizDataCrypt(appId, keys[0])), ['appId', 'sessionKey'])
})
