'use strict'

// The package and the reference, side by side on generated cases (CASES, SEED).

const assert = require('node:assert')
const { test } = require('node:test')
const { compareValues, run } = require('./differential')
const { reasons } = require('./helpers/reference')
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

test('the comparison sees what may differ', () => {
  const differs = (expected, actual) => assert.ok(compareValues(expected, actual), JSON.stringify(expected))
  differs({ a: 0 }, { a: -0 })
  differs({ a: 1, b: 2 }, { b: 2, a: 1 })
  differs({ a: 1 }, { a: '1' })
  differs({ a: null }, { a: undefined })
  differs({}, Object.create(null))
  differs({}, [])
  differs([1], [1, 2])
  differs(JSON.parse('{"__proto__":1}'), {})
  differs({ a: [{ b: 1 }] }, { a: [{ b: 2 }] })
  differs({ a: 1 }, Object.freeze({ a: 1 }))
  differs({ a: 1 }, Object.defineProperty({}, 'a', { get: () => 1, enumerable: true, configurable: true }))
  differs({ a: 1 }, Object.defineProperty({}, 'a', { value: 1, writable: true, configurable: true }))
  assert.strictEqual(compareValues({ a: [1, { b: null }] }, { a: [1, { b: null }] }), undefined)
})
