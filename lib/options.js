'use strict'

// Reads options. One that is not known, or of a wrong type, is an error: whoever misspells `maxAge` must not
// believe that the age is checked.

const { createArgumentError } = require('./errors')
const { hasOwn } = require('./values')

const { toString: tagOf } = Object.prototype

// → for Rust: the expected open id, and with a greatest age in seconds the time now. `names` are the options
// that there are.
function readDecryptOptions(options, names = ['maxAge', 'openId']) {
  const example = names.includes('maxAge') ? '{ maxAge: 300 }' : "{ openId: '…' }"
  const given = readOptions(options, names, example)
  const { maxAge, openId } = given
  if (maxAge !== undefined && !(typeof maxAge === 'number' && maxAge >= 0)) {
    throw createArgumentError('options.maxAge', 'a number of seconds, 0 or more', maxAge)
  }
  // `undefined` too, where it is given: the session that it should come from has none.
  if ('openId' in given && typeof openId !== 'string') {
    throw createArgumentError('options.openId', 'a string, the open id of the logged-in user', openId)
  }
  return { openId, maxAge, now: Date.now() / 1000 }
}

// → the time for the watermark, in seconds since 1970. `names` is empty where there is no watermark.
function readEncryptOptions(options, names) {
  const timestamp =
    options === undefined ? undefined : readOptions(options, names, '{ timestamp: 1 }').timestamp
  if (timestamp === undefined) return Math.floor(Date.now() / 1000)
  if (Number.isFinite(timestamp)) return timestamp
  throw createArgumentError('options.timestamp', 'a number of seconds since 1970', timestamp)
}

// → whether the watermark must be there, or may be missing.
function readWatermarkOption(options) {
  const given = readOptions(options, ['watermark'], "{ watermark: 'optional' }")
  const watermark = 'watermark' in given ? given.watermark : 'required'
  if (watermark === 'optional' || watermark === 'required') return watermark
  throw createArgumentError('options.watermark', "'optional' or 'required'", watermark)
}

// → the options that are given, each read once.
function readOptions(options, names, example) {
  const expected = `an object such as ${example}`
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw createArgumentError('options', expected, options)
  }
  const given = { __proto__: null }
  let count = 0
  for (let i = 0; i < names.length; i++) {
    const name = names[i]
    // Inherited options count, but not what Object.prototype has been polluted with.
    const isOwn = isGiven(options, name)
    const value = isOwn || !(name in Object.prototype) ? options[name] : undefined
    if (isOwn || value !== undefined) {
      given[name] = value
      count++
    }
  }
  for (const name in options) {
    if (!(name in given) && isGiven(options, name)) {
      throw createArgumentError(
        'options',
        names.length === 0 ? 'an empty object' : `an object with no other options than ${names.join(', ')}`,
        options
      )
    }
  }
  // A Map, a Date or a URLSearchParams may mean options, but has none.
  if (count === 0 && !isPlain(options)) throw createArgumentError('options', expected, options)
  return given
}

function isGiven(options, name) {
  for (let object = options; object !== null && object !== Object.prototype; ) {
    if (hasOwn(object, name)) return true
    object = Object.getPrototypeOf(object)
  }
  return false
}

// No built-in class's instance. Of any realm, and whatever Object.prototype is polluted with.
function isPlain(object) {
  const prototype = Object.getPrototypeOf(object)
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return true
  return tagOf.call(object) === '[object Object]'
}

module.exports = { readDecryptOptions, readEncryptOptions, readWatermarkOption }
