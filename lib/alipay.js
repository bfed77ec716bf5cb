'use strict'

// Verifies and decrypts what Alipay's `my.getPhoneNumber` and similar APIs return.

const { decryptAlipay, numbers, parseAesKey, parsePublicKey } = require('./core')
const { AlipayDataError, createAlipayError, createCallError } = require('./errors')
const { inspect, toText } = require('./host')
const { property, readOwn } = require('./own')
const { wipe } = require('./session-keys')

/**
 * Instance → its keys, and what may be shown of it: out of reach of everything that prints or serialises the instance.
 */
const instances = new WeakMap()

/** Overwrites AES keys when the instance is collected, where the runtime can tell. */
const wiper = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry(wipe)

const OPTIONS = ['aesKey', 'alipayPublicKey', 'signType']

/** Characters of a string, or bytes. Real messages have about 600. */
const MAX_MESSAGE_LENGTH = 64 * 1024

function AlipayDataCrypt(config) {
  if (!(this instanceof AlipayDataCrypt)) throw createCallError('constructor', 'AlipayDataCrypt')
  if (config === null || typeof config !== 'object') {
    throw configError('config-type', { option: 'config' })
  }
  checkOptions(config)
  const aesTexts = readKeys('aesKey', readOwn(config, 'aesKey'))
  const publicTexts = readKeys('alipayPublicKey', readOwn(config, 'alipayPublicKey'))
  const signType = readSignType(readOwn(config, 'signType'))
  const isRsa2 = signType === 'RSA2' ? 1 : 0
  const publicKeys = parseKeys('alipayPublicKey', publicTexts, parsePublicKey, isRsa2)
  const aesKeys = parseKeys('aesKey', aesTexts, parseAesKey, isRsa2)
  const summary = { signType, aesKeys: aesKeys.length, alipayPublicKeys: publicKeys.length }
  instances.set(this, { aesKeys, publicKeys, isRsa2, summary })
  if (wiper !== undefined) wiper.register(this, aesKeys)
}

const methods = {
  decryptData(message) {
    const instance = instances.get(this)
    if (instance === undefined) throw createCallError('method', 'AlipayDataCrypt', 'decryptData')
    const { aesKeys, publicKeys, isRsa2 } = instance
    const text = readMessage(message)
    numbers[0] = isRsa2
    numbers[1] = aesKeys.length
    // The plaintext is an object, a rejection a list.
    const answer = JSON.parse(decryptAlipay(text, ...aesKeys, ...publicKeys))
    if (!Array.isArray(answer)) return answer
    const [code, reason, field, unsigned] = answer
    throw createAlipayError(code, reason, { field }, unsigned === undefined ? undefined : toAnswer(unsigned))
  },

  /** Shows the number of keys, never a key. */
  toJSON() {
    const instance = instances.get(this)
    return instance === undefined ? {} : { ...instance.summary }
  },

  [Symbol.for('nodejs.util.inspect.custom')](_depth, options) {
    return `AlipayDataCrypt ${inspect(this.toJSON(), options)}`
  }
}

// Not enumerable, as the methods of a `class`.
for (const name of Reflect.ownKeys(methods)) {
  Object.defineProperty(AlipayDataCrypt.prototype, name, property(methods[name], false))
}

function readMessage(message) {
  if (typeof message === 'string') {
    if (message.length > MAX_MESSAGE_LENGTH) throw messageError('too-long')
    return message
  }
  if (message === null || typeof message !== 'object') throw messageError('message-type')
  try {
    if (ArrayBuffer.isView(message)) {
      if (message.byteLength > MAX_MESSAGE_LENGTH) throw messageError('too-long')
      return toText(message, 'utf8')
    }
    // A plain response is signed as text, which an object no longer has. Only if re-serialising it gives that
    // text again will the signature verify.
    const text = JSON.stringify(copyData(message, { left: MAX_MESSAGE_LENGTH }))
    if (text.length > MAX_MESSAGE_LENGTH) throw messageError('too-long')
    return text
  } catch (error) {
    throw error instanceof AlipayDataError ? error : messageError('unreadable-object')
  }
}

/**
 * Copies JSON data and stops as soon as more than `budget.left` characters have been seen, so that a large object is
 * not serialised first. The copies have no prototype: nothing inherited, such as a `toJSON` on Object.prototype, has a
 * part in what they serialise to.
 */
function copyData(value, budget) {
  if (value instanceof String) value = String(value)
  if (typeof value === 'string') spend(budget, value.length)
  if (value === null || typeof value !== 'object') return value
  if (ArrayBuffer.isView(value)) throw new TypeError('bytes are not JSON')
  if (Array.isArray(value)) spend(budget, value.length)
  const copy = Object.setPrototypeOf(Array.isArray(value) ? [] : {}, null)
  for (const key of Object.keys(value)) {
    spend(budget, key.length)
    copy[key] = copyData(value[key], budget)
  }
  return copy
}

function spend(budget, length) {
  budget.left -= length
  if (budget.left < 0) throw messageError('too-long')
}

/** Names what an unsigned error says; the core returns null for what is missing. */
function toAnswer([code, msg, subCode, subMsg]) {
  const answer = { code }
  if (msg !== null) answer.msg = msg
  if (subCode !== null) answer.subCode = subCode
  if (subMsg !== null) answer.subMsg = subMsg
  return answer
}

/**
 * Rejects a misspelt option. Only own properties count, here and below: a polluted prototype must not choose keys or
 * algorithms.
 */
function checkOptions(config) {
  for (const name of Object.keys(config)) {
    if (OPTIONS.includes(name)) continue
    // Anything else than a short word may be a key.
    const option = /^[a-z_]{1,20}$/i.test(name) ? name : 'config'
    throw configError('unknown-option', { option, names: OPTIONS.join(', ') })
  }
}

function readKeys(option, value) {
  if (!Array.isArray(value)) return [readKey(option, value)]
  if (value.length === 0) throw configError('no-key', { option })
  return Array.from(value, (key, index) => readKey(`${option}[${index}]`, key))
}

function readKey(option, value) {
  if (typeof value === 'string') return value
  // What fs.readFileSync returns for a key or certificate file. Not for an AES key: its bytes could be the key
  // or its text.
  if (option.startsWith('alipayPublicKey') && ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  throw configError('key-type', { option })
}

/** Returns the bytes of the keys. */
function parseKeys(option, texts, parse, isRsa2) {
  const keys = []
  for (let i = 0; i < texts.length; i++) {
    numbers[0] = isRsa2
    const key = parse(texts[i])
    if (typeof key === 'string') {
      wipe(keys)
      const [reason, number] = JSON.parse(key)
      throw configError(reason, { option: texts.length === 1 ? option : `${option}[${i}]`, number })
    }
    // Defined rather than pushed: a polluted prototype may have setters for indices.
    Object.defineProperty(keys, i, property(key, true))
  }
  return keys
}

function readSignType(signType) {
  if (signType === undefined) return 'RSA2'
  if (signType === 'RSA2' || signType === 'RSA') return signType
  throw configError(signType === 'SM2' ? 'sign-type-sm2' : 'sign-type-value', { option: 'signType' })
}

function configError(reason, values) {
  return createAlipayError('ERR_ALIPAY_CONFIG', reason, values)
}

function messageError(reason) {
  return createAlipayError('ERR_ALIPAY_MESSAGE', reason)
}

module.exports = { AlipayDataCrypt, AlipayDataError }
