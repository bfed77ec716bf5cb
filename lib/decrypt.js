'use strict'

// Passes session keys, data, iv and checks to the core, which decides everything that depends on them.

const { decode } = require('./bytes')
const { checkPlaintext, decryptBytes, decryptText, numbers } = require('./core')
const { decodeKeys, joinKeys, wipe } = require('./session-keys')

/** The checks of a call without options. A polluted prototype has no effect on it. */
const NO_CHECKS = { maxAge: Number.NaN, openId: undefined, canOmitWatermark: false }

/**
 * Decrypts data and checks it.
 *
 * @returns {string | number} the plaintext, or the number of a `wechat::Error`
 */
function decrypt(appId, sessionKey, encryptedData, iv, checks, row) {
  if (typeof encryptedData === 'string' && typeof iv === 'string') {
    if (typeof sessionKey === 'string')
      return decryptTexts(appId, sessionKey, 1, encryptedData, iv, checks, row)
    const keys = joinKeys(sessionKey)
    if (keys !== undefined) {
      return decryptTexts(appId, keys.text, keys.count, encryptedData, iv, checks, row)
    }
  }
  const keys = decodeKeys(sessionKey, row)
  try {
    const data = decode('encryptedData', encryptedData, 'base64')
    const vector = decode('iv', iv, row.encoding)
    setNumbers(keys.length, checks, row)
    return decryptBytes(appId, data, vector, checks.openId, ...keys)
  } finally {
    wipe(keys)
  }
}

function decryptTexts(appId, keys, count, encryptedData, iv, checks, row) {
  setNumbers(count, checks, row)
  const { openId } = checks
  return openId === undefined
    ? decryptText(appId, keys, encryptedData, iv)
    : decryptText(appId, keys, encryptedData, iv, openId)
}

function setNumbers(keyCount, { maxAge, canOmitWatermark }, row) {
  numbers[0] = row.index
  numbers[1] = keyCount
  numbers[2] = maxAge
  // A look at the clock costs as much as decrypting 400 bytes.
  if (maxAge >= 0) numbers[3] = Date.now() / 1000
  numbers[4] = canOmitWatermark ? 1 : 0
}

/**
 * Checks JSON that came in the clear by the same rules.
 *
 * @returns {number | undefined} the number of a `wechat::Error`
 */
function check(appId, text, checks, row) {
  setNumbers(0, checks, row)
  return checkPlaintext(appId, text, checks.openId)
}

module.exports = { NO_CHECKS, check, decrypt }
