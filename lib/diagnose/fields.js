'use strict'

// The names of the values in JSON that people keep or send: as this package spells them, and as WeChat and
// Alipay do (`session_key`, `appid`, `encrypted_data`, `sign_type`).

const fields = [
  ...['appId', 'sessionKey', 'encryptedData', 'iv', 'maxAge'],
  ...['errMsg', 'cloudID', 'code'],
  ...['aesKey', 'alipayPublicKey', 'signType', 'encryptType', 'message', 'response', 'sign']
]

const simplify = name => name.replace(/[_-]/g, '').toLowerCase()
const bySimpleName = new Map(fields.map(field => [simplify(field), field]))
const bySpelling = new Map(fields.map(field => [field, field]))

// The names in a file are few; a file that makes up a new one in every line must not fill the memory.
const MAX_SPELLINGS = 1000

// → the field that is spelt so, or `undefined`.
function fieldOf(name) {
  let field = bySpelling.get(name)
  if (field === undefined && !bySpelling.has(name)) {
    field = bySimpleName.get(simplify(name))
    if (bySpelling.size < MAX_SPELLINGS) bySpelling.set(name, field)
  }
  return field
}

module.exports = { fieldOf }
