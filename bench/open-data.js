'use strict'

// Open data under a session key: the payloads, and everything that decrypts them.

const { createDecipheriv, randomBytes } = require('node:crypto')
const { MiniApp } = require('node-easywechat')
const { MiniProgram, Store } = require('wechat-jssdk')
const OAuth = require('wechat-oauth')
const demo = require('../__test__/demo.json')
const { now, platforms } = require('../__test__/helpers/platforms')
const { batchLength } = require('./harness')
const Sample = require('./sample')

const OURS = 'wxbizdatacrypt-native'
// Longer than the benchmark takes.
const maxAge = 86_400

const platform = name => platforms.find(row => row.name === name)
const wechat = platform('WXBizDataCrypt')
const feishu = platform('FeishuDataCrypt')
const baidu = platform('BaiduDataCrypt')
const { appId } = wechat

/**
 * Makes a payload: for every user a key, an iv and values of their own, as on a server, so that nothing repeats within a
 * batch. The key at `fitting` decrypts the data, unless it `isRejected`.
 */
function payload(name, makeData, { of = wechat, keys = 1, fitting = 0, isRejected, options } = {}) {
  const inputs = Array.from({ length: batchLength }, (_, user) => {
    const expected = makeData(user)
    const plaintext = of.mark(expected, of.appId, now() - user)
    const sessionKeys = Array.from({ length: keys }, () => of.randomText())
    const sessionKey = sessionKeys[fitting]
    const [encryptedData, iv] = of.encrypt(plaintext, isRejected ? of.randomText() : sessionKey)
    return {
      of,
      sessionKey,
      sessionKeys: keys === 1 ? sessionKey : sessionKeys,
      encryptedData,
      iv,
      options: options && options(expected),
      plaintext,
      expected
    }
  })
  return { name, inputs, isRejected }
}

const phone = user => ({
  phoneNumber: String(13_580_006_666 + user * 7919),
  purePhoneNumber: String(13_580_006_666 + user * 7919),
  countryCode: '86'
})

const { watermark, ...band } = demo.data

const userInfo = user => ({
  ...band,
  openId: randomBytes(21).toString('base64'),
  nickName: `Band${user * 7919}`,
  avatarUrl: `${band.avatarUrl.slice(0, -12)}${randomBytes(6).toString('hex')}`,
  unionId: randomBytes(21).toString('base64')
})

const chineseUserInfo = user => ({
  ...userInfo(user),
  nickName: `李雷和韩梅梅${user}`,
  language: 'zh_CN',
  city: '广州',
  province: '广东',
  country: '中国'
})

const steps = user => ({
  stepInfoList: Array.from({ length: 31 }, (_, day) => ({
    timestamp: 1477238400 + 86400 * day,
    step: 3000 + ((day * 2971 + user * 7919) % 15000)
  }))
})

const ids = user => ({ openId: `ou_${randomBytes(16).toString('hex')}`, unionId: `ou_${user}` })

const basics = [payload('phone', phone), payload('user info', userInfo)]

const payloads = [
  ...basics,
  payload('user info, Chinese', chineseUserInfo),
  payload('31-day steps', steps),
  payload('user info, an escape', user => ({ ...userInfo(user), nickName: `Band "${user}"` })),
  payload('phone, { maxAge }', phone, { options: () => ({ maxAge }) }),
  payload('user info, { maxAge, openId }', userInfo, { options: ({ openId }) => ({ maxAge, openId }) }),
  payload('phone, second key fits', phone, { keys: 2, fitting: 1 }),
  payload('phone, first of five keys fits', phone, { keys: 5, fitting: 0 }),
  payload('phone, third of five keys fits', phone, { keys: 5, fitting: 2 }),
  payload('phone, fifth of five keys fits', phone, { keys: 5, fitting: 4 }),
  // The padding is wrong, but for one time in 256.
  payload('rejected phone (wrong key)', phone, { isRejected: true }),
  payload('rejected user info', userInfo, { isRejected: true })
]

// What node:crypto can do at best: bytes in, bytes out, one decoding to text, nothing built twice.
function decryptWell({ sessionKey, encryptedData, iv }) {
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
// once, as their users build them. Where there are several keys, they get the one that fits.
const sample = {
  name: 'Tencent’s sample',
  run: ({ sessionKey, encryptedData, iv }) => new Sample(appId, sessionKey).decryptData(encryptedData, iv)
}
const parse = {
  name: 'JSON.parse of the plaintext alone',
  neverRejects: true,
  run: ({ plaintext }) => JSON.parse(plaintext)
}
const ours = {
  name: OURS,
  run: ({ of: { Class, appId }, sessionKeys, encryptedData, iv, options }) =>
    new Class(appId, sessionKeys).decryptData(encryptedData, iv, options)
}
const variants = [
  sample,
  { name: 'node:crypto, well written', run: decryptWell },
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
  parse,
  ours
]

// What Feishu's sample does. It does not compare the app id, an integer that JSON.parse rounds.
function decryptFeishu({ sessionKey, encryptedData, iv }) {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'hex'), Buffer.from(iv, 'hex'))
  return JSON.parse(decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8'))
}

// What Baidu's sample does: padding to 32 bytes, 16 random bytes, a length, the content, the app key.
function decryptBaidu({ sessionKey, encryptedData, iv }) {
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-192-cbc', key, Buffer.from(iv, 'base64')).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(encryptedData, 'base64'), decipher.final()])
  const decoded = padded.subarray(16, padded.length - padded[padded.length - 1])
  const end = 4 + decoded.readUInt32BE(0)
  if (decoded.toString('utf8', end) !== baidu.appId) throw new Error('Another app key')
  return JSON.parse(decoded.toString('utf8', 4, end))
}

const baiduUser = user => ({ openid: randomBytes(12).toString('hex'), nickname: `Band${user}`, sex: 1 })

module.exports = {
  groups: [
    { title: 'WeChat', payloads, variants },
    {
      title: 'Feishu and Baidu',
      payloads: [
        payload('Feishu, ids', ids, { of: feishu }),
        payload('Baidu, user info', baiduUser, { of: baidu })
      ],
      variants: [
        {
          name: 'the platform’s sample',
          run: input => (input.of === feishu ? decryptFeishu : decryptBaidu)(input)
        },
        parse,
        ours
      ]
    }
  ],
  webAssembly: { title: 'WeChat, WebAssembly', payloads: basics, variants: [sample, parse, ours] }
}
