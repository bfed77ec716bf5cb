'use strict'

// Finds out why the class of a platform rejects values: by trying what they may have been, in every order and by
// the rules of the other platforms, and at last by what the blocks look like.

const { MAX_DATA_LENGTH } = require('../core')
const { toText: encodeBytes } = require('../host')
const { readOwn } = require('../own')
const rows = require('../platforms')
const { BLOCK, decode } = require('./bytes')
const { encodingOf, isHex, isLossy, isOneCase, undoAll } = require('./changes')
const finding = require('./finding')
const { explainBlocks, findOtherRow, isMisspelled, kindOf, readAppId } = require('./plaintext')
const { NAMES, listCandidates, mergeSteps, search } = require('./search')

const ALL_NAMES = ['appId', ...NAMES]

/** Characters that are looked at while changes are undone. */
const BUDGET = 60000

/**
 * The examination of values under a session key.
 *
 * `steps` are the changes that were undone, `cause` is what is left, `null` if the class accepts the values then.
 *
 * @typedef {{ steps: object[], cause: object | null, values: object, data?: unknown, kind?: string,
 *   row?: object, foundAppId?: string }} Examination
 */

/** Examines values by the rules of a row, and of the others if they fit nowhere. */
function examineOpenData(row, fields) {
  const types = findUnusable(fields)
  if (types !== undefined) return stop(types, fields)
  const budget = { left: BUDGET, cache: new Map() }
  const isLong = NAMES.some(name => isText(fields[name]) && fields[name].length > 4 * MAX_DATA_LENGTH)
  if (isLong) return stop(finding('data-too-long', ['encryptedData']), fields)

  const candidates = listCandidates(row, fields, budget)
  const found = search(row, candidates)
  const isProved = found !== undefined && found.isProved
  // Values that another platform accepts as they are were not changed.
  if (!isProved || stepsOf(found).length > 0) {
    const elsewhere = examineElsewhere(row, fields, { left: -1, cache: new Map() })
    if (elsewhere !== undefined) return elsewhere
  }
  if (isProved) return judge(row, fields, found, [])
  return (
    examineOrders(row, fields, budget) ||
    examineElsewhere(row, fields, budget) ||
    (found !== undefined ? explain(row, fields, found) : guess(row, fields, candidates, budget))
  )
}

const isText = value => typeof value === 'string'

function stop(cause, values, steps = []) {
  return { steps, cause, values, row: undefined }
}

/** Returns the changes that were undone in what was found. */
function stepsOf(found) {
  return mergeSteps(Object.fromEntries(NAMES.map(name => [name, found[name].changes])))
}

function findUnusable(fields) {
  const missing = ALL_NAMES.filter(name => isMissing(fields[name]))
  if (missing.length > 0) return finding('missing-argument', missing)
  const inputs = ALL_NAMES.filter(name => !isUsable(name, fields[name]))
  return inputs.length > 0 ? finding('wrong-argument-type', inputs) : undefined
}

/** The text that careless code makes of nothing counts as nothing. */
function isMissing(value) {
  if (isText(value)) return value.length < 20 && /^(?:undefined|null|NaN|None|nil)?$/.test(value.trim())
  return value === undefined || value === null || (Array.isArray(value) && value.every(isMissing))
}

/** The text that careless code makes of an object counts as an object. */
function isUsable(name, value) {
  if (isText(value)) return !/^\s{0,9}\[object \w{1,20}\]/.test(value)
  if (name === 'appId') return false
  const isKey = key => isText(key) || decode(key) !== undefined
  const isList = Array.isArray(value) && (value.every(isText) || (name === 'sessionKey' && value.some(isKey)))
  return isList || decode(value) !== undefined
}

// ── It decrypts ──

