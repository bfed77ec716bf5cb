'use strict'

// The two signatures of a session key: the vectors that WeChat's documents print, and verification by every class
// whose platform documents a signature.

const assert = require('node:assert')
const { createHash } = require('node:crypto')
const { describe, test } = require('node:test')
const { platforms } = require('./helpers/platforms')
const { verifySignature, sessionSignature } = require('..')

// "开放数据校验与解密" › "数据签名校验", in WeChat's documents for mini programs.
const vector = {
  rawData:
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong",' +
    '"country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}',
  sessionKey: 'HyVFkGl5F5OQWJZZaNzBBg==',
  signature: '75e81ceda165f4ffa64f4068af58c64b8f54b88c'
}

const sha1 = text => createHash('sha1').update(text).digest('hex')

/** What is signed with: a key as `text`, of which others are made by `randomText`. */
const verifiers = {
  verifySignature: { verify: verifySignature, ...vector, randomText: platforms[0].randomText }
}
for (const { name, Class, encoding, signature, randomText } of platforms) {
  if (signature === undefined) continue
  const rawData = '{"nickName":"张三😀"}'
  const sessionKey = randomText()
  const signed = Buffer.from(sessionKey, encoding).toString(signature)
  verifiers[name] = {
    verify: Class.verifySignature,
    rawData,
    sessionKey,
    signature: sha1(rawData + signed),
    randomText,
    // Hex that is cut short or not hex is an empty key.
    emptyKeys: encoding === 'hex' ? ['zz', `${sessionKey}0`] : []
  }
}

test('a class has verifySignature if its platform documents one', () => {
  for (const { Class, signature } of platforms) {
    if (signature === undefined) assert.strictEqual(Class.verifySignature, undefined)
    else assert.strictEqual(typeof Class.verifySignature, 'function')
  }
})

for (const [name, verifier] of Object.entries(verifiers)) {
  const { verify, rawData, sessionKey, signature, randomText, emptyKeys = [] } = verifier

  describe(`verifySignature of ${name}`, () => {
    test('accepts text and bytes, hex of either case, and any of several keys', () => {
      assert.strictEqual(verify(rawData, sessionKey, signature), true)
      assert.strictEqual(verify(Buffer.from(rawData), sessionKey, signature), true)
      assert.strictEqual(verify(rawData, sessionKey, signature.toUpperCase()), true)
      const keys = [undefined, randomText(), null, '', sessionKey]
      assert.strictEqual(verify(rawData, keys, signature), true)
    })

    test('rejects changed data, other keys and other signatures', () => {
      assert.strictEqual(verify(`${rawData} `, sessionKey, signature), false)
      for (const keys of [randomText(), [randomText()], [], [undefined], ['', null]]) {
        assert.strictEqual(verify(rawData, keys, signature), false)
      }
      for (let i = 0; i < signature.length; i++) {
        const digit = (Number.parseInt(signature[i], 16) ^ 1).toString(16)
        const changed = signature.slice(0, i) + digit + signature.slice(i + 1)
        assert.strictEqual(verify(rawData, sessionKey, changed), false)
      }
      const odd = [undefined, null, '', 0, {}, [], Symbol('s'), signature.slice(1), ` ${signature}`]
      odd.push(`${signature}\n`, 'é'.repeat(40), '７'.repeat(40), Buffer.from(signature, 'hex'), [signature])
      for (const value of odd) assert.strictEqual(verify(rawData, sessionKey, value), false)
    })

    test('rejects an empty key, with which anyone could have signed', () => {
      for (const empty of ['', ...emptyKeys]) {
        assert.strictEqual(verify(rawData, empty, sha1(rawData)), false)
        assert.strictEqual(verify(rawData, [randomText(), empty], sha1(rawData)), false)
      }
    })
  })
}

describe('sessionSignature', () => {
  for (const [name, body, key, signature] of [
    [
      // "用户登录态签名", in WeChat's documents for mini programs.
      'the official vector',
      '{"foo":"bar"}',
      'o0q0otL8aEzpcZL/FT9WsQ==',
      '654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b'
    ],
    [
      // "虚拟支付签名" › "用户态签名", in WeChat's documents: `signature`, beside `pay_sig`.
      'the official vector of virtual payment',
      '{"openid": "xxx", "user_ip": "127.0.0.1", "env": 0}',
      '9hAb/NEYUlkaMBEsmFgzig==',
      '089d9e8dc5d308977360c4b79ec600a93d736802802a807d634192328032f6c7'
    ],
    [
      // printf '' | openssl dgst -sha256 -hmac 'o0q0otL8aEzpcZL/FT9WsQ=='
      'an empty body, for GET',
      '',
      'o0q0otL8aEzpcZL/FT9WsQ==',
      '46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128'
    ]
  ]) {
    test(`signs ${name}, as text and as bytes`, () => {
      assert.strictEqual(sessionSignature(body, key), signature)
      assert.strictEqual(sessionSignature(Buffer.from(body), key), signature)
    })
  }
})
