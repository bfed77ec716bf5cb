// A WeChat mini program's server on Fastify (ESM). 微信小程序服务端示例（Fastify，ESM）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node fastify/server.mjs

import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import { answerTo, HttpError } from '../shared/errors.js'
import { PhoneService } from '../shared/phone.js'
import settings from '../shared/server.js'
import { openStore } from '../shared/store.js'

const store = await openStore()
const service = new PhoneService(store)

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
  request.openid = await service.sessions.find(request.headers.authorization)
}

const loginLimit = { max: settings.LOGIN_LIMIT }
app.post('/login', { config: { rateLimit: loginLimit } }, ({ id, body }) => service.logIn(id, body?.code))

// Counted after `authenticate`, by user. 登录校验之后再按用户限流。
const phoneLimit = {
  max: settings.PHONE_LIMIT,
  hook: 'preHandler',
  keyGenerator: request => request.openid
}
app.post(
  '/phone',
  { preHandler: [authenticate], config: { rateLimit: phoneLimit } },
  ({ id, openid, body }) => service.phone(id, openid, body)
)

app.post('/logout', ({ headers }) => service.sessions.logOut(headers.authorization))
app.get('/ready', () => service.store.ready())

await app.listen({ port: settings.PORT, host: settings.HOST })
settings.listening(app.server.address().port)
settings.onStop(app.server, store, () => app.close())
