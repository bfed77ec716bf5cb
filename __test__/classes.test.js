'use strict'

// What the classes of all platforms have in common, for each row of lib/platforms.js: shape, session keys,
// options, rejections, sizes and `encryptData`. What only some platforms have is in platforms.test.js.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { describe, test } = require('node:test')
const util = require('node:util')
const vm = require('node:vm')
const { compareValues } = require('./differential')
const { now, platforms } = require('./helpers/platforms')
const exported = require('..')

const MAX_DATA_LENGTH = 32 * 1024

for (const platform of platforms) describe(platform.name, () => testClass(platform))

function testClass(platform) {
  const { name, Class, appId, otherAppId, openId, blockLength, seal, unmark, randomText } = platform
  const key = platform.randomText()
  const otherKey = platform.randomText()
  const pc = new Class(appId, key)
  const user = { [openId]: 'o1', nickName: '张三😀', n: 1.5 }
  const message = seal(user, key)
  const [encryptedData, iv] = message
  const decryptWith = (keys, sent = message, options) =>
    unmark(new Class(appId, keys).decryptData(...sent, options))
  const toBytes = text => Buffer.from(text, platform.encoding)
  const added = platform.canOmitWatermark ? { watermark: 'required' } : {}

  describe('the class', () => {
    test('has the name, the lengths and the own properties of the sample', () => {
      const { decryptData, encryptData } = Class.prototype
      assert.strictEqual(Class.name, name)
      assert.deepStrictEqual([Class.length, decryptData.length, encryptData.length], [2, 2, 1])
      const own = { appId, sessionKey: key, ...added }
      assert.strictEqual(compareValues(own, Object.assign({}, pc)), undefined)
      assert.deepStrictEqual(Object.getOwnPropertyDescriptors(pc), Object.getOwnPropertyDescriptors(own))
      for (const hidden of ['toJSON', util.inspect.custom]) {
        const { value, ...flags } = Object.getOwnPropertyDescriptor(Class.prototype, hidden)
        assert.deepStrictEqual(flags, { writable: true, enumerable: false, configurable: true })
      }
    })

    test("cannot be called without 'new', whatever `this` is", () => {
      for (const run of [
        () => Class(appId, key),
        () => exported[name](appId, key),
        () => Class.call({}, '', '')
      ]) {
        assert.throws(run, { name: 'TypeError', message: `${name} must be called with 'new'` })
      }
      assert.strictEqual(exported.sessionKey, undefined)
    })

    test('can be extended by `class`, by util.inherits and by patching the prototype', () => {
      class Modern extends Class {
        decryptData(...args) {
          return { ...super.decryptData(...args), modern: true }
        }
      }
      function Old(...args) {
        Class.apply(this, args)
      }
      util.inherits(Old, Class)
      assert.ok(new Modern(appId, key) instanceof Class)
      assert.deepStrictEqual(unmark(new Modern(appId, key).decryptData(...message)), {
        ...user,
        modern: true
      })
      assert.deepStrictEqual(unmark(new Old(appId, key).decryptData(...message)), user)
      const { decryptData } = Class.prototype
      Class.prototype.decryptData = () => 'patched'
      try {
        assert.strictEqual(pc.decryptData(...message), 'patched')
      } finally {
        Class.prototype.decryptData = decryptData
      }
    })

    test('reads its properties in each call, also borrowed, frozen and without a prototype', () => {
      const { decryptData } = Class.prototype
      const later = new Class('other', 'none')
      Object.assign(later, { appId, sessionKey: key })
      assert.deepStrictEqual(unmark(later.decryptData(...message)), user)
      assert.deepStrictEqual(unmark(Object.freeze(new Class(appId, key)).decryptData(...message)), user)
      for (const receiver of [
        { appId, sessionKey: key },
        { __proto__: null, appId, sessionKey: key }
      ]) {
        assert.deepStrictEqual(unmark(decryptData.call(receiver, ...message)), user)
      }
      for (const receiver of [undefined, null]) {
        assert.throws(() => decryptData.call(receiver, ...message), TypeError)
      }
    })

    test('returns a new object each time and leaves its arguments as they are', () => {
      const bytes = Buffer.from(encryptedData, 'base64')
      const first = pc.decryptData(bytes, iv)
      for (const property of Object.keys(first)) delete first[property]
      assert.deepStrictEqual(unmark(pc.decryptData(bytes, iv)), user)
      assert.strictEqual(bytes.toString('base64'), encryptedData)
    })
  })

  describe('data', () => {
    test("decrypts as the platform's document encrypts it", () => {
      for (const data of [user, { phoneNumber: '13580006666' }, { text: 'x'.repeat(20_000) }, {}]) {
        assert.deepStrictEqual(decryptWith(key, seal(data, key)), data)
      }
    })

    test('is accepted as text, bytes and lists in every form that Buffer.from accepts', () => {
      const bytes = Buffer.from(encryptedData, 'base64')
      for (const data of [
        `${encryptedData}\n`,
        encryptedData.replace(/=+$/, ''),
        encryptedData.replace(/.{32}/g, `$&\n${' '.repeat(16)}`),
        bytes.toString('base64url'),
        bytes,
        [...bytes],
        bytes.toJSON(),
        new Uint8Array(bytes).buffer
      ]) {
        assert.deepStrictEqual(decryptWith(key, [data, iv]), user)
      }
      for (const form of [toBytes, text => [...toBytes(text)], text => toBytes(text).toJSON()]) {
        assert.deepStrictEqual(decryptWith(form(key), [encryptedData, form(iv)]), user)
      }
    })

    test('of 32 KiB decrypts, and one block more is rejected for its length', () => {
      const overhead =
        Buffer.byteLength(platform.mark({ text: '' })) + (platform.hasFrame ? 20 + appId.length : 0)
      const length = MAX_DATA_LENGTH - 1 - overhead
      for (const form of [
        data => data,
        data => [...data],
        data => data.toString('base64'),
        data => `${data.toString('base64url')}\n`
      ]) {
        const open = more => {
          const [text, iv] = seal({ text: 'x'.repeat(length + more) }, key)
          const data = Buffer.from(text, 'base64')
          assert.strictEqual(data.length, MAX_DATA_LENGTH + more * blockLength)
          return pc.decryptData(form(data), iv)
        }
        assert.strictEqual(open(0).text.length, length)
        for (const run of [() => open(1), () => pc.decryptData(form(Buffer.alloc(1e6)), iv)]) {
          assert.throws(run, { reason: 'data-length' })
        }
      }
    })

    test('of another app is rejected', () => {
      for (const id of [otherAppId, `${appId}0`, appId.slice(1)]) {
        assert.throws(() => pc.decryptData(...seal(user, key, id)), { reason: 'watermark' })
      }
    })
  })

  describe('session keys', () => {
    test('are tried in turn, wherever the right one is and in whatever form', () => {
      for (let count = 0; count < 12; count += 1) {
        const others = Array.from({ length: count }, () => randomText())
        for (const form of [key, toBytes(key), new Uint8Array(toBytes(key))]) {
          assert.deepStrictEqual(decryptWith([...others, form]), user)
          assert.deepStrictEqual(decryptWith([form, ...others]), user)
        }
        if (count === 0) continue
        assert.throws(() => decryptWith(others), { reason: 'undecryptable' })
      }
    })

    // Often enough for wrong keys to pass the check of the padding now and then.
    test('that do not fit are passed over, also if their padding is valid', () => {
      for (let i = 0; i < 500; i += 1) {
        const keys = [randomText(), randomText(), randomText()]
        assert.deepStrictEqual(decryptWith(keys, seal({ i }, keys[i % 3])), { i })
      }
    })

    test('that are missing are skipped, and a list needs one', () => {
      for (const missing of [undefined, null, '']) {
        for (const keys of [
          [key, missing],
          [missing, missing, key],
          [otherKey, missing, key]
        ]) {
          assert.deepStrictEqual(decryptWith(keys), user)
          assert.deepStrictEqual(decryptWith(keys.map(text => text && toBytes(text))), user)
        }
        for (const keys of [[], [missing], [missing, missing]]) {
          const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"sessionKey"/ }
          assert.throws(() => decryptWith(keys), expected)
          assert.throws(() => new Class(appId, keys).encryptData({}), expected)
        }
      }
    })

    test('may be 100, and no list is read that is longer', () => {
      assert.deepStrictEqual(decryptWith([...new Array(99), key]), user)
      const endless = new Proxy([], { get: (list, name) => (name === 'length' ? 2 ** 53 : list[name]) })
      for (const keys of [new Array(2 ** 32 - 1), endless, new Array(101).fill(key)]) {
        assert.throws(() => decryptWith(keys), { code: 'ERR_INVALID_ARG_TYPE', message: /at most 100/ })
      }
    })

    test('as bytes are the key and never its text, and two keys in one text are not two keys', () => {
      for (const wrong of [Buffer.from(key), new Uint8Array(Buffer.from(key)), otherKey + key]) {
        for (const keys of [wrong, [wrong]]) {
          assert.throws(() => decryptWith(keys), { reason: /^(?:session-key-length|undecryptable)$/ })
        }
      }
    })
  })

  describe('options', () => {
    test('openId must be that of the data', () => {
      assert.ok(pc.decryptData(...message, { openId: 'o1' }))
      for (const data of [user, { [openId.toUpperCase()]: 'o2' }, { a: { [openId]: 'o2' } }, {}]) {
        assert.throws(() => pc.decryptData(...seal(data, key), { openId: 'o2' }), { reason: 'open-id' })
      }
    })

    test('maxAge rejects data that is older, from the future or without a timestamp, where there is one', t => {
      t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 })
      const open = (timestamp, options) => pc.decryptData(...seal(user, key, appId, timestamp), options)
      const hasMaxAge = platform.options.includes('maxAge')
      if (hasMaxAge) assert.ok(open(now(), { maxAge: 0 }))
      for (const timestamp of hasMaxAge ? [now(), now() - 300, now() + 60, `${now() - 1}.123456789`] : []) {
        assert.ok(open(timestamp, { maxAge: 300 }))
      }
      // One of more than 19 significant digits is none.
      for (const timestamp of [
        `${now() - 1}.1234567891`,
        now() - 301,
        now() + 61,
        null,
        `"${now()}"`,
        '{}'
      ]) {
        assert.ok(open(timestamp))
        const reason = hasMaxAge ? 'expired' : 'argument'
        assert.throws(() => open(timestamp, { maxAge: 300 }), { reason })
      }
    })
  })

  describe('encryptData', () => {
    const object = { [openId]: 'o1', nickName: '张三😀' }

    test('makes what decryptData returns, for this app alone', () => {
      const sealed = pc.encryptData(Object.freeze(object))
      const sent = [sealed.encryptedData, sealed.iv]
      assert.deepStrictEqual(unmark(pc.decryptData(...sent, { openId: 'o1' })), object)
      assert.notStrictEqual(pc.encryptData(object).iv, sealed.iv)
      assert.throws(() => new Class(otherAppId, key).decryptData(...sent), { reason: 'watermark' })
      for (let length = 0; length < 2 * blockLength + 2; length += 1) {
        const { encryptedData, iv } = pc.encryptData({ text: 'x'.repeat(length) })
        assert.strictEqual(pc.decryptData(encryptedData, iv).text.length, length)
      }
      const evil = pc.encryptData(JSON.parse('{"__proto__":{"admin":true}}'))
      const data = pc.decryptData(evil.encryptedData, evil.iv)
      assert.deepStrictEqual([Object.hasOwn(data, '__proto__'), data.admin], [true, undefined])
    })

    test('makes what node:crypto decrypts', () => {
      const { encryptedData, iv } = pc.encryptData(object)
      const name = `aes-${platform.keyLength * 8}-cbc`
      const decipher = crypto.createDecipheriv(name, toBytes(key), toBytes(iv)).setAutoPadding(false)
      const plaintext = decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
      assert.ok(plaintext.includes(JSON.stringify(object).slice(1, -1)))
    })

    test('encrypts with the first of several session keys', () => {
      const { encryptedData, iv } = new Class(appId, [undefined, key, otherKey]).encryptData(object)
      assert.deepStrictEqual(decryptWith(key, [encryptedData, iv]), object)
    })

    test('adds a watermark of this app and time where the platform has one, unless the object has one', () => {
      const open = ({ encryptedData, iv }, by = pc) => by.decryptData(encryptedData, iv)
      if (!platform.hasWatermark) {
        assert.deepStrictEqual(open(pc.encryptData({})), {})
        assert.throws(() => pc.encryptData({}, { timestamp: 1 }), { message: /timestamp/ })
        return
      }
      const before = now()
      const { watermark } = open(pc.encryptData({}))
      const { timestamp } = watermark
      assert.deepStrictEqual(watermark, { timestamp, [platform.watermarkProperty]: appId })
      assert.ok(timestamp >= before && timestamp <= now())
      const old = open(pc.encryptData({}, { timestamp: 1477314187 }))
      assert.strictEqual(old.watermark.timestamp, 1477314187)
      assert.deepStrictEqual(open(pc.encryptData(old)), old)
      const foreign = { a: 1, watermark: { [platform.watermarkProperty]: otherAppId } }
      assert.throws(() => open(pc.encryptData(foreign)), { reason: 'watermark' })
      assert.deepStrictEqual(open(pc.encryptData(foreign), new Class(otherAppId, key)), foreign)
    })

    test('accepts plain objects only', () => {
      class Model {}
      for (const value of [[], new Map(), new Date(), Promise.resolve({}), new Model(), new Uint8Array(1)]) {
        assert.throws(() => pc.encryptData(value), { code: 'ERR_INVALID_ARG_TYPE', message: /"object"/ })
      }
      const plain = { a: 1 }
      const foreign = vm.runInNewContext('(object => ({ ...object }))')(plain)
      for (const value of [plain, { __proto__: null, ...plain }, foreign]) {
        const { encryptedData, iv } = pc.encryptData(value)
        assert.strictEqual(pc.decryptData(encryptedData, iv).a, 1)
      }
    })
  })
}
