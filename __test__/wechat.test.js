'use strict'

// The class as its users see it: the official vector, the sample's shape, the errors, the sizes.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const util = require('node:util')
const { compareValues } = require('./differential')
const demo = require('./demo.json')
const { encrypt } = require('./helpers/encrypt')
const { failure } = require('./helpers/failure')
const WXBizDataCrypt = require('..')

const { appId, sessionKey, encryptedData, iv } = demo
const key = Buffer.from(sessionKey, 'base64')

const encryptText = (plaintext, padding = true) =>
  encrypt(plaintext, { sessionKey, iv, padding }).encryptedData
const decrypt = data => new WXBizDataCrypt(appId, sessionKey).decryptData(data, iv)

describe('the official demo', () => {
  test('gives the documented object, openId included, in its key order', () => {
    const data = decrypt(encryptedData)
    assert.deepStrictEqual(data, demo.data)
    assert.strictEqual(compareValues(demo.data, data), undefined)
  })

  test('as Buffers, byte arrays, URL-safe, unpadded and wrapped as in the PHP demo', () => {
    const forms = [
      text => Buffer.from(text, 'base64'),
      text => Buffer.from(text, 'base64').toJSON(),
      text => Array.from(Buffer.from(text, 'base64')),
      text => new Uint8Array(Buffer.from(text, 'base64')).buffer,
      text => Buffer.from(text, 'base64').toString('base64url'),
      text => text.replace(/.{32}/g, `$&\n${' '.repeat(16)}`)
    ]
    for (const form of forms) {
      const pc = new WXBizDataCrypt(appId, form(sessionKey))
      assert.deepStrictEqual(pc.decryptData(form(encryptedData), form(iv)), demo.data)
    }
  })
})

