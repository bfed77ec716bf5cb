'use strict'

// Learned shapes, as users see them: whatever was decrypted before, the next object is JSON.parse's.

const assert = require('node:assert')
const { test } = require('node:test')
const crypto = require('node:crypto')

const appId = 'wx4f4bc4dec97d474b'
const key = crypto.randomBytes(16)
const sessionKey = key.toString('base64')

// The package anew, with no shape learned.
function freshPackage() {
  for (const name of Object.keys(require.cache)) {
    if (/(index|lib.shapes)\.js$/.test(name) && !name.includes('node_modules')) delete require.cache[name]
  }
  return require('..')
}

function encrypt(plaintext) {
  const iv = crypto.randomBytes(16)
  const cipher = crypto.createCipheriv('aes-128-cbc', key, iv)
  const encryptedData = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [encryptedData.toString('base64'), iv.toString('base64')]
}

function assertOpens(pc, plaintext) {
  const data = pc.decryptData(...encrypt(plaintext))
  const expected = JSON.parse(plaintext)
  assert.deepStrictEqual(data, expected)
  assert.strictEqual(JSON.stringify(data), JSON.stringify(expected))
}

const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`

test('a shape seen before gives new values, every time', () => {
  const pc = new (freshPackage())(appId, sessionKey)
  for (let i = 0; i < 200; i++) {
    const steps = Array.from(
      { length: 1 + (i % 40) },
      (_, day) => `{"timestamp":${i * 86400 + day},"step":${i}}`
    )
    assertOpens(pc, `{"phoneNumber":"${'1'.repeat(i % 30)}","n":${i},${watermark}}`)
    assertOpens(pc, `{"nickName":"${'张😀é'.repeat(i % 7)}","ok":true,"none":null,${watermark}}`)
    assertOpens(pc, `{"stepInfoList":[${steps}],${watermark}}`)
    assertOpens(pc, `{"a":{"b":"${i}"},${watermark},"c":[{"d":"${i}","e":${i}}]}`)
  }
})

test('objects of one shape share nothing', () => {
  const pc = new (freshPackage())(appId, sessionKey)
  const message = encrypt(`{"a":{"b":"x"},"c":[{"d":1},{"d":2}],${watermark}}`)
  const objects = [1, 2, 3, 4].map(() => pc.decryptData(...message))
  for (const object of objects.slice(0, 3)) {
    object.a.b = 'changed'
    object.watermark.appid = 'changed'
    object.c[0].d = 'changed'
    object.c.pop()
    delete object.watermark.timestamp
  }
  for (const data of [objects[3], pc.decryptData(...message)]) {
    assert.deepStrictEqual(data, {
      a: { b: 'x' },
      c: [{ d: 1 }, { d: 2 }],
      watermark: { timestamp: 1477314187, appid: appId }
    })
  }
})

test('the watermark is checked in data of a learned shape too', () => {
  const WXBizDataCrypt = freshPackage()
  const decoys = `"x":{"watermark":"w","appid":"${appId}"},"appid":"${appId}","list":[{"appid":"${appId}"}]`
  for (const before of ['', `${decoys},`]) {
    for (const other of ['wx0000000000000000', `${appId}0`, appId.slice(1), '', '微信']) {
      const pc = new WXBizDataCrypt(appId, sessionKey)
      assertOpens(pc, `{${before}${watermark}}`)
      const foreign = encrypt(`{${before}"watermark":{"timestamp":1477314187,"appid":"${other}"}}`)
      assert.throws(() => pc.decryptData(...foreign), {
        message: 'Illegal Buffer',
        code: 'ERR_WATERMARK_MISMATCH'
      })
      pc.appId = other
      assert.strictEqual(pc.decryptData(...foreign).watermark.appid, other)
    }
  }
})

test('every plaintext that differs from a learned one by a byte ends as with JSON.parse', () => {
  const WXBizDataCrypt = freshPackage()
  const plaintext = Buffer.from(`{"name":"张三a","n":10,"l":[{"s":1},{"s":2}],${watermark}}`)
  for (let index = 0; index < plaintext.length; index++) {
    for (const byte of [0, 0x0a, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x5c, 0x5d, 0x65, 0x7d, 0xe5, 0xff]) {
      const pc = new WXBizDataCrypt(appId, sessionKey)
      assertOpens(pc, plaintext.toString())
      const changed = Buffer.from(plaintext)
      changed[index] = byte
      let expected
      try {
        expected = JSON.parse(changed.toString())
      } catch {}
      const isMarked = expected && expected.watermark && expected.watermark.appid === appId
      if (isMarked) assert.deepStrictEqual(pc.decryptData(...encrypt(changed)), expected)
      else assert.throws(() => pc.decryptData(...encrypt(changed)), { message: 'Illegal Buffer' })
    }
  }
})

test('with more shapes than are kept, and unknown ones in a row, results stay equal', () => {
  const pc = new (freshPackage())(appId, sessionKey)
  for (let i = 0; i < 3000; i++) assertOpens(pc, `{"key${i % 997}":"${i}",${watermark}}`)
  for (let i = 0; i < 300; i++) assertOpens(pc, `{"key${i % 20}":"${i}",${watermark}}`)
})

test('data read in another way than as strict base64 is not taken for a record', () => {
  const pc = new (freshPackage())(appId, sessionKey)
  const text = `{"phoneNumber":"135",${watermark}}`
  for (let i = 0; i < 3; i++) assertOpens(pc, text)
  const [encryptedData, iv] = encrypt('{"other":"136",'.concat(watermark, '}'))
  for (const data of [Buffer.from(encryptedData, 'base64'), ` ${encryptedData}`]) {
    assert.strictEqual(pc.decryptData(data, iv).other, '136')
  }
})

test('where the stack ends while a shape is learned, later results are equal', () => {
  const WXBizDataCrypt = freshPackage()
  const pc = new WXBizDataCrypt(appId, sessionKey)
  const plaintext = `{"a":{"b":"x"},"c":[{"d":1},{"d":2}],"e":5,${watermark}}`
  const message = encrypt(plaintext)
  // From the last frame that fits upwards, so that the stack ends at every place of the call once.
  let overflows = 0
  function dive(frames) {
    try {
      dive(frames + 1)
    } catch {}
    if (overflows < 0) return
    try {
      pc.decryptData(...message)
      overflows = -1
    } catch {
      overflows++
    }
  }
  dive(0)
  assert.strictEqual(overflows, -1)
  for (let i = 0; i < 5; i++) assertOpens(pc, plaintext)
})
