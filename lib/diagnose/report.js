'use strict'

// Words an examination. No value of the input is in a report, unless it is asked for.

const { diagnosis, fill, names } = require('../messages')
const { readOwn } = require('../own')

const LANGUAGES = ['en', 'zh']

/**
 * @param {object} examination `steps` that were undone, the `cause` that is left, and what belongs to them
 * @param {boolean} showData
 */
function createReport(examination, showData) {
  const whole = { ...DEFAULTS, ...examination }
  const { platform, row, code, data, kind, foundAppId } = whole
  const steps = whole.steps.map(complete)
  const cause = whole.cause === null ? null : complete(whole.cause)
  const all = cause === null ? steps : [...steps, cause]
  const describe = finding => ({
    reason: finding.reason,
    inputs: [...finding.inputs],
    hint: word(finding, row, platform, 'en'),
    hintZh: word(finding, row, platform, 'zh')
  })
  const isSound = all.length === 0
  const first = isSound
    ? complete(whole.note || { reason: 'ok', inputs: [], variant: findVariant(whole) })
    : all[0]
  const repairable = !isSound && (cause === null || cause.isRepairable)
  const report = {
    ok: isSound,
    platform,
    code: isSound ? null : code,
    ...describe(first),
    found: { ...first.found },
    repairable,
    steps: steps.map(describe),
    cause: cause === null ? null : describe(cause),
    next: all.length > 1 ? all[1].reason : null,
    foundAppId: foundAppId || null,
    kind: data === undefined ? null : kind
  }
  if (showData && data !== undefined) report.data = data
  if (showData && repairable)
    report.corrected = correct({ ...whole.values, ...(cause === null ? {} : cause.values) })
  return report
}

// Nothing is read from a prototype.
const DEFAULTS = {
  platform: null,
  row: undefined,
  code: null,
  note: undefined,
  data: undefined,
  kind: null,
  foundAppId: null,
  okVariant: undefined,
  isSignature: false
}

const CAUSE = { found: {}, variant: undefined, words: undefined, isRepairable: false, values: undefined }

const complete = cause => ({ ...CAUSE, ...cause, found: { ...readOwn(cause, 'found') } })

/** Returns which text of `ok` it is. */
function findVariant({ okVariant, isSignature, row, values }) {
  if (okVariant !== undefined || row === undefined) return okVariant
  if (isSignature) return 'signature'
  if (row.isFramed) return 'frame'
  return row.canOmitWatermark && values.watermark === 'optional' ? 'optional' : undefined
}

/** The values as they should be. */
function correct(values) {
  const corrected = {}
  for (const name of NAMES) if (values[name] !== undefined) corrected[name] = values[name]
  return corrected
}

const NAMES = [
  'appId',
  'sessionKey',
  'encryptedData',
  'iv',
  'rawData',
  'signature',
  'aesKey',
  'alipayPublicKey',
  'signType',
  'message'
]

function word({ reason, inputs, found, variant, words }, row, platform, language) {
  if (words !== undefined) return words[LANGUAGES.indexOf(language)]
  const entry = diagnosis[reason]
  const template = readOwn(Object(readOwn(entry, 'variants')), variant) || entry
  const index = LANGUAGES.indexOf(language)
  const values = {
    ...wordsOfRow(row, index),
    class: found.class || platform || '',
    inputs: inputs.map(name => nameInput(name, row)).join(index === 0 ? ', ' : '、')
  }
  for (const name of Object.keys(found)) values[name] = wordOf(found[name], name, index)
  return fill(template[language], values)
}

function wordOf(value, name, index) {
  if (Array.isArray(value)) return value.join(index === 0 ? ', ' : '，')
  const text = String(value)
  const words = readOwn(Object(readOwn(names, name)), text)
  return words === undefined ? text : words[index]
}

/** The words of a hint that depend on the platform. */
function wordsOfRow(row, index) {
  if (row === undefined) return {}
  const { title, login, encoding, keyLength, keyPattern, openId, dataName, canOmitWatermark } = row
  const form = keyPattern === undefined ? encoding : encoding === 'hex' ? 'hex' : 'hex-as-base64'
  return {
    platform: title[index].split(index === 0 ? /[,(]/ : /[、（]/)[0].trim(),
    login,
    openId,
    dataName,
    canOmitWatermark,
    encoding,
    keyLength: String(keyLength),
    keyForm: names.form[form][index],
    ivForm: names.form[encoding][index]
  }
}

function nameInput(name, row) {
  return name === 'encryptedData' && row !== undefined && row.dataName !== name
    ? `${name} (${row.dataName})`
    : name
}

module.exports = createReport
