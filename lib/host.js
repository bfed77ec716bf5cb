'use strict'

// What JavaScript itself does not offer: text to bytes and back, hashes, random bytes. The one file, besides those that
// load the core, that asks Node for something; a browser has another one. Requires nothing of `lib/`.

// With the package, though it takes as long as loading the rest: once a prototype is polluted, Node cannot load it.
const crypto = require('crypto')
const { performance } = require('perf_hooks')
const { inspect, types } = require('util')

/** Allocates bytes outside of the pool that the whole process shares. */
function allocate(length) {
  return Buffer.from(new ArrayBuffer(length))
}

/** Returns the UTF-8 of a text. */
function encodeText(text) {
  const bytes = allocate(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/** Returns bytes as text, without a copy of them. */
function toText(bytes, encoding) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding)
}

function randomBytes(length) {
  return crypto.randomFillSync(allocate(length))
}

/** Returns the hash, in hex, of texts and bytes one after the other. */
function hash(algorithm, parts) {
  const hash = crypto.createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Returns the HMAC-SHA-256 in hex. */
function hmacSha256(key, data) {
  return crypto.createHmac('sha256', key).update(data).digest('hex')
}

/** Compares two hex texts of one length in constant time. */
function isEqualHex(a, b) {
  return crypto.timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))
}

/** Imports an RSA public key, a PKCS#1 structure. */
function importRsaKey(key) {
  return crypto.createPublicKey({
    __proto__: null,
    key: Buffer.from(key.buffer),
    format: 'der',
    type: 'pkcs1'
  })
}

/** Whether a signature by SHA256withRSA or SHA1withRSA is right. */
function verifyRsa(isSha256, key, message, signature) {
  return crypto.verify(isSha256 ? 'RSA-SHA256' : 'RSA-SHA1', message, { __proto__: null, key }, signature)
}

/** Warns once in a process: not for each copy of the package, and not in the threads of a process that has warned. */
function warnOnce(code, message, detail) {
  const name = `wxbizdatacrypt-native.${code}`
  const { getEnvironmentData, setEnvironmentData } = require('worker_threads')
  const reachesThreads = getEnvironmentData !== undefined
  if (process[Symbol.for(name)] || (reachesThreads && getEnvironmentData(name))) return
  process[Symbol.for(name)] = true
  if (reachesThreads) setEnvironmentData(name, true)
  process.emitWarning(message, { code, detail })
}

/** Decompresses text in base64. */
function inflate(text) {
  return require('zlib').inflateRawSync(Buffer.from(text, 'base64'))
}

// For views of the memory of WebAssembly. Buffer's own methods take a fraction of the time of `write` and `toString`.

const { latin1Slice, ucs2Slice, ucs2Write } = Buffer.prototype
const call = Function.prototype.call

function viewBytes(buffer) {
  return Buffer.from(buffer)
}

const readLatin1 = call.bind(latin1Slice)
const readUtf16 = call.bind(ucs2Slice)
const writeUtf16 = call.bind(ucs2Write)
const now = performance.now.bind(performance)

const { isAnyArrayBuffer, isTypedArray } = types

module.exports = {
  encodeText,
  hash,
  hmacSha256,
  importRsaKey,
  inflate,
  inspect,
  isAnyArrayBuffer,
  isEqualHex,
  isTypedArray,
  now,
  randomBytes,
  readLatin1,
  readUtf16,
  toText,
  verifyRsa,
  viewBytes,
  warnOnce,
  writeUtf16
}
