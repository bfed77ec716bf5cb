'use strict'

// One call for each way in which the package throws an error because of a value, with what the error must have: of
// all classes and exported functions.

const alipay = require('./alipay-messages')
const { calls, runWith } = require('./calls')
const { platforms } = require('./platforms')
const exported = require('../..')

const { AlipayDataCrypt, openCloudData, replayKey } = exported

/** The errors of the package by name: `{ run, code, errcode, reason, argument, status }`. */
const errors = {}
function add(name, run, code, reason, { errcode, argument, status } = {}) {
  if (name in errors) throw new Error(`${name} is there twice`)
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

module.exports = { SECRET, errors }
