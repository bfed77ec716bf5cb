'use strict'

// Tries what the values may have been until they decrypt: a change that makes them decrypt is proved.

const { BLOCK, decode, decryptBlocks, isText, startsAsJson, toText } = require('./bytes')
const { encodingOf, undoAll } = require('./changes')
const finding = require('./finding')
const { findContent } = require('./plaintext')
const { parseJson } = require('./text')

/** Of long data, the first bytes show whether the key fits. */
const PROBE = 1024

const NAMES = ['sessionKey', 'encryptedData', 'iv']

/**
 * Returns what each value may have been, as far as it then has the right length.
 *
 * @returns {Object<string, { value: unknown, changes: string[], bytes: Uint8Array }[]>}
 */
function listCandidates(row, fields, budget) {
  const candidates = {}
  for (const name of NAMES) {
    candidates[name] = valuesOf(name, fields[name])
      .flatMap(value => undoAll(value, row, name, budget))
      .map(candidate => ({
        ...candidate,
        isUnknown: false,
        bytes: decode(candidate.value, encodingOf(row, name))
      }))
      .filter(({ bytes }) => bytes !== undefined && hasLength(row, name, bytes.length))
  }
  return candidates
}

const UNKNOWN_IV = { bytes: new Uint8Array(BLOCK), changes: [], isUnknown: true }

/** A list of session keys is one of several. */
function valuesOf(name, value) {
  const isKeys = name === 'sessionKey' && Array.isArray(value) && typeof value[0] !== 'number'
  return isKeys ? value.slice(0, 100).filter(key => key !== undefined && key !== null && key !== '') : [value]
}

function hasLength(row, name, length) {
  if (name === 'sessionKey') return length === row.keyLength
  return name === 'iv' ? length === BLOCK : length >= BLOCK && length <= 131072
}

/**
 * Tries every key with every data and every iv, the fewest changes first.
 *
 * @returns {object | undefined} `{ isProved, sessionKey, encryptedData, iv, blocks }` and, if it is proved,
 *   `{ text, data, appKey }`; unproved, the key fits
 */
function search(row, candidates) {
  let unproved
  for (const [sessionKey, encryptedData] of pair(candidates.sessionKey, candidates.encryptedData)) {
    const { length } = encryptedData.bytes
    const whole = encryptedData.bytes.subarray(0, length - (length % BLOCK))
    const ivs = candidates.iv.length > 0 ? candidates.iv : [UNKNOWN_IV]
    let isFit = false
    for (const iv of ivs) {
      // The iv decides about the first block alone.
      if (iv !== ivs[0] && !isFit && whole.length > BLOCK) break
      if (whole.length > PROBE && !isFit) {
        const start = decryptBlocks(sessionKey.bytes, iv.bytes, whole.subarray(0, PROBE))
        if (!looksDecrypted(row, start)) break
      }
      const blocks = decryptBlocks(sessionKey.bytes, iv.bytes, whole)
      const found = { isProved: false, sessionKey, encryptedData, iv, blocks }
      if (whole.length === length && !iv.isUnknown) {
        const opened = open(row, blocks)
        if (opened !== undefined) return { ...found, isProved: true, ...opened }
      }
      isFit = isFit || looksDecrypted(row, blocks)
      const isBetter = unproved === undefined || (!startsAsJson(unproved.blocks) && startsAsJson(blocks))
      if (isFit && isBetter) unproved = found
    }
  }
  return unproved
}

/** Returns the JSON in decrypted blocks. */
function open(row, blocks) {
  const content = findContent(row, blocks)
  if (content === null) return undefined
  const text = toText(blocks.subarray(content[0], content[1]))
  const data = text === undefined ? undefined : parseJson(text)
  return data === undefined
    ? undefined
    : { text, data, appKey: toText(blocks.subarray(content[1], content[2])) }
}

/** Whether some of it is text, which nothing is that another key decrypts. */
function looksDecrypted(row, blocks) {
  if (!row.isFramed && startsAsJson(blocks)) return true
  let count = 0
  for (let at = BLOCK; at < blocks.length; at += BLOCK) {
    const block = blocks.subarray(at, at + BLOCK)
    if (!isText(block)) continue
    // A random block is text in one of 20,000 cases, but then hardly ASCII.
    count += block.filter(byte => byte < 128).length >= 12 ? 2 : 1
  }
  if (count > 1 && count * BLOCK * 8 >= blocks.length - BLOCK) return true
  const content = findContent(row, blocks)
  return content !== null && content[1] - content[0] > 3 && isText(blocks.subarray(content[0], content[1]))
}

/** Returns all pairs, the fewest changes first. */
function pair(keys, data) {
  const pairs = keys.flatMap(key => data.map(value => [key, value]))
  const cost = ([key, value]) => key.changes.length + value.changes.length
  return pairs.sort((a, b) => cost(a) - cost(b)).slice(0, 400)
}

/**
 * Merges the changes of several values into one list: the same change of two values is one step.
 *
 * @param {Object<string, string[]>} changes by name, in the order in which they were undone
 * @returns {object[]} findings
 */
function mergeSteps(changes) {
  const rest = {}
  for (const name of Object.keys(changes)) if (changes[name].length > 0) rest[name] = [...changes[name]]
  const steps = []
  for (let names = Object.keys(rest); names.length > 0; names = Object.keys(rest)) {
    // One that no other value needs later on comes first.
    const isLast = name => !names.some(other => rest[other].indexOf(rest[name][0]) > 0)
    const reason = rest[names.find(isLast) || names[0]][0]
    const inputs = names.filter(name => rest[name][0] === reason)
    steps.push(finding(reason, inputs))
    for (const name of inputs) {
      rest[name].shift()
      if (rest[name].length === 0) delete rest[name]
    }
  }
  return steps
}

module.exports = { NAMES, listCandidates, mergeSteps, search }
