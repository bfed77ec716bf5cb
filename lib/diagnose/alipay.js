'use strict'

// Finds out why AlipayDataCrypt rejects a message: a change that makes the signature fit is proved.

const { alipayAnswers } = require('../messages')
const { readOwn } = require('../own')
const rows = require('../platforms')
const { undoAll } = require('./changes')
const finding = require('./finding')
const {
  decodeUrl,
  isAbsent,
  isObject,
  parseJson,
  toHalfWidth,
  toJson,
  undoChanges,
  undoOnce,
  unescapeHtml
} = require('./text')

const MAX_LENGTH = 65536
const MAX_DEPTH = 3

const BASE64_ROW = { encoding: 'base64' }
const SIGN_TYPES = ['RSA2', 'RSA']

/** How far a message came, by the code of its error. */
const RANKS = {
  ERR_ALIPAY_CONFIG: 0,
  ERR_ALIPAY_MESSAGE: 1,
  ERR_ALIPAY_SIGN_MISSING: 2,
  ERR_ALIPAY_UNSIGNED: 2,
  ERR_ALIPAY_ALGORITHM: 3,
  ERR_ALIPAY_SIGN_MISMATCH: 4,
  ERR_ALIPAY_DECRYPT: 5
}
const rankOf = ({ code }) => (code === null ? 6 : RANKS[code])
const isVerified = outcome => rankOf(outcome) >= RANKS.ERR_ALIPAY_DECRYPT

/** Returns an examination as `examineOpenData` does. */
function examineAlipay(fields) {
  const first = ask(fields)
  const cause = findMissing(fields)
  const examination = cause === undefined ? examineOutcome(fields, first) : { cause, values: fields }
  return { code: first.code, ...examination }
}

/** Asks the class: what it decrypts, or its error. */
function ask({ aesKey, alipayPublicKey, signType, message }) {
  const { AlipayDataCrypt } = require('../alipay')
  try {
    const data = new AlipayDataCrypt({ aesKey, alipayPublicKey, signType }).decryptData(message)
    return { code: null, data }
  } catch (error) {
    const { code, reason, hint, hintZh, argument, response } = Object(error)
    // Anything else is thrown by a value that is looked at.
    if (readOwn(RANKS, code) === undefined) throw error
    return { code, reason, texts: { en: hint, zh: hintZh }, argument, response }
  }
}

function findMissing(fields) {
  const { aesKey, encryptKey, iv, message } = fields
  if ((iv !== undefined && iv !== null) || readOwn(parseObject(message), 'iv') !== undefined)
    return finding('other-platform', [], { class: rows[0].name })
  if (isMissing(aesKey) && !isMissing(encryptKey)) {
    const renamed = { ...fields, aesKey: encryptKey, encryptKey: undefined }
    const corrected = ask(renamed).code === null ? renamed : undefined
    const found = { problem: 'name', field: 'encryptKey' }
    return finding('alipay-key', ['aesKey'], found, 'name', { corrected })
  }
  const missing = ['aesKey', 'alipayPublicKey'].filter(name => isMissing(fields[name]))
  if (missing.length > 0) return finding('alipay-key', missing, { problem: 'missing' }, 'missing')
  return isMissing(message)
    ? finding('alipay-message', ['message'], { problem: 'missing' }, 'missing')
    : undefined
}

const isMissing = value => isAbsent(value) || (Array.isArray(value) && value.length === 0)

function examineOutcome(fields, outcome) {
  const { code } = outcome
  const isSettled = code === null || code === 'ERR_ALIPAY_UNSIGNED'
  return (
    (!isSettled && undoKeys(fields, outcome)) ||
    (!isSettled && code !== 'ERR_ALIPAY_CONFIG' && (undoMessage(fields) || changeSignType(fields, []))) ||
    settle(fields, outcome, [])
  )
}

/** Returns the examination of values that are not changed any further. */
function settle(fields, outcome, steps) {
  const isAnswer = outcome.code === null || outcome.code === 'ERR_ALIPAY_UNSIGNED'
  const rest = isAnswer ? describeAnswer(outcome) : { cause: describeError(outcome, fields) }
  return { steps, values: fields, ...rest }
}

/** What was answered: a success, or one of Alipay's errors. */
function describeAnswer({ code, data, response }) {
  const isSigned = code === null
  const answer = Object(isSigned ? data : response)
  const read = (...names) => names.map(name => readOwn(answer, name)).find(value => typeof value === 'string')
  const answerCode = read('code')
  if (isSigned && (answerCode === undefined || answerCode === '10000'))
    return { cause: null, data, kind: kindOf(answer), note: finding('ok', [], {}, 'alipay') }
  // Anyone may have written an unsigned error.
  const show = value => (value !== undefined && /^[\w.-]{1,64}$/.test(value) ? value : null)
  const found = { code: show(answerCode), subCode: show(read('subCode', 'sub_code')), isSigned }
  const texts = readOwn(alipayAnswers, found.subCode) || readOwn(alipayAnswers, found.code)
  return { cause: finding('alipay-error', [], found, undefined, { texts }), data, kind: 'other' }
}

function kindOf(data) {
  if (readOwn(data, 'mobile') !== undefined) return 'phone-number'
  return readOwn(data, 'countDate') !== undefined ? 'steps' : 'other'
}

function describeError({ code, reason, texts, argument }, { message }) {
  const found = { problem: reason }
  if (code === 'ERR_ALIPAY_CONFIG')
    return finding('alipay-key', [argument], { ...found, field: argument }, undefined, { texts })
  if (code === 'ERR_ALIPAY_ALGORITHM')
    return finding('alipay-algorithm', ['message'], found, undefined, { texts })
  if (code !== 'ERR_ALIPAY_MESSAGE') {
    const inputs = code === 'ERR_ALIPAY_DECRYPT' ? ['aesKey'] : ['message']
    return finding('alipay-rejected', inputs, found, undefined, { texts })
  }
  const problem = describeText(message)
  return problem === undefined
    ? finding('alipay-message', ['message'], found, undefined, { texts })
    : finding('alipay-message', ['message'], { problem }, problem)
}

