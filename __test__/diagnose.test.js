'use strict'

// diagnose: every cause from a case that has it, and nothing of the input in what it says.

const assert = require('node:assert')
const { fork } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { after, describe, test } = require('node:test')
const { reasons, alipayHintsZh } = require('../lib/diagnose/reasons')
const WXBizDataCrypt = require('..')
const { appId, sessionKey, encryptedData, iv } = require('./demo.json')
const alipay = require('./helpers/alipay-messages')
const helper = require('./helpers/encrypt')
const { countInMemory, skip } = require('./helpers/memory')

const { AlipayDataCrypt, diagnose } = WXBizDataCrypt
const demo = { appId, sessionKey, encryptedData, iv }
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const otherAppId = 'wx0000000000000000'
const phone = '13580006666'

// A session that is made for a case, with + and / in its data and its iv.
function encrypt(plaintext, key = sessionKey, ivText = 'r7B+/KkLb8qrSNn05n0qiA==') {
  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  return { appId, sessionKey: key, ...helper.encrypt(text, { sessionKey: key, iv: ivText }) }
}

const phoneData = { phoneNumber: phone, watermark: { timestamp: 1477314187, appid: appId } }
const plus = encrypt(phoneData)
assert.match(plus.encryptedData, /\+/)

const seen = new Set()

// Besides the reason, what it says must be safe to log: no key, no data, no plaintext.
function reasonOf(input, expected = {}) {
  const result = diagnose(input)
  seen.add(result.reason)
  for (const [name, value] of Object.entries(expected)) assert.deepStrictEqual(result[name], value, name)
  assert.ok(result.hint.length > 20 && !/[{}]/.test(result.hint))
  assert.ok(/[\u4e00-\u9fff]/.test(result.hintZh) && !/[{}]/.test(result.hintZh))
  assert.strictEqual(result.ok, result.code === null)
  const logged = JSON.stringify(result)
  const secrets = [sessionKey, otherKey, phone, 'oGZUI0egBJY1zhBYw2KhdUfwVJJE']
  for (const value of Object.values(input))
    if (typeof value === 'string' && value.length > 20) secrets.push(value)
  for (const secret of secrets) assert.ok(!logged.includes(secret))
  return result.reason
}

// The code of the error that decryptData throws.
function codeOf({ appId, sessionKey, encryptedData, iv }, options) {
  try {
    new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, options)
    return null
  } catch (error) {
    return error.code
  }
}

const mismatch = { code: codeOf({ ...demo, appId: otherAppId }), repairable: false, next: null }

