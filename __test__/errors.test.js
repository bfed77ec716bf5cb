'use strict'

// The contract of every error that the package throws because of a value: what it has, what of it is enumerable,
// and whose fault it is. One table over all classes and exported functions.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const util = require('node:util')
const alipay = require('./helpers/alipay-messages')
const { calls, runWith } = require('./helpers/calls')
const { failure } = require('./helpers/failure')
const { platforms } = require('./helpers/platforms')
const exported = require('..')

const { AlipayDataCrypt, AlipayDataError, isDecryptError, openCloudData, replayKey } = exported

/** The errors of the package by name: `{ run, code, errcode, reason, argument, status }`. */
const errors = {}
function add(name, run, code, reason, { errcode, argument, status } = {}) {
  assert.ok(!(name in errors), name)
  errors[name] = { run, code, reason, errcode, argument, status }
}

const CLIENT = { status: 400 }
const CLIENT_ARGUMENTS = ['encryptedData', 'iv', 'message', 'rawData', 'signature']

const ILLEGAL_BUFFER = ['ERR_ILLEGAL_BUFFER', { errcode: -41003, ...CLIENT }]
const REJECTIONS = {
  'session-key-length': ['ERR_ILLEGAL_AES_KEY', { errcode: -41001, argument: 'sessionKey' }],
  'iv-length': ['ERR_ILLEGAL_IV', { errcode: -41002, argument: 'iv', ...CLIENT }],
  'data-length': ['ERR_DECODE_BASE64', { errcode: -41004, argument: 'encryptedData', ...CLIENT }],
  undecryptable: ILLEGAL_BUFFER,
  watermark: ILLEGAL_BUFFER,
  'open-id': ILLEGAL_BUFFER,
  expired: ILLEGAL_BUFFER
}

function addRejection(name, reason, run) {
  const [code, rest] = REJECTIONS[reason]
  add(`${name}, ${reason}`, run, code, reason, rest)
}

const addWrong = (name, argument, run) => add(name, run, 'ERR_INVALID_ARG_TYPE', 'argument', { argument })

for (const platform of platforms) {
  const { name, Class, appId, otherAppId, openId, options, randomText, seal, encrypt } = platform
  const key = randomText()
  const [data, iv] = seal({ [openId]: 'o1', phoneNumber: '13580006666' }, key)
  const open =
    (keys, sent, checks, id = appId) =>
    () =>
      new Class(id, keys).decryptData(...sent, checks)
  addRejection(name, 'session-key-length', open('short', [data, iv]))
  addRejection(name, 'iv-length', open(key, [data, '']))
  addRejection(name, 'data-length', open(key, ['', iv]))
  addRejection(name, 'undecryptable', open(randomText(), [data, iv]))
  addRejection(`${name}, not JSON`, 'undecryptable', open(key, encrypt('13580006666 is no JSON', key)))
  addRejection(name, 'watermark', open(key, [data, iv], undefined, otherAppId))
  addRejection(name, 'open-id', open(key, [data, iv], { openId: 'o2' }))
  const old = seal({}, key, appId, 1)
  if (options.includes('maxAge')) addRejection(name, 'expired', open(key, old, { maxAge: 1 }))
  addRejection(`${name}, encryptData`, 'session-key-length', () => new Class(appId, 'short').encryptData({}))

  const { decryptData, encryptData } = Class.prototype
  const pc = new Class(appId, key)
  addWrong(`${name}, a wrong key in a list`, 'sessionKey[1]', open([key, 5], [data, iv]))
  addWrong(`${name}, a list without a key`, 'sessionKey', open([null], [data, iv]))
  addWrong(`${name}, an option that may be a key`, 'options', open(key, [data, iv], { [key]: 1 }))
  addWrong(`${name}, an unknown option`, 'options.maxage', open(key, [data, iv], { maxage: 300 }))
  addWrong(`${name}, a wrong option`, 'options.openId', open(key, [data, iv], { openId: undefined }))
  addWrong(`${name}, no new`, 'this', () => Class(appId, key))
  addWrong(`${name}, decryptData without an instance`, 'this', () => decryptData(data, iv))
  addWrong(`${name}, encryptData without an instance`, 'this', () => encryptData({}))
  addWrong(`${name}, an option of encryptData`, 'options.time', () => pc.encryptData({}, { time: 1 }))
  addWrong(`${name}, a cycle`, 'object', () => pc.encryptData(cycle()))
}

const SECRET = 'not to be shown'
const wrongTypes = [5, true, Symbol(SECRET), 10n, () => SECRET, null, undefined]

