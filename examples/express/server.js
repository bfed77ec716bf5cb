'use strict'

// A mini program's server on Express, 4 or 5. Run: APP_ID=… APP_SECRET=… node examples/express/server.js

const express = require('express')
const WXBizDataCrypt = require('wxbizdatacrypt-native')
const { BadRequest, answerTo } = require('../shared/answer')
const { code2Session } = require('../shared/code2session')
const { MAX_AGE, openSessions } = require('../shared/sessions')

const { APP_ID, PORT = 3000 } = process.env

async function main() {
  const sessions = await openSessions()
  const app = express()
  app.use(express.json({ limit: '16kb' }))

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  app.post(
    '/login',
    catching(async (request, response) => {
      const { openid, sessionKey } = await code2Session(request.body?.code)
      response.json({ token: await sessions.logIn(openid, sessionKey) })
    })
  )

  app.post(
    '/phone',
    catching(async (request, response) => {
      const session = await sessions.find(request.get('authorization'))
      if (session === undefined) return response.status(401).json({ error: 'log in first' })

      // The session key comes from the session and never from the client, who could encrypt any number with it.
      const { encryptedData, iv } = request.body ?? {}
      const pc = new WXBizDataCrypt(APP_ID, session.sessionKeys)
      const { purePhoneNumber } = pc.decryptData(encryptedData, iv, { maxAge: MAX_AGE })
      if (!purePhoneNumber) throw new BadRequest('no-phone-number', 'This is the data of another API.')
      await sessions.useOnce(encryptedData)
      response.json({ phone: purePhoneNumber })
    })
  )

  app.use((_request, response) => response.status(404).json({ error: 'not found' }))

  // Express recognises an error handler by its four parameters.
  app.use((error, _request, response, _next) => {
    const { status, body } = answerTo(error)
    response.status(status).json(body)
  })

  const server = app.listen(PORT, error => {
    if (error) throw error
    console.log(`Listening on http://localhost:${server.address().port}`)
  })
}

// Express 4 does not look at the promise of a handler: a rejected one would end the process.
const catching = handler => (request, response, next) => handler(request, response).catch(next)

main()
