'use strict'

// The public face: the class that takes the place of Tencent's WXBizDataCrypt.js.

const binding = require('./binding')
const { decryptText, isRecord, build, learn } = require('./lib/shapes')
const { illegalBuffer, invalidArgument } = require('./lib/errors')

const hasOwn = Object.prototype.hasOwnProperty

// A function with a prototype and not a `class`, as the sample is: `util.inherits` and
// `WXBizDataCrypt.call(this, …)` keep working.
function WXBizDataCrypt(appId, sessionKey) {
  if (this === undefined) throw new TypeError("WXBizDataCrypt must be called with 'new'")
  this.appId = appId
  this.sessionKey = sessionKey
}

WXBizDataCrypt.prototype.decryptData = function decryptData(encryptedData, iv) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw invalidArgument('appId', 'a string', appId)
  let plaintext
  if (typeof sessionKey === 'string' && typeof encryptedData === 'string' && typeof iv === 'string') {
    plaintext = decryptText(sessionKey, encryptedData, iv)
    if (typeof plaintext === 'string' && isRecord()) return build(plaintext, appId)
  }
  if (plaintext === undefined) {
    plaintext = binding.decryptBytes(
      decodeBase64('sessionKey', sessionKey),
      decodeBase64('encryptedData', encryptedData),
      decodeBase64('iv', iv)
    )
  }
  if (typeof plaintext !== 'string') throw illegalBuffer(codes[plaintext])
  const data = parse(plaintext)
  if (!isMarkedFor(appId, data)) throw illegalBuffer('ERR_WATERMARK_MISMATCH')
  learn(plaintext, data)
  return data
}

const codes = {
  '-41001': 'ERR_ILLEGAL_AES_KEY',
  '-41002': 'ERR_ILLEGAL_IV',
  '-41003': 'ERR_ILLEGAL_BUFFER',
  '-41004': 'ERR_DECODE_BASE64'
}

// Everything that strict base64 refuses takes this way, so that it is read as the sample reads it, on
// every version of Node. The second copy takes it out of memory that another thread may share.
function decodeBase64(name, value) {
  try {
    return Buffer.from(Buffer.from(value, 'base64'))
  } catch (error) {
    if (!error || error.code !== 'ERR_INVALID_ARG_TYPE') throw error
    throw invalidArgument(name, 'a base64 string, a Buffer or an array of bytes', value)
  }
}

function parse(plaintext) {
  try {
    return JSON.parse(plaintext)
  } catch {
    throw illegalBuffer('ERR_ILLEGAL_BUFFER')
  }
}

// Own properties only: a watermark must come from the data, not from a polluted prototype.
function isMarkedFor(appId, data) {
  if (data === null || !hasOwn.call(data, 'watermark')) return false
  const { watermark } = data
  return watermark !== null && hasOwn.call(watermark, 'appid') && watermark.appid === appId
}

module.exports = WXBizDataCrypt
module.exports.WXBizDataCrypt = WXBizDataCrypt
module.exports.default = WXBizDataCrypt
