'use strict'

// WeChat open data: the payloads, and everything that decrypts them.

const { createCipheriv, createDecipheriv } = require('node:crypto')
const { MiniApp } = require('node-easywechat')
const { MiniProgram, Store } = require('wechat-jssdk')
const OAuth = require('wechat-oauth')
const WXBizDataCrypt = require('..')
const demo = require('../__test__/demo.json')

const { appId, sessionKey, iv } = demo
const watermark = { timestamp: 1477314187, appid: appId }

function encrypt(data) {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'))
  return cipher.update(JSON.stringify(data), 'utf8', 'base64') + cipher.final('base64')
}

const accepted = (name, data) => ({ name, sessionKey, encryptedData: encrypt(data), expected: data })

const payloads = [
  accepted('phone', {
    phoneNumber: '13580006666',
    purePhoneNumber: '13580006666',
    countryCode: '86',
    watermark
  }),
  { name: 'user info', sessionKey, encryptedData: demo.encryptedData, expected: demo.data },
  accepted('user info, Chinese', {
    ...demo.data,
    nickName: '李雷和韩梅梅',
    language: 'zh_CN',
    city: '广州',
    province: '广东',
    country: '中国'
  }),
  accepted('31-day steps', {
    stepInfoList: Array.from({ length: 31 }, (_, day) => ({
      timestamp: 1477238400 + 86400 * day,
      step: 3000 + ((day * 2971) % 15000)
    })),
    watermark
  }),
  // Another user's key: the padding is wrong.
  { name: 'rejected (wrong key)', sessionKey: 'HyVFkGl5F5OQWJZZaNzBBg==', encryptedData: demo.encryptedData }
]

// Tencent's sample in plain words; `Buffer.from` stands where the sample has the deprecated `new Buffer`.
class Sample {
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

// What node:crypto can do at best: bytes in, bytes out, one decoding to text, nothing built twice.
function decryptWell(sessionKey, encryptedData, iv) {
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  const head = decipher.update(encryptedData, 'base64')
  const data = JSON.parse(Buffer.concat([head, decipher.final()]).toString())
  if (!data || !data.watermark || data.watermark.appid !== appId) throw new Error('Another watermark')
  return data
}

// A store that keeps nothing and sets no timer, which would keep the process alive.
const store = new Store({ noInterval: true })

const easyWechat = new MiniApp({ app_id: appId, secret: 'none' }).getUtils()
const jssdk = new MiniProgram({ miniProgram: { appId, appSecret: 'none' }, store })
const oauth = new OAuth(appId, 'none', undefined, undefined, true)

// For each, what is timed is what one request costs its user. The peers' long-lived objects are built
// once, as their users build them.
const variants = [
  {
    name: 'Tencent’s sample',
    make: p => () => new Sample(appId, p.sessionKey).decryptData(p.encryptedData, iv)
  },
  {
    name: 'node:crypto, well written',
    make: p => () => decryptWell(p.sessionKey, p.encryptedData, iv)
  },
  {
    name: 'node-easywechat',
    make: p => () => easyWechat.decryptSession(p.sessionKey, iv, p.encryptedData)
  },
  {
    name: 'wechat-jssdk',
    isAsync: true,
    make: p => () => jssdk.decryptData(p.encryptedData, iv, p.sessionKey)
  },
  {
    name: 'wechat-oauth',
    make: p => () =>
      oauth.decryptMiniProgramUser({ sessionKey: p.sessionKey, encryptedData: p.encryptedData, iv })
  },
  {
    name: '`JSON.parse` of the plaintext alone',
    make(p) {
      if (!p.expected) return undefined
      const plaintext = JSON.stringify(p.expected)
      return () => JSON.parse(plaintext)
    }
  },
  {
    name: '**wxbizdatacrypt-native**',
    make: p => () => new WXBizDataCrypt(appId, p.sessionKey).decryptData(p.encryptedData, iv)
  }
]

module.exports = {
  title: 'WeChat',
  payloads,
  variants,
  ours: '**wxbizdatacrypt-native**',
  // The rows of ratios: how many times faster than one, how many times the time of the other.
  fasterThan: ['Tencent’s sample', 'node:crypto, well written'],
  timesOf: ['`JSON.parse` of the plaintext alone']
}
