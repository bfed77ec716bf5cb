'use strict'

// Exchanges the code of `wx.login` for the user's openid and session key, at WeChat's server:
// https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html

const { BadRequest } = require('./answer')

const { APP_ID, APP_SECRET, WECHAT_API = 'https://api.weixin.qq.com' } = process.env

if (!APP_ID || !APP_SECRET) {
  console.error('Set APP_ID and APP_SECRET to those of your mini program (mp.weixin.qq.com, 开发设置).')
  process.exit(1)
}

// What is wrong with the code itself, or its user: 40029 not a login code, 40163 used before, 40226 blocked.
const CODE_REJECTED = [40029, 40163, 40226]

/**
 * @param {unknown} code
 * @returns {Promise<{ openid: string, sessionKey: string }>}
 */
async function code2Session(code) {
  if (typeof code !== 'string' || code === '')
    throw new BadRequest('login-code', 'Send the code of wx.login.')
  const query = new URLSearchParams({
    appid: String(APP_ID),
    secret: String(APP_SECRET),
    js_code: code,
    grant_type: 'authorization_code'
  })
  const response = await fetch(`${WECHAT_API}/sns/jscode2session?${query}`, {
    signal: AbortSignal.timeout(5000)
  })
  const answer = parse(await response.text())
  if (CODE_REJECTED.includes(answer.errcode)) {
    throw new BadRequest('login-code', `code2Session answered ${answer.errcode}: ${answer.errmsg}`)
  }
  if (typeof answer.openid !== 'string' || typeof answer.session_key !== 'string') {
    throw new Error(`code2Session answered ${response.status}, ${answer.errcode}: ${answer.errmsg}`)
  }
  return { openid: answer.openid, sessionKey: answer.session_key }
}

// An error of `JSON.parse` would quote the answer, session key and all.
function parse(text) {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

module.exports = { code2Session }
