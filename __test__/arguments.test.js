'use strict'

// Every argument of every exported class and function, given posted JSON of every shape and objects that run code
// while they are read. Each call ends in a result or in an error with a code, and converts no object that was posted.
// Values of a wrong type are in errors.test.js.

const assert = require('node:assert')
const { randomInt } = require('node:crypto')
const { describe, test } = require('node:test')
const { createRandom } = require('./generate/random')
const { calls, runWith } = require('./helpers/calls')
const exported = require('..')

const isErrorClass = value => value.prototype instanceof Error

test('every export is described in helpers/calls.js', () => {
  const isCalled = name => typeof exported[name] === 'function' && !isErrorClass(exported[name])
  const names = Object.keys(exported).filter(name => isCalled(name) && name !== 'default')
  const described = new Set(calls.map(call => call.of))
  assert.deepStrictEqual(
    names.filter(name => !described.has(name)),
    []
  )
  for (const call of calls) assert.notStrictEqual(runWith(call, {}), undefined, call.name)
})

// ── Posted JSON ──

// biome-ignore format: a table of values
const hostileNames = [
  '__proto__', 'constructor', 'toString', 'valueOf', 'toJSON', 'then', 'length', 'buffer', 'byteLength', '0', '',
  'type', 'data', 'watermark', 'appid', 'timestamp', 'errcode', 'phone_info', 'data_list', 'list', 'maxAge', 'openId',
  'aesKey', 'alipayPublicKey', 'signType', 'response', 'sign', 'message', 'showData'
]
// biome-ignore format: a table of values
const scalars = [
  null, true, 0, -1, 1e308, '', 'Buffer', 'AAAA', 'undefined', '{"a":1}', '\ud800', 'A'.repeat(24)
]

function createJson({ chance, int, pick }) {
  const json = depth => {
    if (depth === 0 || chance(0.3)) return pick(scalars)
    const values = Array.from({ length: int(4) }, () => json(depth - 1))
    if (chance(0.4)) return values
    // As JSON.parse does: `__proto__` becomes an own property.
    return JSON.parse(
      `{${values.map(value => `${JSON.stringify(pick(hostileNames))}:${JSON.stringify(value)}`)}}`
    )
  }
  return () => json(6)
}

const nest = (open, inner, close, depth) => JSON.parse(open.repeat(depth) + inner + close.repeat(depth))
const nested = nest('[', '"xxxxxxxxxxxxxxxx",1', ',1]', 500)
const hostile = {
  'lists nested 100,000 deep': nest('[', '', ']', 100_000),
  'objects nested 100,000 deep': nest('{"data":', '1', '}', 100_000),
  'nested lists': nested,
  'a Buffer of nested lists': { type: 'Buffer', data: nested },
  'open data of nested lists': { cloudID: '1', data: nest('{"a":', '[]', '}', 100_000) },
  'a list of objects': [{ toString: 1 }, { valueOf: 1 }],
  'a list of a number and an object': [1, { toString: 1 }],
  'an object that has no text': { toString: 1, valueOf: 1 },
  'a list of 100,000 lists': Array.from({ length: 100_000 }, () => []),
  // Node would spend a minute on it.
  'a list that claims to be long': { length: 1e9 },
  'a Buffer that claims to be long': { type: 'Buffer', data: { length: 1e9 } }
}

const own = new RangeError('mine')
const thrower = () => {
  throw own
}
const cycle = { a: {} }
cycle.a.a = [cycle]
const notJson = {
  'a cycle': cycle,
  'a BigInt inside': { a: 1n, data: { a: 1n } },
  'a list of BigInts': [1n, 2n],
  'a list of symbols': [Symbol('s')],
  'a list of functions': [() => 1],
  'a throwing Proxy': new Proxy(
    {},
    { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower }
  ),
  'a throwing valueOf': { valueOf: thrower },
  'a throwing toPrimitive': { [Symbol.toPrimitive]: thrower },
  'a throwing length': Object.defineProperty({}, 'length', { get: thrower }),
  'a throwing element': Object.defineProperty([1, 2], 0, { get: thrower, enumerable: true }),
  'a throwing toJSON': { toJSON: thrower, data: { toJSON: thrower } }
}

/** Collects all objects in a value, in a loop: it may be nested deeper than the stack allows. */
function collectObjects(value) {
  const objects = new Set()
  const pending = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (next === null || typeof next !== 'object') continue
    objects.add(next)
    for (const member of Object.values(next)) pending.push(member)
  }
  return objects
}

/** Runs a call and counts how many of the posted objects it converts to text. */
function countConversions(posted, run) {
  const originals = [Array, Object].map(({ prototype }) => [prototype, prototype.toString])
  let count = 0
  for (const [prototype, original] of originals) {
    prototype.toString = function () {
      if (posted.has(this)) count += 1
      return original.call(this)
    }
  }
  try {
    run()
  } finally {
    for (const [prototype, original] of originals) prototype.toString = original
  }
  return count
}

/** Asserts that a call ends in a result, in an error of the package or in the value's own, and converts nothing. */
function endsWell(call, argument, { name, value, objects }) {
  let error
  const conversions = countConversions(objects, () => {
    try {
      runWith(call, { [argument]: value })
    } catch (thrown) {
      error = thrown
    }
  })
  const at = () => `${call.name}, ${argument}: ${name || JSON.stringify(value)}\n${error && error.stack}`
  if (error !== undefined && error !== own && !exported.isDecryptError(error)) assert.fail(at())
  if (conversions > 0) assert.fail(`${conversions} objects converted: ${at()}`)
}

const described = [
  ...Object.entries(hostile).map(([name, value]) => ({ name, value, objects: collectObjects(value) })),
  ...Object.entries(notJson).map(([name, value]) => ({ name, value, objects: new Set() }))
]

describe('any value ends in a result or in an error with a code, and no element of JSON is converted', () => {
  const seed = randomInt(2 ** 32)
  const nextJson = createJson(createRandom(seed))
  for (const call of calls) {
    test(`${call.name} (seed ${seed})`, () => {
      for (const argument of Object.keys(call.args)) {
        for (const posted of described) endsWell(call, argument, posted)
        for (let i = 0; i < 200; i += 1) {
          const value = nextJson()
          endsWell(call, argument, { value, objects: collectObjects(value) })
        }
      }
    })
  }
})
