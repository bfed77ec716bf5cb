'use strict'

// What an examination returns: a reason and what belongs to it, complete, so that nothing is read from a prototype.

const DEFAULT_FINDING = {
  // Of the error that `decryptData` throws.
  code: 'ERR_INVALID_ARG_TYPE',
  inputs: [],
  found: '',
  foundZh: undefined,
  repairable: false,
  next: null,
  // The session key decrypts the data, whatever else is wrong.
  keyFits: false,
  foundAppId: null,
  data: undefined
}

function createFinding(reason, properties) {
  return { ...DEFAULT_FINDING, reason, ...properties }
}

module.exports = { createFinding }
