'use strict'

// Own properties: what is read and defined here, no polluted prototype can change. Requires nothing.

const hasOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty)

/** Returns an own property, or `undefined`. */
function readOwn(object, name) {
  return hasOwn(object, name) ? object[name] : undefined
}

/** Returns a descriptor for `Object.defineProperty`. It has no prototype that could add `get` or `set`. */
function property(value, enumerable) {
  return { __proto__: null, value, enumerable, writable: true, configurable: true }
}

module.exports = { hasOwn, property, readOwn }
