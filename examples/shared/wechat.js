'use strict'

// Calls WeChat's server. 调用微信服务端接口。
// https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html

const { setTimeout: sleep } = require('node:timers/promises')
const { HttpError } = require('./errors')

const { APP_ID = '', APP_SECRET = '', WECHAT_API = 'https://api.weixin.qq.com' } = process.env

if (!APP_ID || !APP_SECRET) {
  console.error('Set APP_ID and APP_SECRET to those of your mini program (mp.weixin.qq.com, 开发设置).')
  process.exit(1)
}

// -1 busy, 45009 daily quota, 45011 too often. -1 系统繁忙，45009 超过每日限额，45011 调用太频繁。
const BUSY = [-1, 45009, 45011]

// The code is wrong, was used before, or its user is blocked. code 无效、已使用过，或用户被拦截。
const CODE_REJECTED = [40029, 40163, 40226]

/**
 * Exchanges the code of `wx.login` for the user's openid and session key. 用 wx.login 的 code 换取 openid 和 session_key。
 *
 * @param {unknown} code
 */
async function code2Session(code) {
  checkCode(code)
  const answer = await callWeChat('/sns/jscode2session', {
    appid: APP_ID,
    secret: APP_SECRET,
    js_code: code,
    grant_type: 'authorization_code'
  })
  checkAnswer(answer)
  const { openid, session_key: sessionKey } = answer
  if (typeof openid !== 'string' || typeof sessionKey !== 'string') {
    throw new HttpError(503, 'wechat', 'code2Session answered without openid or session_key.')
  }
  return { openid, sessionKey }
}

/** @param {unknown} code */
function checkCode(code) {
  if (typeof code !== 'string' || code === '') throw new HttpError(400, 'code', 'The request has no code.')
}

/**
 * Posts `body`, or gets without one. Repeats the call once if WeChat answers -1, "system busy".
 * 有 body 时用 POST，否则用 GET；微信返回 -1（系统繁忙）时重试一次。
 *
 * @param {string} path
 * @param {Record<string, any>} query
 * @param {object} [body]
 */
async function callWeChat(path, query, body) {
  const url = `${WECHAT_API}${path}?${new URLSearchParams(query)}`
  const answer = await send(url, body)
  if (answer.errcode !== -1) return answer
  await sleep(100)
  return send(url, body)
}

async function send(url, body) {
  try {
    const response = await fetch(url, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5000)
    })
    return JSON.parse(await response.text()) ?? {}
  } catch (error) {
    // The messages of these errors can quote the answer, session key and all.
    // 错误信息可能包含响应内容（包括 session_key），所以只记录错误名称。
    throw new HttpError(503, 'wechat', `WeChat did not answer: ${error.cause?.code ?? error.name}`)
  }
}

/**
 * Throws by the number of WeChat's error. Any other number is a fault in the server's configuration.
 * 按 errcode 抛出错误；其余错误码说明服务端配置有误（例如 40013、40125）。
 *
 * @param {any} answer
 */
function checkAnswer({ errcode, errmsg }) {
  if (!errcode) return
  const hint = `WeChat answered ${errcode}: ${errmsg}`
  if (BUSY.includes(errcode)) throw new HttpError(503, 'wechat', hint)
  if (CODE_REJECTED.includes(errcode)) throw new HttpError(400, 'code', hint)
  throw new Error(hint)
}

module.exports = { APP_ID, APP_SECRET, callWeChat, checkAnswer, checkCode, code2Session }
