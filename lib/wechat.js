'use strict'

// The class that replaces Tencent's WXBizDataCrypt.js: checks the arguments, passes them to Rust, and turns
// the answer into an object or one error.

const { build, decryptText, decryptBytes } = require('./forms')
const { createArgumentError, createDecryptError, property } = require('./errors')
const { KEY_TEXT_LENGTH, MAX_KEY_TEXTS } = require('./native')

const { defineProperty } = Object

// How many session keys a list may have: each is tried, and a rejection takes as long as all of them.
const MAX_KEYS = 100

// What `readDecryptOptions` returns, without options. A polluted prototype has no effect on it.
const NO_CHECKS = { __proto__: null }

// Node's base64 decoder reads a character above U+00FF as its low byte, and so does Rust. Other runtimes
// differ: there, text with such characters is left to the runtime's decoder.
const readsLowBytes = Buffer.from('QU\u012bJ', 'base64').length === 3

// A function with a prototype rather than a `class`, as in the sample: `util.inherits` and
// `WXBizDataCrypt.call(this, …)` keep working.
function WXBizDataCrypt(appId, sessionKey) {
  if (!(this instanceof WXBizDataCrypt)) throw new TypeError("WXBizDataCrypt must be called with 'new'")
  this.appId = appId
  this.sessionKey = sessionKey
}

WXBizDataCrypt.prototype.decryptData = function decryptData(encryptedData, iv, options = undefined) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw createArgumentError('appId', 'a string', appId)
  const checks = options === undefined ? undefined : require('./options').readDecryptOptions(options)
  let outcome
  if (typeof encryptedData === 'string' && typeof iv === 'string') {
    const keys = joinKeys(sessionKey)
    if (keys !== undefined && areLatin1(keys, encryptedData, iv)) {
      outcome =
        checks === undefined
          ? decryptText(appId, keys, encryptedData, iv)
          : decryptText(appId, keys, encryptedData, iv, checks.openId, checks.now, checks.maxAge)
    }
  }
  if (outcome === undefined) outcome = decryptLenient(appId, sessionKey, encryptedData, iv, checks)
  // The one place, and the one `throw`, for all rejections: their stacks are equal.
  if (typeof outcome === 'number') throw createDecryptError(outcome)
  return build(outcome, appId)
}

WXBizDataCrypt.prototype.encryptData = function encryptData(object, options = undefined) {
  const { appId, sessionKey } = this
  if (typeof appId !== 'string') throw createArgumentError('appId', 'a string', appId)
  const keys = decodeKeys(sessionKey)
  try {
    return require('./encrypt')(object, appId, keys[0], options)
  } finally {
    wipe(keys)
  }
}

redactSessionKey(WXBizDataCrypt.prototype)

// → the class of another platform. Its code is loaded with the first instance: another file would cost every
// server 0.5 ms at startup. `signs`: whether the platform documents a signature of `rawData`.
function createPlatformClass(name, { signs }) {
  const Platform = {
    [name]: function (appId, sessionKey, options = undefined) {
      if (!(this instanceof Platform)) throw new TypeError(`${name} must be called with 'new'`)
      this.appId = appId
      this.sessionKey = sessionKey
      loadPlatforms().construct(name, this, options)
    }
  }[name]
  Platform.prototype.decryptData = function decryptData(encryptedData, iv, options = undefined) {
    return loadPlatforms().decryptData(name, this, encryptedData, iv, options)
  }
  Platform.prototype.encryptData = function encryptData(object, options = undefined) {
    return loadPlatforms().encryptData(name, this, object, options)
  }
  redactSessionKey(Platform.prototype)
  if (signs) {
    Platform.verifySignature = function verifySignature(rawData, sessionKey, signature) {
      return loadPlatforms().verifySignature(name, rawData, sessionKey, signature)
    }
  }
  return Platform
}

let platforms

function loadPlatforms() {
  if (platforms === undefined) platforms = require('./platforms')
  return platforms
}

