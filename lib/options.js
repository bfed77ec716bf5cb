'use strict'

// Reads options. One that is unknown, or of a wrong type, is an error: a misspelt `maxAge` must not be no check.

const { createArgumentError, createOptionError } = require('./errors')
const { hasOwn } = require('./own')

const { getPrototypeOf, prototype } = Object
const { toString: tagOf } = prototype

/**
 * Reads the options of `decryptData`.
 *
 * @returns {{ maxAge: number, openId: string | undefined, canOmitWatermark: false }} `maxAge` is NaN if not given
 */
function readDecryptOptions(options, row) {
  const example = row.options.includes('maxAge') ? '{ maxAge: 300 }' : "{ openId: '…' }"
  const isEmpty = checkNames(options, row.options, example)
  const maxAge = readOption(options, 'maxAge')
  const openId = readOption(options, 'openId')
  if (maxAge !== undefined) {
    if (!row.options.includes('maxAge')) throw createOptionError('maxAge', row.options)
    if (!(typeof maxAge === 'number' && maxAge >= 0)) {
      throw createArgumentError('options.maxAge', 'seconds', maxAge)
    }
  }
  // `undefined` too, if it is given: the session that it should come from has none.
  if (typeof openId !== 'string' && (openId !== undefined || isGiven(options, 'openId'))) {
    throw createArgumentError('options.openId', 'open-id', openId, { openId: row.openId })
  }
  if (isEmpty && maxAge === undefined && openId === undefined) {
    throw createArgumentError('options', 'options', options, { example })
  }
  return { maxAge: maxAge === undefined ? Number.NaN : maxAge, openId, canOmitWatermark: false }
}

/** Returns the time for the watermark, in seconds since 1970; now if not given. */
function readEncryptOptions(options, names) {
  const timestamp =
    options === undefined ? undefined : readSole(options, 'timestamp', names, '{ timestamp: 1 }')
  if (timestamp === undefined) return Math.floor(Date.now() / 1000)
  if (Number.isFinite(timestamp)) return timestamp
  throw createArgumentError('options.timestamp', 'timestamp', timestamp)
}

/** Returns whether the watermark must be present or may be missing. */
function readWatermarkOption(options) {
  if (options === undefined) return 'required'
  const watermark = readSole(options, 'watermark', ['watermark'], "{ watermark: 'optional' }")
  if (watermark === undefined && !isGiven(options, 'watermark')) return 'required'
  if (watermark === 'optional' || watermark === 'required') return watermark
  throw createArgumentError('options.watermark', 'watermark', watermark)
}

/** Reads an option that is the only one. */
function readSole(options, name, names, example) {
  const isEmpty = checkNames(options, names, example)
  const value = readOption(options, name)
  if (isEmpty && value === undefined) throw createArgumentError('options', 'options', options, { example })
  return value
}

/** Reads an option. Inherited ones count, but not what Object.prototype has been polluted with. */
function readOption(options, name) {
  return isGiven(options, name) || !(name in prototype) ? options[name] : undefined
}

/**
 * Checks that `options` is an object and has no other options than these.
 *
 * @returns {boolean} whether it may mean options but have none, as a Map, a Date or a URLSearchParams
 */
function checkNames(options, names, example) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw createArgumentError('options', 'options', options, { example })
  }
  for (const name in options) {
    if (!names.includes(name) && isGiven(options, name)) throw createOptionError(name, names)
  }
  return !isPlain(options)
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
