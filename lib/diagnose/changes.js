'use strict'

// What happens to a key, an iv or data on its way to a server, and how each change is undone.

const { decode, fromNumbers, hasControls, isText, stripControls, toText } = require('./bytes')
const { decodeUrl, toHalfWidth, undoChanges, undoOnce, unescapeHtml, unescapeUnicode } = require('./text')
const { toText: encodeBytes } = require('../host')

const MAX_DEPTH = 4

/**
 * By reason, in the order in which they are tried: what is around the rest comes first. Each takes a text, the form
 * that it should have, and returns a list of what the text may have been.
 */
const UNDO = {
  surrounded: findSurrounded,

  // Quotes are around the value, and go with it.
  'html-escaped': text => [unescapeHtml(text.replace(/&(?:quot|apos|#34|#39|#x22|#x27);/gi, ''))],

  'url-encoded': text => (/%[0-9a-f]{2}/i.test(text) ? [decodeUrl(text)] : []),

  'stray-quotes': text =>
    /[\\"'`\u2018-\u201d]/.test(text)
      ? [unescapeUnicode(text).replace(/\\[nrt]|[\\"'`\u2018-\u201d]/g, '')]
      : [],

  'full-width': text => [toHalfWidth(text).replace(/\u3000/g, ' ')],

  'bytes-as-text': readBytes,

  // Where the decoder does not skip them.
  'line-breaks': (text, { encoding }) =>
    encoding === 'hex' && /\s/.test(text) ? [text.replace(/\s/g, '')] : [],

  'plus-became-space': (text, { encoding }) => {
    if (encoding === 'hex' || !/[ \u00a0]/.test(text)) return []
    // Wrapped text has an indentation that was never a +, beside its line feeds.
    const unwrapped = text.replace(/[\r\n]+ */g, '').replace(/\u00a0/g, ' ')
    const undone = [unwrapped, unwrapped.trim(), ` ${unwrapped.trim()}`].map(spaced =>
      spaced.replace(/ /g, '+')
    )
    return undone.filter(isWholeBase64)
  },

  'changed-case': (text, { keyPattern }) => {
    const lower = text.toLowerCase()
    return keyPattern !== undefined && keyPattern.test(lower) ? [lower] : []
  },

  'hex-encoded': (text, { encoding }) => {
    const hex = text.replace(/^0x/i, '')
    if (hex.length < 32 || hex.length % 2 !== 0 || !isHex(hex)) return []
    const bytes = decode(hex, 'hex')
    return encoding === 'hex' ? [textOf(bytes)] : [bytes, textOf(bytes)]
  },

  'base64-encoded': (text, { encoding, keyPattern }) => {
    if ((encoding !== 'hex' && keyPattern === undefined) || !isWholeBase64(text)) return []
    const bytes = decode(text)
    return bytes.length === 16 ? [encodeBytes(bytes, 'hex')] : []
  },

  'double-base64': text => (isWholeBase64(text.trim()) ? [textOf(decode(text))] : [])
}

/** Bytes become a string only if they are text: a string with the bytes of a key could not be wiped. */
function textOf(bytes) {
  return bytes.length >= 16 && isText(bytes) ? toText(bytes) : undefined
}

/**
 * Undoes the changes of a value.
 *
 * @param {{ left: number, cache: Map }} budget characters that may be looked at, and what was found before
 * @returns {{ value: unknown, changes: string[] }[]} what `value` may have been, itself first
 */
function undoAll(value, row, name, budget) {
  const { cache } = budget
  const form = {
    encoding: encodingOf(row, name),
    keyPattern: name === 'sessionKey' ? row.keyPattern : undefined
  }
  const id = `${form.encoding} ${form.keyPattern}`
  if (!cache.has(value)) cache.set(value, new Map())
  const known = cache.get(value)
  if (!known.has(id)) {
    const undo = (current, seen) => undoOne(current, seen, form)
    known.set(id, [...undoChanges(value, undo, { maxDepth: MAX_DEPTH, budget })])
  }
  return known.get(id)
}

/** Yields what a value may have been before one change, and the reason that names the change. */
function* undoOne(value, seen, form) {
  if (typeof value === 'string') {
    const { size } = seen
    yield* undoOnce(value, UNDO, form)
    if (seen.size === size) yield [findRun(value), 'surrounded']
  } else if (Array.isArray(value) && typeof value[0] === 'string') {
    // A list in place of its one value.
    if (value.length <= 100 && value.every(other => other === value[0])) yield [value[0], 'surrounded']
  } else {
    const bytes = decode(value)
    // Bytes in place of a text: those of its characters.
    if (bytes !== undefined) yield [textOf(bytes), 'double-base64']
  }
}

/** The encoding of a value as text. */
const encodingOf = (row, name) => (name === 'encryptedData' ? 'base64' : row.encoding)

// ── Bytes as text ──

function readBytes(text) {
  const pairs = /^(?:<?Buffer )?((?:[0-9a-f]{2}[ :-])+[0-9a-f]{2})>?$/i.exec(text.trim())
  if (pairs !== null) return withText(decode(pairs[1].replace(/[ :-]/g, ''), 'hex'))
  // What console.log, JSON.stringify, Java, Python and PHP print of bytes.
  const start = BYTES.exec(text)[0].length
  const numbers = /^\s*((?:-?\d{1,3}[,\s]\s*)+-?\d{1,3})[\s\]})]*$/.exec(
    text.slice(start).replace(/["']\d{1,5}["']:/g, '')
  )
  if (numbers !== null) return withText(fromNumbers(numbers[1].split(/[,\s]\s*/).map(Number)))
  if (/^[01\s]{128,}$/.test(text)) return [fromBits(text.replace(/\s/g, ''))]
  if (text.includes('\\x')) return [fromCharacters(undoEscapes(text))]
  return hasControls(text) || /[\x7f-\xff]/.test(text) ? [fromCharacters(text)] : []
}

function fromBits(text) {
  const bits = text.length % 8 === 0 && text.length < 4096 ? text.match(/.{8}/g) : []
  return fromNumbers(bits.map(byte => Number.parseInt(byte, 2)))
}

/** Undoes the escapes of redis-cli, Python and C. */
function undoEscapes(text) {
  return text
    .replace(/^(?:bytearray\()?b?(['"])([\s\S]*)\1\)?$/, '$2')
    .replace(/\\(?:x([0-9a-f]{2})|([\\'"nrt]))/gi, (_all, digits, escaped) =>
      digits === undefined ? CONTROLS[escaped] || escaped : String.fromCharCode(Number.parseInt(digits, 16))
    )
}

const BYTES =
  /^(?:Buffer|U?[Ii]nt8Array|bytes|bytearray|[Aa]rray|byte\[\d*\]|"type":\s?"Buffer",|"data":|\(\d+\)|[[{(<\s])*/

function withText(bytes) {
  return bytes === undefined ? [] : [bytes, textOf(bytes)]
}

const CONTROLS = { n: '\n', r: '\r', t: '\t' }

/** The bytes of a text of one character each, if they may be those of a key, an iv or data. */
function fromCharacters(text) {
  if (text.length % 8 !== 0 || /[\u0100-\uffff]/.test(text)) return undefined
  return fromNumbers(Array.from(text, character => character.charCodeAt(0)))
}

// ── Something around the value ──

function findSurrounded(text) {
  const found = []
  // Java's serialisation: the length of the text in two bytes, then the text.
  const java = text.includes('\\x') ? undoEscapes(text) : text
  const start = java.indexOf('\u0005t') + 2
  if (start > 1) {
    const length = java.charCodeAt(start) * 256 + java.charCodeAt(start + 1)
    found.push(java.slice(start + 2, start + 2 + length))
  }
  // Other serialisations: the length in one byte.
  for (let i = 0; i < java.length && i < 256; i++) {
    const length = java.charCodeAt(i)
    const value = length < 32 ? java.slice(i + 1, i + 1 + length) : ''
    if (value.length === length && isWholeBase64(value)) found.push(value)
  }
  const strings = /^(?:[ao]:\d+:|\[)[\s\S]*"([\w+/=-]{16,})"[;}\]]*$/i.exec(text.slice(0, 8192))
  if (strings !== null) found.push(strings[1])
  const parts = text.split(',').map(part => part.trim())
  if (parts.length > 1 && parts.every(part => part === parts[0])) found.push(parts[0])
  // A name before it, a data URL, PHP's serialisation, an element.
  const named = text.replace(
    /^\s*(?:bearer\s|[\w|.-]{1,40}\s*[:=|](?![=\s]*$)\s*){1,3}(?:"|'|\{|application\/[\w.-]+;base64,)?/i,
    ''
  )
  // The space may have been a +.
  if (text[text.length - named.length - 1] === ' ') found.push(` ${named}`)
  if (named !== text) found.push(named, named.trim(), named.replace(/["';},\s]+$/, ''))
  found.push(
    text.replace(/^data:[\w/.+-]*;base64,/, ''),
    text.replace(/^0x/i, ''),
    text.replace(/^[bu](['"])(.+)\1$/, '$2')
  )
  // Control characters and invisible ones.
  found.push(stripControls(text).replace(/[\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd]+/g, ''))
  return found.filter(value => value !== text && value.length >= 16)
}

/** Returns the only text of base64 in a text, or the one that it repeats. */
function findRun(text) {
  const runs = text.match(/[A-Za-z0-9+/_-]{20,}={0,2}/g)
  return runs !== null && runs[0] !== text && runs.every(run => run === runs[0]) ? runs[0] : undefined
}

// ── Forms ──

const isHex = text => /^[0-9a-f]+$/i.test(text)

function isWholeBase64(text) {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}

/** Whether a text of base64 has lost the case of its letters, of which random text has both: `count` at least. */
function isOneCase(text, count) {
  if (text.length > 65536) return false
  const letters = text.replace(/[^A-Za-z]/g, '')
  const isSame = letters === letters.toLowerCase() || letters === letters.toUpperCase()
  return letters.length >= count && isSame && new Set(letters).size >= count / 2
}

/** Whether a text was bytes that cannot be told from it any more. */
function isLossy(text) {
  return (
    /^\d{33,48}$/.test(text) ||
    hasControls(text) ||
    /[\ufffd\x80-\x9f]/.test(text) ||
    /^<Buffer [0-9a-f ]+\.\.\./.test(text)
  )
}

module.exports = { encodingOf, undoAll, isHex, isLossy, isOneCase }
