'use strict'

// The two signatures that WeChat makes with a session key; other platforms have the first one too. In both
// the key is its base64 text as it is, not what that decodes to.

const { createHash, createHmac, timingSafeEqual } = require('crypto')
const { createArgumentError } = require('./errors')

const SHA1_HEX = /^[0-9a-f]{40}$/i

// SHA-1 of rawData + session key, what `wx.getUserInfo` gives as `signature` beside `rawData`. `toText` is
// for a platform that signs with another text of the key.
function verifySignature(rawData, sessionKey, signature, toText = key => key) {
  checkText('rawData', rawData)
  const sessionKeys = Array.isArray(sessionKey) ? sessionKey : [sessionKey]
  for (const key of sessionKeys) checkKey(key)
  if (typeof signature !== 'string' || !SHA1_HEX.test(signature)) return false
  const given = Buffer.from(signature, 'hex')
  return sessionKeys.some(key => {
    const text = toText(key)
    const digest = createHash('sha1').update(rawData).update(text).digest()
    // Whoever knows the data can sign it with an empty key.
    return timingSafeEqual(digest, given) && text !== ''
  })
}

// HMAC-SHA-256 of the body of a request to WeChat's server ('' for GET), in lower-case hex.
function sessionSignature(body, sessionKey) {
  checkText('body', body)
  checkKey(sessionKey)
  return createHmac('sha256', sessionKey).update(body).digest('hex')
}

function checkText(name, value) {
  if (typeof value === 'string' || ArrayBuffer.isView(value)) return
  throw createArgumentError(name, 'a string or a Buffer', value)
}

function checkKey(value) {
  if (typeof value !== 'string') throw createArgumentError('sessionKey', 'a base64 string', value)
}

module.exports = { verifySignature, sessionSignature }
