'use strict'

// What is sent when there is no encrypted data, or instead of it.

const { readOwn } = require('../own')
const { readObject, readPaste } = require('../paste')
const { listOf } = require('./bytes')
const finding = require('./finding')
const { isMissing } = require('./open-data')
const { kindOf } = require('./plaintext')
const { isObject, parseJson, unescapeHtml } = require('./text')

const MAX_LENGTH = 32768

/** Returns the object that `value` is or that its text is the JSON of, else an empty one. */
function objectOf(value) {
  if (typeof value === 'string') {
    if (value.length > MAX_LENGTH) return {}
    const text = unescapeHtml(value).trim()
    return text[0] === '{' || text[0] === '[' ? Object(parseJson(text)) : {}
  }
  return isObject(value) && !ArrayBuffer.isView(value) ? value : {}
}

/**
 * Returns what the values are instead of encrypted data, as the cause of an examination, or `undefined`.
 *
 * @param {object} row
 * @param {object} fields
 * @param {object} input all own properties of what was passed
 */
function findSubstitute(row, fields, input) {
  const { encryptedData, sessionKey, iv, errMsg, code, cloudID, sign, response } = fields
  const data = objectOf(encryptedData)
  const has = name => readOwn(data, name) !== undefined
  const ofData = (reason, found, variant) => finding(reason, ['encryptedData'], found, variant)

  const isSigned = !isMissing(sign) && (!isMissing(response) || isMissing(iv))
  if (isSigned || (has('sign') && has('response')))
    return finding('other-platform', [], { class: 'AlipayDataCrypt' })
  const session = objectOf(sessionKey)
  const errcode = [readOwn(session, 'errcode'), fields.errcode]
    // Only a number or its text is converted: anything else may be a nested list.
    .map(code => (typeof code === 'string' ? Number(code) : code))
    .find(code => Number.isInteger(code) && code !== 0)
  if (errcode !== undefined && (isMissing(sessionKey) || readOwn(session, 'errcode') !== undefined)) {
    return finding('code2session-error', ['sessionKey'], { code: String(errcode) })
  }
  const cloud = findCloudData(data) || findCloudData(input)
  if (cloud !== undefined && !has('iv')) return ofData('cloud-data', cloud)
  const isPlain = !has('iv') && !has('encryptedData') && (has('watermark') || kindOf(data) !== 'other')
  if (isPlain && !Array.isArray(data)) return ofData('wrong-argument-type', {}, 'plain')
  if (isPushed(fields, data, input)) return ofData('pushed-message')
  if (isPayment(fields, data, input)) return ofData('pay-callback')
  if (typeof encryptedData === 'string' && encryptedData.length < 200) {
    if (/^\d+_[\w-]{16,}$/.test(encryptedData)) return ofData('cloud-id')
    if (/^[0-9a-f]{64}$/.test(encryptedData)) return phoneCode(row, ['encryptedData'])
  }
  const message = readOwn(data, 'errMsg') || errMsg
  const hasData = !has('errMsg') || has('encryptedData')
  if (!isMissing(encryptedData) && hasData) return findRsa(row, fields)
  if (typeof message === 'string' && /:\s{0,9}fail/.test(message))
    return finding(/deny|denied|cancel|reject/.test(message) ? 'user-declined' : 'client-error')
  if (!isMissing(cloudID) || has('cloudID')) return finding('cloud-id')
  if (!isMissing(code) || has('code')) return phoneCode(row, [])
  return undefined
}

function phoneCode({ otherFlow }, inputs) {
  return otherFlow === undefined
    ? finding('phone-number-code', inputs)
    : finding(otherFlow.reason, inputs, {}, 'code')
}

/** Data of the platform's other way has no iv. */
function findRsa({ otherFlow }, { encryptedData, iv }) {
  if (otherFlow === undefined || !isMissing(iv) || typeof encryptedData !== 'string') return undefined
  const length = Math.floor((encryptedData.replace(/[=\s]/g, '').length * 3) / 4)
  return length === otherFlow.dataLength
    ? finding(otherFlow.reason, ['encryptedData'], { length }, 'rsa')
    : undefined
}

