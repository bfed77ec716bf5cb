'use strict'

// The key schedule of AES-128 (FIPS 197, section 5.2): what to look for besides the key itself.

const SBOX = makeSBox()

// → the key, its other ten round keys, and nine of them as decryption uses them.
function expandKey(key) {
  const words = [0, 4, 8, 12].map(at => [...key.subarray(at, at + 4)])
  for (let i = 4, constant = 1; i < 44; i += 1) {
    let word = words[i - 1]
    if (i % 4 === 0) {
      word = [...word.slice(1), word[0]].map(byte => SBOX[byte])
      word[0] ^= constant
      constant = double(constant)
    }
    words.push(word.map((byte, j) => byte ^ words[i - 4][j]))
  }
  const roundKey = (round, change) =>
    Buffer.from(words.slice(4 * round, 4 * round + 4).flatMap(change || (word => word)))
  const rounds = Array.from({ length: 11 }, (_, round) => roundKey(round))
  return [...rounds, ...rounds.slice(1, 10).map((_, i) => roundKey(i + 1, inverseMixColumn))]
}

function double(byte) {
  return ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff
}

function multiply(a, b) {
  let product = 0
  for (; b > 0; b >>= 1, a = double(a)) if (b & 1) product ^= a
  return product
}

function inverseMixColumn(column) {
  const factors = [14, 11, 13, 9]
  return column.map((_, row) =>
    column.reduce((sum, byte, j) => sum ^ multiply(byte, factors[(j - row + 4) % 4]), 0)
  )
}

function makeSBox() {
  return Array.from({ length: 256 }, (_, byte) => {
    let inverse = byte && 1
    // The inverse is the 254th power.
    for (let i = 0; byte && i < 254; i += 1) inverse = multiply(inverse, byte)
    let result = 0x63
    for (let turn = 0; turn < 5; turn += 1) result ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xff
    return result
  })
}

module.exports = { expandKey }
