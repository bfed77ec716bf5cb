'use strict'

// diagnose: every cause from a case that has it, and nothing of the input in what it says.

const assert = require('node:assert')
const { createCipheriv } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { after, describe, test } = require('node:test')
const reasons = require('../lib/diagnose/reasons')
const { AlipayDataCrypt, diagnose } = require('..')
const { appId, sessionKey, encryptedData, iv } = require('./demo.json')

const demo = { appId, sessionKey, encryptedData, iv }
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const otherAppId = 'wx0000000000000000'
const phone = '13580006666'

// A session that is made for a case, with + and / in its data and its iv.
function encrypt(plaintext, key = sessionKey, ivText = 'r7B+/KkLb8qrSNn05n0qiA==') {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), Buffer.from(ivText, 'base64'))
  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  const data = cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
  return { appId, sessionKey: key, encryptedData: data, iv: ivText }
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

const mismatch = { code: 'ERR_WATERMARK_MISMATCH', repairable: false, next: null }

describe('what was handed over is not open data', () => {
  test('ok', () => {
    assert.strictEqual(reasonOf(demo, { ok: true, code: null, inputs: [], next: null }), 'ok')
    assert.strictEqual(reasonOf({ ...demo, sessionKey: [otherKey, sessionKey] }), 'ok')
    assert.strictEqual(reasonOf({ ...demo, iv: Buffer.from(iv, 'base64') }), 'ok')
    const wrapped = encryptedData.replace(/.{32}/g, `$&\n${' '.repeat(16)}`)
    assert.strictEqual(reasonOf({ ...demo, encryptedData: wrapped }), 'ok')
  })

  test('missing-argument names what is missing', () => {
    const code = 'ERR_INVALID_ARG_TYPE'
    for (const name of Object.keys(demo)) {
      for (const value of [undefined, null, '', ' ', 'undefined', 'null']) {
        assert.strictEqual(reasonOf({ ...demo, [name]: value }, { inputs: [name], code }), 'missing-argument')
      }
    }
    assert.strictEqual(reasonOf({}, { inputs: Object.keys(demo) }), 'missing-argument')
    assert.strictEqual(reasonOf(Object.create(demo)), 'missing-argument')
  })

  test('wrong-type', () => {
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
      assert.strictEqual(reasonOf({ ...demo, iv: value }, { inputs: ['iv'] }), 'wrong-type')
    }
    assert.strictEqual(reasonOf({ ...demo, appId: Buffer.from(appId) }, { inputs: ['appId'] }), 'wrong-type')
  })

  test('user-declined and client-failed', () => {
    const detail = { errMsg: 'getPhoneNumber:fail user deny' }
    assert.strictEqual(reasonOf({ appId, sessionKey, ...detail }), 'user-declined')
    assert.strictEqual(reasonOf({ appId, sessionKey, encryptedData: detail }), 'user-declined')
    assert.strictEqual(reasonOf({ ...detail, errMsg: 'getUserInfo:fail auth deny' }), 'user-declined')
    assert.strictEqual(reasonOf({ errMsg: 'getPhoneNumber:fail no permission' }), 'client-failed')
    assert.strictEqual(reasonOf({ ...demo, errMsg: 'getPhoneNumber:ok' }), 'ok')
  })

  test('phone-code', () => {
    const code = 'e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144'
    assert.strictEqual(reasonOf({ appId, sessionKey, code }), 'phone-code')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: code }), 'phone-code')
    assert.strictEqual(reasonOf({ ...demo, code }), 'ok')
  })

  test('cloud-id', () => {
    const cloudID = '35_0F7BZnVQ1zP-Y0qDBq6GVgSBcx8GYQ4EaVq9t0dEXAMPLE'
    assert.strictEqual(reasonOf({ appId, cloudID }), 'cloud-id')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: cloudID }), 'cloud-id')
    assert.strictEqual(reasonOf({ ...demo, cloudID }), 'ok')
  })

  test('login-failed', () => {
    const answer = { errcode: 40029, errmsg: 'invalid code' }
    for (const value of [answer, JSON.stringify(answer)]) {
      assert.strictEqual(reasonOf({ ...demo, sessionKey: value }), 'login-failed')
    }
    assert.match(diagnose({ ...demo, sessionKey: answer }).hint, /40029/)
  })

  test('alipay-in-wechat', () => {
    const message = { response: 'ILpoMowjIQjfYMR847rnFQ==', sign: 'AAAA' }
    assert.strictEqual(reasonOf({ ...demo, encryptedData: JSON.stringify(message) }), 'alipay-in-wechat')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: message }), 'alipay-in-wechat')
    assert.strictEqual(reasonOf({ appId, sessionKey, ...message }), 'alipay-in-wechat')
    assert.strictEqual(reasonOf({ encryptedData: message.response, sign: message.sign }), 'alipay-in-wechat')
  })

  test('wechat-in-alipay', () => {
    const config = { aesKey: sessionKey, alipayPublicKey: 'MIIB' }
    assert.strictEqual(reasonOf({ ...config, message: { encryptedData, iv } }), 'wechat-in-alipay')
    assert.strictEqual(
      reasonOf({ ...config, message: JSON.stringify({ encryptedData, iv }) }),
      'wechat-in-alipay'
    )
    assert.strictEqual(reasonOf({ ...config, message: encryptedData, iv }), 'wechat-in-alipay')
    assert.strictEqual(reasonOf(config, { inputs: ['message'] }), 'missing-argument')
  })
})

