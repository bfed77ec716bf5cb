'use strict'

// Finds out why AlipayDataCrypt rejects a message: a change that makes the signature fit is proved.

const { readOwn } = require('../own')
const { undoAll } = require('./changes')
const { rows } = require('./core')
const { decodeUrl, isObject, parseJson, toHalfWidth, toJson, undoChanges } = require('./text')

const MAX_LENGTH = 65536
const MAX_DEPTH = 3

const BASE64_ROW = { encoding: 'base64' }
const SIGN_TYPES = ['RSA2', 'RSA']

/** How far a message came, by the code of its error. */
const RANKS = [
  ['ERR_ALIPAY_CONFIG'],
  ['ERR_ALIPAY_MESSAGE'],
  ['ERR_ALIPAY_SIGN_MISSING', 'ERR_ALIPAY_UNSIGNED'],
  ['ERR_ALIPAY_ALGORITHM'],
  ['ERR_ALIPAY_SIGN_MISMATCH'],
  ['ERR_ALIPAY_DECRYPT', null]
]
const VERIFIED = RANKS.length - 1
const rankOf = ({ code }) => RANKS.findIndex(codes => codes.includes(code))

/** Returns an examination as `examineOpenData` does. */
function examineAlipay(fields) {
  const { aesKey, encryptKey, alipayPublicKey, signType, message } = fields
  const config = { aesKey, alipayPublicKey, signType }
  const first = ask(config, message)
  const stop = (reason, properties) => ({
    code: first.code,
    steps: [],
    values: fields,
    cause: { reason, ...properties }
  })

  if (isOfWeChat(fields)) return stop('other-platform', { inputs: [], found: { class: rows[0].name } })
  if (isMissing(aesKey) && !isMissing(encryptKey)) {
    const values = { ...fields, aesKey: encryptKey, encryptKey: undefined }
    const isRepairable = ask({ ...config, aesKey: encryptKey }, message).code === null
    return stop('alipay-key', {
      inputs: ['aesKey'],
      found: { problem: 'name', field: 'encryptKey' },
      variant: 'name',
      isRepairable,
      values
    })
  }
  const missing = ['aesKey', 'alipayPublicKey'].filter(name => isMissing(config[name]))
  if (missing.length > 0)
    return stop('alipay-key', { inputs: missing, found: { problem: 'missing' }, variant: 'missing' })
  if (isMissing(message))
    return stop('alipay-message', { inputs: ['message'], found: { problem: 'missing' }, variant: 'missing' })
  return examineOutcome(fields, config, first, first.code, [])
}

function examineOutcome(fields, config, outcome, code, steps) {
  const result = { code, steps, values: fields }
  if (outcome.code === null || outcome.code === 'ERR_ALIPAY_UNSIGNED')
    return { ...result, ...describeAnswer(outcome) }
  return (
    undoKeys(fields, config, outcome, code) ||
    (outcome.code === 'ERR_ALIPAY_CONFIG'
      ? undefined
      : undoMessage(fields, config, code) || changeSignType(fields, config, result)) || {
      ...result,
      cause: describeError(outcome, fields)
    }
  )
}

function ask({ aesKey, alipayPublicKey, signType }, message) {
  const { AlipayDataCrypt } = require('../alipay')
  const config = Object.create(null)
  for (const [name, value] of [
    ['aesKey', aesKey],
    ['alipayPublicKey', alipayPublicKey],
    ['signType', signType]
  ]) {
    if (value !== undefined) config[name] = value
  }
  try {
    return { code: null, data: new AlipayDataCrypt(config).decryptData(message) }
  } catch (error) {
    const { code, reason, hint, hintZh, argument, response } = Object(error)
    const isKnown = RANKS.some(codes => codes.includes(code))
    return {
      code: isKnown ? code : 'ERR_ALIPAY_CONFIG',
      reason,
      hint: hint || error.message,
      hintZh,
      argument,
      response
    }
  }
}

/** What was answered: a success, or one of Alipay's errors. */
function describeAnswer({ code, data, response }) {
  const answer = Object(code === null ? data : response)
  const read = (...names) => names.map(name => readOwn(answer, name)).find(value => typeof value === 'string')
  const answerCode = read('code')
  // Anyone may have written an unsigned error.
  const show = value => (value !== undefined && /^[\w.-]{1,64}$/.test(value) ? value : null)
  if (code === null && (answerCode === undefined || answerCode === '10000')) {
    return { cause: null, data, kind: kindOf(answer), okVariant: 'alipay' }
  }
  const found = {
    code: show(answerCode),
    subCode: show(read('subCode', 'sub_code')),
    isSigned: code === null
  }
  return {
    cause: { reason: 'alipay-error', inputs: [], found, variant: variantOf(found) },
    data,
    kind: code === null ? 'other' : undefined
  }
}

