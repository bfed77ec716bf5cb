'use strict'

// Every single flipped bit of the official demo ends as with the sample.

const assert = require('node:assert')
const { test } = require('node:test')
const { compare, outcome } = require('./differential')
const demo = require('./demo.json')
const { Reference } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const parts = ['encryptedData', 'sessionKey', 'iv']

for (const part of parts) {
  test(`every bit of ${part}`, () => {
    const bytes = Buffer.from(demo[part], 'base64')
    const outcomes = new Set()
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] ^= 1 << (bit & 7)
      // As strict base64 and as bytes: they take different ways.
      for (const value of [flipped.toString('base64'), flipped]) {
        const input = { ...demo, [part]: value }
        const expected = outcome(Reference, input)
        assert.strictEqual(compare(expected, outcome(WXBizDataCrypt, input)), undefined, `bit ${bit}`)
        outcomes.add(expected.error ? expected.error.code : 'decrypted')
      }
    }
    // The iv's bits flip the first block's alone, so some of them leave other JSON behind. A bit of the data
    // also garbles a block, which then is not UTF-8.
    assert.ok(outcomes.has('ERR_ILLEGAL_BUFFER'))
    assert.strictEqual(outcomes.has('decrypted'), part === 'iv')
  })
}
