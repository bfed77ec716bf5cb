'use strict'

// What several modules ask of a JavaScript value.

const hasOwn = Object.prototype.hasOwnProperty

// An own property or `undefined`: a polluted prototype must not stand in for a value that is missing.
function readOwn(object, name) {
  return hasOwn.call(object, name) ? object[name] : undefined
}

module.exports = { readOwn }
