'use strict'

// Base64 and hex that is malformed in every way, and a million random texts: read as Node's Buffer.from(x, 'base64')
// reads them, on every runtime. A plain script:
//
//   node __test__/system/base64.js [FOLDER]     FOLDER: the installed package, else this one

const { randomInt } = require('node:crypto')
const path = require('node:path')
const { compare, outcome } = require('../differential')
const { createRandom } = require('../generate/random')
const { encrypt } = require('../helpers/encrypt')
const { Reference, decodeAsNode } = require('../helpers/reference')

const appId = 'wx4f4bc4dec97d474b'
const at = (text, index, insertion) => text.slice(0, index) + insertion + text.slice(index)
const everyNth = (text, n, insertion) => text.replace(new RegExp(`[\\s\\S]{${n}}`, 'g'), `$&${insertion}`)
const wide = (character, high) => String.fromCharCode(character.charCodeAt(0) | (high << 8))

// What the Infra Standard's forgiving decoder strips, what it takes for junk, and what only looks like
// base64 in another encoding.
const insertions = [
  // biome-ignore format: a table of values
  ...[
    '\t', '\n', '\f', '\r', ' ', '\r\n', ' \t\n\f\r', '\v', '\u0085', '\u00a0', '\u2028', '\u3000',
    '\ufeff'
  ],
  // biome-ignore format: a table of values
  ...[
    '\0', '\x01', '\x1b', '\x7f', '\x80', '\xad', '\xff', '!', '"', '%', '*', ',', '.', ':', '?', '@',
    '[', '`'
  ],
  ...['{', '~', '\\', '-', '_', '+', '/', '=', '==', '===', '====', 'A', 'AA', 'AAA', 'AAAA', '%3D', '=\n'],
  ...['\u013d', '\u0141', '\u212b', '\uff0b', '\uff1d', 'é', '微信', '😀', '\ud83d', '\udc41', '\ud841\udc41']
]

// Name → how the base64 text is written instead.
const forms = {
  strict: text => text,
  'with no padding': text => text.replace(/=+$/, ''),
  'with one = too few': text => text.replace(/=$/, ''),
  'URL-safe': text => text.replace(/\+/g, '-').replace(/\//g, '_'),
  'URL-safe with no padding': text => text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''),
  'half URL-safe': text => text.replace(/\+/g, '-'),
  'with unused bits set': text =>
    text.replace(/.(?==+$)/, last => String.fromCharCode(last.charCodeAt(0) + 1)),
  'as of a form, + as space': text => text.replace(/\+/g, ' '),
  'URI-encoded': text => encodeURIComponent(text),
  'in lines of 64': text => everyNth(text, 64, '\n'),
  'in lines of 76': text => everyNth(text, 76, '\r\n'),
  'in lines of 76 with an end': text => `${everyNth(text, 76, '\r\n')}\r\n`,
  'a space behind every character': text => everyNth(text, 1, ' '),
  'a tab behind every third': text => everyNth(text, 3, '\t'),
  'junk behind every fifth': text => everyNth(text, 5, '*'),
  'a = behind every fourth': text => everyNth(text, 4, '='),
  quoted: text => `"${text}"`,
  'as data URL': text => `data:;base64,${text}`,
  twice: text => text + text,
  'without the first character': text => text.slice(1),
  'without the last': text => text.slice(0, -1),
  'without the last four': text => text.slice(0, -4),
  'without the last five': text => text.slice(0, -5),
  'with all characters wide': text => text.replace(/[\s\S]/g, character => wide(character, 0x01)),
  'with wide padding': text => text.replace(/=/g, character => wide(character, 0xff)),
  'with surrogates that have the right low bytes': text =>
    text.replace(/[\s\S]/g, character => wide(character, 0xd8)),
  'in two bytes a character': text => `中${text}`.slice(1),
  'in two halves': text => text.slice(0, text.length >> 1) + text.slice(text.length >> 1),
  empty: () => '',
  'white space': () => ' \n\t',
  'padding alone': () => '====',
  'a word': () => 'undefined'
}

// Where something is inserted: everywhere in a short text, around the ends and the middle of a long one.
function places(text) {
  const { length } = text
  if (length < 100) return Array.from({ length: length + 1 }, (_, index) => index)
  return [0, 1, length >> 1, length - 3, length - 2, length - 1, length]
}

function* variants(text) {
  for (const [name, form] of Object.entries(forms)) yield [name, form(text)]
  for (const insertion of insertions) {
    for (const index of places(text)) {
      yield [`${escape(insertion)} at ${index}`, at(text, index, insertion)]
    }
    yield [`${escape(insertion)} for a character`, insertion + text.slice(1)]
  }
}

