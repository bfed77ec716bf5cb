'use strict'

// Reads options. One that is not known, or of a wrong type, is an error: whoever misspells `maxAge` must not
// believe that the age is checked.

const { createArgumentError } = require('./errors')

const hasOwn = Object.prototype.hasOwnProperty

// → for Rust: the expected open id, and with a greatest age in seconds the time now.
function readDecryptOptions(options) {
  const isGiven = readNames(options, ['maxAge', 'openId'], '{ maxAge: 300 }')
  const maxAge = isGiven('maxAge') ? options.maxAge : undefined
  if (maxAge !== undefined && !(typeof maxAge === 'number' && maxAge >= 0)) {
    throw createArgumentError('options.maxAge', 'a number of seconds, 0 or more', maxAge)
  }
  const openId = isGiven('openId') ? options.openId : undefined
  // `undefined` too, where it is given: the session that it should come from has none.
  if (isGiven('openId') && typeof openId !== 'string') {
    throw createArgumentError('options.openId', 'a string, the open id of the logged-in user', openId)
  }
  return { openId, maxAge, now: Date.now() / 1000 }
}

// → the time for the watermark, in seconds since 1970.
function readEncryptOptions(options) {
  const isGiven = options === undefined ? () => false : readNames(options, ['timestamp'], '{ timestamp: 1 }')
  const timestamp = isGiven('timestamp') ? options.timestamp : undefined
  if (timestamp === undefined) return Math.floor(Date.now() / 1000)
  if (typeof timestamp === 'number' && Number.isFinite(timestamp)) return timestamp
  throw createArgumentError('options.timestamp', 'a number of seconds since 1970', timestamp)
}

// Inherited options count, but not what Object.prototype has been polluted with.
function readNames(options, names, example) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw createArgumentError('options', `an object such as ${example}`, options)
  }
  const isGiven = name => {
    for (let object = options; object !== null && object !== Object.prototype; ) {
      if (hasOwn.call(object, name)) return true
      object = Object.getPrototypeOf(object)
    }
    return false
  }
  for (const name in options) {
    if (!names.includes(name) && isGiven(name)) {
      throw createArgumentError(
        'options',
        `an object with no other options than ${names.join(', ')}`,
        options
      )
    }
  }
  return isGiven
}

module.exports = { readDecryptOptions, readEncryptOptions }
