'use strict'

// Reads what a person pastes: JSON, JSON in JSON, URL-encoded and HTML-escaped text, a form body, what console.log,
// PHP, Python or Java print, a log. Finds the values that `diagnose` takes, and says where each was. Uses no Node API.

const { FIELDS, fieldOf, isIgnored } = require('./diagnose/fields')
const { attempt, decodeUrl, isAbsent, isObject, parseJson: parse, unescapeHtml } = require('./diagnose/text')

const MAX_DEPTH = 8
const MAX_MEMBERS = 1000

/**
 * Where a value was found: `name`, as it is spelled there; `path`, the names around it; `at`, the index of the
 * value in the text, or -1 if the text contains it in an encoded form only; `encoding`, the layers around it.
 *
 * @typedef {{ name: string, path: string, at: number, encoding: string[] }} Source
 */

/**
 * Reads pasted text. The first occurrence of a field counts.
 *
 * @param {string} text
 * @returns {{ values: object, sources: Object<string, Source>, unknown: string[], repeated: string[] }} `unknown`
 *   are names that are not understood; `repeated` are fields that occur again with another value
 */
function readPaste(text) {
  const reader = createReader(text)
  readText(text, [], [], reader)
  return finish(reader)
}

/** Reads an object instead of its JSON text, in the same manner. */
function readObject(object) {
  const reader = createReader('')
  readMembers(object, noText, [], [], reader)
  return finish(reader)
}

function createReader(text) {
  // Without a prototype, since the names come from the text.
  const [values, sources, others] = [1, 2, 3].map(() => Object.create(null))
  return { text, values, sources, others, unknown: new Set(), repeated: new Set(), left: MAX_MEMBERS }
}

function finish({ values, sources, others, unknown, repeated }) {
  // Baidu calls it "data". So do many answers, so that any other spelling is preferred.
  if (values.encryptedData === undefined && others.data !== undefined) {
    values.encryptedData = others.data.value
    sources.encryptedData = others.data.source
    unknown.delete('data')
  }
  const isMessage = values.sign !== undefined && values.message === undefined && values.iv === undefined
  if (isMessage && others.message !== undefined) {
    values.message = others.message.value
    sources.message = others.message.source
    // The message must not choose the algorithm of its signature.
    const signType = others.message.hasSignType ? ['signType'] : []
    for (const name of ['response', 'sign', 'encryptType', 'encryptedData', ...signType]) {
      delete values[name]
      delete sources[name]
    }
  }
  return { values, sources, unknown: [...unknown], repeated: [...repeated] }
}

/** Whether there are too many names and layers around a value. */
const isTooDeep = (path, encoding) => path.length + encoding.length > MAX_DEPTH

// ── Text ──