/** Text of up to 100 characters, most of them of the alphabet. */
function randomText({ chance, int, pick }) {
  const alphabet = pick([
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
    '0123456789abcdefABCDEF'
  ])
  const odd = pick([0, 0.02, 0.3])
  let text = ''
  for (let length = int(100); length > 0; length -= 1) {
    if (!chance(odd)) text += alphabet[int(alphabet.length)]
    else
      text += pick(['=', '-', '_', '\n', ' ', String.fromCharCode(int(256)), String.fromCharCode(int(65536))])
  }
  return text + '='.repeat(pick([0, 0, 1, 2, 3]))
}

/** The rule of a hex platform: no bytes unless the whole text is hex. */
const decodeHex = text => Buffer.from(/^(?:[0-9a-f]{2})*$/i.test(text) ? text : '', 'hex')

/** Throws if `decodeText` of lib/core decodes one of `count` random texts in another way than Node. */
function checkDecoder(decodeText, count, seed) {
  const random = createRandom(seed)
  for (let i = 0; i < count; i += 1) {
    const text = randomText(random)
    const expected = { base64: decodeAsNode(text), hex: decodeHex(text) }
    for (const encoding of ['base64', 'hex']) {
      const bytes = decodeText(text, encoding)
      if (expected[encoding].compare(bytes) !== 0) {
        throw new Error(`seed ${seed}: ${encoding} of ${JSON.stringify(text)} gave [${bytes}]`)
      }
      if (bytes.buffer.byteLength !== bytes.length) throw new Error('the bytes are in shared memory')
    }
  }
}

/** Throws if the package reads one of the structured texts in another way. Returns how many it has tried. */
function checkBase64(WXBizDataCrypt, decodeText) {
  // Their base64 has every kind of character, the two that URL-safe base64 replaces above all.
  const key = Buffer.from('+/+/AZaz09-_QUJD+/==', 'base64').subarray(0, 13)
  const sessionKey = Buffer.concat([key, Buffer.from([0xfb, 0xef, 0xff])])
  const iv = Buffer.concat([Buffer.from([0xff, 0xfe]), key, Buffer.from([0x7f])])
  const counts = { tried: 0, decrypted: 0 }

  const check = (name, input) => {
    const expected = outcome(Reference, input)
    const difference = compare(expected, outcome(WXBizDataCrypt, input))
    if (difference !== undefined) throw new Error(`${name}: ${difference}`)
    counts.tried += 1
    if (expected.value) counts.decrypted += 1
  }

  // The last ones are over 4 KiB and 8 KiB as text, the longest that is decrypted, and one block more.
  for (const length of [16 * 9, 16 * 9 + 1, 16 * 9 + 2, 3000, 3500, 6500, 9000, 32767, 32768]) {
    const frame = `{"text":"","watermark":{"appid":"${appId}"}}`
    const filler = '+'.repeat(length - frame.length)
    const plaintext = frame.replace('""', `"${filler}"`)
    const good = Object.assign(encrypt(plaintext, { sessionKey, iv }), {
      appId,
      sessionKey: sessionKey.toString('base64')
    })
    for (const argument of ['encryptedData', 'sessionKey', 'iv']) {
      for (const [name, text] of variants(good[argument])) {
        if (decodeAsNode(text).compare(decodeText(text, 'base64')) !== 0)
          throw new Error(`decodeText, ${name}`)
        const where = `${argument} of ${length} bytes ${name}`
        check(where, Object.assign({}, good, { [argument]: text }))
        if (argument === 'sessionKey') {
          check(`${where} in a list`, Object.assign({}, good, { sessionKey: [text, good.iv] }))
          check(`${where} in a list`, Object.assign({}, good, { sessionKey: [good.iv, text] }))
        }
      }
      // The key and the iv are as long as before.
      if (length > 16 * 9) break
    }
  }
  return counts
}

if (require.main === module) {
  const entry = require.resolve(path.resolve(process.argv[2] || path.join(__dirname, '../..')))
  const { decodeText } = require(path.join(path.dirname(entry), 'lib/core'))
  const seed = randomInt(2 ** 32)
  const { tried, decrypted } = checkBase64(require(entry), decodeText)
  checkDecoder(decodeText, 1e6, seed)
  console.log(`ok: ${tried} texts, ${decrypted} of them decrypted, and 1,000,000 random ones (seed ${seed})`)
}

module.exports = { checkBase64, checkDecoder }
