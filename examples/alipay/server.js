'use strict'

// An Alipay mini program's server on Express. Run it with ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY (the app's own),
// ALIPAY_PUBLIC_KEY (Alipay's) and ALIPAY_AES_KEY set: node examples/alipay/server.js

const { AlipaySdk } = require('alipay-sdk')
const express = require('express')
const { AlipayDataCrypt, AlipayDataError } = require('wxbizdatacrypt-native')
const { BadRequest, answerTo } = require('../shared/answer')
const { ExpiringMap, LOGIN_SECONDS, newToken, tokenOf } = require('../shared/sessions')

const { ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY, ALIPAY_AES_KEY, ALIPAY_GATEWAY } = process.env
const { PORT = 3000 } = process.env

if (!ALIPAY_APP_ID || !ALIPAY_PRIVATE_KEY || !ALIPAY_PUBLIC_KEY || !ALIPAY_AES_KEY) {
  console.error('Set ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY and ALIPAY_AES_KEY.')
  process.exit(1)
}

// One for all messages: the keys are parsed here, and a wrong kind of key throws here.
const alipay = new AlipayDataCrypt({ aesKey: ALIPAY_AES_KEY, alipayPublicKey: ALIPAY_PUBLIC_KEY })
const sdk = new AlipaySdk({
  appId: ALIPAY_APP_ID,
  privateKey: ALIPAY_PRIVATE_KEY,
  alipayPublicKey: ALIPAY_PUBLIC_KEY,
  ...(ALIPAY_GATEWAY && { gateway: ALIPAY_GATEWAY })
})

const users = new ExpiringMap(LOGIN_SECONDS) // token → user
const owners = new Map() // number → user; in production a unique column of your database

const app = express()
app.use(express.json({ limit: '16kb' }))

app.post(
  '/login',
  catching(async (request, response) => {
    const token = newToken()
    users.set(token, await exchangeAuthCode(request.body?.authCode))
    response.json({ token })
  })
)

app.post(
  '/phone',
  catching(async (request, response) => {
    const user = users.get(tokenOf(request.get('authorization')))
    if (user === undefined) return response.status(401).json({ error: 'log in first' })

    const result = decrypt(request.body?.message)
    // What Alipay has signed can be an error, and an account can be without a number.
    if (result.code !== '10000') throw new BadRequest(result.subCode, `Alipay answered ${result.code}`)
    if (!result.mobile) return response.status(404).json({ error: 'no number' })

    // A message names neither its user nor its time, and equal numbers make equal messages: one that was
    // recorded verifies for ever. So a number stays with the first user who brings it.
    const owner = owners.get(result.mobile) ?? user
    if (owner !== user) throw new BadRequest('replay', 'The number belongs to another user.')
    owners.set(result.mobile, user)
    response.json({ phone: result.mobile })
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

// The auth code of my.getAuthCode → the user's id.
async function exchangeAuthCode(code) {
  if (typeof code !== 'string' || code === '') throw new BadRequest('login-code', 'Send the authCode.')
  const answer = await sdk.exec('alipay.system.oauth.token', { grantType: 'authorization_code', code })
  const user = answer.openId ?? answer.userId
  if (user === undefined)
    throw new BadRequest('login-code', `Alipay answered ${answer.code} ${answer.subCode}`)
  return user
}

function decrypt(message) {
  try {
    return alipay.decryptData(message)
  } catch (error) {
    if (!(error instanceof AlipayDataError)) throw error
    // An unsigned error tells what to configure, but anyone may have written it: for the log alone.
    const { code, subCode } = error.response ?? {}
    throw new BadRequest(error.code, code === undefined ? error.message : JSON.stringify({ code, subCode }))
  }
}

// Express 4 does not look at the promise of a handler: a rejected one would end the process.
function catching(handler) {
  return (request, response, next) => handler(request, response).catch(next)
}