for (const call of calls) {
  for (const argument of Object.keys(call.args).filter(name => !call.anything.includes(name))) {
    for (const value of wrongTypes) {
      if (value === undefined && call.optional.includes(argument)) continue
      const expected = {
        code: 'ERR_INVALID_ARG_TYPE',
        reason: 'argument',
        argument,
        ...call.errors[argument]
      }
      const { code, reason, ...rest } = expected
      const type = value === null ? 'null' : typeof value
      add(`${call.name}, ${type} as ${argument}`, () => runWith(call, { [argument]: value }), code, reason, {
        ...rest,
        status: CLIENT_ARGUMENTS.includes(argument) ? 400 : undefined
      })
    }
  }
}

addRejection('replayKey', 'data-length', () => replayKey('AAAA'))

const cloud = (value, options) => () => openCloudData(value, 'wx', options)
const noData = { errcode: -41003, argument: 'value', ...CLIENT }
for (const [name, value] of Object.entries({
  text: 'text',
  'no data': {},
  'an answer of getopendata': { errcode: 0, data_list: [{ json: '{}' }] },
  'an answer of cloud.getOpenData': { list: [{}] },
  'an event': { phone: { cloudID: '1', data: {} } },
  'a response of axios': { status: 200, headers: {}, data: { phone_info: {} } }
})) {
  add(`openCloudData, ${name}`, cloud(value), 'ERR_ILLEGAL_BUFFER', 'undecryptable', noData)
}
for (const errcode of [-1, 40001, 45011, -601006]) {
  add(`openCloudData, ${errcode} of WeChat`, cloud({ errcode }), 'ERR_WECHAT_ANSWER', 'wechat-answer', {
    errcode,
    argument: 'value'
  })
}
const marked = watermark => ({ cloudID: '1', data: { watermark } })
addRejection('openCloudData', 'watermark', cloud(marked({ appid: 'wx0' })))
addRejection('openCloudData', 'expired', cloud(marked({ appid: 'wx', timestamp: 1 }), { maxAge: 1 }))
addWrong('openCloudData, a cycle', 'value', cloud({ data: cycle() }))

const message = { argument: 'message', ...CLIENT }
const { response, sign } = JSON.parse(alipay.message())
for (const [code, reason, value] of [
  ['ERR_ALIPAY_MESSAGE', 'empty', ''],
  ['ERR_ALIPAY_MESSAGE', 'not-json', 'text'],
  ['ERR_ALIPAY_MESSAGE', 'too-long', 'x'.repeat(1e5)],
  ['ERR_ALIPAY_SIGN_MISSING', 'sign-missing', { response }],
  ['ERR_ALIPAY_SIGN_MISMATCH', 'sign-mismatch', { response: 'AAAA', sign }],
  ['ERR_ALIPAY_ALGORITHM', 'sign-type', { response, sign, sign_type: 'RSA' }],
  ['ERR_ALIPAY_DECRYPT', 'undecryptable', alipay.seal('AAAA')],
  ['ERR_ALIPAY_UNSIGNED', 'unsigned', { response: { code: '40001', msg: 'secret' } }]
]) {
  const run = () => new AlipayDataCrypt(alipay.config).decryptData(value)
  add(`AlipayDataCrypt, ${reason}`, run, code, reason, message)
}
const configure = changed => () => new AlipayDataCrypt({ ...alipay.config, ...changed })
for (const [reason, argument, changed] of [
  ['wrong-length', 'aesKey', { aesKey: 'AAAA' }],
  ['aes-key', 'alipayPublicKey', { alipayPublicKey: alipay.aesKey }],
  ['unknown-option', 'encryptKey', { encryptKey: '' }],
  ['sign-type-value', 'signType', { signType: 'rsa2' }]
]) {
  add(`AlipayDataCrypt, ${reason}`, configure(changed), 'ERR_ALIPAY_CONFIG', reason, { argument })
}
addWrong('AlipayDataCrypt, no new', 'this', () => AlipayDataCrypt(alipay.config))

function cycle() {
  const object = {}
  object.self = object
  return object
}

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

test('the cause of a rejection is one object', () => {
  for (const [name, { run, code }] of Object.entries(errors)) {
    const isFilled = code === 'ERR_INVALID_ARG_TYPE' || code === 'ERR_ALIPAY_CONFIG'
    if (!isFilled && !/an event|-601006/.test(name)) {
      assert.strictEqual(failure(run).cause, failure(run).cause, name)
    }
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