/** Which part of an answer that is decrypted already is to be passed to `openCloudData`. */
function findCloudData(object) {
  const read = name => readOwn(object, name)
  const isAnswer = value =>
    readOwn(Object(value), 'data') !== undefined &&
    ['cloudID', 'cloud_id', 'errCode'].some(name => readOwn(Object(value), name) !== undefined)
  if (Array.isArray(read('data_list'))) return { field: 'data_list[0].json' }
  if (Array.isArray(read('list')) && read('list').some(isAnswer)) return { field: 'list[0]' }
  if (isAnswer(object) || readOwn(object, 'phone_info') !== undefined) return { field: '' }
  if (read('status') !== undefined && read('data') !== null && typeof read('data') === 'object') {
    const inner = findCloudData(read('data'))
    return inner && { field: inner.field === '' ? 'data' : `data.${inner.field}` }
  }
  const name = Object.keys(object)
    .slice(0, 100)
    .find(key => isAnswer(read(key)))
  return name === undefined ? undefined : { field: /^[\w.-]{1,40}$/.test(name) ? name : '' }
}

/** A message that is pushed to the server, under an EncodingAESKey. */
function isPushed({ sessionKey, iv, encryptedData }, data, input) {
  const isElement = typeof encryptedData === 'string' && /<Encrypt>/.test(encryptedData.slice(0, 1000))
  const isNamed = [data, input].some(object =>
    ['Encrypt', 'pushed'].some(name => readOwn(object, name) !== undefined)
  )
  const isKey = typeof sessionKey === 'string' && /^[A-Za-z0-9]{43}=?$/.test(sessionKey)
  return isElement || isNamed || (isKey && isMissing(iv))
}

/** A notification of WeChat Pay, under its API key. */
function isPayment({ sessionKey, iv }, data, input) {
  const isResource = object =>
    ['associated_data', 'nonce', 'ciphertext'].filter(name => readOwn(object, name) !== undefined).length >= 2
  const isNamed = [data, input].some(
    object => isResource(object) || isResource(Object(readOwn(object, 'resource')))
  )
  const isKey = typeof sessionKey === 'string' && /^[0-9A-Za-z]{32}$/.test(sessionKey)
  return isNamed || (isKey && typeof iv === 'string' && /^[0-9A-Za-z]{12}$/.test(iv))
}

/**
 * Takes the values out of whole objects or request bodies that were passed in place of one of them.
 *
 * @returns {{ values: object, steps: object[] }} the steps are findings
 */
function unwrap(fields, names) {
  const values = { ...fields }
  const inputs = new Set()
  let isEscaped = false
  for (const name of names) {
    const value = fields[name]
    const isString = typeof value === 'string'
    const isContainer = isString ? looksLikeContainer(value) : isObject(value) && listOf(value) === undefined
    if (!isContainer) continue
    const read = isString ? readPaste(value) : readObject(value)
    for (const found of names) {
      const isReplaceable = found === name || typeof values[found] !== 'string' || values[found] === ''
      if (typeof read.values[found] !== 'string' || !isReplaceable) continue
      values[found] = read.values[found]
      inputs.add(found)
      isEscaped = isEscaped || read.sources[found].encoding.includes('html')
    }
  }
  if (inputs.size === 0) return { values, steps: [] }
  const reasons = isEscaped ? ['html-escaped', 'unparsed-json'] : ['unparsed-json']
  const ordered = names.filter(name => inputs.has(name))
  return { values, steps: reasons.map(reason => finding(reason, ordered)) }
}

function looksLikeContainer(value) {
  if (value.length > MAX_LENGTH || value.length < 20) return false
  return (
    /^\s{0,9}(?:\{|"\{|\[\s{0,9}\{|%7B|&quot;\{|\{&quot;)/i.test(value) ||
    /^\w{1,40}=[^&]+&\w{1,40}=/.test(value)
  )
}

module.exports = { findSubstitute, unwrap }
