'use strict'

// Creates every error that is due to a value: its code, whose fault it is, and why, in English and in Chinese.
// What an error shows without being asked (message, enumerable properties, stack) depends on lengths only.

const messages = require('./messages')
const { hasOwn, property, readOwn } = require('./own')
const platforms = require('./platforms')

const { defineProperty, freeze } = Object
const { fill } = messages

const MESSAGE = 'Illegal Buffer'

/**
 * By the numbers of `wechat::Error` in Rust: code, Tencent's number, reason, whose values are to blame (400: the
 * client's), and the argument, where it is one. Everything that depends on the plaintext has one code, because a
 * client may see it.
 */
const DECRYPT_ERRORS = [
  ['ERR_ILLEGAL_AES_KEY', -41001, 'session-key-length', undefined, 'sessionKey'],
  ['ERR_ILLEGAL_IV', -41002, 'iv-length', 400, 'iv'],
  ['ERR_DECODE_BASE64', -41004, 'data-length', 400, 'encryptedData'],
  ['ERR_ILLEGAL_BUFFER', -41003, 'undecryptable', 400, undefined],
  ['ERR_ILLEGAL_BUFFER', -41003, 'watermark', 400, undefined],
  ['ERR_ILLEGAL_BUFFER', -41003, 'open-id', 400, undefined],
  ['ERR_ILLEGAL_BUFFER', -41003, 'expired', 400, undefined]
]

const UNDECRYPTABLE = 3

/** The arguments that come from a client. */
const CLIENT_ARGUMENTS = ['encryptedData', 'iv', 'rawData', 'signature']

/** Returns the error that it is given, so that the fields of a derived class are defined on that error. */
class Given {
  constructor(error) {
    // biome-ignore lint/correctness/noConstructorReturn: fields are defined on what is returned.
    return error
  }
}

/**
 * Describes what all errors of one reason have in common. `code` and `errcode` are enumerable, so a client may see them.
 * The rest is not: `cause` is what loggers print, and no framework sends it to a client.
 *
 * To define two fields of a class takes a quarter of the time of `defineProperty`, and a polluted prototype has no
 * effect on either.
 */
function createKind(Parent, code, errcode, { reason, hint, hintZh, argument, status }) {
  const Codes =
    errcode === undefined
      ? class extends Given {
          code = code
        }
      : class extends Given {
          code = code
          errcode = errcode
        }
  const details = {
    reason,
    hint,
    hintZh,
    cause: freeze({ message: hint, reason, hintZh }),
    argument,
    status,
    statusCode: status,
    // NestJS answers with a status only where this is a boolean; `false` keeps the message from the client.
    expose: status === undefined ? undefined : false
  }
  const names = Object.keys(details).filter(name => details[name] !== undefined)
  return { Parent, Codes, names, properties: names.map(name => property(details[name], false)) }
}

function createError({ Parent, Codes, names, properties }, message) {
  const error = new Parent(message)
  new Codes(error)
  for (let i = 0; i < names.length; i++) defineProperty(error, names[i], properties[i])
  return error
}

/** The kinds whose hints are constant, by their texts, so that each has one `cause`. */
const constants = new Map()

/** Creates an error whose hints are `texts`, filled with `values` unless they are constant. */
function createWordedError(Parent, code, errcode, texts, details, message, values = undefined) {
  const describe = () => createKind(Parent, code, errcode, { ...details, ...fillHints(texts, values || {}) })
  if (values !== undefined) return createError(describe(), message)
  if (!constants.has(texts)) constants.set(texts, describe())
  return createError(constants.get(texts), message)
}

/** The kinds of rejection of each platform, by row and by status; made together, with the first rejection. */
const rejections = platforms.map(() => undefined)

function describeRejections(row) {
  const values = {
    encoding: row.encoding,
    keyLength: row.keyLength,
    blockLength: row.isFramed ? 32 : 16,
    login: row.login,
    openId: row.openId
  }
  return DECRYPT_ERRORS.map(([code, errcode, reason, status, argument]) => {
    const isOther = row.isFramed && hasOwn(messages.frameErrors, reason)
    const texts = isOther ? messages.frameErrors[reason] : messages.errors[reason]
    return createKind(Error, code, errcode, { reason, argument, status, ...fillHints(texts, values) })
  })
}

