'use strict'

// What strangers post and what a polluted process does: every call ends in the reference's result or in a
// clear error, and the process lives.

const assert = require('node:assert')
const buffer = require('node:buffer')
const { spawnSync } = require('node:child_process')
const os = require('node:os')
const path = require('node:path')
const { describe, test } = require('node:test')
const util = require('node:util')
const { Worker } = require('node:worker_threads')
const { compare, outcome } = require('./differential')
const demo = require('./demo.json')
const { encrypt } = require('./helpers/encrypt')
const { Reference } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const { appId, sessionKey, encryptedData, iv } = demo
const decrypt = (data, vector = iv, key = sessionKey) =>
  new WXBizDataCrypt(appId, key).decryptData(data, vector)

const seal = text => encrypt(text, { sessionKey, iv }).encryptedData

function endsAsWithTheSample(input) {
  const expected = outcome(Reference, input)
  const actual = outcome(WXBizDataCrypt, input)
  assert.strictEqual(compare(expected, actual), undefined)
}

function stillWorks() {
  assert.deepStrictEqual(decrypt(encryptedData), demo.data)
}

describe('objects as arguments', () => {
  const thrower = () => {
    throw new RangeError('mine')
  }
  const throwing = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower })
  const places = [
    value => decrypt(value),
    value => decrypt(encryptedData, value),
    value => decrypt(encryptedData, iv, value)
  ]

  test('an error of their own comes through as it is', () => {
    const values = [
      throwing,
      { valueOf: thrower },
      { [Symbol.toPrimitive]: thrower },
      Object.defineProperty({}, 'length', { get: thrower }),
      Object.defineProperty([1, 2], 0, { get: thrower })
    ]
    for (const value of values) {
      for (const place of places) assert.throws(() => place(value), { name: 'RangeError', message: 'mine' })
    }
    const options = Object.defineProperty({}, 'maxAge', { get: thrower })
    const pc = new WXBizDataCrypt(appId, sessionKey)
    assert.throws(() => pc.decryptData(encryptedData, iv, options), { message: 'mine' })
    stillWorks()
  })

  test('what they do while they are read changes nothing', () => {
    const pc = new WXBizDataCrypt(appId, sessionKey)
    const meddling = {
      valueOf() {
        pc.sessionKey = 'changed'
        pc.appId = 'changed'
        stillWorks()
        return encryptedData
      }
    }
    assert.deepStrictEqual(pc.decryptData(meddling, iv), demo.data)
    assert.strictEqual(pc.sessionKey, 'changed')
  })

  test('they are rejected or read as by the sample', () => {
    const text = Buffer.from(encryptedData, 'base64')
    const values = [
      new Proxy(text, {}),
      new Proxy([...text], {}),
      { length: text.length, ...text },
      { type: 'Buffer', data: [...text] },
      { type: 'Buffer', data: { length: 16 } },
      { length: 16 },
      { length: -1 },
      { length: Number.NaN },
      { length: '16' },
      { buffer: text.buffer },
      Object.create(null),
      Object.create(Buffer.prototype),
      Object.setPrototypeOf([...text], null),
      new String(encryptedData),
      new Date(0),
      new Map([[0, 1]]),
      new Set(text),
      new DataView(text.buffer, text.byteOffset, text.length),
      new Float64Array(text),
      new BigUint64Array(2),
      /a/,
      () => encryptedData,
      10n,
      Symbol('a')
    ]
    for (const value of values) {
      endsAsWithTheSample({ ...demo, encryptedData: value })
      endsAsWithTheSample({ ...demo, iv: value })
      endsAsWithTheSample({ ...demo, sessionKey: value })
    }
  })

  // Node would spend a minute on the smaller one.
  test('a list that only says how long it is, is rejected', () => {
    for (const length of [1e9, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      for (const place of places) assert.throws(() => place({ length }), { code: 'ERR_INVALID_ARG_TYPE' })
    }
  })

  test('a list of keys that shrinks while it is read gives a result or an error', () => {
    for (let shrinksAfter = 0; shrinksAfter < 8; shrinksAfter += 1) {
      let reads = 0
      const keys = new Proxy([sessionKey.slice(0, -1), sessionKey], {
        get: (list, key) => (key === 'length' && reads++ >= shrinksAfter ? 0 : list[key])
      })
      const { value, error } = outcome(WXBizDataCrypt, { ...demo, sessionKey: keys })
      assert.ok(value ? value.openId : error.code === 'ERR_INVALID_ARG_TYPE')
    }
  })
})

