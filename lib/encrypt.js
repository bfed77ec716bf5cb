'use strict'

// Makes open data as WeChat does, so that users can test their own handlers.

const { createCipheriv, randomBytes } = require('crypto')
const { illegalBuffer, invalidArgument } = require('./errors')

const hasOwn = Object.prototype.hasOwnProperty

function encrypt(object, appId, sessionKey) {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) {
    throw invalidArgument('object', 'an object', object)
  }
  if (sessionKey.length !== 16) throw illegalBuffer('ERR_ILLEGAL_AES_KEY')
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', sessionKey, iv)
  const plaintext = JSON.stringify(hasOwn.call(object, 'watermark') ? object : mark(object, appId))
  return {
    encryptedData: cipher.update(plaintext, 'utf8', 'base64') + cipher.final('base64'),
    iv: iv.toString('base64')
  }
}

function mark(object, appId) {
  return { ...object, watermark: { timestamp: Math.floor(Date.now() / 1000), appid: appId } }
}

module.exports = encrypt
