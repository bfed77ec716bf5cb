'use strict'

// Checks open data that WeChat has decrypted itself: what a cloud function gets for a cloudID, and what the APIs
// getopendata and getuserphonenumber answer.

const { check, NO_CHECKS } = require('./decrypt')
const { createAnswerError, createArgumentError, createClearError, createCloudError } = require('./errors')
const { readDecryptOptions } = require('./options')
const { readOwn } = require('./own')
const [row] = require('./platforms')

function openCloudData(value, appId, options = undefined) {
  if (typeof appId !== 'string') throw createArgumentError('appId', 'string', appId)
  const checks = options === undefined ? NO_CHECKS : readDecryptOptions(options, row)
  const answer = typeof value === 'string' ? parse(value) : value
  if (!isObject(answer)) throw createArgumentError('value', 'cloud-data', value)
  const data = findData(answer)
  // The core decides about the watermark, and reads text.
  const status = check(appId, stringify(data), checks, row)
  if (status !== undefined) throw createClearError(status)
  return data
}

/** Returns an object, or throws. */
function parse(text) {
  let answer
  try {
    answer = JSON.parse(text)
  } catch {
    throw createCloudError('not-json')
  }
  if (!isObject(answer)) throw createCloudError('no-data')
  return answer
}

function stringify(data) {
  try {
    return String(JSON.stringify(data))
  } catch {
    // A BigInt, a cycle, or a depth that JSON.stringify does not reach.
    throw createArgumentError('value', 'json-object', data)
  }
}

/** Finds the open data in an answer, once WeChat has not answered with an error. */
function findData(answer) {
  for (const name of ['errcode', 'errCode']) {
    const errcode = readOwn(answer, name)
    if (errcode !== undefined && errcode !== 0) throw createAnswerError(errcode)
  }
  if (['status', 'headers', 'data'].every(name => readOwn(answer, name) !== undefined)) {
    throw createCloudError('response')
  }
  for (const name of ['data', 'phone_info']) {
    const data = readOwn(answer, name)
    if (isObject(data)) return data
  }
  throw createCloudError(...describeWhole(answer))
}

/** Names what was passed instead of open data, and which part of it to pass. */
function describeWhole(answer) {
  if (Array.isArray(readOwn(answer, 'data_list'))) return ['data-list']
  if (Array.isArray(readOwn(answer, 'list'))) return ['list']
  const holds = name => isObject(answer[name]) && readOwn(answer[name], 'cloudID') !== undefined
  const property = Object.keys(answer).find(holds)
  return property === undefined ? ['no-data'] : ['event', /^\w{1,40}$/.test(property) ? property : '…']
}

function isObject(value) {
  return value !== null && typeof value === 'object'
}

module.exports = openCloudData