describe('there is nothing to decrypt', () => {
  test('ok', () => {
    assert.strictEqual(reasonOf(demo, { ok: true, code: null, inputs: [], next: null }), 'ok')
    assert.strictEqual(reasonOf({ ...demo, sessionKey: [otherKey, sessionKey] }), 'ok')
    assert.strictEqual(reasonOf({ ...demo, iv: Buffer.from(iv, 'base64') }), 'ok')
    const wrapped = encryptedData.replace(/.{32}/g, `$&\n${' '.repeat(16)}`)
    assert.strictEqual(reasonOf({ ...demo, encryptedData: wrapped }), 'ok')
  })

  test('missing-argument names what is missing', () => {
    for (const name of Object.keys(demo)) {
      for (const value of [undefined, null, '', ' ', 'undefined', 'null', []]) {
        assert.strictEqual(reasonOf({ ...demo, [name]: value }, { inputs: [name] }), 'missing-argument')
      }
    }
    assert.strictEqual(reasonOf({}, { inputs: Object.keys(demo) }), 'missing-argument')
    assert.strictEqual(reasonOf(Object.create(demo)), 'missing-argument')
    const noKeys = { ...demo, sessionKey: [undefined, ''] }
    assert.strictEqual(reasonOf(noKeys, { inputs: ['sessionKey'] }), 'missing-argument')
  })

  test('code is the one of the error that decryptData throws', () => {
    const inputs = [
      { ...demo, iv: undefined },
      { ...demo, iv: '' },
      { ...demo, appId: 1 },
      { ...demo, sessionKey: '' },
      { ...demo, sessionKey: [otherKey, iv] },
      { ...demo, appId: otherAppId },
      { ...demo, encryptedData: 'AAAA' },
      { ...demo, maxAge: 300 }
    ]
    for (const input of inputs) {
      assert.strictEqual(diagnose(input).code, codeOf(input, { maxAge: input.maxAge }))
    }
  })

  test('wrong-argument-type', () => {
    for (const value of [
      1,
      true,
      Symbol('s'),
      10n,
      () => {},
      new Map(),
      '[object Object]',
      { length: 1e12 }
    ]) {
      assert.strictEqual(reasonOf({ ...demo, iv: value }, { inputs: ['iv'] }), 'wrong-argument-type')
    }
    assert.strictEqual(
      reasonOf({ ...demo, appId: Buffer.from(appId) }, { inputs: ['appId'] }),
      'wrong-argument-type'
    )
  })

  test('user-declined and client-error', () => {
    const detail = { errMsg: 'getPhoneNumber:fail user deny' }
    assert.strictEqual(reasonOf({ appId, sessionKey, ...detail }), 'user-declined')
    assert.strictEqual(reasonOf({ appId, sessionKey, encryptedData: detail }), 'user-declined')
    assert.strictEqual(reasonOf({ ...detail, errMsg: 'getUserInfo:fail auth deny' }), 'user-declined')
    assert.strictEqual(reasonOf({ errMsg: 'getPhoneNumber:fail no permission' }), 'client-error')
    assert.strictEqual(reasonOf({ ...demo, errMsg: 'getPhoneNumber:ok' }), 'ok')
  })

  test('phone-number-code', () => {
    const code = 'e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144'
    assert.strictEqual(reasonOf({ appId, sessionKey, code }), 'phone-number-code')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: code }), 'phone-number-code')
    assert.strictEqual(reasonOf({ ...demo, code }), 'ok')
  })

  test('cloud-id', () => {
    const cloudID = '35_0F7BZnVQ1zP-Y0qDBq6GVgSBcx8GYQ4EaVq9t0dEXAMPLE'
    assert.strictEqual(reasonOf({ appId, cloudID }), 'cloud-id')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: cloudID }), 'cloud-id')
    assert.strictEqual(reasonOf({ ...demo, cloudID }), 'ok')
  })

  test('code2session-error', () => {
    const answer = { errcode: 40029, errmsg: 'invalid code' }
    for (const value of [answer, JSON.stringify(answer)]) {
      assert.strictEqual(reasonOf({ ...demo, sessionKey: value }), 'code2session-error')
    }
    assert.match(diagnose({ ...demo, sessionKey: answer }).hint, /40029/)
  })
})

