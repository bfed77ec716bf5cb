'use strict'

// An Alipay mini program's server on Express. 支付宝小程序服务端示例（Express）。
// Set ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY (the app's own), ALIPAY_PUBLIC_KEY (Alipay's) and ALIPAY_AES_KEY:
// ALIPAY_PRIVATE_KEY 是应用私钥，ALIPAY_PUBLIC_KEY 是支付宝公钥（不是应用公钥）。
// ALIPAY_APP_ID=… ALIPAY_PRIVATE_KEY=… ALIPAY_PUBLIC_KEY=… ALIPAY_AES_KEY=… node alipay/server.js

const { AlipaySdk } = require('alipay-sdk')
const { AlipayDataCrypt } = require('wxbizdatacrypt-native')
const { HttpError, log } = require('../shared/errors')
const { answer, loginLimit, phoneLimit, serve } = require('../shared/express')

const { ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY, ALIPAY_AES_KEY, ALIPAY_GATEWAY } = process.env

if (!ALIPAY_APP_ID || !ALIPAY_PRIVATE_KEY || !ALIPAY_PUBLIC_KEY || !ALIPAY_AES_KEY) {
  console.error('Set ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY and ALIPAY_AES_KEY.')
  process.exit(1)
}

// Created once: it parses the keys, and throws if a key is of the wrong kind.
// 全局只建一个：密钥在这里解析，密钥类型不对会在启动时报错。
const alipay = new AlipayDataCrypt({ aesKey: ALIPAY_AES_KEY, alipayPublicKey: ALIPAY_PUBLIC_KEY })
const sdk = new AlipaySdk({
  appId: ALIPAY_APP_ID,
  privateKey: ALIPAY_PRIVATE_KEY,
  alipayPublicKey: ALIPAY_PUBLIC_KEY,
  timeout: 5000,
  ...(ALIPAY_GATEWAY && { gateway: ALIPAY_GATEWAY })
})

serve((app, { store, sessions, authenticate }) => {
  const logIn = answer(async ({ id: requestId, body }) => {
    const openid = await exchangeAuthCode(body?.authCode)
    const token = await sessions.logIn(openid)
    log('info', { requestId, openid, event: 'login' })
    return { token }
  })
  app.post('/login', loginLimit, logIn)

  const phone = answer(async ({ id: requestId, openid, body }) => {
    const mobile = mobileOf(alipay.decryptData(body?.message))
    // A message names neither its user nor its time, and equal numbers make equal messages, so that a message can
    // neither expire nor be used only once. A number stays with the first account that brings it. In production
    // this is a unique column of your database.
    // 报文不含用户和时间，同一号码的报文完全相同，因此既不能按时间过期，也不能限制只用一次。
    // 号码归第一个提交它的账号；生产环境请用数据库的唯一索引。
    const key = `owner:${mobile}`
    if (!(await store.add(key, openid)) && (await store.get(key)) !== openid) {
      throw new HttpError(409, 'owner', 'The number belongs to another account.')
    }
    log('info', { requestId, openid, event: 'phone' })
    return { phone: mobile }
  })
  app.post('/phone', authenticate, phoneLimit, phone)
})

// Exchanges the auth code of my.getAuthCode for the user's id. 用 my.getAuthCode 的 authCode 换取用户 ID。
async function exchangeAuthCode(code) {
  if (typeof code !== 'string' || code === '')
    throw new HttpError(400, 'code', 'The request has no authCode.')
  const result = await exchange(code)
  const user = result.openId ?? result.userId
  if (user !== undefined) return user
  const hint = `Alipay answered ${result.code} ${result.subCode}`
  if (result.code === '20000') throw new HttpError(503, 'alipay', hint)
  // 40002 isv.code-invalid: the code is wrong, was used before, or has expired. authCode 无效、已使用或已过期。
  if (result.code === '40002') throw new HttpError(400, 'code', hint)
  throw new Error(hint)
}

async function exchange(code) {
  try {
    return await sdk.exec('alipay.system.oauth.token', { grantType: 'authorization_code', code })
  } catch (error) {
    throw new HttpError(503, 'alipay', `Alipay did not answer: ${error.code ?? error.name}`)
  }
}

// What Alipay has signed can be an error, and an account can be without a number.
// 支付宝签名的内容也可能是错误；账号也可能没有绑定手机号。
function mobileOf({ code, subCode, mobile }) {
  if (code === '20000') throw new HttpError(503, 'alipay', 'Alipay is busy.')
  if (code !== '10000') throw new HttpError(400, subCode, `Alipay answered ${code} ${subCode}`)
  if (!mobile) throw new HttpError(404, 'no-number', 'The account has no phone number.', 'no number')
  return mobile
}
