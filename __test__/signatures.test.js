'use strict'

// The two signatures of a session key, on the vectors that WeChat's documents print.

const assert = require('node:assert')
const { createHash } = require('node:crypto')
const { describe, test } = require('node:test')
const { verifySignature, sessionSignature } = require('..')

// "开放数据校验与解密" › "数据签名校验", in WeChat's documents for mini programs.
const rawData =
  '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong",' +
  '"country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}'
const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const signature = '75e81ceda165f4ffa64f4068af58c64b8f54b88c'

describe('verifySignature', () => {
  test('accepts the official vector, as text and as bytes, in hex of either case', () => {
    assert.strictEqual(verifySignature(rawData, sessionKey, signature), true)
    assert.strictEqual(verifySignature(Buffer.from(rawData), sessionKey, signature), true)
    assert.strictEqual(verifySignature(rawData, sessionKey, signature.toUpperCase()), true)
  })

  test('reads rawData as UTF-8', () => {
    const text = '{"nickName":"张三😀"}'
    const digest = createHash('sha1')
      .update(Buffer.from(text + sessionKey, 'utf8'))
      .digest('hex')
    assert.strictEqual(verifySignature(text, sessionKey, digest), true)
  })

  test('accepts the signature of any of several session keys', () => {
    const other = 'tiihtNczf5v6AKRyjwEUhQ=='
    assert.strictEqual(verifySignature(rawData, [other, sessionKey], signature), true)
    assert.strictEqual(verifySignature(rawData, [other], signature), false)
  })

  test('rejects changed data, another key and another signature', () => {
    assert.strictEqual(verifySignature(`${rawData} `, sessionKey, signature), false)
    assert.strictEqual(verifySignature(rawData, 'tiihtNczf5v6AKRyjwEUhQ==', signature), false)
    for (let i = 0; i < signature.length; i++) {
      const digit = (Number.parseInt(signature[i], 16) ^ 1).toString(16)
      const changed = signature.slice(0, i) + digit + signature.slice(i + 1)
      assert.strictEqual(verifySignature(rawData, sessionKey, changed), false)
    }
  })

  test('rejects odd signatures without throwing', () => {
    const odd = [
      undefined,
      null,
      '',
      0,
      {},
      [],
      Symbol('s'),
      signature.slice(1),
      `${signature}0`,
      `${signature}\n`
    ]
    odd.push(` ${signature}`, 'é'.repeat(40), '７'.repeat(40), Buffer.from(signature, 'hex'), [signature])
    for (const value of odd) assert.strictEqual(verifySignature(rawData, sessionKey, value), false)
  })

  test('rejects an empty key, with which anyone could have signed', () => {
    const digest = createHash('sha1').update(rawData).digest('hex')
    assert.strictEqual(verifySignature(rawData, '', digest), false)
    assert.strictEqual(verifySignature(rawData, [sessionKey, ''], digest), false)
  })

  test('skips missing keys of a list', () => {
    assert.strictEqual(verifySignature(rawData, [undefined, null, '', sessionKey], signature), true)
    for (const missing of [[], [undefined], ['', null]]) {
      assert.strictEqual(verifySignature(rawData, missing, signature), false)
    }
    assert.throws(() => verifySignature(rawData, [sessionKey, 5], ''), { message: /"sessionKey/ })
  })
})

describe('sessionSignature', () => {
  // "用户登录态签名", in WeChat's documents for mini programs.
  const key = 'o0q0otL8aEzpcZL/FT9WsQ=='

  test('gives the official vector, of text and of bytes', () => {
    const expected = '654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b'
    assert.strictEqual(sessionSignature('{"foo":"bar"}', key), expected)
    assert.strictEqual(sessionSignature(Buffer.from('{"foo":"bar"}'), key), expected)
  })

  test('gives the official vector of virtual payment, whose user signature is the same', () => {
    // "虚拟支付签名" › "用户态签名", in WeChat's documents: `signature`, beside `pay_sig`.
    assert.strictEqual(
      sessionSignature('{"openid": "xxx", "user_ip": "127.0.0.1", "env": 0}', '9hAb/NEYUlkaMBEsmFgzig=='),
      '089d9e8dc5d308977360c4b79ec600a93d736802802a807d634192328032f6c7'
    )
  })

  test('signs an empty body for GET', () => {
    // printf '' | openssl dgst -sha256 -hmac 'o0q0otL8aEzpcZL/FT9WsQ=='
    assert.strictEqual(
      sessionSignature('', key),
      '46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128'
    )
  })
})
