'use strict'

// What a server does with the text that a mini program got from my.getPhoneNumber. The keys and the
// message are made here; yours come from Alipay's console and from the mini program.

const crypto = require('crypto')
const { AlipayDataCrypt } = require('..')

const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const aesKey = crypto.randomBytes(16)
const message = play('{"code":"10000","msg":"Success","mobile":"1597671905"}')

const alipay = new AlipayDataCrypt({
  aesKey: aesKey.toString('base64'),
  alipayPublicKey: publicKey.export({ type: 'spki', format: 'pem' })
})

const data = alipay.decryptData(message)
console.log(data)

// Plays Alipay's part.
function play(plaintext) {
  const cipher = crypto.createCipheriv('aes-128-cbc', aesKey, Buffer.alloc(16))
  const response = cipher.update(plaintext, 'utf8', 'base64') + cipher.final('base64')
  const sign = crypto.createSign('RSA-SHA256').update(`"${response}"`).sign(privateKey, 'base64')
  return JSON.stringify({ response, sign })
}