// Not enumerable, so that instances look as the sample's do.
function redactSessionKey(prototype) {
  defineProperty(prototype, 'toJSON', {
    value: function toJSON() {
      return require('./redact').toRedactedJSON(this, ['sessionKey'])
    },
    configurable: true,
    writable: true
  })
  defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: function (_depth, options) {
      return require('./redact').inspectRedacted(this, ['sessionKey'], options)
    },
    configurable: true,
    writable: true
  })
}

function areLatin1(keys, encryptedData, iv) {
  return readsLowBytes || !/[^\0-\xff]/.test(keys + encryptedData + iv)
}

// An array of numbers is the bytes of one key, as in the sample.
function isKeyList(sessionKey) {
  return Array.isArray(sessionKey) && typeof sessionKey[0] !== 'number'
}

// A server that keeps [current, previous] has no previous key at first.
function isMissing(key) {
  return key === undefined || key === null || key === ''
}

// → the session keys as one string, or `undefined` where one of them may not be strict base64.
function joinKeys(sessionKey) {
  if (typeof sessionKey === 'string') return sessionKey.length === KEY_TEXT_LENGTH ? sessionKey : undefined
  if (!isKeyList(sessionKey) || sessionKey.length > MAX_KEYS) return undefined
  let keys = ''
  for (let i = 0; i < sessionKey.length; i++) {
    const key = sessionKey[i]
    if (isMissing(key)) continue
    if (typeof key !== 'string' || key.length !== KEY_TEXT_LENGTH) return undefined
    keys += key
  }
  return keys === '' || keys.length > KEY_TEXT_LENGTH * MAX_KEY_TEXTS ? undefined : keys
}

// For what strict base64 rejects: decoded as the sample decodes it, on every version of Node. `format` and
// `decode`, for session keys and iv, are other platforms'.
function decryptLenient(
  appId,
  sessionKey,
  encryptedData,
  iv,
  checks = NO_CHECKS,
  format = undefined,
  decode = undefined
) {
  const { decodeBase64 } = require('./base64')
  const { openId, now, maxAge } = checks
  const keys = decodeKeys(sessionKey, decode)
  try {
    const data = decodeBase64('encryptedData', encryptedData)
    const vector = (decode || decodeBase64)('iv', iv)
    return decryptBytes(appId, keys, data, vector, openId, now, maxAge, format)
  } finally {
    wipe(keys)
  }
}

// → the bytes of one key or more, in an array.
function decodeKeys(sessionKey, decode = require('./base64').decodeBase64) {
  const keys = []
  // Defined rather than pushed: a polluted prototype may have setters for indices.
  const add = key => defineProperty(keys, keys.length, property(key, true))
  if (!isKeyList(sessionKey)) {
    add(decode('sessionKey', sessionKey))
    return keys
  }
  if (sessionKey.length > MAX_KEYS) {
    throw createArgumentError('sessionKey', `a list of at most ${MAX_KEYS} session keys`, sessionKey)
  }
  try {
    // The list may grow while it is read, where an element is an object with a `valueOf` of its own.
    for (let i = 0, { length } = sessionKey; i < length; i++) {
      const key = sessionKey[i]
      if (!isMissing(key)) add(decode(`sessionKey[${i}]`, key))
    }
  } catch (error) {
    wipe(keys)
    throw error
  }
  if (keys.length === 0) {
    throw createArgumentError('sessionKey', 'a session key, or a list of at least one', sessionKey)
  }
  return keys
}

function wipe(keys) {
  for (let i = 0; i < keys.length; i++) {
    for (let j = 0; j < keys[i].length; j++) keys[i][j] = 0
  }
}

module.exports = {
  MAX_KEYS,
  NO_CHECKS,
  WXBizDataCrypt,
  areLatin1,
  createPlatformClass,
  decodeKeys,
  decryptLenient,
  isKeyList,
  joinKeys,
  wipe
}
