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

function rejects(value, reason, options) {
  assert.throws(() => openCloudData(value, appId, options), { code: 'ERR_ILLEGAL_BUFFER', reason })
}

describe('openCloudData', () => {
  test('returns the data of an object and of its JSON text', () => {
    assert.strictEqual(openCloudData(answer, appId), data)
    assert.deepStrictEqual(openCloudData(JSON.stringify(answer), appId), data)
  })

  test('rejects data without a watermark and of another app', () => {
    for (const watermark of [undefined, null, 'text', {}, { appid: 'wx0000000000000000' }, { appId }]) {
      rejects({ cloudID, data: { ...data, watermark } }, 'watermark')
    }
    rejects({ cloudID, data: {} }, 'watermark')
  })

  test('reads no watermark from a polluted prototype', () => {
    Object.prototype.watermark = { appid: appId }
    Object.prototype.data = data
    try {
      rejects({ cloudID, data: { a: 1 } }, 'watermark')
      rejects({ cloudID }, 'undecryptable')
    } finally {
      delete Object.prototype.watermark
      delete Object.prototype.data
    }
  })

  test('rejects a value without data, and says which part of a whole answer to pass', () => {
    for (const value of ['', 'text', 'null', '1', '[]', '{}', '{"data":null}', {}, [], { data: 'text' }]) {
      rejects(value, 'undecryptable')
    }
    for (const [part, value] of [
      ['"json"', { errcode: 0, data_list: [{ cloud_id: cloudID, json: JSON.stringify(answer) }] }],
      ['"list"', { list: [answer] }],
      ['"phone"', { phone: answer, other: 1 }],
      ['"data"', { status: 200, statusText: 'OK', headers: {}, data: { errcode: 0, phone_info: {} } }]
    ]) {
      for (const form of [value, JSON.stringify(value)]) {
        rejects(form, 'undecryptable')
        assert.ok(failure(() => openCloudData(form, appId)).hint.includes(part))
      }
    }
  })

  test('rejects every error of WeChat under its number, whatever else the answer holds', () => {
    for (const errcode of [-1, 1, 40001, 40029, -601006]) {
      for (const name of ['errCode', 'errcode']) {
        for (const rest of [{}, { phone_info: data }, answer, { errmsg: 'ok', data_list: [] }]) {
          const error = failure(() => openCloudData({ ...rest, [name]: errcode }, appId))
          assert.deepStrictEqual(
            [error.code, error.errcode, error.reason, error.status],
            ['ERR_WECHAT_ANSWER', errcode, 'wechat-answer', undefined]
          )
          assert.ok(error.hint.includes(`error ${errcode}`), error.hint)
        }
      }
    }
    assert.deepStrictEqual(openCloudData({ errcode: 0, errmsg: 'ok', phone_info: data }, appId), data)
    for (const odd of ['40001', null, true, {}, [], 0.5]) {
      const error = failure(() => openCloudData({ ...answer, errcode: odd }, appId))
      assert.strictEqual(error.code, 'ERR_WECHAT_ANSWER')
      assert.doesNotMatch(error.hint, /NaN/)
    }
  })

  test('rejects data older than maxAge, of no known age and from the future', () => {
    const made = timestamp => ({ cloudID, data: { watermark: { appid: appId, timestamp } } })
    assert.ok(openCloudData(made(now()), appId, { maxAge: 300 }))
    assert.ok(openCloudData(made(now() + 30), appId, { maxAge: 300 }))
    assert.ok(openCloudData(made(1), appId, {}))
    for (const timestamp of [now() - 310, now() + 120, undefined, null, String(now()), Number.NaN]) {
      rejects(made(timestamp), 'expired', { maxAge: 300 })
    }
  })
})
