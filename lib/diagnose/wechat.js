'use strict'

// Finds out why WXBizDataCrypt rejects values, by what a person would try: the values as they are, repaired,
// in another order, of another platform, and at last block by block.

const { readOwn } = require('../own')
const { MAX_DATA_LENGTH } = require('../core')
const { WXBizDataCrypt } = require('../data-crypt')
const { MAX_KEYS, isKeyList } = require('../session-keys')
const {
  BLOCK,
  decode,
  decryptBlocks,
  unpad,
  parseJson,
  startsAsJson,
  endsAsJson,
  isText
} = require('./bytes')
const { createFinding } = require('./finding')
const { isWeChatAppId, classForWatermark, findOtherPlatform } = require('./platforms')
const { reasons: repairReasons, repair, unwrap, parseObject } = require('./repairs')

const NAMES = ['appId', 'sessionKey', 'encryptedData', 'iv']
const BASE64_NAMES = ['sessionKey', 'encryptedData', 'iv']

// How many repairs are tried on top of each other.
const MAX_REPAIR_DEPTH = 6

function examineWeChat(given) {
  const fields = {}
  for (const name of [...NAMES, 'maxAge', 'openId']) fields[name] = given(name)
  const { data, code } = decrypt(fields)
  try {
    if (data !== undefined) return { ...findQuotes(fields), code, data }
    return { ...findCause(given, fields), code }
  } catch {
    // Values that throw when they are looked at, such as a revoked Proxy.
    return createFinding('wrong-argument-type', {
      inputs: NAMES.filter(name => typeof fields[name] !== 'string')
    })
  }
}

// What `decryptData` makes of the values decides.
function decrypt({ appId, sessionKey, encryptedData, iv, maxAge, openId }) {
  const options = Object.create(null)
  if (maxAge !== undefined) options.maxAge = maxAge
  if (openId !== undefined) options.openId = openId
  try {
    return { data: new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, options), code: null }
  } catch (error) {
    const { code } = Object(error)
    return { data: undefined, code: /^ERR_/.test(code) ? code : 'ERR_INVALID_ARG_TYPE' }
  }
}

// Quotes are skipped in decoding, so that they do no harm yet.
function findQuotes(fields) {
  const inputs = BASE64_NAMES.filter(name => repair('stray-quotes', fields[name]) !== fields[name])
  return inputs.length > 0 ? createFinding('stray-quotes', { inputs }) : createFinding('ok')
}

function findCause(given, fields) {
  const notData = findNotData(given, fields)
  if (notData !== undefined) return notData
  const { sessionKey, maxAge, openId } = fields
  const inputs = []
  if (maxAge !== undefined && !(typeof maxAge === 'number' && maxAge >= 0)) inputs.push('maxAge')
  if (openId !== undefined && typeof openId !== 'string') inputs.push('openId')
  if (inputs.length > 0) return createFinding('wrong-argument-type', { inputs })
  if (!isKeyList(sessionKey)) return examine(fields, 0)
  const keys = sessionKey.slice(0, MAX_KEYS).filter(key => !isMissing(key))
  const findings = keys.map(key => examine({ ...fields, sessionKey: key }, 0))
  return (
    findings.find(finding => finding.keyFits || finding.repairable) ||
    findings.find(finding => finding.reason !== 'session-key-mismatch') ||
    findings[0] ||
    createFinding('missing-argument', { inputs: ['sessionKey'] })
  )
}

// ── What a client sends when there is no encrypted data, or instead of it ──

function findNotData(given, { encryptedData, sessionKey, iv }) {
  const detail = parseObject(encryptedData) || {}
  const isSigned = given('sign') !== undefined && (given('response') !== undefined || isMissing(iv))
  if (isSigned || (readOwn(detail, 'sign') !== undefined && readOwn(detail, 'response') !== undefined)) {
    return createFinding('other-platform', { found: 'AlipayDataCrypt' })
  }

  const errcode = readOwn(parseObject(sessionKey) || {}, 'errcode')
  if (Number.isInteger(errcode) && errcode !== 0) {
    return createFinding('code2session-error', { inputs: ['sessionKey'], found: String(errcode) })
  }

  const inputs = ['encryptedData']
  if (typeof encryptedData === 'string') {
    if (/^\d+_[\w-]{16,}$/.test(encryptedData)) return createFinding('cloud-id', { inputs })
    if (/^[0-9a-f]{64}$/.test(encryptedData)) return createFinding('phone-number-code', { inputs })
  }
  const errMsg = readOwn(detail, 'errMsg') || given('errMsg')
  const hasData = readOwn(detail, 'errMsg') === undefined || readOwn(detail, 'encryptedData') !== undefined
  if (!isMissing(encryptedData) && hasData) return undefined
  if (typeof errMsg === 'string' && /:\s*fail/.test(errMsg)) {
    return createFinding(/deny|denied|cancel/.test(errMsg) ? 'user-declined' : 'client-error')
  }
  if (given('cloudID') !== undefined) return createFinding('cloud-id')
  if (given('code') !== undefined) return createFinding('phone-number-code')
  return undefined
}

