'use strict'

// What Tencent's sample does, in plain words on node:crypto: the yardstick of the differential test.
// It differs from the sample only where the package says that it does: an argument of a wrong type is a
// TypeError that names it, what the decrypted content lacks is an 'Illegal Buffer' too, and the
// watermark must be the data's own.

const { createDecipheriv } = require('node:crypto')

const errcodes = {
  ERR_ILLEGAL_AES_KEY: -41001,
  ERR_ILLEGAL_IV: -41002,
  ERR_ILLEGAL_BUFFER: -41003,
  ERR_DECODE_BASE64: -41004,
  ERR_WATERMARK_MISMATCH: -41003
}

function Reference(appId, sessionKey) {
  this.appId = appId
  this.sessionKey = sessionKey
}

Reference.prototype.decryptData = function decryptData(encryptedData, iv) {
  if (typeof this.appId !== 'string') throw wrongType('appId')
  const keyBytes = decode('sessionKey', this.sessionKey)
  const dataBytes = decode('encryptedData', encryptedData)
  const ivBytes = decode('iv', iv)

  let data
  try {
    const decipher = createDecipheriv('aes-128-cbc', keyBytes, ivBytes)
    // Two pieces through one decoder: a character may stand across the last block's edge.
    const text = decipher.update(dataBytes, undefined, 'utf8') + decipher.final('utf8')
    data = JSON.parse(text)
  } catch {
    // Only the code is read off the lengths; whether to refuse was the sample's way to decide.
    if (keyBytes.length !== 16) throw illegalBuffer('ERR_ILLEGAL_AES_KEY')
    if (ivBytes.length !== 16) throw illegalBuffer('ERR_ILLEGAL_IV')
    if (dataBytes.length === 0 || dataBytes.length % 16 !== 0) throw illegalBuffer('ERR_DECODE_BASE64')
    throw illegalBuffer('ERR_ILLEGAL_BUFFER')
  }

  const watermark = own(data, 'watermark')
  if (own(watermark, 'appid') !== this.appId) throw illegalBuffer('ERR_WATERMARK_MISMATCH')
  return data
}

function decode(name, value) {
  try {
    return Buffer.from(value, 'base64')
  } catch (error) {
    throw error.code === 'ERR_INVALID_ARG_TYPE' ? wrongType(name) : error
  }
}

function own(value, key) {
  return value !== null && value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined
}

function illegalBuffer(code) {
  return Object.assign(new Error('Illegal Buffer'), { code, errcode: errcodes[code] })
}

function wrongType(argument) {
  return Object.assign(new TypeError(`The "${argument}" argument must be `), {
    code: 'ERR_INVALID_ARG_TYPE'
  })
}

module.exports = { Reference, errcodes }