describe('changed on the way', () => {
  const fixed = { ok: false, repairable: true, next: null }

  test('swapped, in every order of the four', () => {
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
            assert.strictEqual(reasonOf(input, { ...fixed, inputs }), 'swapped')
            count++
          }
        }
      }
    }
    assert.strictEqual(count, 23)
  })

  test('swapped, and other things wrong besides', () => {
    const input = { ...demo, encryptedData: iv, iv: encryptedData }
    assert.strictEqual(
      reasonOf({ ...input, sessionKey: otherKey }, { repairable: false, next: 'session-key-mismatch' }),
      'swapped'
    )
    assert.strictEqual(
      reasonOf({ ...input, appId: otherAppId }, { repairable: false, next: 'other-app', foundAppId: appId }),
      'swapped'
    )
  })

  test('json-left', () => {
    const detail = { errMsg: 'getPhoneNumber:ok', encryptedData, iv }
    const session = { openid: 'o', session_key: sessionKey }
    for (const form of [value => value, JSON.stringify]) {
      const left = form(detail)
      const expected = { ...fixed, inputs: ['encryptedData'] }
      assert.strictEqual(reasonOf({ ...demo, encryptedData: left }, expected), 'json-left')
      assert.strictEqual(
        reasonOf({ appId, sessionKey, encryptedData: left }, { ...fixed, inputs: ['encryptedData', 'iv'] }),
        'json-left'
      )
      assert.strictEqual(
        reasonOf({ ...demo, sessionKey: form(session) }, { inputs: ['sessionKey'] }),
        'json-left'
      )
    }
  })

  test('quotes-left', () => {
    assert.strictEqual(
      reasonOf({ ...demo, iv: JSON.stringify(iv) }, { ok: true, inputs: ['iv'] }),
      'quotes-left'
    )
    const escaped = plus.encryptedData.replace(/\+/g, '\\u002b')
    assert.strictEqual(reasonOf({ ...plus, encryptedData: escaped }, fixed), 'quotes-left')
    const broken = encryptedData.replace(/.{64}/g, '$&\\n')
    assert.strictEqual(reasonOf({ ...demo, encryptedData: `"${broken}"` }, fixed), 'quotes-left')
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

describe('not a session key', () => {
  const cases = {
    'session-key-is-app-secret': '0123456789abcdef0123456789abcdef',
    'session-key-is-encoding-aes-key': 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    'session-key-is-login-code': '033iAS000uYZaM1xVw300Qh1Ab0iAS0Z',
    'session-key-is-access-token': `35_${'aB3-_'.repeat(25)}`,
    'session-key-is-openid': 'oGZUI0egBJY1zhBYw2KhdUfwVJJA',
    'session-key-length': sessionKey.slice(0, 20)
  }
  for (const [reason, value] of Object.entries(cases)) {
    test(reason, () => {
      const expected = { inputs: ['sessionKey'], code: 'ERR_ILLEGAL_AES_KEY' }
      assert.strictEqual(reasonOf({ ...demo, sessionKey: value }, expected), reason)
    })
  }

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
    assert.strictEqual(reasonOf(input, { code: 'ERR_ILLEGAL_BUFFER', foundAppId: appId }), 'other-app')
  })
})

describe('it decrypts, but is not what it should be', () => {
  test('not-json', () => {
    assert.strictEqual(reasonOf(encrypt('1024_abcdEFGH'), { code: 'ERR_ILLEGAL_BUFFER' }), 'not-json')
  })

  test('no-watermark', () => {
    for (const value of [{}, [], 'null', '1', '"text"', { watermark: null }, { watermark: { appid: 1 } }]) {
      assert.strictEqual(reasonOf(encrypt(value), mismatch), 'no-watermark')
    }
  })

  test('xiaohongshu', () => {
    const session = encrypt({ watermark: { appId, timestamp: 1 } })
    assert.strictEqual(reasonOf(session, { ...mismatch, foundAppId: appId }), 'xiaohongshu')
  })

  test('other-app, and which', () => {
    assert.strictEqual(
      reasonOf({ ...demo, appId: otherAppId }, { ...mismatch, foundAppId: appId }),
      'other-app'
    )
    const odd = encrypt({ watermark: { appid: 'A private sentence, not an id.' } })
    assert.strictEqual(reasonOf(odd, { ...mismatch, foundAppId: null }), 'other-app')
    assert.ok(!JSON.stringify(diagnose(odd)).includes('private'))
  })

  test('app-id-misspelt', () => {
    for (const value of [`${appId}\n`, ` ${appId}`, appId.toUpperCase()]) {
      const expected = { ...mismatch, repairable: true, foundAppId: appId }
      assert.strictEqual(reasonOf({ ...demo, appId: value }, expected), 'app-id-misspelt')
    }
  })

  test('expired', () => {
    const code = 'ERR_WATERMARK_EXPIRED'
    assert.strictEqual(reasonOf({ ...demo, maxAge: 300 }, { code }), 'expired')
    assert.strictEqual(
      reasonOf({ ...encrypt({ watermark: { appid: appId } }), maxAge: 300 }, { code }),
      'expired'
    )
    assert.strictEqual(reasonOf({ ...demo, maxAge: 1e12 }), 'ok')
  })
})

