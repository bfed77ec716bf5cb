'use strict'

// The example servers, as a client meets them: each is started on a free port and posted to.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { once } = require('node:events')
const { after, before, describe, mock, test } = require('node:test')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const aesKey = 'aa4BtZ4tspm2wnXLb1ThQA=='
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })

// Each code of a login stands for a user and one session key.
const sessionKeys = {}
const platforms = {
  appId,
  async code2Session(code) {
    sessionKeys[code] = crypto.randomBytes(16).toString('base64')
    return { openid: code, session_key: sessionKeys[code] }
  },
  alipay: new WXBizDataCrypt.AlipayDataCrypt({
    aesKey,
    alipayPublicKey: publicKey.export({ type: 'spki', format: 'pem' })
  }),
  exchangeAuthCode: async code => code
}

const phone = { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86' }
const encrypt = (code, data = phone) => new WXBizDataCrypt(appId, sessionKeys[code]).encryptData(data)

function alipayMessage(plaintext) {
  const cipher = crypto.createCipheriv('aes-128-cbc', Buffer.from(aesKey, 'base64'), Buffer.alloc(16))
  const response = cipher.update(JSON.stringify(plaintext), 'utf8', 'base64') + cipher.final('base64')
  const sign = crypto.sign('sha256', Buffer.from(`"${response}"`), privateKey).toString('base64')
  return { response, sign }
}

// Changes one byte in the middle of base64 text.
function tamper(text) {
  const bytes = Buffer.from(text, 'base64')
  bytes[bytes.length >> 1] ^= 1
  return bytes.toString('base64')
}

for (const name of ['express.cjs', 'express.mjs', 'fastify.cjs', 'fastify.mjs']) {
  describe(`examples/${name}`, () => {
    const servers = []

    // → a function that posts JSON, with a login's token if need be, and returns status and body.
    async function serve(lifetime) {
      const { createApp } = await import(`../examples/${name}`)
      const app = createApp(platforms, lifetime)
      const server = name.startsWith('express') ? app.listen(0, '127.0.0.1') : app.server
      servers.push(server)
      if (app.server === server) await app.listen({ port: 0, host: '127.0.0.1' })
      else if (!server.listening) await once(server, 'listening')
      return async (path, body, token) => {
        const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify(body)
        })
        return [response.status, await response.json()]
      }
    }

    let post
    before(async () => {
      mock.method(console, 'warn', () => {})
      post = await serve()
    })
    after(() => {
      mock.restoreAll()
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    })

    const logIn = async (code, send = post) => (await send('/login', { code }))[1].token
    const logInAlipay = async code => (await post('/alipay/login', { code }))[1].token

    test('login hands out a token and neither the session key nor the openid', async () => {
      const [status, body] = await post('/login', { code: 'openid of Ann' })
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(Object.keys(body), ['token'])
      assert.ok(!body.token.includes(sessionKeys['openid of Ann']))
    })

    test('decodePhone returns the number', async () => {
      const token = await logIn('Ann')
      assert.deepStrictEqual(await post('/decodePhone', encrypt('Ann'), token), [
        200,
        { phone: '13580006666' }
      ])
    })

    test('data encrypted before the last login still decrypts', async () => {
      await logIn('Ann')
      const data = encrypt('Ann')
      const token = await logIn('Ann')
      assert.strictEqual((await post('/decodePhone', data, token))[0], 200)
    })

    test('tampered, old and missing data get one and the same answer', async () => {
      const token = await logIn('Ann')
      const { encryptedData, iv } = encrypt('Ann')
      const bodies = [
        { encryptedData: tamper(encryptedData), iv },
        { encryptedData, iv: 'AAAA' },
        { encryptedData },
        { encryptedData: 1, iv },
        {},
        encrypt('Ann', { ...phone, watermark: { appid: appId, timestamp: 1477314187 } }),
        encrypt('Ann', { ...phone, watermark: { appid: 'wx0000000000000000', timestamp: Date.now() / 1000 } })
      ]
      for (const body of bodies) {
        assert.deepStrictEqual(await post('/decodePhone', body, token), [
          400,
          { error: 'log in again and retry' }
        ])
      }
    })

    test('other open data is no phone number', async () => {
      const token = await logIn('Ann')
      assert.strictEqual((await post('/decodePhone', encrypt('Ann', { nickName: 'Ann' }), token))[0], 400)
    })

    test('a session key sent by the client is ignored', async () => {
      const token = await logIn('Mallory')
      const sessionKey = crypto.randomBytes(16).toString('base64')
      const forged = new WXBizDataCrypt(appId, sessionKey).encryptData({ ...phone, purePhoneNumber: '1' })
      const body = { ...forged, sessionKey, session_key: sessionKey }
      assert.strictEqual((await post('/decodePhone', body, token))[0], 400)
      const own = { ...encrypt('Mallory'), sessionKey, session_key: sessionKey }
      assert.deepStrictEqual(await post('/decodePhone', own, token), [200, { phone: '13580006666' }])
    })

    test('without a login, with an unknown and with an expired one nothing is decrypted', async () => {
      const shortLived = await serve(0)
      const token = await logIn('Ann', shortLived)
      const { response, sign } = alipayMessage({ code: '10000', mobile: '1' })
      const message = JSON.stringify({ response, sign })
      for (const [send, given] of [
        [post, undefined],
        [post, 'unknown'],
        [shortLived, token]
      ]) {
        assert.strictEqual((await send('/decodePhone', encrypt('Ann'), given))[0], 401)
        assert.strictEqual((await send('/alipay/decodePhone', { message }, given))[0], 401)
      }
    })

    test('an Alipay number belongs to the first who brings it', async () => {
      const message = JSON.stringify(alipayMessage({ code: '10000', msg: 'Success', mobile: '1597671905' }))
      const ann = await logInAlipay('Ann')
      const mallory = await logInAlipay('Mallory')
      const send = token => post('/alipay/decodePhone', { message }, token)
      assert.deepStrictEqual(await send(ann), [200, { phone: '1597671905' }])
      assert.deepStrictEqual(await send(mallory), [403, { error: 'not your number' }])
      assert.deepStrictEqual(await send(await logInAlipay('Ann')), [200, { phone: '1597671905' }])
    })

    test('Alipay messages that are tampered with or not signed are refused', async () => {
      const token = await logInAlipay('Ann')
      const { response, sign } = alipayMessage({ code: '10000', msg: 'Success', mobile: '1' })
      for (const parsed of [
        { response: tamper(response), sign },
        { response, sign: tamper(sign) },
        { response },
        { response: { code: '10000', mobile: '1' } }
      ]) {
        const body = { message: JSON.stringify(parsed) }
        assert.deepStrictEqual(await post('/alipay/decodePhone', body, token), [
          400,
          { error: 'the message was refused' }
        ])
      }
      assert.strictEqual((await post('/alipay/decodePhone', {}, token))[0], 400)
    })

    test('a refusal by Alipay and an account without a number are told apart', async () => {
      const token = await logInAlipay('Ann')
      const send = plaintext =>
        post('/alipay/decodePhone', { message: JSON.stringify(alipayMessage(plaintext)) }, token)
      const refusal = { code: '40003', msg: 'Insufficient Conditions', subMsg: '无效的授权关系' }
      assert.deepStrictEqual(await send(refusal), [502, { error: '无效的授权关系' }])
      assert.strictEqual((await send({ code: '10000', msg: 'Success', mobile: '' }))[0], 404)
    })
  })
}
