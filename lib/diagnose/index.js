'use strict'

// Says in plain words why open data does not decrypt, for a person at a terminal or a log.

const { createArgumentError } = require('../errors')
const { readOwn } = require('../own')
const { wipeAfterwards } = require('./bytes')
const { askClass, rows } = require('./core')
const { FIELDS } = require('./fields')
const { ALL_NAMES, examineOpenData } = require('./open-data')
const { kindOf } = require('./plaintext')
const createReport = require('./report')
const examineSignature = require('./signature')
const { findSubstitute, unwrap } = require('./substitutes')

const ALIPAY = 'AlipayDataCrypt'
const OPTIONS = {
  maxAge: value => typeof value === 'number' && value >= 0,
  openId: value => typeof value === 'string'
}

/**
 * Diagnoses values in any state: see `DiagnoseInput` and `Diagnosis` in index.d.ts.
 */
function diagnose(input) {
  if (input === null || typeof input !== 'object') {
    throw createArgumentError('input', 'input', input)
  }
  const fields = {}
  for (const name of FIELDS) fields[name] = read(input, name)
  const showData = read(input, 'showData') === true
  return createReport(
    wipeAfterwards(() => examine(fields, input)),
    showData
  )
}

/** Reads an own property. A getter or a Proxy may throw. */
function read(input, name) {
  try {
    return readOwn(input, name)
  } catch {
    return undefined
  }
}

function examine(fields, input) {
  const given = readPlatform(fields.platform)
  if (given === null) {
    const cause = { reason: 'wrong-argument-type', inputs: ['platform'] }
    return { platform: null, row: rows[0], code: 'ERR_INVALID_ARG_TYPE', steps: [], cause, values: fields }
  }
  const isAlipay = ['aesKey', 'alipayPublicKey', 'encryptKey', 'message'].some(
    name => fields[name] !== undefined
  )
  const row =
    given === ALIPAY || (given === undefined && isAlipay) ? undefined : given || findRow(fields.appId)
  try {
    return row === undefined
      ? { platform: ALIPAY, ...require('./alipay')(fields) }
      : examineRow(row, given === undefined, fields, input)
  } catch {
    // Values that throw when they are looked at, such as a revoked Proxy.
    const inputs = FIELDS.filter(name => fields[name] !== undefined && typeof fields[name] !== 'string')
    const cause = { reason: 'wrong-argument-type', inputs }
    const platform = row === undefined ? ALIPAY : row.name
    return { platform, row, code: 'ERR_INVALID_ARG_TYPE', steps: [], cause, values: fields }
  }
}

/** Returns a row, the name of Alipay's class, `undefined` if no platform is given, or `null` for an unknown one. */
function readPlatform(platform) {
  if (platform === undefined) return undefined
  if (platform === ALIPAY) return ALIPAY
  return rows.find(({ name }) => name === platform) || null
}

/** Returns the row of the platform that gives such app ids: the first one if none does. */
function findRow(appId) {
  const isOf = ({ appIdPattern }) => appIdPattern !== undefined && appIdPattern.test(appId)
  return (typeof appId === 'string' && appId.length < 100 && rows.find(isOf)) || rows[0]
}

function examineRow(row, isInferred, fields, input) {
  // Without a platform, the values are examined as arguments of the first class.
  const asked = isInferred ? rows[0] : row
  const outcome = askClass(asked, fields)
  const report = { platform: row.name, row, code: outcome.code }
  if (outcome.data !== undefined) {
    const { data } = outcome
    const result = { ...report, steps: [], values: fields, data, kind: kindOf(data) }
    return { ...result, cause: examineGoodSignature(row, fields), note: findQuotes(fields) }
  }
  if (isSignatureOnly(fields)) return examineAlone(isInferred ? rows : [row], fields)

  const isUnknown = fields.maxAge !== undefined && !asked.options.includes('maxAge')
  const inputs = Object.keys(OPTIONS).filter(
    name => fields[name] !== undefined && (!OPTIONS[name](fields[name]) || (name === 'maxAge' && isUnknown))
  )
  const substitute = findSubstitute(row, fields, input)
  if (substitute !== undefined) {
    const platform = readOwn(Object(readOwn(substitute, 'found')), 'class')
    return {
      ...report,
      platform: isInferred && platform ? platform : row.name,
      steps: [],
      cause: substitute,
      values: fields
    }
  }
  if (inputs.length > 0)
    return { ...report, steps: [], cause: { reason: 'wrong-argument-type', inputs }, values: fields }

  const { values, steps } = unwrap(fields, ALL_NAMES)
  if (!row.options.includes('maxAge')) values.maxAge = undefined
  let examination = examineOpenData(row, values)
  // An app id of that form alone makes no other platform.
  if (isInferred && row !== asked && isOf(examination.cause, asked)) {
    examination = examineOpenData(asked, values)
    report.platform = asked.name
    report.row = asked
  }
  return complete(report, isInferred, fields, { ...examination, steps: [...steps, ...examination.steps] })
}

/** Whether a cause is that the values are of the platform of a row. */
function isOf(cause, { name }) {
  return cause !== null && cause.reason === 'other-platform' && cause.found.class === name
}

function complete(report, isInferred, fields, examination) {
  const { cause, steps, row: other } = examination
  // Inferred, and right by that platform's rules.
  if (cause === null && steps.length === 0) {
    return {
      ...report,
      ...examination,
      row: report.row,
      cause: { reason: 'other-platform', inputs: [], found: { class: report.platform } }
    }
  }
  const platform = isInferred && other !== undefined ? other.name : report.platform
  const corrected = { ...fields, ...examination.values, rawData: fields.rawData }
  const signature = cause === null ? examineGoodSignature(report.row, corrected) : null
  return { ...report, ...examination, row: report.row, platform, cause: cause || signature }
}

/** Examines a signature without data, by the rules of one platform, or of each if none is given. */
function examineAlone(candidates, fields) {
  const report = { code: null, steps: [], values: fields, isSignature: true }
  const causes = candidates.map(row => examineSignature(row, fields))
  const fitting = Math.max(causes.indexOf(null), 0)
  const row = candidates[fitting]
  return { ...report, platform: row.name, row, cause: causes[fitting] }
}

function isSignatureOnly(fields) {
  const has = name => fields[name] !== undefined && fields[name] !== null
  return (
    (has('rawData') || has('signature')) &&
    !has('encryptedData') &&
    !has('iv') &&
    !has('errMsg') &&
    !has('code')
  )
}

function examineGoodSignature(row, fields) {
  if (fields.rawData === undefined || fields.signature === undefined || row.signature === undefined)
    return null
  return examineSignature(row, fields)
}

/** Quotes are skipped in decoding, so that they do no harm yet. */
function findQuotes(fields) {
  const inputs = ALL_NAMES.filter(
    name => name !== 'appId' && typeof fields[name] === 'string' && /[\\"'`\u2018-\u201d]/.test(fields[name])
  )
  return inputs.length > 0 ? { reason: 'stray-quotes', inputs } : undefined
}

module.exports = diagnose
