'use strict'

// What the client is told about an error, and what the log is told. The client gets one and the same 400 for
// everything that is wrong with a request: the difference between two errors is what attackers learn from.

const { isDecryptError } = require('wxbizdatacrypt-native')

/** A request that this server rejects itself, with a reason and a hint for the log as the package's errors have. */
class BadRequest extends Error {
  /**
   * @param {string} reason
   * @param {string} hint
   */
  constructor(reason, hint) {
    super('Bad Request')
    this.code = 'ERR_BAD_REQUEST'
    this.reason = reason
    this.hint = hint
  }
}

/**
 * @param {any} error
 * @returns {{ status: number, body: { error: string } }}
 */
function answerTo(error) {
  if (isDecryptError(error) || error instanceof BadRequest || error?.reason === 'argument') {
    // For an argument of a wrong type the hint names it: most often the client has left a field out.
    console.warn('400 %s %s: %s', error.code, error.reason, error.hint)
    return { status: 400, body: { error: 'log in again and retry' } }
  }
  // From the framework: a body that is no JSON, or too long, or an unknown path.
  const status = error?.status ?? error?.statusCode
  if (status === 404) return { status, body: { error: 'not found' } }
  if (status >= 400 && status < 500) {
    console.warn('400 %s: the body was not accepted (%d)', error.name, status)
    return { status: 400, body: { error: 'log in again and retry' } }
  }
  console.error(error)
  return { status: 500, body: { error: 'try again later' } }
}

module.exports = { BadRequest, answerTo }
