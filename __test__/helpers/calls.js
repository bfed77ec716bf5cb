'use strict'

// A good call of every class, method and function that the package exports, with its arguments by name: what
// tests of all arguments loop over. `arguments.test.js` fails if an export has none.

const { createHash } = require('node:crypto')
const alipay = require('./alipay-messages')
const { now, platforms } = require('./platforms')
const exported = require(process.env.PACKAGE_ROOT || '../..')

const data = { openId: 'o1', openid: 'o1', nickName: '张三' }
const rawData = '{"nickName":"Band"}'
const sign = text =>
  createHash('sha1')
    .update(rawData + text)
    .digest('hex')

/**
 * - `of`: the export, and `name` of the call.
 * - `args`: arguments by name, with which `run(args, exported)` returns a result. `exported` may be another copy.
 * - `optional`: arguments that may be left out.
 * - `anything`: arguments of which no value is an error.
 * - `errors`: by argument, what the error of a wrong type has instead of the usual `code`, `reason` and `argument`.
 */
const calls = [
  ...platforms.flatMap(describeClass),
  describeFunction('verifySignature', { rawData, sessionKey: 'key', signature: sign('key') }, ['signature']),
  describeFunction('sessionSignature', { body: '{}', sessionKey: 'o0q0otL8aEzpcZL/FT9WsQ==' }),
  describeFunction('isDecryptError', { error: new Error('no') }, ['error']),
  describeFunction('replayKey', { encryptedData: Buffer.alloc(64, 7).toString('base64') }),
  describeFunction('diagnose', { input: { appId: 'wx' } }),
  {
    of: 'diagnose',
    name: 'diagnose, its fields',
    args: { appId: 'wx', sessionKey: 'key', encryptedData: 'x', iv: 'y', maxAge: 1, openId: 'o' },
    optional: [],
    anything: ['appId', 'sessionKey', 'encryptedData', 'iv', 'maxAge', 'openId'],
    errors: {},
    run: (input, { diagnose } = exported) => diagnose(input)
  },
  {
    ...describeFunction('openCloudData', {
      value: { cloudID: '1', data: { ...data, watermark: { appid: 'wx', timestamp: now() } } },
      appId: 'wx',
      options: { maxAge: 300 }
    }),
    optional: ['options']
  },
  {
    of: 'AlipayDataCrypt',
    name: 'AlipayDataCrypt#decryptData',
    args: { config: alipay.config, message: alipay.message() },
    optional: [],
    anything: [],
    errors: {
      config: { code: 'ERR_ALIPAY_CONFIG', reason: 'config-type' },
      message: { code: 'ERR_ALIPAY_MESSAGE', reason: 'message-type' }
    },
    run: ({ config, message }, { AlipayDataCrypt } = exported) =>
      new AlipayDataCrypt(config).decryptData(message)
  }
]

function describeFunction(name, args, anything = []) {
  const run = (values, from = exported) => from[name](...Object.values(values))
  return { of: name, name, args, optional: [], anything, errors: {}, run }
}

function describeClass({ name, Class, appId, canOmitWatermark, randomText, seal, ...row }) {
  const sessionKey = randomText()
  const [encryptedData, iv] = seal({ ...data, [row.openId]: 'o1' }, sessionKey)
  const described = {
    of: name,
    optional: ['options', 'settings'],
    anything: [],
    errors: { settings: { argument: 'options' } }
  }
  const settings = canOmitWatermark && { settings: { watermark: 'required' } }
  const create = ({ appId, sessionKey, settings }, from) => new from[name](appId, sessionKey, settings)
  const found = [
    {
      ...described,
      name: `${name}#decryptData`,
      args: { appId, sessionKey, encryptedData, iv, options: { openId: 'o1' }, ...settings },
      run: (args, from = exported) =>
        create(args, from).decryptData(args.encryptedData, args.iv, args.options)
    },
    {
      ...described,
      name: `${name}#encryptData`,
      args: { appId, sessionKey, object: data, options: {}, ...settings },
      run: (args, from = exported) => create(args, from).encryptData(args.object, args.options)
    }
  ]
  if (row.signature !== undefined) {
    const signature = sign(Buffer.from(sessionKey, row.encoding).toString(row.signature))
    found.push({
      ...described,
      name: `${name}.verifySignature`,
      args: { rawData, sessionKey, signature },
      anything: ['signature'],
      run: (args, from = exported) =>
        from[name].verifySignature(args.rawData, args.sessionKey, args.signature)
    })
  }
  return found
}

/** Runs a call with some of its arguments replaced. */
const runWith = (call, changed, from) => call.run({ ...call.args, ...changed }, from)

module.exports = { calls, runWith }
