'use strict'

// Cases for decryptData: a plaintext, encrypted, perhaps corrupted, passed in one form or another, with one
// session key or several. The same seed gives the same cases.

const { encrypt } = require('../helpers/encrypt')
const { createForms } = require('./forms')
const { createPlaintexts } = require('./plaintext')
const { createRandom } = require('./random')

// Returns a function that gives the next case, `{ appId, sessionKey, encryptedData, iv }`.
function createGenerator(seed) {
  const random = createRandom(seed)
  const { int, chance, pick, bytes } = random
  const nextPlaintext = createPlaintexts(random)
  const forms = createForms(random)

  function encryptBytes(sessionKey, iv, plaintext, padding = true) {
    return Buffer.from(encrypt(plaintext, { sessionKey, iv, padding }).encryptedData, 'base64')
  }

  // With padding that need not be PKCS#7.
  function padOddly(plaintext) {
    const length = 16 - (plaintext.length % 16)
    const padding = Buffer.alloc(length, length)
    pick([
      () => padding.fill(0),
      () => padding.fill(17),
      () => padding.fill(int(256)),
      () => (padding[length - 1] = int(256)),
      () => (padding[int(length)] ^= 1 + int(255)),
      () => (padding[0] ^= 1),
      () => padding.fill(0, 0, length - 1),
      () => padding.fill(bytes(length))
    ])()
    return Buffer.concat([plaintext, padding])
  }

  const corruptions = [
    parts => (parts.key = bytes(int(41))),
    parts => (parts.key = bytes(16)),
    parts => (parts.key = Buffer.concat([parts.key, bytes(pick([1, 2, 8, 16]))])),
    parts => (parts.iv = bytes(int(41))),
    parts => (parts.iv = bytes(16)),
    parts => (parts.iv = Buffer.concat([parts.iv, bytes(1 + int(3))])),
    parts => ([parts.key, parts.iv] = [parts.iv, parts.key]),
    parts => (parts.data[int(parts.data.length)] ^= 1 << int(8)),
    parts => (parts.data[int(parts.data.length)] = int(256)),
    parts => (parts.data[parts.data.length - 1 - int(32)] ^= 1 << int(8)),
    parts => (parts.iv[int(16)] ^= 1 << int(8)),
    parts => (parts.data = parts.data.subarray(0, int(parts.data.length + 1))),
    parts => (parts.data = parts.data.subarray(0, 16 * int(parts.data.length / 16 + 1))),
    parts => (parts.data = parts.data.subarray(16)),
    parts => (parts.data = Buffer.concat([parts.data, bytes(1 + int(32))])),
    parts => (parts.data = Buffer.concat([parts.data, parts.data])),
    parts => (parts.data = bytes(int(80))),
    parts => (parts.data = bytes(16 * int(8))),
    parts => (parts.data = Buffer.alloc(0)),
    parts => (parts.data = encryptBytes(parts.key, parts.iv, padOddly(parts.plaintext), false)),
    parts => (parts.data = encryptBytes(parts.key, parts.iv, Buffer.alloc(16, pick([0, 15, 16, 17])), false)),
    parts => (parts.appId = pick(['wx0000000000000000', '', `${parts.appId} `, parts.appId.slice(1)])),
    parts => (parts.appId = parts.appId.toUpperCase()),
    parts => (parts.appId = forms.wrongType(parts.iv)),
    parts => (parts.appId = new String(parts.appId))
  ]

  // The key among others, most of them of 16 bytes, in a list.
  function keyList(key, form) {
    const list = [form(key)]
    while (chance(0.6)) {
      const other = pick([
        () => form(bytes(16)),
        () => form(bytes(16)),
        () => forms.strict(bytes(16)),
        () => form(bytes(int(41))),
        () => pick(['', null, undefined]),
        () => forms.wrongType(key)
      ])()
      list.splice(int(list.length + 1), 0, other)
    }
    return list
  }

  return function next() {
    const { appId, plaintext } = nextPlaintext()
    const key = bytes(16)
    const iv = bytes(16)
    const parts = { appId, key, iv, data: encryptBytes(key, iv, plaintext), plaintext }
    if (chance(0.2)) pick(corruptions)(parts)

    const kind = int(20)
    const form = bytes => {
      if (kind < 12 || chance(0.3)) return forms.strict(bytes)
      if (kind < 17) return forms.lenient(bytes)
      if (kind < 19 || chance(0.7)) return forms.value(bytes)
      return forms.wrongType(bytes)
    }
    return {
      appId: parts.appId,
      sessionKey: chance(0.2) ? keyList(parts.key, form) : form(parts.key),
      encryptedData: form(parts.data),
      iv: form(parts.iv)
    }
  }
}

module.exports = { createGenerator }
