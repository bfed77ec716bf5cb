'use strict'

// Finds the change that makes the signature of rawData fit.

const { readOwn } = require('../own')
const core = require('./core')
const { decodeUrl, isObject, parseJson, toJson, undoChanges, unescapeUnicode } = require('./text')

const MAX_LENGTH = 65536

/** What happens to rawData, by the name that a report gives it. A text that stays as it is does not count. */
const UNDO_RAW = {
  'html-escaped': text => [
    text.replace(/&(quot|#34|#x22|amp|lt|gt|#39|apos);/gi, (_all, name) => ENTITIES[name.toLowerCase()])
  ],
  'url-encoded': decodeWhole,
  'plus-became-space': text => [text.replace(/ /g, '+')],
  'stray-quotes': text => {
    const value = text[0] === '"' ? parseJson(text) : undefined
    if (typeof value === 'string') return [value]
    return text.includes('\\"') ? [text.replace(/\\(["\\/])/g, '$1')] : []
  },
  'escaped-slashes': text => [text.replace(/\\\//g, '/')],
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

const ENTITIES = { quot: '"', '#34': '"', '#x22': '"', amp: '&', lt: '<', gt: '>', '#39': "'", apos: "'" }

/** In which WeChat signs the fields of a user. */
const ORDER = ['nickName', 'gender', 'language', 'city', 'province', 'country', 'avatarUrl']

/** What happens to the key, which is signed as text. */
const UNDO_KEY = {
  'line-breaks': text => [text.trim()],
  'stray-quotes': text => [text.replace(/["']/g, '')],
  'plus-became-space': text => [text.trim().replace(/ /g, '+')],
  'url-encoded': decodeWhole,
  'escaped-slashes': text => [text.replace(/\\\//g, '/')]
}

/**
 * Examines a signature by the rule of a row.
 *
 * @returns {object | null} the cause if it does not fit, with the change that makes it fit in `found`
 */
function examineSignature(row, { rawData, signature, sessionKey }) {
  if (row.signature === undefined)
    return { reason: 'signature-mismatch', inputs: ['signature'], variant: 'none' }
  const inputs = ['rawData', 'signature', 'sessionKey'].filter(name =>
    isMissing({ rawData, signature, sessionKey }[name])
  )
  if (inputs.length > 0) return { reason: 'missing-argument', inputs }
  const raw = isObject(rawData) && !ArrayBuffer.isView(rawData) ? toJson(rawData) : rawData
  const keys = (Array.isArray(sessionKey) ? sessionKey.slice(0, 100) : [sessionKey]).filter(
    key => typeof key === 'string' && key.length < 1000
  )
  if (typeof raw !== 'string' || typeof signature !== 'string' || keys.length === 0) {
    return {
      reason: 'wrong-argument-type',
      inputs:
        typeof raw !== 'string' ? ['rawData'] : typeof signature !== 'string' ? ['signature'] : ['sessionKey']
    }
  }
  const cause = { reason: 'signature-mismatch', inputs: ['rawData', 'signature', 'sessionKey'], found: {} }
  if (raw.length > MAX_LENGTH || signature.length > 1000) return cause
  const isHash = /^[0-9a-f]{40}$/i.test(signature)
  const plain = isHash ? signature : signature.replace(/[^0-9a-f]/gi, '')
  if (plain.length !== 40)
    return {
      ...cause,
      inputs: ['signature'],
      found: { length: signature.length, change: 'signature' },
      variant: 'signature'
    }
  const texts = [...undo(raw, UNDO_RAW)]
  // An object has lost its text: what it serialises to is no proof that this was signed.
  if (raw !== rawData) for (const text of texts) text.changes.unshift('re-serialised')
  for (const { value: text, changes } of texts) {
    for (const key of keys) {
      for (const { value: keyText, changes: keyChanges } of undo(key, UNDO_KEY)) {
        if (!core.verifySignature(row, text, keyText, plain)) continue
        const change = [...changes, ...keyChanges, ...(isHash ? [] : ['signature'])]
        if (change.length === 0) return null
        const changed = [
          changes.length > 0 && 'rawData',
          keyChanges.length > 0 && 'sessionKey',
          !isHash && 'signature'
        ]
        return {
          ...cause,
          inputs: changed.filter(Boolean),
          found: { change: change[0], changes: change },
          variant: 'changed',
          isRepairable: true,
          values: { rawData: text, sessionKey: keyText, signature: plain }
        }
      }
    }
  }
  const isLossy = /\ufffd|\?{2,}/.test(raw)
  return isLossy
    ? { ...cause, inputs: ['rawData'], found: { change: 'lost-characters' }, variant: 'lossy' }
    : cause
}

/** Yields what a text may have been, the fewest changes first. */
function undo(text, table) {
  const undoOnce = value =>
    Object.keys(table).flatMap(change => table[change](value).map(undone => [undone, change]))
  return undoChanges(text, undoOnce, { maxDepth: text.length > 4096 ? 1 : 3 })
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

const isMissing = value => value === undefined || value === null || value === ''

module.exports = examineSignature
