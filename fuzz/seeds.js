'use strict'

// Writes the fuzz targets' seeds: the vectors of the tests and generated cases, in the form each target reads.

const { X509Certificate, createCipheriv, createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const alipay = require('../__test__/alipay-keys.json')
const demo = require('../__test__/demo.json')
const { createPlaintexts } = require('../__test__/generate/plaintext')
const { createRandom } = require('../__test__/generate/random')

const CASES = 200
const random = createRandom(1)
const nextPlaintext = createPlaintexts(random)
const plaintexts = Array.from({ length: CASES }, () => Buffer.from(nextPlaintext().plaintext))
plaintexts.unshift(Buffer.from(JSON.stringify(demo.data)))

const key = Buffer.from(demo.sessionKey, 'base64')
const iv = Buffer.from(demo.iv, 'base64')
const seeds = {
  wechat_text: [[demo.sessionKey, demo.iv, demo.encryptedData].join('\n')],
  wechat_bytes: [],
  shapes: [],
  json: [],
  alipay_message: [],
  alipay_keys: []
}
for (const plaintext of plaintexts) {
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()])
  seeds.wechat_text.push([demo.sessionKey, demo.iv, data.toString('base64')].join('\n'))
  seeds.wechat_bytes.push(Buffer.concat([key, iv, data]))
  seeds.json.push(plaintext)
  // Twice, so that a mutation of one of the two is another text of a shape that has been learned.
  seeds.shapes.push(Buffer.concat([plaintext, Buffer.from([0]), plaintext]))
}

const { message, plaintext, leaf, intermediate, request, aesKey, rsa2047, sm2 } = alipay
const { response, sign } = JSON.parse(message)
const error = { code: '40001', msg: 'Missing Required Arguments', subCode: 'isv.missing-signature-type' }
seeds.alipay_message.push(
  message,
  JSON.stringify(message),
  JSON.stringify({ response: message }),
  JSON.stringify({ encryptedData: response, sign, signType: 'RSA2', encryptType: 'AES', charset: 'UTF-8' }),
  message.replaceAll('/', '\\/'),
  JSON.stringify({ response: JSON.parse(plaintext), sign }),
  JSON.stringify({ response: error }),
  JSON.stringify(error)
)
for (const key of [leaf, intermediate, request, aesKey, rsa2047, sm2]) {
  const der = Buffer.from(key.replace(/-----[^-]*-----/g, ''), 'base64')
  seeds.alipay_keys.push(key, Buffer.concat([Buffer.from([0]), der]))
}
const { publicKey } = new X509Certificate(leaf)
for (const type of ['spki', 'pkcs1']) {
  seeds.alipay_keys.push(Buffer.concat([Buffer.from([0]), publicKey.export({ type, format: 'der' })]))
}

for (const [target, inputs] of Object.entries(seeds)) {
  const folder = path.join(__dirname, 'seeds', target)
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  for (const input of inputs) {
    fs.writeFileSync(path.join(folder, createHash('sha1').update(input).digest('hex')), input)
  }
}
