'use strict'

// What Tencent's sample does, in plain words on node:crypto: what the differential test compares with.
// It differs from the sample only where the package says that it does: an argument of a wrong type, or a list
// with an element that is an object, is a TypeError that names it, what the plaintext lacks is an 'Illegal
// Buffer' too, the watermark must be the data's own, the plaintext must be UTF-8, and the data may have 32 KiB. To
// that it adds lists of session keys, which the sample does not have.

const { createDecipheriv } = require('crypto')
const { isAnyArrayBuffer, isTypedArray } = require('util').types
const { hasOwn } = require('../../lib/own')

/** By reason, what an error has; of several keys, the one whose reason comes last counts. */
const rejections = {
  'session-key-length': { code: 'ERR_ILLEGAL_AES_KEY', errcode: -41001 },
  'iv-length': { code: 'ERR_ILLEGAL_IV', errcode: -41002 },
  'data-length': { code: 'ERR_DECODE_BASE64', errcode: -41004 },
  undecryptable: { code: 'ERR_ILLEGAL_BUFFER', errcode: -41003 },
  watermark: { code: 'ERR_ILLEGAL_BUFFER', errcode: -41003 }
}
const reasons = Object.keys(rejections)

const MAX_DATA_LENGTH = 32 * 1024

function Reference(appId, sessionKey) {
  this.appId = appId
  this.sessionKey = sessionKey
}

Reference.prototype.decryptData = function decryptData(encryptedData, iv) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw wrongType('appId')
  const keys = decodeKeys(sessionKey)
  const data = decode('encryptedData', encryptedData)
  const vector = decode('iv', iv)

  const errors = []
  for (const key of keys) {
    try {
      return decryptWithKey(key, data, vector, appId)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors[0].reason === 'session-key-length') throw errors[0]
  const last = Math.max(...errors.map(error => reasons.indexOf(error.reason)))
  throw errors.find(error => error.reason === reasons[last])
}

function decryptWithKey(key, data, iv, appId) {
  if (key.length !== 16) throw createDecryptError('session-key-length')
  if (iv.length !== 16) throw createDecryptError('iv-length')
  const { length } = data
  if (length === 0 || length % 16 !== 0 || length > MAX_DATA_LENGTH) {
    throw createDecryptError('data-length')
  }

  let object
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    object = parseJson(Buffer.concat([decipher.update(data), decipher.final()]))
  } catch {
    throw createDecryptError('undecryptable')
  }

  const watermark = own(object, 'watermark')
  if (own(watermark, 'appid') !== appId) throw createDecryptError('watermark')
  return object
}

// JSON behind valid UTF-8; throws on anything else.
function parseJson(bytes) {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
}

// An array is a list of keys, unless it holds the bytes of one. Entries that are missing are skipped.
function decodeKeys(sessionKey) {
  if (!Array.isArray(sessionKey) || typeof sessionKey[0] === 'number') {
    return [decode('sessionKey', sessionKey)]
  }
  const keys = []
  Array.prototype.forEach.call(sessionKey, (key, i) => {
    if (key !== undefined && key !== null && key !== '') keys.push(decode(`sessionKey[${i}]`, key))
  })
  if (keys.length === 0) throw wrongType('sessionKey')
  return keys
}

// Base64 as Node decodes it: of each character the low byte, up to the first `=`, without what is outside of the
// two alphabets, nor a last character that has no whole byte. Other runtimes differ.
function decodeAsNode(text) {
  const [before] = text
    .replace(/[^\0-\xff]/g, wide => String.fromCharCode(wide.charCodeAt(0) & 0xff))
    .split('=')
  const strict = before
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '')
  return Buffer.from(strict.length % 4 === 1 ? strict.slice(0, -1) : strict, 'base64')
}

const isNode = process.versions.bun === undefined && process.versions.deno === undefined
const decodeText = isNode ? text => Buffer.from(text, 'base64') : decodeAsNode

function decode(name, value) {
  try {
    const list = findList(value)
    if (list !== undefined && list.length > MAX_DATA_LENGTH) return Buffer.alloc(MAX_DATA_LENGTH + 1)
    if (list === undefined ? isArrayLike(value) : [].some.call(list, isOther)) throw wrongType(name)
    return typeof value === 'string' ? decodeText(value) : Buffer.from(value, 'base64')
  } catch (error) {
    throw error.code === 'ERR_INVALID_ARG_TYPE' ? wrongType(name) : error
  }
}

// The list of bytes that Buffer.from would read, if it is one.
function findList(value) {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value) || isTypedArray(value)) return value
  if (isAnyArrayBuffer(value)) return { length: value.byteLength }
  const primitive = value.valueOf && value.valueOf()
  if (primitive !== value && typeof primitive === 'object') return findList(primitive)
  return value.length === undefined && value.type === 'Buffer' && Array.isArray(value.data)
    ? value.data
    : undefined
}

// An element that only a conversion makes a number.
function isOther(element) {
  return element !== null && ['object', 'function', 'symbol', 'bigint'].includes(typeof element)
}

// What Buffer.from would read element by element, for as long as it claims to be.
function isArrayLike(value) {
  if (typeof value !== 'object' || value === null) return false
  const primitive = value.valueOf && value.valueOf()
  return (primitive === value || primitive === null) && typeof value.length === 'number'
}

function own(value, key) {
  return value !== null && value !== undefined && hasOwn(value, key) ? value[key] : undefined
}

function createDecryptError(reason) {
  return Object.assign(new Error('Illegal Buffer'), { ...rejections[reason], reason })
}

function wrongType(argument) {
  return Object.assign(new TypeError(`The "${argument}" argument must be `), {
    code: 'ERR_INVALID_ARG_TYPE',
    reason: 'argument'
  })
}

module.exports = { Reference, decodeAsNode, reasons }
