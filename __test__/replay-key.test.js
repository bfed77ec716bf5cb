'use strict'

// replayKey: one key for everything that is made of one message and still decrypts, and the key that is documented.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { test } = require('node:test')
const { platforms } = require('./helpers/platforms')
const { replayKey } = require('..')

const toText = bytes => bytes.toString('base64')

/** Every way to write the same bytes, and bytes that are almost the same. */
function* variants(blocks) {
  const text = toText(blocks)
  yield* [blocks, [...blocks], blocks.toJSON(), new Uint8Array(blocks).buffer, new String(text)]
  yield* [`\n${text} `, text.replace(/=+$/, ''), `${text}=AAAA`, text.replace(/.{64}/g, '$&\r\n')]
  yield blocks.toString('base64url')
  yield text.replace(/./g, character => String.fromCharCode(character.charCodeAt(0) | 0x100))
  for (let bit = 0; bit < blocks.length * 8; bit += 1) {
    const changed = Buffer.from(blocks)
    changed[bit >> 3] ^= 1 << (bit & 7)
    yield toText(changed)
  }
  for (let length = 16; length < blocks.length; length += 16) {
    yield toText(blocks.subarray(length))
    yield toText(blocks.subarray(0, -length))
    yield toText(Buffer.concat([crypto.randomBytes(length), blocks]))
    yield toText(Buffer.concat([blocks, blocks.subarray(-length)]))
  }
}

for (const { name, Class, appId, hasFrame, randomText, seal } of platforms) {
  test(`no variant of a message of ${name} that decrypts has another key`, () => {
    const key = randomText()
    // What precedes the watermark may be garbled: a changed block becomes any bytes, here ASCII often enough.
    const [text, iv] = seal({ text: 'x'.repeat(32) }, key)
    const blocks = Buffer.from(text, 'base64')
    const original = replayKey(text)
    const ivs = [iv, ...(hasFrame ? [] : [changeBit(iv, key)])]
    let accepted = 0
    for (const data of variants(blocks)) {
      for (const vector of ivs) {
        try {
          new Class(appId, key).decryptData(data, vector)
        } catch {
          continue
        }
        accepted += 1
        assert.strictEqual(replayKey(data), original)
      }
    }
    assert.ok(accepted >= 10)
  })
}

/** Changes the first key of the plaintext, `text`, which the iv decides. */
function changeBit(iv, key) {
  const encoding = /^[0-9a-f]{32}$/.test(key) ? 'hex' : 'base64'
  const bytes = Buffer.from(iv, encoding)
  bytes[2] ^= 1
  return bytes.toString(encoding)
}

test('the key is the SHA-256 of the last two blocks, or of the only one, in hex', () => {
  const bytes = crypto.randomBytes(160)
  const sha256 = data => crypto.createHash('sha256').update(data).digest('hex')
  for (let length = 16; length <= bytes.length; length += 16) {
    assert.strictEqual(
      replayKey(toText(bytes.subarray(0, length))),
      sha256(bytes.subarray(Math.max(0, length - 32), length))
    )
  }
})

test('messages that differ in their end have different keys', () => {
  const [{ randomText, seal }] = platforms
  const key = randomText()
  const keys = Array.from({ length: 1000 }, () => replayKey(seal({ a: 1 }, key)[0]))
  assert.strictEqual(new Set(keys).size, keys.length)
})

test('what decryptData rejects for its length has no key', () => {
  for (const data of ['', '!', 'AAAA', [], Buffer.alloc(17), Buffer.alloc(32 * 1024 + 16), 'A'.repeat(1e6)]) {
    assert.throws(() => replayKey(data), { reason: 'data-length' })
  }
})
