'use strict'

// Shows an object that holds a key to console.log, util.inspect and JSON.stringify.

const { inspect } = require('./host')
const { property } = require('./own')

const REDACTED = '[redacted]'

/** Inspects a copy of `object` in which the value of `name` is redacted. */
function inspectRedacted(object, name, options) {
  const shown = Object.create(Object.getPrototypeOf(object))
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = { __proto__: null, ...Object.getOwnPropertyDescriptor(object, key) }
    Object.defineProperty(shown, key, key === name ? property(REDACTED, true) : descriptor)
  }
  // Without this the copy would be asked how to show itself, and so on for ever.
  Object.defineProperty(shown, inspect.custom, property(undefined, false))
  return inspect(shown, options)
}

/** Returns a plain object with the enumerable properties of `object` for JSON.stringify, `name` redacted. */
function toRedactedJSON(object, name) {
  const shown = {}
  for (const key of Object.keys(object)) {
    Object.defineProperty(shown, key, property(key === name ? REDACTED : object[key], true))
  }
  return shown
}

module.exports = { inspectRedacted, toRedactedJSON }
