'use strict'

// Encrypts open data as WeChat does, with node:crypto alone, so that nothing is tested against itself.

const crypto = require('crypto')

/**
 * AES-CBC with PKCS#7, both results as base64 text.
 *
 * @param {string | Buffer | object} plaintext text or bytes as they are; an object as JSON, with the watermark
 *   of `appId` and `timestamp` where it has none
 * @param {object} options
 * @param {string} [options.appId]
 * @param {string | Buffer} options.sessionKey base64 text or the bytes: 16, 24 or 32
 * @param {string | Buffer} [options.iv] base64 text or the bytes; random by default
 * @param {number} [options.timestamp] in seconds; now by default
 * @param {boolean} [options.padding] false for a plaintext of whole blocks that has its padding
 * @returns {{ encryptedData: string, iv: string }}
 */
function encrypt(
  plaintext,
  { appId, sessionKey, iv = crypto.randomBytes(16), timestamp = now(), padding = true }
) {
  const key = bytes(sessionKey)
  const cipher = crypto.createCipheriv(`aes-${key.length * 8}-cbc`, key, bytes(iv)).setAutoPadding(padding)
  const isText = typeof plaintext === 'string' || Buffer.isBuffer(plaintext)
  const text = isText
    ? plaintext
    : JSON.stringify({ ...plaintext, watermark: plaintext.watermark || { timestamp, appid: appId } })
  return {
    encryptedData: Buffer.concat([cipher.update(text), cipher.final()]).toString('base64'),
    iv: bytes(iv).toString('base64')
  }
}

const bytes = value => (typeof value === 'string' ? Buffer.from(value, 'base64') : value)
const now = () => Math.floor(Date.now() / 1000)

module.exports = { encrypt }
