'use strict'

// The key under which a server remembers that data was used.

const { decode } = require('./bytes')
const { MAX_DATA_LENGTH } = require('./core')
const { createDecryptError } = require('./errors')
const { hash } = require('./host')
const [row] = require('./platforms')

const BLOCK = 16
const DATA_LENGTH_ERROR = 2

/**
 * Returns the SHA-256 of the last two blocks, in hex. Leading blocks can be dropped or replaced without changing what
 * the data ends with, and the text can be written in many ways: neither changes this key.
 */
function replayKey(encryptedData) {
  const bytes = decode('encryptedData', encryptedData, 'base64')
  const { length } = bytes
  if (length === 0 || length % BLOCK !== 0 || length > MAX_DATA_LENGTH) {
    throw createDecryptError(DATA_LENGTH_ERROR, row)
  }
  return hash('sha256', [bytes.subarray(-2 * BLOCK)])
}

module.exports = replayKey
