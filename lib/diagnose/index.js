'use strict'

// Says in plain words why open data does not decrypt, to a person at a terminal. It tries what a person
// would try: the values as they are, then repaired, then in each other's place, then block by block.

const { createDecipheriv } = require('crypto')
const { invalidArgument } = require('../errors')
const reasons = require('./reasons')
const { repairs, unwrap, parseObject, decode } = require('./repairs')

const hasOwn = Object.prototype.hasOwnProperty

const NAMES = ['appId', 'sessionKey', 'encryptedData', 'iv']
const BASE64_NAMES = ['sessionKey', 'encryptedData', 'iv']
const APP_ID = /^wx[0-9a-f]{16}$/
const BLOCK = 16

// So many repairs of repairs are tried.
const DEEPEST = 6

// What a finding leaves out, as own properties: a polluted prototype must not fill it in.
const NOTHING = {
  ok: false,
  code: null,
  inputs: [],
  found: '',
  repairable: false,
  next: null,
  keyFits: false,
  foundAppId: null,
  data: undefined
}

function diagnose(input) {
  if (input === null || typeof input !== 'object') {
    throw invalidArgument('input', 'an object such as { appId, sessionKey, encryptedData, iv }', input)
  }
  const given = property => read(input, property)
  const isAlipay = ['aesKey', 'alipayPublicKey', 'message'].some(name => given(name) !== undefined)
  let finding
  try {
    finding = isAlipay ? examineAlipay(given) : examineWeChat(given)
  } catch {
    // Values that throw when they are looked at: a revoked Proxy, for one.
    const inputs = NAMES.filter(name => typeof given(name) !== 'string')
    finding = { reason: 'wrong-type', inputs, code: 'ERR_INVALID_ARG_TYPE' }
  }
  return report(finding, given('showData') === true)
}

// Own properties only, and nothing where a getter or a Proxy throws.
function read(object, property) {
  try {
    return hasOwn.call(object, property) ? object[property] : undefined
  } catch {
    return undefined
  }
}

// What a person gets to see: no value of the input, unless it is asked for.
function report(finding, showData) {
  const { ok, code, reason, inputs, found, repairable, next, foundAppId, data } = { ...NOTHING, ...finding }
  const [hint, hintZh] = reasons[reason].map(text =>
    text.replace('{inputs}', inputs.join(', ')).replace('{found}', found)
  )
  const result = { ok, code, reason, inputs: [...inputs], hint, hintZh, repairable, next, foundAppId }
  if (showData && data !== undefined) result.data = data
  return result
}

// ── WeChat ──

function examineWeChat(given) {
  const fields = { maxAge: given('maxAge') }
  for (const name of NAMES) fields[name] = given(name)
  const elsewhere = findElsewhere(given, fields)
  const code = 'ERR_INVALID_ARG_TYPE'
  if (elsewhere !== undefined) return { code, ...elsewhere }

  const { sessionKey } = fields
  const isList = Array.isArray(sessionKey) && sessionKey.length > 0 && typeof sessionKey[0] !== 'number'
  if (!isList) return examine(fields, 0)
  const findings = sessionKey.map(key => examine({ ...fields, sessionKey: key }, 0))
  const best =
    findings.find(finding => finding.ok) ||
    findings.find(finding => finding.keyFits || finding.repairable) ||
    findings.find(finding => finding.reason !== 'session-key-mismatch') ||
    findings[0]
  return best.ok ? best : { ...best, code: findings[0].code }
}

// What a client sends where there is no encrypted data, or in place of it.
function findElsewhere(given, { encryptedData, sessionKey }) {
  const objects = [parseObject(encryptedData), { response: given('response'), sign: given('sign') }]
  if (objects.some(object => object !== undefined && isAlipayMessage(object)))
    return { reason: 'alipay-in-wechat' }
  if (given('sign') !== undefined && isMissing(given('iv'))) return { reason: 'alipay-in-wechat' }

  const session = parseObject(sessionKey)
  if (session !== undefined && Number.isInteger(read(session, 'errcode')) && read(session, 'errcode') !== 0) {
    return { reason: 'login-failed', inputs: ['sessionKey'], found: String(session.errcode) }
  }

  const detail = parseObject(encryptedData) || {}
  const errMsg = given('errMsg') || read(detail, 'errMsg')
  const hasData =
    !isMissing(encryptedData) &&
    (read(detail, 'errMsg') === undefined || read(detail, 'encryptedData') !== undefined)
  if (hasData) {
    if (typeof encryptedData !== 'string') return undefined
    if (/^\d+_[\w-]{16,}$/.test(encryptedData)) return { reason: 'cloud-id', inputs: ['encryptedData'] }
    if (/^[0-9a-f]{64}$/.test(encryptedData)) return { reason: 'phone-code', inputs: ['encryptedData'] }
    return undefined
  }
  if (typeof errMsg === 'string' && /:\s*fail/.test(errMsg)) {
    return { reason: /deny|denied|cancel/.test(errMsg) ? 'user-declined' : 'client-failed' }
  }
  if (given('cloudID') !== undefined) return { reason: 'cloud-id' }
  if (given('code') !== undefined) return { reason: 'phone-code' }
  return undefined
}