/** What else a text is that is no message. */
function describeText(message) {
  if (typeof message !== 'string' || message.length > MAX_LENGTH) return undefined
  const text = message.trim()
  if (/^\[object \w+\]/.test(text)) return 'object-text'
  if (/^[A-Za-z0-9+/\s]{20,}={0,2}$/.test(text)) return 'ciphertext-only'
  return /^(?:response|sign)=/.test(text) ? 'form' : undefined
}

// ── Keys ──

/** The damages of a key that are undone; anything else about it is worded by its error. */
const KEY_CHANGES = [
  ...['html-escaped', 'url-encoded', 'stray-quotes'],
  ...['plus-became-space', 'full-width', 'line-breaks']
]

function undoKeys(fields, outcome) {
  for (const name of ['aesKey', 'alipayPublicKey']) {
    const value = fields[name]
    if (typeof value !== 'string' || value.length > 8192 || /-----BEGIN/.test(value)) continue
    for (const candidate of undoAll(value, BASE64_ROW, name, { left: 40000, cache: new Map() })) {
      const { value: undone, changes } = candidate
      if (typeof undone !== 'string' || !changes.every(reason => KEY_CHANGES.includes(reason))) continue
      const changed = { ...fields, [name]: undone }
      const next = ask(changed)
      if (rankOf(next) <= rankOf(outcome)) continue
      const rest = examineOutcome(changed, next)
      return { ...rest, steps: [...changes.map(reason => finding(reason, [name])), ...rest.steps] }
    }
  }
  return undefined
}

// ── The message ──

const STRING = /("(?:response|sign|encryptedData)"\s{0,9}:\s{0,9}")([^"]*)(?=")/g
const inStrings = (text, change) => text.replace(STRING, (_all, before, value) => before + change(value))

/** By reason, and by the problem that a report names, if there is one. */
const UNDO = {
  'alipay-message/html-escaped': text => [unescapeHtml(text)],
  'alipay-message/url-encoded': text => (/^\s*%(?:7B|22)/i.test(text) ? [decodeUrl(text)] : []),
  'alipay-message/form': readForm,
  'alipay-message/json-as-key': text =>
    Object.keys(parseObject(text)).filter(name => /^\s*\{[\s\S]*"sign"/.test(name)),
  'alipay-message/level': text => Object.entries(parseObject(text)).slice(0, 50).flatMap(unwrapMember),
  'unparsed-json': text => unwrapMember(['', readOwn(parseObject(text), 'response')]),
  'escaped-slashes': text => [inStrings(text, value => value.replace(/\\+\//g, '/'))],
  'line-breaks': text => [inStrings(text, value => value.replace(/\\+[rn]/g, ''))],
  'alipay-message/raw-line-feeds': text => [text.replace(/[\r\n]+/g, '')],
  'plus-became-space': text => [inStrings(text, value => value.replace(/ /g, '+'))],
  'url-encoded': text => [inStrings(text, value => decodeUrl(value) || value)],
  'full-width': text => [toHalfWidth(text)]
}

/** Undoes changes until the signature fits, perhaps by the other algorithm. */
function undoMessage(fields) {
  const text = toText(fields.message)
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  const limits = { maxDepth: MAX_DEPTH, budget: { left: 100000 } }
  for (const { value, changes } of undoChanges(text, text => undoOnce(text, UNDO), limits)) {
    if (changes.length === 0) continue
    const steps = changes.map(change => {
      const [reason, problem] = change.split('/')
      return finding(reason, ['message'], problem === undefined ? {} : { problem }, problem)
    })
    const changed = { ...fields, message: value }
    const outcome = ask(changed)
    if (isVerified(outcome) || outcome.code === 'ERR_ALIPAY_UNSIGNED') return settle(changed, outcome, steps)
    const isAlgorithm = rankOf(outcome) >= RANKS.ERR_ALIPAY_ALGORITHM
    const examination = isAlgorithm ? changeSignType(changed, steps) : undefined
    if (examination !== undefined) return examination
  }
  return undefined
}

/** Tries the algorithm that is not configured. */
function changeSignType(fields, steps) {
  const configured = fields.signType === undefined ? 'RSA2' : fields.signType
  for (const other of SIGN_TYPES.filter(signType => signType !== configured)) {
    const changed = { ...fields, signType: other }
    const outcome = ask(changed)
    if (!isVerified(outcome)) continue
    const step = finding('alipay-algorithm', ['signType'], { message: other, configured }, 'proved')
    return settle(changed, outcome, [...steps, step])
  }
  return undefined
}

/** Returns the message that is a member of an object around it, as text. */
function unwrapMember([name, value]) {
  return name !== 'response' && isMessage(value) ? [toText(value)] : []
}

function readForm(text) {
  const pairs = /^(?:response|sign|[\w]{1,20})=/.test(text) ? text.split('&').slice(0, 20) : []
  const members = Object.create(null)
  for (const pair of pairs) {
    const end = pair.indexOf('=')
    const value = pair.slice(end + 1)
    members[pair.slice(0, end)] = decodeUrl(value.replace(/\+/g, '%2B')) || value
  }
  if (members.response === undefined) return []
  if (isMessage(members.response)) return [members.response]
  return members.sign === undefined ? [] : [JSON.stringify(members)]
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

module.exports = examineAlipay
