'use strict'

// Base64 and hex that is malformed in every way, and random texts: read as Node's Buffer.from(x, 'base64')
// reads them, on every runtime. A plain script:
//
//   node __test__/system/base64.js [FOLDER]     FOLDER: the installed package, else this one

const { randomInt } = require('node:crypto')
const path = require('node:path')
const { compare, outcome } = require('../differential')
const { createForms } = require('../generate/forms')
const { createRandom } = require('../generate/random')
const { encrypt } = require('../helpers/encrypt')
const { Reference, decodeAsNode } = require('../helpers/reference')

const appId = 'wx4f4bc4dec97d474b'

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

/** Throws if the package reads `count` malformed texts of a value in another way. Returns how many it has tried. */
function checkBase64(WXBizDataCrypt, decodeText, count, seed) {
  const { lenient } = createForms(createRandom(seed))
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
      for (let i = 0; i < count; i += 1) {
        const text = lenient(Buffer.from(good[argument], 'base64'))
        const where = `seed ${seed}: ${argument} of ${length} bytes as ${JSON.stringify(text)}`
        if (decodeAsNode(text).compare(decodeText(text, 'base64')) !== 0) throw new Error(where)
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
  const { tried, decrypted } = checkBase64(require(entry), decodeText, 1000, seed)
  checkDecoder(decodeText, 200_000, seed)
  console.log(`ok: ${tried} texts, ${decrypted} of them decrypted, and 200,000 random ones (seed ${seed})`)
}

module.exports = { checkBase64, checkDecoder }
