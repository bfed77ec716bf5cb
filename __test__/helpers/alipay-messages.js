'use strict'

// Makes Alipay messages as Alipay does, with node:crypto alone.

const crypto = require('node:crypto')
const helper = require('./encrypt')

const rsa = modulusLength => crypto.generateKeyPairSync('rsa', { modulusLength })
const keys = rsa(2048)
const aesKey = crypto.randomBytes(16).toString('base64')
const phone = { code: '10000', msg: 'Success', mobile: '1597671905' }

const spki = key => key.export({ type: 'spki', format: 'der' }).toString('base64')

// With an iv of zeros.
function encrypt(plaintext, sessionKey = aesKey, padding = true) {
  return helper.encrypt(plaintext, { sessionKey, iv: Buffer.alloc(16), padding }).encryptedData
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
