'use strict'

// A mini program's server in Fastify (CommonJS): login and phone number, for WeChat and for Alipay.

const fastify = require('fastify')
const WXBizDataCrypt = require('wxbizdatacrypt-native')
const { Sessions } = require('./sessions.js')

function createApp({ appId, code2Session, alipay, exchangeAuthCode }, lifetime) {
  const sessions = new Sessions(lifetime)
  const alipaySessions = new Sessions(lifetime)
  const app = fastify({ bodyLimit: 16 * 1024 })

  // The client calls `wx.login` when it starts, before any button is shown, and sends the code here.
  app.post('/login', async request => {
    const { openid, session_key } = await code2Session(request.body?.code)
    return { token: sessions.open(openid, session_key) }
  })

  app.post('/decodePhone', async (request, reply) => {
    const user = sessions.find(request.headers.authorization)
    if (user === undefined) return reply.code(401).send({ error: 'log in first' })

    // A session key is never taken from the client, not even the right one: whoever has it can encrypt
    // any phone number with it, and log in as its owner.
    const { encryptedData, iv } = request.body ?? {}
    let data
    try {
      data = new WXBizDataCrypt(appId, user.sessionKeys).decryptData(encryptedData, iv, { maxAge: 300 })
    } catch (error) {
      // The log has the cause; the client is told the same for every one.
      console.warn('decodePhone: %s %s', error.code, error.hint)
      return reply.code(400).send({ error: 'log in again and retry' })
    }
    const { purePhoneNumber } = data
    if (purePhoneNumber === undefined) return reply.code(400).send({ error: 'no phone number' })
    return { phone: purePhoneNumber }
  })

  app.post('/alipay/login', async request => {
    return { token: alipaySessions.open(await exchangeAuthCode(request.body?.code)) }
  })

  app.post('/alipay/decodePhone', async (request, reply) => {
    const user = alipaySessions.find(request.headers.authorization)
    if (user === undefined) return reply.code(401).send({ error: 'log in first' })

    let result
    try {
      // `message` is `res.response` of `my.getPhoneNumber`, the text as it is.
      result = alipay.decryptData(request.body?.message)
    } catch (error) {
      console.warn('alipay/decodePhone: %s', error.code)
      return reply.code(400).send({ error: 'the message was refused' })
    }
    if (result.code !== '10000') return reply.code(502).send({ error: result.subMsg })
    if (!result.mobile) return reply.code(404).send({ error: 'the account has no number' })
    // The message names no user and no time, so an old one of somebody else verifies as well. It counts
    // only for a user who is logged in, and for the first one who brings the number.
    if (!alipaySessions.claim(user, result.mobile)) return reply.code(403).send({ error: 'not your number' })
    return { phone: result.mobile }
  })

  return app
}

module.exports = { createApp }

if (require.main === module) {
  const { fromEnvironment } = require('./platforms.js')
  createApp(fromEnvironment()).listen({ port: 3000 })
}
