'use strict'

// The errors of AlipayDataCrypt: a code and one short sentence for anyone; why and what to do for the log.

const { createWordedError } = require('./errors')
const { alipayAnswers, alipayCodes, alipayHints, alipayMessages, alipayReasons } = require('./messages')
const { hasOwn, property, readOwn } = require('./own')

/** Callable without `new`, as Error is. */
function AlipayDataError(message) {
  return Reflect.construct(Error, [message], new.target || AlipayDataError)
}

AlipayDataError.prototype = Object.create(Error.prototype, {
  constructor: property(AlipayDataError, false),
  // As for the built-in errors.
  name: property('AlipayDataError', false)
})

/**
 * Creates an error.
 *
 * @param {string} code
 * @param {string} reason
 * @param {{ option?: string, number?: number, names?: string, field?: string }} [values] for the hint
 * @param {object} [response] what an unsigned message says
 */
function createAlipayError(code, reason, values = {}, response = undefined) {
  const isConfig = code === 'ERR_ALIPAY_CONFIG'
  const message = alipayCodes[code].en
  const reasons = !isConfig && hasOwn(alipayMessages, reason) ? alipayMessages : alipayReasons
  const texts = hasOwn(reasons, reason) ? reasons[reason] : findAnswer(code, response)
  const details = {
    reason,
    argument: isConfig ? values.option : 'message',
    status: isConfig ? undefined : 400
  }
  const option = readOwn(values, 'option')
  const isFilled = isConfig || typeof readOwn(values, 'field') === 'string'
  const error = createWordedError(
    AlipayDataError,
    code,
    undefined,
    option === undefined ? texts : { en: `${option}: ${texts.en}`, zh: `${option}：${texts.zh}` },
    details,
    message,
    isFilled ? values : undefined
  )
  if (response !== undefined) Object.defineProperty(error, 'response', property(response, false))
  return error
}

/** Returns what to do about an error by its code; about one that Alipay reports, by its subCode. */
function findAnswer(code, response) {
  if (response !== undefined) {
    for (const name of [readOwn(response, 'subCode'), response.code]) {
      if (typeof name === 'string' && hasOwn(alipayAnswers, name)) return alipayAnswers[name]
    }
  }
  return alipayHints[code]
}

module.exports = { AlipayDataError, createAlipayError }