describe('other-platform names the class', () => {
  const from = (found, properties) => ({ hint: expectedHint(found), ...properties })
  const expectedHint = found => reasons['other-platform'][0].replace('{found}', found)
  const expectClass = (input, found, properties) =>
    assert.strictEqual(reasonOf(input, from(found, properties)), 'other-platform')

  test('AlipayDataCrypt', () => {
    const message = { response: 'ILpoMowjIQjfYMR847rnFQ==', sign: 'AAAA' }
    for (const input of [
      { ...demo, encryptedData: JSON.stringify(message) },
      { ...demo, encryptedData: message },
      { appId, sessionKey, ...message },
      { encryptedData: message.response, sign: message.sign }
    ]) {
      expectClass(input, 'AlipayDataCrypt')
    }
  })

  test('WXBizDataCrypt', () => {
    const config = { aesKey: sessionKey, alipayPublicKey: 'MIIB' }
    for (const message of [{ encryptedData, iv }, JSON.stringify({ encryptedData, iv })]) {
      expectClass({ ...config, message }, 'WXBizDataCrypt')
    }
    expectClass({ ...config, message: encryptedData, iv }, 'WXBizDataCrypt')
    assert.strictEqual(reasonOf(config, { inputs: ['message'] }), 'missing-argument')
  })

  // Feishu's and Baidu's published examples.
  const feishu = {
    appId: '6648491577574883592',
    sessionKey: '36f764e22be7fc5edb07f56073a4b770',
    iv: 'f210af090c830cd5c47e67eeb4f52001',
    encryptedData:
      'Ssy006/cEV4+a2wUWTGvHuXIkU+vX1KCNUkLntKKVXzggx6yfycO/RDkx55A8TvhI5EUGKJ8X4x3NBCypWlkvODaCSDw6uUBhqbDaRS9vH57Dk9nVcw+u2ANGU4PmW/WX2ihze8hDMpofD/pDfZCkEjnvmqkeZ+jPxq351bpDwTUJ+mae92iL9DuHd+xz6WC5cUx9HE8AbxUD18dGUwt2KcNNi9ePvgcvGZBEgZGG2s='
  }
  const baidu = {
    appId: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7',
    sessionKey: '1df09d0a1677dd72b8325aec59576e0c',
    iv: '1df09d0a1677dd72b8325Q==',
    encryptedData:
      'OpCoJgs7RrVgaMNDixIvaCIyV2SFDBNLivgkVqtzq2GC10egsn+PKmQ/+5q+chT8xzldLUog2haTItyIkKyvzvmXonBQLIMeq54axAu9c3KG8IhpFD6+ymHocmx07ZKi7eED3t0KyIxJgRNSDkFk5RV1ZP2mSWa7ZgCXXcAbP0RsiUcvhcJfrSwlpsm0E1YJzKpYy429xrEEGvK+gfL+Cw=='
  }

  test('FeishuDataCrypt, by what the data decrypts to or by key and iv', () => {
    const found = 'FeishuDataCrypt'
    expectClass(feishu, found)
    expectClass({ ...feishu, appId }, found)
    expectClass({ ...feishu, appId: 'cli_9a1b2c3d4e5f6a7b' }, found)
    expectClass({ ...feishu, sessionKey: baidu.sessionKey }, found)
    const asBase64 = value => Buffer.from(value, 'hex').toString('base64')
    expectClass({ ...feishu, sessionKey: asBase64(feishu.sessionKey), iv: asBase64(feishu.iv) }, found)
    const { data } = diagnose({ ...feishu, showData: true })
    assert.strictEqual(data.openId, 'ou_529a6770d21625dfdd792352d75fb79b')
    assert.ok(!JSON.stringify(diagnose(feishu)).includes('ou_'))
  })

  test('BaiduDataCrypt, by what the data decrypts to or by app key, key and iv', () => {
    const found = 'BaiduDataCrypt'
    expectClass(baidu, found, { foundAppId: null })
    expectClass({ ...baidu, appId }, found, { foundAppId: baidu.appId })
    expectClass({ ...baidu, encryptedData }, found)
    assert.strictEqual(diagnose({ ...baidu, showData: true }).data.nickname, 'baidu_user')
    assert.strictEqual(reasonOf({ ...baidu, appId, encryptedData }), 'not-a-session-key')
  })

  test('the others, by the watermark and by their app ids', () => {
    const marked = watermark => encrypt({ phoneNumber: phone, watermark })
    expectClass(marked({ appId, timestamp: 1 }), 'XiaohongshuDataCrypt', { foundAppId: appId })
    const douyin = 'tt5c0dfe8c41b5e8d3'
    expectClass(marked({ appid: douyin, timestamp: 1 }), 'DouyinDataCrypt', { foundAppId: douyin })
    const kuaishou = 'ks698620895251715795'
    expectClass(marked({ appid: kuaishou, timestamp: 1 }), 'KuaishouDataCrypt')
    expectClass({ ...encrypt({ phoneNumber: phone }), appId: kuaishou }, 'KuaishouDataCrypt')
    // The same algorithm and watermark as WeChat's.
    assert.strictEqual(reasonOf({ ...marked({ appid: douyin }), appId: douyin }), 'ok')
  })
})

