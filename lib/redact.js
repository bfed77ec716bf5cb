'use strict'

// What console.log, util.inspect and JSON.stringify show of an object that holds keys.

const { inspect } = require('util')
const { property } = require('./errors')

const REDACTED = '[redacted]'

// → `object` as it would be shown, but for the values of the named properties.
function inspectRedacted(object, names, options) {
  const shown = Object.getOwnPropertyDescriptors(object)
  for (const name of names) {
    if (shown[name]) shown[name] = property(REDACTED, true)
  }
  // Without this the copy would be asked how to show itself, and so on for ever.
  shown[inspect.custom] = property(undefined, false)
  return inspect(Object.create(Object.getPrototypeOf(object), shown), options)
}

// → a plain object with the enumerable properties of `object`, for JSON.stringify.
function toRedactedJSON(object, names) {
  const shown = {}
  for (const name of Object.keys(object)) {
    Object.defineProperty(shown, name, property(names.includes(name) ? REDACTED : object[name], true))
  }
  return shown
}

module.exports = { inspectRedacted, toRedactedJSON }
