'use strict'

// The programs of the README do what it says, in their surroundings.

const assert = require('node:assert')
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const WXBizDataCrypt = require('..')
const alipay = require('./helpers/alipay-messages')
const { codeBlocks } = require('./helpers/snippets')

const root = path.join(__dirname, '..')
const README = readFileSync(path.join(root, 'README.md'), 'utf8')

const appId = 'wx4f4bc4dec97d474b'
const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='

/** Runs the JavaScript of the README that contains `text`, with the names that it expects of its surroundings. */
function runBlock(text, names, result = '') {
  const [, code] = codeBlocks(README).find(([language, code]) => language === 'js' && code.includes(text))
  return new Function(...Object.keys(names), `${code}\n${result}`)(...Object.values(names))
}

const load = name => require(name === 'wxbizdatacrypt-native' ? '..' : name)

test('the three lines that replace the sample run', () => {
  const { encryptedData, iv } = new WXBizDataCrypt(appId, sessionKey).encryptData({ step: 1 })
  const names = { require: load, appId, sessionKey, encryptedData, iv }
  assert.strictEqual(runBlock('was: require', names, 'return data').step, 1)
})

test("Alipay's example accepts a number, and neither an error nor an empty number", () => {
  const savePhoneOf = data => {
    let saved
    const names = {
      require: load,
      ...alipay.config,
      message: alipay.message(data),
      session: { userId: 'u1' },
      savePhone: (user, phone) => {
        saved = [user, phone]
      }
    }
    runBlock('AlipayDataCrypt', names)
    return saved
  }
  assert.deepStrictEqual(savePhoneOf({ code: '10000', mobile: '15976719050' }), ['u1', '15976719050'])
  assert.throws(() => savePhoneOf({ code: '10000', mobile: '' }), /10000/)
  assert.throws(() => savePhoneOf({ code: '40003', subCode: 'isv.invalid-auth-relations' }), /invalid-auth/)
})

const express = path.join(root, 'examples/node_modules/express')

test('the whole server logs in, decrypts and rejects', { skip: !existsSync(express) }, async t => {
  const warnings = t.mock.method(console, 'warn', () => {})
  const names = {
    require: name => (name === 'express' ? require(express) : load(name)),
    process: { env: { APP_ID: appId, APP_SECRET: 's' } },
    fetch: async () => ({ json: async () => ({ openid: 'o1', session_key: sessionKey }) })
  }
  const server = runBlock("app.post('/phone'", names, "return app.listen(0, '127.0.0.1')")
  t.after(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const post = async (route, body, token = '') => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: token, connection: 'close' },
      body: JSON.stringify(body)
    })
    return [response.status, await response.json()]
  }

  assert.strictEqual((await post('/phone', {}))[0], 401)
  const [, { token }] = await post('/login', { code: 'c' })
  const encryptUnder = key => new WXBizDataCrypt(appId, key).encryptData({ phoneNumber: '13580006666' })
  const [status, { phoneNumber }] = await post('/phone', encryptUnder(sessionKey), token)
  assert.deepStrictEqual([status, phoneNumber], [200, '13580006666'])
  const rejected = [400, { error: 'log in again and retry' }]
  assert.deepStrictEqual(await post('/phone', encryptUnder(otherKey), token), rejected)
  assert.deepStrictEqual(await post('/phone', {}, token), rejected)
  assert.strictEqual(warnings.mock.calls[0].arguments[0].reason, 'undecryptable')
})