describe('changed on the way', () => {
  const fixed = { ok: false, repairable: true, next: null }

  test('wrong-argument-order, in every order of the four', () => {
    const names = Object.keys(demo)
    let count = 0
    for (const a of names) {
      for (const b of names) {
        for (const c of names) {
          for (const d of names) {
            const order = [a, b, c, d]
            if (new Set(order).size < 4 || String(order) === String(names)) continue
            const input = Object.fromEntries(names.map((name, i) => [name, demo[order[i]]]))
            const inputs = names.filter((name, i) => order[i] !== name)
            assert.strictEqual(reasonOf(input, { ...fixed, inputs }), 'wrong-argument-order')
            count++
          }
        }
      }
    }
    assert.strictEqual(count, 23)
  })

  test('wrong-argument-order, and other things wrong besides', () => {
    const input = { ...demo, encryptedData: iv, iv: encryptedData }
    assert.strictEqual(
      reasonOf({ ...input, sessionKey: otherKey }, { repairable: false, next: 'session-key-mismatch' }),
      'wrong-argument-order'
    )
    assert.strictEqual(
      reasonOf(
        { ...input, appId: otherAppId },
        { repairable: false, next: 'app-id-mismatch', foundAppId: appId }
      ),
      'wrong-argument-order'
    )
  })

  test('unparsed-json', () => {
    const detail = { errMsg: 'getPhoneNumber:ok', encryptedData, iv }
    const session = { openid: 'o', session_key: sessionKey }
    for (const form of [value => value, JSON.stringify]) {
      const left = form(detail)
      const expected = { ...fixed, inputs: ['encryptedData'] }
      assert.strictEqual(reasonOf({ ...demo, encryptedData: left }, expected), 'unparsed-json')
      assert.strictEqual(
        reasonOf({ appId, sessionKey, encryptedData: left }, { ...fixed, inputs: ['encryptedData', 'iv'] }),
        'unparsed-json'
      )
      assert.strictEqual(
        reasonOf({ ...demo, sessionKey: form(session) }, { inputs: ['sessionKey'] }),
        'unparsed-json'
      )
    }
  })

  test('stray-quotes', () => {
    assert.strictEqual(
      reasonOf({ ...demo, iv: JSON.stringify(iv) }, { ok: true, inputs: ['iv'] }),
      'stray-quotes'
    )
    const escaped = plus.encryptedData.replace(/\+/g, '\\u002b')
    assert.strictEqual(reasonOf({ ...plus, encryptedData: escaped }, fixed), 'stray-quotes')
    const broken = encryptedData.replace(/.{64}/g, '$&\\n')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: `"${broken}"` }, fixed), 'stray-quotes')
  })

  test('html-escaped', () => {
    const escaped = plus.encryptedData.replace(/\+/g, '&#x2B;').replace(/=/g, '&#61;')
    assert.strictEqual(reasonOf({ ...plus, encryptedData: escaped }, fixed), 'html-escaped')
    assert.strictEqual(
      reasonOf({ ...demo, iv: `&quot;${iv}&quot;` }, { ...fixed, inputs: ['iv'] }),
      'html-escaped'
    )
    assert.strictEqual(
      reasonOf({ ...demo, iv: `&amp;quot;${iv}&amp;quot;` }, { repairable: true }),
      'html-escaped'
    )
  })

  test('url-encoded, once and twice', () => {
    const encoded = encodeURIComponent(plus.encryptedData)
    const expected = { ...fixed, inputs: ['encryptedData'] }
    assert.strictEqual(reasonOf({ ...plus, encryptedData: encoded }, expected), 'url-encoded')
    assert.strictEqual(
      reasonOf({ ...plus, iv: plus.iv.replace('+', '%2b') }, { ...fixed, inputs: ['iv'] }),
      'url-encoded'
    )
    assert.strictEqual(
      reasonOf({ ...plus, encryptedData: encodeURIComponent(encoded) }, { repairable: true }),
      'url-encoded'
    )
    const session = { ...plus, sessionKey: otherKey, encryptedData: encoded }
    assert.strictEqual(reasonOf(session, { repairable: false, next: 'session-key-mismatch' }), 'url-encoded')
  })

  test('plus-became-space, in the data, the iv and the key', () => {
    const key = '+ihtNczf5v6AKRyjwEUh+Q=='
    const session = { ...encrypt(phoneData, key), sessionKey: key }
    for (const name of ['sessionKey', 'encryptedData', 'iv']) {
      const spaced = session[name].replace(/\+/g, ' ')
      assert.notStrictEqual(spaced, session[name])
      assert.strictEqual(
        reasonOf({ ...session, [name]: spaced }, { ...fixed, inputs: [name] }),
        'plus-became-space'
      )
    }
    const spaced = { ...session, encryptedData: session.encryptedData.replace(/\+/g, ' ') }
    assert.strictEqual(
      reasonOf({ ...spaced, sessionKey: otherKey }, { repairable: false, next: 'session-key-mismatch' }),
      'plus-became-space'
    )
  })

  test('hex-encoded', () => {
    for (const name of ['sessionKey', 'encryptedData', 'iv']) {
      const hex = Buffer.from(demo[name], 'base64').toString('hex')
      assert.strictEqual(reasonOf({ ...demo, [name]: hex }, { ...fixed, inputs: [name] }), 'hex-encoded')
    }
  })

  test('double-base64, and Buffers of the characters', () => {
    for (const name of ['sessionKey', 'encryptedData', 'iv']) {
      const bytes = Buffer.from(demo[name])
      for (const value of [bytes.toString('base64'), bytes, [...bytes]]) {
        assert.strictEqual(
          reasonOf({ ...demo, [name]: value }, { ...fixed, inputs: [name] }),
          'double-base64'
        )
      }
    }
  })

  test('truncated, in and between blocks', () => {
    const expected = { inputs: ['encryptedData'], repairable: false }
    const cut = length => ({ ...demo, encryptedData: encryptedData.slice(0, length) })
    assert.strictEqual(reasonOf(cut(255), { ...expected, code: 'ERR_DECODE_BASE64' }), 'truncated')
    assert.strictEqual(reasonOf(cut(256), { ...expected, code: 'ERR_ILLEGAL_BUFFER' }), 'truncated')
    assert.strictEqual(reasonOf(cut(2), expected), 'truncated')
    const lost = plus.encryptedData.replace('+', '')
    assert.strictEqual(reasonOf({ ...plus, encryptedData: lost }, expected), 'truncated')
  })

  test('corrupted', () => {
    const bytes = Buffer.from(encryptedData, 'base64')
    bytes[40] ^= 1
    const changed = bytes.toString('base64')
    assert.strictEqual(
      reasonOf({ ...demo, encryptedData: changed }, { code: 'ERR_ILLEGAL_BUFFER' }),
      'corrupted'
    )
  })
})

