'use strict'

// Alipay messages: every form that is read, and every change that is refused.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { describe, test } = require('node:test')
const { inspect } = require('node:util')
const vm = require('node:vm')
const { Worker } = require('node:worker_threads')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt, AlipayDataError } = require('..')
const fixture = require('./alipay-keys.json')
const messages = require('./alipay-messages')

const { rsa, keys, aesKey, phone, spki, encrypt, sign, seal, message, plainMessage, config } = messages

const alipay = new AlipayDataCrypt(config)

function refuses(text, code, decryptor = alipay) {
  let error
  assert.throws(
    () => decryptor.decryptData(text),
    thrown => {
      error = thrown
      return true
    }
  )
  assert.strictEqual(error.code, `ERR_ALIPAY_${code}`, error.stack)
  assert.ok(error instanceof AlipayDataError)
  assert.strictEqual(error.name, 'AlipayDataError')
  return error
}

describe('forms of the message', () => {
  const { response, sign: signature } = JSON.parse(message())
  const five = { charset: 'UTF-8', encrypt_type: 'AES', sign_type: 'RSA2', response, sign: signature }
  const objects = {
    'two fields': { response, sign: signature },
    'two fields, the other way round': { sign: signature, response },
    'five fields': five,
    'five fields in camel case': {
      charset: 'utf-8',
      encryptType: 'AES',
      signType: 'RSA2',
      response,
      sign: signature
    },
    'as the button gives it': { encryptedData: response, sign: signature },
    'other fields beside': { ...five, extra: { response: 1 } },
    'nothing in optional fields': { response, sign: signature, sign_type: null, charset: null }
  }
  for (const [name, object] of Object.entries(objects)) {
    const text = JSON.stringify(object)
    const forms = {
      text,
      'text, indented': JSON.stringify(object, null, 2),
      'text with a byte order mark and white space': `\ufeff \r\n${text}\n`,
      'a JSON string with the text': JSON.stringify(text),
      'a Buffer': Buffer.from(text),
      'a Uint8Array': new Uint8Array(Buffer.from(text)),
      'a Uint8Array of another context': vm.runInNewContext('Uint8Array.from(bytes)', {
        bytes: Array.from(Buffer.from(text))
      }),
      'an object': object,
      'an object without a prototype': Object.assign(Object.create(null), object),
      'an object of another context': vm.runInNewContext(`(${text})`),
      'the whole res object': { response: text },
      'the text of the whole res object': JSON.stringify({ response: text }),
      'a proxy': new Proxy(object, {}),
      'a String object': Object(text)
    }
    for (const [form, value] of Object.entries(forms)) {
      test(`${name}: ${form}`, () => assert.deepStrictEqual(alipay.decryptData(value), phone))
    }
  }

  test('shared memory', () => {
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
    const { response, sign } = JSON.parse(message())
    const text = `{"response":"${response}","sign":" ${sign.replace(/\//g, '\\/')}\\n"}`
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
    test(`${data.code} ${data.subCode || ''}: encrypted, plain, and printed in other ways`, () => {
      const compact = JSON.stringify(data)
      assert.deepStrictEqual(alipay.decryptData(message(data)), data)
      assert.deepStrictEqual(alipay.decryptData(seal(encrypt(` ${compact}\n`))), data)
      const slashed = compact.replace(/\//g, '\\/')
      for (const raw of [
        compact,
        JSON.stringify(data, null, 1),
        compact.replace('An', 'A\\u006e'),
        slashed
      ]) {
        assert.deepStrictEqual(alipay.decryptData(plainMessage(raw)), data)
        assert.deepStrictEqual(alipay.decryptData(Buffer.from(plainMessage(raw))), data)
      }
      // Signed before the slashes were escaped.
      assert.deepStrictEqual(alipay.decryptData(plainMessage(slashed, compact)), data)
      // As an object, where printing it again gives the text that was signed.
      assert.deepStrictEqual(alipay.decryptData(JSON.parse(plainMessage(compact))), data)
    })
  }

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

  test('official AES vectors decrypt, but are not JSON objects', () => {
    // alipay-sdk-java-all, EncryptTest.
    for (const [key, ciphertext] of [
      ['aa4BtZ4tspm2wnXLb1ThQA==', 'ILpoMowjIQjfYMR847rnFQ=='],
      ['vEARwBsVE8dBrk0tiaNQtQ==', 'Xg5Qdr1jGhRugqAdBHYgl94KzwIqcaA37/dMvR1PeSc=']
    ]) {
      refuses(seal(ciphertext), 'DECRYPT', new AlipayDataCrypt({ ...config, aesKey: key }))
    }
  })

  test('agrees with alipay-sdk on 1,000 messages', () => {
    for (let i = 0; i < 1000; i++) {
      const size = [16, 24, 32][i % 3]
      const key = crypto.randomBytes(size).toString('base64')
      const data = {
        code: '10000',
        msg: crypto.randomBytes(i % 257).toString('latin1'),
        手机: '😀'.repeat(i % 7)
      }
      const text = JSON.stringify(seal(encrypt(JSON.stringify(data), key)))
      const sdk = new AlipaySdk({
        appId: '2021',
        privateKey: keys.privateKey.export({ type: 'pkcs1', format: 'pem' }),
        alipayPublicKey: config.alipayPublicKey,
        encryptKey: key
      })
      const { response, sign } = JSON.parse(text)
      assert.strictEqual(sdk.rsaCheck(`"${response}"`, sign), true)
      const expected = JSON.parse(sdk.aesDecrypt(response))
      assert.deepStrictEqual(new AlipayDataCrypt({ ...config, aesKey: key }).decryptData(text), expected)
      // Another message's signature.
      const other = seal(encrypt(`{"n":${i}}`, key)).sign
      assert.strictEqual(sdk.rsaCheck(`"${response}"`, other), false)
      refuses({ response, sign: other }, 'SIGN_MISMATCH')
    }
  })

  test('agrees with the checkResponseSign of alipay-sdk on plain messages', () => {
    const sdk = new AlipaySdk({
      appId: '2021',
      privateKey: keys.privateKey.export({ type: 'pkcs1', format: 'pem' }),
      alipayPublicKey: config.alipayPublicKey
    })
    for (const raw of [
      '{"code":"40003","subMsg":"a/b"}',
      '{"code":"40003","subMsg":"a\\/b"}',
      '{ "code": "1" }'
    ]) {
      const text = plainMessage(raw)
      assert.doesNotThrow(() => sdk.checkResponseSign(text, 'response', JSON.parse(text).sign))
      assert.deepStrictEqual(alipay.decryptData(text), JSON.parse(raw))
      const forged = text.replace('"code":"', '"code":"9').replace('"code": "', '"code": "9')
      assert.throws(() => sdk.checkResponseSign(forged, 'response', JSON.parse(forged).sign))
      refuses(forged, 'SIGN_MISMATCH')
    }
  })
})

describe('tampering', () => {
  test('every bit of ciphertext and signature', () => {
    const { response, sign } = JSON.parse(message())
    const mutate = function* (text) {
      for (let i = 0; i < text.length; i++) {
        for (let bit = 0; bit < 8; bit++) {
          yield text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ (1 << bit)) + text.slice(i + 1)
        }
      }
    }
    for (const changed of mutate(response)) refuses({ response: changed, sign }, 'SIGN_MISMATCH')
    // Changing the last `=` to white space only shortens it, which strict base64 refuses as well.
    for (const changed of mutate(sign)) refuses({ response, sign: changed }, 'SIGN_MISMATCH')
  })

  test('every byte of the text', () => {
    const text = message()
    for (let i = 0; i < text.length; i++) {
      for (const letter of ['A', '"', '\\', '{', '\u0000', '\ud800', 'é', '']) {
        if (text[i] === letter) continue
        const changed = text.slice(0, i) + letter + text.slice(i + 1)
        assert.throws(() => alipay.decryptData(changed), AlipayDataError, changed)
      }
      assert.throws(() => alipay.decryptData(text.slice(0, i)), AlipayDataError)
    }
  })

  const { response, sign: signature } = JSON.parse(message())
  const cases = {
    'no signature': [{ response }, 'SIGN_MISSING'],
    'an empty signature': [{ response, sign: '' }, 'SIGN_MISSING'],
    'a blank signature': [{ response, sign: ' \n' }, 'SIGN_MISSING'],
    'null for a signature': [{ response, sign: null }, 'SIGN_MISSING'],
    'a number for a signature': [{ response, sign: 1 }, 'MESSAGE'],
    'an object for a signature': [{ response, sign: { length: 1 } }, 'MESSAGE'],
    'a signature that is not base64': [{ response, sign: '%' }, 'SIGN_MISMATCH'],
    'half a signature': [{ response, sign: signature.slice(0, 172) }, 'SIGN_MISMATCH'],
    'a signature without its quotes': [{ response, sign: sign(response) }, 'SIGN_MISMATCH'],
    'a signature of another response': [{ response, sign: sign('"AAAA"') }, 'SIGN_MISMATCH'],
    'a signature by another app': [seal(response, rsa(2048).privateKey), 'SIGN_MISMATCH'],
    'a signature by a larger key': [seal(response, rsa(3072).privateKey), 'SIGN_MISMATCH'],
    'a SHA-1 signature': [seal(response, keys.privateKey, 'sha1'), 'SIGN_MISMATCH'],
    'a PSS signature': [
      {
        response,
        sign: crypto
          .sign('sha256', Buffer.from(`"${response}"`), {
            key: keys.privateKey,
            padding: crypto.constants.RSA_PKCS1_PSS_PADDING
          })
          .toString('base64')
      },
      'SIGN_MISMATCH'
    ],
    'a downgrade': [{ ...seal(response, keys.privateKey, 'sha1'), sign_type: 'RSA' }, 'ALGORITHM'],
    'a downgrade in camel case': [
      { ...seal(response, keys.privateKey, 'sha1'), signType: 'RSA' },
      'ALGORITHM'
    ],
    'a sign_type in lower case': [{ response, sign: signature, sign_type: 'rsa2' }, 'ALGORITHM'],
    'an empty sign_type': [{ response, sign: signature, sign_type: '' }, 'ALGORITHM'],
    'no encryption': [{ response, sign: signature, encrypt_type: 'NONE' }, 'ALGORITHM'],
    SM4: [{ response, sign: signature, encryptType: 'SM4' }, 'ALGORITHM'],
    'a number for sign_type': [{ response, sign: signature, sign_type: 2 }, 'MESSAGE'],
    'another charset': [{ response, sign: signature, charset: 'GBK' }, 'MESSAGE'],
    'a forged success': [{ response: phone }, 'SIGN_MISSING'],
    'a forged success, its code a number': [{ response: { ...phone, code: 10000 } }, 'SIGN_MISSING'],
    'a forged success, its code hidden': [{ response: { ...phone, code: '010000' } }, 'SIGN_MISSING'],
    'a forged success, its code an object': [{ response: { ...phone, code: { a: 1 } } }, 'SIGN_MISSING'],
    'a forged success without a code': [{ response: { mobile: '1' } }, 'SIGN_MISSING'],
    'a forged success without an envelope': [phone, 'SIGN_MISSING'],
    'a forged success as text': [{ response: JSON.stringify({ response: phone }) }, 'SIGN_MISSING'],
    'a forged success as a string': [{ response: JSON.stringify(phone) }, 'SIGN_MISSING'],
    'a forged success with a signature': [{ response: phone, sign: signature }, 'SIGN_MISMATCH'],
    'a forged success as a string with a signature': [
      { response: JSON.stringify(phone), sign: signature },
      'SIGN_MISMATCH'
    ]
  }
  for (const [name, [object, code]] of Object.entries(cases)) {
    test(`${name}: ${code}`, () => {
      refuses(object, code)
      refuses(JSON.stringify(object), code)
    })
  }

  test('what happens to messages on their way', () => {
    const spaced = seal(encrypt(JSON.stringify({ ...phone, msg: '+'.repeat(500) })))
    const { response, sign } = spaced
    assert.match(response + sign, /\+/)
    refuses({ response: response.replace(/\+/g, ' '), sign }, 'SIGN_MISMATCH')
    refuses(JSON.stringify(spaced).replace(/\+/g, ' '), 'SIGN_MISMATCH')
    refuses({ response: `${response}\n`, sign }, 'SIGN_MISMATCH')
    refuses({ response: `&quot;${response}&quot;`, sign }, 'SIGN_MISMATCH')
    assert.match(refuses(message().replace(/"/g, '&quot;'), 'MESSAGE').message, /&quot;/)
    assert.match(refuses(encodeURIComponent(message()), 'MESSAGE').message, /URL/)
    assert.match(refuses(String({}), 'MESSAGE').message, /\[object Object\]/)
    assert.match(refuses(plainMessage('{"a":"b/c"}').replace('/', '\\/\\/'), 'SIGN_MISMATCH').message, /text/)
  })

  test('an RSA message with the sign_type of RSA2', () => {
    const old = new AlipayDataCrypt({ ...config, signType: 'RSA' })
    const { response } = JSON.parse(message())
    const sealed = seal(response, keys.privateKey, 'sha1')
    assert.deepStrictEqual(old.decryptData(sealed), phone)
    assert.deepStrictEqual(old.decryptData({ ...sealed, sign_type: 'RSA' }), phone)
    refuses({ ...sealed, sign_type: 'RSA2' }, 'ALGORITHM', old)
    refuses(message(), 'SIGN_MISMATCH', old)
  })

  test('duplicate keys', () => {
    const text = message()
    const { response, sign } = JSON.parse(text)
    for (const twice of [
      `"response":"${response}"`,
      `"r\\u0065sponse":"${response}"`,
      `"encryptedData":"${response}"`,
      '"response":{"code":"10000"}',
      `"sign":"${sign}"`,
      '"sign":""',
      '"sign_type":"RSA2","signType":"RSA2"',
      '"encrypt_type":"AES","encryptType":"AES"',
      '"other":1,"other":1'
    ]) {
      assert.match(refuses(`${text.slice(0, -1)},${twice}}`, 'MESSAGE').message, /twice/)
      assert.match(refuses(`{${twice},${text.slice(1)}`, 'MESSAGE').message, /twice/)
    }
    refuses('{"response":{"code":"40001","code":"40002"}}', 'MESSAGE')
  })

  test('plaintexts that are none', () => {
    const block = bytes => Buffer.from(bytes)
    const raw = bytes => seal(encrypt(block(bytes), aesKey, false))
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
    const errors = Object.entries(causes).map(([name, text]) => {
      const error = refuses(text, 'DECRYPT')
      assert.deepStrictEqual(Object.keys(error), ['code'], name)
      return error.message
    })
    // One message for all of them: nobody can learn which it was.
    assert.strictEqual(new Set(errors).size, 1)
    assert.match(errors[0], /AES key/)
  })

  test('the message of a mismatch begins with the most likely cause', () => {
    const app = new AlipayDataCrypt({ ...config, alipayPublicKey: spki(rsa(2048).publicKey) })
    assert.match(refuses(message(), 'SIGN_MISMATCH', app).message, /1\. `alipayPublicKey` is the app's own/)
  })
})

describe('unsigned errors', () => {
  const error = {
    code: '40001',
    msg: 'Missing Required Arguments',
    subCode: 'isv.missing-default-signature-type',
    subMsg: '应用未设置默认签名类型'
  }

  test('are shown, marked as unsigned', () => {
    for (const form of [
      { response: error },
      JSON.stringify({ response: error }),
      { response: JSON.stringify({ response: error }) },
      error,
      JSON.stringify(error),
      { response: error, sign: '' },
      { response: { code: 40001, msg: error.msg, sub_code: error.subCode, sub_msg: error.subMsg } }
    ]) {
      const thrown = refuses(form, 'UNSIGNED')
      assert.deepStrictEqual(thrown.response, error)
      assert.match(thrown.message, /40001/)
    }
  })

  test('hold four short strings and nothing else', () => {
    const { response, message } = refuses(
      { response: { ...error, mobile: '1', msg: '😀'.repeat(1e5), subCode: { a: 1 }, subMsg: null } },
      'UNSIGNED'
    )
    assert.deepStrictEqual(response, { code: '40001', msg: '😀'.repeat(256) })
    assert.doesNotMatch(message, /😀/)
  })

  test('with a signature that does not verify are no errors of Alipay', () => {
    refuses({ response: error, sign: sign('{}') }, 'SIGN_MISMATCH')
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
  const values = {
    undefined: undefined,
    null: null,
    'a number': 1,
    'a bigint': 1n,
    'a symbol': Symbol('message'),
    'a function': () => '{}',
    'an empty string': '',
    'white space': ' \n',
    'a byte order mark': '\ufeff',
    'an array': [message()],
    'an empty object': {},
    'an object with nothing to read': { response: undefined, sign: 'AA==' },
    'a response of another type': { response: 1, sign: 'AA==' },
    'an array for a response': { response: [], sign: 'AA==' },
    'a throwing getter': throwing,
    'a revoked proxy': proxy,
    'a circular object': circular,
    'a bigint inside': { response: 1n },
    'toJSON that returns nothing': { toJSON: () => undefined },
    'no bytes': new Uint8Array(0),
    'a detached buffer': detached,
    'bytes that are not UTF-8': Buffer.from([0xff, 0xfe, 0x7b]),
    'a Map': new Map([['response', 'AAAA']]),
    'two messages': message() + message(),
    'an unfinished string': '"',
    'a lone surrogate': '{"response":"\\ud800"}',
    'text within text within text within text': JSON.stringify(
      JSON.stringify(JSON.stringify(JSON.stringify(message())))
    ),
    'deep nesting': `{"response":${'['.repeat(1e5)}`,
    'deep nesting as an object': JSON.parse(`{"response":${'[['.repeat(500)}${']]'.repeat(500)}}`),
    'more than 16 MiB': `{"response":"${'A'.repeat(1 << 24)}"}`,
    '512 MB': Buffer.alloc(2 ** 29 - 25).toString('latin1')
  }
  for (const [name, value] of Object.entries(values)) {
    test(name, () => {
      refuses(value, 'MESSAGE')
    })
  }

  test('many keys take no longer than their text', () => {
    const object = Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i]))
    refuses(object, 'MESSAGE')
  })
})

describe('a polluted prototype', () => {
  test('gives no signature, no keys and no algorithm', () => {
    const { response, sign } = JSON.parse(message())
    const { aesKey, ...withoutAesKey } = config
    const polluted = { sign, response, aesKey, signType: 'RSA', sign_type: 'RSA' }
    Object.assign(Object.prototype, polluted)
    try {
      refuses({ response }, 'SIGN_MISSING')
      refuses({ sign }, 'MESSAGE')
      assert.deepStrictEqual(new AlipayDataCrypt(config).decryptData({ response, sign }), phone)
      assert.throws(() => new AlipayDataCrypt(withoutAesKey), { code: 'ERR_ALIPAY_CONFIG' })
      assert.ok(!Object.hasOwn(refuses(message().replace('A', 'B'), 'SIGN_MISMATCH'), 'response'))
    } finally {
      for (const key of Object.keys(polluted)) delete Object.prototype[key]
    }
  })
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
    'an array': [bare('spki')]
  }
  for (const [name, alipayPublicKey] of Object.entries(forms)) {
    test(name, () => {
      assert.deepStrictEqual(new AlipayDataCrypt({ aesKey, alipayPublicKey }).decryptData(message()), phone)
    })
  }

  test('certificates', () => {
    const { aesKey, leaf, intermediate, plaintext } = fixture
    const open = alipayPublicKey =>
      new AlipayDataCrypt({ aesKey, alipayPublicKey }).decryptData(fixture.message)
    for (const form of [
      leaf,
      leaf + intermediate,
      leaf.replace(/\n/g, '\\n'),
      `Subject: CN\n${leaf}`,
      Buffer.from(leaf)
    ]) {
      assert.deepStrictEqual(open(form), JSON.parse(plaintext))
    }
    assert.throws(() => open(intermediate), { code: 'ERR_ALIPAY_SIGN_MISMATCH' })
  })

  for (const bits of [2049, 3072, 4096]) {
    test(`${bits} bits`, () => {
      const { publicKey, privateKey } = rsa(bits)
      const sealed = seal(encrypt(JSON.stringify(phone)), privateKey)
      const decryptor = new AlipayDataCrypt({ aesKey, alipayPublicKey: spki(publicKey) })
      assert.deepStrictEqual(decryptor.decryptData(sealed), phone)
    })
  }

  test('1024 bits for RSA only', () => {
    const { publicKey, privateKey } = rsa(1024)
    const sealed = seal(encrypt(JSON.stringify(phone)), privateKey, 'sha1')
    const decryptor = new AlipayDataCrypt({ aesKey, alipayPublicKey: spki(publicKey), signType: 'RSA' })
    assert.deepStrictEqual(decryptor.decryptData(sealed), phone)
    assert.throws(() => new AlipayDataCrypt({ aesKey, alipayPublicKey: spki(publicKey) }), /1024 bits/)
  })
})

describe('several keys', () => {
  test('any public key and any AES key, of all sizes', () => {
    const pairs = [rsa(2048), rsa(3072), keys]
    const aesKeys = [16, 24, 32].map(size => crypto.randomBytes(size).toString('base64'))
    const decryptor = new AlipayDataCrypt({
      aesKey: aesKeys,
      alipayPublicKey: pairs.map(pair => spki(pair.publicKey))
    })
    for (const { privateKey } of pairs) {
      for (const key of aesKeys) {
        for (let i = 0; i < 100; i++) {
          const data = { ...phone, mobile: String(i) }
          assert.deepStrictEqual(
            decryptor.decryptData(seal(encrypt(JSON.stringify(data), key), privateKey)),
            data
          )
        }
      }
    }
    refuses(seal(encrypt('{}', aesKeys[0]), rsa(2048).privateKey), 'SIGN_MISMATCH', decryptor)
    refuses(seal(encrypt('{}'), keys.privateKey), 'DECRYPT', decryptor)
  })
})

describe('configuration', () => {
  const privatePem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' })
  const privateDer = type => keys.privateKey.export({ type, format: 'der' }).toString('base64')
  const ec = namedCurve => crypto.generateKeyPairSync('ec', { namedCurve })
  const encrypted = keys.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x'
  })
  const spkiDer = keys.publicKey.export({ type: 'spki', format: 'der' })
  const evenExponent = keys.publicKey.export({ type: 'pkcs1', format: 'der' })
  evenExponent[evenExponent.length - 1] ^= 1

  const publicKeys = [
    [undefined, /alipayPublicKey: it must be a string.*undefined/],
    [null, /null/],
    [1, /type number/],
    [{}, /an object/],
    [[], /empty/],
    [[config.alipayPublicKey, undefined], /alipayPublicKey\[1\].*undefined/],
    [[config.alipayPublicKey, aesKey], /alipayPublicKey\[1\]: it is an AES key/],
    ['', /empty/],
    [' \n', /empty/],
    ['undefined', /environment variable/],
    ['/etc/alipay/alipayCertPublicKey_RSA2.crt', /path/],
    ['C:\\new\\alipay.pem', /path/],
    [privatePem, /private key/],
    [privatePem.replace(/RSA PRIVATE/g, 'PUBLIC'), /private key/],
    [keys.privateKey.export({ type: 'pkcs8', format: 'pem' }), /private key/],
    [privateDer('pkcs1'), /private key/],
    [privateDer('pkcs8'), /private key/],
    [encrypted, /private key/],
    [ec('P-256').privateKey.export({ type: 'sec1', format: 'pem' }), /private key/],
    [aesKey, /AES key/],
    [crypto.randomBytes(32).toString('base64'), /AES key/],
    [spki(rsa(1024).publicKey), /1024 bits/],
    [spki(rsa(2046).publicKey), /2046 bits/],
    [fixture.rsa2047, /2047 bits/],
    [spki(ec('P-256').publicKey), /elliptic curve/],
    [fixture.sm2, /SM2/],
    [spki(crypto.generateKeyPairSync('ed25519').publicKey), /another algorithm/],
    [spki(crypto.generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey), /another algorithm/],
    [evenExponent.toString('base64'), /not those of a key/],
    [fixture.request, /request/],
    ['not a key', /not a key|neither/],
    ['密钥', /neither base64 nor PEM/],
    ['-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----', /not a key/],
    ['-----BEGIN PUBLIC KEY-----', /neither/],
    [spkiDer.subarray(0, 200).toString('base64'), /cut short/],
    [Buffer.concat([spkiDer, Buffer.alloc(1)]).toString('base64'), /not a key/],
    ['MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'.repeat(1000), /not a key/]
  ]
  const aesKeys = [
    [undefined, /aesKey: it must be a string.*undefined/],
    [Buffer.from(aesKey), /aesKey: it must be a string.*an object/],
    [[], /empty/],
    [[aesKey, ''], /aesKey\[1\]: it is empty/],
    ['', /empty/],
    ['null', /environment variable/],
    ['./aes.key', /path/],
    ['0123456789abcdef0123456789abcdef', /hexadecimal/],
    ['aa4BtZ4tspm2wnXL', /12 bytes/],
    [crypto.randomBytes(17).toString('base64'), /17 bytes/],
    ['%%%', /neither/],
    [privatePem, /private key/],
    [privateDer('pkcs8'), /private key/],
    [config.alipayPublicKey, /public key/],
    [fixture.leaf, /certificate/]
  ]
  const wrong = [
    ...publicKeys.map(([alipayPublicKey, reason]) => [{ ...config, alipayPublicKey }, reason]),
    ...aesKeys.map(([aesKey, reason]) => [{ ...config, aesKey }, reason]),
    [undefined, /undefined/],
    [null, /null/],
    ['key', /type string/],
    [{ ...config, signType: 'SM2' }, /SM2/],
    [{ ...config, signType: 'rsa2' }, /signType: it must be 'RSA2' or 'RSA'/],
    [{ ...config, signType: null }, /signType.*null/]
  ]
  for (const [index, [value, reason]] of wrong.entries()) {
    test(`refusal ${index}: ${reason}`, () => {
      assert.throws(
        () => new AlipayDataCrypt(value),
        error => {
          assert.strictEqual(error.code, 'ERR_ALIPAY_CONFIG')
          assert.match(error.message, reason)
          assert.ok(error instanceof AlipayDataError)
          // No run of letters that could be a piece of a key.
          assert.doesNotMatch(
            error.stack.split('\n')[0].replace(/alipayCertPublicKey_RSA2/, ''),
            /[A-Za-z0-9+/]{20}/
          )
          return true
        }
      )
    })
  }

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
  test('show no key', () => {
    const shown = [
      inspect(alipay, { showHidden: true, depth: 9, showProxy: true }),
      JSON.stringify(alipay),
      String(alipay),
      JSON.stringify(Object.getOwnPropertyDescriptors(alipay)),
      inspect({ nested: { alipay } })
    ].join()
    for (const key of [aesKey, config.alipayPublicKey]) assert.ok(!shown.includes(key.slice(0, 8)))
    assert.strictEqual(
      inspect(alipay),
      "AlipayDataCrypt { signType: 'RSA2', aesKeys: 1, alipayPublicKeys: 1 }"
    )
    assert.deepStrictEqual(Reflect.ownKeys(alipay), [])
    assert.doesNotThrow(() => inspect(AlipayDataCrypt.prototype))
  })

  test('can be extended', () => {
    class Phones extends AlipayDataCrypt {}
    assert.deepStrictEqual(new Phones(config).decryptData(message()), phone)
    assert.throws(() => AlipayDataCrypt(config), TypeError)
    assert.throws(() => AlipayDataCrypt.prototype.decryptData.call({}, message()), TypeError)
  })

  test('work in worker threads', async () => {
    const run = () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(
          `const { workerData, parentPort } = require('worker_threads')
           const { AlipayDataCrypt } = require(workerData.path)
           parentPort.postMessage(new AlipayDataCrypt(workerData.config).decryptData(workerData.text))`,
          { eval: true, workerData: { path: require.resolve('..'), config, text: message() } }
        )
        worker.on('message', resolve).on('error', reject)
      })
    assert.deepStrictEqual(await Promise.all([run(), run(), run()]), [phone, phone, phone])
  })
})
