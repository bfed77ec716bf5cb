'use strict'

// The values of one session: from pasted text, what the operator states, and the environment.

const diagnose = require('../diagnose')
const { isObject, parseJson } = require('../diagnose/text')
const { readPaste } = require('../paste')

/** Wrong usage: `reason` is a name in the messages of the command line, `values` fill its placeholders. */
class UsageError extends Error {
  constructor(reason, values = {}) {
    super(reason)
    this.reason = reason
    this.values = values
  }
}

/**
 * Returns the input of `diagnose`, and what was read where.
 *
 * @returns {{ session: object, paste: object }}
 */
function readSession(text, stated, env) {
  const paste = readPaste(text)
  const session = { ...paste.values }
  const answer = readAnswer(text)
  if (answer !== undefined) return { session: answer, paste: { ...paste, unknown: [] } }
  if (text !== '' && Object.keys(session).length === 0) {
    throw new UsageError('nothing-found', { unknown: paste.unknown })
  }
  if (stated.platform !== undefined) session.platform = stated.platform
  if (isAlipay(session)) {
    if (stated.isBinding) throw new UsageError('not-for-alipay')
    if (session.aesKey === undefined) session.aesKey = env.ALIPAY_AES_KEY
    if (session.alipayPublicKey === undefined) session.alipayPublicKey = env.ALIPAY_PUBLIC_KEY
    return { session, paste }
  }
  for (const name of ['message', 'aesKey', 'alipayPublicKey', 'encryptKey']) delete session[name]
  // What the operator states binds: values that name another app are rejected, not decrypted.
  if (stated.appId !== undefined) {
    if (session.appId !== undefined && session.appId !== stated.appId) throw new UsageError('other-app')
    session.appId = stated.appId
  }
  if (session.sessionKey === undefined) session.sessionKey = env.WX_SESSION_KEY
  for (const name of ['encryptedData', 'iv', 'maxAge']) {
    if (stated[name] !== undefined) session[name] = stated[name]
  }
  return { session, paste }
}

/** Returns an object that is a whole answer or notification of WeChat, in which there is nothing to decrypt. */
function readAnswer(text) {
  const object = parseJson(text)
  const isAnswer = isObject(object) && ['cloud-data', 'pay-callback'].includes(diagnose(object).reason)
  return isAnswer ? object : undefined
}

/** WeChat's data has an iv, Alipay's has not. */
function isAlipay({ platform, message, aesKey, alipayPublicKey, iv }) {
  if (platform !== undefined) return platform === 'AlipayDataCrypt'
  return iv === undefined && [message, aesKey, alipayPublicKey].some(value => value !== undefined)
}

module.exports = { UsageError, isAlipay, readSession }
