'use strict'

// Base64 in every form is read as Buffer.from reads it. `__test__/system/base64.js` runs on other runtimes too.

const assert = require('node:assert')
const { test } = require('node:test')
const { checkBase64 } = require('./system/base64')
const WXBizDataCrypt = require('..')

test('base64 in every form is read as Buffer.from reads it', t => {
  const { tried, decrypted } = checkBase64(WXBizDataCrypt)
  t.diagnostic(`${tried} texts, ${decrypted} of them decrypted`)
  assert.ok(decrypted > tried / 5)
})