/** Says what is wrong with data that decrypts to JSON. */
function judge(row, fields, found, before) {
  const { data } = found
  const steps = [...before, ...stepsOf(found)]
  const values = { ...fields, ...valuesOf(row, found) }
  const result = { steps, values, data, kind: kindOf(data), row: undefined }

  const appId = readAppId(row, found)
  const foundAppId = nameAppId(appId)
  const other = appId === fields.appId ? undefined : findOtherRow(row, found)
  if (other !== undefined) {
    return { ...result, ...otherPlatform(other, fields, found) }
  }
  if (appId === undefined && !(row.canOmitWatermark && fields.watermark === 'optional')) {
    const variant = row.canOmitWatermark ? 'optional' : undefined
    return { ...result, cause: finding('no-watermark', [], {}, variant) }
  }
  if (appId !== undefined && appId !== fields.appId) {
    const found = { appId: foundAppId || '?' }
    if (!isMisspelled(fields.appId, appId)) {
      const isConsoles = row.consoleAppId !== undefined && row.consoleAppId.test(fields.appId)
      const cause = finding('app-id-mismatch', ['appId'], found, isConsoles ? 'console' : undefined)
      return { ...result, cause, foundAppId }
    }
    steps.push(finding('app-id-misspelled', ['appId'], found))
    values.appId = appId
  }
  const outcome = askClass(row, values)
  if (outcome.data === undefined) return { ...result, cause: explainOption(row, values, data) }
  const shownAppId = foundAppId === fields.appId ? null : foundAppId
  return { ...result, cause: null, data: outcome.data, foundAppId: shownAppId }
}

/**
 * Asks the platform's class, which decides what is right.
 *
 * @returns {{ data?: object, code: string | null }}
 */
function askClass(row, { appId, sessionKey, encryptedData, iv, maxAge, openId, watermark }) {
  const Platform = require('../data-crypt')[row.name]
  const options = Object.create(null)
  if (maxAge !== undefined) options.maxAge = maxAge
  if (openId !== undefined) options.openId = openId
  const isOptional = row.canOmitWatermark && watermark === 'optional'
  try {
    const platform = new Platform(appId, sessionKey, isOptional ? { watermark } : undefined)
    return { data: platform.decryptData(encryptedData, iv, options), code: null }
  } catch (error) {
    const { code } = Object(error)
    return { data: undefined, code: /^ERR_/.test(code) ? code : 'ERR_INVALID_ARG_TYPE' }
  }
}

/** Says which option rejects data that is for this app. */
function explainOption(row, { maxAge, openId }, data) {
  const id = readOwn(Object(data), row.openId)
  if (isText(openId) && id !== openId) {
    const isNone = id === undefined || id === null
    return finding(isNone ? 'no-open-id' : 'open-id-mismatch', ['openId'], { field: row.openId })
  }
  const timestamp = readOwn(Object(readOwn(Object(data), 'watermark')), 'timestamp')
  if (maxAge !== undefined) {
    const age = typeof timestamp === 'number' ? { age: Math.floor(Date.now() / 1000 - timestamp) } : {}
    return finding('expired', ['maxAge'], { field: 'timestamp', ...age })
  }
  return finding('data-too-long', ['encryptedData'])
}

/** The values as they should be: bytes as text, as the platform's class reads them. */
function valuesOf(row, found) {
  const values = {}
  for (const name of NAMES) {
    const { value, bytes } = found[name]
    const encoding = encodingOf(row, name)
    values[name] = isText(value) || found[name].changes.length === 0 ? value : encodeBytes(bytes, encoding)
  }
  return values
}

/** Returns what differs in an examination if the data is of the platform of `row`. */
function otherPlatform(row, fields, found) {
  const appId = nameAppId(readAppId(row, found))
  const cause = finding('other-platform', [], { class: row.name })
  return { cause, row, foundAppId: appId === fields.appId ? null : appId }
}

/** An app id is no secret; anything else in its place may be. */
function nameAppId(value) {
  return isText(value) && /^[\w.-]{1,64}$/.test(value) ? value : null
}

// ── In another order ──

