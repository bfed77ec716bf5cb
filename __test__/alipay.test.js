'use strict'

// AlipayDataCrypt: every form of message and key that is accepted, every change that is rejected, and by which reason.
// What all errors and instances have in common is in errors.test.js, shown.test.js and pollution.test.js.

const assert = require('node:assert')
const { constants } = require('node:buffer')
const crypto = require('node:crypto')
const { describe, test } = require('node:test')
const { inspect } = require('node:util')
const vm = require('node:vm')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt, AlipayDataError } = require('..')
const fixture = require('./alipay-keys.json')
const messages = require('./helpers/alipay-messages')
const { failure } = require('./helpers/failure')
const rsaFixture = require('./alipay-rsa-keys.json')

const { rsa, keys, aesKey, phone, spki, encrypt, sign, seal, message, plainMessage, config } = messages

const alipay = new AlipayDataCrypt(config)
const genuine = JSON.parse(message())
const { response, sign: signature } = genuine
const sealedBySha1 = seal(response, keys.privateKey, 'sha1')

/** Asserts that a value is rejected with a code, and a reason if there is one to distinguish. */
function rejects(value, code, reason, decryptor = alipay) {
  const error = failure(() => decryptor.decryptData(value))
  assert.strictEqual(error.code, `ERR_ALIPAY_${code}`, error.stack)
  if (reason !== undefined) assert.strictEqual(error.reason, reason)
  assert.ok(error instanceof AlipayDataError)
  assert.strictEqual(error.name, 'AlipayDataError')
  return error
}

