'use strict'

const assert = require('node:assert')

// → the error that `run` throws, which it must.
function failure(run) {
  try {
    run()
  } catch (error) {
    return error
  }
  assert.fail('should have thrown')
}

module.exports = { failure }
