'use strict'

// What happens to base64 text on its way to a server, and how each is undone. A repair returns the repaired
// value, or the value itself where there is nothing to repair.

const { decode, decodeHex } = require('./bytes')
const { fieldOf } = require('./fields')

// The characters that base64 text consists of, besides letters and digits, and the quotes around it.
const entities = [
  [/&(?:amp|#38|#x26);/gi, '&'],
  [/&(?:plus|#43|#x2b);/gi, '+'],
  [/&(?:sol|#47|#x2f);/gi, '/'],
  [/&(?:equals|#61|#x3d);/gi, '='],
  [/&(?:quot|apos|#34|#39|#x22|#x27);/gi, '']
]

// In the order in which they are undone: the last change is undone first.
const repairs = {
  'html-escaped': text => entities.reduce((repaired, [entity, by]) => repaired.replace(entity, by), text),

  'url-encoded': text => {
    if (!/%[0-9a-f]{2}/i.test(text)) return text
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  },

  'stray-quotes': text =>
    text
      .replace(/\\u([0-9a-f]{4})/gi, (_escape, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
      .replace(/\\[nrt]/g, '')
      .replace(/[\\"'`“”‘’]/g, ''),

  // Wrapped text has spaces that were never a +, beside its line feeds.
  'plus-became-space': text => {
    if (!text.includes(' ') || /[\r\n]/.test(text)) return text
    const repaired = [text, text.trim()].map(spaced => spaced.replace(/ /g, '+'))
    return repaired.find(isWholeBase64) || text
  },

  'hex-encoded': text => {
    const isHex = text.length % 32 === 0 && /^[0-9a-f]+$/i.test(text)
    return isHex ? decodeHex(text).toString('base64') : text
  },

  'double-base64': value => {
    const bytes = decode(value)
    // Bytes become a string only if they are text: a string with the bytes of a key could not be wiped.
    if (bytes === undefined || bytes.length === 0 || !bytes.every(isTextByte)) return value
    const text = bytes.toString('latin1').trim()
    return isWholeBase64(text) && decode(text).length % 16 === 0 ? text : value
  }
}

// Every repair but the last one is of text.
function repair(reason, value) {
  return typeof value === 'string' || reason === 'double-base64' ? repairs[reason](value) : value
}

// Takes the fields out of whole JSON objects that were passed instead of one of their fields.
function unwrap(fields) {
  const names = ['sessionKey', 'encryptedData', 'iv']
  const objects = names.map(name => parseObject(fields[name]))
  const repaired = { ...fields }
  for (const object of objects.filter(Boolean)) {
    for (const [spelling, value] of Object.entries(object)) {
      const index = names.indexOf(fieldOf(spelling))
      const isReplaceable = typeof fields[names[index]] !== 'string' || objects[index] !== undefined
      if (index !== -1 && typeof value === 'string' && isReplaceable) repaired[names[index]] = value
    }
  }
  return repaired
}

const isTextByte = byte => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d

function isWholeBase64(text) {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}

// → the object that `value` is or that it is the JSON text of, else `undefined`.
function parseObject(value) {
  let object = value
  if (typeof value === 'string') {
    const text = value.replace(/&(?:quot|#34|#x22);/gi, '"').trim()
    if (!text.startsWith('{')) return undefined
    try {
      object = JSON.parse(text)
    } catch {
      return undefined
    }
  }
  const isObject = object !== null && typeof object === 'object'
  return isObject && !Array.isArray(object) && !ArrayBuffer.isView(object) ? object : undefined
}

module.exports = { reasons: Object.keys(repairs), repair, unwrap, parseObject }
