'use strict'

// What happens to base64 text on its way to a server, and how each is undone. A repair returns the mended
// value, or the value itself where it has nothing to do.

const hasOwn = Object.prototype.hasOwnProperty

// code2Session calls it `session_key`.
const names = {
  sessionKey: ['sessionKey', 'session_key'],
  encryptedData: ['encryptedData', 'encrypted_data'],
  iv: ['iv']
}

// Numbers and names of the characters that base64 is made of, besides letters and digits.
const entities = [
  [/&(?:amp|#38|#x26);/gi, '&'],
  [/&(?:plus|#43|#x2b);/gi, '+'],
  [/&(?:sol|#47|#x2f);/gi, '/'],
  [/&(?:equals|#61|#x3d);/gi, '='],
  [/&(?:quot|apos|#34|#39|#x22|#x27);/gi, '']
]

// In the order in which they are undone: what was done last comes first.
const repairs = {
  'html-escaped': ofText(text => entities.reduce((mended, [entity, by]) => mended.replace(entity, by), text)),

  'url-encoded': ofText(text => {
    if (!/%[0-9a-f]{2}/i.test(text)) return text
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }),

  'quotes-left': ofText(text =>
    text
      .replace(/\\u([0-9a-f]{4})/gi, (_escape, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
      .replace(/\\[nrt]/g, '')
      .replace(/[\\"'`“”‘’]/g, '')
  ),

  // Wrapped text has spaces of its own, beside its line feeds.
  'plus-became-space': ofText(text => {
    if (!text.includes(' ') || /[\r\n]/.test(text)) return text
    const mended = [text, text.trim()].map(spaced => spaced.replace(/ /g, '+'))
    return mended.find(isWholeBase64) || text
  }),

  'hex-encoded': ofText(text =>
    text.length % 32 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex').toString('base64') : text
  ),

  'double-base64': value => {
    const bytes = decode(value)
    if (bytes === undefined) return value
    const text = bytes.toString('latin1').trim()
    const whole = text !== '' && isWholeBase64(text) && Buffer.from(text, 'base64').length % 16 === 0
    return whole ? text : value
  }
}

// Whole JSON objects stand where fields of theirs belong: takes the fields out of them.
function unwrap(fields) {
  const objects = Object.keys(names).map(field => parseObject(fields[field]))
  const mended = { ...fields }
  for (const field of Object.keys(names)) {
    if (typeof fields[field] === 'string' && parseObject(fields[field]) === undefined) continue
    for (const object of objects.filter(Boolean)) {
      const name = names[field].find(name => hasOwn.call(object, name) && typeof object[name] === 'string')
      if (name !== undefined) mended[field] = object[name]
    }
  }
  return mended
}

function ofText(mend) {
  return value => (typeof value === 'string' ? mend(value) : value)
}

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

// → the bytes of base64 text, or of bytes in any form that the class takes, else `undefined`.
function decode(value) {
  try {
    return Buffer.from(value, 'base64')
  } catch {
    return undefined
  }
}

module.exports = { repairs, unwrap, parseObject, decode }
