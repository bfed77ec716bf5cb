'use strict'

// The bytes of a diagnosis: values as bytes, and what plaintext looks like. Every copy is in its own memory and
// wiped when the diagnosis ends. JavaScript strings cannot be wiped: those stay until their memory is reused.

const core = require('../core')
const { readOwn } = require('../own')
const { attempt } = require('./text')

const BLOCK = 16
const MAX_LIST_LENGTH = 1024 * 1024

let made = []
let cache = new Map()

/** Returns what `examine` returns, once all bytes that were made meanwhile are wiped. */
function wipeAfterwards(examine) {
  const outer = [made, cache]
  made = []
  cache = new Map()
  try {
    return examine()
  } finally {
    for (const bytes of made) bytes.fill(0)
    ;[made, cache] = outer
  }
}

function keep(bytes) {
  if (bytes !== undefined) made.push(bytes)
  return bytes
}

/** Returns the bytes of text, or of bytes in any form that `decryptData` accepts, else `undefined`. */
function decode(value, encoding = 'base64') {
  const isString = typeof value === 'string'
  const id = isString ? encoding + value : value
  if (!cache.has(id)) cache.set(id, isString ? keep(core.decodeText(value, encoding)) : copy(value))
  return cache.get(id)
}

function copy(value) {
  const list = listOf(value)
  if (list === undefined || list.length > MAX_LIST_LENGTH) return undefined
  const bytes = allocate(list.length)
  for (let i = 0; i < list.length; i++) {
    // Anything else would be converted at a cost that its length does not show.
    if (typeof list[i] !== 'number') return undefined
    bytes[i] = list[i]
  }
  return bytes
}

// Over an ArrayBuffer: V8 keeps short arrays in its heap, from where they are copied.
function allocate(length) {
  return keep(new Uint8Array(new ArrayBuffer(length)))
}

function listOf(value) {
  if (Array.isArray(value)) return value
  if (ArrayBuffer.isView(value)) return value.length === undefined ? undefined : value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  // JSON.parse(JSON.stringify(buffer))
  const isBuffer = value !== null && typeof value === 'object' && readOwn(value, 'type') === 'Buffer'
  const data = isBuffer ? readOwn(value, 'data') : undefined
  return Array.isArray(data) ? data : undefined
}

/** Copies a list of numbers from -128 to 255, as Java prints bytes; `undefined` if it is none. */
function fromNumbers(numbers) {
  if (!numbers.every(number => Number.isInteger(number) && number >= -128 && number < 256)) return undefined
  const bytes = allocate(numbers.length)
  bytes.set(numbers)
  return bytes
}

function decryptBlocks(key, iv, data) {
  return keep(core.decryptBlocks(key, iv, data))
}

/** Returns bytes as text of one character each. */
function toLatin1(bytes) {
  let text = ''
  for (let i = 0; i < bytes.length; i += 4096)
    text += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096))
  return text
}

/** Returns the text, or `undefined` if it is not valid UTF-8. */
function toText(bytes) {
  return attempt(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
}

// White space is in texts, too.
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu

/** Whether there are control characters other than white space, which tell garbage from text. */
function hasControls(text) {
  return text.search(CONTROLS) !== -1
}

/** Returns a text without its control characters. */
function stripControls(text) {
  return text.replace(CONTROLS, '')
}

/** Whether a block starts as JSON does that platforms write. No random bytes do. */
function startsAsJson(bytes) {
  return /^\s*\{\s*"[\x20-\x7e]{3}/.test(toLatin1(bytes.subarray(0, BLOCK)))
}

/** Whether it is UTF-8 without control characters, perhaps cut in the middle of a character at either end. */
function isText(bytes) {
  // Random bytes mostly have one of these.
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return false
  const text = new TextDecoder().decode(bytes).replace(/^\ufffd{1,3}|\ufffd{1,3}$/g, '')
  return text.length > 0 && !hasControls(text) && !text.includes('\ufffd')
}

module.exports = {
  BLOCK,
  wipeAfterwards,
  decode,
  listOf,
  fromNumbers,
  decryptBlocks,
  hasControls,
  stripControls,
  toLatin1,
  toText,
  startsAsJson,
  isText
}
