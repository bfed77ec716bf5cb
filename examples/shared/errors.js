'use strict'

// What the client and the log are told about an error. The client gets one and the same 400 for everything that
// is wrong with its data, because an attacker can learn from the difference between two answers.
// 错误处理：返回给客户端的内容和写入日志的内容。数据有任何问题都返回同样的 400，避免攻击者从差异中获取信息。

const { inspect } = require('node:util')

const ANSWERS = {
  400: 'log in again and retry',
  401: 'log in first',
  404: 'not found',
  409: 'this number belongs to another account',
  429: 'too many requests',
  500: 'try again later',
  503: 'try again later'
}

/**
 * An error that is answered with `status`. `reason` and `hint` are for the log only, as in this package's errors.
 * 由本服务返回的错误；reason 和 hint 只写入日志。
 */
class HttpError extends Error {
  /**
   * @param {keyof typeof ANSWERS} status
   * @param {string} reason
   * @param {string} hint
   * @param {string} [answer] for the client. 返回给客户端
   */
  constructor(status, reason, hint, answer = ANSWERS[status]) {
    super(answer)
    Object.assign(this, { code: `ERR_HTTP_${status}`, status, reason, hint })
  }
}

/**
 * Logs an error and returns the answer for the client. 记录错误，返回给客户端的响应。
 *
 * @param {any} error
 * @param {{ requestId?: string, openid?: string }} context
 * @returns {{ status: number, body: { error: string } }}
 */
function answerTo(error, context) {
  const status = statusOf(error)
  if (status === 500) {
    log('error', { ...context, status, error: inspect(error) })
  } else {
    // `reason` and `hint` say why, `hintZh` says it in Chinese. Errors of the framework have neither, and their
    // messages may quote the request.
    // reason 和 hint 说明原因；要中文日志，改用 hintZh。框架自身的错误信息可能包含请求内容，因此不记录。
    const { name, code, reason, hint, response } = error
    // What an unsigned Alipay error says. Anyone may have written it. 支付宝未签名的错误内容，任何人都能伪造。
    const claimed = response && { code: response.code, subCode: response.subCode }
    log('warn', { ...context, status, code: code ?? name, reason, hint, claimed })
  }
  return { status, body: { error: error instanceof HttpError ? error.message : ANSWERS[status] } }
}

// `status` is 400 where the client's data is to blame, in this package's errors as in those of the frameworks. An
// error without it is a bug or a wrong configuration.
// status 为 400 表示客户端的数据有问题（本包与各框架一致）；没有 status 的是程序错误或配置错误。
function statusOf(error) {
  const status = error?.status ?? error?.statusCode
  if (Object.hasOwn(ANSWERS, status)) return status
  return status >= 400 && status < 500 ? 400 : 500
}

/**
 * Writes one line of JSON. Control characters and those that change the direction of text are escaped, so that no
 * value can forge a line. 输出一行 JSON 日志，并转义控制字符和方向控制符，防止日志注入。
 *
 * @param {'info' | 'warn' | 'error'} level
 * @param {Record<string, unknown>} fields
 */
function log(level, fields) {
  const line = JSON.stringify({ time: new Date().toISOString(), level, ...fields })
  console[level](line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter))
}

function escapeCharacter(character) {
  return character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

module.exports = { HttpError, answerTo, log }
