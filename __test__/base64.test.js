'use strict'

// Base64 and hex in every form are read as Node's Buffer.from reads them, by decryptData and by the core's
// `decodeText`; objects too. `__test__/system/base64.js` tries a million texts, on other runtimes too.

const assert = require('node:assert')
const { randomInt } = require('node:crypto')
const { test } = require('node:test')
const { decodeText } = require('../lib/core')
const demo = require('./demo.json')
const { decodeAsNode } = require('./helpers/reference')
const { checkBase64, checkDecoder } = require('./system/base64')
const WXBizDataCrypt = require('..')

test('malformed base64 of every kind is read as Buffer.from reads it', t => {
  const { tried, decrypted } = checkBase64(WXBizDataCrypt, decodeText)
  t.diagnostic(`${tried} texts, ${decrypted} of them decrypted`)
  assert.ok(decrypted > tried / 5)
})

test('random text is decoded as Buffer.from decodes it', () => {
  checkDecoder(decodeText, 20_000, randomInt(2 ** 32))
  for (let unit = 0; unit < 65536; unit += 1) {
    const text = `QU${String.fromCharCode(unit)}JDRA`
    assert.strictEqual(decodeAsNode(text).compare(Buffer.from(text, 'base64')), 0, `${unit}`)
  }
})

test('objects are read for what Buffer.from takes them, or are an error', () => {
  const { encryptedData, iv } = demo
  const pc = new WXBizDataCrypt(demo.appId, demo.sessionKey)
  const bytes = Buffer.from(encryptedData, 'base64')
  for (const value of [
    new String(encryptedData),
    { valueOf: () => encryptedData },
    { valueOf: () => new String(encryptedData) },
    { valueOf: () => bytes },
    { valueOf: null, [Symbol.toPrimitive]: () => encryptedData },
    { [Symbol.toPrimitive]: hint => (hint === 'string' ? encryptedData : 7) },
    [...bytes],
    new Uint8Array(bytes),
    new Uint8Array(bytes).buffer,
    bytes.toJSON()
  ]) {
    assert.deepStrictEqual(bytes.compare(Buffer.from(value, 'base64')), 0)
    assert.deepStrictEqual(pc.decryptData(value, iv), demo.data)
  }
  for (const value of [
    Object.create(null),
    { valueOf: () => null },
    { valueOf: () => 7 },
    { valueOf: () => undefined },
    { valueOf: null },
    { [Symbol.toPrimitive]: () => 7 },
    { length: 3 },
    { type: 'Buffer', data: encryptedData },
    { type: 'Bytes', data: [...bytes] },
    new BigInt64Array(1)
  ]) {
    assert.throws(() => pc.decryptData(value, iv), { code: 'ERR_INVALID_ARG_TYPE', reason: 'argument' })
  }
  for (const value of [{ length: '3' }, { buffer: bytes.buffer }, new DataView(new ArrayBuffer(16))]) {
    assert.throws(() => pc.decryptData(value, iv), { code: 'ERR_DECODE_BASE64', reason: 'data-length' })
  }
})
