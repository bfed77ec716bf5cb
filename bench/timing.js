'use strict'

// How long bad padding takes beside good padding around what is not JSON: what an attacker could tell the
// two by. Prints the quantiles of each, in nanoseconds, and how much they overlap.
// ROUNDS (200,000) calls of each, in turn; LENGTH (400) bytes of ciphertext.

const crypto = require('node:crypto')
const WXBizDataCrypt = require('..')

const rounds = Number(process.env.ROUNDS || 200_000)
const length = Number(process.env.LENGTH || 400)
const [key, iv] = [crypto.randomBytes(16), crypto.randomBytes(16)]
const pc = new WXBizDataCrypt('wx0000000000000000', key.toString('base64'))

function encrypt(blocks) {
  const cipher = crypto.createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64')
}

// Both as an attacker has them: noise, but for the last block.
function sample(padding) {
  const plaintext = crypto.randomBytes(length)
  plaintext[length - 1] = padding
  return encrypt(plaintext)
}

const kinds = {
  'bad padding': () => sample(0),
  'good padding, bad JSON': () => sample(1)
}
const texts = Object.entries(kinds).map(([name, make]) => ({
  name,
  data: Array.from({ length: 64 }, make),
  times: new Float64Array(rounds)
}))

function time(data) {
  const start = process.hrtime.bigint()
  try {
    pc.decryptData(data, iv.toString('base64'))
  } catch {}
  return Number(process.hrtime.bigint() - start)
}

for (let i = -20_000; i < rounds; i += 1) {
  // In an order that changes, so that neither always comes first.
  for (const k of i % 2 ? [0, 1] : [1, 0]) {
    const took = time(texts[k].data[(i + 20_000) % 64])
    if (i >= 0) texts[k].times[i] = took
  }
}

const quantiles = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
for (const { times } of texts) times.sort()
const row = ({ times }) =>
  Object.fromEntries(quantiles.map(q => [`${q * 100} %`, times[Math.floor(q * rounds)]]))
console.table(Object.fromEntries(texts.map(kind => [kind.name, row(kind)])))

// How often a call with bad padding takes longer than one with good padding: 50 % tells nothing.
let longer = 0
let at = 0
const [bad, good] = texts.map(({ times }) => times)
for (const took of bad) {
  while (at < rounds && good[at] < took) at += 1
  let ties = at
  while (ties < rounds && good[ties] === took) ties += 1
  longer += at + (ties - at) / 2
}
console.log(`bad padding takes longer in ${((longer / rounds / rounds) * 100).toFixed(2)} % of all pairs`)