describe('forms of the message', () => {
  const objects = {
    'two fields': genuine,
    'two fields, the other way round': { sign: signature, response },
    'five fields': { charset: 'UTF-8', encrypt_type: 'AES', sign_type: 'RSA2', ...genuine },
    'five fields in camel case': { charset: 'utf-8', encryptType: 'AES', signType: 'RSA2', ...genuine },
    'as the button gives it': { encryptedData: response, sign: signature },
    'other fields beside': { ...genuine, extra: { response: 1 } },
    'nothing in optional fields': { ...genuine, sign_type: null, charset: null }
  }
  for (const [name, object] of Object.entries(objects)) {
    const text = JSON.stringify(object)
    const forms = {
      'the text': text,
      'text, indented': JSON.stringify(object, null, 2),
      'text with a byte order mark and white space': `\ufeff \r\n${text}\n`,
      'a JSON string with the text': JSON.stringify(text),
      'a Buffer': Buffer.from(text),
      'a Uint8Array': new Uint8Array(Buffer.from(text)),
      'a Uint8Array of another context': vm.runInNewContext(`Uint8Array.from([${Buffer.from(text).join()}])`),
      'an object': object,
      'an object without a prototype': Object.assign(Object.create(null), object),
      'an object of another context': vm.runInNewContext(`(${text})`),
      'the whole res object': { response: text },
      'the text of the whole res object': JSON.stringify({ response: text }),
      'a proxy': new Proxy(object, {}),
      'a String object': Object(text)
    }
    test(name, () => {
      for (const [form, value] of Object.entries(forms)) {
        assert.deepStrictEqual(alipay.decryptData(value), phone, form)
      }
    })
  }

  test('bytes in shared memory', () => {
    const bytes = Buffer.from(message())
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    assert.deepStrictEqual(alipay.decryptData(shared), phone)
  })

  test('escapes in the ciphertext, signed with them or before them', () => {
    const plain = encrypt(JSON.stringify({ ...phone, msg: '/'.repeat(500) }))
    const escaped = plain.replace(/\//g, '\\/').replace(/\+/g, '\\u002b')
    assert.notStrictEqual(escaped, plain)
    for (const signed of [plain, escaped]) {
      const text = `{"response":"${escaped}","sign":"${sign(`"${signed}"`)}"}`
      assert.strictEqual(alipay.decryptData(text).mobile, phone.mobile)
    }
  })

  test('escaped slashes and white space around the signature', () => {
    const text = `{"response":"${response}","sign":" ${signature.replace(/\//g, '\\/')}\\n"}`
    assert.deepStrictEqual(alipay.decryptData(text), phone)
  })
})

describe('plaintexts', () => {
  const plaintexts = [
    phone,
    { code: '10000', msg: 'Success', mobile: '' },
    { code: '10000', msg: 'Success', mobile: '1-1234432112' },
    { count: 16880, countDate: '2018-12-19', code: '10000', msg: 'Success' },
    ...[
      ['20000', 'aop.unknow-error', '系统繁忙'],
      ['40001', 'isv.missing-default-signature-type', '应用未设置默认签名类型'],
      ['40002', 'isv.invalid-encrypt', '加密异常'],
      ['40003', 'isv.invalid-auth-relations', '无效的授权关系'],
      ['40006', 'isv.insufficient-isv-permissions', 'ISV权限不足 / 😀']
    ].map(([code, subCode, subMsg]) => ({ code, msg: 'An error', subCode, subMsg }))
  ]
  for (const data of plaintexts) {
    test(`an encrypted ${data.code} ${data.subCode || ''} is returned`, () => {
      assert.deepStrictEqual(alipay.decryptData(message(data)), data)
      assert.deepStrictEqual(alipay.decryptData(seal(encrypt(` ${JSON.stringify(data)}\n`))), data)
    })
    if (data.code === '10000') continue
    test(`a signed plain ${data.code} ${data.subCode} is returned, serialised in any way`, () => {
      const compact = JSON.stringify(data)
      const slashed = compact.replace(/\//g, '\\/')
      const escaped = compact.replace('An', 'A\\u006e')
      for (const raw of [compact, JSON.stringify(data, null, 1), escaped, slashed]) {
        assert.deepStrictEqual(alipay.decryptData(plainMessage(raw)), data)
        assert.deepStrictEqual(alipay.decryptData(Buffer.from(plainMessage(raw))), data)
      }
      // Signed before the slashes were escaped.
      assert.deepStrictEqual(alipay.decryptData(plainMessage(slashed, compact)), data)
      // As an object that re-serialises to the text that was signed.
      assert.deepStrictEqual(alipay.decryptData(JSON.parse(plainMessage(compact))), data)
    })
  }

  describe('a plain response that is signed, but no error', () => {
    // What the OpenAPI gateway signs with the same key, and everything else whose code is not a string that
    // differs from 10000.
    const plain = {
      'a success': JSON.stringify(phone),
      'a success of the gateway': '{"code":"10000","msg":"Success","user_id":"2088102150527498"}',
      'a success with an escape': '{"code":"1000\\u0030","mobile":"1597671905"}',
      'a success with an escaped key': '{"c\\u006fde":"10000","mobile":"1597671905"}',
      'two codes': '{"code":"40003","code":"10000","mobile":"1597671905"}',
      'two codes, the other way round': '{"code":"10000","code":"40003","mobile":"1597671905"}',
      'two codes, one with an escape': '{"code":"40003","c\\u006fde":"10000"}',
      'a number': '{"code":40003}',
      'the number 10000': '{"code":10000,"mobile":"1597671905"}',
      null: '{"code":null,"mobile":"1597671905"}',
      'an array': '{"code":["40003"],"mobile":"1597671905"}',
      'a lone surrogate': '{"code":"\\ud800","mobile":"1597671905"}',
      'a code below': '{"error":{"code":"40003"},"mobile":"1597671905"}',
      'another spelling': '{"Code":"40003","mobile":"1597671905"}',
      'no code': '{"mobile":"1597671905"}',
      nothing: '{}'
    }
    for (const [name, raw] of Object.entries(plain)) {
      test(`${name} is rejected`, () => {
        const text = plainMessage(raw)
        const forms = [text, Buffer.from(text), JSON.stringify({ response: text })]
        // An object that re-serialises to the same text.
        if (JSON.stringify(JSON.parse(raw)) === raw) forms.push(JSON.parse(text))
        for (const form of forms) {
          assert.match(rejects(form, 'MESSAGE').reason, /^(?:plain-success|plain-code|duplicate-key)$/)
        }
        // Without the signature of this very text it is not even looked at.
        rejects(plainMessage(raw, `${raw} `), 'SIGN_MISMATCH')
      })
    }
  })

  test('what is returned is what was signed', () => {
    // Undoing `\/` here changes the value, from `\/` to `/`.
    const raw = '{"code":"1","msg":"\\\\/"}'
    assert.deepStrictEqual(alipay.decryptData(plainMessage(raw)), { code: '1', msg: '\\/' })
    const undone = raw.replace('\\/', '/')
    assert.deepStrictEqual(alipay.decryptData(plainMessage(raw, undone)), { code: '1', msg: '/' })
  })

  test('a key named __proto__ stays an ordinary key', () => {
    const data = alipay.decryptData(seal(encrypt('{"__proto__":{"code":"10000"}}')))
    assert.deepStrictEqual(Object.keys(data), ['__proto__'])
    assert.strictEqual(Object.getPrototypeOf(data), Object.prototype)
  })

  const makeSdk = encryptKey =>
    new AlipaySdk({
      appId: '2021',
      privateKey: keys.privateKey.export({ type: 'pkcs1', format: 'pem' }),
      alipayPublicKey: config.alipayPublicKey,
      encryptKey
    })

  test('agree with alipay-sdk on 300 messages', () => {
    for (let i = 0; i < 300; i++) {
      const size = [16, 24, 32][i % 3]
      const key = crypto.randomBytes(size).toString('base64')
      const data = {
        code: '10000',
        msg: crypto.randomBytes(i % 257).toString('latin1'),
        手机: '😀'.repeat(i % 7)
      }
      const text = JSON.stringify(seal(encrypt(JSON.stringify(data), key)))
      const sdk = makeSdk(key)
      const { response, sign } = JSON.parse(text)
      assert.strictEqual(sdk.rsaCheck(`"${response}"`, sign), true)
      const expected = JSON.parse(sdk.aesDecrypt(response))
      assert.deepStrictEqual(new AlipayDataCrypt({ ...config, aesKey: key }).decryptData(text), expected)
      // Another message's signature.
      const other = seal(encrypt(`{"n":${i}}`, key)).sign
      assert.strictEqual(sdk.rsaCheck(`"${response}"`, other), false)
      rejects({ response, sign: other }, 'SIGN_MISMATCH')
    }
  })

  test('agree with the checkResponseSign of alipay-sdk on plain messages', () => {
    const sdk = makeSdk()
    for (const raw of ['{"code":"40003","msg":"a/b"}', '{"code":"40003","msg":"a\\/b"}', '{ "code": "1" }']) {
      const text = plainMessage(raw)
      assert.doesNotThrow(() => sdk.checkResponseSign(text, 'response', JSON.parse(text).sign))
      assert.deepStrictEqual(alipay.decryptData(text), JSON.parse(raw))
      const forged = text.replace('"code":"', '"code":"9').replace('"code": "', '"code": "9')
      assert.throws(() => sdk.checkResponseSign(forged, 'response', JSON.parse(forged).sign))
      rejects(forged, 'SIGN_MISMATCH')
    }
  })
})

describe('tampering', () => {
  test('every bit of ciphertext and signature', () => {
    const mutate = function* (text) {
      for (let i = 0; i < text.length; i++) {
        for (let bit = 0; bit < 8; bit++) {
          yield text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ (1 << bit)) + text.slice(i + 1)
        }
      }
    }
    for (const changed of mutate(response)) rejects({ ...genuine, response: changed }, 'SIGN_MISMATCH')
    // Changing the last `=` to white space only shortens it, which strict base64 rejects as well.
    for (const changed of mutate(signature)) rejects({ response, sign: changed }, 'SIGN_MISMATCH')
  })

  test('every byte of the text', () => {
    const text = message()
    for (let i = 0; i < text.length; i++) {
      for (const character of ['A', '"', '\\', '{', '\u0000', '\ud800', 'é', '']) {
        if (text[i] === character) continue
        const changed = text.slice(0, i) + character + text.slice(i + 1)
        assert.throws(() => alipay.decryptData(changed), AlipayDataError, changed)
      }
      assert.throws(() => alipay.decryptData(text.slice(0, i)), AlipayDataError)
    }
  })

  const pss = { key: keys.privateKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING }
  const cases = {
    'no signature': [{ response }, 'SIGN_MISSING'],
    'an empty signature': [{ response, sign: '' }, 'SIGN_MISSING'],
    'a blank signature': [{ response, sign: ' \n' }, 'SIGN_MISSING'],
    'null for a signature': [{ response, sign: null }, 'SIGN_MISSING'],
    'a number for a signature': [{ response, sign: 1 }, 'MESSAGE', 'not-a-string'],
    'an object for a signature': [{ response, sign: { length: 1 } }, 'MESSAGE'],
    'a signature that is not base64': [{ response, sign: '%' }, 'SIGN_MISMATCH'],
    'half a signature': [{ response, sign: signature.slice(0, 172) }, 'SIGN_MISMATCH'],
    'a signature without its quotes': [{ response, sign: sign(response) }, 'SIGN_MISMATCH'],
    'a signature of another response': [{ response, sign: sign('"AAAA"') }, 'SIGN_MISMATCH'],
    'a signature by another app': [seal(response, rsa(2048).privateKey), 'SIGN_MISMATCH'],
    'a signature by a larger key': [seal(response, rsa(3072).privateKey), 'SIGN_MISMATCH'],
    'a SHA-1 signature': [sealedBySha1, 'SIGN_MISMATCH'],
    'a PSS signature': [seal(response, pss), 'SIGN_MISMATCH'],
    'a downgrade': [{ ...sealedBySha1, sign_type: 'RSA' }, 'ALGORITHM', 'sign-type'],
    'a downgrade in camel case': [{ ...sealedBySha1, signType: 'RSA' }, 'ALGORITHM'],
    'a sign_type in lower case': [{ ...genuine, sign_type: 'rsa2' }, 'ALGORITHM'],
    'an empty sign_type': [{ ...genuine, sign_type: '' }, 'ALGORITHM'],
    'no encryption': [{ ...genuine, encrypt_type: 'NONE' }, 'ALGORITHM', 'encrypt-type'],
    SM4: [{ ...genuine, encryptType: 'SM4' }, 'ALGORITHM', 'encrypt-type'],
    'a number for sign_type': [{ ...genuine, sign_type: 2 }, 'MESSAGE', 'not-a-string'],
    'another charset': [{ ...genuine, charset: 'GBK' }, 'MESSAGE', 'charset'],
    'a forged success': [{ response: phone }, 'SIGN_MISSING'],
    'a forged success, its code a number': [{ response: { ...phone, code: 10000 } }, 'SIGN_MISSING'],
    'a forged success, its code hidden': [{ response: { ...phone, code: '010000' } }, 'SIGN_MISSING'],
    'a forged success, its code an object': [{ response: { ...phone, code: { a: 1 } } }, 'SIGN_MISSING'],
    'a forged success without a code': [{ response: { mobile: '1' } }, 'SIGN_MISSING'],
    'a forged success without an envelope': [phone, 'SIGN_MISSING'],
    'a forged success as text': [{ response: JSON.stringify({ response: phone }) }, 'SIGN_MISSING'],
    'a forged success as a string': [{ response: JSON.stringify(phone) }, 'SIGN_MISSING'],
    'a forged success with a signature': [{ ...genuine, response: phone }, 'SIGN_MISMATCH'],
    'a forged success with a signature, as a string': [
      { ...genuine, response: JSON.stringify(phone) },
      'SIGN_MISMATCH'
    ]
  }
  for (const [name, [object, code, reason]] of Object.entries(cases)) {
    test(`${name} is rejected by ${code}`, () => {
      rejects(object, code, reason)
      rejects(JSON.stringify(object), code, reason)
    })
  }

  test('what happens to messages in transit is named', () => {
    const spaced = seal(encrypt(JSON.stringify({ ...phone, msg: '+'.repeat(500) })))
    const { response, sign } = spaced
    assert.match(response + sign, /\+/)
    rejects({ response: response.replace(/\+/g, ' '), sign }, 'SIGN_MISMATCH')
    rejects(JSON.stringify(spaced).replace(/\+/g, ' '), 'SIGN_MISMATCH')
    rejects({ response: `${response}\n`, sign }, 'SIGN_MISMATCH')
    rejects({ response: `&quot;${response}&quot;`, sign }, 'SIGN_MISMATCH')
    rejects(message().replace(/"/g, '&quot;'), 'MESSAGE', 'html-escaped')
    for (const text of [message(), JSON.stringify(message())]) {
      rejects(encodeURIComponent(text), 'MESSAGE', 'url-encoded')
      rejects(encodeURIComponent(text).toLowerCase(), 'MESSAGE', 'url-encoded')
    }
    rejects(String({}), 'MESSAGE', 'object-text')
    rejects(plainMessage('{"a":"b/c"}').replace('/', '\\/\\/'), 'SIGN_MISMATCH')
  })

  // So that both, and `response` above all, can be a key for messages that have been seen.
  test('of one message there is one `response` and one `sign`', () => {
    const others = text => [
      `${text} `,
      ` ${text}`,
      `${text}\n`,
      `${text.slice(0, 8)}\n${text.slice(8)}`,
      `${text}=`,
      `${text}AAAA`,
      text.replace(/=+$/, ''),
      text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''),
      text.replace(/\//g, '\\/').replace(/^/, '\\u0020'),
      `"${text}"`,
      `\ufeff${text}`
    ]
    for (const other of others(response)) rejects({ ...genuine, response: other }, 'SIGN_MISMATCH')
    // White space around it is all that a signature may have; it is no part of the key.
    for (const other of others(signature)) {
      if (other.trim().replace('\ufeff', '') !== signature)
        rejects({ response, sign: other }, 'SIGN_MISMATCH')
    }
    // Wrapped in another text, beside a signature that is none.
    for (const blank of ['', ' ', '\ufeff\n']) {
      rejects({ response: JSON.stringify(genuine), sign: blank }, 'SIGN_MISSING')
      rejects(JSON.stringify({ response: ` ${JSON.stringify(genuine)}`, sign: blank }), 'SIGN_MISSING')
    }
  })

  test('an RSA message is accepted if RSA is configured, and only then', () => {
    const old = new AlipayDataCrypt({ ...config, signType: 'RSA' })
    assert.deepStrictEqual(old.decryptData(sealedBySha1), phone)
    assert.deepStrictEqual(old.decryptData({ ...sealedBySha1, sign_type: 'RSA' }), phone)
    rejects({ ...sealedBySha1, sign_type: 'RSA2' }, 'ALGORITHM', 'sign-type', old)
    rejects(message(), 'SIGN_MISMATCH', undefined, old)
  })

  test('duplicate keys are rejected', () => {
    const text = JSON.stringify(genuine)
    for (const twice of [
      `"response":"${response}"`,
      `"r\\u0065sponse":"${response}"`,
      `"encryptedData":"${response}"`,
      '"response":{"code":"10000"}',
      `"sign":"${signature}"`,
      '"sign":""',
      '"sign_type":"RSA2","signType":"RSA2"',
      '"encrypt_type":"AES","encryptType":"AES"',
      '"other":1,"other":1'
    ]) {
      rejects(`${text.slice(0, -1)},${twice}}`, 'MESSAGE', 'duplicate-key')
      rejects(`{${twice},${text.slice(1)}`, 'MESSAGE', 'duplicate-key')
    }
    rejects('{"response":{"code":"40001","code":"40002"}}', 'MESSAGE')
  })

  test('data that does not decrypt to a JSON object is rejected, for one reason', () => {
    const raw = bytes => seal(encrypt(bytes, aesKey, false))
    const json = Buffer.from('{"code":"10000"}')
    const padded = (length, ...tail) => Buffer.concat([json, Buffer.alloc(length), Buffer.from(tail)])
    const causes = {
      'padding 0': raw(padded(15, 0)),
      'padding 17': raw(padded(15, 17)),
      'padding 255': raw(padded(15, 255)),
      'mixed padding': raw(padded(12, 4, 4, 3, 4)),
      'no padding': raw(json),
      'nothing encrypted': seal(''),
      'less than a block': seal('AAAA'),
      'not whole blocks': seal(Buffer.alloc(17).toString('base64')),
      'not base64': seal('****'),
      'URL-safe base64': seal(encrypt(JSON.stringify(phone)).replace(/=*$/, '-_')),
      'not UTF-8': seal(encrypt(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))),
      'a byte order mark': seal(encrypt(`\ufeff${JSON.stringify(phone)}`)),
      'not JSON': seal(encrypt('{"code":"10000"')),
      'JSON and more': seal(encrypt('{"code":"10000"}}')),
      nothing: seal(encrypt('')),
      'an array': seal(encrypt('[]')),
      null: seal(encrypt('null')),
      'a string': seal(encrypt('"13800138000"')),
      'another AES key': seal(encrypt(JSON.stringify(phone), crypto.randomBytes(16).toString('base64'))),
      'a longer AES key': seal(encrypt(JSON.stringify(phone), crypto.randomBytes(32).toString('base64')))
    }
    const errors = Object.values(causes).map(text => rejects(text, 'DECRYPT', 'undecryptable'))
    // Nobody can learn which it was.
    for (const { hint } of errors) assert.strictEqual(hint, errors[0].hint)
  })
})

describe('unsigned errors', () => {
  const error = {
    code: '40001',
    msg: 'Missing Required Arguments',
    subCode: 'isv.missing-default-signature-type',
    subMsg: '应用未设置默认签名类型'
  }

  test('are passed to the caller beside a hint by their subCode', () => {
    for (const form of [
      { response: error },
      JSON.stringify({ response: error }),
      { response: JSON.stringify({ response: error }) },
      error,
      JSON.stringify(error),
      { response: error, sign: '' },
      { response: { code: 40001, msg: error.msg, sub_code: error.subCode, sub_msg: error.subMsg } }
    ]) {
      const thrown = rejects(form, 'UNSIGNED')
      assert.deepStrictEqual(thrown.response, error)
      assert.match(thrown.hint, /应用未设置默认签名类型/)
    }
  })

  test('have four short strings at most, and nothing else', () => {
    const long = { ...error, mobile: '1', msg: '😀'.repeat(1e4), subCode: { a: 1 }, subMsg: null }
    const { response, message, hint } = rejects({ response: long }, 'UNSIGNED')
    assert.deepStrictEqual(response, { code: '40001', msg: '😀'.repeat(256) })
    assert.doesNotMatch(message + hint, /😀/)
    for (const few of [{ code: '40001' }, { code: '40001', subMsg: '/' }]) {
      assert.deepStrictEqual(rejects(few, 'UNSIGNED').response, few)
    }
  })

  test('have a code of digits that is not that of a success', () => {
    const codes = [
      ...['"10000"', '10000', '1e4', '10000.0', '"010000"', '" 10000"', '"\\u00310000"'],
      ...['""', 'null', '[40001]', '"400010000"']
    ]
    for (const code of codes) rejects(`{"response":{"code":${code}}}`, 'SIGN_MISSING')
  })

  test('with a signature that does not verify are rejected for it', () => {
    rejects({ response: error, sign: sign('{}') }, 'SIGN_MISMATCH')
  })
})

describe('things that are no messages', () => {
  const throwing = {
    get response() {
      throw new Error('no')
    }
  }
  const circular = {}
  circular.response = circular
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const detached = new Uint8Array(8)
  structuredClone(detached, { transfer: [detached.buffer] })
  const deep = levels => `${'[['.repeat(levels)}${']]'.repeat(levels)}`
  const values = [
    ...[undefined, 1, 1n, Symbol('message'), () => '{}', ' \n', '\ufeff', [message()]],
    { response: undefined, sign: 'AA==' },
    { response: 1, sign: 'AA==' },
    { response: [], sign: 'AA==' },
    { response: Buffer.from('AAAA'), sign: 'AA==' },
    ...[throwing, proxy, { response: 1n }, { toJSON: () => undefined }, new Map([['response', 'AAAA']])],
    ...[new Uint8Array(0), detached, Buffer.from([0xff, 0xfe, 0x7b])],
    ...[message() + message(), '"', '{"response":"\\ud800"}', `{"response":${'['.repeat(1e5)}`],
    JSON.parse(`{"response":${deep(500)}}`)
  ]
  test('are rejected', () => {
    for (const value of values) rejects(value, 'MESSAGE')
  })

  test('are named', () => {
    let nested = message()
    for (let i = 0; i < 4; i++) nested = JSON.stringify(nested)
    rejects(null, 'MESSAGE', 'message-type')
    rejects(circular, 'MESSAGE', 'unreadable-object')
    rejects({}, 'MESSAGE', 'no-response')
    rejects({ response: 1 }, 'MESSAGE', 'response-type')
    rejects('', 'MESSAGE', 'empty')
    rejects(nested, 'MESSAGE', 'nested')
  })
})

describe('length', () => {
  const limit = 64 * 1024
  // A message of exactly `length` characters.
  const ofLength = length => {
    const empty = JSON.stringify({ ...genuine, extra: '' })
    return JSON.stringify({ ...genuine, extra: 'x'.repeat(length - empty.length) })
  }

  test('of 64 KiB is accepted', () => {
    const text = ofLength(limit)
    assert.strictEqual(text.length, limit)
    for (const form of [text, Buffer.from(text), JSON.parse(text)]) {
      assert.deepStrictEqual(alipay.decryptData(form), phone)
    }
  })

  const long = 'A'.repeat(limit)
  const longObjects = {
    'a long response': { ...genuine, response: long },
    'a long encryptedData': { encryptedData: long, sign: signature },
    'a long sign': { response, sign: long },
    'a long extra field': { ...genuine, extra: `${long}A` },
    'long strings': { one: long, two: 'A' },
    'a long key': { ...genuine, [long]: 1 },
    'a long plain response': { ...genuine, response: { code: '40001', msg: long } },
    'many keys': Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i])),
    'a long array': { ...genuine, response: Array(limit + 1).fill(0) },
    'a sparse array': { ...genuine, response: Array(2 ** 32 - 1) },
    'many arrays': { extra: Array.from({ length: 300 }, () => Array(300).fill(0)) },
    'a deep string': { extra: { extra: [{ extra: `${long}A` }] } },
    'the longest string, inside': { encryptedData: 'A'.repeat(constants.MAX_STRING_LENGTH - 1) }
  }
  const tooLong = {
    ...longObjects,
    'one character more': ofLength(limit + 1),
    'bytes, one more': Buffer.from(ofLength(limit + 1)),
    'an object, one character more': JSON.parse(ofLength(limit + 1)),
    'the text of a long message in res': { response: ofLength(limit + 1) },
    'a String object': Object(ofLength(limit + 1)),
    'escapes that make it long': { ...genuine, extra: '\u0000'.repeat(limit / 4) },
    'the longest string': 'A'.repeat(constants.MAX_STRING_LENGTH - 1),
    '512 MiB of bytes': Buffer.alloc(2 ** 29)
  }
  for (const [name, value] of Object.entries(tooLong)) {
    test(`${name} is rejected unread`, () => {
      // A copy of the longest would take half a GB.
      const before = process.memoryUsage().rss
      rejects(value, 'MESSAGE', 'too-long')
      assert.ok(process.memoryUsage().rss - before < 100e6)
    })
  }

  test('an object is read no further than that', () => {
    for (const [name, long] of Object.entries(longObjects)) {
      let isRead = false
      const object = {
        ...long,
        get late() {
          isRead = true
          return 1
        }
      }
      rejects(object, 'MESSAGE', 'too-long')
      assert.strictEqual(isRead, false, name)
    }
  })
})

