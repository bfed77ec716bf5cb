'use strict'

// WeChat open data: the payloads, and everything that decrypts them.

const { createDecipheriv, randomBytes } = require('node:crypto')
const { MiniApp } = require('node-easywechat')
const { MiniProgram, Store } = require('wechat-jssdk')
const OAuth = require('wechat-oauth')
const WXBizDataCrypt = require('..')
const demo = require('../__test__/demo.json')
const { encrypt } = require('../__test__/helpers/encrypt')
const { batchLength } = require('./harness')
const { Sample } = require('./sample')

const { appId } = demo
const watermark = user => ({ timestamp: 1477314187 + user, appid: appId })

// Every user has a key, an iv and values of their own, as on a server: nothing repeats within a batch.
function inputs(makeData, makeKey = key => key) {
  return Array.from({ length: batchLength }, (_, user) => {
    const expected = makeData(user)
    const plaintext = JSON.stringify(expected)
    const key = randomBytes(16)
    return {
      sessionKey: makeKey(key).toString('base64'),
      ...encrypt(plaintext, { sessionKey: key }),
      plaintext,
      expected
    }
  })
}

const phone = user => ({
  phoneNumber: String(13_580_006_666 + user * 7919),
  purePhoneNumber: String(13_580_006_666 + user * 7919),
  countryCode: '86',
  watermark: watermark(user)
})

const userInfo = user => ({
  ...demo.data,
  openId: randomBytes(21).toString('base64'),
  nickName: `Band${user * 7919}`,
  avatarUrl: `${demo.data.avatarUrl.slice(0, -12)}${randomBytes(6).toString('hex')}`,
  unionId: randomBytes(21).toString('base64'),
  watermark: watermark(user)
})

function withSessionKeys(payload) {
  for (const input of payload.inputs) {
    input.sessionKeys = payload.isSecondKey
      ? [randomBytes(16).toString('base64'), input.sessionKey]
      : input.sessionKey
  }
  return payload
}

const payloads = [
  {
    name: 'phone',
    inputs: inputs(phone)
  },
  { name: 'user info', inputs: inputs(userInfo) },
  {
    name: 'user info, Chinese',
    inputs: inputs(user => ({
      ...userInfo(user),
      nickName: `李雷和韩梅梅${user}`,
      language: 'zh_CN',
      city: '广州',
      province: '广东',
      country: '中国'
    }))
  },
  {
    name: '31-day steps',
    inputs: inputs(user => ({
      stepInfoList: Array.from({ length: 31 }, (_, day) => ({
        timestamp: 1477238400 + 86400 * day,
        step: 3000 + ((day * 2971 + user * 7919) % 15000)
      })),
      watermark: watermark(user)
    }))
  },
  {
    name: 'user info, an escape',
    inputs: inputs(user => ({ ...userInfo(user), nickName: `Band "${user}"` }))
  },
  // [current, previous], where the data is encrypted under the previous key. The sample gets that one alone.
  { name: 'phone, second key fits', inputs: inputs(phone), isSecondKey: true },
  // Another user's key: the padding is wrong, but for one time in 256.
  { name: 'rejected phone (wrong key)', isRejected: true, inputs: inputs(phone, () => randomBytes(16)) },
  { name: 'rejected user info', isRejected: true, inputs: inputs(userInfo, () => randomBytes(16)) }
]

payloads.forEach(withSessionKeys)

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
    run: ({ sessionKey, encryptedData, iv }) => new Sample(appId, sessionKey).decryptData(encryptedData, iv)
  },
  {
    name: 'node:crypto, well written',
    run: ({ sessionKey, encryptedData, iv }) => decryptWell(sessionKey, encryptedData, iv)
  },
  {
    name: 'node-easywechat',
    run: ({ sessionKey, encryptedData, iv }) => easyWechat.decryptSession(sessionKey, iv, encryptedData)
  },
  {
    name: 'wechat-jssdk',
    isAsync: true,
    run: ({ sessionKey, encryptedData, iv }) => jssdk.decryptData(encryptedData, iv, sessionKey)
  },
  {
    name: 'wechat-oauth',
    run: ({ sessionKey, encryptedData, iv }) =>
      oauth.decryptMiniProgramUser({ sessionKey, encryptedData, iv })
  },
  {
    name: '`JSON.parse` of the plaintext alone',
    neverRejects: true,
    run: ({ plaintext }) => JSON.parse(plaintext)
  },
  {
    name: '**wxbizdatacrypt-native**',
    run: ({ sessionKeys, encryptedData, iv }) =>
      new WXBizDataCrypt(appId, sessionKeys).decryptData(encryptedData, iv)
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
