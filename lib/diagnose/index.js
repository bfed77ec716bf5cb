'use strict'

// Says in plain words why open data does not decrypt, for a person at a terminal or a log.

const { createArgumentError } = require('../errors')
const { readOwn } = require('../own')
const rows = require('../platforms')
const { wipeAfterwards } = require('./bytes')
const { FIELDS } = require('./fields')
const finding = require('./finding')
const { ALL_NAMES, askClass, examineOpenData } = require('./open-data')
const { kindOf } = require('./plaintext')
const createReport = require('./report')
const examineSignature = require('./signature')
const { findSubstitute, unwrap } = require('./substitutes')
const { attempt } = require('./text')

const ALIPAY = 'AlipayDataCrypt'

/** Diagnoses values in any state: see `DiagnoseInput` and `Diagnosis` in index.d.ts. */
function diagnose(input) {
  if (input === null || typeof input !== 'object') {
    throw createArgumentError('input', 'input', input)
  }
  // A getter or a Proxy may throw.
  const read = name => attempt(() => readOwn(input, name))
  const fields = Object.fromEntries(FIELDS.map(name => [name, read(name)]))
  const showData = read('showData') === true
  const examination = wipeAfterwards(() => examine(fields, input))
  return createReport(examination, showData)
}

function examine(fields, input) {
  const { platform } = fields
  const given = rows.find(({ name }) => name === platform)
  const stop = (name, row, inputs) => {
    const cause = finding('wrong-argument-type', inputs)
    return { platform: name, row, code: 'ERR_INVALID_ARG_TYPE', cause, values: fields }
  }
  if (platform !== undefined && platform !== ALIPAY && given === undefined)
    return stop(null, rows[0], ['platform'])

  const isAlipay =
    platform === ALIPAY ||
    (platform === undefined &&
      ['aesKey', 'alipayPublicKey', 'encryptKey', 'message'].some(name => fields[name] !== undefined))
  const row = isAlipay ? undefined : given || findRow(fields.appId)
  try {
    return isAlipay
      ? { platform: ALIPAY, ...require('./alipay')(fields) }
      : examineRow(row, given === undefined, fields, input)
  } catch {
    // Values that throw when they are looked at, such as a revoked Proxy.
    const inputs = FIELDS.filter(name => fields[name] !== undefined && typeof fields[name] !== 'string')
    return stop(isAlipay ? ALIPAY : row.name, row, inputs)
  }
}

/** Returns the row of the platform that gives such app ids: the first one if none does. */
function findRow(appId) {
  const isOf = ({ appIdPattern }) => appIdPattern !== undefined && appIdPattern.test(appId)
  return (typeof appId === 'string' && appId.length < 100 && rows.find(isOf)) || rows[0]
}

function examineRow(row, isInferred, fields, input) {
  // Without a platform, the values are examined as arguments of the first class.
  const asked = isInferred ? rows[0] : row
  const { code, data } = askClass(asked, fields)
  const report = { platform: row.name, row, code, values: fields }
  if (data !== undefined) {
    const cause = examineGoodSignature(row, fields)
    return { ...report, cause, data, kind: kindOf(data), note: findQuotes(fields) }
  }
  if (isSignatureOnly(fields)) return examineAlone(isInferred ? rows : [row], fields)

  const substitute = findSubstitute(row, fields, input)
  if (substitute !== undefined) {
    const platform = (isInferred && readOwn(substitute.found, 'class')) || row.name
    return { ...report, platform, cause: substitute }
  }
  const wrong = ['maxAge', 'openId'].filter(name => isWrongOption(name, fields[name], asked))
  if (wrong.length > 0) return { ...report, cause: finding('wrong-argument-type', wrong) }

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

function isWrongOption(name, value, { options }) {
  if (value === undefined) return false
  return name === 'openId'
    ? typeof value !== 'string'
    : !(typeof value === 'number' && value >= 0 && options.includes(name))
}

/** Whether a cause is that the values are of the platform of a row. */
function isOf(cause, { name }) {
  return cause !== null && cause.reason === 'other-platform' && cause.found.class === name
}

function complete(report, isInferred, fields, { row: other, ...examination }) {
  const { cause, steps } = examination
  // Inferred, and right by that platform's rules.
  if (cause === null && steps.length === 0) {
    return { ...report, ...examination, cause: finding('other-platform', [], { class: report.platform }) }
  }
  const platform = isInferred && other !== undefined ? other.name : report.platform
  const corrected = { ...fields, ...examination.values, rawData: fields.rawData }
  const signature = cause === null ? examineGoodSignature(report.row, corrected) : null
  return { ...report, ...examination, platform, cause: cause || signature }
}

/** Examines a signature without data, by the rules of one platform, or of each if none is given. */
function examineAlone(candidates, fields) {
  const causes = candidates.map(row => examineSignature(row, fields))
  const fitting = Math.max(causes.indexOf(null), 0)
  const row = candidates[fitting]
  const note = finding('ok', [], {}, 'signature')
  return { platform: row.name, row, cause: causes[fitting], values: fields, note }
}

function isSignatureOnly(fields) {
  const has = name => fields[name] !== undefined && fields[name] !== null
  return ['rawData', 'signature'].some(has) && !['encryptedData', 'iv', 'errMsg', 'code'].some(has)
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
  return inputs.length > 0 ? finding('stray-quotes', inputs) : undefined
}

module.exports = diagnose
