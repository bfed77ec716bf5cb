'use strict'

// The two signatures that a platform makes with a session key. In both the key counts as text, not as the bytes that
// it decodes to.

const { decodeText } = require('./core')
const { createArgumentError } = require('./errors')
const { hash, hmacSha256, isEqualHex, toText } = require('./host')
const { MAX_KEYS, isMissing, wipe } = require('./session-keys')

const SHA1_HEX = /^[0-9a-f]{40}$/i

/** Whether `signature` is the SHA-1 of `rawData` and one of the session keys. */
function verifySignature(rawData, sessionKey, signature, row) {
  checkText('rawData', rawData)
  if (Array.isArray(sessionKey) && sessionKey.length > MAX_KEYS) {
    throw createArgumentError('sessionKey', 'many-keys', sessionKey, { max: MAX_KEYS })
  }
  const keys = Array.isArray(sessionKey) ? sessionKey.filter(key => !isMissing(key)) : [sessionKey]
  for (const key of keys) checkKey(key, row.encoding)
  if (typeof signature !== 'string' || !SHA1_HEX.test(signature)) return false
  return keys.some(key => {
    const text = toSignedText(key, row)
    // Anyone who knows the data can sign it with an empty key.
    return isEqualHex(hash('sha1', [rawData, text]), signature) && text !== ''
  })
}

/** Returns the text of a key that the platform signs. */
function toSignedText(key, { encoding, signature }) {
  if (encoding === signature) return key
  const bytes = decodeText(key, encoding)
  const text = toText(bytes, signature)
  wipe([bytes])
  return text
}

/** Returns the HMAC-SHA-256 of the body of a request to WeChat's server, in lower-case hex. */
function sessionSignature(body, sessionKey) {
  checkText('body', body)
  checkKey(sessionKey, 'base64')
  return hmacSha256(sessionKey, body)
}

function checkText(argument, value) {
  if (typeof value !== 'string' && !ArrayBuffer.isView(value))
    throw createArgumentError(argument, 'text', value)
}

function checkKey(value, encoding) {
  if (typeof value !== 'string') throw createArgumentError('sessionKey', `${encoding}-key`, value)
}

module.exports = { sessionSignature, verifySignature }