describe('an Alipay message that AlipayDataCrypt refuses', { skip: AlipayDataCrypt === undefined }, () => {
  const { generateKeyPairSync, sign } = require('node:crypto')
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const alipayPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const aesKey = 'aa4BtZ4tspm2wnXLb1ThQA=='

  function made(plaintext, key = aesKey) {
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), Buffer.alloc(16))
    const response = cipher.update(plaintext, 'utf8', 'base64') + cipher.final('base64')
    return { response, sign: sign('sha256', Buffer.from(`"${response}"`), privateKey).toString('base64') }
  }

  const message = made('{"code":"10000","msg":"Success","mobile":"13580006666"}')
  const config = { aesKey, alipayPublicKey }
  const cases = [
    ['ok', { ...config, message: JSON.stringify(message) }],
    ['alipay-config', { ...config, aesKey: 'short', message }],
    ['alipay-malformed-message', { ...config, message: 'text' }],
    ['alipay-sign-missing', { ...config, message: JSON.stringify({ response: message.response }) }],
    ['alipay-sign-mismatch', { ...config, message: JSON.stringify({ ...message, sign: made('{}').sign }) }],
    ['alipay-algorithm', { ...config, message: JSON.stringify({ ...message, sign_type: 'RSA' }) }],
    ['alipay-decrypt', { ...config, message: JSON.stringify(made('{}', otherKey)) }],
    [
      'alipay-unsigned',
      { ...config, message: '{"response":{"code":"40001","msg":"x","subCode":"y","subMsg":"z"}}' }
    ]
  ]
  for (const [reason, input] of cases) test(reason, () => assert.strictEqual(reasonOf(input), reason))
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

test('long input gets a diagnosis, too', () => {
  for (const [text, reason] of [
    ['A'.repeat(8e6), 'session-key-mismatch'],
    ['%2B'.repeat(1e5), 'url-encoded']
  ]) {
    assert.strictEqual(diagnose({ ...demo, encryptedData: text }).reason, reason)
  }
})

test('a polluted prototype changes nothing', () => {
  const inputs = [
    demo,
    { ...demo, sessionKey: otherKey },
    { ...demo, iv: undefined },
    { ...demo, appId: otherAppId }
  ]
  const expected = inputs.map(input => diagnose(input))
  const pollution = {
    ok: true,
    data: {},
    code: 'x',
    next: 'ok',
    foundAppId: 'x',
    repairable: true,
    showData: true
  }
  Object.assign(pollution, { iv, message: 'x', errMsg: ':fail', sign: 'x', watermark: { appid: otherAppId } })
  Object.assign(Object.prototype, pollution)
  try {
    const actual = inputs.map(input => JSON.stringify(diagnose(input)))
    assert.deepStrictEqual(
      actual,
      expected.map(result => JSON.stringify(result))
    )
  } finally {
    for (const name of Object.keys(pollution)) delete Object.prototype[name]
  }
})

test('what is no object is refused', () => {
  for (const value of [undefined, null, 'text', 1]) {
    assert.throws(() => diagnose(value), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"input"/
    })
  }
})

test('the documents list every reason with its hint', () => {
  for (const [language, file] of ['diagnose.md', 'diagnose.zh-CN.md'].entries()) {
    const page = fs.readFileSync(path.join(__dirname, '../docs', file), 'utf8').replace(/ +/g, ' ')
    const rows = page.split('\n').filter(line => /^\| `[\w-]+` \| [^|]+ \|$/.test(line))
    const expected = Object.entries(reasons).map(([name, hints]) => {
      const hint = hints[language]
        .replace(/&/g, '&amp;')
        .replace('{inputs}', '*inputs*')
        .replace('{found}', '*found*')
      return `| \`${name}\` | ${hint} |`
    })
    assert.deepStrictEqual(rows, expected)
  }
})

after(() => {
  const names = Object.keys(reasons).filter(
    name => AlipayDataCrypt !== undefined || !/^alipay-(?!in-)/.test(name)
  )
  assert.deepStrictEqual(
    names.filter(name => !seen.has(name)),
    []
  )
})
