// A mini program's server on Fastify (ESM). Run: APP_ID=… APP_SECRET=… node examples/fastify/server.mjs

import fastify from 'fastify'
import WXBizDataCrypt from 'wxbizdatacrypt-native'
import { answerTo, BadRequest } from '../shared/answer.js'
import { code2Session } from '../shared/code2session.js'
import { MAX_AGE, openSessions } from '../shared/sessions.js'

const { APP_ID, PORT = 3000 } = process.env

const sessions = await openSessions()
const app = fastify({ bodyLimit: 16 * 1024 })

// Fastify's own handler would send `error.code` to the client.
app.setErrorHandler((error, _request, reply) => {
  const { status, body } = answerTo(error)
  return reply.code(status).send(body)
})
app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))

// The client calls wx.login when it starts, before any button is shown, and sends the code here.
app.post('/login', async request => {
  const { openid, sessionKey } = await code2Session(request.body?.code)
  return { token: await sessions.logIn(openid, sessionKey) }
})

app.post('/phone', async (request, reply) => {
  const session = await sessions.find(request.headers.authorization)
  if (session === undefined) return reply.code(401).send({ error: 'log in first' })

  // The session key comes from the session and never from the client, who could encrypt any number with it.
  const { encryptedData, iv } = request.body ?? {}
  const pc = new WXBizDataCrypt(APP_ID, session.sessionKeys)
  const { purePhoneNumber } = pc.decryptData(encryptedData, iv, { maxAge: MAX_AGE })
  if (!purePhoneNumber) throw new BadRequest('no-phone-number', 'This is the data of another API.')
  await sessions.useOnce(encryptedData)
  return { phone: purePhoneNumber }
})

// Elsewhere than on this machine, behind a proxy that ends TLS: host: '0.0.0.0'.
await app.listen({ port: Number(PORT) })
console.log(`Listening on http://localhost:${app.server.address().port}`)
