'use strict'

// Writes the fuzz targets' seeds: the inputs that were kept (fuzz/corpora/), the vectors of the tests and
// generated cases, in the form each target reads.
//
//   node fuzz/seeds.js keep TARGET FOLDER     keeps the inputs in FOLDER rather than writing seeds

const { X509Certificate, createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const alipay = require('../__test__/alipay-keys.json')
const demo = require('../__test__/demo.json')
const { createPlaintexts } = require('../__test__/generate/plaintext')
const { createRandom } = require('../__test__/generate/random')

const CASES = 200
const random = createRandom(1)
const nextPlaintext = createPlaintexts(random)
const plaintexts = Array.from({ length: CASES }, () => {
  // The targets expect the app of the official demo.
  const { appId, plaintext } = nextPlaintext()
  const text = Buffer.from(plaintext).toString('latin1')
  return Buffer.from(appId.length > 3 ? text.replaceAll(appId, demo.appId) : text, 'latin1')
})
plaintexts.unshift(Buffer.from(JSON.stringify(demo.data)))

const key = Buffer.from(demo.sessionKey, 'base64')
const iv = Buffer.from(demo.iv, 'base64')
const seeds = {
  base64: [demo.sessionKey],
  forms: [],
  json: ['9007199254740993', '9007199254740992', '"9007199254740993"', '9007199254740993.0'].flatMap(appId =>
    ['appid', 'appId', 'app\\u0069d'].map(name => `{"a":1,"watermark":{"${name}":${appId},"timestamp":1}}`)
  ),
  wechat: [],
  frame: ['{}', '{"openid":"o1"}', '{"a":"张三"}'].map(createFrame),
  alipay_message: [],
  alipay_keys: []
}
plaintexts.forEach((plaintext, i) => {
  seeds.base64.push(plaintext.toString('base64'))
  seeds.forms.push(plaintext)
  seeds.json.push(plaintext)
  seeds.wechat.push(Buffer.concat([Buffer.of(i % 16), key, iv, plaintext]))
})

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

const corpus = target => path.join(__dirname, 'corpora', `${target}.txt`)
const [command, ...args] = process.argv.slice(2)
if (command === 'keep') keep(...args)
else for (const [target, inputs] of Object.entries(seeds)) write(target, inputs)

// An input a line, in base64, the shortest first.
function keep(target, folder) {
  const lines = fs.readdirSync(folder).map(file => fs.readFileSync(path.join(folder, file), 'base64'))
  lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  fs.writeFileSync(corpus(target), lines.map(line => `${line}\n`).join(''))
}

function write(target, inputs) {
  const folder = path.join(__dirname, 'seeds', target)
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  if (fs.existsSync(corpus(target))) {
    const lines = fs.readFileSync(corpus(target), 'latin1').trim().split('\n')
    inputs.push(...lines.map(line => Buffer.from(line, 'base64')))
  }
  for (const input of inputs) {
    fs.writeFileSync(path.join(folder, createHash('sha1').update(input).digest('hex')), input)
  }
}

// With the app key of the target.
function createFrame(content) {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(content))
  const frame = Buffer.concat([Buffer.alloc(16), length, Buffer.from(`${content}app-key`)])
  const padding = 32 - (frame.length % 32)
  return Buffer.concat([frame, Buffer.alloc(padding, padding)])
}
