'use strict'

// A mini program's server on Koa. Run: APP_ID=… APP_SECRET=… node examples/koa/server.js

const { bodyParser } = require('@koa/bodyparser')
const Router = require('@koa/router')
const Koa = require('koa')
const WXBizDataCrypt = require('wxbizdatacrypt-native')
const { BadRequest, answerTo } = require('../shared/answer')
const { code2Session } = require('../shared/code2session')
const { MAX_AGE, openSessions } = require('../shared/sessions')

const { APP_ID, PORT = 3000 } = process.env

async function main() {
  const sessions = await openSessions()
  const router = new Router()

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  router.post('/login', async ctx => {
    const { openid, sessionKey } = await code2Session(ctx.request.body?.code)
    ctx.body = { token: await sessions.logIn(openid, sessionKey) }
  })

  router.post('/phone', async ctx => {
    const session = await sessions.find(ctx.get('authorization'))
    if (session === undefined) {
      ctx.status = 401
      ctx.body = { error: 'log in first' }
      return
    }

    // The session key comes from the session and never from the client, who could encrypt any number with it.
    const { encryptedData, iv } = ctx.request.body ?? {}
    const pc = new WXBizDataCrypt(APP_ID, session.sessionKeys)
    const { purePhoneNumber } = pc.decryptData(encryptedData, iv, { maxAge: MAX_AGE })
    if (!purePhoneNumber) throw new BadRequest('no-phone-number', 'This is the data of another API.')
    await sessions.useOnce(encryptedData)
    ctx.body = { phone: purePhoneNumber }
  })

  const app = new Koa()
  app.use(async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404) ctx.throw(404)
    } catch (error) {
      Object.assign(ctx, answerTo(error))
    }
  })
  app.use(bodyParser({ jsonLimit: '16kb', enableTypes: ['json'] }))
  app.use(router.routes())

  const server = app.listen(PORT, () => {
    console.log(`Listening on http://localhost:${server.address().port}`)
  })
}

main()