describe('memory that is taken away or changed', () => {
  const bytesOf = (text, buffer) => {
    const bytes = Buffer.from(text, 'base64')
    const copy = new Uint8Array(buffer || new ArrayBuffer(bytes.length))
    copy.set(bytes)
    return copy
  }

  test('a detached buffer', () => {
    const detached = bytesOf(encryptedData)
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    for (const value of [detached, detached.buffer]) endsAsWithTheSample({ ...demo, encryptedData: value })
    stillWorks()
  })

  test('a buffer detached by another argument', () => {
    const data = bytesOf(encryptedData)
    const detaching = {
      valueOf() {
        structuredClone(data.buffer, { transfer: [data.buffer] })
        return iv
      }
    }
    // The data has been copied by then.
    assert.deepStrictEqual(decrypt(data, detaching), demo.data)
    assert.strictEqual(data.length, 0)
    assert.throws(() => decrypt(data), { code: 'ERR_DECODE_BASE64' })
  })

  test('a resizable buffer that shrinks between the arguments', () => {
    const length = Buffer.from(encryptedData, 'base64').length
    const buffer = new ArrayBuffer(length, { maxByteLength: 4096 })
    const data = bytesOf(encryptedData, buffer)
    assert.deepStrictEqual(decrypt(data), demo.data)
    const shrinking = { valueOf: () => buffer.resize(16) || iv }
    assert.deepStrictEqual(decrypt(data, shrinking), demo.data)
    for (const size of [16, 0, 4096]) {
      buffer.resize(size)
      endsAsWithTheSample({ ...demo, encryptedData: data })
      endsAsWithTheSample({ ...demo, encryptedData: buffer })
    }
  })

  test('a shared buffer that another thread keeps changing', async () => {
    const length = Buffer.from(encryptedData, 'base64').length
    const shared = bytesOf(encryptedData, new SharedArrayBuffer(length))
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      parentPort.postMessage('at work')
      for (;;) for (let i = 0; i < workerData.length; i += 1) workerData[i] ^= 1
    `
    const worker = new Worker(code, { eval: true, workerData: shared })
    await new Promise(resolve => worker.once('message', resolve))
    for (let i = 0; i < 5000; i += 1) {
      const { value, error } = outcome(WXBizDataCrypt, {
        ...demo,
        encryptedData: i % 2 ? shared : shared.buffer
      })
      assert.ok(value ? value.watermark.appid === appId : error.message === 'Illegal Buffer')
    }
    await worker.terminate()
    stillWorks()
  })
})

describe('a polluted process', () => {
  // The reference and the package see the same prototypes, in a process of their own.
  function differsIn(pollution) {
    const code = `
      const { run } = require(${JSON.stringify(path.join(__dirname, 'differential.js'))})
      let WXBizDataCrypt
      const load = () => (WXBizDataCrypt = require(${JSON.stringify(path.join(__dirname, '..'))}))
      ;${pollution}
      load()
      process.stdout.write(String(run({ WXBizDataCrypt, cases: 3000, seed: 7 }).differences))
    `
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
    assert.strictEqual(status, 0, stderr)
    return stdout
  }

  // Not the names of errors' properties, which the comparison reads, nor those the constructor assigns.
  const values = `{ watermark: { appid: 'wx', timestamp: 1 }, appid: 'wx', timestamp: 1, hint: 'polluted',
    maxAge: 1, phoneNumber: '1', openId: '1', toJSON: () => 1, then: () => {}, kinds: [], keys: [],
    children: [], object: {}, step: 1 }`
  const pollutions = {
    'plain values': `load(); Object.assign(Object.prototype, ${values})`,
    'plain values before loading': `Object.assign(Object.prototype, ${values})`,
    accessors: `load(); for (const key of Object.keys(${values}))
      Object.defineProperty(Object.prototype, key, { get: () => 1, set: () => {}, configurable: true })`,
    'values that cannot be written': `load(); for (const key of ['watermark', 'appid', 'timestamp', 'openId', 'step'])
      Object.defineProperty(Object.prototype, key, { value: 1, writable: false })`,
    'frozen intrinsics': `load(); for (const intrinsic of [Object, Array, String, Function, Error, Uint8Array])
      Object.freeze(intrinsic.prototype)`
  }
  for (const [name, pollution] of Object.entries(pollutions)) {
    test(`with ${name} on the prototypes`, () => assert.strictEqual(differsIn(pollution), ''))
  }

  const shadow = (keys, run, by = { get: () => undefined, set: () => {} }) => {
    const descriptor = { __proto__: null, ...by, configurable: true }
    try {
      for (const key of keys) Object.defineProperty(Object.prototype, key, descriptor)
      return run()
    } finally {
      for (const key of keys) delete Object.prototype[key]
    }
  }

  test('with array indices that swallow what is assigned', () => {
    const steps = [1, 2, 3].map(step => ({ timestamp: 1, step }))
    const data = {
      polluted: { a: 'x', b: 1 },
      stepInfoList: steps,
      watermark: { timestamp: 1, appid: appId }
    }
    const sealed = seal(JSON.stringify(data))
    const decrypted = shadow(['0', '1', '2', '3'], () => decrypt(sealed))
    assert.deepStrictEqual(decrypted, data)
  })

  test('what is rejected stays rejected where errors lose their properties', () => {
    const mismatched = seal(JSON.stringify({ watermark: { appid: 'wx0' } }))
    for (let i = 0; i < 3; i += 1) {
      for (const data of [mismatched, `A${encryptedData.slice(1)}`, 'AAAA', undefined]) {
        const run = () => shadow(['code', 'errcode', 'hint', 'watermark', 'appid'], () => decrypt(data))
        assert.throws(run, Error)
      }
    }
  })

  test('no property of a builtin prototype makes a good call fail', () => {
    const { Array: ArrayBuiltin, Object: ObjectBuiltin, String: StringBuiltin } = globalThis
    const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`
    const texts = [
      JSON.stringify(demo.data),
      `{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86",${watermark}}`,
      `{"stepInfoList":[{"timestamp":1,"step":2},{"timestamp":3,"step":4}],${watermark}}`,
      `{"openGId":"\\u0041",${watermark}}`
    ]
    const calls = texts.flatMap(text => {
      const data = seal(text)
      const expected = JSON.stringify(JSON.parse(text))
      return [
        [expected, () => decrypt(data)],
        [expected, () => decrypt(`${data} `)],
        [expected, () => decrypt(data, iv, [sessionKey, undefined])],
        [expected, () => decrypt(data, iv, ['AAAAAAAAAAAAAAAAAAAAAA', sessionKey])],
        [expected, () => new WXBizDataCrypt(appId, sessionKey).decryptData(data, iv, { maxAge: 1e12 })]
      ]
    })
    const names = [
      'get',
      'set',
      'value',
      'writable',
      'enumerable',
      'configurable',
      'constructor',
      'code',
      'maxAge'
    ]
    const pollutions = [
      ...names.flatMap(name =>
        [ObjectBuiltin, ArrayBuiltin, StringBuiltin, Uint8Array].map(of => [of.prototype, name])
      ),
      ...['slice', 'substring', 'length'].map(name => [StringBuiltin.prototype, name]),
      ...['push', 'concat', 'slice', 'map', Symbol.iterator].map(name => [ArrayBuiltin.prototype, name]),
      [JSON, 'parse'],
      [ArrayBuiltin, Symbol.species]
    ]
    for (const [target, name] of pollutions) {
      const original = ObjectBuiltin.getOwnPropertyDescriptor(target, name)
      if (original && !original.configurable) continue
      for (const value of [1, null, { evil: true }]) {
        const results = []
        ObjectBuiltin.defineProperty(target, name, {
          __proto__: null,
          value,
          configurable: true,
          writable: true
        })
        try {
          for (let i = 0; i < calls.length; i += 1) results[i] = calls[i][1]()
        } finally {
          if (original) ObjectBuiltin.defineProperty(target, name, original)
          else delete target[name]
        }
        for (const [i, result] of results.entries())
          assert.strictEqual(JSON.stringify(result), calls[i][0], String(name))
      }
    }
  })

  test("options are the caller's own, for every platform", () => {
    const { openCloudData, ...exported } = require('..')
    const platforms = Object.keys(exported).filter(name => /DataCrypt$/.test(name) && !/Alipay/.test(name))
    assert.ok(platforms.length > 6)
    const calls = platforms.flatMap(name => {
      const instance = new exported[name](
        name === 'FeishuDataCrypt' ? '7020016' : appId,
        { FeishuDataCrypt: '01'.repeat(16), BaiduDataCrypt: 'a'.repeat(32) }[name] || sessionKey
      )
      const object = { step: 1, ...(/Kuaishou/.test(name) && { watermark: { appid: appId } }) }
      const sealed = instance.encryptData(object)
      return [undefined, {}].flatMap(options => [
        () => instance.decryptData(sealed.encryptedData, sealed.iv, options),
        // Read leniently.
        () => instance.decryptData(`${sealed.encryptedData} `, sealed.iv, options),
        () => {
          const { encryptedData, iv } = instance.encryptData(object, options)
          return instance.decryptData(encryptedData, iv)
        }
      ])
    })
    const answer = { data: { step: 1, watermark: { appid: appId, timestamp: 1 } } }
    calls.push(
      () => openCloudData(answer, appId),
      () => openCloudData(answer, appId, {})
    )
    // Loads what is loaded on first use: Node's own loader fails with such a prototype.
    for (const call of calls) call()
    for (const value of [1, 'o', 'optional', { evil: true }]) {
      const names = ['maxAge', 'openId', 'now', 'watermark', 'timestamp', 'format', 'encoding', 'hints']
      const decryptAll = () => {
        for (const call of calls) assert.strictEqual(call().step, 1)
      }
      shadow(names, decryptAll, { value })
    }
  })

  test('no inherited value makes a watermark optional', () => {
    const { openCloudData, ...exported } = require('..')
    const sealed = seal('{"step":1}')
    const like = Object.keys(exported).filter(
      name => /DataCrypt$/.test(name) && !/Alipay|Feishu|Baidu/.test(name)
    )
    for (const name of like) {
      const accept = () => {
        new exported[name](appId, sessionKey).decryptData(sealed, iv)
      }
      const rejection = { reason: 'watermark' }
      assert.throws(accept, rejection)
      for (const polluted of [
        { value: 'optional', writable: true },
        { get: () => 'optional', set() {} }
      ]) {
        const names = ['watermark', 'canBeOptional', 'format']
        shadow(names, () => assert.throws(accept, rejection, name), polluted)
      }
    }
  })

  test('a poisoned array iterator is not called', () => {
    const pc = new WXBizDataCrypt(appId, [sessionKey])
    const { value: iterator } = Object.getOwnPropertyDescriptor(Array.prototype, Symbol.iterator)
    const ArrayPrototype = Array.prototype
    let data
    try {
      ArrayPrototype[Symbol.iterator] = () => assert.fail('called')
      data = pc.decryptData(encryptedData, iv)
    } finally {
      ArrayPrototype[Symbol.iterator] = iterator
    }
    assert.deepStrictEqual(data, demo.data)
  })
})

