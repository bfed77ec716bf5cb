'use strict'

// A fake of Alipay: the gateway that exchanges an auth code, and the messages of my.getPhoneNumber.

const crypto = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')
const { encrypt } = require('../helpers/encrypt')

const der = (key, type) => key.export({ type, format: 'der' }).toString('base64')

class Alipay {
  codes = new Map()
  aesKey = crypto.randomBytes(16)
  keys = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
  appKeys = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })

  static async start() {
    const alipay = new Alipay()
    alipay.http = http.createServer((request, response) => alipay.answer(request, response))
    alipay.http.listen(0, '127.0.0.1').unref()
    await once(alipay.http, 'listening')
    return alipay
  }

  stop() {
    this.http.closeAllConnections()
    this.http.close()
  }

  // What the server of the mini program is configured with.
  get environment() {
    return {
      ALIPAY_APP_ID: '2021000000000000',
      ALIPAY_PRIVATE_KEY: der(this.appKeys.privateKey, 'pkcs1'),
      ALIPAY_PUBLIC_KEY: der(this.keys.publicKey, 'spki'),
      ALIPAY_AES_KEY: this.aesKey.toString('base64'),
      ALIPAY_GATEWAY: `http://127.0.0.1:${this.http.address().port}/gateway.do`
    }
  }

  /** Returns the code of my.getAuthCode, which can be exchanged once. */
  code(user) {
    const code = crypto.randomBytes(12).toString('hex')
    this.codes.set(code, user)
    return code
  }

  /** Returns `res.response` of my.getPhoneNumber: the ciphertext, and a signature over it with its double quotes. */
  message(plaintext = { code: '10000', msg: 'Success', mobile: '1597671905' }) {
    const options = { sessionKey: this.aesKey, iv: Buffer.alloc(16) }
    const { encryptedData: response } = encrypt(JSON.stringify(plaintext), options)
    return JSON.stringify({ response, sign: this.sign(`"${response}"`) })
  }

  sign(text) {
    return crypto.sign('sha256', Buffer.from(text), this.keys.privateKey).toString('base64')
  }

  async answer(request, response) {
    let form = new URL(request.url, 'http://127.0.0.1').search
    for await (const chunk of request) form += `&${chunk}`
    const code = new URLSearchParams(form).get('code')
    const user = this.codes.get(code)
    this.codes.delete(code)
    const answer =
      user === undefined
        ? { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.code-invalid', sub_msg: '授权码code无效' }
        : { open_id: user, access_token: 'token', expires_in: 1296000 }
    const name = user === undefined ? 'error_response' : 'alipay_system_oauth_token_response'
    const text = JSON.stringify(answer)
    response.setHeader('content-type', 'application/json')
    response.end(`{"${name}":${text},"sign":"${this.sign(text)}"}`)
  }
}

module.exports = { Alipay }