describe('wrong values', () => {
  const lookalikes = {
    AppSecret: '0123456789abcdef0123456789abcdef',
    EncodingAESKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    'code (wx.login)': '033iAS000uYZaM1xVw300Qh1Ab0iAS0Z',
    access_token: `35_${'aB3-_'.repeat(25)}`,
    openid: 'oGZUI0egBJY1zhBYw2KhdUfwVJJA'
  }
  for (const [found, value] of Object.entries(lookalikes)) {
    test(`not-a-session-key: ${found}`, () => {
      const hint = reasons['not-a-session-key'][0].replace('{found}', found)
      const expected = { inputs: ['sessionKey'], code: 'ERR_ILLEGAL_AES_KEY', hint }
      assert.strictEqual(reasonOf({ ...demo, sessionKey: value }, expected), 'not-a-session-key')
    })
  }

  test('session-key-length', () => {
    const expected = { inputs: ['sessionKey'], code: 'ERR_ILLEGAL_AES_KEY' }
    const result = reasonOf({ ...demo, sessionKey: sessionKey.slice(0, 20) }, expected)
    assert.strictEqual(result, 'session-key-length')
  })

  test('iv-length', () => {
    const expected = { inputs: ['iv'], code: 'ERR_ILLEGAL_IV' }
    for (const value of [iv.slice(0, 16), `${iv.slice(0, 22)}AAAA`, '中文']) {
      assert.strictEqual(reasonOf({ ...demo, iv: value }, expected), 'iv-length')
    }
  })
})

