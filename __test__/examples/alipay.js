'use strict'

// A fake of Alipay: the gateway that exchanges the code of my.getAuthCode.

const { WeChat } = require('../../examples/try/wechat')
const messages = require('../helpers/alipay-messages')

const appKeys = messages.rsa(2048)

class Alipay extends WeChat {
  /** What the server of the mini program is configured with. */
  get environment() {
    return {
      ALIPAY_APP_ID: '2021000000000000',
      ALIPAY_PRIVATE_KEY: appKeys.privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
      ALIPAY_PUBLIC_KEY: messages.config.alipayPublicKey,
      ALIPAY_AES_KEY: messages.aesKey,
      ALIPAY_GATEWAY: `${this.url}/gateway.do`
    }
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
    response.end(`{"${name}":${text},"sign":"${messages.sign(text)}"}`)
  }
}

module.exports = { Alipay }
