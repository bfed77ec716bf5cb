'use strict'

// What tests need of each platform, made from its row in lib/platforms.js: the class, two apps, session keys as
// the platform's server gives them, and data as its document encrypts it, by node:crypto. What a test loops
// over, so that it covers a new row by itself.

const crypto = require('node:crypto')
const { encrypt } = require('./encrypt')
const rows = require('../../lib/platforms')
const exported = require(process.env.PACKAGE_ROOT || '../..')

const FRAME_BLOCK = 32

function describePlatform(row) {
  const { integer, frame } = row.appId
  const [appId, otherAppId] = integer
    ? ['6648491577574883592', '6648491577574883593']
    : ['wx4f4bc4dec97d474b', 'wx4f4bc4dec97d474c']
  const property = integer || row.appId
  const platform = {
    ...row,
    Class: exported[row.name],
    appId,
    otherAppId,
    blockLength: frame ? FRAME_BLOCK : 16,
    hasWatermark: !frame,
    hasFrame: Boolean(frame),
    hasIntegerAppId: integer !== undefined,
    watermarkProperty: frame ? undefined : property,

    /** The text of random bytes, of the length of a session key by default. */
    randomText: (length = row.keyLength) => crypto.randomBytes(length).toString(row.encoding),

    /** JSON text with a watermark where the platform has one. `timestamp` may be any JSON text. */
    mark(data, id = appId, timestamp = now()) {
      const text = JSON.stringify(data)
      if (frame) return text
      const app = `"${property}":${integer ? id : JSON.stringify(id)}`
      const time = `"timestamp":${timestamp}`
      // In the order of the platforms' vectors.
      const watermark = integer ? `${app},${time}` : `${time},${app}`
      return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"watermark":{${watermark}}}`
    },

    /** Encrypts text or bytes; `id` counts for a frame. Returns the arguments of `decryptData`. */
    encrypt(content, key, id = appId) {
      return frame
        ? platform.encryptPadded(pad(createFrame(content, id)), key)
        : encryptWith(row, content, key, true)
    },

    /** The same without padding: `bytes` are whole blocks. */
    encryptPadded: (bytes, key) => encryptWith(row, bytes, key, false),

    /** Encrypts an object with its watermark, or in its frame. */
    seal: (data, key, id = appId, timestamp = now()) =>
      platform.encrypt(platform.mark(data, id, timestamp), key, id),

    /** A result without its watermark. */
    unmark({ watermark, ...data }) {
      return data
    }
  }
  return platform
}

function encryptWith({ encoding }, content, key, padding) {
  const sessionKey = Buffer.from(key, encoding)
  const { encryptedData, iv } = encrypt(content, { sessionKey, padding })
  return [encryptedData, Buffer.from(iv, 'base64').toString(encoding)]
}

/** What Baidu's document describes: random bytes, the length of the content, the content, the app key. */
function createFrame(content, appKey, length = Buffer.byteLength(content)) {
  const lengthBytes = Buffer.alloc(4)
  lengthBytes.writeUInt32BE(length)
  return Buffer.concat([crypto.randomBytes(16), lengthBytes, Buffer.from(content), Buffer.from(appKey)])
}

function pad(bytes) {
  const length = FRAME_BLOCK - (bytes.length % FRAME_BLOCK)
  return Buffer.concat([bytes, Buffer.alloc(length, length)])
}

const now = () => Math.floor(Date.now() / 1000)

const platforms = rows.map(describePlatform)

/** The platforms whose column `name` has this value, for what only some rows have. */
const withColumn = (name, value) => platforms.filter(platform => platform[name] === value)

module.exports = { createFrame, now, pad, platforms, withColumn }