describe('well formed, but they do not belong together', () => {
  test('iv-mismatch', () => {
    const expected = { inputs: ['iv'], code: 'ERR_ILLEGAL_BUFFER' }
    assert.strictEqual(reasonOf({ ...demo, iv: otherKey }, expected), 'iv-mismatch')
    assert.strictEqual(reasonOf({ ...plus, iv: otherKey }, expected), 'iv-mismatch')
    const chinese = encrypt({ nickName: '张三李四王五赵六', watermark: { appid: appId } })
    assert.strictEqual(reasonOf({ ...chinese, iv: otherKey }, expected), 'iv-mismatch')
    const text = encrypt('this-is-an-activity-id-of-more-than-two-blocks')
    assert.strictEqual(reasonOf({ ...text, iv: otherKey }, expected), 'iv-mismatch')
  })

  test('session-key-mismatch', () => {
    const expected = { inputs: ['sessionKey'], code: 'ERR_ILLEGAL_BUFFER' }
    assert.strictEqual(reasonOf({ ...demo, sessionKey: otherKey }, expected), 'session-key-mismatch')
    assert.strictEqual(reasonOf({ ...demo, sessionKey: [otherKey, iv] }, expected), 'session-key-mismatch')
    // About one in 256 of these passes the padding by chance.
    for (let i = 0; i < 1024; i++) {
      const key = Buffer.alloc(16)
      key.writeUInt32LE(i)
      const result = diagnose({ ...demo, sessionKey: key.toString('base64') })
      assert.strictEqual(result.reason, 'session-key-mismatch')
    }
  })

  test('of several keys the one that fits says what is wrong', () => {
    const input = { ...demo, appId: otherAppId, sessionKey: [otherKey, sessionKey] }
    assert.strictEqual(reasonOf(input, { code: 'ERR_ILLEGAL_BUFFER', foundAppId: appId }), 'app-id-mismatch')
  })
})

describe('it decrypts, but is not what it should be', () => {
  test('not-json', () => {
    assert.strictEqual(reasonOf(encrypt('1024_abcdEFGH'), { code: 'ERR_ILLEGAL_BUFFER' }), 'not-json')
  })

  test('no-watermark', () => {
    for (const value of [{}, [], 'null', '1', '"text"', { watermark: null }, { watermark: { appid: 1.5 } }]) {
      assert.strictEqual(reasonOf(encrypt(value), mismatch), 'no-watermark')
    }
  })

  test('app-id-mismatch, and which', () => {
    assert.strictEqual(
      reasonOf({ ...demo, appId: otherAppId }, { ...mismatch, foundAppId: appId }),
      'app-id-mismatch'
    )
    const odd = encrypt({ watermark: { appid: 'A private sentence, not an id.' } })
    assert.strictEqual(reasonOf(odd, { ...mismatch, foundAppId: null }), 'app-id-mismatch')
    assert.ok(!JSON.stringify(diagnose(odd)).includes('private'))
  })

  test('app-id-misspelled', () => {
    for (const value of [`${appId}\n`, ` ${appId}`, appId.toUpperCase()]) {
      const expected = { ...mismatch, repairable: true, foundAppId: appId }
      assert.strictEqual(reasonOf({ ...demo, appId: value }, expected), 'app-id-misspelled')
    }
  })

  test('expired', () => {
    const code = codeOf(demo, { maxAge: 300 })
    assert.notStrictEqual(code, null)
    assert.strictEqual(reasonOf({ ...demo, maxAge: 300 }, { code }), 'expired')
    assert.strictEqual(
      reasonOf({ ...encrypt({ watermark: { appid: appId } }), maxAge: 300 }, { code }),
      'expired'
    )
    assert.strictEqual(reasonOf({ ...demo, maxAge: 1e12 }), 'ok')
    for (const maxAge of ['300', -1, Number.NaN, null]) {
      const expected = { inputs: ['maxAge'], code: 'ERR_INVALID_ARG_TYPE' }
      assert.strictEqual(reasonOf({ ...demo, maxAge }, expected), 'wrong-argument-type')
    }
  })
})

