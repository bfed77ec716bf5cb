'use strict'

// The values that `diagnose` and the command line know, and how people spell their names. Requires nothing.

/** The fields of `DiagnoseInput`, in the order in which they are reported. */
const FIELDS = [
  ...['platform', 'appId', 'sessionKey', 'encryptedData', 'iv', 'maxAge', 'openId', 'watermark'],
  ...['rawData', 'signature', 'errMsg', 'errcode', 'cloudID', 'code'],
  ...['aesKey', 'encryptKey', 'alipayPublicKey', 'signType', 'message', 'response', 'sign', 'encryptType']
]

/** Names with another meaning in a platform's own words. */
const SYNONYMS = { appkey: 'appId', encrypteddatastr: 'encryptedData', encrypt: 'pushed' }

/** What comes beside the values and is understood, but has no part in a diagnosis. */
const IGNORED = ['unionid', 'expiresIn', 'userInfo', 'charset', 'showData', 'timeStamp']

const simplify = name => name.replace(/[_-]/g, '').toLowerCase()

const bySimpleName = new Map(FIELDS.map(field => [simplify(field), field]))
for (const name of Object.keys(SYNONYMS)) bySimpleName.set(name, SYNONYMS[name])
const ignored = new Set(IGNORED.map(simplify))

/** Returns the field that `name` spells, or `undefined`. */
function fieldOf(name) {
  return name.length > 40 ? undefined : bySimpleName.get(simplify(name))
}

/** Whether `name` is understood without being a field. */
function isIgnored(name) {
  return name.length <= 40 && ignored.has(simplify(name))
}

module.exports = { FIELDS, fieldOf, isIgnored }
