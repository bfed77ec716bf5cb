'use strict'

// Builds objects from records (src/shapes.rs says what a record is): per shape a template to clone,
// and which of its properties to fill with what.

const binding = require('../binding')
const { illegalBuffer } = require('./errors')

// The steps of a template.
const STRING = 0
const INTEGER = 1
// The string that the watermark must hold.
const APP_ID = 2
// What follows goes into an object of its own, until CLOSE.
const OPEN = 3
const CLOSE = 4
const ARRAY = 5

// A shape is learned from the first data of its kind. Where data keeps missing the shapes there are,
// learning goes on so rarely that it costs nothing to speak of.
const EAGER = 32
const RARE = 1024
// Longer plaintext than this, in characters, has more values than a record holds.
const LONGEST = 16384

// The record's numbers; the first is -1 where there is no record.
const numbers = new Int32Array(512)
const { decryptText, learnShape } = binding.createDecryptor(numbers)
// Arrays with elements of their own to overwrite: assigning one that is not there yet would meet a setter
// on a polluted prototype. So would `push`.
const templates = Array.from({ length: 16 })
const blanks = Array.from({ length: numbers.length })
let misses = 0

// Whether the last call of `decryptText` returned a record's text and not the plaintext.
function isRecord() {
  return numbers[0] !== -1
}

// → the object that the record holds the values of, or `undefined` where its template is missing. One loop
// over the steps, in the order of the record: it is where the time goes. Objects are cloned in three places,
// so that engines see few shapes in each.
function build(text, appId) {
  const template = templates[numbers[0]]
  if (template === undefined) return undefined
  const { object, steps, keys, templates: inner } = template
  const data = { ...object }
  let target = data
  let at = 1
  let from = 0
  let mismatch = false
  for (let i = 0; i < steps.length; i++) {
    switch (steps[i]) {
      case STRING: {
        const to = numbers[at++]
        target[keys[i]] = text.slice(from, to)
        from = to
        break
      }
      case INTEGER:
        target[keys[i]] = numbers[at++]
        break
      case APP_ID: {
        // Compared in place: a string cut out for it would only be thrown away.
        const to = numbers[at++]
        if (to - from !== appId.length || !text.startsWith(appId, from)) mismatch = true
        target[keys[i]] = appId
        from = to
        break
      }
      case OPEN:
        target = { ...inner[i].object }
        data[keys[i]] = target
        break
      case CLOSE:
        target = data
        break
      default: {
        const element = inner[i]
        const elements = blanks.slice(0, numbers[at++])
        for (let n = 0; n < elements.length; n++) {
          const copy = { ...element.object }
          for (let j = 0; j < element.steps.length; j++) {
            if (element.steps[j] === INTEGER) {
              copy[element.keys[j]] = numbers[at++]
            } else {
              const to = numbers[at++]
              copy[element.keys[j]] = text.slice(from, to)
              from = to
            }
          }
          elements[n] = copy
        }
        target[keys[i]] = elements
      }
    }
  }
  if (mismatch) throw illegalBuffer('ERR_WATERMARK_MISMATCH')
  return data
}

// Learns the shape of `plaintext`, whose `data` has passed every check.
function learn(plaintext, data) {
  if (plaintext.length > LONGEST) return
  misses++
  if (misses > EAGER && misses % RARE !== 0) return
  const number = learnShape(plaintext)
  if (number === null) return
  // Should the stack end while the template is made, none may stand here, least of all another shape's.
  templates[number] = undefined
  templates[number] = createTemplate(data)
}

// The data without its values, so that nothing of one user's stays behind for the next, and the steps that
// fill it. Rust has seen to it that objects stand in each other at most twice.
function createTemplate(data, isWatermark = false) {
  const template = { object: { ...data }, steps: [], keys: [], templates: [] }
  const add = (step, key, inner) => {
    template.steps = template.steps.concat([step])
    template.keys = template.keys.concat([key])
    template.templates = template.templates.concat([inner])
  }
  for (const key of Object.keys(data)) {
    const value = data[key]
    if (value === null || typeof value === 'boolean') continue
    if (typeof value === 'string') add(isWatermark && key === 'appid' ? APP_ID : STRING, key)
    else if (typeof value === 'number') add(INTEGER, key)
    else if (Array.isArray(value)) add(ARRAY, key, createTemplate(value[0]))
    else {
      const inner = createTemplate(value, key === 'watermark')
      add(OPEN, key, inner)
      for (let i = 0; i < inner.steps.length; i++) add(inner.steps[i], inner.keys[i], inner.templates[i])
      add(CLOSE)
    }
    template.object[key] = typeof value === 'number' ? 0 : ''
  }
  return template
}

module.exports = { decryptText, isRecord, build, learn }
