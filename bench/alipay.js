'use strict'

// One Alipay message, from text to object: this package, the official SDK, and node:crypto with its keys parsed once.

const { createDecipheriv, verify } = require('node:crypto')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt } = require('..')
const { config, encrypt, keys, seal } = require('../__test__/helpers/alipay-messages')
const { batchLength } = require('./harness')

const { publicKey, privateKey } = keys
const aesKey = Buffer.from(config.aesKey, 'base64')

function payload(name, makeData) {
  const inputs = Array.from({ length: batchLength }, (_, user) => {
    const expected = { code: '10000', msg: 'Success', ...makeData(user) }
    return { expected, message: JSON.stringify(seal(encrypt(JSON.stringify(expected)))) }
  })
  return { name, inputs }
}

const alipay = new AlipayDataCrypt(config)

const sdk = new AlipaySdk({
  appId: '2021000000000000',
  privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }),
  alipayPublicKey: config.alipayPublicKey,
  encryptKey: config.aesKey
})

function decryptWithSdk(message) {
  const { response, sign } = JSON.parse(message)
  if (!sdk.rsaCheck(`"${response}"`, sign)) throw new Error('The signature does not verify')
  return JSON.parse(sdk.aesDecrypt(response))
}

function decryptWell(message) {
  const { response, sign } = JSON.parse(message)
  const signed = Buffer.from(`"${response}"`)
  if (!verify('sha256', signed, publicKey, Buffer.from(sign, 'base64'))) {
    throw new Error('The signature does not verify')
  }
  const decipher = createDecipheriv('aes-128-cbc', aesKey, Buffer.alloc(16))
  return JSON.parse(decipher.update(response, 'base64', 'utf8') + decipher.final('utf8'))
}

const payloads = [
  payload('phone', user => ({ mobile: String(15_976_719_050 + user * 7919) })),
  payload('steps', user => ({ count: 16880 + user, countDate: '2018-12-19' }))
]

const variants = [
  { name: 'alipay-sdk', run: input => decryptWithSdk(input.message) },
  { name: 'node:crypto, keys parsed once', run: input => decryptWell(input.message) },
  { name: 'wxbizdatacrypt-native', run: input => alipay.decryptData(input.message) }
]

module.exports = { title: 'Alipay', payloads, variants }
