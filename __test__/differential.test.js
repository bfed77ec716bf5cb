'use strict'

// The package and the reference, side by side: on generated cases (CASES, SEED), and with every bit of the official
// demo flipped.

const assert = require('node:assert')
const { test } = require('node:test')
const demo = require('./demo.json')
const { compare, compareValues, outcome, run } = require('./differential')
const { Reference, reasons } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

test('every generated case ends as with the sample', t => {
  const { seed, cases, outcomes, differences } = run({ WXBizDataCrypt })
  t.diagnostic(`SEED=${seed} CASES=${cases} ${JSON.stringify(outcomes)}`)
  assert.deepStrictEqual(differences, [])
  if (cases < 10_000) return
  // A generator that only made rubbish would find nothing.
  assert.ok(outcomes.decrypted > cases / 4, 'too few cases decrypt')
  for (const reason of [...reasons, 'argument'])
    assert.ok(outcomes[reason] > 10, `too few cases end in ${reason}`)
})

for (const part of ['encryptedData', 'sessionKey', 'iv']) {
  test(`every flipped bit of ${part} ends as with the sample`, () => {
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

test('the comparison sees what may differ', () => {
  for (const [expected, actual] of [
    [{ a: 0 }, { a: -0 }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 }
    ],
    [{ a: null }, { a: undefined }],
    [{}, Object.create(null)],
    [JSON.parse('{"__proto__":1}'), {}]
  ]) {
    assert.ok(compareValues(expected, actual), JSON.stringify(expected))
    assert.strictEqual(compareValues(expected, expected), undefined)
  }
})
