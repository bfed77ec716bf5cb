'use strict'

// Verifies and decrypts what Alipay's `my.getPhoneNumber` and similar APIs return.

const native = require('./native')
const { describeType } = require('./errors')

// Instance → its native function, and what may be shown of it. The keys exist only inside that function, out
// of reach of whatever prints or serialises the instance.
const instances = new WeakMap()

const OPTIONS = ['aesKey', 'alipayPublicKey', 'signType']

// Characters of a string, or bytes. Real messages have about 600.
const MAX_MESSAGE_LENGTH = 64 * 1024

// What the core finds wrong with a key, by its reason.
const keyReasons = {
  empty: 'it is empty',
  unset: 'it is the text "undefined" or "null": is the environment variable set?',
  'file-path': 'it is a file path. Give the content of the file',
  'not-base64': 'it is neither base64 nor PEM',
  'not-a-key': 'it is not a key: it is cut short, changed, or something else',
  'private-key':
    "it is a private key, which does not belong here and must stay secret. Give Alipay's public key (支付宝公钥) " +
    "from Alipay's console",
  'aes-key': "it is an AES key. Give Alipay's public key (支付宝公钥) from Alipay's console",
  'certificate-request': 'it is a certificate request. Give the certificate, alipayCertPublicKey_RSA2.crt',
  'sm2-key': 'it is an SM2 key. SM2 is not supported: give the RSA2 key',
  'ec-key': 'it is an elliptic curve key, not an RSA key. Give the RSA2 key',
  'other-algorithm': 'it is a key for another algorithm than RSA. Give the RSA2 key',
  'rsa2-bits': bits =>
    `it is an RSA key of ${bits} bits. For RSA2, Alipay's key has 2048 bits or more (up to 8192)`,
  'rsa-bits': bits => `it is an RSA key of ${bits} bits. For RSA, 1024 to 8192 are accepted`,
  'rsa-modulus': 'it is an RSA key with an even modulus: it has been changed',
  'rsa-exponent':
    'it is an RSA key whose public exponent is not supported: it must be odd, and from 3 to 2^33 - 1',
  'private-key-for-aes-key':
    "it is a private key. Give the AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes",
  'public-key-for-aes-key':
    "it is a public key or a certificate. Give the AES key (接口内容加密方式) from Alipay's console: base64 of " +
    '16 bytes',
  hex: "it looks like hexadecimal. Give it in base64, as Alipay's console shows it",
  'wrong-length': bytes => `it is ${bytes} bytes long once decoded from base64; an AES key has 16, 24 or 32`
}

// What the core finds wrong with the form of a message, by its reason.
const messageReasons = {
  empty: 'it is empty',
  'not-json': 'it is not JSON. Pass `res.response` as the mini program received it',
  'object-text': 'it is "[object Object]": an object was turned into a string before it was sent',
  'url-encoded': 'it is URL-encoded. Decode it first',
  'html-escaped': 'its quotes have become `&quot;`: it was escaped for HTML in transit',
  nested: 'it is wrapped in too many layers of JSON strings',
  'duplicate-key': 'it has a duplicate key',
  'not-a-string': field => `its \`${field}\` is not a string`,
  'no-response': 'it has neither `response` nor `encryptedData`',
  'response-type': 'its `response` is neither a string nor an object',
  charset: 'its `charset` is not UTF-8',
  'plain-success':
    'it is a plain success, but that of `my.getPhoneNumber` is always encrypted: it is the response to another ' +
    'request of this app',
  'plain-code': 'it is plain, but not an error: its `code` is not a string'
}

function describe(reasons, reason, value) {
  const text = reasons[reason]
  return typeof text === 'function' ? text(value) : text
}