/** Returns whether a field was found in `text`. */
function readText(text, path, encoding, reader) {
  if (isTooDeep(path, encoding)) return false
  const trimmed = text.replace(/^\ufeff/, '').trim()
  if (trimmed === '') return false
  const value = parseJson(trimmed)
  const inJson = [...encoding, 'json']
  if (typeof value === 'string') return readText(value, path, inJson, reader)
  if (isObject(value)) return readMembers(value, () => trimmed, path, inJson, reader)
  if (/^(?:%7B|%22|%5B)/i.test(trimmed)) {
    const decoded = decodeUrl(trimmed)
    if (decoded !== undefined) return readText(decoded, path, [...encoding, 'url'], reader)
  }
  const unescaped = unescapeHtml(trimmed)
  if (unescaped !== trimmed && /["']/.test(unescaped)) {
    return readText(unescaped, path, [...encoding, 'html'], reader)
  }
  return readForm(trimmed, path, encoding, reader) || scan(trimmed, path, encoding, reader)
}

const FORM =
  /^(?:[a-z]+:\/\/[^\s?#]*)?\??([\w.%[\]-]{1,60}=[^&\r\n"'{}<>;]*(?:&[\w.%[\]-]{1,60}=[^&\r\n"'{}<>;]*)+)$/i

/** Reads a form body or the query of a URL. A + is a space there, which is what a server sees. */
function readForm(text, path, encoding, reader) {
  const form = FORM.exec(text)
  // JSON as the name of a form's only field: what a client sends that serialises a string as a form.
  if (form === null) {
    const name = /^(%7B%22[^=&\s]*)=$/i.exec(text)
    const decoded = name === null ? undefined : decodeUrl(name[1])
    return decoded !== undefined && readText(decoded, path, [...encoding, 'url'], reader)
  }
  const members = Object.create(null)
  for (const pair of form[1].split('&')) {
    const end = pair.indexOf('=')
    const name = decodeUrl(pair.slice(0, end)) || ''
    const value = pair.slice(end + 1).replace(/\+/g, ' ')
    const decoded = decodeUrl(value)
    if (members[name] === undefined) members[name] = decoded === undefined ? value : decoded
    else members[name] = [].concat(members[name], decoded)
  }
  return readMembers(members, noText, path, [...encoding, 'form'], reader)
}

// ── Objects ──

function readMembers(object, json, path, encoding, reader) {
  if (isTooDeep(path, encoding)) return false
  let isFound = false
  const entries = (attempt(() => Object.entries(object)) || []).slice(0, reader.left)
  const isAlipayConfig = entries.some(([name]) =>
    /^(?:aesKey|alipayPublicKey|encryptKey)$/.test(fieldOf(name))
  )
  keepMessage(object, json, path, encoding, reader)
  for (const [name, value] of entries) {
    if (reader.left-- <= 0) break
    const field = fieldOf(name)
    const source = { name, path: [...path, name].join('.'), encoding }
    if (field !== undefined && isTaken(field, value, isAlipayConfig)) {
      const raw = field === 'message' && isObject(value) ? rawMember(json(), name) : undefined
      take(field, raw === undefined ? value : raw, source, reader)
      isFound = true
      continue
    }
    if (/^data$/i.test(name)) keepData(value, source, reader)
    let isUnderstood = isIgnored(name)
    if (isObject(value) && !isBytes(value)) {
      const raw = () => rawMember(json(), name)
      isUnderstood = readMembers(value, raw, [...path, name], encoding, reader) || isUnderstood
    } else if (typeof value === 'string' && value.length > 20) {
      isUnderstood = readNested(value, [...path, name], encoding, reader) || isUnderstood
    }
    // JSON as a name, with no value.
    if (/^\s*\{/.test(name)) isUnderstood = readText(name, path, encoding, reader) || isUnderstood
    isFound = isFound || isUnderstood
    // Anything but a short word may be a key.
    if (!isUnderstood && /^[\w.-]{1,20}$/.test(name) && !Array.isArray(object)) reader.unknown.add(name)
  }
  return isFound
}

function readNested(value, path, encoding, reader) {
  return (
    /^\s*(?:["{[]|%7B|%22|%5B|&quot;)|&\w+=|[\w"]\s*[=:]/i.test(value.slice(0, 2000)) &&
    readText(value, path, encoding, reader)
  )
}

const isText = value => typeof value === 'string'
const isCode = value => Number.isInteger(isText(value) ? Number(value) : value) && Number(value) !== 0

/** Fields whose names are common words: whether a value is that of the field. */
const IS_VALUE = {
  // In a log it is rather that of the phone.
  platform: value => /DataCrypt$/.test(value),
  watermark: value => value === 'optional',
  code: value => isText(value) && value.length >= 20,
  errcode: isCode,
  pushed: isBase64Like,
  message: value => isText(value) && /response|encryptedData/.test(value) && /sign/.test(value),
  response: value =>
    isText(value)
      ? isBase64Like(value) || /response/.test(value)
      : isObject(value) && hasAny(value, ['code', 'sub_code', 'subCode']),
  sign: isText,
  signature: isText
}

/** Whether a value is taken. A whole object in place of one of its fields is `diagnose`'s to explain. */
function isTaken(field, value, isAlipayConfig) {
  if (isAbsent(value)) return false
  if (field === 'message' && isAlipayConfig) return true
  return !hasAny(IS_VALUE, [field]) || IS_VALUE[field](value)
}

// In place of the JSON text of an object that has none.
const noText = () => undefined

/** The members of an Alipay message. */
const MESSAGE = [
  ...['response', 'encryptedData', 'sign'],
  ...['sign_type', 'signType', 'encrypt_type', 'encryptType', 'charset']
]

/** Keeps the first Alipay message as it is written: a plain response is signed as text. */
function keepMessage(object, json, path, encoding, reader) {
  if (
    reader.others.message !== undefined ||
    !hasAny(object, ['sign']) ||
    !hasAny(object, ['response', 'encryptedData']) ||
    hasAny(object, ['iv'])
  )
    return
  const members = MESSAGE.filter(name => hasAny(object, [name])).map(
    name => `"${name}":${rawMember(json(), name) || JSON.stringify(object[name])}`
  )
  const value = `{${members.join(',')}}`
  const source = { name: 'message', path: path.join('.'), at: locate(value, reader), encoding }
  reader.others.message = { value, source, hasSignType: hasAny(object, ['sign_type', 'signType']) }
}

function keepData(value, source, reader) {
  if (reader.others.data === undefined && isBase64Like(value)) {
    reader.others.data = { value, source: { ...source, at: locate(value, reader) } }
  }
}

function take(field, value, source, reader) {
  const { values, sources, repeated } = reader
  if (values[field] === undefined) {
    const isNumber = field === 'maxAge' && typeof value === 'string' && /^\d{1,15}$/.test(value)
    values[field] = isNumber ? Number(value) : value
    sources[field] = { ...source, at: locate(value, reader) }
  } else if (values[field] !== value) {
    repeated.add(field)
  }
}

// ── Raw JSON ──

/** Returns the text of a member's value in the valid JSON text of an object. */
function rawMember(json, name) {
  if (json === undefined) return undefined
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g
  let depth = 0
  let key
  let start = -1
  for (let token = tokens.exec(json); token !== null; token = tokens.exec(json)) {
    const [text] = token
    if (start !== -1 && depth === 1 && (text === ',' || text === '}'))
      return json.slice(start, token.index).trim()
    if (text === '{' || text === '[') depth++
    else if (text === '}' || text === ']') depth--
    else if (depth === 1 && text === ':' && key === name) start = token.index + 1
    else if (depth === 1 && text[0] === '"' && start === -1) key = parseJson(text)
    if (depth === 0) return undefined
  }
  return undefined
}

// ── Any other text ──

const SPELLINGS = FIELDS.map(field => field.replace(/[A-Z]+/g, letters => `[_-]?${letters}`))
// The more special name first, so that a prefix of it does not win.
SPELLINGS.sort((a, b) => b.length - a.length)
const NAME = new RegExp(`(${SPELLINGS.join('|')}|app_?key|encrypt|data)(?![A-Za-z0-9_-])`, 'gi')
// Quotes and brackets after the name, the sign between, and the type that var_dump prints.
const SEPARATOR =
  /(?:\\*["'`])?\]?\s{0,80}(?:=>|[:=：＝])\s{0,80}(?:string\(\d+\)\s{0,80})?(?:[bu](?=['"]))?/y
const QUOTE = /\\*["'`]/y
const BARE = /[^\s,;，；、。&(){}[\]"'<>]+/y
const LINE = /[^\r\n,"'}&]+/y
const SPACED = /[A-Za-z0-9+/_%\\-]+(?: [A-Za-z0-9+/_%\\-]+)*={1,2}/y
const JOIN = /\s*\+\s*(?=["'])/y
const ELEMENT = />\s*(?:<!\[CDATA\[)?([^<\]]+)/y

/** Finds `name = value` in any notation. */
function scan(text, path, encoding, reader) {
  let isFound = readCut(text, path, encoding, reader)
  const names = new RegExp(NAME)
  for (let found = names.exec(text); found !== null && reader.left-- > 0; found = names.exec(text)) {
    const [name] = found
    // Part of a longer word, or the end of base64.
    if (/[A-Za-z0-9_+/-]/.test(text.charAt(found.index - 1))) continue
    const scanned = scanValue(text, names.lastIndex, fieldOf(name) === 'errMsg' ? LINE : BARE)
    if (scanned === undefined) continue
    // A quoted text may hold further names.
    if (!scanned.isQuoted) names.lastIndex = scanned.end
    const value = scanned.isQuoted ? scanned.value : undoForm(scanned, text, found.index - 1)
    const source = { name, path: [...path, name].join('.'), encoding: [...encoding, 'text'] }
    const field = fieldOf(name)
    if (field === undefined) {
      keepData(value, source, reader)
      continue
    }
    if (!isTaken(field, value, false)) continue
    const shouldNest = field === 'message' || field === 'response'
    if (!(shouldNest && readNested(value, [...path, name], encoding, reader)))
      take(field, value, source, reader)
    isFound = true
  }
  return isFound
}

/** Decodes a value of a form or a query within other text. */
function undoForm({ value, end }, text, start) {
  const isForm = text[end] === '&' || text[start] === '&' || text[start] === '?'
  const decoded = isForm ? decodeUrl(value.replace(/\+/g, ' ')) : undefined
  return decoded === undefined ? value : decoded
}

/** Reads the first whole JSON object around an Alipay response, which must keep its text. */
function readCut(text, path, encoding, reader) {
  const at = text.indexOf('"response"')
  const start = at === -1 ? -1 : text.lastIndexOf('{', at)
  if (start === -1) return false
  const end = endOfObject(text, start)
  const cut = end === -1 ? '' : text.slice(start, end)
  const object = parseJson(cut)
  return (
    isObject(object) &&
    hasAny(object, ['sign', 'response']) &&
    readMembers(object, () => cut, path, encoding, reader)
  )
}

function endOfObject(text, start) {
  let depth = 0
  let isString = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '"') isString = !isString
    else if (!isString && character === '{') depth++
    else if (!isString && character === '}' && --depth === 0) return at + 1
  }
  return -1
}

function scanValue(text, from, bareValue) {
  const element = match(ELEMENT, text, from)
  if (element !== null) return { value: element[1].trim(), end: ELEMENT.lastIndex, isQuoted: true }
  const separator = match(SEPARATOR, text, from)
  if (separator === null) return undefined
  const start = from + separator[0].length
  if (match(QUOTE, text, start) !== null) {
    const value = scanQuoted(text, start)
    return value === undefined ? undefined : { value, end: start, isQuoted: true }
  }
  if (text[start] === '{') {
    const end = endOfObject(text, start)
    return end === -1 ? undefined : { value: text.slice(start, end), end, isQuoted: true }
  }
  const bare = match(SPACED, text, start) || match(bareValue, text, start)
  return bare === null ? undefined : { value: bare[0], end: start + bare[0].length, isQuoted: false }
}

/** Reads a quoted text, and further ones that a + joins to it, as console.log prints long texts. */
function scanQuoted(text, from) {
  let value = ''
  for (let at = from; ; ) {
    const quote = match(QUOTE, text, at)
    if (quote === null) return value
    const start = at + quote[0].length
    const end = endOfQuoted(text, start, quote[0])
    if (end === -1) return value === '' ? undefined : value
    value += undoEscapes(text.slice(start, end), quote[0])
    at = end + quote[0].length
    const next = match(JOIN, text, at)
    if (next === null) return value
    at += next[0].length
  }
}

function endOfQuoted(text, start, quote) {
  for (let end = text.indexOf(quote, start); end !== -1; end = text.indexOf(quote, end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\' && end - 1 - backslashes >= start) backslashes++
    if (quote.length > 1 ? backslashes === 0 : backslashes % 2 === 0) return end
  }
  return -1
}

/** Undoes the escapes of a text: as many layers as its quote has. */
function undoEscapes(text, quote) {
  let value = text
  for (let layers = Math.log2(quote.length) + 1; layers >= 1; layers--) {
    if (!value.includes('\\')) break
    const parsed = parseJson(
      `"${value.replace(/\\'/g, "'").replace(/(\\.)|"/gs, (all, escaped) => escaped || `\\${all}`)}"`
    )
    if (typeof parsed !== 'string') break
    value = parsed
  }
  return value
}

// ── Helpers ──

function match(pattern, text, at) {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function parseJson(text) {
  return /^["{[]/.test(text) ? parse(text) : undefined
}

function locate(value, { text }) {
  return typeof value === 'string' ? text.indexOf(value) : -1
}

function hasAny(object, names) {
  return names.some(name => Object.hasOwn(object, name))
}

/** Whether it is what `JSON.stringify` makes of bytes: a value, not an object with values in it. */
function isBytes(value) {
  return (
    ArrayBuffer.isView(value) ||
    (Array.isArray(value) && typeof value[0] === 'number') ||
    (hasAny(value, ['type']) && value.type === 'Buffer')
  )
}

function isBase64Like(value) {
  return typeof value === 'string' && value.length >= 20 && /^[A-Za-z0-9+/_\s%\\-]+={0,2}$/.test(value.trim())
}

module.exports = { readObject, readPaste }