/** Creates a rejection. The message is that of Tencent's sample for every reason: servers compare it. */
function createDecryptError(status, row) {
  if (rejections[row.index] === undefined) rejections[row.index] = describeRejections(row)
  return createError(rejections[row.index][status], MESSAGE)
}

/** Creates the rejection of open data in the clear. Nothing has been decrypted. */
function createClearError(status) {
  const [code, errcode, reason] = DECRYPT_ERRORS[status]
  const details = { reason, status: 400 }
  return createWordedError(Error, code, errcode, messages.clear[reason], details, MESSAGE)
}

/** Creates the rejection of something that is not open data in the clear. */
function createCloudError(text, name) {
  const [code, errcode, reason, status] = DECRYPT_ERRORS[UNDECRYPTABLE]
  const details = { reason, argument: 'value', status }
  const values = name === undefined ? undefined : { property: name }
  return createWordedError(Error, code, errcode, messages.cloud[text], details, MESSAGE, values)
}

/** Creates the error that WeChat's server has answered with, under WeChat's number. */
function createAnswerError(errcode) {
  // A posted object is not converted.
  const given = typeof errcode === 'number' || typeof errcode === 'string' ? Number(errcode) : Number.NaN
  const number = Number.isInteger(given) ? given : Number.NaN
  const details = { reason: 'wechat-answer', argument: 'value' }
  const message = 'WeChat answered with an error'
  const known = readOwn(messages.wechatAnswers, number)
  const texts = known || (Number.isNaN(number) ? messages.cloud['odd-answer'] : messages.cloud.answer)
  const values = known === undefined ? { errcode: number } : undefined
  return createWordedError(Error, 'ERR_WECHAT_ANSWER', number, texts, details, message, values)
}

/** Says what was received without showing it: it may be a key. */
function createArgumentError(argument, expectation, value, values = {}) {
  const { hint, hintZh } = fillHints(messages.expected[expectation], values)
  const { en, zh } = describeType(value)
  return createWrongArgument(argument, {
    hint: fill(messages.argument.en, { argument, expected: hint, received: en }),
    // As in print: a space between Chinese and Latin characters.
    hintZh: fill(messages.argument.zh, {
      argument,
      expected: hintZh.replace(/^(?=[!-~])/, ' '),
      received: zh
    })
  })
}

/** Names the option, unless what was given in its place may be a key. */
function createOptionError(name, names) {
  const isWord = /^[a-z_]{1,20}$/i.test(name)
  const { hint, hintZh } = isWord ? fillHints(messages.unknownName, { name }) : { hint: '', hintZh: '' }
  const { en, zh } = names.length === 0 ? messages.noOption : messages.unknownOption
  return createWrongArgument(isWord ? `options.${name}` : 'options', {
    hint: fill(en, { names: names.join(', '), name: hint }),
    hintZh: fill(zh, { names: names.join('、'), name: hintZh })
  })
}

/** Says that a class was called as a function (`constructor`), or a `method` of it on something else. */
function createCallError(kind, className, method) {
  return createWrongArgument('this', fillHints(messages.call[kind], { class: className, method }))
}

function fillHints({ en, zh }, values) {
  return { hint: fill(en, values), hintZh: fill(zh, values) }
}

function createWrongArgument(argument, hints) {
  const status = CLIENT_ARGUMENTS.includes(argument) ? 400 : undefined
  const details = { reason: 'argument', argument, status, ...hints }
  return createError(createKind(TypeError, 'ERR_INVALID_ARG_TYPE', undefined, details), hints.hint)
}

// ── Alipay ──

/** Callable without `new`, as Error is. */
function AlipayDataError(message) {
  return Reflect.construct(Error, [message], new.target || AlipayDataError)
}

AlipayDataError.prototype = Object.create(Error.prototype, {
  constructor: property(AlipayDataError, false),
  // As for the built-in errors.
  name: property('AlipayDataError', false)
})

