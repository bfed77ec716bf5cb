'use strict'

// Base64 in every form is read as Buffer.from reads it. `__test__/system/base64.js` runs on other runtimes too.

const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const { test } = require('node:test')
const demo = require('./demo.json')
const { checkBase64 } = require('./system/base64')
const WXBizDataCrypt = require('..')

test('base64 in every form is read as Buffer.from reads it', t => {
  const { tried, decrypted } = checkBase64(WXBizDataCrypt)
  t.diagnostic(`${tried} texts, ${decrypted} of them decrypted`)
  assert.ok(decrypted > tried / 5)
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

test('strict base64 is decoded in Rust: the lenient decoder is not even loaded', () => {
  const classes = [
    'WXBizDataCrypt',
    'QQDataCrypt',
    'DouyinDataCrypt',
    'KuaishouDataCrypt',
    'XiaohongshuDataCrypt'
  ]
  const { appId, sessionKey } = demo
  const watermark = { appid: appId, appId }
  const { encryptedData, iv } = new WXBizDataCrypt(appId, sessionKey).encryptData({ watermark })
  const other = Buffer.alloc(16).toString('base64')
  const calls = classes.flatMap(name =>
    [sessionKey, [sessionKey], [other, null, sessionKey, '', other, other]].map(key => [name, key])
  )
  const code = `
    const exported = require('.')
    for (const [name, key] of ${JSON.stringify(calls)}) {
      new exported[name]('${appId}', key).decryptData('${encryptedData}', '${iv}')
    }
    console.log(Object.keys(require.cache).filter(file => /base64/.test(file)).join())
  `
  const options = { cwd: `${__dirname}/..`, encoding: 'utf8' }
  assert.strictEqual(execFileSync(process.execPath, ['-e', code], options), '\n')
})
