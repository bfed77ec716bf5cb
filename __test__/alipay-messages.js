'use strict'

// Makes Alipay messages as Alipay does, with node:crypto alone.

const crypto = require('node:crypto')

const rsa = modulusLength => crypto.generateKeyPairSync('rsa', { modulusLength })
const keys = rsa(2048)
const aesKey = crypto.randomBytes(16).toString('base64')
const phone = { code: '10000', msg: 'Success', mobile: '1597671905' }

const spki = key => key.export({ type: 'spki', format: 'der' }).toString('base64')

function encrypt(plaintext, key = aesKey, padding = true) {
  const bytes = Buffer.from(key, 'base64')
  const cipher = crypto.createCipheriv(`aes-${bytes.length * 8}-cbc`, bytes, Buffer.alloc(16))
  cipher.setAutoPadding(padding)
  return cipher.update(plaintext, 'utf8', 'base64') + cipher.final('base64')
}

function sign(text, privateKey = keys.privateKey, hash = 'sha256') {
  return crypto.sign(hash, Buffer.from(text), privateKey).toString('base64')
}

// The two fields of an encrypted message; `response` may be any string.
function seal(response, privateKey, hash) {
  return { response, sign: sign(`"${response}"`, privateKey, hash) }
}

// The text of an encrypted message with this plaintext.
const message = (data = phone) => JSON.stringify(seal(encrypt(JSON.stringify(data))))

// The text of a plain message around `raw`; `signed` is what the signature is over.
const plainMessage = (raw, signed = raw) => `{"response":${raw},"sign":"${sign(signed)}"}`

const config = { aesKey, alipayPublicKey: spki(keys.publicKey) }

module.exports = { rsa, keys, aesKey, phone, spki, encrypt, sign, seal, message, plainMessage, config }