describe('plaintext that is made to mislead', () => {
  const mark = `"watermark":{"timestamp":1,"appid":"${appId}"}`
  const deep = (open, close) => `{"a":${open.repeat(100_000)}1${close.repeat(100_000)},${mark}}`
  const texts = [
    // Other values between the objects of an array; arrays and objects in them.
    `{"a":[{"b":1},1,{"b":2}],${mark}}`,
    `{"a":[{"b":1},"b",{"b":2}],${mark}}`,
    `{"a":[{"b":1},null,{"b":2}, {"b":3}],${mark}}`,
    `{"a":[{"b":[{"c":1}],"d":"x"}],${mark}}`,
    `{"a":[{"b":{"c":1},"d":"x"}],${mark}}`,
    `{"a":[{"b":null},{"b":null}],${mark}}`,
    `{"a":[{"b":true,"c":1},{"b":true,"c":2}],${mark}}`,
    // Deeper than a stack.
    deep('[{"a":', '}]'),
    deep('[', ']'),
    deep('{"a":', '}'),
    // More keys than can be compared with one another.
    `{${Array.from({ length: 100_000 }, (_, key) => `"k${key}":1,`).join('')}${mark}}`,
    `{"a":"${'x'.repeat(10_000_000)}",${mark}}`
  ]
  for (const text of texts) {
    test(`${text.slice(0, 60)}, again and again`, () => {
      for (let i = 0; i < 3; i += 1) endsAsWithTheSample({ ...demo, encryptedData: seal(text) })
    })
  }
})

