'use strict'

// The errors of WeChat's class and its relatives: which code, which of Tencent's numbers, and for the server's
// log why.

const { defineProperty } = Object

const MESSAGE = 'Illegal Buffer'

// By the numbers of `wechat::Error` in Rust. `code` depends on lengths alone: frameworks send it to the
// client, and whoever learns more of a rejection than that can decrypt by trial.
const DECRYPT_ERRORS = [
  [
    'ERR_ILLEGAL_AES_KEY',
    -41001,
    'session-key-length',
    'The session key is not 16 bytes once decoded from base64.'
  ],
  ['ERR_ILLEGAL_IV', -41002, 'iv-length', 'The iv is not 16 bytes once decoded from base64.'],
  [
    'ERR_DECODE_BASE64',
    -41004,
    'data-length',
    'The encrypted data is empty, not whole blocks of 16 bytes, or longer than 32 KiB once decoded from base64.'
  ],
  [
    'ERR_ILLEGAL_BUFFER',
    -41003,
    'undecryptable',
    'The data does not decrypt to JSON: most often the session key is not the one it was encrypted with.'
  ],
  [
    'ERR_ILLEGAL_BUFFER',
    -41003,
    'watermark',
    'The data decrypts, but its watermark is missing or names another app.'
  ],
  [
    'ERR_ILLEGAL_BUFFER',
    -41003,
    'open-id',
    'The data decrypts, but its openId is missing or is not the expected one.'
  ],
  [
    'ERR_ILLEGAL_BUFFER',
    -41003,
    'expired',
    'The data decrypts, but its watermark has no timestamp, is older than maxAge, or is from the future.'
  ]
].map(([code, errcode, reason, hint]) => describeError(code, errcode, reason, hint))

// → property descriptors. They inherit nothing and define rather than assign, so that a polluted prototype
// has no effect. `reason` and `hint` are not enumerable: what is sent to a client should not hold them.
function describeError(code, errcode, reason, hint) {
  return {
    code: property(code, true),
    errcode: property(errcode, true),
    reason: property(reason, false),
    hint: property(hint, false)
  }
}

function property(value, enumerable) {
  return { __proto__: null, value, enumerable, writable: true, configurable: true }
}

// `status` is a number of `wechat::Error`. Whatever the cause, the message is the sample's: servers
// compare it. `hints` are a platform's own, property descriptors by status.
function createDecryptError(status, hints = undefined) {
  const error = new Error(MESSAGE)
  const { code, errcode, reason, hint } = DECRYPT_ERRORS[status]
  defineProperty(error, 'code', code)
  defineProperty(error, 'errcode', errcode)
  defineProperty(error, 'reason', reason)
  defineProperty(error, 'hint', (hints !== undefined && hints[status]) || hint)
  return error
}

function isDecryptError(error) {
  return (
    error instanceof Error &&
    error.message === MESSAGE &&
    DECRYPT_ERRORS.some(({ code, errcode }) => error.code === code.value && error.errcode === errcode.value)
  )
}

// Says what was received without showing it: it may be a key.
function createArgumentError(name, expected, value) {
  const hint = `The "${name}" argument must be ${expected}. Received ${describeType(value)}`
  const error = new TypeError(hint)
  defineProperty(error, 'code', property('ERR_INVALID_ARG_TYPE', true))
  defineProperty(error, 'reason', property('argument', false))
  defineProperty(error, 'hint', property(hint, false))
  return error
}

function describeType(value) {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object') return 'an object'
  return `a value of type ${typeof value}`
}

module.exports = {
  DECRYPT_ERRORS,
  createArgumentError,
  createDecryptError,
  describeType,
  isDecryptError,
  property
}