function isAlipayMessage(object) {
  return read(object, 'response') !== undefined && read(object, 'sign') !== undefined
}

function examine(fields, depth) {
  return { ...NOTHING, ...findCause(fields, depth) }
}

function findCause(fields, depth) {
  const unwrapped = depth < DEEPEST ? findRepair('json-left', unwrap(fields), fields, depth) : undefined
  if (unwrapped !== undefined) return unwrapped
  const unfit = findUnfit(fields)
  if (unfit !== undefined) return { ...unfit, code: 'ERR_INVALID_ARG_TYPE' }

  const { data, code } = decrypt(fields)
  if (data !== undefined) return { ...findQuotes(fields), ok: true, data }
  const finding =
    findWatermark(fields) ||
    (depth < DEEPEST ? findDamage(fields, depth) : undefined) ||
    findSwap(fields) ||
    findLength(fields) ||
    findMismatch(fields)
  return { ...finding, code }
}

// What `decryptData` makes of the values: that is what has the last word.
function decrypt({ appId, sessionKey, encryptedData, iv, maxAge }) {
  const WXBizDataCrypt = require('../..')
  try {
    const options = typeof maxAge === 'number' && maxAge >= 0 ? { maxAge } : undefined
    return { data: new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, options), code: null }
  } catch (error) {
    return { data: undefined, code: error.code }
  }
}

function findUnfit(fields) {
  const missing = NAMES.filter(name => isMissing(fields[name]))
  if (missing.length > 0) return { reason: 'missing-argument', inputs: missing }
  const unfit = NAMES.filter(
    name => !(name === 'appId' ? typeof fields.appId === 'string' : isBase64(fields[name]))
  )
  if (unfit.length > 0) return { reason: 'wrong-type', inputs: unfit }
  return undefined
}

// Text that careless code makes of nothing is nothing, too.
function isMissing(value) {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && /^(?:undefined|null|NaN)?$/.test(value.trim()))
  )
}

// An object printed as text counts as none.
function isBase64(value) {
  if (typeof value === 'string') return !/^\s*\[object \w+\]\s*$/.test(value)
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return decode(value) !== undefined
  return (
    read(Object(value), 'type') === 'Buffer' &&
    Array.isArray(read(value, 'data')) &&
    decode(value) !== undefined
  )
}

// Quotes are skipped in decoding, so that they do no harm yet.
function findQuotes(fields) {
  const quoted = BASE64_NAMES.filter(name => repairs['quotes-left'](fields[name]) !== fields[name])
  return quoted.length > 0 ? { reason: 'quotes-left', inputs: quoted } : { reason: 'ok' }
}

// ── Changed on the way ──

function findDamage(fields, depth) {
  for (const reason of Object.keys(repairs)) {
    const mended = { ...fields }
    for (const name of BASE64_NAMES) mended[name] = repairs[reason](fields[name])
    const finding = findRepair(reason, mended, fields, depth)
    // Hexadecimal text may be another thing altogether, an AppSecret for one.
    if (finding !== undefined && (reason !== 'hex-encoded' || finding.repairable)) return finding
  }
  return undefined
}

// → the finding where the repair changed what the values decode to, and what is wrong besides.
function findRepair(reason, mended, fields, depth) {
  const inputs = BASE64_NAMES.filter(
    name => mended[name] !== fields[name] && !decodesAlike(mended[name], fields[name])
  )
  if (inputs.length === 0) return undefined
  const next = examine(mended, depth + 1)
  return {
    reason,
    inputs,
    repairable: next.ok || next.repairable,
    keyFits: next.keyFits,
    next: next.ok ? null : next.reason,
    code: codeOf(fields),
    foundAppId: next.foundAppId,
    data: next.data
  }
}

