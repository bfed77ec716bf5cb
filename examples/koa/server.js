'use strict'

// A WeChat mini program's server on Koa. 微信小程序服务端示例（Koa）。
// APP_ID=… APP_SECRET=… REDIS_URL=… node koa/server.js

const { bodyParser } = require('@koa/bodyparser')
const Router = require('@koa/router')
const Koa = require('koa')
const ratelimit = require('koa-ratelimit')
const { answerTo, log } = require('../shared/errors')
const { decryptPhone } = require('../shared/phone')
const settings = require('../shared/server')
const { Sessions } = require('../shared/sessions')
const { openStore } = require('../shared/store')
const { code2Session } = require('../shared/wechat')

async function main() {
  const store = await openStore()
  const sessions = new Sessions(store)
  const router = new Router()

  const authenticate = async (ctx, next) => {
    ctx.state.openid = await sessions.find(ctx.get('authorization'))
    await next()
  }

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  // 小程序启动时（按钮出现之前）调用 wx.login，把 code 发到这里。
  router.post('/login', limit(settings.LOGIN_LIMIT), async ctx => {
    const { openid, sessionKey } = await code2Session(ctx.request.body?.code)
    ctx.body = { token: await sessions.logIn(openid, sessionKey) }
    log('info', { ...contextOf(ctx), openid, event: 'login' })
  })

  const phoneLimit = limit(settings.PHONE_LIMIT, ctx => ctx.state.openid)
  router.post('/phone', authenticate, phoneLimit, async ctx => {
    const { encryptedData, iv } = ctx.request.body ?? {}
    ctx.body = { phone: await decryptPhone(sessions, ctx.state.openid, encryptedData, iv) }
    log('info', { ...contextOf(ctx), event: 'phone' })
  })

  router.post('/logout', async ctx => {
    await sessions.logOut(ctx.get('authorization'))
    ctx.body = {}
  })

  router.get('/ready', async ctx => {
    await store.ping()
    ctx.body = { ready: true }
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
      Object.assign(ctx, answerTo(error, contextOf(ctx)))
    }
  })
  app.use(bodyParser({ jsonLimit: settings.BODY_LIMIT, enableTypes: ['json'] }))
  app.use(router.routes())

  const server = app.listen(settings.PORT, settings.HOST, () => settings.listening(server.address().port))
  settings.onStop(async () => {
    await settings.closeServer(server)
    await store.close()
  })
}

const contextOf = ctx => ({ requestId: ctx.state.requestId, openid: ctx.state.openid })

// The plugin never removes an entry from its Map, so the Map is emptied every minute.
// 插件不会清理这个 Map，因此每分钟清空一次。
function limit(perMinute, id = ctx => ctx.ip) {
  const db = new Map()
  setInterval(() => db.clear(), 60000).unref()
  return ratelimit({ driver: 'memory', db, duration: 60000, max: perMinute, id, throw: true })
}

main()
