'use strict'

// The documented forms, in which open data is read without JSON.parse: what is built for each is indistinguishable
// from what JSON.parse makes of it. The differential run and fuzz/ try what is close to a form.

const assert = require('node:assert')
const { randomBytes } = require('node:crypto')
const { test } = require('node:test')
const { compareValues } = require('./differential')
const { encrypt } = require('./helpers/encrypt')
const { loadAgain } = require('./helpers/load-again')

const appId = 'wx4f4bc4dec97d474b'
const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`
const user = (name, rest) =>
  `{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"${name}","gender":1,"language":"zh_CN","city":"${name}",` +
  `"province":"","country":"中国","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/${'a'.repeat(90)}/0",${rest}${watermark}}`

const forms = {
  'phone number': value =>
    `{"phoneNumber":"+852${value}","purePhoneNumber":"${value}","countryCode":"852",${watermark}}`,
  'user info': value => user(value, ''),
  'user info with unionId': value => user(value, `"unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA",`),
  steps(value) {
    const length = 1 + (value.length % 31)
    const days = Array.from({ length }, (_, day) => ({ timestamp: 1477238400 + 86400 * day, step: 7 * day }))
    return `{"stepInfoList":${JSON.stringify(days)},${watermark}}`
  },
  ids: value => `{"openId":"${value}","unionId":"ou_1","watermark":{"appid":12345678,"timestamp":1548251549}}`
}

// Every length of UTF-8, alone and mixed, on both sides of the strides in which text is scanned.
const values = ['\u{10ffff}', '张3é😀', "it's"]
for (const character of ['a', 'é', '张', '😀']) {
  for (let length = 0; length < 40; length += 1)
    values.push(character.repeat(length), `a${character.repeat(length)}b`)
}

/** Loads the package with a JSON.parse that counts. */
function loadCounting(count) {
  const { parse } = JSON
  JSON.parse = text => {
    count()
    return parse(text)
  }
  try {
    return loadAgain()
  } finally {
    JSON.parse = parse
  }
}

let parsed = 0
const sessionKey = randomBytes(16)
const WXBizDataCrypt = loadCounting(() => {
  parsed += 1
})
const pc = new WXBizDataCrypt(appId, sessionKey)
const feishu = new WXBizDataCrypt.FeishuDataCrypt('12345678', sessionKey)

for (const [name, form] of Object.entries(forms)) {
  test(`${name} is built as JSON.parse builds it, without JSON.parse, whatever the values`, () => {
    for (const value of values) {
      // With white space it is not documented any more.
      for (const [text, parses] of [
        [form(value), 0],
        [` ${form(value)}`, 1]
      ]) {
        const { encryptedData, iv } = encrypt(text, { sessionKey })
        parsed = 0
        const data = (name === 'ids' ? feishu : pc).decryptData(encryptedData, Buffer.from(iv, 'base64'))
        assert.strictEqual(parsed, parses, text)
        // An integer that names the app becomes a string.
        const expected = JSON.parse(text.replace(/"appid":(\d+)/, '"appid":"$1"'))
        assert.strictEqual(compareValues(expected, data), undefined)
      }
    }
  })
}
