'use strict'

// What the servers of the examples need of WeChat and Alipay, with the keys from the environment: APP_ID
// and APP_SECRET of WeChat; ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY (the app's), ALIPAY_PUBLIC_KEY (Alipay's)
// and ALIPAY_AES_KEY. Tests hand over their own instead, and so need no network.

const { AlipayDataCrypt } = require('wxbizdatacrypt-native')

function fromEnvironment() {
  const { APP_ID, APP_SECRET, ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY, ALIPAY_AES_KEY } =
    process.env

  // The code of `wx.login` → `{ openid, session_key }`.
  async function code2Session(code) {
    const query = new URLSearchParams({
      appid: APP_ID,
      secret: APP_SECRET,
      js_code: code,
      grant_type: 'authorization_code'
    })
    const answer = await (await fetch(`https://api.weixin.qq.com/sns/jscode2session?${query}`)).json()
    if (answer.errcode) throw new Error(`code2Session: ${answer.errcode} ${answer.errmsg}`)
    return answer
  }

  // The auth code of `my.getAuthCode` → the id of the user.
  async function exchangeAuthCode(code) {
    const { AlipaySdk } = require('alipay-sdk')
    const sdk = new AlipaySdk({
      appId: ALIPAY_APP_ID,
      privateKey: ALIPAY_PRIVATE_KEY,
      alipayPublicKey: ALIPAY_PUBLIC_KEY
    })
    const answer = await sdk.exec('alipay.system.oauth.token', { grantType: 'authorization_code', code })
    const id = answer.openId ?? answer.userId
    if (id === undefined) throw new Error(`alipay.system.oauth.token: ${answer.code} ${answer.subCode}`)
    return id
  }

  const alipay = new AlipayDataCrypt({ aesKey: ALIPAY_AES_KEY, alipayPublicKey: ALIPAY_PUBLIC_KEY })
  return { appId: APP_ID, code2Session, alipay, exchangeAuthCode }
}

module.exports = { fromEnvironment }