test('a polluted prototype gives no signature, no keys and no algorithm', () => {
  const { aesKey, ...withoutAesKey } = config
  const polluted = { ...genuine, aesKey, signType: 'RSA', sign_type: 'RSA' }
  Object.assign(Object.prototype, polluted)
  try {
    rejects({ response }, 'SIGN_MISSING')
    rejects({ sign: signature }, 'MESSAGE')
    assert.deepStrictEqual(new AlipayDataCrypt(config).decryptData(genuine), phone)
    assert.throws(() => new AlipayDataCrypt(withoutAesKey), { code: 'ERR_ALIPAY_CONFIG' })
    assert.ok(!Object.hasOwn(rejects(message().replace('A', 'B'), 'SIGN_MISMATCH'), 'response'))
  } finally {
    for (const key of Object.keys(polluted)) delete Object.prototype[key]
  }
})

describe('public keys', () => {
  const pem = (type, key = keys.publicKey) => key.export({ type, format: 'pem' })
  const bare = type => keys.publicKey.export({ type, format: 'der' }).toString('base64')
  const wrapped = bare('spki').replace(/(.{64})/g, '$1\n')
  const forms = {
    'bare SPKI': bare('spki'),
    'wrapped SPKI': wrapped,
    'wrapped SPKI with CRLF': wrapped.replace(/\n/g, '\r\n'),
    'SPKI with white space around': `\ufeff  ${bare('spki')}\n`,
    'SPKI in quotes': `"${bare('spki')}"`,
    'bare PKCS#1': bare('pkcs1'),
    'PEM SPKI': pem('spki'),
    'PEM PKCS#1': pem('pkcs1'),
    'PEM with CRLF': pem('spki').replace(/\n/g, '\r\n'),
    'PEM with a literal \\n': pem('spki').replace(/\n/g, '\\n'),
    'PEM with a literal \\r\\n': pem('spki').replace(/\n/g, '\\r\\n'),
    'PEM on three lines': `-----BEGIN PUBLIC KEY-----\n${bare('spki')}\n-----END PUBLIC KEY-----`,
    'PEM on one line': `-----BEGIN PUBLIC KEY-----${bare('spki')}-----END PUBLIC KEY-----`,
    'PKCS#1 under the label of SPKI': `-----BEGIN PUBLIC KEY-----\n${bare('pkcs1')}\n-----END PUBLIC KEY-----`,
    'a Buffer': Buffer.from(pem('spki')),
    'part of a Buffer': Buffer.from(`*${bare('spki')}*`).subarray(1, -1),
    'a DataView': new DataView(new Uint8Array(Buffer.from(pem('spki'))).buffer),
    'an array': [bare('spki')]
  }
  test('are accepted in every form in which people have them', () => {
    for (const [name, alipayPublicKey] of Object.entries(forms)) {
      const decryptor = new AlipayDataCrypt({ aesKey, alipayPublicKey })
      assert.deepStrictEqual(decryptor.decryptData(message()), phone, name)
    }
  })

  test('may be certificates', () => {
    const { aesKey, leaf, intermediate, plaintext } = fixture
    const open = alipayPublicKey =>
      new AlipayDataCrypt({ aesKey, alipayPublicKey }).decryptData(fixture.message)
    for (const form of [
      leaf,
      leaf + intermediate,
      leaf.replace(/\n/g, '\\n'),
      `Subject: CN\n${leaf}`,
      Buffer.from(leaf),
      // A comment in GBK.
      Buffer.concat([Buffer.from([0xd6, 0xa7, 0xb8, 0xb6, 0x0a]), Buffer.from(leaf), Buffer.from([0xff])])
    ]) {
      assert.deepStrictEqual(open(form), JSON.parse(plaintext))
    }
    assert.throws(() => open(intermediate), { code: 'ERR_ALIPAY_SIGN_MISMATCH' })
  })

  const fixtureResponse = JSON.parse(fixture.message).response
  for (const { bits, exponent, signType, alipayPublicKey, sign } of rsaFixture.keys) {
    test(`${signType}, ${bits} bits, exponent ${exponent}: exactly its own signature`, () => {
      const decryptor = new AlipayDataCrypt({ aesKey: fixture.aesKey, alipayPublicKey, signType })
      const decrypt = sign => decryptor.decryptData({ response: fixtureResponse, sign })
      assert.deepStrictEqual(decrypt(sign), JSON.parse(fixture.plaintext))
      const signature = Buffer.from(sign, 'base64')
      assert.strictEqual(signature.length, Math.ceil(bits / 8))
      const zero = Buffer.alloc(1)
      const changed = Buffer.from(signature)
      changed[changed.length >> 1] ^= 4
      for (const malformed of [
        changed,
        signature.subarray(1),
        signature.subarray(0, -1),
        Buffer.concat([zero, signature]),
        Buffer.concat([signature, zero])
      ]) {
        assert.throws(() => decrypt(malformed.toString('base64')), { code: 'ERR_ALIPAY_SIGN_MISMATCH' })
      }
    })
  }

  test('may have 1024 bits for RSA only', () => {
    const { publicKey, privateKey } = rsa(1024)
    const sealed = seal(encrypt(JSON.stringify(phone)), privateKey, 'sha1')
    const decryptor = new AlipayDataCrypt({ aesKey, alipayPublicKey: spki(publicKey), signType: 'RSA' })
    assert.deepStrictEqual(decryptor.decryptData(sealed), phone)
    assert.throws(() => new AlipayDataCrypt({ aesKey, alipayPublicKey: spki(publicKey) }), {
      reason: 'rsa2-bits'
    })
  })
})

