'use strict'

// Builds objects from records (src/shapes.rs says what a record is): per shape a template to clone,
// and which of its properties to fill with what.

const binding = require('../binding')
const { illegalBuffer } = require('./errors')

const STRING = 0
const INTEGER = 1
const OBJECT = 2
const ARRAY = 3
// The string that the watermark must hold.
const APP_ID = 4

// A shape is learned from the first data of its kind. Where data keeps missing the shapes there are,
// learning goes on so rarely that it costs nothing to speak of.
const EAGER = 32
const RARE = 1024

// The record's numbers; the first is -1 where there is no record.
const numbers = new Int32Array(512)
const { decryptText, learnShape } = binding.createDecryptor(numbers)
const templates = []
let misses = 0

// The record's text and how far it and the numbers are read; the app id that the watermark must name.
let text = ''
let textAt = 0
let numberAt = 0
let expected = ''
let mismatch = false

// Whether the last call of `decryptText` returned a record's text and not the plaintext.
function isRecord() {
  return numbers[0] !== -1
}

// → the object that the record holds the values of.
function build(recordText, appId) {
  text = recordText
  textAt = 0
  numberAt = 1
  expected = appId
  mismatch = false
  const data = fill(templates[numbers[0]])
  if (mismatch) throw illegalBuffer('ERR_WATERMARK_MISMATCH')
  return data
}

function fill(template) {
  const { keys, kinds, children } = template
  const object = { ...template.object }
  for (let i = 0; i < keys.length; i++) {
    const kind = kinds[i]
    object[keys[i]] =
      kind === STRING
        ? string()
        : kind === INTEGER
          ? integer()
          : kind === APP_ID
            ? appId()
            : kind === OBJECT
              ? fill(children[i])
              : array(children[i])
  }
  return object
}

// The same as `fill`, apart so that engines see few shapes of objects here.
function array(template) {
  const { keys, kinds, object } = template
  const length = numbers[numberAt++]
  const elements = []
  for (let n = 0; n < length; n++) {
    const element = { ...object }
    for (let i = 0; i < keys.length; i++) element[keys[i]] = kinds[i] === INTEGER ? integer() : string()
    elements.push(element)
  }
  return elements
}

function string() {
  const from = textAt
  textAt = numbers[numberAt++]
  return text.slice(from, textAt)
}

function integer() {
  return numbers[numberAt++]
}

// Compared in place: a string cut out for it would only be thrown away.
function appId() {
  const from = textAt
  textAt = numbers[numberAt++]
  if (textAt - from !== expected.length || !text.startsWith(expected, from)) mismatch = true
  return expected
}

// Learns the shape of `plaintext`, whose `data` has passed every check.
function learn(plaintext, data) {
  misses++
  if (misses > EAGER && misses % RARE !== 0) return
  const number = learnShape(plaintext)
  if (number === null) return
  const template = createTemplate(data)
  const watermark = template.children[template.keys.indexOf('watermark')]
  watermark.kinds[watermark.keys.indexOf('appid')] = APP_ID
  templates[number] = template
}

// The data without its values, so that nothing of one user's stays behind for the next.
function createTemplate(data) {
  const object = { ...data }
  const keys = []
  const kinds = []
  const children = []
  for (const key of Object.keys(data)) {
    const value = data[key]
    if (value === null || typeof value === 'boolean') continue
    const kind =
      typeof value === 'string'
        ? STRING
        : typeof value === 'number'
          ? INTEGER
          : Array.isArray(value)
            ? ARRAY
            : OBJECT
    keys.push(key)
    kinds.push(kind)
    children.push(
      kind === OBJECT ? createTemplate(value) : kind === ARRAY ? createTemplate(value[0]) : undefined
    )
    object[key] = kind === INTEGER ? 0 : ''
  }
  return { object, keys, kinds, children }
}

module.exports = { decryptText, isRecord, build, learn }
