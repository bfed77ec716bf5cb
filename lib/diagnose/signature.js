'use strict'

// Finds the change that makes the signature of rawData fit.

const { readOwn } = require('../own')
const { verifySignature } = require('../signatures')
const finding = require('./finding')
const {
  decodeUrl,
  isAbsent,
  isObject,
  parseJson,
  toJson,
  undoChanges,
  undoOnce,
  unescapeHtml,
  unescapeUnicode
} = require('./text')

const MAX_LENGTH = 65536

/** What happens to rawData, by the name that a report gives it. A text that stays as it is does not count. */
const UNDO_RAW = {
  'html-escaped': text => [unescapeHtml(text)],
  'url-encoded': decodeWhole,
  'plus-became-space': text => [text.replace(/ /g, '+')],
  'stray-quotes': text => {
    const value = text[0] === '"' ? parseJson(text) : undefined
    if (typeof value === 'string') return [value]
    return text.includes('\\"') ? [text.replace(/\\(["\\/])/g, '$1')] : []
  },
  'escaped-slashes': unescapeSlashes,
  'escaped-unicode': text => [unescapeUnicode(text)],
  'white-space': text => {
    const value = parseJson(text)
    return [text.trim(), text.replace(/\r\n/g, '\n'), ...(isObject(value) ? [JSON.stringify(value)] : [])]
  },
  'key-order': text => {
    const value = parseJson(text)
    return isObject(value) ? [inOrder(value, ORDER), inOrder(value, [...ORDER, 'is_demote'])] : []
  },
  're-serialised': text => {
    const value = parseJson(text)
    if (!isObject(value)) return []
    const json = JSON.stringify(value)
    // As PHP and Python write it: the signed text had these escapes.
    const escaped = json.replace(/\//g, '\\/')
    return [escaped, toAscii(json), toAscii(escaped)]
  }
}

/** In which WeChat signs the fields of a user. */
const ORDER = ['nickName', 'gender', 'language', 'city', 'province', 'country', 'avatarUrl']

/** What happens to the key, which is signed as text. */
const UNDO_KEY = {
  'line-breaks': text => [text.trim()],
  'stray-quotes': text => [text.replace(/["']/g, '')],
  'plus-became-space': text => [text.trim().replace(/ /g, '+')],
  'url-encoded': decodeWhole,
  'escaped-slashes': unescapeSlashes
}

const INPUTS = ['rawData', 'signature', 'sessionKey']

/**
 * Examines a signature by the rule of a row.
 *
 * @returns {object | null} the cause if it does not fit, with the change that makes it fit in `found`
 */
function examineSignature(row, fields) {
  const { rawData, signature } = fields
  if (row.signature === undefined) return finding('signature-mismatch', ['signature'], {}, 'none')
  const missing = INPUTS.filter(name => isAbsent(fields[name]))
  if (missing.length > 0) return finding('missing-argument', missing)
  const raw = isObject(rawData) && !ArrayBuffer.isView(rawData) ? toJson(rawData) : rawData
  const keys = [].concat(fields.sessionKey).slice(0, 100).filter(isShort)
  const types = { rawData: typeof raw, signature: typeof signature, sessionKey: typeof keys[0] }
  const wrong = INPUTS.find(name => types[name] !== 'string')
  if (wrong !== undefined) return finding('wrong-argument-type', [wrong])
  if (raw.length > MAX_LENGTH || !isShort(signature)) return finding('signature-mismatch', INPUTS)
  const isHash = /^[0-9a-f]{40}$/i.test(signature)
  const hex = isHash ? signature : signature.replace(/[^0-9a-f]/gi, '')
  if (hex.length !== 40) {
    const found = { length: signature.length, change: 'signature' }
    return finding('signature-mismatch', ['signature'], found, 'signature')
  }
  const texts = [...undo(raw, UNDO_RAW)]
  // An object has lost its text: what it serialises to is no proof that this was signed.
  if (raw !== rawData) for (const text of texts) text.changes.unshift('re-serialised')
  const fitting = findFitting(row, texts, keys, hex)
  if (fitting !== undefined) {
    const changed = {
      rawData: fitting.text.changes,
      signature: isHash ? [] : ['signature'],
      sessionKey: fitting.key.changes
    }
    const changes = [...changed.rawData, ...changed.sessionKey, ...changed.signature]
    if (changes.length === 0) return null
    const inputs = ['rawData', 'sessionKey', 'signature'].filter(name => changed[name].length > 0)
    const corrected = { rawData: fitting.text.value, sessionKey: fitting.key.value, signature: hex }
    return finding('signature-mismatch', inputs, { change: changes[0], changes }, 'changed', { corrected })
  }
  return /\ufffd|\?{2,}/.test(raw)
    ? finding('signature-mismatch', ['rawData'], { change: 'lost-characters' }, 'lossy')
    : finding('signature-mismatch', INPUTS)
}

const isShort = value => typeof value === 'string' && value.length <= 1000

/** Returns the first text and the first key whose signature it is. */
function findFitting(row, texts, keys, signature) {
  for (const text of texts) {
    for (const key of keys.flatMap(key => [...undo(key, UNDO_KEY)])) {
      if (verifySignature(text.value, key.value, signature, row)) return { text, key }
    }
  }
  return undefined
}

/** Yields what a text may have been, the fewest changes first. */
function undo(text, table) {
  return undoChanges(text, value => undoOnce(value, table), { maxDepth: text.length > 4096 ? 1 : 3 })
}

function inOrder(value, names) {
  const ordered = {}
  for (const name of names) if (readOwn(value, name) !== undefined) ordered[name] = value[name]
  return JSON.stringify({ ...ordered, ...value })
}

function toAscii(json) {
  return json.replace(
    /[\x7f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}

function decodeWhole(text) {
  return text.includes('%') ? [decodeUrl(text), decodeUrl(text.replace(/\+/g, ' '))] : []
}

function unescapeSlashes(text) {
  return [text.replace(/\\\//g, '/')]
}

module.exports = examineSignature
