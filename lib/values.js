'use strict'

// What several modules ask of a JavaScript value.

const hasOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty)

// An own property or `undefined`: a polluted prototype must not replace a value that is missing.
function readOwn(object, name) {
  return hasOwn(object, name) ? object[name] : undefined
}

module.exports = { hasOwn, readOwn }
