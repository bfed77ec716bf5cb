'use strict'

// Randomness that a seed repeats, and the few ways in which the generators draw from it.

// sfc32 (Chris Doty-Humphrey, PractRand; public domain): its period outlasts runs of many millions.
function createRandom(seed) {
  let a = 0
  let b = seed | 0
  let c = 0x9e3779b9 | 0
  let counter = 1

  function next() {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 16; i += 1) next()

  // A whole number from 0 to `limit - 1`.
  const int = limit => next() % limit
  const chance = probability => next() < probability * 0x100000000
  const pick = list => list[next() % list.length]

  function bytes(length) {
    const result = Buffer.allocUnsafe(length)
    for (let i = 0; i < length; i += 1) result[i] = next() >>> 8
    return result
  }

  function shuffle(list) {
    for (let i = list.length - 1; i > 0; i -= 1) {
      const j = int(i + 1)
      ;[list[i], list[j]] = [list[j], list[i]]
    }
    return list
  }

  return { int, chance, pick, bytes, shuffle }
}

module.exports = { createRandom }
