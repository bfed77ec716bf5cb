// A WeChat mini program's server on Hono, for Node. 微信小程序服务端示例（Hono，运行于 Node）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node hono/server.mjs

import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { rateLimiter } from 'hono-rate-limiter'
import { answerTo, HttpError } from '../shared/errors.js'
import { PhoneService } from '../shared/phone.js'
import settings from '../shared/server.js'
import { openStore } from '../shared/store.js'

const store = await openStore()
const service = new PhoneService(store)
const app = new Hono()

// Hono's own handler answers 500 to every error. Hono 默认对所有错误返回 500。
app.onError((error, context) => {
  const { status, body } = answerTo(error, contextOf(context))
  return context.json(body, status)
})
app.notFound(() => {
  throw new HttpError(404, 'path', 'There is no such path.')
})

app.use(async (context, next) => {
  const requestId = settings.requestId(context.req.header('x-request-id'))
  context.set('requestId', requestId)
  context.header('x-request-id', requestId)
  await next()
})
app.use(
  bodyLimit({
    maxSize: settings.BODY_LIMIT,
    onError: () => {
      throw new HttpError(400, 'body', 'The body is too long.')
    }
  })
)

const authenticate = async (context, next) => {
  context.set('openid', await service.sessions.find(context.req.header('authorization')))
  await next()
}

app.post('/login', limit(settings.LOGIN_LIMIT, addressOf), async context => {
  const { code } = await bodyOf(context)
  return context.json(await service.logIn(context.get('requestId'), code))
})

const phoneLimit = limit(settings.PHONE_LIMIT, context => context.get('openid'))
app.post('/phone', authenticate, phoneLimit, async context => {
  const { requestId, openid } = contextOf(context)
  return context.json(await service.phone(requestId, openid, await bodyOf(context)))
})

app.post('/logout', async context =>
  context.json(await service.sessions.logOut(context.req.header('authorization')))
)
app.get('/ready', async context => context.json(await service.store.ready()))

const server = serve({ fetch: app.fetch, port: settings.PORT, hostname: settings.HOST }, ({ port }) =>
  settings.listening(port)
)
settings.onStop(server, store)

function contextOf(context) {
  return { requestId: context.get('requestId'), openid: context.get('openid') }
}

// JSON only: in a form, `+` becomes a space. 只接受 JSON：表单会把 + 变成空格。
async function bodyOf(context) {
  const isJson = /^application\/json\b/i.test(context.req.header('content-type') ?? '')
  try {
    return (isJson && (await context.req.json())) || {}
  } catch {
    throw new HttpError(400, 'body', 'The body is not JSON.')
  }
}

// Trusts one entry of X-Forwarded-For for each proxy. 只信任这几层代理添加的地址。
function addressOf(context) {
  const forwarded = context.req.header('x-forwarded-for')?.split(',') ?? []
  const address = settings.TRUST_PROXY > 0 ? forwarded.at(-settings.TRUST_PROXY)?.trim() : undefined
  return address ?? getConnInfo(context).remote.address
}

function limit(perMinute, keyGenerator) {
  return rateLimiter({
    windowMs: 60000,
    limit: perMinute,
    keyGenerator,
    handler: () => {
      throw new HttpError(429, 'rate', 'Too many requests.')
    }
  })
}
