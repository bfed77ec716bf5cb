'use strict'

// Runs the package against the reference on generated cases and counts where they part.
// By itself: `CASES=10000000 SEED=1 node __test__/differential.js`

const { randomInt } = require('crypto')
const { inspect, isDeepStrictEqual } = require('util')
const { createGenerator } = require('./generate')
const { Reference } = require('./helpers/reference')

// Returns `{ seed, cases, outcomes, differences }`: how often each outcome occurred, and a description
// of each of the first ten differences.
function run({
  WXBizDataCrypt,
  cases = Number(process.env.CASES || 200_000),
  seed = Number(process.env.SEED || randomInt(2 ** 32))
}) {
  const next = createGenerator(seed)
  const outcomes = Object.create(null)
  const differences = []
  for (let i = 0; i < cases && differences.length < 10; i += 1) {
    const input = next()
    const expected = outcome(Reference, input)
    const actual = outcome(WXBizDataCrypt, input)
    const difference = compare(expected, actual)
    if (difference !== undefined) {
      differences.push(`seed ${seed}, case ${i}: ${difference}\n${inspect(input, { maxStringLength: null })}`)
    }
    const kind = expected.error ? expected.error.reason || expected.error.name : 'decrypted'
    outcomes[kind] = (outcomes[kind] || 0) + 1
    // A caller may change an object; the next one must not show that.
    if (actual.value && i % 2 === 0) overwrite(actual.value)
  }
  return { seed, cases, outcomes, differences }
}

function outcome(Class, { appId, sessionKey, encryptedData, iv }) {
  try {
    return { value: new Class(appId, sessionKey).decryptData(encryptedData, iv) }
  } catch (error) {
    return { error }
  }
}

function compare(expected, actual) {
  if (expected.error && actual.error) return compareErrors(expected.error, actual.error)
  if (expected.error) return `should throw ${inspect(expected.error)}, returned ${inspect(actual.value)}`
  if (actual.error) return `should return ${inspect(expected.value)}, threw ${inspect(actual.error)}`
  return compareValues(expected.value, actual.value)
}

function compareErrors(expected, actual) {
  const { length } = expected.message
  const describe = error => ({
    isTypeError: error instanceof TypeError,
    name: error.name,
    code: error.code,
    reason: error.reason,
    errcode: error.errcode,
    // How it ends if an argument is wrong depends on what Node says.
    message: error.code === 'ERR_INVALID_ARG_TYPE' ? error.message.slice(0, length) : error.message
  })
  if (isDeepStrictEqual(describe(actual), describe(expected))) return undefined
  return `should throw ${inspect(expected)}, threw ${inspect(actual)}`
}

/** Compares values, prototypes and the order of keys. */
function compareValues(expected, actual) {
  const isEqual = isDeepStrictEqual(actual, expected) && JSON.stringify(actual) === JSON.stringify(expected)
  return isEqual ? undefined : `should return ${inspect(expected)}, returned ${inspect(actual)}`
}

/** Changes and deletes everything in a value. */
function overwrite(object) {
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === 'object' && value !== null) overwrite(value)
    if (typeof value === 'string') object[key] = 'overwritten'
    else delete object[key]
  }
  if (Array.isArray(object)) object.push('overwritten')
  else object.overwritten = true
}

if (require.main === module) {
  const { differences, ...counts } = run({ WXBizDataCrypt: require('..') })
  console.log({ ...counts, differences: differences.length })
  for (const difference of differences) console.log(difference)
  process.exitCode = differences.length === 0 ? 0 : 1
}

module.exports = { run, outcome, compare, compareValues }