describe('the shape of the class', () => {
  test('the module is the class, under three names', async () => {
    assert.strictEqual(WXBizDataCrypt.WXBizDataCrypt, WXBizDataCrypt)
    assert.strictEqual(WXBizDataCrypt.default, WXBizDataCrypt)
    const module = await import('../index.js')
    assert.strictEqual(module.default, WXBizDataCrypt)
    assert.strictEqual(module.WXBizDataCrypt, WXBizDataCrypt)
  })

  test('appId and sessionKey are plain own properties, decryptData is on the prototype', () => {
    const pc = new WXBizDataCrypt(appId, sessionKey)
    const plain = value => ({ value, writable: true, enumerable: true, configurable: true })
    assert.deepStrictEqual(Object.getOwnPropertyDescriptors(pc), {
      appId: plain(appId),
      sessionKey: plain(sessionKey)
    })
    assert.deepStrictEqual(Object.keys(pc), ['appId', 'sessionKey'])
    assert.ok(Object.hasOwn(WXBizDataCrypt.prototype, 'decryptData'))
    const { decryptData, encryptData } = WXBizDataCrypt.prototype
    assert.deepStrictEqual([WXBizDataCrypt.length, decryptData.length, encryptData.length], [2, 2, 1])
  })

  test('what hides the key can be replaced and is not enumerable', () => {
    for (const name of ['toJSON', util.inspect.custom]) {
      const { value, ...attributes } = Object.getOwnPropertyDescriptor(WXBizDataCrypt.prototype, name)
      assert.deepStrictEqual(attributes, { writable: true, enumerable: false, configurable: true })
    }
  })

  test('both are read when decryptData is called', () => {
    const pc = new WXBizDataCrypt('wx0000000000000000', 'none')
    pc.appId = appId
    pc.sessionKey = sessionKey
    assert.deepStrictEqual(pc.decryptData(encryptedData, iv), demo.data)
    pc.sessionKey = 'AAAAAAAAAAAAAAAAAAAAAA=='
    assert.strictEqual(failure(() => pc.decryptData(encryptedData, iv)).code, 'ERR_ILLEGAL_BUFFER')
  })

  test('can be subclassed, in the new way and in the old one', () => {
    class Modern extends WXBizDataCrypt {
      decryptData(...parts) {
        return { ...super.decryptData(...parts), modern: true }
      }
    }
    function Old(id, key) {
      WXBizDataCrypt.call(this, id, key)
    }
    util.inherits(Old, WXBizDataCrypt)
    assert.ok(new Modern(appId, sessionKey) instanceof WXBizDataCrypt)
    assert.deepStrictEqual(new Modern(appId, sessionKey).decryptData(encryptedData, iv), {
      ...demo.data,
      modern: true
    })
    assert.ok(new Old(appId, sessionKey) instanceof WXBizDataCrypt)
    assert.deepStrictEqual(new Old(appId, sessionKey).decryptData(encryptedData, iv), demo.data)
  })

  test('decryptData can be borrowed and patched', () => {
    const { decryptData } = WXBizDataCrypt.prototype
    assert.deepStrictEqual(decryptData.call({ appId, sessionKey }, encryptedData, iv), demo.data)
    WXBizDataCrypt.prototype.decryptData = () => 'patched'
    try {
      assert.strictEqual(decrypt(encryptedData), 'patched')
    } finally {
      WXBizDataCrypt.prototype.decryptData = decryptData
    }
  })

  test('without new it says so, whatever `this` is', () => {
    const expected = { name: 'TypeError', message: /'new'/ }
    assert.throws(() => WXBizDataCrypt(appId, sessionKey), expected)
    const exported = { WXBizDataCrypt }
    assert.throws(() => exported.WXBizDataCrypt(appId, sessionKey), expected)
    assert.throws(() => WXBizDataCrypt.call({}, appId, sessionKey), expected)
    assert.deepStrictEqual(Object.keys(exported), ['WXBizDataCrypt'])
    assert.strictEqual(WXBizDataCrypt.sessionKey, undefined)
  })

  test('each result is a new object, and the arguments stay as they were', () => {
    const data = Buffer.from(encryptedData, 'base64')
    const first = decrypt(data)
    first.nickName = 'changed'
    first.watermark.appid = 'changed'
    assert.deepStrictEqual(decrypt(data), demo.data)
    assert.strictEqual(data.toString('base64'), encryptedData)
  })
})

// Each case: code, errcode, and what brings it about.
const wrongKey = 'AAAAAAAAAAAAAAAAAAAAAA=='
const padded = (length, ...padding) =>
  encryptText(Buffer.from([...Buffer.alloc(length, 32), ...padding]), false)
const marked = watermark => encryptText(JSON.stringify({ phoneNumber: '13580006666', watermark }))
const failures = [
  ['ERR_ILLEGAL_AES_KEY', -41001, () => new WXBizDataCrypt(appId, '').decryptData(encryptedData, iv)],
  [
    'ERR_ILLEGAL_AES_KEY',
    -41001,
    () => new WXBizDataCrypt(appId, sessionKey.slice(4)).decryptData(encryptedData, iv)
  ],
  [
    'ERR_ILLEGAL_AES_KEY',
    -41001,
    () => new WXBizDataCrypt(appId, Buffer.alloc(32)).decryptData(encryptedData, iv)
  ],
  ['ERR_ILLEGAL_AES_KEY', -41001, () => new WXBizDataCrypt(appId, '').decryptData('', '')],
  ['ERR_ILLEGAL_IV', -41002, () => new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, '')],
  ['ERR_ILLEGAL_IV', -41002, () => new WXBizDataCrypt(appId, sessionKey).decryptData('', 'AAAA')],
  [
    'ERR_ILLEGAL_IV',
    -41002,
    () => new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, Buffer.alloc(17))
  ],
  ['ERR_DECODE_BASE64', -41004, () => decrypt('')],
  ['ERR_DECODE_BASE64', -41004, () => decrypt('!')],
  ['ERR_DECODE_BASE64', -41004, () => decrypt(encryptedData.slice(4))],
  ['ERR_DECODE_BASE64', -41004, () => decrypt(encryptedData.replaceAll('+', ' '))],
  ['ERR_DECODE_BASE64', -41004, () => decrypt([])],
  ['ERR_ILLEGAL_BUFFER', -41003, () => new WXBizDataCrypt(appId, wrongKey).decryptData(encryptedData, iv)],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(padded(15, 0))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(padded(15, 17))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(padded(13, 2, 3, 3))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText(''))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText('13580006666 is no JSON'))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText('\ufeff{"watermark":{}}'))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText(Buffer.of(0xff, 0xc0, 0x80)))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => new WXBizDataCrypt('wx0', sessionKey).decryptData(encryptedData, iv)],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText('null'))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText('13580006666'))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(encryptText('{"phoneNumber":"13580006666"}'))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(marked(null))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(marked(appId))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(marked([appId]))],
  ['ERR_ILLEGAL_BUFFER', -41003, () => decrypt(marked({ appId }))],
  [
    'ERR_ILLEGAL_BUFFER',
    -41003,
    () => decrypt(encryptText(`{"__proto__":{"watermark":{"appid":"${appId}"}}}`))
  ]
]

