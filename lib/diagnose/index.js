'use strict'

// Says in plain words why open data does not decrypt, for a person at a terminal or a log.

const { createArgumentError } = require('../errors')
const { readOwn } = require('../own')
const { wipeAfterwards } = require('./bytes')
const { createFinding } = require('./finding')
const { parseObject } = require('./repairs')
const { reasons, alipayHintsZh } = require('./reasons')
const examineWeChat = require('./wechat')

function diagnose(input) {
  if (input === null || typeof input !== 'object') {
    throw createArgumentError('input', 'input', input)
  }
  // A getter or a Proxy may throw.
  const given = name => {
    try {
      return readOwn(input, name)
    } catch {
      return undefined
    }
  }
  const isAlipay = ['aesKey', 'alipayPublicKey', 'message'].some(name => given(name) !== undefined)
  const finding = isAlipay ? examineAlipay(given) : wipeAfterwards(() => examineWeChat(given))
  return createReport(finding, given('showData') === true)
}

// No value of the input, unless it is asked for.
function createReport(finding, showData) {
  const { code, reason, inputs, found, foundZh, repairable, next, foundAppId, data } = finding
  const [hint, hintZh] = reasons[reason]
  const fill = (text, found) =>
    text.replace(/\{(inputs|found)\}/g, (_all, name) => (name === 'inputs' ? inputs.join(', ') : found))
  const report = {
    ok: code === null,
    code,
    reason,
    inputs: [...inputs],
    hint: fill(hint, found),
    hintZh: fill(hintZh, foundZh === undefined ? found : foundZh),
    repairable,
    next,
    foundAppId
  }
  if (showData && data !== undefined) report.data = data
  return report
}

function examineAlipay(given) {
  const { AlipayDataCrypt } = require('../alipay')
  const message = given('message')
  const config = {}
  for (const name of ['aesKey', 'alipayPublicKey', 'signType']) config[name] = given(name)
  try {
    return createFinding('ok', { code: null, data: new AlipayDataCrypt(config).decryptData(message) })
  } catch (error) {
    const code = readOwn(alipayHintsZh, error.code) === undefined ? 'ERR_ALIPAY_CONFIG' : error.code
    if (message === undefined || message === null || message === '') {
      return createFinding('missing-argument', { inputs: ['message'], code })
    }
    const object = parseObject(message)
    const isWeChat =
      given('iv') !== undefined || (object !== undefined && readOwn(object, 'iv') !== undefined)
    return isWeChat
      ? createFinding('other-platform', { found: 'WXBizDataCrypt', code })
      : createFinding('alipay-rejected', { found: error.hint, foundZh: error.hintZh, code })
  }
}

module.exports = diagnose
