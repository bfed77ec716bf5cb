'use strict'

// Tencent's sample, with `Buffer.from` in place of the deprecated `new Buffer`: what everything is compared with.

const { createDecipheriv } = require('node:crypto')

module.exports = class Sample {
  constructor(appId, sessionKey) {
    this.appId = appId
    this.sessionKey = sessionKey
  }

  decryptData(encryptedData, iv) {
    const key = Buffer.from(this.sessionKey, 'base64')
    const data = Buffer.from(encryptedData, 'base64')
    const vector = Buffer.from(iv, 'base64')
    let decoded
    try {
      const decipher = createDecipheriv('aes-128-cbc', key, vector)
      decipher.setAutoPadding(true)
      decoded = decipher.update(data, 'binary', 'utf8')
      decoded += decipher.final('utf8')
      decoded = JSON.parse(decoded)
    } catch {
      throw new Error('Illegal Buffer')
    }
    if (decoded.watermark.appid !== this.appId) throw new Error('Illegal Buffer')
    return decoded
  }
}
