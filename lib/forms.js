'use strict'

// Builds the object of a plaintext. The documented forms have one literal each, in the order of `Form` in Rust:
// a literal defines its properties, so a polluted prototype has no effect, and is the fastest way to build an object.

const { record } = require('./core')

const { parse } = JSON
const substring = Function.prototype.call.bind(String.prototype.substring)

/** Returns the object of `text`, the plaintext that the last call of the core returned. */
function build(text, appId, row) {
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
    case 4:
      return {
        openId: string(text, 1),
        unionId: string(text, 3),
        watermark: { appid: appId, timestamp: integer(5) }
      }
    default: {
      const data = parse(text)
      // `JSON.parse` has rounded the integer; the core has compared its digits.
      if (row.isInteger) data.watermark[row.appIdName] = appId
      return data
    }
  }
}

const string = (text, at) => substring(text, record[at], record[at + 1])

/** Clears the number after reading it, so that no user data stays in the record. */
function integer(at) {
  const value = record[at]
  record[at] = 0
  return value
}

/** Overwrites the elements of a literal: to add one by assignment or push would call a setter of a polluted prototype. */
function steps(length) {
  // biome-ignore format: 31 days, the most that WeChat sends and that a record holds
  const list = [null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null, null, null, null]
  list.length = length
  for (let i = 0; i < length; i++) list[i] = { timestamp: integer(2 + 2 * i), step: integer(3 + 2 * i) }
  return list
}

module.exports = build
