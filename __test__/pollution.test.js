'use strict'

// Polluted prototypes: every name that lib/ reads, of every kind, before the first call and after it. Good calls
// and rejections of every exported class and function end as without pollution, and what is shown of an instance
// is the same.

const assert = require('node:assert')
const { readdirSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { describe, test } = require('node:test')
const util = require('node:util')
const { calls, runWith } = require('./helpers/calls')
const { loadAgain, root } = require('./helpers/load-again')
const { platforms } = require('./helpers/platforms')
const exported = require('..')

const { getOwnPropertyDescriptor, defineProperty } = Object

// It is for people at a terminal, and loaded when it is called.
const used = calls.filter(call => call.of !== 'diagnose')

/** What a call returns if Node itself cannot: `util.inspect` assigns to indices, `JSON.stringify` reads `toJSON`. */
const NOT_OURS = Symbol('not ours')
function canShow() {
  try {
    return Boolean(util.inspect([{ a: 1 }]) + JSON.stringify([{ a: 1 }]))
  } catch {
    return false
  }
}

/** What is run with each pollution: by name, a function of a copy of the package. */
const work = {}
for (const call of used) {
  work[call.name] = from => {
    if (!call.name.endsWith('#encryptData')) return runWith(call, {}, from)
    const result = runWith(call, {}, from)
    const { appId, sessionKey } = call.args
    return new from[call.of](appId, sessionKey).decryptData(result.encryptedData, result.iv).nickName
  }
  for (const argument of Object.keys(call.args).filter(name => !call.anything.includes(name))) {
    work[`${call.name}, a wrong ${argument}`] = from => runWith(call, { [argument]: 5 }, from)
  }
}
for (const { name, appId, otherAppId, randomText, seal, encrypt } of platforms) {
  const key = randomText()
  // Of 1970, so that a polluted maxAge would reject it.
  const message = seal({ a: [1, { b: '\u0001' }] }, key, appId, 1)
  const decrypt =
    (args, id = appId, keys = key) =>
    from =>
      new from[name](id, keys).decryptData(...args)
  work[`${name}, bytes`] = decrypt([Buffer.from(message[0], 'base64'), message[1]])
  work[`${name}, several keys`] = decrypt([`${message[0]}\n`, message[1], {}], appId, [
    undefined,
    randomText(),
    key
  ])
  work[`${name}, not JSON`] = decrypt(encrypt('no JSON', key))
  work[`${name}, another app`] = decrypt(message, otherAppId)
  for (const text of ['{"a":1}', '{"watermark":{}}', '[]', '1']) {
    work[`${name}, ${text}`] = decrypt(encrypt(text, key, otherAppId))
  }
  work[`${name}, a short iv`] = decrypt([message[0], ''])
  work[`${name}, too old`] = decrypt([...message, { openId: 'o1' }])
  work[`${name}, shown`] = from => {
    const instance = new from[name](appId, key)
    return util.inspect(instance) + JSON.stringify(instance)
  }
}

const names = Object.keys(work)

/** Runs all of it and returns what each ends in. Nothing is compared before the prototypes are restored. */
function runAll(from) {
  const outcomes = names.map(() => ({ value: undefined, error: undefined }))
  return {
    run() {
      for (let i = 0; i < names.length; i += 1) {
        try {
          const isOurs = !/encryptData|openCloudData|shown/.test(names[i]) || canShow()
          outcomes[i].value = isOurs ? work[names[i]](from) : NOT_OURS
        } catch (error) {
          outcomes[i].error = error
        }
      }
    },
    describe: () =>
      outcomes.map(({ value, error }) =>
        error === undefined
          ? { value }
          : {
              ...error.cause,
              code: error.code,
              errcode: error.errcode,
              status: error.status,
              text: String(error)
            }
      )
  }
}

/** Runs with properties on a prototype, and restores it. */
function pollute(target, names, descriptor, run) {
  const originals = names.map(name => getOwnPropertyDescriptor(target, name))
  const polluted = { __proto__: null, configurable: true, ...descriptor }
  try {
    for (let i = 0; i < names.length; i += 1) defineProperty(target, names[i], polluted)
    run()
  } finally {
    for (let i = 0; i < names.length; i += 1) {
      if (originals[i] === undefined) delete target[names[i]]
      else defineProperty(target, names[i], { __proto__: null, ...originals[i] })
    }
  }
}

const plain = runAll(exported)
plain.run()
const expected = plain.describe()

/** What constructors assign, as that of the sample does: a setter of the same name would see it. */
const ASSIGNED = ['appId', 'sessionKey', 'watermark']

/** What crypto.verify of Node itself reads, with which WebAssembly verifies: an accessor that throws is a mismatch. */
const READ_BY_VERIFY = exported.backend === 'wasm' ? ['format', 'type'] : []

function staysAsItIs(batch, descriptor, from) {
  const excluded = descriptor.get === fail ? [...ASSIGNED, ...READ_BY_VERIFY] : ASSIGNED
  const polluted = descriptor.writable ? batch : batch.filter(name => !excluded.includes(name))
  const all = runAll(from)
  pollute(Object.prototype, polluted, descriptor, all.run)
  for (const [i, outcome] of all.describe().entries()) {
    if (outcome.value === NOT_OURS || util.isDeepStrictEqual(outcome, expected[i])) continue
    assert.deepStrictEqual(outcome, expected[i], `${names[i]} with ${polluted}`)
  }
}

/** Every name that lib/ reads from an object, assigns or defines, and what Node reads from options. */
function findNames() {
  const found = new Set(['0', '1', '2', '3', '5', 'constructor', 'depth', 'colors'])
  for (const name of ['outputLength', 'size', 'flag']) found.add(name)
  for (const file of readdirSync(path.join(root, 'lib'), { recursive: true })) {
    if (!file.endsWith('.js') || /^(?:cli|diagnose)/.test(file)) continue
    const code = readFileSync(path.join(root, 'lib', file), 'utf8').replace(
      /\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g,
      ''
    )
    for (const [, ...groups] of code.matchAll(/\.([a-z]\w*)|(\w+)\s*:|[{,]\s*([a-z]\w*)(?=\s*[,}=])/gi)) {
      found.add(groups.find(Boolean))
    }
  }
  const polluted = [...found].filter(name => name === 'constructor' || !(name in Object.prototype))
  // Several at once: none has an effect.
  return Array.from({ length: Math.ceil(polluted.length / 8) }, (_, i) => polluted.slice(8 * i, 8 * i + 8))
}

const kinds = {
  'a value': { value: 1, writable: true, enumerable: true },
  'an object': { value: { value: 1, appid: platforms[0].appId, appId: platforms[0].appId }, writable: true },
  'a value that cannot be assigned': { value: 'optional', writable: false },
  'a getter': { get: () => 'optional' },
  'a getter and a setter that does nothing': { get: () => undefined, set: () => {} },
  'accessors that throw': { get: fail, set: fail }
}

function fail() {
  throw new Error('polluted')
}

describe('Object.prototype with', () => {
  const found = findNames()

  test('the names that lib/ reads: they are found', t => {
    t.diagnostic(`${found.flat().length} names, ${names.length} calls`)
    assert.ok(found.flat().length > 200)
    assert.ok(expected.filter(({ error }) => error === undefined).length > names.length / 4)
  })

  for (const [kind, descriptor] of Object.entries(kinds)) {
    test(`${kind} under any name, after the first call`, () => {
      for (const batch of found) staysAsItIs(batch, descriptor, exported)
    })
  }

  for (const kind of ['a value', 'accessors that throw']) {
    test(`${kind} under any name, before the first call`, () => {
      for (const batch of found) staysAsItIs(batch, kinds[kind], loadAgain())
    })
  }
})

test('methods of built-in prototypes that are replaced make no decryption fail', () => {
  const targets = [
    ...['push', 'concat', 'slice', 'map', 'join', Symbol.iterator].map(name => [Array.prototype, name]),
    ...['slice', 'substring', 'length', 'replace'].map(name => [String.prototype, name]),
    ...['constructor', 'get', 'value', 'maxAge'].flatMap(name =>
      [Array, String, Uint8Array, Function].map(({ prototype }) => [prototype, name])
    ),
    [JSON, 'parse'],
    [Array, Symbol.species]
  ]
  const decrypting = used.filter(
    call => call.name.endsWith('DataCrypt#decryptData') && call.of !== 'AlipayDataCrypt'
  )
  for (const [target, name] of targets) {
    for (const value of [1, null, fail]) {
      const results = decrypting.map(() => undefined)
      const run = () => {
        for (let i = 0; i < decrypting.length; i += 1) results[i] = runWith(decrypting[i], {})
      }
      if (!(getOwnPropertyDescriptor(target, name) || { configurable: true }).configurable) continue
      pollute(target, [name], { value, writable: true }, run)
      for (const [i, result] of results.entries())
        assert.strictEqual(result.nickName, '张三', `${i} ${String(name)}`)
    }
  }
})

test('good calls and rejections load no module', () => {
  const from = loadAgain()
  const all = runAll(from)
  const { require: load } = Module.prototype
  const loaded = []
  Module.prototype.require = function (name) {
    loaded.push(name)
    return load.call(this, name)
  }
  try {
    all.run()
  } finally {
    Module.prototype.require = load
  }
  assert.deepStrictEqual(loaded, [])
  assert.deepStrictEqual(all.describe(), expected)
})

test('the package loads with a polluted prototype', () => {
  for (const kind of ['a value', 'a getter and a setter that does nothing']) {
    for (const name of ['get', 'set', 'appId', 'openId', 'name', 'code', 'frame', 'integer', 'en', 'zh']) {
      let from
      pollute(Object.prototype, [name], kinds[kind], () => {
        from = loadAgain()
      })
      const all = runAll(from)
      all.run()
      assert.deepStrictEqual(all.describe(), expected, name)
    }
  }
})
