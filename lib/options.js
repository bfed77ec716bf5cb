'use strict'

// Reads options. One that is unknown, or of a wrong type, is an error: a misspelt `maxAge` must not be no check.

const { createArgumentError, createOptionError } = require('./errors')
const { hasOwn } = require('./own')

const { getPrototypeOf, prototype } = Object
const { toString: tagOf } = prototype

/** By the first option that there may be. */
const EXAMPLES = {
  __proto__: null,
  maxAge: '{ maxAge: 300 }',
  openId: "{ openId: '…' }",
  timestamp: '{ timestamp: 1 }',
  watermark: "{ watermark: 'optional' }"
}

/**
 * Reads the options of `decryptData`.
 *
 * @returns {{ maxAge: number, openId: string | undefined, canOmitWatermark: false }} `maxAge` is NaN if not given
 */
function readDecryptOptions(options, row) {
  checkNames(options, row.options)
  // The names written out, and each looked up once: by a variable they would take 30 ns more.
  const hasMaxAge = isGiven(options, 'maxAge')
  const hasOpenId = isGiven(options, 'openId')
  const maxAge = hasMaxAge || !('maxAge' in prototype) ? options.maxAge : undefined
  const openId = hasOpenId || !('openId' in prototype) ? options.openId : undefined
  if (maxAge !== undefined) {
    if (!row.options.includes('maxAge')) throw createOptionError('maxAge', row.options)
    if (!(typeof maxAge === 'number' && maxAge >= 0)) {
      throw createArgumentError('options.maxAge', 'seconds', maxAge)
    }
  }
  // `undefined` too, if it is given: the session that it should come from has none.
  if (typeof openId !== 'string' && (openId !== undefined || hasOpenId)) {
    throw createArgumentError('options.openId', 'open-id', openId, { openId: row.openId })
  }
  if (maxAge === undefined && openId === undefined && !isPlain(options)) {
    throw createOptionsError(options, row.options)
  }
  return { maxAge: maxAge === undefined ? Number.NaN : maxAge, openId, canOmitWatermark: false }
}

/** Returns the time for the watermark, in seconds since 1970; now if not given. */
function readEncryptOptions(options, names) {
  const timestamp = options === undefined ? undefined : readSole(options, 'timestamp', names)
  if (timestamp === undefined) return Math.floor(Date.now() / 1000)
  if (Number.isFinite(timestamp)) return timestamp
  throw createArgumentError('options.timestamp', 'timestamp', timestamp)
}

/** Returns whether the watermark must be present or may be missing. */
function readWatermarkOption(options) {
  if (options === undefined) return 'required'
  const watermark = readSole(options, 'watermark', ['watermark'])
  if (watermark === undefined && !isGiven(options, 'watermark')) return 'required'
  if (watermark === 'optional' || watermark === 'required') return watermark
  throw createArgumentError('options.watermark', 'watermark', watermark)
}

/** Reads an option that is the only one. Inherited ones count, but not what Object.prototype has been polluted with. */
function readSole(options, name, names) {
  checkNames(options, names)
  const value = isGiven(options, name) || !(name in prototype) ? options[name] : undefined
  // It may mean options but have none, as a Map, a Date or a URLSearchParams.
  if (value === undefined && !isPlain(options)) throw createOptionsError(options, names)
  return value
}

/** Checks that `options` is an object and has no other options than these. */
function checkNames(options, names) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw createOptionsError(options, names)
  }
  for (const name in options) {
    if (!names.includes(name) && isGiven(options, name)) throw createOptionError(name, names)
  }
}

function createOptionsError(options, [name = 'timestamp']) {
  return createArgumentError('options', 'options', options, { example: EXAMPLES[name] })
}

/** Whether an object or a class between it and Object.prototype, which may be polluted, has a property. */
function isGiven(options, name) {
  for (let object = options; object !== null && object !== prototype; object = getPrototypeOf(object)) {
    if (hasOwn(object, name)) return true
  }
  return false
}

/** Whether an object is no instance of a built-in class, in any realm. */
function isPlain(object) {
  const parent = getPrototypeOf(object)
  if (parent === null || getPrototypeOf(parent) === null) return true
  return tagOf.call(object) === '[object Object]'
}

module.exports = { readDecryptOptions, readEncryptOptions, readWatermarkOption }
