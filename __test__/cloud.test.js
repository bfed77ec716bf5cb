'use strict'

// openCloudData: the forms in which WeChat passes data that it has opened itself.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const { failure } = require('./helpers/failure')
const { openCloudData } = require('..')

const appId = 'wx4f4bc4dec97d474b'
const now = () => Math.floor(Date.now() / 1000)
const cloudID = '35_0123456789'
const data = {
  stepInfoList: [{ timestamp: 1603641600, step: 1234 }],
  watermark: { appid: appId, timestamp: 1603641700 }
}
const answer = { cloudID, data }

function rejection(value, reason, options) {
  const error = failure(() => openCloudData(value, appId, options))
  assert.strictEqual(error.message, 'Illegal Buffer')
  assert.strictEqual(error.errcode, -41003)
  assert.strictEqual(error.code, 'ERR_ILLEGAL_BUFFER')
  assert.strictEqual(error.reason, reason)
  return error
}

describe('openCloudData', () => {
  test('returns the data of an object and of its JSON text', () => {
    assert.strictEqual(openCloudData(answer, appId), data)
    assert.deepStrictEqual(openCloudData(JSON.stringify(answer), appId), data)
  })

  test('rejects data without a watermark and of another app', () => {
    for (const watermark of [undefined, null, 'text', {}, { appid: 'wx0000000000000000' }, { appId }]) {
      rejection({ cloudID, data: { ...data, watermark } }, 'watermark')
    }
    rejection({ cloudID, data: {} }, 'watermark')
  })

  test('reads no watermark from a polluted prototype', () => {
    Object.prototype.watermark = { appid: appId }
    Object.prototype.data = data
    try {
      rejection({ cloudID, data: { a: 1 } }, 'watermark')
      rejection({ cloudID }, 'undecryptable')
    } finally {
      delete Object.prototype.watermark
      delete Object.prototype.data
    }
  })

  test('rejects what holds no data, and says what to pass', () => {
    for (const value of ['', 'text', 'null', '1', '[]', '{}', '{"data":null}', {}, [], { data: 'text' }]) {
      rejection(value, 'undecryptable')
    }
    const element = { cloud_id: cloudID, json: JSON.stringify(answer) }
    assert.match(rejection(element, 'undecryptable').hint, /"json"/)
  })

  test('repeats the number of a cloudID that WeChat did not open', () => {
    for (const name of ['errCode', 'errcode']) {
      assert.match(rejection({ cloudID, [name]: -601006 }, 'undecryptable').hint, /-601006/)
    }
  })

  test('rejects data older than maxAge, of no known age and from the future', () => {
    const made = timestamp => ({ cloudID, data: { watermark: { appid: appId, timestamp } } })
    assert.ok(openCloudData(made(now()), appId, { maxAge: 300 }))
    assert.ok(openCloudData(made(now() + 30), appId, { maxAge: 300 }))
    assert.ok(openCloudData(made(1), appId, {}))
    for (const timestamp of [now() - 310, now() + 120, undefined, null, String(now()), Number.NaN]) {
      rejection(made(timestamp), 'expired', { maxAge: 300 })
    }
  })

  test('names an argument of the wrong type', () => {
    const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
    for (const value of [undefined, null, 1, true]) {
      assert.throws(() => openCloudData(value, appId), { ...expected, message: /"value"/ })
      assert.throws(() => openCloudData(answer, value), { ...expected, message: /"appId"/ })
    }
    for (const maxAge of [null, '300', -1, Number.NaN]) {
      assert.throws(() => openCloudData(answer, appId, { maxAge }), { ...expected, message: /maxAge"/ })
    }
  })
})
