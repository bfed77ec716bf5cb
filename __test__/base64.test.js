'use strict'

// Base64 and hex in every form are read as Node's Buffer.from reads them, by decryptData and by the core's
// `decodeText`. `__test__/system/base64.js` tries many more, on other runtimes too.

const assert = require('node:assert')
const { randomInt } = require('node:crypto')
const { test } = require('node:test')
const { decodeText } = require('../lib/core')
const { decodeAsNode } = require('./helpers/reference')
const { checkBase64, checkDecoder } = require('./system/base64')
const WXBizDataCrypt = require('..')

test('malformed base64 of every kind is read as Buffer.from reads it', t => {
  const seed = randomInt(2 ** 32)
  const { tried, decrypted } = checkBase64(WXBizDataCrypt, decodeText, 500, seed)
  t.diagnostic(`seed ${seed}: ${tried} texts, ${decrypted} of them decrypted`)
  assert.ok(decrypted > tried / 5)
})

test('random text is decoded as Buffer.from decodes it', () => {
  checkDecoder(decodeText, 20_000, randomInt(2 ** 32))
  for (let unit = 0; unit < 65536; unit += 1) {
    const text = `QU${String.fromCharCode(unit)}JDRA`
    assert.strictEqual(decodeAsNode(text).compare(Buffer.from(text, 'base64')), 0, `${unit}`)
  }
})
