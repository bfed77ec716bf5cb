'use strict'

// Open data that WeChat has decrypted itself: what a cloud function gets for a cloudID, and what the APIs
// getopendata and getuserphonenumber answer.

const native = require('./native')
const { createArgumentError, createDecryptError, property } = require('./errors')
const { readDecryptOptions } = require('./options')
const { readOwn } = require('./values')
const { NO_CHECKS } = require('./wechat')

function openCloudData(value, appId, options) {
  if (typeof appId !== 'string') throw createArgumentError('appId', 'a string', appId)
  const checks = options === undefined ? NO_CHECKS : readDecryptOptions(options)
  const data = findData(typeof value === 'string' ? parse(value) : object(value))
  // The rules of the watermark are Rust's, which reads text.
  const status = native.checkPlaintext(appId, JSON.stringify(data), checks.openId, checks.now, checks.maxAge)
  if (status !== null) throw createDecryptError(status)
  return data
}

function object(value) {
  if (value !== null && typeof value === 'object') return value
  throw createArgumentError('value', 'an object {cloudID, data} or its JSON text', value)
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw reject('The text is not JSON.')
  }
}

function findData(answer) {
  if (answer !== null && typeof answer === 'object') {
    for (const name of ['data', 'phone_info']) {
      const data = readOwn(answer, name)
      if (data !== null && typeof data === 'object') return data
    }
    const errcode = ['errCode', 'errcode'].find(name => readOwn(answer, name) !== undefined)
    if (errcode !== undefined && Number.isInteger(answer[errcode])) {
      throw reject(
        `WeChat answered with error ${answer[errcode]}. A cloudID or a phone code is valid for five minutes, in the app it was made for; a phone code only once.`
      )
    }
  }
  throw reject(
    'There is neither "data" nor "phone_info". From an answer of getopendata, pass "json" of one element of "data_list".'
  )
}

const UNDECRYPTABLE = 3

// Nothing is decrypted here, so the usual hint would mislead.
function reject(hint) {
  return Object.defineProperty(createDecryptError(UNDECRYPTABLE), 'hint', property(hint, false))
}

module.exports = openCloudData