const messages = {
  ERR_ALIPAY_CONFIG: detail => `The configuration of AlipayDataCrypt is wrong: ${detail}`,
  ERR_ALIPAY_MESSAGE: detail => `The Alipay message is not acceptable: ${detail}`,
  ERR_ALIPAY_SIGN_MISSING: () =>
    'The Alipay message has no `sign`, so nothing shows that it comes from Alipay. Either the client did not ' +
    "send all of `res.response`, or 接口加签方式 is not configured for the app in Alipay's console, or someone is " +
    'forging messages',
  ERR_ALIPAY_SIGN_MISMATCH: () =>
    'The signature of the Alipay message does not verify. The most likely causes, most frequent first: ' +
    "1. `alipayPublicKey` is the app's own public key (应用公钥) instead of Alipay's (支付宝公钥); " +
    '2. the message was changed in transit: `+` became a space, `"` became `&quot;`, white space was added, or ' +
    'a plain response was parsed and re-serialised (pass `res.response` as text); ' +
    '3. the message belongs to another app, or to another environment (sandbox or production); ' +
    "4. in third-party platform mode, `alipayPublicKey` must be the third party's; " +
    "5. the key was replaced in Alipay's console (pass the old and the new one as an array); " +
    '6. the message is forged',
  ERR_ALIPAY_ALGORITHM: reason =>
    reason === 'sign-type'
      ? 'The `sign_type` of the Alipay message is not the configured `signType`'
      : 'The `encrypt_type` of the Alipay message is not AES',
  ERR_ALIPAY_DECRYPT: () =>
    'The Alipay message is signed by Alipay but does not decrypt. Most likely the AES key was regenerated in ' +
    "Alipay's console and `aesKey` is still the old one, or `aesKey` belongs to another app; in third-party " +
    "platform mode it must be the merchant app's",
  ERR_ALIPAY_UNSIGNED: ({ code }) =>
    `The Alipay message is an error with code ${code} and has no signature, so treat it as a hint only (see ` +
    "`response`). For 40001, save the app's keys (接口加签方式) and gateway in Alipay's console; for 40002, its " +
    'AES key (接口内容加密方式)'
}

class AlipayDataError extends Error {
  constructor(code, detail) {
    super(messages[code](detail))
    this.code = code
    if (code === 'ERR_ALIPAY_UNSIGNED') this.response = detail
  }
}

// On the prototype and not enumerable, like the names of the built-in errors. The descriptor has no prototype,
// because with an inherited `get` it would not be valid.
Object.defineProperty(AlipayDataError.prototype, 'name', {
  __proto__: null,
  value: 'AlipayDataError',
  configurable: true,
  writable: true
})

class AlipayDataCrypt {
  constructor(config) {
    if (config === null || typeof config !== 'object') {
      throw configError(
        `it must be an object with aesKey and alipayPublicKey. Received ${describeType(config)}`
      )
    }
    checkOptions(config)
    const { readOwn } = require('./values')
    const aesKeys = readKeys('aesKey', readOwn(config, 'aesKey'))
    const publicKeys = readKeys('alipayPublicKey', readOwn(config, 'alipayPublicKey'))
    const signType = readSignType(readOwn(config, 'signType'))
    const decrypt = native.createAlipayDecryptor(aesKeys, publicKeys, signType === 'RSA2')
    if (typeof decrypt !== 'function') {
      const [, reason, option, number] = decrypt
      throw configError(`${option}: ${describe(keyReasons, reason, number)}`)
    }
    const summary = { signType, aesKeys: aesKeys.length, alipayPublicKeys: publicKeys.length }
    instances.set(this, { decrypt, summary })
  }

  decryptData(message) {
    const instance = instances.get(this)
    if (instance === undefined) throw new TypeError('decryptData must be called on an AlipayDataCrypt')
    const { decrypt } = instance
    const plaintext = decrypt(toText(message))
    if (typeof plaintext === 'string') return JSON.parse(plaintext)
    const [code, reason, field, unsigned] = plaintext
    if (code === 'ERR_ALIPAY_UNSIGNED') throw new AlipayDataError(code, toUnsignedError(unsigned))
    throw new AlipayDataError(
      code,
      code === 'ERR_ALIPAY_MESSAGE' ? describe(messageReasons, reason, field) : reason
    )
  }

