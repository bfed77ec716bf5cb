'use strict'

// encryptData: what it makes, decryptData opens.

const assert = require('node:assert')
const { createDecipheriv } = require('node:crypto')
const { test } = require('node:test')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
const pc = new WXBizDataCrypt(appId, sessionKey)

test('decryptData gives back the object, with a watermark of this app and this moment', () => {
  const before = Math.floor(Date.now() / 1000)
  const { encryptedData, iv } = pc.encryptData({ phoneNumber: '13580006666', 昵称: '张三😀' })
  const { watermark, ...data } = pc.decryptData(encryptedData, iv)
  assert.deepStrictEqual(data, { phoneNumber: '13580006666', 昵称: '张三😀' })
  assert.deepStrictEqual(Object.keys(watermark), ['timestamp', 'appid'])
  assert.strictEqual(watermark.appid, appId)
  assert.ok(watermark.timestamp >= before && watermark.timestamp <= Date.now() / 1000)
})

test('every length of text comes back', () => {
  for (let length = 0; length < 50; length++) {
    const text = 'x'.repeat(length)
    const { encryptedData, iv } = pc.encryptData({ text })
    assert.strictEqual(pc.decryptData(encryptedData, iv).text, text)
  }
})

test('node:crypto opens it too', () => {
  const object = { watermark: { appid: appId } }
  const { encryptedData, iv } = pc.encryptData(object)
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  const plaintext = decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
  assert.strictEqual(plaintext, JSON.stringify(object))
})

test('a watermark of its own stays as it is, so that a handler can be tested for rejecting it', () => {
  const { encryptedData, iv } = pc.encryptData({ watermark: { appid: 'wx0000000000000000', timestamp: 1 } })
  assert.throws(() => pc.decryptData(encryptedData, iv), { reason: 'watermark' })
  const other = new WXBizDataCrypt('wx0000000000000000', sessionKey)
  assert.deepStrictEqual(other.decryptData(encryptedData, iv).watermark, {
    appid: 'wx0000000000000000',
    timestamp: 1
  })
})

test('the iv is another every time, and the object stays as it was', () => {
  const object = Object.freeze({ a: 1 })
  assert.notStrictEqual(pc.encryptData(object).iv, pc.encryptData(object).iv)
  assert.deepStrictEqual(object, { a: 1 })
})

test('an own __proto__ comes back as an own property', () => {
  const { encryptedData, iv } = pc.encryptData(JSON.parse('{"__proto__":{"admin":true}}'))
  const data = pc.decryptData(encryptedData, iv)
  assert.ok(Object.hasOwn(data, '__proto__'))
  assert.strictEqual(data.admin, undefined)
})

test('the watermark gets a timestamp', () => {
  const { encryptedData, iv } = pc.encryptData({ a: 1 }, { timestamp: 1477314187 })
  assert.strictEqual(pc.decryptData(encryptedData, iv).watermark.timestamp, 1477314187)
  assert.throws(() => pc.decryptData(encryptedData, iv, { maxAge: 300 }), { reason: 'expired' })
  assert.ok(pc.encryptData({}, { timestamp: undefined }))
  for (const timestamp of ['1', null, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => pc.encryptData({}, { timestamp }), { message: /"options.timestamp"/ })
  }
  for (const options of [null, [], 1, { time: 1 }]) {
    assert.throws(() => pc.encryptData({}, options), { code: 'ERR_INVALID_ARG_TYPE', message: /"options"/ })
  }
})

test('of several session keys the first encrypts', () => {
  const several = new WXBizDataCrypt(appId, [sessionKey, 'o0q0otL8aEzpcZL/FT9WsQ=='])
  const { encryptedData, iv } = several.encryptData({ a: 1 })
  assert.strictEqual(pc.decryptData(encryptedData, iv).a, 1)
})

test('a session key of the wrong length is rejected', () => {
  assert.throws(() => new WXBizDataCrypt(appId, 'short').encryptData({}), {
    message: 'Illegal Buffer',
    code: 'ERR_ILLEGAL_AES_KEY',
    errcode: -41001
  })
})

test('an argument of the wrong type is named', () => {
  const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
  for (const value of [undefined, null, 1, 'text', []]) {
    assert.throws(() => pc.encryptData(value), { ...expected, message: /"object" .* an object\./ })
  }
  for (const value of [undefined, 1, [undefined]]) {
    assert.throws(() => new WXBizDataCrypt(appId, value).encryptData({}), expected)
  }
  assert.throws(() => new WXBizDataCrypt(undefined, sessionKey).encryptData({}), {
    ...expected,
    message: /"appId" argument must be a string\./
  })
})
