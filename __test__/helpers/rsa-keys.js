'use strict'

// Generates RSA keys of any size and exponent. With the exponent 65537, OpenSSL's own generator rounds odd sizes
// down, and Node accepts no exponent of more than 32 bits.

const crypto = require('node:crypto')

// → `{ publicKey, privateKey }`, whose modulus has exactly `bits` bits.
function generateKeys(bits, exponent) {
  const e = BigInt(exponent)
  for (;;) {
    const p = crypto.generatePrimeSync(Math.ceil(bits / 2), { bigint: true })
    const q = crypto.generatePrimeSync(Math.floor(bits / 2), { bigint: true })
    const n = p * q
    const d = invert(e, (p - 1n) * (q - 1n))
    if (d === undefined || n.toString(2).length !== bits) continue
    const numbers = { n, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: invert(q, p) }
    const jwk = { kty: 'RSA' }
    for (const [name, number] of Object.entries(numbers)) jwk[name] = toBytes(number).toString('base64url')
    const privateKey = crypto.createPrivateKey({ key: jwk, format: 'jwk' })
    return { publicKey: crypto.createPublicKey(privateKey), privateKey }
  }
}

// → the inverse of `number`, or undefined where there is none (extended Euclidean algorithm).
function invert(number, modulus) {
  let [r, s] = [modulus, number % modulus]
  let [x, y] = [0n, 1n]
  while (s > 0n) [r, s, x, y] = [s, r % s, y, x - (r / s) * y]
  return r === 1n ? (x + modulus) % modulus : undefined
}

// Big-endian, with leading zeros up to `length` bytes.
function toBytes(number, length = 0) {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(Math.max(length * 2, hex.length + (hex.length & 1)), '0'), 'hex')
}

module.exports = { generateKeys, toBytes }
