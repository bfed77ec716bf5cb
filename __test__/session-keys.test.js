'use strict'

// Several session keys, the age of the watermark, and what is shown of an instance.

const assert = require('node:assert')
const { test } = require('node:test')
const { inspect } = require('node:util')
const crypto = require('node:crypto')
const helper = require('./helpers/encrypt')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const randomKey = () => crypto.randomBytes(16).toString('base64')

function encrypt(sessionKey, data) {
  const plaintext = typeof data === 'string' ? data : JSON.stringify(data)
  const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey })
  return [encryptedData, iv]
}

test('the key that fits is used, wherever it is in the list', () => {
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

test('missing keys of a list are skipped', () => {
  const key = randomKey()
  const data = { watermark: { timestamp: 1, appid: appId } }
  const message = encrypt(key, data)
  for (const missing of [undefined, null, '']) {
    for (const keys of [
      [key, missing],
      [missing, key],
      [missing, missing, key],
      [randomKey(), missing, key]
    ]) {
      assert.deepStrictEqual(new WXBizDataCrypt(appId, keys).decryptData(...message), data)
      const bytes = keys.map(text => text && Buffer.from(text, 'base64'))
      assert.deepStrictEqual(new WXBizDataCrypt(appId, bytes).decryptData(...message), data)
    }
    for (const keys of [[], [missing], [missing, missing]]) {
      const pc = new WXBizDataCrypt(appId, keys)
      const expected = {
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
        reason: 'argument',
        message:
          /^The "sessionKey" argument must be a session key, or a list of at least one\. Received an object$/
      }
      assert.throws(() => pc.decryptData(...message), expected)
      assert.throws(() => pc.encryptData({}), expected)
    }
  }
})

test('any number of keys, in any form', () => {
  const key = randomKey()
  const data = { watermark: { timestamp: 1, appid: appId } }
  const message = encrypt(key, data)
  for (let count = 0; count < 12; count += 1) {
    const keys = Array.from({ length: count }, randomKey)
    const forms = [key, key.replace(/=+$/, ''), Buffer.from(key, 'base64'), `${key}\n`]
    for (const form of forms) {
      assert.deepStrictEqual(new WXBizDataCrypt(appId, [...keys, form]).decryptData(...message), data)
      assert.deepStrictEqual(new WXBizDataCrypt(appId, [form, ...keys]).decryptData(...message), data)
    }
    if (count > 0) {
      const pc = new WXBizDataCrypt(appId, keys)
      assert.throws(() => pc.decryptData(...message), { code: 'ERR_ILLEGAL_BUFFER', reason: 'undecryptable' })
    }
  }
})

test('bytes are a key and never its text, alone and in a list', () => {
  const key = randomKey()
  const message = encrypt(key, { watermark: { timestamp: 1, appid: appId } })
  for (const bytes of [Buffer.from(key), new Uint8Array(Buffer.from(key))]) {
    for (const keys of [bytes, [bytes]]) {
      assert.throws(() => new WXBizDataCrypt(appId, keys).decryptData(...message), {
        code: 'ERR_ILLEGAL_AES_KEY'
      })
    }
  }
})

test('two keys in one text are not two keys', () => {
  const [first, second] = [randomKey(), randomKey()]
  const message = encrypt(second, { watermark: { timestamp: 1, appid: appId } })
  for (const keys of [first + second, [first + second]]) {
    assert.throws(() => new WXBizDataCrypt(appId, keys).decryptData(...message), {
      message: 'Illegal Buffer'
    })
  }
})

test('the reason is that of the key that came furthest', () => {
  const key = randomKey()
  const reasonOf = (watermark, keys) => {
    try {
      new WXBizDataCrypt(appId, keys).decryptData(...encrypt(key, { watermark }), { maxAge: 300 })
    } catch (error) {
      return error.reason
    }
  }
  for (const keys of [
    [randomKey(), key],
    [key, randomKey()],
    [randomKey(), key, randomKey()]
  ]) {
    assert.strictEqual(reasonOf({ timestamp: 1, appid: 'wx0' }, keys), 'watermark')
    assert.strictEqual(reasonOf({ timestamp: 1, appid: appId }, keys), 'expired')
  }
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
  assert.strictEqual(codeOf([key, 'short']), 'ERR_ILLEGAL_BUFFER')
  assert.strictEqual(codeOf(['short', key]), 'ERR_ILLEGAL_AES_KEY')
  assert.strictEqual(codeOf(['short', 'short']), 'ERR_ILLEGAL_AES_KEY')
})

test('a key of a wrong type is named by its place', () => {
  const message = encrypt(randomKey(), {})
  assert.throws(() => new WXBizDataCrypt(appId, [randomKey(), 5]).decryptData(...message), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"sessionKey\[1\]"/
  })
})

test('maxAge rejects what is older, from the future or without a timestamp', t => {
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
      code: 'ERR_ILLEGAL_BUFFER',
      errcode: -41003,
      reason: 'expired'
    })
    for (const options of [undefined, {}, { maxAge: undefined }]) assert.ok(open(watermark, options))
  }
})