// Of the values as they came, not as they were mended.
function codeOf(fields) {
  return findUnfit(fields) === undefined ? decrypt(fields).code : 'ERR_INVALID_ARG_TYPE'
}

function decodesAlike(a, b) {
  if (typeof a !== 'string' || typeof b !== 'string') return false
  return decode(a).equals(decode(b))
}

// ── In each other's place ──

function findSwap(fields) {
  const candidates = orders.map(order => {
    const swapped = { ...fields }
    NAMES.forEach((name, i) => {
      swapped[name] = fields[order[i]]
    })
    return { order, swapped }
  })
  for (const { order, swapped } of candidates) {
    const { data, code } = typeof swapped.appId === 'string' ? decrypt(swapped) : {}
    if (data !== undefined) return swap(order, { repairable: true, data })
    if (code === 'ERR_WATERMARK_MISMATCH' || code === 'ERR_WATERMARK_EXPIRED') {
      const next = findWatermark(swapped)
      return swap(order, { next: next.reason, foundAppId: next.foundAppId })
    }
  }
  // They do not decrypt either way, but each looks like what the other should be.
  const fitting = candidates.find(({ swapped }) => looksRight(swapped))
  return fitting !== undefined && !looksRight(fields)
    ? swap(fitting.order, { next: 'session-key-mismatch' })
    : undefined
}

function swap(order, finding) {
  const moved = NAMES.filter((name, i) => order[i] !== name)
  const found = moved.map(name => `${order[NAMES.indexOf(name)]} → ${name}`).join(', ')
  return { reason: 'swapped', inputs: moved, found, ...finding }
}

function looksRight({ appId, sessionKey, encryptedData, iv }) {
  if (!APP_ID.test(appId) || decode(sessionKey).length !== BLOCK || decode(iv).length !== BLOCK) return false
  const { length } = decode(encryptedData)
  return length > BLOCK && length % BLOCK === 0
}

// Every order of the four but the right one.
const orders = NAMES.reduce(
  (partial, _name, i) =>
    partial.reduce((all, order) => {
      for (let at = 0; at <= i; at++) all.push([...order.slice(0, at), NAMES[i], ...order.slice(at)])
      return all
    }, []),
  [[]]
).filter(order => order.some((name, i) => name !== NAMES[i]))

// ── Too long, too short ──

const lookalikes = [
  [/^[0-9a-f]{32}$/i, 'session-key-is-app-secret'],
  [/^0[0-9A-Za-z]{31}$/, 'session-key-is-login-code'],
  [/^[A-Za-z0-9]{43}=?$/, 'session-key-is-encoding-aes-key'],
  [/^o[\w-]{27}$/, 'session-key-is-openid'],
  [/^\d+_[\w-]{40,}$/, 'session-key-is-access-token']
]

function findLength({ sessionKey, encryptedData, iv }) {
  const keyLength = decode(sessionKey).length
  if (keyLength !== BLOCK) {
    const text = typeof sessionKey === 'string' ? sessionKey.trim() : ''
    const lookalike = lookalikes.find(([form]) => form.test(text))
    const reason = lookalike === undefined ? 'session-key-length' : lookalike[1]
    return { reason, inputs: ['sessionKey'], found: String(keyLength) }
  }
  const ivLength = decode(iv).length
  if (ivLength !== BLOCK) return { reason: 'iv-length', inputs: ['iv'], found: String(ivLength) }
  if (decode(encryptedData).length % BLOCK === 0) return undefined
  return {
    reason: 'truncated',
    inputs: ['encryptedData'],
    keyFits: startsAsJson(decryptBlocks(sessionKey, encryptedData, iv))
  }
}

// ── Block by block ──

function findMismatch({ sessionKey, encryptedData, iv }) {
  const blocks = decryptBlocks(sessionKey, encryptedData, iv)
  const plaintext = unpad(blocks)
  if (plaintext === undefined) {
    return startsAsJson(blocks)
      ? { reason: 'truncated', inputs: ['encryptedData'], keyFits: true }
      : { reason: 'session-key-mismatch', inputs: ['sessionKey'] }
  }
  // An iv spoils the first block and no other.
  const tail = plaintext.slice(BLOCK)
  if (endsAsJson(tail)) return { reason: 'iv-mismatch', inputs: ['iv'], keyFits: true }
  if (startsAsJson(plaintext)) return { reason: 'corrupted', inputs: ['encryptedData'], keyFits: true }
  if (isText(plaintext)) return { reason: 'not-json', keyFits: true }
  if (tail.length >= BLOCK && isText(tail)) return { reason: 'iv-mismatch', inputs: ['iv'], keyFits: true }
  return { reason: 'session-key-mismatch', inputs: ['sessionKey'] }
}

