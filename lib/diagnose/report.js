'use strict'

// Words an examination. No value of the input is in a report, unless it is asked for.

const finding = require('./finding')
const { diagnosis, fill, names, variants } = require('../messages')
const { readOwn } = require('../own')

// Nothing is read from a prototype.
const DEFAULTS = {
  platform: null,
  row: undefined,
  code: null,
  steps: [],
  note: undefined,
  data: undefined,
  kind: null,
  foundAppId: null
}

/**
 * @param {object} examination `steps` that were undone, the `cause` that is left, and what belongs to them
 * @param {boolean} showData
 */
function createReport(examination, showData) {
  const { platform, row, code, steps, cause, note, values, data, kind, foundAppId } = {
    ...DEFAULTS,
    ...examination
  }
  const findings = cause === null ? steps : [...steps, cause]
  const isSound = findings.length === 0
  const first = isSound ? note || finding('ok', [], {}, findVariant(row, values)) : findings[0]
  const corrected = cause === null ? values : cause.corrected
  const repairable = !isSound && corrected !== undefined
  const describe = finding => ({
    reason: finding.reason,
    inputs: [...finding.inputs],
    hint: word(finding, row, platform, 'en'),
    hintZh: word(finding, row, platform, 'zh')
  })
  const report = {
    ok: isSound,
    platform,
    code: isSound ? null : code,
    ...describe(first),
    found: { ...first.found },
    repairable,
    steps: steps.map(describe),
    cause: cause === null ? null : describe(cause),
    next: findings.length > 1 ? findings[1].reason : null,
    foundAppId,
    kind: data === undefined ? null : kind
  }
  if (showData && data !== undefined) report.data = data
  if (showData && repairable) report.corrected = pick({ ...values, ...corrected })
  return report
}

/** Returns which text of `ok` it is. */
function findVariant(row, values) {
  if (row.isFramed) return 'frame'
  return row.canOmitWatermark && values.watermark === 'optional' ? 'optional' : undefined
}

const ARGUMENTS = [
  ...['appId', 'sessionKey', 'encryptedData', 'iv', 'rawData', 'signature'],
  ...['aesKey', 'alipayPublicKey', 'signType', 'message']
]

/** The arguments among the values. */
function pick(values) {
  const given = ARGUMENTS.filter(name => values[name] !== undefined)
  return Object.fromEntries(given.map(name => [name, values[name]]))
}

function word({ reason, inputs, found, variant, texts }, row, platform, language) {
  const template = texts || readOwn(variants, `${reason}/${variant}`) || diagnosis[reason]
  const values = {
    ...wordsOfRow(row, language),
    class: found.class || platform || '',
    inputs: inputs.map(name => nameInput(name, row)).join(language === 'en' ? ', ' : '、')
  }
  for (const name of Object.keys(found)) values[name] = wordOf(found[name], name, language)
  return fill(template[language], values)
}

function wordOf(value, name, language) {
  if (Array.isArray(value)) return value.join(language === 'en' ? ', ' : '，')
  const texts = readOwn(Object(readOwn(names, name)), value)
  return texts === undefined ? String(value) : texts[language]
}

/** The words of a hint that depend on the platform. */
function wordsOfRow(row, language) {
  if (row === undefined) return {}
  const { title, login, encoding, keyLength, keyPattern, openId } = row
  const form = keyPattern === undefined || encoding === 'hex' ? encoding : 'hex-as-base64'
  const name = title[language === 'en' ? 0 : 1]
  return {
    platform: name.split(/ ?[,(、（]/, 1)[0],
    login,
    openId,
    encoding,
    keyLength,
    keyForm: names.form[form][language],
    ivForm: names.form[encoding][language]
  }
}

function nameInput(name, row) {
  return name === 'encryptedData' && row !== undefined && row.dataName !== name
    ? `${name} (${row.dataName})`
    : name
}

module.exports = createReport
