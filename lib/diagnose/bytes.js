'use strict'

// The bytes of a diagnosis: base64 decoding, AES-CBC block by block, and what plaintext looks like.
// They are in memory of their own (never in Node's shared Buffer pool) and wiped when the diagnosis ends.
// JavaScript strings cannot be wiped: those stay until the garbage collector reuses their memory.

const { createDecipheriv } = require('crypto')
const { isAnyArrayBuffer } = require('util').types
const { readOwn } = require('../own')

const BLOCK = 16
const MAX_LIST_LENGTH = 1024 * 1024

let made = []
let cache = new Map()

// → what `examine` returns, once all bytes that were made meanwhile are wiped.
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

// Not `Buffer.alloc`: V8 keeps short ones in its heap, from where they are copied when native code needs them.
function allocate(length) {
  const bytes = Buffer.from(new ArrayBuffer(length))
  made.push(bytes)
  return bytes
}

function write(text, encoding) {
  const bytes = allocate(Buffer.byteLength(text, encoding))
  return bytes.slice(0, bytes.write(text, encoding))
}

// → the bytes of base64 text, or of bytes in any form that `decryptData` accepts, else `undefined`.
function decode(value) {
  if (!cache.has(value)) cache.set(value, typeof value === 'string' ? write(value, 'base64') : copy(value))
  return cache.get(value)
}

function decodeHex(text) {
  return write(text, 'hex')
}

function copy(value) {
  const list = listOf(value)
  if (list === undefined || list.length > MAX_LIST_LENGTH) return undefined
  const bytes = allocate(list.length)
  for (let i = 0; i < list.length; i++) bytes[i] = list[i]
  return bytes
}

function listOf(value) {
  if (Array.isArray(value)) return value
  if (ArrayBuffer.isView(value)) return value.length === undefined ? undefined : value
  if (isAnyArrayBuffer(value)) return new Uint8Array(value)
  // JSON.parse(JSON.stringify(buffer))
  const isBuffer = value !== null && typeof value === 'object' && readOwn(value, 'type') === 'Buffer'
  const data = isBuffer ? readOwn(value, 'data') : undefined
  return Array.isArray(data) ? data : undefined
}

// → as many whole blocks as there are, padding included; `undefined` for a key or an iv of another length.
function decryptBlocks(key, data, iv) {
  if ((key.length !== 16 && key.length !== 24) || iv.length !== BLOCK) return undefined
  const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  const blocks = decipher.update(data.slice(0, data.length - (data.length % BLOCK)))
  made.push(blocks)
  // Frees the cipher, which contains the key, now rather than with the next garbage collection.
  decipher.final()
  return blocks
}

// → the plaintext without its PKCS#7 padding; `undefined` where there is none.
function unpad(blocks, blockLength = BLOCK) {
  const length = blocks[blocks.length - 1]
  if (!(length >= 1 && length <= Math.min(blockLength, blocks.length))) return undefined
  const end = blocks.length - length
  return blocks.slice(end).every(byte => byte === length) ? blocks.slice(0, end) : undefined
}

// → the value that `bytes` are the JSON text of; `undefined` where they are not JSON or not UTF-8.
function parseJson(bytes) {
  const text = bytes.toString('utf8')
  // Invalid UTF-8 is decoded to U+FFFD, and encoded again it is other bytes.
  if (!write(text, 'utf8').equals(bytes)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function startsAsJson(bytes) {
  return /^\s*\{\s*"[\x20-\x7e]*/.test(bytes.toString('latin1', 0, BLOCK)) && isText(bytes.slice(0, BLOCK))
}

function endsAsJson(bytes) {
  return isText(bytes) && /[\d"}\]]\s*\}\s*$/.test(bytes.toString('utf8'))
}

// UTF-8 without control characters, perhaps cut in the middle of a character at either end.
function isText(bytes) {
  const text = bytes.toString('utf8').replace(/^\ufffd{1,3}|\ufffd{1,3}$/g, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells garbage from text.
  return text.length > 0 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/.test(text)
}

module.exports = {
  BLOCK,
  wipeAfterwards,
  decode,
  decodeHex,
  decryptBlocks,
  unpad,
  parseJson,
  startsAsJson,
  endsAsJson,
  isText
}
