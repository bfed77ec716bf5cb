'use strict'

// The public face: the class that takes the place of Tencent's WXBizDataCrypt.js.

const binding = require('./binding')
const { decryptText, isRecord, build, learn } = require('./lib/shapes')
const { codeOf, illegalBuffer, invalidArgument } = require('./lib/errors')
const { isMarkedFor, readMaxAge, checkAge } = require('./lib/watermark')

// A function with a prototype and not a `class`, as the sample is: `util.inherits` and
// `WXBizDataCrypt.call(this, …)` keep working.
function WXBizDataCrypt(appId, sessionKey) {
  if (this === undefined) throw new TypeError("WXBizDataCrypt must be called with 'new'")
  this.appId = appId
  this.sessionKey = sessionKey
}

WXBizDataCrypt.prototype.decryptData = function decryptData(encryptedData, iv, options = undefined) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw invalidArgument('appId', 'a string', appId)
  // Asked here and not within: the two calls would cost 4 % of a phone number.
  const maxAge = options === undefined ? undefined : readMaxAge(options)
  const data =
    typeof sessionKey !== 'string' && isKeyList(sessionKey)
      ? openWithAny(appId, sessionKey, encryptedData, iv)
      : open(appId, sessionKey, encryptedData, iv, 'sessionKey')
  if (maxAge !== undefined) checkAge(data, maxAge)
  return data
}

WXBizDataCrypt.prototype.encryptData = function encryptData(object) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw invalidArgument('appId', 'a string', appId)
  const current = isKeyList(sessionKey) ? sessionKey[0] : sessionKey
  return require('./lib/encrypt')(object, appId, decodeBase64('sessionKey', current))
}

Object.defineProperty(WXBizDataCrypt.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: function (_depth, options) {
    return require('./lib/inspect').inspectRedacted(this, ['sessionKey'], options)
  },
  configurable: true,
  writable: true
})

// An array of numbers is the bytes of one key, as for the sample.
function isKeyList(sessionKey) {
  return Array.isArray(sessionKey) && sessionKey.length > 0 && typeof sessionKey[0] !== 'number'
}

// A wrong key passes the padding about once in 256 times, so only the watermark decides.
function openWithAny(appId, sessionKeys, encryptedData, iv) {
  let first
  for (let i = 0; i < sessionKeys.length; i++) {
    try {
      return open(appId, sessionKeys[i], encryptedData, iv, `sessionKey[${i}]`)
    } catch (error) {
      if (!error || error.errcode === undefined) throw error
      if (first === undefined) first = error
    }
  }
  // A list that has shrunk since it was found not to be empty has given no error.
  throw first === undefined ? invalidArgument('sessionKey', 'one key or more', sessionKeys) : first
}

function open(appId, sessionKey, encryptedData, iv, sessionKeyName) {
  let plaintext
  if (
    typeof sessionKey === 'string' &&
    typeof encryptedData === 'string' &&
    typeof iv === 'string' &&
    (cutsLetters || !hasWideLetter(sessionKey + encryptedData + iv))
  ) {
    plaintext = decryptText(sessionKey, encryptedData, iv)
    if (typeof plaintext === 'string' && isRecord()) {
      const data = build(plaintext, appId)
      if (data !== undefined) return data
      plaintext = undefined
    }
  }
  if (plaintext === undefined) plaintext = decryptLenient(sessionKeyName, sessionKey, encryptedData, iv)
  const data = typeof plaintext === 'string' ? parse(plaintext) : undefined
  const code = refusal(appId, plaintext, data)
  if (code !== undefined) throw illegalBuffer(code)
  learn(plaintext, data)
  return data
}

// Node reads a letter of two bytes as its low byte, and so does the addon. Bun and Deno have rules of their
// own: there, text with such letters is left to the runtime's decoder.
const cutsLetters = Buffer.from('QU\u012bJ', 'base64').length === 3

function hasWideLetter(text) {
  return /[\u0100-\uffff]/.test(text)
}

// One place, and one `throw`, for every refusal: the stacks of bad padding and bad JSON are equal too.
function refusal(appId, plaintext, data) {
  if (typeof plaintext === 'number') return codeOf(plaintext)
  if (data === undefined) return 'ERR_ILLEGAL_BUFFER'
  return isMarkedFor(appId, data) ? undefined : 'ERR_WATERMARK_MISMATCH'
}

// Everything that strict base64 refuses takes this way, so that it is read as the sample reads it, on
// every version of Node.
function decryptLenient(sessionKeyName, sessionKey, encryptedData, iv) {
  const key = decodeBase64(sessionKeyName, sessionKey)
  try {
    return binding.decryptBytes(key, decodeBase64('encryptedData', encryptedData), decodeBase64('iv', iv))
  } finally {
    key.fill(0)
  }
}

// → bytes of our own: of an ArrayBuffer, Node makes a view and not a copy, and another thread may share it.
function decodeBase64(name, value) {
  if (typeof value === 'string') return Buffer.from(value, 'base64')
  try {
    if (!isEndless(value)) return Buffer.from(Buffer.from(value, 'base64'))
  } catch (error) {
    if (!error || error.code !== 'ERR_INVALID_ARG_TYPE') throw error
  }
  throw invalidArgument(name, 'a base64 string, a Buffer or an array of bytes', value)
}

const LONGEST_LIST = 2 ** 20

// `{ length: 1e9 }` costs whoever posts it nothing, and Node would count it out for a minute.
function isEndless(value) {
  const listLike = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
  return listLike && !Array.isArray(value) && !(value instanceof String) && value.length > LONGEST_LIST
}

function parse(plaintext) {
  try {
    return JSON.parse(plaintext)
  } catch {
    return undefined
  }
}

module.exports = WXBizDataCrypt
module.exports.WXBizDataCrypt = WXBizDataCrypt
module.exports.default = WXBizDataCrypt

// What follows is loaded on its first use: a server that only decrypts WeChat's data does not pay for it.
// Each is assigned by its name, for the lexer by which `import` finds the names of a CommonJS module.
module.exports.AlipayDataCrypt = undefined
module.exports.AlipayDataError = undefined
for (const name of ['AlipayDataCrypt', 'AlipayDataError']) {
  Object.defineProperty(module.exports, name, {
    get: () => require('./lib/alipay')[name],
    enumerable: true,
    configurable: true
  })
}
module.exports.verifySignature = function verifySignature(rawData, sessionKey, signature) {
  return require('./lib/signatures').verifySignature(rawData, sessionKey, signature)
}
module.exports.sessionSignature = function sessionSignature(body, sessionKey) {
  return require('./lib/signatures').sessionSignature(body, sessionKey)
}
module.exports.openCloudData = function openCloudData(value, appId, options) {
  return require('./lib/cloud')(value, appId, options)
}
module.exports.diagnose = function diagnose(input) {
  return require('./lib/diagnose')(input)
}