/**
 * Creates an error of AlipayDataCrypt: a code and one short sentence for anyone; why and what to do for the log.
 *
 * @param {string} code
 * @param {string} reason
 * @param {{ option?: string, number?: number, names?: string, field?: string }} [values] for the hint
 * @param {object} [response] what an unsigned message says
 */
function createAlipayError(code, reason, values = {}, response = undefined) {
  const isConfig = code === 'ERR_ALIPAY_CONFIG'
  const message = messages.alipayCodes[code].en
  const reasons =
    !isConfig && hasOwn(messages.alipayMessages, reason) ? messages.alipayMessages : messages.alipayReasons
  const texts = hasOwn(reasons, reason) ? reasons[reason] : findAnswer(code, response)
  const details = {
    reason,
    argument: isConfig ? values.option : 'message',
    status: isConfig ? undefined : 400
  }
  const option = readOwn(values, 'option')
  const isFilled = isConfig || typeof readOwn(values, 'field') === 'string'
  const error = createWordedError(
    AlipayDataError,
    code,
    undefined,
    option === undefined ? texts : { en: `${option}: ${texts.en}`, zh: `${option}：${texts.zh}` },
    details,
    message,
    isFilled ? values : undefined
  )
  if (response !== undefined) defineProperty(error, 'response', property(response, false))
  return error
}

/** Returns what to do about an error by its code; about one that Alipay reports, by its subCode. */
function findAnswer(code, response) {
  if (response !== undefined) {
    for (const name of [readOwn(response, 'subCode'), response.code]) {
      if (typeof name === 'string' && hasOwn(messages.alipayAnswers, name))
        return messages.alipayAnswers[name]
    }
  }
  return messages.alipayHints[code]
}

// ── Others ──

/** Creates the error of a call in which WebAssembly failed, for want of memory or of stack. */
function createCoreError(cause) {
  return createSystemError('ERR_CORE_FAILED', 'failed', { why: firstLine(cause) })
}

/** Creates the error that neither the addon, unless WebAssembly was chosen, nor WebAssembly loads. */
function createLoadError(addonError, wasmError) {
  const why = firstLine(wasmError)
  if (addonError === undefined) return createSystemError('ERR_CORE_NOT_FOUND', 'wasm', { why })
  const { message, packages } = addonError
  return createSystemError('ERR_CORE_NOT_FOUND', 'nothing', { addon: message, packages, wasm: why })
}

function firstLine({ message }) {
  return String(message).split('\n', 1)[0]
}

/** Creates an error that is due to no value, with its message in both languages. */
function createSystemError(code, reason, values) {
  const { hint, hintZh } = fillHints(messages.loading[reason], values)
  const error = new Error(`${hint}\n${hintZh}`)
  return defineProperty(error, 'code', property(code, true))
}

function describeType(value) {
  if (value === null || value === undefined) return { en: value, zh: value }
  if (Array.isArray(value) && value.length === 0) return messages.received.empty
  if (typeof value === 'object') return messages.received.object
  const { hint, hintZh } = fillHints(messages.received.other, { type: typeof value })
  return { en: hint, zh: hintZh }
}

/** Whether `error` is one that this package, or another copy of it, throws because of a value. */
function isDecryptError(error) {
  const code = error instanceof Error ? readOwn(error, 'code') : undefined
  if (typeof code !== 'string') return false
  if (
    typeof error.reason === 'string' &&
    typeof error.hint === 'string' &&
    typeof error.hintZh === 'string'
  ) {
    return code.startsWith('ERR_')
  }
  // What is not enumerable is lost on the way between threads.
  const isRejection = row => row[0] === code && row[1] === error.errcode
  return error.message === MESSAGE && DECRYPT_ERRORS.some(isRejection)
}

module.exports = {
  AlipayDataError,
  DECRYPT_ERRORS,
  createAlipayError,
  createAnswerError,
  createArgumentError,
  createCallError,
  createClearError,
  createCloudError,
  createCoreError,
  createDecryptError,
  createLoadError,
  createOptionError,
  isDecryptError
}
