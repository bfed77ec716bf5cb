'use strict'

// The platforms that adopted WeChat's rule, in one table, and what their classes do. A platform is added
// here, in index.js, index.d.ts and `__test__/platforms.test.js`; one that names app or user in a way of its
// own, in `Format` in Rust too. Loaded on first use.

const { build, decryptText } = require('./forms')
const { createArgumentError, createDecryptError, property } = require('./errors')
const { readOwn } = require('./values')
const { NO_CHECKS, areLatin1, decodeKeys, decryptLenient, joinKeys, wipe } = require('./wechat')

// By the numbers of `Format` in Rust.
const FORMATS = ['appid', 'optional-appid', 'appId', 'integer-appid', 'frame']

// What differs:
//
//   format    how the plaintext names the app: in the watermark, or in Baidu's frame
//   options   of `decryptData`, where `maxAge` is not one: the platform documents no timestamp in seconds
//   encoding  of session key and iv as text, where it is not base64
//   hints     for the server's log, by the numbers of `wechat::Error` in Rust
//
// No row inherits anything: a polluted prototype must not change how a platform's data is checked.
const PLATFORMS = {
  QQDataCrypt: { __proto__: null, format: 'appid' },
  // The unit of the timestamp is not documented.
  DouyinDataCrypt: { __proto__: null, format: 'appid', options: ['openId'] },
  // No watermark is documented.
  KuaishouDataCrypt: { __proto__: null, format: 'appid', canBeOptional: true, options: ['openId'] },
  XiaohongshuDataCrypt: { __proto__: null, format: 'appId' },
  FeishuDataCrypt: {
    __proto__: null,
    format: 'integer-appid',
    encoding: 'hex',
    hints: describeHints([
      [0, 'The session key is not 32 hex digits.'],
      [1, 'The iv is not 32 hex digits.']
    ])
  },
  BaiduDataCrypt: {
    __proto__: null,
    format: 'frame',
    options: ['openId'],
    hints: describeHints([
      [0, 'The session key is not 24 bytes once its 32 characters are decoded from base64.'],
      [
        2,
        'The encrypted data is empty, not whole blocks of 32 bytes, or longer than 32 KiB once decoded from base64.'
      ],
      [
        3,
        'The data does not decrypt to a frame around JSON: most often the session key is not the one it was encrypted with.'
      ],
      [4, 'The data decrypts, but it names another app key.'],
      [5, 'The data decrypts, but its openid is missing or is not the expected one.']
    ])
  }
}

// → property descriptors by number.
function describeHints(hints) {
  const descriptors = { __proto__: null }
  for (const [status, hint] of hints) descriptors[status] = property(hint, false)
  return descriptors
}

// What the classes do, which `createPlatformClass` has made. `name` is the platform's in the table.

function construct(name, instance, options) {
  if (!PLATFORMS[name].canBeOptional) return
  instance.watermark = options === undefined ? 'required' : require('./options').readWatermarkOption(options)
}

function decryptData(name, instance, encryptedData, iv, options) {
  const platform = PLATFORMS[name]
  const { appId } = instance
  checkAppId(appId, platform.format)
  const checks =
    options === undefined ? NO_CHECKS : require('./options').readDecryptOptions(options, platform.options)
  const format = formatOf(instance, platform)
  const outcome = decrypt(instance, encryptedData, iv, checks, format, platform.encoding)
  // The one place, and the one `throw`, for all rejections: their stacks are equal.
  if (typeof outcome === 'number') throw createDecryptError(outcome, platform.hints)
  const data = build(outcome, appId)
  // `JSON.parse` has rounded it; Rust has compared its digits.
  if (format === 'integer-appid') data.watermark.appid = appId
  return data
}

function encryptData(name, instance, object, options) {
  const platform = PLATFORMS[name]
  const { appId, sessionKey } = instance
  checkAppId(appId, platform.format)
  const keys = decodeKeys(sessionKey, decoder(platform.encoding))
  try {
    const described = { __proto__: null, ...platform, format: formatOf(instance, platform) }
    return require('./encrypt')(object, appId, keys[0], options, described)
  } finally {
    wipe(keys)
  }
}

function verifySignature(name, rawData, sessionKey, signature) {
  const toText = PLATFORMS[name].encoding === 'hex' ? hexToBase64 : undefined
  return require('./signatures').verifySignature(rawData, sessionKey, signature, toText)
}

function checkAppId(appId, format) {
  if (typeof appId !== 'string') throw createArgumentError('appId', 'a string', appId)
  if (format === 'integer-appid' && !/^[1-9][0-9]*$/.test(appId)) {
    throw createArgumentError('appId', 'a string of digits, as in watermark.appid', appId)
  }
}

// Read at every call, as app id and session key are.
function formatOf(instance, { format, canBeOptional }) {
  return canBeOptional && readOwn(instance, 'watermark') === 'optional' ? 'optional-appid' : format
}

// → the plaintext, or the number of a `wechat::Error`.
function decrypt({ appId, sessionKey }, encryptedData, iv, checks, format, encoding) {
  const number = FORMATS.indexOf(format)
  const { openId, now, maxAge } = checks
  if (encoding === undefined && typeof encryptedData === 'string' && typeof iv === 'string') {
    const keys = joinKeys(sessionKey)
    if (keys !== undefined && areLatin1(keys, encryptedData, iv)) {
      const outcome = decryptText(appId, keys, encryptedData, iv, openId, now, maxAge, number)
      if (outcome !== undefined) return outcome
    }
  }
  return decryptLenient(appId, sessionKey, encryptedData, iv, checks, number, decoder(encoding))
}

function decoder(encoding) {
  const { decodeBase64, decodeHex } = require('./base64')
  return encoding === 'hex' ? decodeHex : decodeBase64
}

// Feishu signs with its bytes as base64, where it gives them as hex.
function hexToBase64(key) {
  return Buffer.from(require('./base64').decodeHex('sessionKey', key)).toString('base64')
}

module.exports = { construct, decryptData, encryptData, verifySignature }