function variantOf({ code, subCode }) {
  const { diagnosis } = require('../messages')
  return [subCode, code].find(name => readOwn(diagnosis['alipay-error'].variants, name) !== undefined)
}

function kindOf(data) {
  if (readOwn(data, 'mobile') !== undefined) return 'phone-number'
  return readOwn(data, 'countDate') !== undefined ? 'steps' : 'other'
}

function describeError({ code, reason, hint, hintZh, argument }, { message }) {
  const words = [hint, hintZh || hint]
  const found = { problem: reason }
  if (code === 'ERR_ALIPAY_CONFIG') {
    const field =
      argument === undefined ? /aesKey|alipayPublicKey|signType/.exec(hint) || ['config'] : [argument]
    return { reason: 'alipay-key', inputs: [field[0]], found: { ...found, field: field[0] }, words }
  }
  if (code === 'ERR_ALIPAY_ALGORITHM')
    return { reason: 'alipay-algorithm', inputs: ['message'], found, words }
  if (code !== 'ERR_ALIPAY_MESSAGE')
    return {
      reason: 'alipay-rejected',
      inputs: code === 'ERR_ALIPAY_DECRYPT' ? ['aesKey'] : ['message'],
      found,
      words
    }
  const problem = describeText(message)
  if (problem === undefined) return { reason: 'alipay-message', inputs: ['message'], found, words }
  return { reason: 'alipay-message', inputs: ['message'], found: { problem }, variant: problem }
}

