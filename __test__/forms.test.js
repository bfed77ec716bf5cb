'use strict'

// The documented forms: what is built for each is indistinguishable from what JSON.parse makes of the
// plaintext, and whatever is a byte off a form ends as with JSON.parse.

const assert = require('node:assert')
const { randomBytes } = require('node:crypto')
const { describe, test } = require('node:test')
const { compareValues } = require('./differential')
const helper = require('./helpers/encrypt')
const { loadAgain } = require('./helpers/load-again')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const key = randomBytes(16)
const pc = new WXBizDataCrypt(appId, key.toString('base64'))

function encrypt(plaintext) {
  const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey: key })
  return [encryptedData, iv]
}

function assertDecrypts(plaintext, options) {
  const data = pc.decryptData(...encrypt(plaintext), options)
  assert.strictEqual(compareValues(JSON.parse(plaintext), data), undefined, plaintext)
  return data
}

const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`
const steps = (length, step = 0) =>
  Array.from({ length }, (_, day) => `{"timestamp":${1477238400 + 86400 * day},"step":${step + day}}`)
const user = (name, rest) =>
  `{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"${name}","gender":1,"language":"zh_CN","city":"${name}",` +
  `"province":"","country":"中国","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/${'a'.repeat(90)}/0",${rest}${watermark}}`

const forms = {
  'phone number': value =>
    `{"phoneNumber":"+852${value}","purePhoneNumber":"${value}","countryCode":"852",${watermark}}`,
  'user info': value => user(value, ''),
  'user info with unionId': value => user(value, `"unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA",`),
  steps: value => `{"stepInfoList":[${steps(1 + (value.length % 33), value.length)}],${watermark}}`
}

// Every length of UTF-8, alone and mixed, on both sides of the strides in which text is scanned.
const values = ['', 'Band', '13580006666', 'é', '张三', '😀', '\u{10ffff}', '张3é😀', "it's"]
for (const character of ['a', 'é', '张', '😀']) {
  for (let length = 1; length < 40; length += 1)
    values.push(character.repeat(length), `a${character.repeat(length)}b`)
}

for (const [name, form] of Object.entries(forms)) {
  describe(name, () => {
    test('is built as JSON.parse builds it, whatever the values', () => {
      for (const value of values) assertDecrypts(form(value))
    })

    test('is a new object every time', () => {
      const overwrite = object => {
        for (const key of Object.keys(object)) {
          if (typeof object[key] === 'object') overwrite(object[key])
          delete object[key]
        }
        if (Array.isArray(object)) object.length = 0
        object.added = true
      }
      for (let i = 0; i < 4; i += 1) overwrite(assertDecrypts(form('张三')))
    })

    test('is also read with white space, escapes and other numbers', () => {
      const text = form('张三')
      for (const changed of [
        ` ${text}`,
        text.replaceAll(',', ', '),
        JSON.stringify(JSON.parse(text), undefined, 2),
        text.replace('三', '\\u4e09'),
        text.replace('1477314187', '1477314187.5'),
        text.replace('1477314187', '2147483648'),
        text.replace('1477314187', '1e9'),
        text.replace('1477314187', '-0'),
        text.replace(appId, 'wx4f4bc4dec97d474\\u0062')
      ]) {
        assertDecrypts(changed)
      }
    })

    test('of another app is rejected', () => {
      for (const other of ['wx0000000000000000', `${appId}0`, appId.slice(1), '', appId.toUpperCase()]) {
        const message = encrypt(form('张三').replace(appId, other))
        assert.throws(() => pc.decryptData(...message), { message: 'Illegal Buffer', reason: 'watermark' })
      }
    })

    test('with any byte changed ends as with JSON.parse', () => {
      const text = Buffer.from(form('张三'))
      for (let index = 0; index < text.length; index += 1) {
        for (const byte of [
          0, 0x0a, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x3a, 0x5c, 0x5d, 0x65, 0x7d, 0xe5, 0xff
        ]) {
          const changed = Buffer.from(text)
          changed[index] = byte
          let expected
          try {
            expected = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(changed))
          } catch {}
          const message = encrypt(changed)
          if (expected && expected.watermark && expected.watermark.appid === appId) {
            assert.strictEqual(compareValues(expected, pc.decryptData(...message)), undefined, `${changed}`)
          } else {
            assert.throws(() => pc.decryptData(...message), { message: 'Illegal Buffer' })
          }
        }
      }
    })
  })
}

test('documented forms are built without JSON.parse', () => {
  const { parse } = JSON
  let parsed = 0
  JSON.parse = text => {
    parsed += 1
    return parse(text)
  }
  try {
    // The package takes JSON.parse as it is when the package is loaded.
    const counted = new (loadAgain())(appId, key)
    // The last has 31 days.
    for (const form of [...Object.values(forms), () => forms.steps(' '.repeat(30))]) {
      parsed = 0
      counted.decryptData(...encrypt(form('张三')))
      assert.strictEqual(parsed, 0)
      counted.decryptData(...encrypt(` ${form('张三')}`))
      assert.strictEqual(parsed, 1)
    }
  } finally {
    JSON.parse = parse
  }
})

test('steps may be of any number of days', () => {
  for (let days = 0; days < 70; days += 1) assertDecrypts(`{"stepInfoList":[${steps(days)}],${watermark}}`)
})

test('maxAge and openId are checked in documented forms too', () => {
  const now = Math.floor(Date.now() / 1000)
  const fresh = text => text.replace('1477314187', now)
  const openId = 'oGZUI0egBJY1zhBYw2KhdUfwVJJE'
  for (const [name, form] of Object.entries(forms)) {
    assertDecrypts(fresh(form('a')), { maxAge: 300 })
    assert.throws(() => assertDecrypts(form('a'), { maxAge: 300 }), { reason: 'expired' }, name)
    const isUserInfo = name.startsWith('user info')
    for (const value of ['a', '张三']) {
      if (isUserInfo) assertDecrypts(fresh(form(value)), { maxAge: 300, openId })
      else assert.throws(() => assertDecrypts(form(value), { openId }), { reason: 'open-id' }, name)
      for (const other of [`${openId}a`, '', openId.toLowerCase(), '张三', '\ud800']) {
        assert.throws(() => assertDecrypts(form(value), { openId: other }), { reason: 'open-id' }, name)
      }
    }
  }
})

test('an app id is compared as JSON.parse reads it', () => {
  for (const odd of ['w"x', 'w\\x', 'w\nx', '微信', 'é', '\ud800', 'w'.repeat(70), '']) {
    const odder = new WXBizDataCrypt(odd, key)
    const data = { ...JSON.parse(forms['phone number']('1')), watermark: { timestamp: 1, appid: odd } }
    const text = JSON.stringify(data)
    assert.strictEqual(compareValues(JSON.parse(text), odder.decryptData(...encrypt(text))), undefined)
    assert.throws(() => odder.decryptData(...encrypt(forms['phone number']('1'))), { reason: 'watermark' })
    const raw = forms['phone number']('1').replace(appId, odd)
    if (raw !== text && odd.length < 9) {
      let parsed
      try {
        parsed = JSON.parse(raw)
      } catch {}
      if (!parsed) assert.throws(() => odder.decryptData(...encrypt(raw)), { reason: 'undecryptable' })
    }
  }
})

test('a long plaintext leaves nothing in the next result', () => {
  const long = '张'.repeat(4000)
  assertDecrypts(user(long, ''))
  assertDecrypts(forms['phone number']('张'))
  assertDecrypts(`{"a":"${'x'.repeat(30_000)}",${watermark}}`)
})
