'use strict'

// The errors of the WeChat class: which code, which of Tencent's numbers, which words.

const failures = {
  ERR_ILLEGAL_AES_KEY: {
    errcode: -41001,
    hint: 'The session key is not 16 bytes once decoded from base64.'
  },
  ERR_ILLEGAL_IV: {
    errcode: -41002,
    hint: 'The iv is not 16 bytes once decoded from base64.'
  },
  ERR_DECODE_BASE64: {
    errcode: -41004,
    hint: 'The encrypted data is empty or not whole blocks of 16 bytes once decoded from base64.'
  },
  ERR_ILLEGAL_BUFFER: {
    errcode: -41003,
    hint: 'The data does not decrypt to JSON: most often the session key is not the one it was encrypted with.'
  },
  ERR_WATERMARK_MISMATCH: {
    errcode: -41003,
    hint: 'The data decrypts, but its watermark is missing or names another app.'
  },
  ERR_WATERMARK_EXPIRED: {
    errcode: -41003,
    hint: 'The data decrypts, but its watermark has no timestamp, is older than maxAge or lies in the future.'
  }
}

// → the code that stands for Tencent's number: of several, the first.
function codeOf(errcode) {
  return Object.keys(failures).find(code => failures[code].errcode === errcode)
}

// Whatever the cause, the message is the sample's: servers compare it.
function illegalBuffer(code) {
  const error = new Error('Illegal Buffer')
  error.code = code
  error.errcode = failures[code].errcode
  error.hint = failures[code].hint
  return error
}

// Says what was received without showing it: it may be a key.
function invalidArgument(name, expected, value) {
  const error = new TypeError(`The "${name}" argument must be ${expected}. Received ${describe(value)}`)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

function describe(value) {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object') return 'an object'
  return `a value of type ${typeof value}`
}

module.exports = { codeOf, describe, illegalBuffer, invalidArgument }