const wrongTypes = [
  undefined,
  null,
  0,
  16,
  NaN,
  true,
  false,
  Symbol(sessionKey),
  10n,
  () => 'tiihtNczf5v6AKRyjwEUhQ==',
  {},
  { secret: sessionKey, toString: () => sessionKey }
]
const argumentErrors = wrongTypes.flatMap(wrong => [
  ['appId', () => new WXBizDataCrypt(wrong, sessionKey).decryptData(encryptedData, iv)],
  ['sessionKey', () => new WXBizDataCrypt(appId, wrong).decryptData(encryptedData, iv)],
  ['encryptedData', () => new WXBizDataCrypt(appId, sessionKey).decryptData(wrong, iv)],
  ['iv', () => new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, wrong)]
])

describe('errors', () => {
  test('say Illegal Buffer, with a code and Tencent’s number', () => {
    for (const [code, errcode, run] of failures) {
      const error = failure(run)
      assert.strictEqual(Object.getPrototypeOf(error), Error.prototype, `${run}`)
      assert.strictEqual(error.name, 'Error')
      assert.strictEqual(error.message, 'Illegal Buffer')
      assert.deepStrictEqual({ code: error.code, errcode: error.errcode }, { code, errcode }, `${run}`)
    }
  })

  test('name the argument that is of a wrong type', () => {
    for (const [name, run] of argumentErrors) {
      const error = failure(run)
      assert.ok(error instanceof TypeError, `${run}`)
      assert.strictEqual(error.code, 'ERR_INVALID_ARG_TYPE')
      const expected = name === 'appId' ? 'a string' : 'a base64 string, a Buffer or an array of bytes'
      assert.ok(
        error.message.startsWith(`The "${name}" argument must be ${expected}. Received `),
        error.message
      )
    }
  })

  test('have their properties as if assigned, those for the log not enumerable', () => {
    const pc = new WXBizDataCrypt(appId, sessionKey)
    const assigned = value => ({ value, writable: true, enumerable: true, configurable: true })
    const forTheLog = value => ({ ...assigned(value), enumerable: false })
    const cases = [
      ['ERR_ILLEGAL_AES_KEY', -41001, 'session-key-length', /session key is not 16 bytes/, failures[0][2]],
      ['ERR_ILLEGAL_IV', -41002, 'iv-length', /iv is not 16 bytes/, () => pc.decryptData('', '')],
      ['ERR_DECODE_BASE64', -41004, 'data-length', /longer than 32 KiB/, () => pc.decryptData('', iv)],
      [
        'ERR_ILLEGAL_BUFFER',
        -41003,
        'undecryptable',
        /session key is not the one/,
        () => decrypt('a'.repeat(64))
      ],
      ['ERR_ILLEGAL_BUFFER', -41003, 'watermark', /names another app/, () => decrypt(encryptText('{}'))],
      [
        'ERR_ILLEGAL_BUFFER',
        -41003,
        'open-id',
        /its openId/,
        () => pc.decryptData(encryptedData, iv, { openId: '' })
      ],
      [
        'ERR_ILLEGAL_BUFFER',
        -41003,
        'expired',
        /older than maxAge/,
        () => pc.decryptData(encryptedData, iv, { maxAge: 1 })
      ]
    ]
    for (const [code, errcode, reason, hint, run] of cases) {
      const { stack, message, ...own } = Object.getOwnPropertyDescriptors(failure(run))
      assert.match(own.hint.value, hint)
      assert.deepStrictEqual(own, {
        code: assigned(code),
        errcode: assigned(errcode),
        reason: forTheLog(reason),
        hint: forTheLog(own.hint.value)
      })
    }
    const { stack, message, ...own } = Object.getOwnPropertyDescriptors(failure(argumentErrors[0][1]))
    assert.deepStrictEqual(own, {
      code: assigned('ERR_INVALID_ARG_TYPE'),
      reason: forTheLog('argument'),
      hint: forTheLog(message.value)
    })
  })

  test('are told from others by isDecryptError', () => {
    const { isDecryptError } = WXBizDataCrypt
    for (const [, , run] of failures) assert.strictEqual(isDecryptError(failure(run)), true)
    const alike = { code: 'ERR_ILLEGAL_IV', errcode: -41002 }
    const error = (message, properties) => Object.assign(new Error(message), properties)
    assert.strictEqual(isDecryptError(error('Illegal Buffer', alike)), true)
    for (const other of [
      undefined,
      null,
      'Illegal Buffer',
      { message: 'Illegal Buffer', ...alike },
      error('Illegal', alike),
      error('Illegal Buffer'),
      error('Illegal Buffer', { code: alike.code }),
      error('Illegal Buffer', { errcode: alike.errcode }),
      error('Illegal Buffer', { ...alike, errcode: -41001 }),
      failure(argumentErrors[0][1])
    ]) {
      assert.strictEqual(isDecryptError(other), false)
    }
  })

  test('show the same of their own accord for whatever depends on the plaintext', () => {
    const bodies = failures.filter(([code]) => code === 'ERR_ILLEGAL_BUFFER').map(([, , run]) => failure(run))
    const visible = error => {
      const { stack: _, reason, hint, ...descriptors } = Object.getOwnPropertyDescriptors(error)
      assert.ok(!reason.enumerable && !hint.enumerable)
      const frames = error.stack.split('\n').slice(1, 3)
      return { ...descriptors, json: JSON.stringify(error), frames: frames.map(frame => frame.split('(')[0]) }
    }
    for (const error of bodies) assert.deepStrictEqual(visible(error), visible(bodies[0]))
  })

  test('carry no key, no ciphertext and no plaintext', () => {
    const secrets = [
      sessionKey,
      key.toString('hex'),
      encryptedData,
      iv,
      wrongKey,
      '13580006666',
      'is no JSON'
    ]
    const pieces = secrets.map(secret => secret.slice(0, 12))
    for (const run of [...failures, ...argumentErrors].map(failure => failure.at(-1))) {
      const error = failure(run)
      const shown = [
        util.inspect(error, { showHidden: true, depth: Infinity }),
        error.stack,
        ...Reflect.ownKeys(error).map(name => String(error[name]))
      ].join('\n')
      for (const piece of pieces) assert.ok(!shown.includes(piece), `${run} shows ${piece}`)
    }
  })

  test('of the arguments themselves pass through', () => {
    const own = new RangeError('own')
    const throwing = {
      get length() {
        throw own
      }
    }
    assert.strictEqual(
      failure(() => decrypt(throwing)),
      own
    )
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    assert.throws(() => decrypt(proxy), TypeError)
  })
})

