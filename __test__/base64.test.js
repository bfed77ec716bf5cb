'use strict'

// Base64 and hex that is malformed in every way is read as Node's Buffer.from reads it: by `decodeText` of the core, and
// by decryptData where the text is long. Short texts are among the generated cases of the differential test.

const assert = require('node:assert')
const { randomInt, randomBytes } = require('node:crypto')
const { test } = require('node:test')
const { decodeText } = require('../lib/core')
const { compare, outcome } = require('./differential')
const { createForms } = require('./generate/forms')
const { createRandom } = require('./generate/random')
const { encrypt } = require('./helpers/encrypt')
const { Reference, decodeAsNode } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const seed = randomInt(2 ** 32)

/** The rule of a hex platform: no bytes unless the whole text is hex. */
const decodeHex = text => Buffer.from(/^(?:[0-9a-f]{2})*$/i.test(text) ? text : '', 'hex')

test('random text is decoded as Buffer.from decodes it', () => {
  const random = createRandom(seed)
  const { lenient } = createForms(random)
  for (let i = 0; i < 20_000; i += 1) {
    const bytes = random.bytes(random.int(75))
    const text = random.chance(0.7)
      ? lenient(bytes)
      : bytes.toString('hex') + random.pick(['', '', '0', 'g0', ' '])
    const expected = { base64: decodeAsNode(text), hex: decodeHex(text) }
    for (const encoding of ['base64', 'hex']) {
      const bytes = decodeText(text, encoding)
      const where = `seed ${seed}: ${encoding} of ${JSON.stringify(text)} gave [${bytes}]`
      assert.strictEqual(expected[encoding].compare(bytes), 0, where)
      assert.strictEqual(bytes.buffer.byteLength, bytes.length, 'the bytes are in shared memory')
    }
    assert.strictEqual(expected.base64.compare(Buffer.from(text, 'base64')), 0, text)
  }
  for (let unit = 0; unit < 65536; unit += 1) {
    const text = `QU${String.fromCharCode(unit)}JDRA`
    assert.strictEqual(decodeAsNode(text).compare(Buffer.from(text, 'base64')), 0, `${unit}`)
  }
})

test('long data is decrypted, or not, as Buffer.from reads it', () => {
  const { lenient } = createForms(createRandom(seed))
  const sessionKey = randomBytes(16).toString('base64')
  // Over 4 KiB and 8 KiB as text, the longest that is decrypted, and one block more.
  for (const length of [3000, 3500, 6500, 9000, 32767, 32768]) {
    const frame = `{"text":"","watermark":{"appid":"${appId}"}}`
    const plaintext = frame.replace('""', `"${'+'.repeat(length - frame.length)}"`)
    const { encryptedData, iv } = encrypt(plaintext, { sessionKey })
    for (let i = 0; i < 300; i += 1) {
      const text = lenient(Buffer.from(encryptedData, 'base64'))
      const where = `seed ${seed}: ${length} bytes as ${JSON.stringify(text)}`
      assert.strictEqual(decodeAsNode(text).compare(decodeText(text, 'base64')), 0, where)
      const input = { appId, sessionKey, encryptedData: text, iv }
      const difference = compare(outcome(Reference, input), outcome(WXBizDataCrypt, input))
      assert.strictEqual(difference, undefined, where)
    }
  }
})
