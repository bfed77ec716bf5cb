'use strict'

// Decodes base64 or hex text, and whatever else Buffer.from accepts, into memory of its own. Buffer.from itself
// would leave a key in the pool that the whole process shares.

const { isAnyArrayBuffer, isTypedArray } = require('util').types
const { createArgumentError } = require('./errors')
const { MAX_DATA_LENGTH } = require('./native')

function decodeBase64(name, value) {
  return decode(name, value, 'base64')
}

function decodeHex(name, value) {
  return decode(name, value, 'hex')
}

function decode(name, value, encoding) {
  if (typeof value === 'string') return decodeText(value, encoding)
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return copy(new Uint8Array(value))
    // The order in which Buffer.from asks.
    const primitive = value.valueOf && value.valueOf()
    const isOther = primitive !== value && primitive !== null
    if (isOther && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return decode(name, primitive, encoding)
    }
    if (Array.isArray(value) || (isTypedArray(value) && typeof value[0] !== 'bigint')) return copy(value)
    // Reading an array-like takes as long as its `length` claims, whatever it contains.
    if (typeof value.length !== 'number') {
      if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) return new Uint8Array(0)
      if (value.type === 'Buffer' && Array.isArray(value.data)) return copy(value.data)
      const isConvertible = typeof value[Symbol.toPrimitive] === 'function'
      const text = isConvertible ? value[Symbol.toPrimitive]('string') : undefined
      if (typeof text === 'string') return decodeText(text, encoding)
    }
  }
  throw createArgumentError(name, `a ${encoding} string, a Buffer or an array of bytes`, value)
}

function decodeText(text, encoding) {
  // Text that is not all hex is nothing, where Node would take what comes before the first other character.
  if (encoding === 'hex' && !/^(?:[0-9a-f]{2})*$/i.test(text)) return new Uint8Array(0)
  const bytes = Buffer.alloc(Buffer.byteLength(text, encoding))
  return new Uint8Array(bytes.buffer, 0, bytes.write(text, encoding))
}

function copy(list) {
  const { length } = list
  // Rejected for its length, so it is not read.
  if (length > MAX_DATA_LENGTH) return new Uint8Array(MAX_DATA_LENGTH + 1)
  // V8 keeps a short array in its own heap, and leaves the bytes there when native code asks for the array,
  // unless it is given a buffer.
  const bytes = new Uint8Array(new ArrayBuffer(length > 0 ? length : 0))
  for (let i = 0; i < bytes.length; i++) bytes[i] = list[i]
  return bytes
}

module.exports = { decodeBase64, decodeHex }
