'use strict'

// Reads bytes from everything that `Buffer.from` accepts, into memory of their own: Node's pool is shared by the
// whole process. Text is decoded by the core.

const { MAX_DATA_LENGTH, decodeText } = require('./core')
const { createArgumentError } = require('./errors')
const { isAnyArrayBuffer, isTypedArray } = require('./host')

/**
 * Decodes base64 or hex text, or copies bytes.
 *
 * @param {string} argument the name for the error
 * @param {unknown} value
 * @param {'base64' | 'hex'} encoding
 * @returns {Uint8Array} no bytes for hex text that is not all hex
 */
function decode(argument, value, encoding) {
  if (typeof value === 'string') return decodeText(value, encoding)
  const bytes = readObject(value, encoding)
  if (bytes === undefined) throw createArgumentError(argument, encoding, value)
  return bytes
}

/** Asks in the order of `Buffer.from`. Returns `undefined` for what has no bytes. */
function readObject(value, encoding) {
  if (typeof value === 'string') return decodeText(value, encoding)
  if (typeof value !== 'object' || value === null) return undefined
  if (isAnyArrayBuffer(value)) return copy(new Uint8Array(value))
  const primitive = typeof value.valueOf === 'function' ? value.valueOf() : value
  const isOther = primitive !== value && primitive !== null
  if (isOther && (typeof primitive === 'string' || typeof primitive === 'object')) {
    return readObject(primitive, encoding)
  }
  if (Array.isArray(value) || isTypedArray(value)) return copy(value)
  // Reading an array-like would take as long as its `length` claims.
  if (typeof value.length === 'number') return undefined
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) return new Uint8Array(0)
  if (value.type === 'Buffer' && Array.isArray(value.data)) return copy(value.data)
  const isConvertible = typeof value[Symbol.toPrimitive] === 'function'
  const text = isConvertible ? value[Symbol.toPrimitive]('string') : undefined
  return typeof text === 'string' ? decodeText(text, encoding) : undefined
}

/**
 * Copies a list of bytes. Returns `undefined` if an element is no number: to convert an object joins it to text, and
 * in nested lists each level again.
 */
function copy(list) {
  const { length } = list
  // Too long, and rejected for its length without being read.
  if (length > MAX_DATA_LENGTH) return new Uint8Array(MAX_DATA_LENGTH + 1)
  // V8 keeps a short array in its own heap, and leaves the bytes there when native code asks for the array,
  // unless it is given a buffer.
  const bytes = new Uint8Array(new ArrayBuffer(length))
  for (let i = 0; i < length; i++) {
    const element = list[i]
    if (!isConvertible(element)) return undefined
    bytes[i] = element
  }
  return bytes
}

function isConvertible(element) {
  switch (typeof element) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'undefined':
      return true
    default:
      return element === null
  }
}

module.exports = { decode }
