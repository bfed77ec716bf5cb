'use strict'

// A fake of WeChat: the server that answers code2Session, and `wx` in the phones of its users. A session key
// belongs to a user and changes when the test says so.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')
const { encrypt } = require('../helpers/encrypt')

const APP_ID = 'wx4f4bc4dec97d474b'
const APP_SECRET = 'secret-of-the-app'
const PHONE = { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86' }

class WeChat {
  users = new Map()
  codes = new Map()

  static async start() {
    const wechat = new WeChat()
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

  sessionKeyOf(openid) {
    if (!this.users.has(openid)) this.rotate(openid)
    return this.users.get(openid)
  }

  rotate(openid) {
    this.users.set(openid, crypto.randomBytes(16).toString('base64'))
  }

  // wx.login → a code that can be exchanged once.
  code(openid) {
    const code = crypto.randomBytes(12).toString('hex')
    this.codes.set(code, openid)
    return code
  }

  // What the button gives: open data under the key of this moment.
  data(openid, plaintext = PHONE, options = {}) {
    return encrypt(plaintext, { appId: APP_ID, sessionKey: this.sessionKeyOf(openid), ...options })
  }

  answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url)
    assert.strictEqual(pathname, '/sns/jscode2session')
    response.setHeader('content-type', 'text/plain') // as WeChat has it
    if (this.outage !== undefined) return this.outage(response)
    const code = searchParams.get('js_code')
    const openid = this.codes.get(code)
    this.codes.delete(code)
    if (searchParams.get('appid') !== APP_ID || searchParams.get('secret') !== APP_SECRET) {
      return response.end('{"errcode":40125,"errmsg":"invalid appsecret"}')
    }
    if (openid === undefined) return response.end('{"errcode":40029,"errmsg":"invalid code, rid: 66"}')
    response.end(JSON.stringify({ session_key: this.sessionKeyOf(openid), openid }))
  }
}

module.exports = { APP_ID, APP_SECRET, PHONE, WeChat }