test('a frozen instance, and one without a prototype of its own', () => {
  assert.deepStrictEqual(
    Object.freeze(new WXBizDataCrypt(appId, sessionKey)).decryptData(encryptedData, iv),
    demo.data
  )
  const { decryptData } = WXBizDataCrypt.prototype
  const bare = Object.assign(Object.create(null), { appId, sessionKey })
  assert.deepStrictEqual(decryptData.call(bare, encryptedData, iv), demo.data)
  for (const receiver of [undefined, null])
    assert.throws(() => decryptData.call(receiver, encryptedData, iv), TypeError)
})

test('what is shown of an instance never holds its key', () => {
  const secret = 'c2VjcmV0c2VjcmV0c2VjcmV0'
  class Derived extends WXBizDataCrypt {
    other = 1
  }
  const shown = [
    new WXBizDataCrypt(appId, secret),
    new Derived(appId, secret),
    new WXBizDataCrypt(appId, [secret, secret]),
    Object.freeze(new WXBizDataCrypt(appId, secret)),
    new Proxy(new WXBizDataCrypt(appId, secret), {}),
    { nested: [new WXBizDataCrypt(appId, secret)] }
  ]
  for (const object of shown) {
    for (const options of [
      {},
      { showHidden: true },
      { depth: 0 },
      { showProxy: false },
      { compact: false }
    ]) {
      const text = util.inspect(object, options)
      assert.ok(!text.includes(secret), text)
    }
    assert.ok(!util.format('%s %o %O', object, object, object).includes(secret))
  }
  assert.match(util.inspect(shown[0]), new RegExp(appId))
})

const enough = os.freemem() > 6 * 2 ** 30
test('the longest strings there are', { skip: !enough && 'not enough memory' }, () => {
  const longest = 'A'.repeat(buffer.constants.MAX_STRING_LENGTH)
  for (const [data, vector, key] of [
    [longest, iv, sessionKey],
    [encryptedData, longest, sessionKey],
    [encryptedData, iv, longest],
    [`${longest.slice(1)}!`, iv, sessionKey]
  ]) {
    assert.throws(() => decrypt(data, vector, key), { message: 'Illegal Buffer' })
  }
  stillWorks()
})