// ── One session key ──

function examine(fields, depth) {
  const canRepair = depth < MAX_REPAIR_DEPTH
  return (
    (canRepair ? findRepair('unparsed-json', unwrap(fields), fields, depth) : undefined) ||
    findUnusable(fields) ||
    findInPlaintext(fields) ||
    findOtherPlatform(fields) ||
    (canRepair ? findDamage(fields, depth) : undefined) ||
    findOrder(fields) ||
    findLength(fields) ||
    findMismatch(fields)
  )
}

function findUnusable(fields) {
  const missing = NAMES.filter(name => isMissing(fields[name]))
  if (missing.length > 0) return createFinding('missing-argument', { inputs: missing })
  const inputs = NAMES.filter(name => !isUsable(name, fields[name]))
  if (inputs.length > 0) return createFinding('wrong-argument-type', { inputs })
  // Even URL-encoded twice or in hex it would be shorter.
  const isTooLong = decode(fields.encryptedData).length > MAX_DATA_LENGTH * 4
  return isTooLong ? createFinding('data-too-long', { inputs: ['encryptedData'] }) : undefined
}

// The text that careless code makes of nothing counts as nothing.
function isMissing(value) {
  if (typeof value === 'string') return /^(?:undefined|null|NaN)?$/.test(value.trim())
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

// The text that careless code makes of an object counts as an object.
function isUsable(name, value) {
  if (typeof value === 'string') return !/^\s*\[object \w+\]\s*$/.test(value)
  return name !== 'appId' && decode(value) !== undefined
}

// ── Changed on the way ──

function findDamage(fields, depth) {
  for (const reason of repairReasons) {
    const repaired = { ...fields }
    for (const name of BASE64_NAMES) repaired[name] = repair(reason, fields[name])
    const finding = findRepair(reason, repaired, fields, depth)
    // Hex text may be something else altogether, such as an AppSecret.
    if (finding !== undefined && (reason !== 'hex-encoded' || finding.repairable)) return finding
  }
  return undefined
}

// → the finding where a repair changes what the values decode to; what is wrong besides is its `next`.
function findRepair(reason, repaired, fields, depth) {
  const inputs = BASE64_NAMES.filter(name => !decodesAlike(repaired[name], fields[name]))
  if (inputs.length === 0) return undefined
  const { data } = decrypt(repaired)
  if (data !== undefined) return createFinding(reason, { inputs, repairable: true, keyFits: true, data })
  const next = examine(repaired, depth + 1)
  return { ...next, reason, inputs, found: '', next: next.reason }
}

function decodesAlike(a, b) {
  return a === b || (typeof a === 'string' && typeof b === 'string' && decode(a).equals(decode(b)))
}

// ── In another order ──

function findOrder(fields) {
  const candidates = orders.map(order => {
    const reordered = { ...fields }
    NAMES.forEach((name, i) => {
      reordered[name] = fields[order[i]]
    })
    return { order, reordered }
  })
  for (const { order, reordered } of candidates) {
    if (typeof reordered.appId !== 'string' || decryptToJson(reordered) === undefined) continue
    const { data } = decrypt(reordered)
    if (data !== undefined) return createOrderFinding(order, { repairable: true, data })
    const next = findInPlaintext(reordered)
    if (next !== undefined) {
      return createOrderFinding(order, { next: next.reason, foundAppId: next.foundAppId })
    }
  }
  // They do not decrypt in any order, but each looks like what another should be.
  const likely = candidates.find(({ reordered }) => looksRight(reordered))
  return likely !== undefined && !looksRight(fields)
    ? createOrderFinding(likely.order, { next: 'session-key-mismatch' })
    : undefined
}

function createOrderFinding(order, properties) {
  const inputs = NAMES.filter((name, i) => order[i] !== name)
  const found = inputs.map(name => `${order[NAMES.indexOf(name)]} → ${name}`).join(', ')
  return createFinding('wrong-argument-order', { inputs, found, ...properties })
}

function looksRight({ appId, sessionKey, encryptedData, iv }) {
  if (!isWeChatAppId(appId) || decode(sessionKey).length !== BLOCK || decode(iv).length !== BLOCK)
    return false
  const { length } = decode(encryptedData)
  return length > BLOCK && length % BLOCK === 0
}

// Every order of the four but the right one.
const orders = permute(NAMES).filter(order => order.some((name, i) => name !== NAMES[i]))

function permute(names) {
  if (names.length < 2) return [names]
  return [].concat(
    ...names.map((name, i) =>
      permute([...names.slice(0, i), ...names.slice(i + 1)]).map(rest => [name, ...rest])
    )
  )
}

// ── Of another length ──

const lookalikes = [
  [/^[0-9a-f]{32}$/i, 'AppSecret'],
  [/^0[0-9A-Za-z]{31}$/, 'code (wx.login)'],
  [/^[A-Za-z0-9]{43}=?$/, 'EncodingAESKey'],
  [/^o[\w-]{27}$/, 'openid'],
  [/^\d+_[\w-]{40,}$/, 'access_token']
]

function findLength({ sessionKey, encryptedData, iv }) {
  const keyLength = decode(sessionKey).length
  if (keyLength !== BLOCK) {
    const text = typeof sessionKey === 'string' ? sessionKey.trim() : ''
    const lookalike = lookalikes.find(([pattern]) => pattern.test(text))
    const inputs = ['sessionKey']
    return lookalike === undefined
      ? createFinding('session-key-length', { inputs, found: String(keyLength) })
      : createFinding('not-a-session-key', { inputs, found: lookalike[1] })
  }
  const ivLength = decode(iv).length
  if (ivLength !== BLOCK) return createFinding('iv-length', { inputs: ['iv'], found: String(ivLength) })
  const { length } = decode(encryptedData)
  if (length % BLOCK === 0 && length > 0) {
    return length > MAX_DATA_LENGTH
      ? createFinding('data-too-long', { inputs: ['encryptedData'] })
      : undefined
  }
  const keyFits = startsAsJson(decryptBlocks(decode(sessionKey), decode(encryptedData), decode(iv)))
  return createFinding('truncated', { inputs: ['encryptedData'], keyFits })
}

// ── Block by block ──

function findMismatch({ sessionKey, encryptedData, iv }) {
  const blocks = decryptBlocks(decode(sessionKey), decode(encryptedData), decode(iv))
  const keyMismatch = createFinding('session-key-mismatch', { inputs: ['sessionKey'] })
  const withKey = (reason, ...inputs) => createFinding(reason, { inputs, keyFits: true })
  const plaintext = unpad(blocks)
  if (plaintext === undefined)
    return startsAsJson(blocks) ? withKey('truncated', 'encryptedData') : keyMismatch
  // A wrong iv damages the first block and no other.
  const tail = plaintext.slice(BLOCK)
  if (endsAsJson(tail)) return withKey('iv-mismatch', 'iv')
  if (startsAsJson(plaintext)) return withKey('corrupted', 'encryptedData')
  if (isText(plaintext)) return withKey('not-json')
  return tail.length >= BLOCK && isText(tail) ? withKey('iv-mismatch', 'iv') : keyMismatch
}

// → what is wrong with data that decrypts to JSON, else `undefined`.
function findInPlaintext(fields) {
  const data = decryptToJson(fields)
  if (data === undefined) return undefined
  const { appId, maxAge, openId } = fields
  const withData = (reason, properties) => createFinding(reason, { keyFits: true, data, ...properties })

  const watermark = Object(readOwn(Object(data), 'watermark'))
  const appid = readOwn(watermark, 'appid')
  if (appid === appId) {
    if (typeof openId === 'string' && readOwn(data, 'openId') !== openId) return withData('open-id-mismatch')
    return typeof maxAge === 'number' ? withData('expired') : undefined
  }
  const otherClass = classForWatermark(watermark, appId)
  if (otherClass !== undefined) {
    const other = readOwn(watermark, 'appId')
    return withData('other-platform', { found: otherClass, foundAppId: nameAppId(appid) || nameAppId(other) })
  }
  if (typeof appid !== 'string') return withData('no-watermark')
  const repairable = appid.trim().toLowerCase() === appId.trim().toLowerCase()
  const foundAppId = nameAppId(appid)
  return withData(repairable ? 'app-id-misspelled' : 'app-id-mismatch', {
    repairable,
    inputs: ['appId'],
    found: foundAppId || '?',
    foundAppId
  })
}

function decryptToJson({ sessionKey, encryptedData, iv }) {
  const key = decode(sessionKey)
  const blocks = key.length === BLOCK ? decryptBlocks(key, decode(encryptedData), decode(iv)) : undefined
  const plaintext = blocks === undefined ? undefined : unpad(blocks)
  return plaintext === undefined ? undefined : parseJson(plaintext)
}

// An app id is no secret; anything else in its place may be.
function nameAppId(value) {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : null
}

module.exports = examineWeChat
