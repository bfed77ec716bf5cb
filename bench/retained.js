'use strict'

// What a kept string keeps alive: a million phone numbers (and avatar addresses) kept from the decrypted
// objects, and what the heap holds more for each, for this package and for JSON.parse.
// Run: node --expose-gc bench/retained.js

const crypto = require('node:crypto')
const WXBizDataCrypt = require('..')
const { encrypt } = require('../__test__/helpers/encrypt')

const COUNT = 1_000_000
const appId = 'wx4f4bc4dec97d474b'
const sessionKey = crypto.randomBytes(16)

const watermark = { timestamp: 1477314187, appid: appId }
const payloads = {
  phoneNumber: i => ({
    phoneNumber: String(13_500_000_000 + i),
    purePhoneNumber: String(13_500_000_000 + i),
    countryCode: '86',
    watermark
  }),
  avatarUrl: i => ({
    openId: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE',
    nickName: `小店${i}`,
    gender: 1,
    language: 'zh_CN',
    city: '广州',
    province: '广东',
    country: '中国',
    avatarUrl: `http://wx.qlogo.cn/mmopen/vi_32/${String(i).padStart(90, 'a')}/0`,
    watermark
  })
}

function measure(key, open) {
  const kept = new Array(COUNT).fill('')
  global.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < COUNT; i++) kept[i] = open(JSON.stringify(payloads[key](i)))[key]
  global.gc()
  return (process.memoryUsage().heapUsed - before) / kept.length
}

const pc = new WXBizDataCrypt(appId, sessionKey.toString('base64'))
const opened = plaintext => {
  const { encryptedData, iv } = encrypt(plaintext, { sessionKey })
  return pc.decryptData(encryptedData, iv)
}

for (const key of Object.keys(payloads)) {
  const parsed = measure(key, JSON.parse)
  const ours = measure(key, opened)
  console.log(`${key}: ${ours.toFixed(1)} bytes each, JSON.parse alone ${parsed.toFixed(1)}`)
}