describe('a polluted Object.prototype', () => {
  const { prototype } = Object

  function polluted(properties, run) {
    Object.defineProperties(prototype, properties)
    try {
      return run()
    } finally {
      for (const name of Object.keys(properties)) delete prototype[name]
    }
  }

  test('lends no watermark', () => {
    const watermark = { value: { appid: appId }, configurable: true }
    const appid = { value: appId, configurable: true }
    for (const text of ['{}', '[]', '1', '"a"', '{"watermark":{}}', '{"watermark":1}']) {
      const data = encryptText(text)
      const error = polluted({ watermark, appid }, () => failure(() => decrypt(data)))
      assert.strictEqual(error.reason, 'watermark', text)
    }
  })

  test('changes no error', () => {
    const data = encryptText('{}')
    for (const name of ['get', 'set', 'value', 'enumerable', 'writable', 'configurable']) {
      const pollution = { [name]: { value: name, configurable: true } }
      assert.strictEqual(polluted(pollution, () => failure(() => decrypt(data))).reason, 'watermark')
      assert.strictEqual(polluted(pollution, () => failure(() => decrypt(7))).reason, 'argument')
    }
  })

  test('changes no result, however often the shape has been seen', () => {
    const setter = { set: () => assert.fail('a setter ran'), configurable: true }
    const readonly = { value: 'inherited', writable: false, configurable: true }
    for (let i = 0; i < 100; i += 1) decrypt(encryptedData)
    const results = polluted({ nickName: setter, city: readonly, timestamp: setter, appid: readonly }, () =>
      Array.from({ length: 100 }, () => decrypt(encryptedData))
    )
    for (const result of results) assert.strictEqual(compareValues(demo.data, result), undefined)
  })
})

