'use strict'

// lib/paste.js: which values are found in what people paste, and where.

const assert = require('node:assert')
const { inspect } = require('node:util')
const { describe, test } = require('node:test')
const { readObject, readPaste } = require('../lib/paste')

const encryptedData = `${'abc+/def'.repeat(16)}ABCD==`
const iv = 'AAECAwQFBgcICQoLDA0O+w=='
const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
const values = { encryptedData, iv }
const all = { ...values, sessionKey }
const json = JSON.stringify(values)
const form = `encryptedData=${encodeURIComponent(encryptedData)}&iv=${encodeURIComponent(iv)}`
const other = { encryptedData: `x${encryptedData}`, iv: `x${iv}` }
const nest = (levels, inner) => `${'{"a":'.repeat(levels)}${inner}${'}'.repeat(levels)}`

/** What is pasted, and the values that are found. */
const pastes = {
  JSON: [JSON.stringify(all), all],
  'names as WeChat spells them': [
    JSON.stringify({ appid: 'wx1', session_key: sessionKey, encrypted_data: encryptedData, iv, openid: 'o' }),
    { appId: 'wx1', ...all, openId: 'o' }
  ],
  'JSON in JSON': [JSON.stringify(json), values],
  'JSON in a member': [JSON.stringify({ statusCode: 200, body: json }), values],
  'an event': [
    JSON.stringify({ type: 'getphonenumber', detail: { errMsg: 'getPhoneNumber:ok', ...values } }),
    { errMsg: 'getPhoneNumber:ok', ...values }
  ],
  'URL-encoded JSON': [encodeURIComponent(json), values],
  'HTML-escaped JSON': [json.replace(/"/g, '&quot;'), values],
  'a form body': [form, values],
  'Chinese punctuation': [`encryptedData：${encryptedData}，iv＝${iv}；sessionKey：${sessionKey}。`, all],
  'a form body that is not encoded, as a server reads it': [
    `encryptedData=${encryptedData}&iv=${iv}`,
    { encryptedData: encryptedData.replace(/\+/g, ' '), iv: iv.replace('+', ' ') }
  ],
  'a URL': [`https://example.com/phone?${form}`, values],
  curl: [`curl -d '${form}' https://example.com`, values],
  'JSON as the name of a form field': [JSON.stringify({ [json]: '' }), values],
  'console.log': [inspect({ ...all, more: { a: [1] } }), all],
  'console.log of a long text in several lines': [
    `{\n  encryptedData: '${encryptedData.slice(0, 50)}' +\n    '${encryptedData.slice(50)}',\n  iv: '${iv}'\n}`,
    values
  ],
  print_r: [`Array\n(\n    [encryptedData] => ${encryptedData}\n    [iv] => ${iv}\n)\n`, values],
  var_dump: [
    `array(2) {\n  ["iv"]=>\n  string(24) "${iv}"\n  ["encryptedData"]=>\n  string(134) "${encryptedData}"\n}`,
    values
  ],
  var_export: [`array (\n  'iv' => '${iv}',\n  'encryptedData' => '${encryptedData}',\n)`, values],
  Python: [`{'iv': '${iv}', 'encryptedData': u'${encryptedData}', 'session_key': b'${sessionKey}'}`, all],
  Java: [`LoginRequest(iv=${iv}, encryptedData=${encryptedData}, sessionKey=${sessionKey})`, all],
  'JSON within other text': [`[rawData] => {"a":"b}"}\n[iv] => ${iv}`, { rawData: '{"a":"b}"}', iv }],
  'a line of words': ['errMsg: getPhoneNumber:fail user deny\n', { errMsg: 'getPhoneNumber:fail user deny' }],
  YAML: [`sessionKey: ${sessionKey}\nencryptedData: ${encryptedData}\niv: ${iv}\n`, all],
  'a request and an answer of code2Session': [
    `${json}\n${JSON.stringify({ openid: 'o', session_key: sessionKey })}`,
    { ...all, openId: 'o' }
  ],
  'a log: the first occurrence counts': [
    `12:00 POST /phone ${json}\n12:01 POST /phone ${JSON.stringify(other)}\nsession_key: ${sessionKey}`,
    all
  ],
  'a log of escaped JSON': [`INFO body="${json.replace(/"/g, '\\"')}"`, values],
  "Baidu's data": [
    JSON.stringify({ app_key: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7', data: encryptedData, iv }),
    { appId: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7', ...values }
  ],
  'a pushed message': [
    `<xml><Encrypt><![CDATA[${encryptedData}]]></Encrypt></xml>`,
    { pushed: encryptedData }
  ],
  'an error of code2Session': ['{"errcode":40029}', { errcode: 40029 }],
  'numbers of options': [`maxAge=300&${form}`, { maxAge: 300, ...values }],
  'a common word is no value': ['{"code":0,"message":"ok","sign":1,"response":"ok","data":{}}', {}],
  'nothing that is nested too deep': [`[${nest(7, '{"iv":"x"}')},${nest(6, json)}]`, values],
  'a code of 20 characters': [
    `[{"code":"${'x'.repeat(19)}"},{"code":"${'y'.repeat(20)}"}]`,
    { code: 'y'.repeat(20) }
  ],
  nothing: ['', {}]
}

for (const [name, [text, expected]] of Object.entries(pastes)) {
  test(name, () => assert.deepStrictEqual({ ...readPaste(text).values }, expected))
}

describe('an Alipay message', () => {
  const plain = '{"response": {"code":"40003", "msg":"a\\/b"}, "sign":"AAA"}'
  const response = '{"code":"40003", "msg":"a\\/b"}'

  test('keeps the text that is signed', () => {
    for (const text of [plain, `12:00 ${plain} end`, `{"data":${plain}}`]) {
      assert.ok(readPaste(text).values.message.includes(`"response":${response}`), text)
    }
    const config = { aesKey: 'k', alipayPublicKey: 'MII' }
    const { values } = readPaste(`{"aesKey":"k","alipayPublicKey":"MII","message":${plain}}`)
    assert.deepStrictEqual({ ...values }, { ...config, message: plain })
    assert.strictEqual(readPaste(JSON.stringify({ ...config, message: plain })).values.message, plain)
  })

  test('does not choose the algorithm', () => {
    const { values } = readPaste('{"response":"QUJDRA==QUJDRA==QUJDRA==","sign":"AAA","sign_type":"RSA"}')
    assert.deepStrictEqual(Object.keys(values), ['message'])
  })
})

test('says where each value was, what is not understood, and what is there more than once', () => {
  const text = `{"detail":{"iv":"${iv}"},"theKey":1,"${sessionKey}":1}`
  const { sources, unknown } = readPaste(text)
  const source = { name: 'iv', path: 'detail.iv', encoding: ['json'], at: text.indexOf(iv) }
  assert.deepStrictEqual(sources.iv, source)
  assert.deepStrictEqual(unknown, ['theKey'])
  assert.strictEqual(readPaste(encodeURIComponent(text)).sources.iv.at, -1)
  assert.deepStrictEqual(readPaste(`${json}\n${JSON.stringify(other)}`).repeated, ['encryptedData', 'iv'])
})

test('takes a platform only if it is the name of a class', () => {
  assert.strictEqual(readPaste('{"platform":"ios","iv":"a"}').values.platform, undefined)
  assert.strictEqual(readPaste('platform: FeishuDataCrypt, iv: a').values.platform, 'FeishuDataCrypt')
})

test('reads an object as it reads its JSON', () => {
  assert.deepStrictEqual({ ...readObject({ detail: values }).values }, values)
})

test('names from the text reach no prototype', () => {
  const { values } = readPaste('{"__proto__":{"iv":"x"},"constructor":"y"}')
  assert.strictEqual(Object.getPrototypeOf(values), null)
  assert.strictEqual({}.iv, undefined)
})

test('the work is bounded', () => {
  const parts = [
    ...['"', '\\"', '{', '[', '&', 'a ', '=>', '%7B', '{"a":'],
    ...['iv=', 'iv: ', 'iv:"', '<iv>', '"response"{']
  ]
  for (const part of parts) readPaste(part.repeat(2e6 / part.length))
})
