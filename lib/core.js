'use strict'

// The core: the native addon or else WebAssembly, with the platforms' rows passed to it once. Every other file asks this
// one for it.

const { loadAddon, names } = require('./addon')
const { createLoadError } = require('./errors')
const { fill, loading } = require('./messages')
const platforms = require('./platforms')

/** Loads the addon or, if there is none that loads, WebAssembly. */
function findCore() {
  let why = 'WXBIZDATACRYPT_WASM=1'
  if (!isWasmChosen()) {
    try {
      return { backend: 'native', core: loadAddon() }
    } catch (error) {
      why = error.message
    }
  }
  let core
  try {
    core = require('./wasm').connect()
  } catch (error) {
    throw createLoadError(`${why}; ${error.message}`, names)
  }
  if (!isWasmChosen()) warnOnce(why)
  return { backend: 'wasm', core }
}

function isWasmChosen() {
  try {
    return process.env.WXBIZDATACRYPT_WASM === '1'
  } catch {
    // Deno without the permission.
    return false
  }
}

/** Warns once in a process: not for each copy of the package, and not in threads of a process that has warned. */
function warnOnce(why) {
  const warned = 'wxbizdatacrypt-native.warned'
  const { getEnvironmentData, setEnvironmentData } = require('worker_threads')
  const isKnown = getEnvironmentData !== undefined
  if (process[Symbol.for(warned)] || (isKnown && getEnvironmentData(warned))) return
  process[Symbol.for(warned)] = true
  if (isKnown) setEnvironmentData(warned, true)
  const { en, zh } = loading.warning
  const values = { why, names }
  process.emitWarning(fill(en, values), { code: 'WXBIZDATACRYPT_NO_ADDON', detail: fill(zh, values) })
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
