'use strict'

// The phone number by the button's `code`: nothing is decrypted, WeChat answers with the number.
// 用手机号按钮的 code 换取手机号：无需解密，由微信服务端返回。
// https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html

const { openCloudData } = require('wxbizdatacrypt-native')
const { phoneOf } = require('../shared/phone')
const { APP_ID, APP_SECRET, callWeChat, checkAnswer, checkCode } = require('../shared/wechat')

// The token was replaced or has expired. access_token 已失效或过期。
const TOKEN_REJECTED = [40001, 40014, 42001]

/**
 * @param {import('../shared/store').Store} store
 * @param {string} openid binds the code to the user: WeChat rejects another user's. 绑定用户，他人的 code 会被拒绝
 * @param {unknown} code not the code of wx.login. 不是 wx.login 的 code
 */
async function phoneByCode(store, openid, code) {
  checkCode(code)
  const exchange = token =>
    callWeChat('/wxa/business/getuserphonenumber', { access_token: token }, { code, openid })

  const token = await accessToken(store)
  let answer = await exchange(token)
  if (TOKEN_REJECTED.includes(answer.errcode)) answer = await exchange(await accessToken(store, token))
  checkAnswer(answer)
  // Checks that the number is for this app. 检查水印中的 appid。
  return phoneOf(openCloudData(answer, APP_ID))
}

// One token for all processes, until five minutes before it expires. `stable_token` answers with the same token
// until then, so that processes which ask at the same time do not invalidate each other's.
// 所有进程共用一个 access_token，缓存到过期前五分钟。stable_token 在有效期内返回同一个 token，多个进程同时获取也不会互相覆盖。
async function accessToken(store, rejected) {
  const cached = await store.get('access-token')
  if (cached !== null && cached !== rejected) return cached
  const body = { grant_type: 'client_credential', appid: APP_ID, secret: APP_SECRET }
  const answer = await callWeChat('/cgi-bin/stable_token', {}, body)
  checkAnswer(answer)
  await store.set('access-token', answer.access_token, Math.max(60, answer.expires_in - 300))
  return answer.access_token
}

module.exports = { phoneByCode }