describe('an Alipay message that AlipayDataCrypt rejects', () => {
  const { aesKey, alipayPublicKey } = alipay.config
  const made = (plaintext, key) => alipay.seal(alipay.encrypt(plaintext, key))

  const message = made('{"code":"10000","msg":"Success","mobile":"13580006666"}')
  const config = { aesKey, alipayPublicKey }
  test('ok', () => {
    assert.strictEqual(reasonOf({ ...config, message: JSON.stringify(message) }), 'ok')
  })

  const cases = {
    ERR_ALIPAY_CONFIG: { aesKey: 'short', message },
    ERR_ALIPAY_MESSAGE: { message: 'text' },
    ERR_ALIPAY_SIGN_MISSING: { message: JSON.stringify({ response: message.response }) },
    ERR_ALIPAY_SIGN_MISMATCH: { message: JSON.stringify({ ...message, sign: made('{}').sign }) },
    ERR_ALIPAY_ALGORITHM: { message: JSON.stringify({ ...message, sign_type: 'RSA' }) },
    ERR_ALIPAY_DECRYPT: { message: JSON.stringify(made('{}', otherKey)) },
    ERR_ALIPAY_UNSIGNED: { message: '{"response":{"code":"40001","msg":"x","subCode":"y","subMsg":"z"}}' }
  }
  for (const [code, values] of Object.entries(cases)) {
    test(`alipay-rejected passes the message of ${code} on`, () => {
      const input = { ...config, ...values }
      const { aesKey, alipayPublicKey, message } = input
      assert.throws(
        () => new AlipayDataCrypt({ aesKey, alipayPublicKey }).decryptData(message),
        error => {
          const hint = `AlipayDataCrypt: ${error.message}`
          assert.strictEqual(reasonOf(input, { code, hint }), 'alipay-rejected')
          assert.strictEqual(diagnose(input).hintZh, `AlipayDataCrypt：${alipayHintsZh[code]}`)
          return error.code === code
        }
      )
    })
  }
})

test('open-id-mismatch', () => {
  const { openId } = diagnose({ ...demo, showData: true }).data
  assert.strictEqual(reasonOf({ ...demo, openId: 'another' }), 'open-id-mismatch')
  assert.strictEqual(diagnose({ ...demo, openId }).reason, 'ok')
})

test('showData adds what decrypts, as it is or repaired', () => {
  assert.deepStrictEqual(diagnose({ ...plus, showData: true }).data, phoneData)
  assert.ok(!('data' in diagnose({ ...plus, showData: 1 })))
  const spaced = plus.encryptedData.replace(/\+/g, ' ')
  assert.deepStrictEqual(diagnose({ ...plus, encryptedData: spaced, showData: true }).data, phoneData)
})

