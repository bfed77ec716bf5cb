'use strict'

// What a call throws.

const assert = require('node:assert')

/** Returns the error that `run` throws, which it must. */
function failure(run) {
  try {
    run()
  } catch (error) {
    return error
  }
  assert.fail('should have thrown')
}

module.exports = { failure }
