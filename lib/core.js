'use strict'

// The core: the native addon or else WebAssembly, with the platforms' rows passed to it once. Every other file asks this
// one for it.

const { createLoadError } = require('./errors')
const { warnOnce } = require('./host')
const { fill, loading } = require('./messages')
const platforms = require('./platforms')

/** Loads the addon or, where none loads, WebAssembly. */
function findCore() {
  let failure
  if (!isWasmChosen()) {
    try {
      return { backend: 'native', core: require('./addon') }
    } catch (error) {
      failure = error
    }
  }
  const core = connectWasm(failure)
  if (failure !== undefined) {
    const { en, zh } = loading.warning
    const values = { why: failure.message, packages: failure.packages }
    warnOnce('WXBIZDATACRYPT_NO_ADDON', fill(en, values), fill(zh, values))
  }
  return { backend: 'wasm', core }
}

function connectWasm(failure) {
  try {
    return require('./wasm').connect()
  } catch (error) {
    throw createLoadError(failure, error)
  }
}

function isWasmChosen() {
  try {
    return process.env.WXBIZDATACRYPT_WASM === '1'
  } catch {
    // Deno without the permission.
    return false
  }
}

const { backend, core } = findCore()

// Over buffers: V8 keeps short typed arrays in its own heap, where they move.

/**
 * What the core writes about the last plaintext: its form, -1 for none, and where the values are. For a string the
 * start and the end, for an integer its value, for an array the length.
 */
const record = new Int32Array(new ArrayBuffer(4 * core.MAX_NUMBERS))

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
  backend,
  decodeText: core.decodeText,
  decryptBlocks: core.decryptBlocks,
  createAlipayDecryptor: core.createAlipayDecryptor,
  MAX_DATA_LENGTH: core.MAX_DATA_LENGTH,
  ...core.createDecryptor(record, numbers, JSON.stringify(layouts)),
  numbers,
  record
}
