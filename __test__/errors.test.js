'use strict'

// The contract of every error in helpers/errors.js: what it has, what of it is enumerable, and whose fault it is.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const util = require('node:util')
const alipay = require('./helpers/alipay-messages')
const { calls } = require('./helpers/calls')
const { SECRET, errors } = require('./helpers/errors')
const { failure } = require('./helpers/failure')
const { platforms } = require('./helpers/platforms')
const exported = require('..')

const { AlipayDataError, isDecryptError } = exported

const parentOf = code =>
  code === 'ERR_INVALID_ARG_TYPE' ? TypeError : code.startsWith('ERR_ALIPAY') ? AlipayDataError : Error

const MAX_MESSAGE_LENGTH = 250

describe('every error keeps the contract', () => {
  for (const [name, { run, ...expected }] of Object.entries(errors)) {
    test(name, () => {
      const error = failure(run)
      const { code, errcode, reason, argument, status } = error
      assert.deepStrictEqual({ code, errcode, reason, argument, status }, expected, error.stack)
      assert.strictEqual(error.statusCode, status)
      assert.ok(error instanceof parentOf(code))
      assert.ok(error.message.length < MAX_MESSAGE_LENGTH, error.message)
      assert.ok(isDecryptError(error))
      const [, type] = / (\w+) as /.exec(name) ?? []
      if (type !== undefined && code === 'ERR_INVALID_ARG_TYPE') {
        const received = new RegExp(
          `^The "${argument}" argument must be .* Received (?:a value of type )?${type}$`
        )
        assert.match(error.message, received)
      }

      assert.match(error.hint, code === 'ERR_ALIPAY_CONFIG' ? /^\w+: / : /^(?:[A-Z`]|\w+ must be)/)
      assert.match(error.hintZh, /\p{Script=Han}/u)
      assert.doesNotMatch(error.hint + error.hintZh, /\{\w+\}| :|：[；。]/, 'a placeholder is not filled')
      if (name.startsWith('openCloudData')) assert.doesNotMatch(error.hint + error.hintZh, /decrypt|解密/)
      assert.deepStrictEqual(error.cause, { message: error.hint, reason, hintZh: error.hintZh })
      assert.ok(Object.isFrozen(error.cause))
      assert.ok(Object.hasOwn(error, 'cause'), 'Node prints an own cause only')

      const visible = errcode === undefined ? { code } : { code, errcode }
      const inherited = []
      for (const property in error) inherited.push(property)
      assert.deepStrictEqual(inherited, Object.keys(visible))
      assert.strictEqual(JSON.stringify(error), JSON.stringify(visible))

      const printed = util.inspect(error)
      for (const part of [`reason: '${reason}'`, error.stack.split('\n')[0]])
        assert.ok(printed.includes(part), printed)
    })
  }
})

test('everything that depends on the plaintext looks the same without being asked', () => {
  for (const { name } of platforms) {
    const shown = Object.keys(errors)
      .filter(key => key.startsWith(`${name}, `) && errors[key].code === 'ERR_ILLEGAL_BUFFER')
      .map(key => {
        const error = failure(errors[key].run)
        return {
          ...error,
          names: Object.getOwnPropertyNames(error),
          text: String(error),
          json: JSON.stringify(error),
          frames: error.stack.split('\n').slice(0, 2)
        }
      })
    assert.ok(shown.length >= 4)
    for (const other of shown) assert.deepStrictEqual(other, shown[0])
  }
})

test('one message for each code of Alipay, and the answer of an unsigned error beside it', () => {
  const messages = new Map()
  for (const { run, code } of Object.values(errors).filter(({ code }) => code.startsWith('ERR_ALIPAY'))) {
    const error = failure(run)
    assert.strictEqual(messages.get(code) || error.message, error.message)
    messages.set(code, error.message)
    const isUnsigned = code === 'ERR_ALIPAY_UNSIGNED'
    assert.deepStrictEqual(error.response, isUnsigned ? { code: '40001', msg: 'secret' } : undefined)
  }
  assert.strictEqual(messages.size, 7)
})

test('isDecryptError is false for everything else', () => {
  const alike = { code: 'ERR_ILLEGAL_IV', errcode: -41002, reason: 'iv-length' }
  for (const other of [
    undefined,
    null,
    'Illegal Buffer',
    { message: 'Illegal Buffer', ...alike },
    new Error('Illegal Buffer'),
    Object.assign(new Error('Illegal Buffer'), { code: alike.code }),
    Object.assign(new TypeError('The "path" argument'), { code: 'ERR_INVALID_ARG_TYPE' }),
    failure(() => Buffer.from(5)),
    failure(() => JSON.parse('{')),
    new exported.AlipayDataError()
  ]) {
    assert.strictEqual(isDecryptError(other), false)
  }
})

test('no error shows a key, ciphertext or plaintext, however it is printed', () => {
  const secrets = calls.flatMap(({ args }) =>
    ['sessionKey', 'encryptedData', 'message']
      .map(name => args[name])
      .filter(value => typeof value === 'string')
  )
  secrets.push(SECRET, alipay.aesKey, alipay.config.alipayPublicKey, '13580006666', 'is no JSON')
  const pieces = secrets.filter(secret => secret.length > 8).map(secret => secret.slice(0, 12))
  for (const [name, { run }] of Object.entries(errors)) {
    const error = failure(run)
    const shown =
      util.inspect(error, { showHidden: true, depth: 9 }) + error.stack + error.hint + error.hintZh
    for (const piece of pieces) assert.ok(!shown.includes(piece), `${name} shows ${piece}`)
  }
})
