'use strict'

// JSON is decided as by JSON.parse behind valid UTF-8: some hundred texts in every kind of place, and watermarks in
// every spelling. Random ones are in the differential run and in fuzz/.

const assert = require('node:assert')
const { test } = require('node:test')
const { compare, outcome } = require('./differential')
const helper = require('./helpers/encrypt')
const { Reference, parseJson } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const sessionKey = Buffer.alloc(16, 1).toString('base64')
const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`

/** Where a text stands: what is before it and what is after it. */
const places = {
  'a string of a phone number': [
    '{"phoneNumber":"1","purePhoneNumber":',
    `,"countryCode":"86",${watermark}}`
  ],
  'a nickname': [
    '{"openId":"o","nickName":',
    `,"gender":1,"language":"","city":"张三","province":"","country":"","avatarUrl":"",${watermark}}`
  ],
  'a number of a step': ['{"stepInfoList":[{"timestamp":1445866601,"step":', `}],${watermark}}`],
  'the timestamp': [`{"watermark":{"appid":"${appId}","timestamp":`, '}}'],
  'another member': ['{"a":[[{"b":', `}]],"c":1,${watermark}}`],
  'the last member': [`{${watermark},"a":`, '}']
}

const bytes = (...parts) =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))))
const quoted = (...parts) => bytes('"', ...parts, '"')
const nested = (open, inner, close, depth) => open.repeat(depth) + inner + close.repeat(depth)

const accepted = [
  // White space and a byte order mark inside of a string.
  ...['\t1\n', '\r\n [ ] ', '{ "a" :\n1 ,\t"b"\r: 2 }', '"\ufeff\u2028"'],
  // Numbers of every form and size.
  ...['0', '-0', '0.1', '1e1', '1E+1', '1.5e-300', '1e999', '-1e-999', '9007199254740993', '1'.repeat(400)],
  // Escapes, lone surrogates.
  ...[
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u0000\\uABCD"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\x7f"'
  ],
  // UTF-8 at the edges of its lengths.
  ...['"\u0080\u07ff\u0800\ud7ff\ue000\uffff"', '"\u{10000}\u{10ffff}"', '""', `"${'x'.repeat(9000)}"`],
  ...['true', 'false', 'null', '[]', '{}', '[1,[2,[]],{}]', '{"a":1,"a":2}', '{"__proto__":{"a":1}}'],
  ...['{"10":1,"2":2,"a":3,"1":4}', '{"\\u0061":1}', '{"\\ud800":1}'],
  ...[1, 64, 65, 128, 129, 1000].flatMap(depth => [
    nested('[', '', ']', depth),
    nested('{"a":[', '1', ']}', depth)
  ])
]

const rejected = [
  ...['', '\v1', '\u00a01', '1\u3000', '\ufeff1', '1\0', '\0'],
  // biome-ignore format: a table of values
  ...[
    '+1', '-', '.1', '1.', '1.e1', '1e', '1e+', '00', '01', '-01', '0x1', '1_0', '1a', 'NaN', 'Infinity',
    '١'
  ],
  ...['tru', 'True', 'truee', 'nul', 'undefined', 'a', "'a'", '"', '"a', '"a""b"', '`a`'],
  // biome-ignore format: a table of values
  ...[
    '"\\"', '"\\a"', '"\\x41"', '"\\u"', '"\\u123"', '"\\u123g"', '"\\u+123"', '"\\ud83d\\"',
    '"\\ud83d\\ude0"'
  ],
  ...Array.from({ length: 0x20 }, (_, code) => quoted('a', code)),
  // biome-ignore format: a table of values
  ...[
    [0x80], [0xc0, 0xaf], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf4, 0x90, 0x80, 0x80], [0xe4, 0xbd], [0xff]
  ].flatMap(sequence => [quoted('中', ...sequence), quoted(...sequence, '12345678'), bytes(...sequence)]),
  // biome-ignore format: a table of values
  ...[
    '[', ']', '[1,]', '[,1]', '[1,,2]', '[1 2]', '[}', '[1]]', '{', '}', '{"a"}', '{"a":}', '{"a":1,}',
    '{,}'
  ],
  ...['{a:1}', "{'a':1}", '{1:1}', '{"a"::1}', '{"a":1 "b":2}', '{"a\n":1}', '{"a":1}{}'],
  ...['/**/1', '1//', '1;', '1 2', 'function(){}', '/a/', '(1)', '1+1', '@1'],
  ...[64, 129, 1000].flatMap(depth => ['['.repeat(depth), nested('[', '1', ']', depth).replace(']', '}')])
]

/** Whether a plaintext is decrypted, which must be as by the reference. */
function isDecrypted(plaintext) {
  const input = { appId, sessionKey, ...helper.encrypt(plaintext, { sessionKey }) }
  const expected = outcome(Reference, input)
  assert.strictEqual(compare(expected, outcome(WXBizDataCrypt, input)), undefined, `${plaintext}`)
  return !expected.error
}

function isJson(plaintext) {
  try {
    parseJson(plaintext)
    return true
  } catch {
    return false
  }
}

for (const [place, [before, after]] of Object.entries(places)) {
  test(`${place} is accepted if it is JSON, and else rejected`, () => {
    for (const value of accepted) assert.ok(isDecrypted(bytes(before, value, after)), `${value}`)
    for (const value of rejected) {
      const plaintext = bytes(before, value, after)
      assert.ok(!isDecrypted(plaintext) || isJson(plaintext), `${value}`)
    }
  })
}

test('a key, the whole plaintext and what is around it end as with JSON.parse', () => {
  for (const value of [...accepted, ...rejected]) {
    assert.ok(!isDecrypted(bytes(value)), `${value}`)
    const own = `{${watermark}}`
    for (const plaintext of [
      bytes('{', value, `:1,${watermark}}`),
      bytes('{"watermark":{', value, `:1,"appid":"${appId}"}}`),
      bytes(value, own),
      bytes(own, value)
    ]) {
      assert.strictEqual(isDecrypted(plaintext), isJson(plaintext), `${plaintext}`)
    }
  }
})

test('a plaintext that is cut short anywhere is rejected', () => {
  for (const [before, after] of Object.values(places)) {
    const plaintext = bytes(before, '"\\u4e2d中"', after)
    assert.ok(isDecrypted(plaintext))
    for (let length = 0; length < plaintext.length; length += 1) {
      assert.ok(!isDecrypted(plaintext.subarray(0, length)))
    }
  }
})

test('a watermark counts in every spelling of JSON, and in no other place', () => {
  const own = `{"appid":"${appId}"}`
  const escaped = text =>
    Array.from(text, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  const cases = {
    [`{"${escaped('watermark')}":${own}}`]: true,
    [`{"watermark":{"${escaped('appid')}":"${escaped(appId)}"}}`]: true,
    [`{"watermark":1,"watermark":${own}}`]: true,
    [`{"watermark":${own},"watermark":1}`]: false,
    [`{"watermark":${own},"w\\u0061termark":{}}`]: false,
    [`{"watermark":{"appid":"","appid":"${appId}"}}`]: true,
    [`{"watermark":{"appid":"${appId}","appid":""}}`]: false,
    [`{"watermark":{"appid":"${appId}","\\u0061ppid":null}}`]: false,
    [`{"__proto__":{"watermark":${own}}}`]: false,
    [`{"watermark":{"__proto__":${own}}}`]: false,
    [`{"watermark":[${own}]}`]: false,
    [`{"watermark":["${appId}"]}`]: false,
    [`{"watermark":"${appId}"}`]: false,
    [`[{"watermark":${own}}]`]: false,
    [`{"a":{"watermark":${own}}}`]: false,
    [`{"Watermark":${own}}`]: false,
    [`{"watermark ":${own}}`]: false,
    [`{"watermark":{"appid":["${appId}"]}}`]: false,
    [`{"watermark":{"appid":"${appId}\\u0000"}}`]: false
  }
  for (const [plaintext, expected] of Object.entries(cases)) {
    assert.strictEqual(isDecrypted(plaintext), expected, plaintext)
  }
})
