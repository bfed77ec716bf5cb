'use strict'

// Encrypts open data as the platforms do, so that users can test their own handlers.

const core = require('./core')
const { createArgumentError } = require('./errors')
const { encodeText, randomBytes, toText } = require('./host')
const { readEncryptOptions } = require('./options')
const { hasOwn, readOwn } = require('./own')
const { decodeKeys, wipe } = require('./session-keys')

/**
 * Encrypts an object under the first session key.
 *
 * @returns {{ encryptedData: string, iv: string } | number} the number of a `wechat::Error` for a wrong key
 */
function encrypt(object, appId, sessionKey, options, canOmitWatermark, row) {
  if (!isPlainObject(object)) throw createArgumentError('object', 'plain-object', object)
  const isMarked = !row.isFramed && !canOmitWatermark
  const timestamp = readEncryptOptions(options, isMarked ? ['timestamp'] : [])
  const plaintext = encodeText(serialise(object, isMarked, appId, timestamp, row))
  const iv = randomBytes(16)
  const random = randomBytes(16)
  const keys = decodeKeys(sessionKey, row)
  const encrypted = core.encrypt(row.index, keys[0], iv, plaintext, random, encodeText(appId))
  wipe(keys)
  plaintext.fill(0)
  if (typeof encrypted === 'number') return encrypted
  return { encryptedData: toText(encrypted, 'base64'), iv: toText(iv, row.encoding) }
}

/** Returns the JSON text with a watermark; one that the object has stays as it is. */
function serialise(object, isMarked, appId, timestamp, row) {
  const marked =
    !isMarked || hasOwn(object, 'watermark')
      ? object
      : {
          ...object,
          watermark: row.isInteger
            ? { [row.appIdName]: appId, timestamp }
            : { timestamp, [row.appIdName]: appId }
        }
  try {
    const text = row.isInteger ? stringifyWithInteger(marked, row.appIdName) : JSON.stringify(marked)
    if (typeof text === 'string') return text
  } catch {
    // A BigInt, a cycle, a depth that JSON.stringify does not reach, or a `toJSON` that throws.
  }
  throw createArgumentError('object', 'json-object', object)
}

/**
 * Writes a watermark whose app id is a string of digits, as `decryptData` returns it, with an integer:
 * `JSON.stringify` cannot write one above 2^53, so it writes something in its place that occurs nowhere else.
 */
function stringifyWithInteger(object, appIdName) {
  const { watermark } = object
  const digits = readOwn(Object(watermark), appIdName)
  // Anything but a string is not asked for its digits: to convert a nested list joins it to text, level by level.
  if (typeof digits !== 'string' || !/^[1-9][0-9]*$/.test(digits)) return JSON.stringify(object)
  const place = toText(randomBytes(16), 'hex')
  const text = JSON.stringify({ ...object, watermark: { ...watermark, [appIdName]: place } })
  return text.replace(`"${place}"`, digits)
}

/** Whether a value is an object of no class; of any realm. */
function isPlainObject(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  const parent = Object.getPrototypeOf(value)
  return parent === null || Object.getPrototypeOf(parent) === null
}

module.exports = encrypt
