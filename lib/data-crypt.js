'use strict'

// The class of every platform, made by one factory from the platform's row. The first row replaces Tencent's
// WXBizDataCrypt.js.

const { decrypt, NO_CHECKS } = require('./decrypt')
const encrypt = require('./encrypt')
const { createArgumentError, createCallError, createDecryptError } = require('./errors')
const build = require('./forms')
const { inspect } = require('./host')
const { readDecryptOptions, readWatermarkOption } = require('./options')
const { property, readOwn } = require('./own')
const platforms = require('./platforms')
const signatures = require('./signatures')

const { defineProperty } = Object

/** What is shown in place of a session key. */
const REDACTED = '[redacted]'

/**
 * Makes the class of a platform: a function with a prototype rather than a `class`, as in the sample, so that
 * `util.inherits` and `WXBizDataCrypt.call(this, …)` keep working.
 */
function createDataCrypt(row) {
  const { name } = row

  const DataCrypt = {
    [name]: function (appId, sessionKey, options = undefined) {
      if (!(this instanceof DataCrypt)) throw createCallError('constructor', name)
      this.appId = appId
      this.sessionKey = sessionKey
      if (row.canOmitWatermark) this.watermark = readWatermarkOption(options)
    }
  }[name]

  DataCrypt.prototype.decryptData = function decryptData(encryptedData, iv, options = undefined) {
    if (this === undefined || this === null) throw createCallError('method', name, 'decryptData')
    const { appId, sessionKey } = this
    checkAppId(appId, row)
    let checks = options === undefined ? NO_CHECKS : readDecryptOptions(options, row)
    if (canOmitWatermark(this, row)) checks = { ...checks, canOmitWatermark: true }
    const outcome = decrypt(appId, sessionKey, encryptedData, iv, checks, row)
    // The one place, and the one `throw`, for all rejections: their stacks are equal.
    if (typeof outcome === 'number') throw createDecryptError(outcome, row)
    return build(outcome, appId, row)
  }

  DataCrypt.prototype.encryptData = function encryptData(object, options = undefined) {
    if (this === undefined || this === null) throw createCallError('method', name, 'encryptData')
    const { appId, sessionKey } = this
    checkAppId(appId, row)
    const omits = canOmitWatermark(this, row)
    const encrypted = encrypt(object, appId, sessionKey, options, omits, row)
    if (typeof encrypted === 'number') throw createDecryptError(encrypted, row)
    return encrypted
  }

  // Not enumerable, so that instances look as those of the sample do.
  defineProperty(DataCrypt.prototype, 'toJSON', property(toJSON, false))
  defineProperty(DataCrypt.prototype, inspect.custom, property(inspectRedacted, false))

  if (row.signature !== undefined) {
    DataCrypt.verifySignature = function verifySignature(rawData, sessionKey, signature) {
      return signatures.verifySignature(rawData, sessionKey, signature, row)
    }
  }
  return DataCrypt
}

function checkAppId(appId, row) {
  if (typeof appId !== 'string') throw createArgumentError('appId', 'string', appId)
  if (row.isInteger && !/^[1-9][0-9]*$/.test(appId)) throw createArgumentError('appId', 'digits', appId)
}

/** Reads the option of the constructor at every call, as app id and session key are. */
function canOmitWatermark(instance, row) {
  return row.canOmitWatermark && readOwn(instance, 'watermark') === 'optional'
}

/** Returns a plain object with the enumerable properties for JSON.stringify, the session key redacted. */
function toJSON() {
  const shown = {}
  for (const key of Object.keys(this)) {
    defineProperty(shown, key, property(key === 'sessionKey' ? REDACTED : this[key], true))
  }
  return shown
}

/** Inspects a copy in which the session key is redacted. */
function inspectRedacted(_depth, options) {
  const shown = Object.create(Object.getPrototypeOf(this))
  for (const key of Reflect.ownKeys(this)) {
    const descriptor = { __proto__: null, ...Object.getOwnPropertyDescriptor(this, key) }
    defineProperty(shown, key, key === 'sessionKey' ? property(REDACTED, true) : descriptor)
  }
  // Without this the copy would be asked how to show itself, and so on for ever.
  defineProperty(shown, inspect.custom, property(undefined, false))
  return inspect(shown, options)
}

/** The class of each row, by name. */
module.exports = Object.fromEntries(platforms.map(row => [row.name, createDataCrypt(row)]))
