'use strict'

// One Alipay message, from text to object: this package, the official SDK, node:crypto with its keys
// parsed once, and the bare RSA verification below which nothing can go.

const { execFileSync } = require('node:child_process')
const crypto = require('node:crypto')
const path = require('node:path')
const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt } = require('..')

const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const aesKey = crypto.randomBytes(16)
const zeros = Buffer.alloc(16)

function accepted(name, expected) {
  const cipher = crypto.createCipheriv('aes-128-cbc', aesKey, zeros)
  const response = cipher.update(JSON.stringify(expected), 'utf8', 'base64') + cipher.final('base64')
  const sign = crypto.sign('sha256', Buffer.from(`"${response}"`), privateKey).toString('base64')
  return { name, expected, response, sign, message: JSON.stringify({ response, sign }) }
}

const payloads = [
  accepted('phone', { code: '10000', msg: 'Success', mobile: '1597671905' }),
  accepted('steps', { count: 16880, countDate: '2018-12-19', code: '10000', msg: 'Success' })
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
const variants = [
  { name: 'alipay-sdk', make: p => () => decryptWithSdk(p.message) },
  { name: 'node:crypto, keys parsed once', make: p => () => decryptWell(p.message) },
  {
    name: bare,
    make(p) {
      const verify = createVerification(spki, `"${p.response}"`, Buffer.from(p.sign, 'base64'))
      return () => {
        if (!verify()) throw new Error('The signature does not verify')
        return p.expected
      }
    }
  },
  { name: 'wxbizdatacrypt-native', make: p => () => alipay.decryptData(p.message) }
]

module.exports = {
  title: 'Alipay',
  payloads,
  variants,
  ours: 'wxbizdatacrypt-native',
  fasterThan: ['alipay-sdk', 'node:crypto, keys parsed once'],
  timesOf: [bare]
}