/** What else a text is that is no message. */
function describeText(message) {
  if (typeof message !== 'string' || message.length > MAX_LENGTH) return undefined
  const text = message.trim()
  if (/^\[object \w+\]/.test(text)) return 'object-text'
  if (/^[A-Za-z0-9+/\s]{20,}={0,2}$/.test(text)) return 'ciphertext-only'
  if (/^(?:response|sign)=/.test(text)) return 'form'
  return /^\{[\s\S]*[\r\n]/.test(text) && isMessage(text.replace(/[\r\n]/g, ''))
    ? 'raw-line-feeds'
    : undefined
}

function isOfWeChat({ iv, message }) {
  if (iv !== undefined && iv !== null) return true
  return readOwn(parseObject(message), 'iv') !== undefined
}

// ── Keys ──

/** The damages of a key that are undone; anything else about it is worded by its error. */
const KEY_CHANGES = [
  'html-escaped',
  'url-encoded',
  'stray-quotes',
  'plus-became-space',
  'full-width',
  'line-breaks'
]

function undoKeys(fields, config, outcome, code) {
  for (const name of ['aesKey', 'alipayPublicKey']) {
    const value = config[name]
    if (typeof value !== 'string' || value.length > 8192 || /-----BEGIN/.test(value)) continue
    for (const candidate of undoAll(value, BASE64_ROW, name, { left: 40000, cache: new Map() })) {
      const { value: undone, reasons } = candidate
      if (
        reasons.length === 0 ||
        typeof undone !== 'string' ||
        !reasons.every(reason => KEY_CHANGES.includes(reason))
      )
        continue
      const changed = { ...config, [name]: undone }
      const next = ask(changed, fields.message)
      const isBetter =
        rankOf(next) > rankOf(outcome) || (outcome.code === 'ERR_ALIPAY_DECRYPT' && next.code === null)
      if (!isBetter || next.code === 'ERR_ALIPAY_CONFIG') continue
      const steps = reasons.map(reason => ({ reason, inputs: [name] }))
      const rest = examineOutcome({ ...fields, ...changed }, changed, next, code, [])
      return { ...rest, steps: [...steps, ...rest.steps] }
    }
  }
  return undefined
}

// ── The message ──

const STRING = /("(?:response|sign|encryptedData)"\s{0,9}:\s{0,9}")([^"]*)(?=")/g
const inStrings = (text, change) => text.replace(STRING, (_all, before, value) => before + change(value))

/** By reason; `alipay-message` with the problem that a report names. */
const UNDO = [
  [
    'alipay-message',
    'html-escaped',
    text =>
      text.includes('&')
        ? text
            .replace(/&(?:quot|#34|#x22);/gi, '"')
            .replace(/&(?:amp|#38|#x26);/gi, '&')
            .replace(/&(?:#43|#x2b|plus);/gi, '+')
            .replace(/&(?:#47|#x2f);/gi, '/')
            .replace(/&(?:#61|#x3d);/gi, '=')
        : text
  ],
  ['alipay-message', 'url-encoded', text => (/^\s*%(?:7B|22)/i.test(text) ? decodeUrl(text) : text)],
  ['alipay-message', 'form', readForm],
  [
    'alipay-message',
    'json-as-key',
    text => Object.keys(parseObject(text)).find(name => /^\s*\{[\s\S]*"sign"/.test(name)) || text
  ],
  ['alipay-message', 'level', unwrapLevel],
  [
    'unparsed-json',
    undefined,
    text =>
      isMessage(readOwn(parseObject(text), 'response'))
        ? toText(readOwn(parseObject(text), 'response'))
        : text
  ],
  ['escaped-slashes', undefined, text => inStrings(text, value => value.replace(/\\+\//g, '/'))],
  ['line-breaks', undefined, text => inStrings(text, value => value.replace(/\\+[rn]/g, ''))],
  ['alipay-message', 'raw-line-feeds', text => text.replace(/[\r\n]+/g, '')],
  ['plus-became-space', undefined, text => inStrings(text, value => value.replace(/ /g, '+'))],
  [
    'url-encoded',
    undefined,
    text => inStrings(text, value => (/%[0-9a-f]{2}/i.test(value) ? decodeUrl(value) || value : value))
  ],
  ['full-width', undefined, toHalfWidth]
]

function undoMessage(fields, config, code) {
  const text = toText(fields.message)
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  const limits = { maxDepth: MAX_DEPTH, budget: { left: 100000 } }
  for (const { value, changes } of undoChanges(text, undoOnce, limits)) {
    const proof = changes.length > 0 && prove({ ...fields, message: value }, config, changes, code)
    if (proof) return proof
  }
  return undefined
}

function* undoOnce(text) {
  for (const [reason, problem, undo] of UNDO) {
    const step = { reason, inputs: ['message'] }
    yield [undo(text), problem === undefined ? step : { ...step, found: { problem }, variant: problem }]
  }
}

/** Returns the examination of a message whose signature fits, perhaps by the other algorithm. */
function prove(fields, config, steps, code) {
  const outcome = ask(config, fields.message)
  if (rankOf(outcome) === VERIFIED || outcome.code === 'ERR_ALIPAY_UNSIGNED') {
    const rest =
      outcome.code === 'ERR_ALIPAY_DECRYPT'
        ? { cause: describeError(outcome, fields) }
        : describeAnswer(outcome)
    return { code, steps, values: fields, ...rest }
  }
  const isAlgorithm = outcome.code === 'ERR_ALIPAY_SIGN_MISMATCH' || outcome.code === 'ERR_ALIPAY_ALGORITHM'
  return isAlgorithm ? changeSignType(fields, config, { code, steps, values: fields }) : undefined
}

/** Tries the algorithm that is not configured. */
function changeSignType(fields, config, result) {
  const configured = config.signType === undefined ? 'RSA2' : config.signType
  for (const other of SIGN_TYPES) {
    if (other === configured) continue
    const outcome = ask({ ...config, signType: other }, fields.message)
    if (rankOf(outcome) < VERIFIED) continue
    const step = {
      reason: 'alipay-algorithm',
      inputs: ['signType'],
      found: { message: other, configured },
      variant: 'proved'
    }
    const rest = outcome.code === null ? describeAnswer(outcome) : { cause: describeError(outcome, fields) }
    return { ...result, ...rest, steps: [...result.steps, step], values: { ...fields, signType: other } }
  }
  return undefined
}

/** One level too high: an object around the message. */
function unwrapLevel(text) {
  const object = parseObject(text)
  const name = Object.keys(object)
    .slice(0, 50)
    .find(key => key !== 'response' && isMessage(object[key]))
  return name === undefined ? text : toText(object[name])
}

function readForm(text) {
  const match = /^(?:response|sign|[\w]{1,20})=/.test(text) ? text.split('&').slice(0, 20) : []
  const members = Object.create(null)
  for (const pair of match) {
    const end = pair.indexOf('=')
    const value = pair.slice(end + 1)
    members[pair.slice(0, end)] = decodeUrl(value.replace(/\+/g, '%2B')) || value
  }
  if (members.response !== undefined && isMessage(members.response)) return members.response
  return members.response !== undefined && members.sign !== undefined ? JSON.stringify(members) : text
}

function isMessage(value) {
  const object = parseObject(value)
  return (
    readOwn(object, 'sign') !== undefined &&
    ['response', 'encryptedData'].some(name => readOwn(object, name) !== undefined)
  )
}

function parseObject(value) {
  if (typeof value !== 'string') return isObject(value) ? value : {}
  return value.length <= MAX_LENGTH && /^\s*[{"]/.test(value) ? Object(parseJson(value)) : {}
}

function toText(value) {
  if (typeof value === 'string') return value
  return isObject(value) && !ArrayBuffer.isView(value) ? toJson(value) : undefined
}

const isMissing = value =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

module.exports = examineAlipay
