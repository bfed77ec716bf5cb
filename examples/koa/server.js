'use strict'

// A WeChat mini program's server on Koa. 微信小程序服务端示例（Koa）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node koa/server.js

const { bodyParser } = require('@koa/bodyparser')
const Router = require('@koa/router')
const Koa = require('koa')
const ratelimit = require('koa-ratelimit')
const { answerTo } = require('../shared/errors')
const { PhoneService } = require('../shared/phone')
const settings = require('../shared/server')
const { openStore } = require('../shared/store')

async function main() {
  const store = await openStore()
  const service = new PhoneService(store)
  const router = new Router()

  const authenticate = async (ctx, next) => {
    ctx.state.openid = await service.sessions.find(ctx.get('authorization'))
    await next()
  }

  router.post('/login', limit(settings.LOGIN_LIMIT), async ctx => {
    ctx.body = await service.logIn(ctx.state.requestId, ctx.request.body?.code)
  })

  const phoneLimit = limit(settings.PHONE_LIMIT, ctx => ctx.state.openid)
  router.post('/phone', authenticate, phoneLimit, async ctx => {
    ctx.body = await service.phone(ctx.state.requestId, ctx.state.openid, ctx.request.body)
  })

  router.post('/logout', async ctx => {
    ctx.body = await service.sessions.logOut(ctx.get('authorization'))
  })

  router.get('/ready', async ctx => {
    ctx.body = await service.store.ready()
  })

  // `maxIpsCount` is how many entries of X-Forwarded-For are trusted: one for each proxy.
  // maxIpsCount：只信任这几层代理添加的 X-Forwarded-For。
  const app = new Koa({ proxy: settings.TRUST_PROXY > 0, maxIpsCount: settings.TRUST_PROXY })
  app.use(async (ctx, next) => {
    ctx.state.requestId = settings.requestId(ctx.headers['x-request-id'])
    ctx.set('x-request-id', ctx.state.requestId)
    try {
      await next()
      if (ctx.status === 404) ctx.throw(404)
    } catch (error) {
      const { requestId, openid } = ctx.state
      Object.assign(ctx, answerTo(error, { requestId, openid }))
    }
  })
  app.use(bodyParser({ jsonLimit: settings.BODY_LIMIT, enableTypes: ['json'] }))
  app.use(router.routes())

  const server = app.listen(settings.PORT, settings.HOST, () => settings.listening(server.address().port))
  settings.onStop(server, store)
}

// The plugin never removes an entry from its Map, so the Map is emptied every minute.
// 插件不会清理这个 Map，因此每分钟清空一次。
function limit(perMinute, id = ctx => ctx.ip) {
  const db = new Map()
  setInterval(() => db.clear(), 60000).unref()
  return ratelimit({ driver: 'memory', db, duration: 60000, max: perMinute, id, throw: true })
}

main()
