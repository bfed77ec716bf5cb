'use strict'

// A WeChat mini program's server on Express, 4 or 5. 微信小程序服务端示例（Express 4 或 5）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node express/server.js

const express = require('express')
const { rateLimit } = require('express-rate-limit')
const { HttpError, answerTo, log } = require('../shared/errors')
const { decryptPhone } = require('../shared/phone')
const settings = require('../shared/server')
const { Sessions } = require('../shared/sessions')
const { openStore } = require('../shared/store')
const { code2Session } = require('../shared/wechat')
const { phoneByCode } = require('./phone-by-code')

async function main() {
  const store = await openStore()
  const sessions = new Sessions(store)

  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', settings.TRUST_PROXY)
  app.use((request, response, next) => {
    request.id = settings.requestId(request.get('x-request-id'))
    response.set('x-request-id', request.id)
    next()
  })
  app.use(express.json({ limit: settings.BODY_LIMIT }))

  const authenticate = catching(async (request, _response, next) => {
    request.openid = await sessions.find(request.get('authorization'))
    next()
  })
  const phoneLimit = limit(settings.PHONE_LIMIT, request => request.openid)

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  // 小程序启动时（按钮出现之前）调用 wx.login，把 code 发到这里。
  app.post(
    '/login',
    limit(settings.LOGIN_LIMIT),
    catching(async (request, response) => {
      const { openid, sessionKey } = await code2Session(request.body?.code)
      const token = await sessions.logIn(openid, sessionKey)
      log('info', { requestId: request.id, openid, event: 'login' })
      response.json({ token })
    })
  )

  app.post(
    '/phone',
    authenticate,
    phoneLimit,
    catching(async (request, response) => {
      const { encryptedData, iv } = request.body ?? {}
      const phone = await decryptPhone(sessions, request.openid, encryptedData, iv)
      log('info', { requestId: request.id, openid: request.openid, event: 'phone' })
      response.json({ phone })
    })
  )

  // The other way to the number: the button's `code`, which WeChat exchanges. A server needs only one of the two.
  // 另一种方式：用按钮返回的 code 向微信换取手机号。两种方式任选其一。
  app.post(
    '/phone-by-code',
    authenticate,
    phoneLimit,
    catching(async (request, response) => {
      const phone = await phoneByCode(store, request.openid, request.body?.code)
      log('info', { requestId: request.id, openid: request.openid, event: 'phone by code' })
      response.json({ phone })
    })
  )

  app.post(
    '/logout',
    catching(async (request, response) => {
      await sessions.logOut(request.get('authorization'))
      response.json({})
    })
  )

  app.get(
    '/ready',
    catching(async (_request, response) => {
      await store.ping()
      response.json({ ready: true })
    })
  )

  app.use((_request, _response, next) => next(new HttpError(404, 'path', 'There is no such path.')))

  // Express recognises an error handler by its four parameters. Express 靠四个参数识别错误处理函数。
  app.use((error, request, response, _next) => {
    const { status, body } = answerTo(error, { requestId: request.id, openid: request.openid })
    response.status(status).json(body)
  })

  const server = app.listen(settings.PORT, settings.HOST, error => {
    if (error) throw error
    settings.listening(server.address().port)
  })
  settings.onStop(async () => {
    await settings.closeServer(server)
    await store.close()
  })
}

// By address unless `keyGenerator` says otherwise. 默认按 IP 限流。
function limit(perMinute, keyGenerator) {
  return rateLimit({
    windowMs: 60000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(keyGenerator && { keyGenerator }),
    handler: (_request, _response, next) => next(new HttpError(429, 'rate', 'Too many requests.'))
  })
}

// Express 4 ignores the promise of a handler: a rejected one would end the process.
// Express 4 不处理 handler 返回的 Promise，未捕获的 rejection 会使进程退出。
function catching(handler) {
  return (request, response, next) => handler(request, response, next).catch(next)
}

main()