describe('size', () => {
  const text = length => `{"text":"${'x'.repeat(length)}","watermark":{"appid":"${appId}"}}`
  const forms = [
    data => data,
    data => [...data],
    data => data.toString('base64'),
    data => data.toString('base64url'),
    data => `${data.toString('base64')}\n`
  ]

  test('32 KiB decrypt, one block more is rejected by its length', () => {
    const overhead = text(0).length
    const [longest, tooLong] = [1, 0].map(room =>
      Buffer.from(encryptText(text(32 * 1024 - room - overhead)), 'base64')
    )
    assert.strictEqual(longest.length, 32 * 1024)
    for (const form of forms) {
      assert.strictEqual(decrypt(form(longest)).text.length, 32 * 1024 - 1 - overhead)
      for (const data of [tooLong, Buffer.alloc(5e6)]) {
        const { code, reason } = failure(() => decrypt(form(data)))
        assert.deepStrictEqual({ code, reason }, { code: 'ERR_DECODE_BASE64', reason: 'data-length' })
      }
    }
  })

  test('any depth of nesting ends as with JSON.parse', () => {
    for (const [open, close] of ['[]', ['{"a":', '}'], ['[{"a":', '}]']]) {
      for (const depth of [1, 63, 64, 65, 127, 128, 129, 1000, 2700]) {
        const inside = `${open.repeat(depth)}1${close.repeat(depth)}`
        const data = decrypt(encryptText(`{"deep":${inside},"watermark":{"appid":"${appId}"}}`))
        assert.strictEqual(compareValues(JSON.parse(inside), data.deep), undefined)
        for (const broken of [inside.slice(1), inside.slice(0, -1), inside.replace('1', '')]) {
          const message = encryptText(`{"deep":${broken},"watermark":{"appid":"${appId}"}}`)
          let isValid = true
          try {
            JSON.parse(broken)
          } catch {
            isValid = false
          }
          if (!isValid) assert.strictEqual(failure(() => decrypt(message)).reason, 'undecryptable')
        }
      }
    }
  })
})
