'use strict'

// Verifies and decrypts what Alipay's `my.getPhoneNumber` and its kin return.

const binding = require('../binding')
const { describeType: describe } = require('./errors')

const hasOwn = Object.prototype.hasOwnProperty

// Instance → its native function, and what may be shown of it. The keys live inside that function, out
// of reach of whatever prints or serialises the instance.
const instances = new WeakMap()

// A message has some 600 characters. What strangers post is read at all only up to here.
const MAX_LENGTH = 1 << 24

class AlipayDataError extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

// On the prototype and not enumerable, as the names of the built-in errors are.
Object.defineProperty(AlipayDataError.prototype, 'name', {
  value: 'AlipayDataError',
  configurable: true,
  writable: true
})

class AlipayDataCrypt {
  constructor(config) {
    if (config === null || typeof config !== 'object') {
      throw configError(`it must be an object with aesKey and alipayPublicKey. Received ${describe(config)}`)
    }
    const aesKeys = readKeys(config, 'aesKey')
    const publicKeys = readKeys(config, 'alipayPublicKey')
    const signType = readSignType(config)
    const decrypt = binding.createAlipayDecryptor(aesKeys, publicKeys, signType === 'RSA2')
    if (typeof decrypt === 'string') throw configError(decrypt)
    const summary = { signType, aesKeys: aesKeys.length, alipayPublicKeys: publicKeys.length }
    instances.set(this, { decrypt, summary })
  }

  decryptData(message) {
    const instance = instances.get(this)
    if (instance === undefined) throw new TypeError('decryptData must be called on an AlipayDataCrypt')
    const text = typeof message === 'string' ? message : toText(message)
    if (text.length > MAX_LENGTH) throw messageError('it is longer than 16 MiB')
    const { decrypt } = instance
    const plaintext = decrypt(text)
    if (typeof plaintext === 'string') return JSON.parse(plaintext)
    const error = new AlipayDataError(plaintext.code, plaintext.message)
    if (hasOwn.call(plaintext, 'response')) error.response = plaintext.response
    throw error
  }

  // The number of keys and never a key.
  toJSON() {
    const instance = instances.get(this)
    return instance === undefined ? {} : Object.assign({}, instance.summary)
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    return `AlipayDataCrypt ${require('util').inspect(this.toJSON())}`
  }
}

// An object is printed again: it cannot have kept the text that a plain response was signed in, but if
// the signature verifies, this is that text.
function toText(message) {
  try {
    if (ArrayBuffer.isView(message)) return bytesToText(message)
    if (message !== null && typeof message === 'object') {
      const text = JSON.stringify(message)
      if (text !== undefined) return text
    }
  } catch {
    throw messageError('it is an object that cannot be read as JSON')
  }
  throw messageError(`it must be a string, a Buffer or an object. Received ${describe(message)}`)
}

function bytesToText(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString()
}

// Own properties only, here and below: a polluted prototype must not choose keys or algorithms.
function read(config, name) {
  return hasOwn.call(config, name) ? config[name] : undefined
}

function readKeys(config, name) {
  const value = read(config, name)
  if (!Array.isArray(value)) return [readKey(name, value)]
  if (value.length === 0) throw configError(`${name}: the array is empty`)
  return Array.from(value, (key, index) => readKey(`${name}[${index}]`, key))
}

function readKey(name, value) {
  if (typeof value === 'string') return value
  // What fs.readFileSync returns of a key or certificate file. An AES key is never read so: its bytes
  // could be the key or its text.
  if (name.startsWith('alipayPublicKey') && ArrayBuffer.isView(value)) return bytesToText(value)
  throw configError(`${name}: it must be a string, or an array of strings. Received ${describe(value)}`)
}

function readSignType(config) {
  const signType = read(config, 'signType')
  if (signType === undefined) return 'RSA2'
  if (signType === 'RSA2' || signType === 'RSA') return signType
  if (signType === 'SM2') throw configError('signType: SM2 is not supported. Choose RSA2 in the console')
  const received = typeof signType === 'string' ? 'another string' : describe(signType)
  throw configError(`signType: it must be 'RSA2' or 'RSA'. Received ${received}`)
}

function configError(reason) {
  return new AlipayDataError('ERR_ALIPAY_CONFIG', `The configuration of AlipayDataCrypt is wrong: ${reason}`)
}

function messageError(reason) {
  return new AlipayDataError('ERR_ALIPAY_MESSAGE', `The Alipay message cannot be read: ${reason}`)
}

module.exports = { AlipayDataCrypt, AlipayDataError }
