// A mini program's server in Express (ESM): login and phone number, for WeChat and for Alipay.

import { fileURLToPath } from 'node:url'
import express from 'express'
import WXBizDataCrypt from 'wxbizdatacrypt-native'
import { Sessions } from './sessions.js'

export function createApp({ appId, code2Session, alipay, exchangeAuthCode }, lifetime) {
  const sessions = new Sessions(lifetime)
  const alipaySessions = new Sessions(lifetime)
  const app = express()
  app.use(express.json({ limit: '16kb' }))

  // The client calls `wx.login` when it starts, before any button is shown, and sends the code here.
  app.post('/login', async (request, response) => {
    const { openid, session_key } = await code2Session(request.body?.code)
    response.json({ token: sessions.open(openid, session_key) })
  })

  app.post('/decodePhone', (request, response) => {
    const user = sessions.find(request.get('authorization'))
    if (user === undefined) return response.status(401).json({ error: 'log in first' })

    // A session key is never taken from the client, not even the right one: whoever has it can encrypt
    // any phone number with it, and log in as its owner.
    const { encryptedData, iv } = request.body ?? {}
    let data
    try {
      data = new WXBizDataCrypt(appId, user.sessionKeys).decryptData(encryptedData, iv, { maxAge: 300 })
    } catch (error) {
      // The log has the cause; the client is told the same for every one.
      console.warn('decodePhone: %s %s', error.code, error.hint)
      return response.status(400).json({ error: 'log in again and retry' })
    }
    const { purePhoneNumber } = data
    if (purePhoneNumber === undefined) return response.status(400).json({ error: 'no phone number' })
    response.json({ phone: purePhoneNumber })
  })

  app.post('/alipay/login', async (request, response) => {
    response.json({ token: alipaySessions.open(await exchangeAuthCode(request.body?.code)) })
  })

  app.post('/alipay/decodePhone', (request, response) => {
    const user = alipaySessions.find(request.get('authorization'))
    if (user === undefined) return response.status(401).json({ error: 'log in first' })

    let result
    try {
      // `message` is `res.response` of `my.getPhoneNumber`, the text as it is.
      result = alipay.decryptData(request.body?.message)
    } catch (error) {
      console.warn('alipay/decodePhone: %s', error.code)
      return response.status(400).json({ error: 'the message was refused' })
    }
    if (result.code !== '10000') return response.status(502).json({ error: result.subMsg })
    if (!result.mobile) return response.status(404).json({ error: 'the account has no number' })
    // The message names no user and no time, so an old one of somebody else verifies as well. It counts
    // only for a user who is logged in, and for the first one who brings the number.
    if (!alipaySessions.claim(user, result.mobile))
      return response.status(403).json({ error: 'not your number' })
    response.json({ phone: result.mobile })
  })

  return app
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { fromEnvironment } = await import('./platforms.js')
  createApp(fromEnvironment()).listen(3000)
}
