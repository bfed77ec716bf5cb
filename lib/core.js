'use strict'

// The core: the native addon, with the platforms' rows passed to it once. Every other file asks this one for it.

const addon = require('./addon')
const platforms = require('./platforms')

// Over buffers: V8 keeps short typed arrays in its own heap, where they move.

/**
 * What the core writes about the last plaintext: its form, -1 for none, and where the values are. For a string the
 * start and the end, for an integer its value, for an array the length.
 */
const record = new Int32Array(new ArrayBuffer(4 * addon.MAX_NUMBERS))

/**
 * What the core reads beside the arguments of a call, which cost ten times as much: the row's index, how many session
 * keys there are, `maxAge` or NaN, the time in seconds, and 1 if the watermark may be missing.
 */
const numbers = new Float64Array(new ArrayBuffer(8 * 5))

// Without prototypes: a polluted `toJSON` must have no part in the text.
const layouts = platforms.map(({ appId, openId, encoding, keyLength }) => ({
  __proto__: null,
  appId: typeof appId === 'string' ? appId : { __proto__: null, ...appId },
  openId,
  encoding,
  keyLength
}))
Object.setPrototypeOf(layouts, null)

module.exports = {
  decodeText: addon.decodeText,
  decryptBlocks: addon.decryptBlocks,
  createAlipayDecryptor: addon.createAlipayDecryptor,
  MAX_DATA_LENGTH: addon.MAX_DATA_LENGTH,
  ...addon.createDecryptor(record, numbers, JSON.stringify(layouts)),
  numbers,
  record
}
