'use strict'

// A WeChat mini program's server on Express, 4 or 5. 微信小程序服务端示例（Express 4 或 5）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node express/server.js

const { log } = require('../shared/errors')
const { answer, loginLimit, phoneLimit, serve } = require('../shared/express')
const { PhoneService } = require('../shared/phone')
const { phoneByCode } = require('./phone-by-code')

serve((app, { store, authenticate }) => {
  const service = new PhoneService(store)

  const logIn = answer(({ id, body }) => service.logIn(id, body?.code))
  app.post('/login', loginLimit, logIn)

  const phone = answer(({ id, openid, body }) => service.phone(id, openid, body))
  app.post('/phone', authenticate, phoneLimit, phone)

  // The other way to the number: the button's `code`, which WeChat exchanges. A server needs only one of the two.
  // 另一种方式：用按钮返回的 code 向微信换取手机号。两种方式任选其一。
  const exchange = answer(async ({ id: requestId, openid, body }) => {
    const phone = await phoneByCode(store, openid, body?.code)
    log('info', { requestId, openid, event: 'phone by code' })
    return { phone }
  })
  app.post('/phone-by-code', authenticate, phoneLimit, exchange)
})
