// lib/host.js for a browser: text and bytes, hashes, RSA, random bytes.

import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { LZMA } from 'lzma/src/lzma-d-min.js'

export const encodeText = text => new TextEncoder().encode(text)

const viewOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)
const toBytes = value => (typeof value === 'string' ? encodeText(value) : viewOf(value))

export function toText(view, encoding) {
  const bytes = viewOf(view)
  if (encoding === 'hex') return bytesToHex(bytes)
  if (encoding === 'base64') return btoa(fromUnits(bytes))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

export const randomBytes = length => crypto.getRandomValues(new Uint8Array(length))

export function hash(algorithm, parts) {
  const hash = { sha1, sha256 }[algorithm].create()
  for (const part of parts) hash.update(toBytes(part))
  return bytesToHex(hash.digest())
}

export const hmacSha256 = (key, data) => bytesToHex(hmac(sha256, toBytes(key), toBytes(data)))
/** Nobody measures times here. */
export const isEqualHex = (a, b) => a.toLowerCase() === b.toLowerCase()

/** Nobody inspects objects here. */
export const inspect = Object.assign(() => '', { custom: Symbol.for('nodejs.util.inspect.custom') })

export const isTypedArray = value => ArrayBuffer.isView(value) && !(value instanceof DataView)

export function isAnyArrayBuffer(value) {
  try {
    return new DataView(value).byteOffset === 0
  } catch {
    return false
  }
}

// ── The memory of WebAssembly ──

export const now = () => performance.now()

/** Decompresses the core, which `scripts/build-page.js` has compressed by LZMA. */
export function inflate(base64) {
  return Uint8Array.from(LZMA.decompress(Uint8Array.from(atob(base64), byte => byte.charCodeAt(0))))
}

export const viewBytes = buffer => new Uint8Array(buffer)
export const readLatin1 = (bytes, start, end) => fromUnits(bytes.subarray(start, end))
export const readUtf16 = ({ buffer }, start, end) =>
  fromUnits(new Uint16Array(buffer, start, (end - start) / 2))

/** Returns text, 4096 characters at once: no function takes any number of arguments. */
function fromUnits(units) {
  let text = ''
  for (let at = 0; at < units.length; at += 4096)
    text += String.fromCharCode.apply(null, units.subarray(at, at + 4096))
  return text
}

export function writeUtf16({ buffer }, text, start) {
  const units = new Uint16Array(buffer, start, text.length)
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
}

// ── RSA: RFC 8017, 8.2.2. All values are public, so that no time reveals anything. ──

const toInteger = bytes => BigInt(`0x${bytesToHex(bytes)}`)

/** Returns modulus and exponent of an RSAPublicKey in DER, whose form the core has checked. */
export function importRsaKey(der) {
  const modulus = readElement(der, readElement(der, 0).start)
  return [modulus, readElement(der, modulus.end)].map(({ start, end }) => toInteger(der.subarray(start, end)))
}

function readElement(der, at) {
  const isShort = der[at + 1] < 0x80
  const start = at + 2 + (isShort ? 0 : der[at + 1] - 0x80)
  return { start, end: start + Number(toInteger(der.subarray(at + (isShort ? 1 : 2), start))) }
}
// DigestInfo without the digest: RFC 8017, 9.2, note 1.
const SHA1_INFO = '3021300906052b0e03021a05000414'
const SHA256_INFO = '3031300d060960864801650304020105000420'

/** Whether a signature, which is as long as the modulus, is that of the message. */
export function verifyRsa(isSha256, [modulus, exponent], message, signature) {
  const end = isSha256 ? SHA256_INFO + hash('sha256', [message]) : SHA1_INFO + hash('sha1', [message])
  const expected = BigInt(`0x1${`00${end}`.padStart(2 * signature.length - 4, 'f')}`)
  const base = toInteger(signature)
  let power = BigInt(1)
  for (const bit of exponent.toString(2)) power = (power * power * (bit === '1' ? base : BigInt(1))) % modulus
  return base < modulus && power === expected
}
