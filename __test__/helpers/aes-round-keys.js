'use strict'

// The key schedule of AES (FIPS 197, section 5.2): what to look for besides the key itself.

const SBOX = makeSBox()

/** Returns the round keys of encryption and those that decryption has in addition, each as 16 bytes. */
function expandKey(key) {
  const length = key.length / 4
  const count = 4 * (length + 7)
  const words = Array.from({ length }, (_, i) => [...key.subarray(4 * i, 4 * i + 4)])
  for (let i = length, constant = 1; i < count; i += 1) {
    let word = words[i - 1]
    if (i % length === 0) {
      word = [...word.slice(1), word[0]].map(byte => SBOX[byte])
      word[0] ^= constant
      constant = double(constant)
    } else if (length > 6 && i % length === 4) {
      word = word.map(byte => SBOX[byte])
    }
    words.push(word.map((byte, j) => byte ^ words[i - length][j]))
  }
  const roundKey = (round, change) =>
    Buffer.from(words.slice(4 * round, 4 * round + 4).flatMap(change || (word => word)))
  const rounds = Array.from({ length: count / 4 }, (_, round) => roundKey(round))
  return [...rounds, ...rounds.slice(1, -1).map((_, i) => roundKey(i + 1, inverseMixColumn))]
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
