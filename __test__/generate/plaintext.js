'use strict'

// Plaintexts: open data of every documented form, then everything that can be odd about JSON, its
// values, its keys, its white space and its UTF-8.
//
// JSON is built as a tree, so that what JSON.stringify would never write can be written: a string is raw
// JSON text, an array holds trees, `{ entries }` holds pairs of a raw key and a tree.

// biome-ignore format: a table of values
const strings = [
  '', 'Band', 'Guangzhou', 'zh_CN', '13580006666', '+86 135-8000-6666',
  'http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySd/0', '广州',
  '李雷和韩梅梅', 'é', 'ÿ', '😀', '👨‍👩‍👧‍👦', 'a"b', '\\', 'back\\slash', '\\u0041', 'tab\tnew\nline\r\b\f',
  '\u0000', '\u001f', '\u007f', '\u0080', '\u2028\u2029', '\ufeff', '\ufffd', '\uffff', '\ud800',
  '\udc00', 'x\udbffy', '\udc00\ud800', 'watermark', '__proto__', '{"watermark":{"appid":""}}', '},{',
  '":"'
]

// biome-ignore format: a table of values
const numbers = [
  '0', '-0', '1', '-1', '9', '10', '86', '-86', '1477314187', '2147483647', '2147483648', '-2147483649',
  '1073741823', '1073741824', '4294967295', '4294967296', '9007199254740991', '9007199254740993',
  '12345678901234567890', '123456789012345678901234567890', '0.0', '-0.0', '1.0', '0.1',
  '0.30000000000000004', '3.141592653589793238', '1E+2', '1e2', '1e-7', '1E400', '-1e400', '5e-324',
  '1e-400', '-1e-400', '0e0', '1.7976931348623157e308'
]

// biome-ignore format: a table of values
const invalidValues = [
  '', '01', '00', '-', '+1', '.5', '1.', '1e', '1e+', '0x10', 'NaN', 'Infinity', 'undefined', 'nul',
  'True', "'a'", '"', '"a', '"\\x41"', '"\\u12"', '"\\uD8"', '"\\', '"\n"', '"\t"', '"\u0000"', '[1,]',
  '[,1]', '[', '{', '{"a"}', '{"a":}', '{a:1}', '{"a":1,}', '1 2', '"a" "b"', '// comment\n1'
]

// biome-ignore format: a table of values
const oddKeys = [
  '__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype', 'length', 'toJSON',
  'then', '', '0', '1', '7', '10', '-1', '01', '1.5', '4294967294', '4294967295', '9007199254740993',
  '昵称', '😀', '\ud800', 'a"b', 'a\\b', 'water mark', 'Watermark', 'appId'
]

// Every way for bytes not to be UTF-8, and some characters that are.
// biome-ignore format: a table of values
const utf8Sequences = [
  [0x80], [0xbf, 0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],
  [0xe4], [0xe4, 0xbd], [0xe4, 0xbd, 0x41], [0xe4, 0xe4, 0xbd], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
  [0xed, 0xa0], [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], [0xf0], [0xf0, 0x9f], [0xf0, 0x9f, 0x98],
  [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0xc3, 0xa9], [0xf4, 0x90, 0x80, 0x80],
  [0xf4, 0x90], [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfc], [0xfe], [0xff, 0xff],
  [0xef, 0xbb, 0xbf], [0xef, 0xbf, 0xbd], [0xc3, 0xa9], [0xdf, 0xbf], [0xe4, 0xbd, 0xa0],
  [0xef, 0xbf, 0xbf], [0xf0, 0x9f, 0x98, 0x80], [0xf4, 0x8f, 0xbf, 0xbf]
]

const jsonBytes = Buffer.from('{}[]",:\\/0123456789-+.eEutfnablrs \t\r\n\u0000\u007f')