/** Every order of the four but the right one. */
const ORDERS = permute(ALL_NAMES).filter(order => order.some((name, i) => name !== ALL_NAMES[i]))

function permute(names) {
  if (names.length < 2) return [names]
  return names.flatMap((name, i) =>
    permute([...names.slice(0, i), ...names.slice(i + 1)]).map(rest => [name, ...rest])
  )
}

function examineOrders(row, fields, budget) {
  let likely
  for (const order of ORDERS) {
    const values = { ...fields }
    ALL_NAMES.forEach((name, i) => {
      values[name] = fields[order[i]]
    })
    if (!isText(values.appId) || values.appId.length > 200) continue
    const found = search(row, listCandidates(row, values, budget))
    const step = describeOrder(order)
    if (found !== undefined && found.isProved) return judge(row, values, found, [step])
    if (likely === undefined && looksRight(row, values) && !looksRight(row, fields)) likely = { step, values }
  }
  // They do not decrypt in any order, but each looks like what another should be.
  return likely && stop(findCause(row, likely.values), likely.values, [likely.step])
}

function describeOrder(order) {
  const inputs = ALL_NAMES.filter((name, i) => order[i] !== name)
  const moves = inputs.map(name => `${order[ALL_NAMES.indexOf(name)]} → ${name}`)
  return finding('wrong-argument-order', inputs, { order: moves })
}

function looksRight(row, { appId, sessionKey, encryptedData, iv }) {
  if (row.appIdPattern === undefined || !row.appIdPattern.test(appId)) return false
  const lengthOf = (value, encoding) => Object(decode(value, encoding)).length
  const dataLength = lengthOf(encryptedData)
  return (
    lengthOf(sessionKey, row.encoding) === row.keyLength &&
    lengthOf(iv, row.encoding) === BLOCK &&
    dataLength > BLOCK &&
    dataLength % BLOCK === 0
  )
}

// ── By the rules of another platform ──

function examineElsewhere(row, fields, budget) {
  const tried = new Set([formOf(row)])
  for (const other of rows) {
    if (tried.has(formOf(other))) continue
    tried.add(formOf(other))
    const found = search(other, listCandidates(other, fields, budget))
    if (found === undefined || !found.isProved) continue
    const result = judge(other, fields, found, [])
    if (result.row === undefined && readAppId(other, found) === undefined) continue
    return { ...result, ...otherPlatform(result.row || other, fields, found) }
  }
  return undefined
}

const formOf = row => `${row.encoding} ${row.keyLength} ${row.isFramed}`

// ── It does not decrypt ──

/** The key fits, the rest does not. */
function explain(row, fields, found) {
  let cause = explainBlocks(row, found)
  if (cause.reason === 'iv-mismatch' && isBase64OfOneCase(row, 'iv', fields.iv))
    cause = finding('changed-case', ['iv'])
  if (found.iv.isUnknown && !['truncated', 'corrupted'].includes(cause.reason))
    cause = explainValue(row, 'iv', fields.iv) || finding('iv-mismatch', ['iv'])
  return stop(cause, fields, stepsOf(found))
}

/** Nothing fits: what can be said by the form of the values. */
function guess(row, fields, candidates, budget) {
  const changes = {}
  const values = { ...fields }
  for (const name of NAMES) {
    if (Array.isArray(fields[name])) continue
    // Hex text in place of a key may be something else altogether, such as an AppSecret.
    const isLikely = ({ changes, bytes }) =>
      name === 'sessionKey' ? !changes.includes('hex-encoded') : bytes.length % BLOCK === 0
    const first =
      candidates[name].find(isLikely) ||
      (name === 'encryptedData' ? undoOnce(fields[name], row, name, budget) : undefined)
    if (first === undefined) continue
    changes[name] = first.changes
    values[name] = first.value
  }
  return stop(findCause(row, values), values, mergeSteps(changes))
}

