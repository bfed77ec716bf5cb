'use strict'

// One Alipay message, from text to object: this package, the official SDK, node:crypto with its keys
// parsed once, and the bare RSA verification below which nothing can go.

const { execFileSync } = require('node:child_process')
const { createDecipheriv, verify } = require('node:crypto')
const path = require('node:path')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt } = require('..')
const { config, encrypt, keys, seal } = require('../__test__/helpers/alipay-messages')
const { batchLength } = require('./harness')

const { publicKey, privateKey } = keys
const aesKey = Buffer.from(config.aesKey, 'base64')

function payload(name, makeData) {
  const inputs = Array.from({ length: batchLength }, (_, user) => {
    const expected = { code: '10000', msg: 'Success', ...makeData(user) }
    const sealed = seal(encrypt(JSON.stringify(expected)))
    const { response, sign } = sealed
    const verify = createVerification(config.alipayPublicKey, `"${response}"`, Buffer.from(sign, 'base64'))
    return { expected, message: JSON.stringify(sealed), verify }
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

// The addon's own verification, alone in an addon that is built in the same way.
function loadBareVerification() {
  const root = path.join(__dirname, '..')
  execFileSync('cargo', ['build', '--quiet', '--release', '--locked', '--example', 'rsa_verify'], {
    cwd: root
  })
  const name =
    { win32: 'rsa_verify.dll', darwin: 'librsa_verify.dylib' }[process.platform] || 'librsa_verify.so'
  const addon = { exports: {} }
  process.dlopen(addon, path.join(root, 'target/release/examples', name))
  return addon.exports
}

const { createVerification } = loadBareVerification()

const payloads = [
  payload('phone', user => ({ mobile: String(15_976_719_050 + user * 7919) })),
  payload('steps', user => ({ count: 16880 + user, countDate: '2018-12-19' }))
]

const variants = [
  { name: 'alipay-sdk', run: input => decryptWithSdk(input.message) },
  { name: 'node:crypto, keys parsed once', run: input => decryptWell(input.message) },
  {
    name: 'bare RSA verification',
    run({ verify, expected }) {
      if (!verify()) throw new Error('The signature does not verify')
      return expected
    }
  },
  { name: 'wxbizdatacrypt-native', run: input => alipay.decryptData(input.message) }
]

module.exports = { title: 'Alipay', payloads, variants }
