'use strict'

// Open data that WeChat has opened itself: what a cloud function is handed for a cloudID, and what the
// getopendata API answers with.

const { illegalBuffer, invalidArgument } = require('./errors')
const { isMarkedFor, readMaxAge, checkAge } = require('./watermark')

const hasOwn = Object.prototype.hasOwnProperty

function openCloudData(value, appId, options) {
  if (typeof appId !== 'string') throw invalidArgument('appId', 'a string', appId)
  const maxAge = readMaxAge(options)
  const data = dataOf(typeof value === 'string' ? parse(value) : object(value))
  if (!isMarkedFor(appId, data)) throw illegalBuffer('ERR_WATERMARK_MISMATCH')
  if (maxAge !== undefined) checkAge(data, maxAge)
  return data
}

function object(value) {
  if (value !== null && typeof value === 'object') return value
  throw invalidArgument('value', 'an object {cloudID, data} or its JSON text', value)
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('The text is not JSON.')
  }
}

function dataOf(answer) {
  if (answer !== null && typeof answer === 'object') {
    if (hasOwn.call(answer, 'data') && answer.data !== null && typeof answer.data === 'object') {
      return answer.data
    }
    const errcode = ['errCode', 'errcode'].find(name => hasOwn.call(answer, name))
    if (errcode !== undefined && Number.isInteger(answer[errcode])) {
      throw refused(
        `WeChat did not open this cloudID (error ${answer[errcode]}). A cloudID is valid for five minutes, in the app it was made for.`
      )
    }
  }
  throw refused(
    'It holds no "data". Of an answer of getopendata, hand over "json" of one element of "data_list".'
  )
}

// Nothing is decrypted here, so the usual hint would mislead.
function refused(hint) {
  const error = illegalBuffer('ERR_ILLEGAL_BUFFER')
  error.hint = hint
  return error
}

module.exports = openCloudData
