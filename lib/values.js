'use strict'

// What several modules ask of a JavaScript value.

const hasOwn = Object.prototype.hasOwnProperty

// An own property or `undefined`: a polluted prototype must not stand in for a value that is missing.
function readOwn(object, name) {
  return hasOwn.call(object, name) ? object[name] : undefined
}

// Several session keys. An array of numbers is the bytes of one key, as in Tencent's sample.
function isKeyList(sessionKey) {
  return Array.isArray(sessionKey) && sessionKey.length > 0 && typeof sessionKey[0] !== 'number'
}

module.exports = { readOwn, isKeyList }