  // The number of keys, never a key.
  toJSON() {
    const instance = instances.get(this)
    return instance === undefined ? {} : { ...instance.summary }
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth, options) {
    return `AlipayDataCrypt ${require('util').inspect(this.toJSON(), options)}`
  }
}

function toText(message) {
  if (typeof message === 'string') {
    if (message.length > MAX_MESSAGE_LENGTH) throw tooLong()
    return message
  }
  if (message === null || typeof message !== 'object') {
    throw messageError(`it must be a string, a Buffer or an object. Received ${describeType(message)}`)
  }
  try {
    if (ArrayBuffer.isView(message)) {
      if (message.byteLength > MAX_MESSAGE_LENGTH) throw tooLong()
      return Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString()
    }
    // A plain response is signed as text, which an object no longer has. Only if re-serialising it gives that
    // text again will the signature verify.
    const text = JSON.stringify(copyData(message, { left: MAX_MESSAGE_LENGTH }))
    if (text.length > MAX_MESSAGE_LENGTH) throw tooLong()
    return text
  } catch (error) {
    throw error instanceof AlipayDataError
      ? error
      : messageError('it is an object that cannot be read as JSON')
  }
}

// Copies JSON data and stops as soon as more than `budget.left` characters have been seen, so that a large
// object is not serialised first. The copies have no prototype: nothing inherited, such as a `toJSON` on
// Object.prototype, has a part in what they serialise to.
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
  if (budget.left < 0) throw tooLong()
}

// The addon returns an unsigned error as an array, with null for what is missing.
function toUnsignedError([code, msg, subCode, subMsg]) {
  const response = { code }
  if (msg !== null) response.msg = msg
  if (subCode !== null) response.subCode = subCode
  if (subMsg !== null) response.subMsg = subMsg
  return response
}

// A misspelt option must not be ignored. Only own properties count, here and below: a polluted prototype must
// not choose keys or algorithms.
function checkOptions(config) {
  for (const name of Object.keys(config)) {
    if (OPTIONS.includes(name)) continue
    // Anything else than a short word may be a key.
    const shown = /^[a-z_]{1,20}$/i.test(name) ? `"${name}"` : 'an option'
    throw configError(`${shown} is not one of its options, which are ${OPTIONS.join(', ')}`)
  }
}

function readKeys(name, value) {
  if (!Array.isArray(value)) return [readKey(name, value)]
  if (value.length === 0) throw configError(`${name}: the array is empty`)
  return Array.from(value, (key, index) => readKey(`${name}[${index}]`, key))
}

function readKey(name, value) {
  if (typeof value === 'string') return value
  // What fs.readFileSync returns for a key or certificate file. Not for an AES key: its bytes could be the key
  // or its text.
  if (name.startsWith('alipayPublicKey') && ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  throw configError(`${name}: it must be a string, or an array of strings. Received ${describeType(value)}`)
}

function readSignType(signType) {
  if (signType === undefined) return 'RSA2'
  if (signType === 'RSA2' || signType === 'RSA') return signType
  if (signType === 'SM2') throw configError('signType: SM2 is not supported. Choose RSA2 in the console')
  const received = typeof signType === 'string' ? 'another string' : describeType(signType)
  throw configError(`signType: it must be 'RSA2' or 'RSA'. Received ${received}`)
}

function configError(detail) {
  return new AlipayDataError('ERR_ALIPAY_CONFIG', detail)
}

function messageError(detail) {
  return new AlipayDataError('ERR_ALIPAY_MESSAGE', detail)
}

function tooLong() {
  return messageError('it is longer than 64 KiB; real messages have about 600 characters')
}

module.exports = { AlipayDataCrypt, AlipayDataError }
