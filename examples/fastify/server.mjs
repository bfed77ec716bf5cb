// A WeChat mini program's server on Fastify (ESM). 微信小程序服务端示例（Fastify，ESM）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node fastify/server.mjs

import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import { answerTo, HttpError, log } from '../shared/errors.js'
import { decryptPhone } from '../shared/phone.js'
import settings from '../shared/server.js'
import { Sessions } from '../shared/sessions.js'
import { openStore } from '../shared/store.js'
import { code2Session } from '../shared/wechat.js'

const store = await openStore()
const sessions = new Sessions(store)

const app = fastify({
  bodyLimit: settings.BODY_LIMIT,
  // A function, since Fastify trusts no proxy where this is a number. 必须用函数：Fastify 5 传数字时不信任任何代理
  trustProxy: (_address, hop) => hop < settings.TRUST_PROXY,
  genReqId: request => settings.requestId(request.headers['x-request-id'])
})
app.decorateRequest('openid', undefined)
app.addHook('onRequest', async (request, reply) => {
  reply.header('x-request-id', request.id)
})

// Fastify's own handler would send `error.code` to the client. Fastify 默认会把 error.code 返回给客户端。
app.setErrorHandler((error, request, reply) => {
  const { status, body } = answerTo(error, { requestId: request.id, openid: request.openid })
  return reply.code(status).send(body)
})
app.setNotFoundHandler(() => {
  throw new HttpError(404, 'path', 'There is no such path.')
})

await app.register(rateLimit, { global: false, timeWindow: 60000 })

const authenticate = async request => {
  request.openid = await sessions.find(request.headers.authorization)
}

// The client calls wx.login when it starts, before any button is shown, and sends the code here.
// 小程序启动时（按钮出现之前）调用 wx.login，把 code 发到这里。
app.post('/login', { config: { rateLimit: { max: settings.LOGIN_LIMIT } } }, async request => {
  const { openid, sessionKey } = await code2Session(request.body?.code)
  const token = await sessions.logIn(openid, sessionKey)
  log('info', { requestId: request.id, openid, event: 'login' })
  return { token }
})

// Counted after `authenticate`, by user. 登录校验之后再按用户限流。
const phoneLimit = {
  max: settings.PHONE_LIMIT,
  hook: 'preHandler',
  keyGenerator: request => request.openid
}
app.post(
  '/phone',
  { preHandler: [authenticate], config: { rateLimit: phoneLimit } },
  async ({ id, openid, body }) => {
    const phone = await decryptPhone(sessions, openid, body?.encryptedData, body?.iv)
    log('info', { requestId: id, openid, event: 'phone' })
    return { phone }
  }
)

app.post('/logout', async request => {
  await sessions.logOut(request.headers.authorization)
  return {}
})

app.get('/ready', async () => {
  await store.ping()
  return { ready: true }
})

await app.listen({ port: settings.PORT, host: settings.HOST })
settings.listening(app.server.address().port)
settings.onStop(async () => {
  await settings.closeServer(app.server, () => app.close())
  await store.close()
})
