'use strict'

// What console.log and util.inspect show of an object that holds keys.

const { inspect } = require('util')

// → `object` as it would be shown, but with `[redacted]` in place of the named properties.
function inspectRedacted(object, names, options) {
  const shown = Object.getOwnPropertyDescriptors(object)
  for (const name of names) {
    if (shown[name]) shown[name] = { value: '[redacted]', enumerable: true }
  }
  // Without this the copy would be asked how to show itself, and so on for ever.
  shown[inspect.custom] = { value: undefined }
  return inspect(Object.create(Object.getPrototypeOf(object), shown), options)
}

module.exports = { inspectRedacted }
