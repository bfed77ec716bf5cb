'use strict'

// One Alipay message, from text to object: this package, the official SDK, node:crypto with its keys
// parsed once, and the bare RSA verification below which nothing can go.

const { execFileSync } = require('node:child_process')
const crypto = require('node:crypto')
const path = require('node:path')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt } = require('..')
const { encrypt } = require('../__test__/helpers/encrypt')
const { batchLength } = require('./harness')

const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const aesKey = crypto.randomBytes(16)
const zeros = Buffer.alloc(16)

function message(expected) {
  const response = encrypt(JSON.stringify(expected), { sessionKey: aesKey, iv: zeros }).encryptedData
  const sign = crypto.sign('sha256', Buffer.from(`"${response}"`), privateKey).toString('base64')
  return { expected, response, sign, message: JSON.stringify({ response, sign }) }
}

const inputs = makeData => Array.from({ length: batchLength }, (_, user) => message(makeData(user)))

const payloads = [
  {
    name: 'phone',
    inputs: inputs(user => ({ code: '10000', msg: 'Success', mobile: String(15_976_719_050 + user * 7919) }))
  },
  {
    name: 'steps',
    inputs: inputs(user => ({ count: 16880 + user, countDate: '2018-12-19', code: '10000', msg: 'Success' }))
  }
]

const alipay = new AlipayDataCrypt({ aesKey: aesKey.toString('base64'), alipayPublicKey: spki })

const sdk = new AlipaySdk({
  appId: '2021000000000000',
  privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }),
  alipayPublicKey: spki,
  encryptKey: aesKey.toString('base64')
})

function decryptWithSdk(message) {
  const { response, sign } = JSON.parse(message)
  if (!sdk.rsaCheck(`"${response}"`, sign)) throw new Error('The signature does not verify')
  return JSON.parse(sdk.aesDecrypt(response))
}

function decryptWell(message) {
  const { response, sign } = JSON.parse(message)
  const signed = Buffer.from(`"${response}"`)
  if (!crypto.verify('sha256', signed, publicKey, Buffer.from(sign, 'base64'))) {
    throw new Error('The signature does not verify')
  }
  const decipher = crypto.createDecipheriv('aes-128-cbc', aesKey, zeros)
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

const bare = 'bare RSA verification'
for (const payload of payloads) {
  for (const input of payload.inputs) {
    input.verify = createVerification(spki, `"${input.response}"`, Buffer.from(input.sign, 'base64'))
  }
}

const variants = [
  { name: 'alipay-sdk', run: input => decryptWithSdk(input.message) },
  { name: 'node:crypto, keys parsed once', run: input => decryptWell(input.message) },
  {
    name: bare,
    run({ verify, expected }) {
      if (!verify()) throw new Error('The signature does not verify')
      return expected
    }
  },
  { name: '**wxbizdatacrypt-native**', run: input => alipay.decryptData(input.message) }
]

module.exports = {
  title: 'Alipay',
  payloads,
  variants,
  ours: '**wxbizdatacrypt-native**',
  fasterThan: ['alipay-sdk', 'node:crypto, keys parsed once'],
  timesOf: [bare]
}
