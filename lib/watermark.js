'use strict'

// The watermark that every open data carries: whose it is, and how old.

const { illegalBuffer, invalidArgument } = require('./errors')

const hasOwn = Object.prototype.hasOwnProperty

// How far the clock of WeChat's server may be ahead of this machine's, in seconds.
const CLOCK_SKEW = 60

// Own properties only: a watermark must come from the data, not from a polluted prototype.
function isMarkedFor(appId, data) {
  if (data === null || data === undefined || !hasOwn.call(data, 'watermark')) return false
  const { watermark } = data
  return (
    watermark !== null &&
    watermark !== undefined &&
    hasOwn.call(watermark, 'appid') &&
    watermark.appid === appId
  )
}

// → the option `maxAge` in seconds, or `undefined` where there is none.
function readMaxAge(options) {
  if (options === undefined) return undefined
  if (options === null || typeof options !== 'object') {
    throw invalidArgument('options', 'an object such as { maxAge: 300 }', options)
  }
  const maxAge = hasOwn.call(options, 'maxAge') ? options.maxAge : undefined
  if (maxAge !== undefined && !(typeof maxAge === 'number' && maxAge >= 0)) {
    throw invalidArgument('options.maxAge', 'a number of seconds, 0 or more', maxAge)
  }
  return maxAge
}

// Throws unless the watermark was made within the last `maxAge` seconds.
function checkAge(data, maxAge) {
  const { watermark } = data
  const age = hasOwn.call(watermark, 'timestamp') ? Date.now() / 1000 - watermark.timestamp : Number.NaN
  const fresh = typeof watermark.timestamp === 'number' && age <= maxAge && age >= -CLOCK_SKEW
  if (!fresh) throw illegalBuffer('ERR_WATERMARK_EXPIRED')
}

module.exports = { isMarkedFor, readMaxAge, checkAge }
