'use strict'

// The options `maxAge` and `openId` never fail open: what could be meant as one is read or is an error, for the
// decryptData of every class that has them, and for openCloudData.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const vm = require('node:vm')
const { platforms } = require('./helpers/platforms')
const { openCloudData } = require('..')

/** What reads options, by name: `open(options)` passes data of user `o1` from 1970. */
const readers = {
  openCloudData: options =>
    openCloudData({ data: { openId: 'o1', watermark: { appid: 'wx', timestamp: 1 } } }, 'wx', options)
}
for (const { name, Class, appId, openId, randomText, seal } of platforms.filter(row =>
  row.options.includes('maxAge')
)) {
  const key = randomText()
  const message = seal({ [openId]: 'o1' }, key, appId, 1)
  readers[name] = options => new Class(appId, key).decryptData(...message, options)
}

class Options {
  get maxAge() {
    return 1
  }
}

/** With what they end: the reason of the rejection, or `true`. */
const cases = {
  'is read wherever an object has it': [
    'expired',
    { maxAge: 1 },
    new Options(),
    Object.create({ maxAge: 1 }),
    Object.create(new Options()),
    Object.assign(Object.create(null), { maxAge: 1 }),
    Object.defineProperty({}, 'maxAge', { value: 1 }),
    vm.runInNewContext('({ maxAge: 1 })'),
    new Proxy({ maxAge: 1 }, {}),
    Object.assign(new Map(), { maxAge: 1 }),
    { maxAge: 0 },
    { maxAge: Number.MIN_VALUE },
    { openId: 'o1', maxAge: 300 }
  ],
  'is compared with the user': [
    'open-id',
    { openId: 'o2' },
    { openId: '' },
    { openId: 'o\ud800' },
    Object.create({ openId: 'O1' })
  ],
  'may be missing, or be one that the data keeps': [
    true,
    undefined,
    {},
    Object.create(null),
    Object.create({}),
    { [Symbol.toStringTag]: 'Options' },
    Object.create(null, { [Symbol.toStringTag]: { value: 'Options' } }),
    vm.runInNewContext('({})'),
    { maxAge: undefined },
    { maxAge: 1e12, openId: 'o1' },
    { maxAge: Number.POSITIVE_INFINITY }
  ],
  'is an error if it is of a wrong type or unknown, or if nothing in the object is one': [
    'argument',
    ...[null, -1, -0.001, Number.NaN, '300', true, [], {}, 300n].map(maxAge => ({ maxAge })),
    ...[undefined, null, 1, ['o1'], new String('o1')].map(openId => ({ openId })),
    { maxage: 1 },
    { maxAge: 1e12, openid: 'o1' },
    { undefined: 1 },
    Object.create({ max_age: 1 }),
    vm.runInNewContext('({ maxage: 1 })'),
    new Map([['maxAge', 1]]),
    new Set(['maxAge']),
    new URLSearchParams('maxAge=1'),
    Promise.resolve({ maxAge: 1 }),
    new Number(300),
    new Date(0),
    new Uint8Array(0),
    ['maxAge', 1],
    Object.assign([], { maxAge: 1e12 }),
    Object.assign(() => {}, { maxAge: 1e12 })
  ]
}

for (const [name, open] of Object.entries(readers)) {
  const outcome = options => {
    try {
      return Boolean(open(options))
    } catch (error) {
      return error.reason
    }
  }

  describe(`an option of ${name}`, () => {
    for (const [what, [expected, ...values]] of Object.entries(cases)) {
      test(what, () => {
        for (const options of values) assert.strictEqual(outcome(options), expected)
      })
    }

    test('is read once, before anything is decrypted, and an error of its getter passes through', () => {
      let reads = 0
      const changing = {
        get maxAge() {
          reads += 1
          return reads === 1 ? 1 : 1e12
        }
      }
      assert.strictEqual(outcome(changing), 'expired')
      assert.strictEqual(reads, 1)
      const throwing = Object.defineProperty({}, 'maxAge', {
        get() {
          throw new RangeError('mine')
        }
      })
      assert.throws(() => open(throwing), { name: 'RangeError', message: 'mine' })
    })
  })
}