function findWatermark({ appId, sessionKey, encryptedData, iv }) {
  if (decode(sessionKey).length !== BLOCK || decode(iv).length !== BLOCK) return undefined
  const plaintext = unpad(decryptBlocks(sessionKey, encryptedData, iv))
  if (plaintext === undefined) return undefined
  let data
  try {
    data = JSON.parse(plaintext.toString('utf8'))
  } catch {
    return undefined
  }
  const watermark = Object(read(Object(data), 'watermark'))
  const appid = read(watermark, 'appid')
  const finding = { keyFits: true, data }
  if (typeof appid !== 'string') {
    const other = read(watermark, 'appId')
    return typeof other === 'string'
      ? { ...finding, reason: 'xiaohongshu', ...named(other) }
      : { ...finding, reason: 'no-watermark' }
  }
  if (appid === appId) return { ...finding, reason: 'expired' }
  const repairable = appid.trim().toLowerCase() === appId.trim().toLowerCase()
  const reason = repairable ? 'app-id-misspelt' : 'other-app'
  return { ...finding, reason, repairable, inputs: ['appId'], ...named(appid) }
}

// An app id is no secret; anything else that stands in its place may be.
function named(appId) {
  return /^[\w.-]{1,64}$/.test(appId) ? { found: appId, foundAppId: appId } : { found: '?' }
}

// → as many whole blocks as there are, padding included.
function decryptBlocks(sessionKey, encryptedData, iv) {
  const data = decode(encryptedData)
  const decipher = createDecipheriv('aes-128-cbc', decode(sessionKey), decode(iv))
  return decipher.setAutoPadding(false).update(data.slice(0, data.length - (data.length % BLOCK)))
}

// → the plaintext without its PKCS#7 padding; `undefined` where there is none.
function unpad(blocks) {
  const length = blocks[blocks.length - 1]
  if (!(length >= 1 && length <= BLOCK)) return undefined
  const from = blocks.length - length
  return blocks.slice(from).every(byte => byte === length) ? blocks.slice(0, from) : undefined
}

function startsAsJson(bytes) {
  return /^\s*\{\s*"[\x20-\x7e]*/.test(bytes.toString('latin1', 0, BLOCK)) && isText(bytes.slice(0, BLOCK))
}

function endsAsJson(bytes) {
  return isText(bytes) && /[\d"}\]]\s*\}\s*$/.test(bytes.toString('utf8'))
}

// UTF-8 without control characters, perhaps cut in the middle of a character at either end.
function isText(bytes) {
  const text = bytes.toString('utf8').replace(/^\ufffd{1,3}|\ufffd{1,3}$/g, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells garbage from text.
  return text.length > 0 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/.test(text)
}

// ── Alipay ──

const alipayReasons = {
  ERR_ALIPAY_CONFIG: 'alipay-config',
  ERR_ALIPAY_MESSAGE: 'alipay-malformed-message',
  ERR_ALIPAY_SIGN_MISSING: 'alipay-sign-missing',
  ERR_ALIPAY_SIGN_MISMATCH: 'alipay-sign-mismatch',
  ERR_ALIPAY_ALGORITHM: 'alipay-algorithm',
  ERR_ALIPAY_DECRYPT: 'alipay-decrypt',
  ERR_ALIPAY_UNSIGNED: 'alipay-unsigned'
}

function examineAlipay(given) {
  const message = given('message')
  if (message === undefined || message === null || message === '') {
    return { reason: 'missing-argument', inputs: ['message'], code: 'ERR_INVALID_ARG_TYPE' }
  }
  const object = parseObject(message)
  const isWeChat =
    object !== undefined && read(object, 'encryptedData') !== undefined && read(object, 'iv') !== undefined
  if (isWeChat || given('iv') !== undefined) return { reason: 'wechat-in-alipay', code: 'ERR_ALIPAY_MESSAGE' }

  const { AlipayDataCrypt } = require('../..')
  const config = {}
  for (const name of ['aesKey', 'alipayPublicKey', 'signType']) {
    if (given(name) !== undefined) config[name] = given(name)
  }
  try {
    return { reason: 'ok', ok: true, data: new AlipayDataCrypt(config).decryptData(message) }
  } catch (error) {
    const code = error.code
    return { reason: hasOwn.call(alipayReasons, code) ? alipayReasons[code] : 'alipay-config', code }
  }
}

module.exports = diagnose