test('a broken input gets a diagnosis, too', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const throwing = {
    get appId() {
      throw new Error('thrown')
    }
  }
  const values = [
    proxy,
    throwing,
    [],
    [[]],
    [undefined],
    '\ud800',
    '\0',
    '%',
    '%zz',
    '{',
    '{"a":',
    new Uint8Array(3)
  ]
  values.push(
    { type: 'Buffer', data: [1] },
    { type: 'Buffer' },
    Object.create(null),
    new Proxy({}, {}),
    Number.NaN
  )
  for (const value of values) {
    for (const name of Object.keys(demo)) {
      const result = diagnose({ ...demo, [name]: value })
      assert.ok(!result.ok && Object.hasOwn(reasons, result.reason))
    }
    if (Object(value) === value) assert.ok(!diagnose(value).ok)
  }
})

test('data-too-long', () => {
  const expected = { inputs: ['encryptedData'] }
  for (const value of ['A'.repeat(8e6), 'A'.repeat(64 * 1024), '%2B'.repeat(1e5)]) {
    assert.strictEqual(reasonOf({ ...demo, encryptedData: value }, expected), 'data-too-long')
  }
})

test('a polluted prototype changes nothing', () => {
  const inputs = [
    demo,
    {},
    { ...demo, sessionKey: otherKey },
    { ...demo, sessionKey: [otherKey] },
    { ...demo, sessionKey: {} },
    { ...demo, iv: undefined },
    { ...demo, iv: Buffer.from(iv) },
    { ...demo, iv: encryptedData, encryptedData: iv },
    { ...demo, encryptedData: '{}' },
    { ...demo, appId: otherAppId },
    { ...encrypt({ phone: 1 }) },
    { ...encrypt({ watermark: {} }) },
    { aesKey: sessionKey, message: '{}' }
  ]
  const expected = inputs.map(input => JSON.stringify(diagnose(input)))
  const pollution = {
    ok: true,
    data: {},
    code: 'x',
    next: 'ok',
    repairable: true,
    showData: true,
    found: 'x'
  }
  Object.assign(pollution, { iv, message: 'x', errMsg: ':fail', sign: 'x', response: 'x', cloudID: 'x' })
  Object.assign(pollution, { watermark: { appid: otherAppId }, appid: appId, errcode: 1, foundAppId: 'x' })
  Object.assign(pollution, { type: 'Buffer', keyFits: true, inputs: ['x'], foundZh: 'x', x: ['x', 'x'] })
  Object.assign(pollution, {
    sessionKey,
    session_key: sessionKey,
    encryptedData,
    encrypted_data: encryptedData
  })
  Object.assign(pollution, { aesKey: sessionKey, alipayPublicKey: 'x', signType: 'RSA', appId })
  let actual
  Object.assign(Object.prototype, pollution)
  try {
    actual = inputs.map(input => JSON.stringify(diagnose(input)))
  } finally {
    for (const name of Object.keys(pollution)) delete Object.prototype[name]
  }
  assert.deepStrictEqual(actual, expected)
})

test('leaves no bytes of a session key in memory', { skip }, async () => {
  const child = fork(path.join(__dirname, 'helpers/diagnose-and-wait.js'))
  try {
    const [{ kept, keys }] = await once(child, 'message')
    // At once, before the garbage collector hides what was left.
    const reveal = inverted => Buffer.from(inverted, 'hex').map(byte => byte ^ 0xff)
    const [ofKept, ...ofKeys] = countInMemory(child.pid, [kept, ...keys].map(reveal))
    assert.ok(ofKept > 0, 'what is kept is found')
    assert.deepStrictEqual(
      ofKeys,
      keys.map(() => 0)
    )
  } finally {
    child.kill()
  }
})

test('an input that is not an object is rejected', () => {
  for (const value of [undefined, null, 'text', 1]) {
    assert.throws(() => diagnose(value), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"input"/
    })
  }
})

after(() => {
  assert.deepStrictEqual(
    Object.keys(reasons).filter(name => !seen.has(name)),
    []
  )
})
