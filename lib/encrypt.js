'use strict'

// Makes open data as WeChat and the other platforms do, so that users can test their own handlers.

const { randomFillSync } = require('crypto')
const native = require('./native')
const { createArgumentError, createDecryptError } = require('./errors')
const { readEncryptOptions } = require('./options')
const { hasOwn } = require('./values')

// As a row of the table in `platforms.js`.
const WECHAT = { __proto__: null, format: 'appid' }

// `platform` is a row of the table in `platforms.js`: `format`, and `encoding` and `hints` where they differ.
function encrypt(object, appId, sessionKey, options, platform = WECHAT) {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) {
    throw createArgumentError('object', 'an object', object)
  }
  const { format, encoding = 'base64', hints } = platform
  const timestamp = readEncryptOptions(options, hasWatermark(format) ? ['timestamp'] : [])
  const text = String(serialise(object, appId, timestamp, format))
  // Not Buffer.from, which would leave the text in the pool that the whole process shares.
  const plaintext = Buffer.alloc(Buffer.byteLength(text))
  plaintext.write(text)
  const iv = randomFillSync(Buffer.alloc(16))
  const encryptedData =
    format === 'frame'
      ? native.encryptBaidu(sessionKey, iv, randomFillSync(Buffer.alloc(16)), plaintext, Buffer.from(appId))
      : native.encrypt(sessionKey, iv, plaintext)
  plaintext.fill(0)
  if (encryptedData === null) throw createDecryptError(0, hints)
  return {
    encryptedData: Buffer.from(encryptedData.buffer).toString('base64'),
    iv: iv.toString(encoding)
  }
}

// Where there may be none, or is none by the platform's document, none is added.
function hasWatermark(format) {
  return format !== 'optional-appid' && format !== 'frame'
}

// → JSON text. A watermark of the object's own stays as it is.
function serialise(object, appId, timestamp, format) {
  if (format === 'integer-appid') return serialiseWithInteger(object, appId, timestamp)
  if (!hasWatermark(format) || hasOwn(object, 'watermark')) return JSON.stringify(object)
  return JSON.stringify({ ...object, watermark: { timestamp, [format]: appId } })
}

// `JSON.stringify` cannot write an integer above 2^53. So a watermark whose app id is a string of digits, as
// `decryptData` returns it, is written by itself, and comes last.
function serialiseWithInteger(object, appid, timestamp) {
  const { watermark, ...others } = hasOwn(object, 'watermark')
    ? object
    : { ...object, watermark: { appid, timestamp } }
  if (watermark === null || typeof watermark !== 'object' || !/^[1-9][0-9]*$/.test(watermark.appid)) {
    return JSON.stringify(object)
  }
  const { appid: digits, ...rest } = watermark
  return join(members(others), `"watermark":${join(`"appid":${digits}`, members(rest))}`)
}

function members(object) {
  return JSON.stringify(object).slice(1, -1)
}

function join(...lists) {
  return `{${lists.filter(list => list !== '').join(',')}}`
}

module.exports = encrypt
