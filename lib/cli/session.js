'use strict'

// The values of one session or record, by the names of this package: from JSON, what the operator states, and
// the environment.

const { fieldOf } = require('../diagnose/fields')

// `reason` is a name in ./text, `detail` what its words are about.
class UsageError extends Error {
  constructor(reason, detail) {
    super(reason)
    this.reason = reason
    this.detail = detail
  }
}

// → the input of `diagnose`. `text` is the JSON of `object`.
function readSession(object, text, stated, env) {
  const fields = readFields(object)
  if (isAlipay(fields)) return readAlipay(fields, text, stated, env)
  fields.message = undefined
  fields.aesKey = undefined
  fields.alipayPublicKey = undefined
  // What the operator states binds: values that name another app are rejected, not decrypted.
  if (stated.appId !== undefined) {
    if (fields.appId !== undefined && fields.appId !== stated.appId) throw new UsageError('otherApp')
    fields.appId = stated.appId
  }
  if (fields.sessionKey === undefined) fields.sessionKey = env.WX_SESSION_KEY
  for (const name of ['encryptedData', 'iv', 'maxAge']) {
    if (stated[name] !== undefined) fields[name] = stated[name]
  }
  return fields
}

const NO_FIELDS = {
  appId: undefined,
  sessionKey: undefined,
  encryptedData: undefined,
  iv: undefined,
  message: undefined,
  aesKey: undefined,
  alipayPublicKey: undefined
}

function readFields(object) {
  // All at once, which is faster than one after the other.
  const fields = { ...NO_FIELDS }
  for (const name of Object.keys(object)) {
    const field = fieldOf(name)
    const value = object[name]
    if (field === undefined || value === null) continue
    if (fields[field] !== undefined && fields[field] !== value) throw new UsageError('spelledTwice', field)
    fields[field] = value
  }
  return fields
}

// WeChat's data has an iv, Alipay's has not. A record may contain other things, such as a `message` of its own.
function isAlipay({ message, response, sign, iv }) {
  return iv === undefined && (message !== undefined || response !== undefined || sign !== undefined)
}

function readAlipay(fields, text, stated, env) {
  if (stated.isBinding) throw new UsageError('notForAlipay')
  const { aesKey = env.ALIPAY_AES_KEY, alipayPublicKey = env.ALIPAY_PUBLIC_KEY, signType, message } = fields
  if (message !== undefined) return { aesKey, alipayPublicKey, signType, message }
  // The message itself, which must not choose the configuration's `signType`. A plain response is signed in its
  // very text, so that is passed, unless it contains the AES key.
  const { response = fields.encryptedData, sign, encryptType } = fields
  const isPure = fields.aesKey === undefined
  return { aesKey, alipayPublicKey, message: isPure ? text : { response, sign, signType, encryptType } }
}

// → the names in `object` that are not understood, for a message: short ones only, as another may be a key.
function unknownNames(object) {
  return Object.keys(object).filter(name => fieldOf(name) === undefined && /^[\w.-]{1,20}$/.test(name))
}

module.exports = { UsageError, readSession, unknownNames }
