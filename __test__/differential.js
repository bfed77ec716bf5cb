'use strict'

// Runs the package against the reference on generated cases and counts where they part.
// By itself: `CASES=10000000 SEED=1 node __test__/differential.js`

const { randomInt } = require('node:crypto')
const { inspect } = require('node:util')
const { createGenerator } = require('./generate')
const { Reference, errcodes } = require('./helpers/reference')

const defaultCases = Number(process.env.CASES || 200_000)
const defaultSeed = Number(process.env.SEED || randomInt(2 ** 32))

// Returns `{ seed, cases, outcomes, differences }`: how often each outcome occurred, and a description
// of each of the first ten differences.
function run({ WXBizDataCrypt, cases = defaultCases, seed = defaultSeed }) {
  const next = createGenerator(seed)
  const outcomes = Object.create(null)
  const differences = []
  const { now } = Date
  for (let i = 0; i < cases && differences.length < 10; i += 1) {
    const input = next()
    // The same time for both, and whenever the seed is used again.
    Date.now = () => input.now
    const expected = outcome(Reference, input)
    const actual = outcome(WXBizDataCrypt, input)
    Date.now = now
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

function outcome(Class, { appId, sessionKey, encryptedData, iv, options }) {
  try {
    return { value: new Class(appId, sessionKey).decryptData(encryptedData, iv, options) }
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
  if (!(actual instanceof Error)) return `threw ${inspect(actual)}, which is no Error`
  if (actual instanceof TypeError !== expected instanceof TypeError)
    return `should be a ${expected.name}: ${inspect(actual)}`
  if (actual.name !== expected.name) return `should be named ${expected.name}: ${inspect(actual)}`
  if (actual.code !== expected.code) return `should have the code ${expected.code}: ${inspect(actual)}`
  if (actual.reason !== expected.reason)
    return `should have the reason ${expected.reason}: ${inspect(actual)}`
  if (actual.errcode !== errcodes[actual.code])
    return `has an errcode that its code does not have: ${inspect(actual)}`
  const sameMessage =
    expected.code === 'ERR_INVALID_ARG_TYPE'
      ? actual.message.startsWith(expected.message)
      : actual.message === expected.message
  if (!sameMessage) return `should say ${expected.message}: ${inspect(actual)}`
}

// Values, key order, prototypes, property attributes, -0. A loop rather than a recursion: JSON may
// be nested deeper than the stack allows.
function compareValues(expectedRoot, actualRoot) {
  const pending = [[expectedRoot, actualRoot, 'data']]
  for (;;) {
    const pair = pending.pop()
    if (pair === undefined) return undefined
    const [expected, actual, path] = pair
    if (typeof expected !== 'object' || expected === null) {
      if (!Object.is(expected, actual)) return `${path}: ${inspect(actual)} should be ${inspect(expected)}`
      continue
    }
    if (typeof actual !== 'object' || actual === null)
      return `${path}: ${inspect(actual)} should be an object`
    if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path}: another prototype`
    if (!Object.isExtensible(actual)) return `${path}: not extensible`
    const keys = Reflect.ownKeys(expected)
    const actualKeys = Reflect.ownKeys(actual)
    if (keys.length !== actualKeys.length || keys.some((key, i) => key !== actualKeys[i])) {
      return `${path}: keys ${inspect(actualKeys)} should be ${inspect(keys)}`
    }
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(actual, key)
      const model = Object.getOwnPropertyDescriptor(expected, key)
      if (
        !('value' in property) ||
        property.writable !== model.writable ||
        property.enumerable !== model.enumerable ||
        property.configurable !== model.configurable
      ) {
        return `${path}.${key}: attributes ${inspect(property)} should be ${inspect(model)}`
      }
      if (typeof model.value === 'object' || !Object.is(model.value, property.value)) {
        pending.push([model.value, property.value, `${path}.${key}`])
      }
    }
  }
}

function overwrite(root) {
  const pending = [root]
  for (;;) {
    const object = pending.pop()
    if (object === undefined) return
    for (const key of Object.keys(object)) {
      if (typeof object[key] === 'object' && object[key] !== null) pending.push(object[key])
      if (typeof object[key] === 'string') object[key] = 'overwritten'
      else delete object[key]
    }
    if (Array.isArray(object)) object.push('overwritten')
    else object.overwritten = true
  }
}

if (require.main === module) {
  const { differences, ...counts } = run({ WXBizDataCrypt: require('..') })
  console.log({ ...counts, differences: differences.length })
  for (const difference of differences) console.log(difference)
  process.exitCode = differences.length === 0 ? 0 : 1
}

module.exports = { run, outcome, compare, compareValues }