test('of several keys, any public key and any AES key fits, of all sizes', () => {
  const pairs = [rsa(2048), rsa(3072), keys]
  const aesKeys = [16, 24, 32].map(size => crypto.randomBytes(size).toString('base64'))
  const decryptor = new AlipayDataCrypt({
    aesKey: aesKeys,
    alipayPublicKey: pairs.map(pair => spki(pair.publicKey))
  })
  for (const { privateKey } of pairs) {
    for (const key of aesKeys) {
      for (let i = 0; i < 20; i++) {
        const data = { ...phone, mobile: String(i) }
        assert.deepStrictEqual(
          decryptor.decryptData(seal(encrypt(JSON.stringify(data), key), privateKey)),
          data
        )
      }
    }
  }
  rejects(seal(encrypt('{}', aesKeys[0]), rsa(2048).privateKey), 'SIGN_MISMATCH', undefined, decryptor)
  rejects(seal(encrypt('{}'), keys.privateKey), 'DECRYPT', undefined, decryptor)
})

describe('configuration', () => {
  const privatePem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' })
  const privateDer = type => keys.privateKey.export({ type, format: 'der' }).toString('base64')
  const ec = namedCurve => crypto.generateKeyPairSync('ec', { namedCurve })
  const protection = { cipher: 'aes-256-cbc', passphrase: 'x' }
  const spkiDer = keys.publicKey.export({ type: 'spki', format: 'der' })
  const evenExponent = keys.publicKey.export({ type: 'pkcs1', format: 'der' })
  evenExponent[evenExponent.length - 1] ^= 1

  const publicKeys = {
    'key-type': [undefined, null, 1, {}],
    'no-key': [[]],
    empty: ['', ' \n'],
    unset: ['undefined'],
    'file-path': ['/etc/alipay/alipayCertPublicKey_RSA2.crt', 'C:\\new\\alipay.pem'],
    'private-key': [
      privatePem,
      privatePem.replace(/RSA PRIVATE/g, 'PUBLIC'),
      keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      privateDer('pkcs1'),
      privateDer('pkcs8'),
      keys.privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }),
      ec('P-256').privateKey.export({ type: 'sec1', format: 'pem' })
    ],
    'aes-key': [aesKey, crypto.randomBytes(32).toString('base64')],
    'rsa2-bits': [spki(rsa(1024).publicKey), spki(rsa(2046).publicKey), fixture.rsa2047],
    'ec-key': [spki(ec('P-256').publicKey)],
    'sm2-key': [fixture.sm2],
    'other-algorithm': [
      spki(crypto.generateKeyPairSync('ed25519').publicKey),
      spki(crypto.generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)
    ],
    'rsa-exponent': [evenExponent.toString('base64'), ...rsaFixture.unsupported],
    'certificate-request': [fixture.request],
    'not-base64': ['密钥', '-----BEGIN PUBLIC KEY-----'],
    'not-a-key': [
      'not a key',
      '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
      spkiDer.subarray(0, 200).toString('base64'),
      Buffer.concat([spkiDer, Buffer.alloc(1)]).toString('base64'),
      'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'.repeat(1000)
    ]
  }
  const aesKeys = {
    'key-type': [undefined, Buffer.from(aesKey)],
    'no-key': [[]],
    empty: [''],
    unset: ['null'],
    'file-path': ['./aes.key'],
    hex: ['0123456789abcdef0123456789abcdef'],
    'wrong-length': ['aa4BtZ4tspm2wnXL', crypto.randomBytes(17).toString('base64')],
    'not-base64': ['%%%'],
    'private-key-for-aes-key': [privatePem, privateDer('pkcs8')],
    'public-key-for-aes-key': [config.alipayPublicKey, fixture.leaf]
  }
  const signTypes = { 'sign-type-sm2': ['SM2'], 'sign-type-value': ['rsa2', null, 1] }
  for (const [option, table] of Object.entries({
    alipayPublicKey: publicKeys,
    aesKey: aesKeys,
    signType: signTypes
  })) {
    for (const [reason, values] of Object.entries(table)) {
      test(`${option} is rejected by ${reason}`, () => {
        for (const value of values) rejectsConfig({ ...config, [option]: value }, reason, option)
      })
    }
  }

  function rejectsConfig(value, reason, argument) {
    const error = failure(() => new AlipayDataCrypt(value))
    assert.deepStrictEqual(
      [error.code, error.reason, error.argument],
      ['ERR_ALIPAY_CONFIG', reason, argument]
    )
    // No run of characters that could be a piece of a key.
    const shown = [error.message, error.hint, error.hintZh].join().replace(/alipayCertPublicKey_RSA2/g, '')
    assert.doesNotMatch(shown, /[A-Za-z0-9+/]{20}/)
    return error
  }

  test('names the key of a list, the bits and the bytes', () => {
    const reject = (option, value, reason, argument = option) =>
      rejectsConfig({ ...config, [option]: value }, reason, argument)
    const { alipayPublicKey } = config
    reject('alipayPublicKey', [alipayPublicKey, undefined], 'key-type', 'alipayPublicKey[1]')
    reject('alipayPublicKey', [alipayPublicKey, aesKey], 'aes-key', 'alipayPublicKey[1]')
    reject('aesKey', [aesKey, ''], 'empty', 'aesKey[1]')
    const [small] = publicKeys['rsa2-bits']
    assert.match(reject('alipayPublicKey', small, 'rsa2-bits').hint, /1024 bits/)
    assert.match(reject('aesKey', 'aa4BtZ4tspm2wnXL', 'wrong-length').hint, /12 bytes/)
  })

  test('names an unknown option unless its name may be a key', () => {
    for (const name of ['encryptKey', 'signtype', 'undefined']) {
      rejectsConfig({ ...config, [name]: undefined }, 'unknown-option', name)
    }
    for (const name of [aesKey, 'MIIB+key', 'key+MIIB']) {
      rejectsConfig({ ...config, [name]: true }, 'unknown-option', 'config')
    }
    rejectsConfig(Object.assign([aesKey], config), 'unknown-option', 'config')
    for (const value of [undefined, null, 'key']) rejectsConfig(value, 'config-type', 'config')
  })

  test('is read once', () => {
    const changing = { ...config }
    const decryptor = new AlipayDataCrypt(changing)
    changing.aesKey = changing.alipayPublicKey = changing.signType = 'none'
    assert.deepStrictEqual(decryptor.decryptData(message()), phone)
  })

  test('an AES key with white space around it or without its padding', () => {
    for (const form of [` ${aesKey}\n`, aesKey.replace(/=+$/, ''), `${aesKey}\\n`]) {
      assert.deepStrictEqual(new AlipayDataCrypt({ ...config, aesKey: form }).decryptData(message()), phone)
    }
  })
})

describe('instances', () => {
  test('show how many keys they have', () => {
    const summary = { signType: 'RSA2', aesKeys: 1, alipayPublicKeys: 1 }
    assert.strictEqual(inspect(alipay), `AlipayDataCrypt ${inspect(summary)}`)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(alipay)), summary)
    assert.deepStrictEqual(Reflect.ownKeys(alipay), [])
    alipay.toJSON().signType = 'changed'
    assert.deepStrictEqual(alipay.toJSON(), summary)
    const empty = Object.create(AlipayDataCrypt.prototype)
    assert.strictEqual(inspect(empty), 'AlipayDataCrypt {}')
    assert.strictEqual(JSON.stringify([empty, AlipayDataCrypt.prototype]), '[{},{}]')
  })

  test('can be extended', () => {
    class Phones extends AlipayDataCrypt {}
    assert.deepStrictEqual(new Phones(config).decryptData(message()), phone)
    const { decryptData } = AlipayDataCrypt.prototype
    assert.throws(() => decryptData.call({}, message()), { name: 'TypeError', argument: 'this' })
  })
})