/** Data that is cut off has the right length in no form. */
function undoOnce(value, row, name, budget) {
  return undoAll(value, row, name, budget).find(
    ({ value: undone, changes }) =>
      isText(undone) &&
      (changes.length === 0 ? !/[%&{]/.test(undone) : /^[A-Za-z0-9+/_-]+={0,2}$/.test(undone))
  )
}

function findCause(row, values) {
  const { otherFlow } = row
  if (otherFlow !== undefined) {
    const length = Object(decode(values.encryptedData)).length
    const isSecret = isText(values.sessionKey) && otherFlow.key.test(values.sessionKey.trim())
    if (isSecret || length === otherFlow.dataLength) {
      return isSecret
        ? finding(otherFlow.reason, ['sessionKey'], { length }, 'secret')
        : finding(otherFlow.reason, ['encryptedData'], { length }, 'rsa')
    }
  }
  // What changed long data changed the others, too.
  const count = isBase64OfOneCase(row, 'encryptedData', values.encryptedData, 40) ? 8 : 16
  const ofOneCase = NAMES.filter(name => isBase64OfOneCase(row, name, values[name], count))
  if (ofOneCase.length > 0) return finding('changed-case', ofOneCase)
  for (const name of NAMES) {
    const cause = explainValue(row, name, values[name])
    if (cause !== undefined) return cause
  }
  return finding('session-key-mismatch', ['sessionKey'])
}

function explainValue(row, name, value) {
  if (isBase64OfOneCase(row, name, value)) return finding('changed-case', [name])
  if (isText(value) && isLossy(value)) return finding('bytes-as-text', [name], {}, 'lossy')
  return explainForm(row, name, value)
}

function isBase64OfOneCase(row, name, value, count = 16) {
  const isOther =
    encodingOf(row, name) === 'hex' || (row.keyPattern !== undefined && name !== 'encryptedData')
  if (isOther || !isText(value) || value.length < 20 || isHex(value)) return false
  return /^[\w+/-]+={0,2}$/.test(value.trim()) && isOneCase(value, count)
}

/** What text is passed for a session key, by its form. */
const LOOKALIKES = [
  ['app-secret', /^[0-9a-f]{32}$/i],
  ['login-code', /^0[0-9A-Za-z]{31}$/],
  ['encoding-aes-key', /^[A-Za-z0-9]{43}=?$/],
  ['open-id', /^o[\w-]{27}$/],
  ['access-token', /^\d+_[\w-]{40,400}$/],
  [
    'token',
    /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|ey[\w-]+\.ey[\w-]+\.[\w-]*|[0-9a-f]{40}|[0-9a-f]{64})$/i
  ]
]

/** Says what is wrong with one value by its length; `undefined` if that is right. */
function explainForm(row, name, value) {
  if (Array.isArray(value) && name === 'sessionKey' && typeof value[0] !== 'number') {
    const causes = value
      .slice(0, 100)
      .filter(key => !isMissing(key))
      .map(key => explainForm(row, name, key))
    return causes.length > 0 && causes.every(Boolean) ? causes[0] : undefined
  }
  const bytes = decode(value, encodingOf(row, name))
  // A list of different texts.
  if (bytes === undefined) return finding('wrong-argument-type', [name])
  const { length } = bytes
  if (name === 'sessionKey') {
    if (length === row.keyLength) return undefined
    const text = isText(value) && value.length < 1000 ? value.trim() : ''
    const looksLike = LOOKALIKES.find(([, pattern]) => pattern.test(text))
    return looksLike === undefined
      ? finding('session-key-length', [name], { length })
      : finding('not-a-session-key', [name], { looksLike: looksLike[0], length })
  }
  if (name === 'iv') return length === BLOCK ? undefined : finding('iv-length', [name], { length })
  if (length > MAX_DATA_LENGTH) return finding('data-too-long', [name], { length })
  return length % BLOCK === 0 && length > 0 ? undefined : finding('truncated', [name], { length })
}

module.exports = { ALL_NAMES, askClass, examineOpenData, isMissing }
