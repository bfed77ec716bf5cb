'use strict'

// The core: the native addon or else WebAssembly, with the platforms' rows passed to it once. Every other file asks this
// one for it.

const { createLoadError } = require('./errors')
const { warnOnce } = require('./host')
const { fill, loading } = require('./messages')
const platforms = require('./platforms')

/** The greatest length of encrypted data in bytes; as in src/wechat/mod.rs. */
const MAX_DATA_LENGTH = 32 * 1024

// Over buffers: V8 keeps short typed arrays in its own heap, where they move.

/**
 * What the core writes about the last plaintext: its form, -1 for none, and where the values are. For a string the
 * start and the end, for an integer its value, for an array the length. As long as in src/wechat/forms.rs.
 */
const record = new Int32Array(new ArrayBuffer(4 * 66))

/**
 * What the core reads beside the arguments of a call, which cost ten times as much: the row's index, how many keys
 * there are, `maxAge` or NaN, the time in seconds, and 1 if the watermark may be missing.
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

const { backend, core } = findCore()

/** Loads the addon or, where none loads, WebAssembly. */
function findCore() {
  let failure
  if (!isWasmChosen()) {
    try {
      return { backend: 'native', core: connect(require('./addon')) }
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
    return connect(require('./wasm'))
  } catch (error) {
    throw createLoadError(failure, error)
  }
}

function connect({ connect }) {
  return connect(record, numbers, JSON.stringify(layouts))
}

function isWasmChosen() {
  try {
    return process.env.WXBIZDATACRYPT_WASM === '1'
  } catch {
    // Deno without the permission.
    return false
  }
}

/** Decodes base64 as Node does, or hex: no bytes for text that is not all hex. */
function decodeText(text, encoding) {
  numbers[0] = encoding === 'hex' ? 1 : 0
  return core.decodeText(text)
}

/** Returns the encrypted data, or the number of a `wechat::Error` for a wrong key. */
function encrypt(row, key, iv, content, random, appKey) {
  numbers[0] = row
  return core.encrypt(key, iv, content, random, appKey)
}

/** Returns where the content of decrypted blocks starts and ends, and their length without padding; or `null`. */
function findContent(row, blocks) {
  numbers[0] = row
  const place = core.findContent(blocks)
  if (place === undefined) return null
  const view = new DataView(place.buffer, place.byteOffset)
  return [0, 4, 8].map(at => view.getUint32(at, true))
}

module.exports = { ...core, MAX_DATA_LENGTH, backend, decodeText, encrypt, findContent, numbers, record }
