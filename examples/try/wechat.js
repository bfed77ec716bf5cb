'use strict'

// A stand-in for WeChat: its server, on this machine only, and what its client gives to a mini program. A session key
// belongs to a user and changes when `rotate` is called. It encrypts with node:crypto, not with this package.
// 模拟微信：服务端接口（仅监听本机），以及小程序端得到的数据。加密使用 node:crypto，不依赖本包。

const crypto = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')

const APP_ID = 'wx4f4bc4dec97d474b'
const APP_SECRET = 'secret-of-the-app'
// Abroad, so that it is not equal to the number without its country code. 境外号码，与不带区号的 purePhoneNumber 不同
const PHONE = { phoneNumber: '+85261234567', purePhoneNumber: '61234567', countryCode: '852' }

class WeChat {
  sessionKeys = new Map()
  codes = new Map()
  phoneCodes = new Map()
  accessToken = undefined
  requests = []
  /** Answers the next request, or every request, instead of the API. 替代接口返回的响应 */
  answers = []
  outage = undefined

  static async start() {
    const wechat = new this()
    wechat.http = http.createServer((request, response) => wechat.answer(request, response))
    wechat.http.listen(0, '127.0.0.1').unref()
    await once(wechat.http, 'listening')
    wechat.url = `http://127.0.0.1:${wechat.http.address().port}`
    return wechat
  }

  stop() {
    this.http.closeAllConnections()
    this.http.close()
  }

  /** What a server needs to use this instead of WeChat. 让示例服务端连接到这里的环境变量 */
  get environment() {
    return { APP_ID, APP_SECRET, WECHAT_API: this.url }
  }

  sessionKeyOf(openid) {
    if (!this.sessionKeys.has(openid)) this.rotate(openid)
    return this.sessionKeys.get(openid)
  }

  rotate(openid) {
    this.sessionKeys.set(openid, crypto.randomBytes(16).toString('base64'))
  }

  /** Returns the code of wx.login, which can be exchanged once. wx.login 的 code，只能用一次 */
  code(openid) {
    return issue(this.codes, openid)
  }

  /** Returns the code of the button for phone numbers. 手机号按钮的 code */
  phoneCode(openid) {
    return issue(this.phoneCodes, openid)
  }

  /** Returns what the button gives: data under the key of this moment. 手机号按钮返回的加密数据 */
  data(openid, plaintext = PHONE, options = {}) {
    const { appId = APP_ID, sessionKey = this.sessionKeyOf(openid), timestamp = now() } = options
    const text =
      typeof plaintext === 'string'
        ? plaintext
        : JSON.stringify({ ...plaintext, watermark: { timestamp, appid: appId } })
    const iv = crypto.randomBytes(16)
    const cipher = crypto.createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
    const encryptedData = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
    return { encryptedData, iv: iv.toString('base64') }
  }

  async answer(request, response) {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname, searchParams } = new URL(request.url, this.url)
    this.requests.push(pathname)
    response.setHeader('content-type', 'text/plain') // as WeChat has it
    const outage = this.answers.shift() ?? this.outage
    if (typeof outage === 'function') return outage(response)
    const answer = outage ?? this.call(pathname, searchParams, body && JSON.parse(body))
    response.end(JSON.stringify(answer))
  }

  call(pathname, query, body) {
    switch (pathname) {
      case '/sns/jscode2session':
        return this.code2Session(query)
      case '/cgi-bin/stable_token':
        return this.stableToken(body)
      case '/wxa/business/getuserphonenumber':
        return this.getPhoneNumber(query, body)
    }
    return { errcode: 40066, errmsg: 'invalid url' }
  }

  code2Session(query) {
    const openid = take(this.codes, query.get('js_code'))
    if (query.get('appid') !== APP_ID || query.get('secret') !== APP_SECRET) {
      return { errcode: 40125, errmsg: 'invalid appsecret' }
    }
    if (openid === undefined) return { errcode: 40029, errmsg: 'invalid code, rid: 66' }
    return { session_key: this.sessionKeyOf(openid), openid }
  }

  stableToken({ appid, secret }) {
    if (appid !== APP_ID || secret !== APP_SECRET) return { errcode: 40125, errmsg: 'invalid appsecret' }
    if (this.accessToken === undefined) this.replaceToken()
    return { access_token: this.accessToken, expires_in: 7200 }
  }

  replaceToken() {
    this.accessToken = crypto.randomBytes(12).toString('hex')
  }

  getPhoneNumber(query, { code, openid }) {
    if (query.get('access_token') !== this.accessToken) {
      return { errcode: 40001, errmsg: 'invalid credential, access_token is invalid or not latest' }
    }
    if (take(this.phoneCodes, code) !== openid) return { errcode: 40029, errmsg: 'invalid code' }
    const watermark = { timestamp: now(), appid: APP_ID }
    return { errcode: 0, errmsg: 'ok', phone_info: { ...PHONE, watermark } }
  }
}

function issue(codes, value) {
  const code = crypto.randomBytes(12).toString('hex')
  codes.set(code, value)
  return code
}

function take(codes, code) {
  const value = codes.get(code)
  codes.delete(code)
  return value
}

const now = () => Math.floor(Date.now() / 1000)

module.exports = { APP_ID, APP_SECRET, PHONE, WeChat }