function createPlaintexts({ int, chance, pick, bytes, shuffle }) {
  // --- Leaves -------------------------------------------------------------------------------------
  const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./: '

  function plainText() {
    let text = ''
    for (let length = int(chance(0.9) ? 30 : 300); length > 0; length -= 1)
      text += characters[int(characters.length)]
    return text
  }

  // The text as a JSON string; now and then with escapes that it does not need.
  function quote(text) {
    const plain = JSON.stringify(text)
    if (chance(0.95)) return plain
    if (chance(0.2)) return plain.replace(/\//g, '\\/')
    let raw = '"'
    for (let i = 0; i < text.length; i += 1) {
      const hex = text.charCodeAt(i).toString(16).padStart(4, '0')
      raw += chance(0.3)
        ? `\\u${chance(0.5) ? hex : hex.toUpperCase()}`
        : JSON.stringify(text[i]).slice(1, -1)
    }
    return `${raw}"`
  }

  const string = () => quote(chance(0.8) ? plainText() : pick(strings))
  const digits = length =>
    `${1 + int(9)}${String(int(1e9))
      .padStart(length, '0')
      .slice(0, length - 1)}`
  const integer = () => digits(1 + int(chance(0.9) ? 10 : 18))
  const number = () => (chance(0.8) ? integer() : pick(numbers))
  const timestamp = () => String(1400000000 + int(400000000))
  const name = () => quote(pick(chance(0.5) ? strings : ['Band', '李雷', '广州', 'Guangdong', 'CN']))

  function value(depth = 0) {
    if (chance(0.05)) return pick(invalidValues)
    const kind = int(depth > 3 ? 6 : 8)
    if (kind < 3) return string()
    if (kind < 5) return number()
    if (kind === 5) return pick(['true', 'false', 'null'])
    const length = int(4)
    if (kind === 6) return Array.from({ length }, () => value(depth + 1))
    return { entries: Array.from({ length }, () => [key(), value(depth + 1)]) }
  }

  const key = () => quote(chance(0.5) ? pick(oddKeys) : plainText())

  // --- Open data ----------------------------------------------------------------------------------
  const object = fields => ({ entries: Object.entries(fields).map(([name, tree]) => [`"${name}"`, tree]) })

  const templates = [
    function phone() {
      const phoneNumber = quote(digits(11))
      return object({ phoneNumber, purePhoneNumber: phoneNumber, countryCode: '"86"' })
    },
    function userInfo() {
      return object({
        openId: quote(bytes(21).toString('base64')),
        nickName: name(),
        gender: String(int(3)),
        ...(chance(0.5) && { language: '"zh_CN"' }),
        city: name(),
        province: name(),
        country: name(),
        avatarUrl: quote(pick([strings[6], '', plainText()])),
        ...(chance(0.5) && { unionId: quote(bytes(21).toString('base64')) })
      })
    },
    function weRun() {
      const length = pick([0, 1, 2, 30, 31, 31, 31])
      const stepInfoList = Array.from({ length }, () =>
        object({ timestamp: timestamp(), step: String(int(30000)) })
      )
      return object({ stepInfoList })
    },
    () => object({ openGId: string(), chat_type: number() }),
    () => object({})
  ]

  function watermark(appId) {
    const appid = ['"appid"', quote(appId)]
    const stamp = ['"timestamp"', timestamp()]
    if (chance(0.9)) return { entries: chance(0.5) ? [stamp, appid] : [appid, stamp] }
    const other = [
      '"appid"',
      pick(['"wx0000000000000000"', '""', 'null', '0', '1477314187', 'true', '[]', '{}', string()])
    ]
    return pick([
      { entries: [stamp] },
      { entries: [other, stamp] },
      { entries: [other, appid] },
      { entries: [appid, other] },
      { entries: [stamp, appid, ['"__proto__"', { entries: [other] }]] },
      { entries: [['"__proto__"', { entries: [appid] }]] },
      { entries: [['"\\u0061ppid"', appid[1]]] },
      { entries: [['"appId"', appid[1]], stamp] },
      { entries: [[key(), value()], appid, stamp, [key(), value()]] },
      [quote(appId)],
      [],
      'null',
      'true',
      '0',
      '""',
      quote(appId),
      value()
    ])
  }

  function openData(appId) {
    const tree = pick(templates)()
    const { entries } = tree
    entries.push(['"watermark"', watermark(appId)])
    if (chance(0.1)) entries.pop()
    if (chance(0.2)) shuffle(entries)
    while (chance(0.2)) entries.splice(int(entries.length + 1), 0, [key(), value()])
    if (chance(0.05)) entries.splice(int(entries.length + 1), 0, ['"watermark"', watermark(appId)])
    if (chance(0.02)) entries.push(['"__proto__"', object({ watermark: watermark(appId) })])
    if (chance(0.02)) entries.push(['"water\\u006dark"', watermark(appId)])
    if (chance(0.02)) entries.push(pick(entries.length ? entries : [['"a"', '1']]))
    return tree
  }

  // --- Text ---------------------------------------------------------------------------------------
  const noSpace = () => ''
  const someSpace = () => (chance(0.7) ? '' : pick([' ', '  ', '\n', '\r\n', '\t', ' \n\t']))
  const oddSpace = () =>
    chance(0.97) ? '' : pick(['\u00a0', '\u3000', '\ufeff', '\v', '\f', '\u2028', '\u0000'])
  const oneSpace = () => ' '

  function write(tree, space) {
    if (typeof tree === 'string') return tree
    if (Array.isArray(tree)) {
      return `[${tree.map(item => space() + write(item, space) + space()).join(',')}]`
    }
    const pairs = tree.entries.map(
      ([key, value]) => `${space()}${key}${space()}:${space()}${write(value, space)}${space()}`
    )
    return `{${pairs.join(',')}}`
  }

  const anySpace = () => pick([noSpace, noSpace, noSpace, noSpace, noSpace, oneSpace, someSpace, oddSpace])

  // --- Mutations ----------------------------------------------------------------------------------
  function changeByte(text) {
    if (text.length === 0) return text
    const at = int(text.length)
    const byte = chance(0.8) ? pick(jsonBytes) : int(256)
    const changed = Buffer.from(text)
    changed[at] = byte
    return pick([
      () => changed,
      () => Buffer.concat([text.subarray(0, at), Buffer.of(byte), text.subarray(at)]),
      () => Buffer.concat([text.subarray(0, at), text.subarray(at + 1)]),
      () => Buffer.concat([text.subarray(0, at), text.subarray(at, at + 8), text.subarray(at)]),
      () => text.subarray(0, at)
    ])()
  }

  // --- Plaintexts ---------------------------------------------------------------------------------
  const randomAppId = () =>
    chance(0.95)
      ? `wx${bytes(8).toString('hex')}`
      : pick(['', '0', 'tt1234567890', 'wx "quoted\\"', '小程序', 'é', '😀', '\ud800', '__proto__', 'w/x'])

  // Values that are JSON but no object, text around JSON, and no JSON at all.
  function oddText(appId) {
    const json = () => write(openData(appId), anySpace())
    return pick([
      () => write(value(), anySpace()),
      () => pick(['null', 'true', 'false', '0', '-0', '""', '[]', '{}', '"watermark"', '[null]', '[[]]']),
      () => pick(numbers),
      () => pick(invalidValues),
      () => `[${json()}]`,
      () => `\ufeff${json()}`,
      () => `${pick([' ', '\n', '\t', '\r', ' \r\n\t', '\v', '\u00a0', '\u0000', ','])}${json()}`,
      () =>
        `${json()}${pick([' ', '\n', '\t', '\r', '\u0000', '\v', '\u00a0', ',', '}', ';', 'x', '\ufeff', ' {}'])}`,
      () => json().slice(0, -1),
      () => json().replace(/"/g, "'"),
      () => json().replace(/,/g, ',,'),
      () => json().replace(/":/g, '" :'),
      () => JSON.stringify(json()),
      () => `1477314187_${plainText()}`,
      () => plainText(),
      () => '',
      () => {
        const depth = 1 + int(chance(0.95) ? 60 : 600)
        const [open, close] = pick([
          ['[', ']'],
          ['{"a":', '}']
        ])
        const inner = open.repeat(depth) + pick(['1', '{}', '']) + close.repeat(depth - (chance(0.9) ? 0 : 1))
        return `{"deep":${inner},"watermark":{"appid":${quote(appId)}}}`
      }
    ])()
  }

  // Bytes that are not, or only just, UTF-8; half of the time across the edge of the last block, where
  // the sample's decoder gets its two pieces.
  function oddBytes(appId) {
    const head = Buffer.from(`{"watermark":{"appid":${JSON.stringify(appId)}},"text":"`)
    const sequence = Buffer.concat(
      Array.from({ length: 1 + int(3) }, () =>
        chance(0.8) ? Buffer.from(pick(utf8Sequences)) : Buffer.from('a')
      )
    )
    const edge = chance(0.5) ? int(sequence.length + 1) : int(16)
    const filler = (32 - ((head.length + edge) % 16)) % 16
    const tail = chance(0.9) ? '"}' : pick(['', '"', `${'x'.repeat(int(40))}"}`])
    return Buffer.concat([head, Buffer.alloc(filler, 'x'), sequence, Buffer.from(tail)])
  }

  // Open data of one form, and now and then one small thing wrong.
  function ofForm() {
    const appId = randomAppId()
    const tree = pick(templates)()
    const mark = object({ timestamp: timestamp(), appid: JSON.stringify(appId) })
    tree.entries.splice(chance(0.8) ? tree.entries.length : 0, 0, ['"watermark"', mark])
    if (chance(0.2)) pick(tree.entries)[1] = value()
    const text = Buffer.from(write(tree, pick([noSpace, noSpace, noSpace, oneSpace])))
    return { appId, plaintext: chance(0.15) ? changeByte(text) : text }
  }

  return function next() {
    if (chance(0.4)) return ofForm()
    const appId = randomAppId()
    const kind = int(20)
    if (kind < 2) return { appId, plaintext: oddBytes(appId) }
    if (kind < 4) return { appId, plaintext: Buffer.from(oddText(appId)) }
    if (kind < 5) return { appId, plaintext: bytes(int(100)) }
    const plaintext = Buffer.from(write(openData(appId), anySpace()))
    return { appId, plaintext: chance(0.1) ? changeByte(plaintext) : plaintext }
  }
}

module.exports = { createPlaintexts }
