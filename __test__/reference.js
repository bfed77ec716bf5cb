'use strict'

// What Tencent's sample does, in plain words on node:crypto: what the differential test compares with.
// It differs from the sample only where the package says that it does: an argument of a wrong type is a
// TypeError that names it, what the plaintext lacks is an 'Illegal Buffer' too, the watermark must be the
// data's own, the plaintext must be UTF-8, and the data may have 32 KiB. An empty
// list holds no session key.

const { createDecipheriv } = require('node:crypto')
const { isAnyArrayBuffer, isTypedArray } = require('node:util').types

const errcodes = {
  ERR_ILLEGAL_AES_KEY: -41001,
  ERR_ILLEGAL_IV: -41002,
  ERR_ILLEGAL_BUFFER: -41003,
  ERR_DECODE_BASE64: -41004
}

const MAX_DATA_LENGTH = 32 * 1024

function Reference(appId, sessionKey) {
  this.appId = appId
  this.sessionKey = sessionKey
}

Reference.prototype.decryptData = function decryptData(encryptedData, iv) {
  if (typeof this.appId !== 'string') throw wrongType('appId')
  if (Array.isArray(this.sessionKey) && this.sessionKey.length === 0) throw wrongType('sessionKey')
  const keyBytes = decode('sessionKey', this.sessionKey)
  const dataBytes = decode('encryptedData', encryptedData)
  const ivBytes = decode('iv', iv)

  if (keyBytes.length !== 16) throw illegalBuffer('ERR_ILLEGAL_AES_KEY', 'session-key-length')
  if (ivBytes.length !== 16) throw illegalBuffer('ERR_ILLEGAL_IV', 'iv-length')
  const { length } = dataBytes
  if (length === 0 || length % 16 !== 0 || length > MAX_DATA_LENGTH) {
    throw illegalBuffer('ERR_DECODE_BASE64', 'data-length')
  }

  let data
  try {
    const decipher = createDecipheriv('aes-128-cbc', keyBytes, ivBytes)
    const plaintext = Buffer.concat([decipher.update(dataBytes), decipher.final()])
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext))
  } catch {
    throw illegalBuffer('ERR_ILLEGAL_BUFFER', 'undecryptable')
  }

  const watermark = own(data, 'watermark')
  if (own(watermark, 'appid') !== this.appId) throw illegalBuffer('ERR_ILLEGAL_BUFFER', 'watermark')
  return data
}

function decode(name, value) {
  const isBytes = Array.isArray(value) || isTypedArray(value) || isAnyArrayBuffer(value)
  if (isBytes && value.length > MAX_DATA_LENGTH) return Buffer.alloc(MAX_DATA_LENGTH + 1)
  if (isArrayLike(value) || (isTypedArray(value) && typeof value[0] === 'bigint')) throw wrongType(name)
  try {
    return Buffer.from(value, 'base64')
  } catch (error) {
    throw error.code === 'ERR_INVALID_ARG_TYPE' ? wrongType(name) : error
  }
}

// What Buffer.from would read element by element, for as long as it claims to be.
function isArrayLike(value) {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value) || isTypedArray(value) || isAnyArrayBuffer(value)) return false
  const primitive = value.valueOf && value.valueOf()
  return (primitive === value || primitive === null) && typeof value.length === 'number'
}

function own(value, key) {
  return value !== null && value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined
}

function illegalBuffer(code, reason) {
  return Object.assign(new Error('Illegal Buffer'), { code, errcode: errcodes[code], reason })
}

function wrongType(argument) {
  return Object.assign(new TypeError(`The "${argument}" argument must be `), {
    code: 'ERR_INVALID_ARG_TYPE',
    reason: 'argument'
  })
}

module.exports = { Reference, errcodes }
