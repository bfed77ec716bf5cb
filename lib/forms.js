'use strict'

// Builds the objects of the documented forms, one literal each, in the order of `Form` in Rust. A literal
// defines its properties, so a polluted prototype has no effect, and nothing is built faster.

const native = require('./native')

const { parse } = JSON
const substring = Function.prototype.call.bind(String.prototype.substring)

// The form of the last plaintext, -1 for none, and where its values are: of a string the start and the end,
// an integer itself, of an array the length.
const record = new Int32Array(native.MAX_NUMBERS)
const { decryptText, decryptBytes } = native.createDecryptor(record)

// → the object of `text`, the plaintext that the last call returned.
function build(text, appId) {
  switch (record[0]) {
    case 0:
      return {
        phoneNumber: string(text, 1),
        purePhoneNumber: string(text, 3),
        countryCode: string(text, 5),
        watermark: { timestamp: integer(7), appid: appId }
      }
    case 1:
      return {
        openId: string(text, 1),
        nickName: string(text, 3),
        gender: integer(5),
        language: string(text, 6),
        city: string(text, 8),
        province: string(text, 10),
        country: string(text, 12),
        avatarUrl: string(text, 14),
        unionId: string(text, 16),
        watermark: { timestamp: integer(18), appid: appId }
      }
    case 2:
      return {
        openId: string(text, 1),
        nickName: string(text, 3),
        gender: integer(5),
        language: string(text, 6),
        city: string(text, 8),
        province: string(text, 10),
        country: string(text, 12),
        avatarUrl: string(text, 14),
        watermark: { timestamp: integer(16), appid: appId }
      }
    case 3: {
      const length = integer(1)
      return { stepInfoList: steps(length), watermark: { timestamp: integer(2 + 2 * length), appid: appId } }
    }
    default:
      return parse(text)
  }
}

const string = (text, at) => substring(text, record[at], record[at + 1])

// Read and forgotten: nothing of one user's data is left for whoever reads the memory.
function integer(at) {
  const value = record[at]
  record[at] = 0
  return value
}

// A literal with elements of its own to overwrite: to assign one that is not there yet, or to push, would
// call a setter of a polluted prototype.
function steps(length) {
  // biome-ignore format: 31 days, the most that WeChat sends and that a record holds
  const list = [null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null, null, null, null]
  list.length = length
  for (let i = 0; i < length; i++) list[i] = { timestamp: integer(2 + 2 * i), step: integer(3 + 2 * i) }
  return list
}

module.exports = { decryptText, decryptBytes, build }
