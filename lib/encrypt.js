'use strict'

// Makes open data as WeChat does, so that users can test their own handlers.

const { randomFillSync } = require('crypto')
const native = require('./native')
const { createArgumentError, createDecryptError } = require('./errors')
const { readEncryptOptions } = require('./options')

const hasOwn = Object.prototype.hasOwnProperty

function encrypt(object, appId, sessionKey, options) {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) {
    throw createArgumentError('object', 'an object', object)
  }
  const timestamp = readEncryptOptions(options)
  const marked = hasOwn.call(object, 'watermark')
    ? object
    : { ...object, watermark: { timestamp, appid: appId } }
  const text = String(JSON.stringify(marked))
  // Not Buffer.from, which would leave the text in the pool that the whole process shares.
  const plaintext = Buffer.alloc(Buffer.byteLength(text))
  plaintext.write(text)
  const iv = randomFillSync(Buffer.alloc(16))
  const encryptedData = native.encrypt(sessionKey, iv, plaintext)
  plaintext.fill(0)
  if (encryptedData === null) throw createDecryptError(0)
  return {
    encryptedData: Buffer.from(encryptedData.buffer).toString('base64'),
    iv: iv.toString('base64')
  }
}

module.exports = encrypt
