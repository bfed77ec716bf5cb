'use strict'

// Options never fail open: what could be meant as one is read, or is an error.

const assert = require('node:assert')
const { test } = require('node:test')
const vm = require('node:vm')
const demo = require('./demo.json')
const WXBizDataCrypt = require('..')

const pc = new WXBizDataCrypt(demo.appId, demo.sessionKey)
const decrypt = options => pc.decryptData(demo.encryptedData, demo.iv, options)

// The demo's data is of 2016.
test('maxAge is read wherever an object has it', () => {
  class Options {
    get maxAge() {
      return 1
    }
  }
  const found = [
    { maxAge: 1 },
    new Options(),
    Object.create({ maxAge: 1 }),
    Object.assign(Object.create(null), { maxAge: 1 }),
    Object.defineProperty({}, 'maxAge', { value: 1 }),
    vm.runInNewContext('({ maxAge: 1 })'),
    new Proxy({ maxAge: 1 }, {}),
    new Proxy({}, { get: (_, name) => (name === 'maxAge' ? 1 : undefined) }),
    Object.assign(new Map(), { maxAge: 1 })
  ]
  for (const options of found) assert.throws(() => decrypt(options), { reason: 'expired' })
})

test('every maxAge from 0 on is one, and openId is another option', () => {
  for (const maxAge of [0, Number.MIN_VALUE, 0.5]) {
    assert.throws(() => decrypt({ maxAge }), { reason: 'expired' })
  }
  assert.deepStrictEqual(decrypt({ maxAge: Number.POSITIVE_INFINITY }), demo.data)
  assert.deepStrictEqual(decrypt({ openId: demo.data.openId }), demo.data)
  assert.throws(() => decrypt({ openId: '' }), { reason: 'open-id' })
})

test('the error says which option is wrong, what it must be and what was received', () => {
  const { DouyinDataCrypt, KuaishouDataCrypt, BaiduDataCrypt } = WXBizDataCrypt
  const { appId, sessionKey } = demo
  const number = 'a value of type number'
  const cases = [
    [() => decrypt(null), 'options', 'an object such as { maxAge: 300 }', 'null'],
    [() => decrypt(7), 'options', 'an object such as { maxAge: 300 }', number],
    [() => decrypt('300'), 'options', 'an object such as { maxAge: 300 }', 'a value of type string'],
    [() => decrypt(['maxAge', 1]), 'options', 'an object such as { maxAge: 300 }', 'an object'],
    [() => decrypt(new Map()), 'options', 'an object such as { maxAge: 300 }', 'an object'],
    [
      () => decrypt({ age: 1 }),
      'options',
      'an object with no other options than maxAge, openId',
      'an object'
    ],
    [() => decrypt({ maxAge: -1 }), 'options.maxAge', 'a number of seconds, 0 or more', number],
    [
      () => decrypt({ maxAge: '1' }),
      'options.maxAge',
      'a number of seconds, 0 or more',
      'a value of type string'
    ],
    [
      () => decrypt({ openId: undefined }),
      'options.openId',
      'a string, the open id of the logged-in user',
      'undefined'
    ],
    [() => pc.encryptData({}, 7), 'options', 'an object such as { timestamp: 1 }', number],
    [
      () => pc.encryptData({}, { timestamp: null }),
      'options.timestamp',
      'a number of seconds since 1970',
      'null'
    ],
    [
      () => new DouyinDataCrypt(appId, sessionKey).decryptData('', '', 7),
      'options',
      "an object such as { openId: '…' }",
      number
    ],
    [
      () => new BaiduDataCrypt(appId, sessionKey).encryptData({}, { timestamp: 1 }),
      'options',
      'an empty object',
      'an object'
    ],
    [
      () => new KuaishouDataCrypt(appId, sessionKey, 7),
      'options',
      "an object such as { watermark: 'optional' }",
      number
    ],
    [
      () => new KuaishouDataCrypt(appId, sessionKey, { watermark: 7 }),
      'options.watermark',
      "'optional' or 'required'",
      number
    ]
  ]
  for (const [run, name, expected, received] of cases) {
    const message = `The "${name}" argument must be ${expected}. Received ${received}`
    assert.throws(run, { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message })
  }
  assert.strictEqual(new KuaishouDataCrypt(appId, sessionKey, {}).watermark, 'required')
})

test('an option is read once', () => {
  let reads = 0
  const options = {
    get maxAge() {
      reads += 1
      return reads === 1 ? 1 : 1e12
    }
  }
  assert.throws(() => decrypt(options), { reason: 'expired' })
  assert.strictEqual(reads, 1)
})

test('what looks like options and has none is an error', () => {
  const values = [
    new Map([['maxAge', 1]]),
    new Set(['maxAge']),
    new URLSearchParams('maxAge=1'),
    Promise.resolve({ maxAge: 1 }),
    new Number(300),
    new Date(0),
    new Uint8Array(0),
    ['maxAge', 1],
    300,
    '300',
    null,
    () => ({ maxAge: 1 }),
    Object.assign(() => {}, { maxAge: 1e12 }),
    { maxage: 1 },
    { undefined: 1 },
    { maxAge: 1e12, openid: '' },
    Object.create({ max_age: 1 }),
    vm.runInNewContext('({ maxage: 1 })')
  ]
  for (const value of values) assert.throws(() => decrypt(value), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('options without an option change nothing', () => {
  const values = [
    undefined,
    {},
    Object.create(null),
    Object.create({}),
    { [Symbol.toStringTag]: 'Options' },
    Object.create(null, { [Symbol.toStringTag]: { value: 'Options' } }),
    vm.runInNewContext('({})'),
    { maxAge: undefined }
  ]
  for (const options of values) assert.deepStrictEqual(decrypt(options), demo.data)
})

test('what Object.prototype is polluted with is no option, and hides none', () => {
  const polluted = (name, run) => {
    Object.defineProperty(Object.prototype, name, { value: 1, enumerable: true, configurable: true })
    try {
      return run()
    } catch (error) {
      return error.reason
    } finally {
      delete Object.prototype[name]
    }
  }
  for (const name of ['maxAge', 'openId', 'other', Symbol.toStringTag]) {
    for (const options of [{}, Object.create({}), { openId: demo.data.openId }]) {
      assert.deepStrictEqual(
        polluted(name, () => decrypt(options)),
        demo.data
      )
    }
    for (const [options, reason] of [
      [{ maxAge: 1 }, 'expired'],
      [Object.create({ maxAge: 1 }), 'expired'],
      [{ openId: '' }, 'open-id'],
      [{ maxage: 1 }, 'argument'],
      [new Map(), 'argument']
    ]) {
      assert.strictEqual(
        polluted(name, () => decrypt(options)),
        reason
      )
    }
  }
})

test('a list of keys longer than can be meant is an error at once', () => {
  const lists = [
    new Array(2 ** 32 - 1),
    new Proxy([], { get: (list, name) => (name === 'length' ? 2 ** 53 : list[name]) })
  ]
  for (const keys of lists) {
    const run = () => new WXBizDataCrypt(demo.appId, keys).decryptData(demo.encryptedData, demo.iv)
    assert.throws(run, { code: 'ERR_INVALID_ARG_TYPE', message: /at most 100/ })
  }
  const most = [...new Array(99), demo.sessionKey]
  assert.deepStrictEqual(
    new WXBizDataCrypt(demo.appId, most).decryptData(demo.encryptedData, demo.iv),
    demo.data
  )
})