test('maxAge counts for the key that fits', () => {
  const key = randomKey()
  const message = encrypt(key, { watermark: { timestamp: 1, appid: appId } })
  const pc = new WXBizDataCrypt(appId, [randomKey(), key])
  assert.throws(() => pc.decryptData(...message, { maxAge: 10 }), { reason: 'expired' })
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

test('an option that is not known is an error, inherited options count', () => {
  const key = randomKey()
  const pc = new WXBizDataCrypt(appId, key)
  const message = encrypt(key, { openId: 'o1', watermark: { timestamp: 1, appid: appId } })
  for (const options of [
    { maxage: 1 },
    { maxAge: 1e12, openid: 'o1' },
    Object.create({ max_age: 1 }),
    { __proto__: { x: 1 } }
  ]) {
    assert.throws(() => pc.decryptData(...message, options), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"options".*maxAge, openId/
    })
  }
  class Options {
    get maxAge() {
      return 300
    }
  }
  for (const options of [Object.create({ maxAge: 300 }), new Options(), Object.create(new Options())]) {
    assert.throws(() => pc.decryptData(...message, options), { reason: 'expired' })
  }
  for (const options of [Object.create({ openId: 'o2' }), { openId: 'o2' }, { openId: '' }]) {
    assert.throws(() => pc.decryptData(...message, options), {
      code: 'ERR_ILLEGAL_BUFFER',
      reason: 'open-id'
    })
  }
  assert.ok(pc.decryptData(...message, { openId: 'o1', maxAge: Number.POSITIVE_INFINITY }))
  for (const openId of [undefined, null, 1, ['o1'], new String('o1')]) {
    assert.throws(() => pc.decryptData(...message, { openId }), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"options.openId"/
    })
  }
})

test('openId is compared as JSON.parse reads it, and the last of equal keys counts', () => {
  const key = randomKey()
  const pc = new WXBizDataCrypt(appId, key)
  const open = (members, openId) => {
    const text = `{${members},"watermark":{"appid":"${appId}","timestamp":1}}`
    return pc.decryptData(...encrypt(key, text), { openId })
  }
  for (const [members, openId] of [
    ['"openId":"o1"', 'o1'],
    ['"openId":"\\u006f1"', 'o1'],
    ['"\\u006fpenId":"o1"', 'o1'],
    ['"openId":"o2","openId":"o1"', 'o1'],
    ['"openId":1,"openId":"张三😀"', '张三😀'],
    ['"openId":"\\ud83d\\ude00"', '😀'],
    ['"openId":"\\ud800"', '\ud800']
  ]) {
    assert.strictEqual(open(members, openId).openId, openId)
    for (const other of [`${openId}a`, openId.slice(1), '\ufffd']) {
      assert.throws(() => open(members, other), { reason: 'open-id' })
    }
  }
  for (const members of [
    '"a":"o1"',
    '"openId":null',
    '"openId":["o1"]',
    '"openid":"o1"',
    '"a":{"openId":"o1"}',
    '"openId":"o1","openId":1'
  ]) {
    assert.throws(() => open(members, 'o1'), { reason: 'open-id' })
  }
})

test('JSON.stringify shows everything but the key', () => {
  class Session extends WXBizDataCrypt {
    user = 7
  }
  const pc = new Session(appId, [randomKey()])
  assert.deepStrictEqual(JSON.parse(JSON.stringify({ pc })), {
    pc: { appId, sessionKey: '[redacted]', user: 7 }
  })
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

test('a list that grows while it is read is read up to its first length', () => {
  const keys = []
  const growing = {
    valueOf() {
      keys.push(growing)
      return randomKey()
    }
  }
  keys.push(growing)
  const pc = new WXBizDataCrypt(appId, keys)
  assert.throws(() => pc.decryptData('A'.repeat(64), 'A'.repeat(22)), { reason: 'undecryptable' })
  assert.strictEqual(keys.length, 2)
})
