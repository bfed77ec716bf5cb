'use strict'

// Session keys and plaintext in memory, looked for as an outsider would: in the memory of another process,
// at once after the calls, before a garbage collector can hide what was left.

const assert = require('node:assert')
const { fork } = require('node:child_process')
const crypto = require('node:crypto')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { expandKey } = require('./helpers/aes-round-keys')
const helper = require('./helpers/encrypt')
const { countInMemory, skip } = require('./helpers/memory')
const { randomText, phoneNumber, userInfo, watermark } = require('./helpers/rejected-plaintexts')

const appId = 'wx4f4bc4dec97d474b'

if (process.argv.includes('child')) process.on('message', runStep)
else tests()

// ── The process that decrypts ──

// It gets session keys as base64 text in disguise, and makes no bytes of them but where a step says so.
function runStep({ name, input }) {
  const WXBizDataCrypt = require(process.env.PACKAGE_ROOT || '..')
  const key = input.key && reveal(input.key)
  const otherKey = 'AAECAwQFBgcICQoLDA0ODw=='
  const { data, iv } = input
  const decrypt = (keys, ...args) => new WXBizDataCrypt(appId, keys).decryptData(...args)
  const rejects = run => assert.throws(run, error => 'reason' in error)
  const steps = {
    nothing: () => {},
    decrypt: () => decrypt(key, data, iv),
    'decrypt leniently': () => {
      const bytes = Buffer.from(data, 'base64')
      for (const other of [
        `${data}\n`,
        bytes,
        [...bytes],
        new Uint8Array(bytes),
        new Uint8Array(bytes).buffer
      ])
        decrypt(key, other, iv)
      decrypt(key, { type: 'Buffer', data: [...bytes] }, iv)
      decrypt(key, new String(data), iv)
      for (const text of [key.slice(0, 22), `${key}\n`, new String(key), { [Symbol.toPrimitive]: () => key }])
        decrypt(text, data, iv)
    },
    'decrypt with several keys': () => {
      decrypt([otherKey, key], data, iv)
      decrypt([key, otherKey, undefined], data, iv)
      decrypt([otherKey, otherKey, otherKey, otherKey, otherKey, key], data, iv)
      decrypt([otherKey.slice(0, 22), key.slice(0, 22)], data, iv)
    },
    'fail after the key is decoded': () => {
      rejects(() => decrypt([key, {}], data, iv))
      rejects(() => decrypt([`${otherKey} `, key, 'short'], data.slice(24), iv))
      rejects(() => decrypt(key, data, 'short'))
      rejects(() => decrypt(key, 'short', iv))
      rejects(() => decrypt(key, {}, iv))
      rejects(() => decrypt(key, data, Symbol('iv')))
      rejects(() => decrypt(`${key.slice(0, 22)}AAAA`, data, iv))
      rejects(() => new WXBizDataCrypt(appId, `${key} `).encryptData(1))
    },
    'keys as bytes that the caller wipes': () => {
      for (const bytes of [new Uint8Array(new ArrayBuffer(16)), new Array(16).fill(0)]) {
        fillWithKey(bytes, key)
        decrypt(bytes, data, iv)
        decrypt([otherKey, bytes.buffer || bytes], data, iv)
        new WXBizDataCrypt(appId, bytes).encryptData({ a: 1 })
        bytes.fill(0)
      }
    },
    encrypt: () => {
      new WXBizDataCrypt(appId, key).encryptData({ a: reveal(input.text) })
      new WXBizDataCrypt(appId, key.slice(0, 22)).encryptData({ a: 1 })
      new WXBizDataCrypt(appId, [key, otherKey]).encryptData({ a: 1 })
    },
    'decrypt and encrypt as another platform': () => {
      for (const keys of [key, `${key}\n`, [key.slice(0, 22), otherKey]]) {
        const pc = new WXBizDataCrypt.QQDataCrypt(appId, keys)
        pc.decryptData(data, iv)
        pc.encryptData({ a: 1 })
      }
    },
    sign: () => {
      WXBizDataCrypt.verifySignature('{}', key, '0'.repeat(40))
      WXBizDataCrypt.sessionSignature('{}', key)
    },
    reject: () => {
      rejects(() => decrypt(key, data, iv))
      rejects(() => decrypt(key, `${data}\n`, iv))
      rejects(() => decrypt([otherKey, key], data, iv))
      rejects(() => decrypt([otherKey, key.slice(0, 22)], Buffer.from(data, 'base64'), iv))
    },
    'reject by options': () => {
      rejects(() => decrypt(key, data, iv, { maxAge: 1 }))
      rejects(() => decrypt(key, `${data}\n`, iv, { openId: 'another' }))
      rejects(() => decrypt([otherKey, key], data, iv, { openId: 'another', maxAge: 1 }))
    }
  }
  // The result is kept, so that it is counted.
  globalThis.result = steps[name]()
  process.send('done')
}

function reveal(text) {
  let revealed = ''
  for (let i = 0; i < text.length; i += 1) revealed += String.fromCharCode(text.charCodeAt(i) ^ 1)
  return revealed
}

// Byte by byte: a decoder would leave bytes of its own.
function fillWithKey(bytes, key) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0, bits = 0, count = 0, at = 0; i < 22; i += 1) {
    bits = (bits << 6) | alphabet.indexOf(key[i])
    count += 6
    if (count < 8) continue
    count -= 8
    if (at < 16) bytes[at++] = (bits >> count) & 255
    bits &= (1 << count) - 1
  }
}

// ── The process that looks ──

function tests() {
  describe('a session key given as text', { skip }, () => {
    const names = [
      'decrypt',
      'decrypt leniently',
      'decrypt with several keys',
      'fail after the key is decoded',
      'keys as bytes that the caller wipes',
      'encrypt',
      'decrypt and encrypt as another platform',
      'sign'
    ]
    for (const name of names) {
      test(`is nowhere as bytes, nor are the round keys: ${name}`, () =>
        withChild(async (child, run) => {
          const key = crypto.randomBytes(16)
          const { data, iv } = encrypt(key, phoneNumber(watermark(appId)).replace('~', randomText(100)))
          await run(name, {
            key: disguise(key.toString('base64')),
            data,
            iv,
            text: disguise(randomText(100))
          })
          const patterns = expandKey(key)
          assert.deepStrictEqual(
            countInMemory(child.pid, patterns),
            patterns.map(() => 0)
          )
        }))
    }

    test('would be found', () =>
      withChild(async (child, run) => {
        const key = crypto.randomBytes(16)
        const { data, iv } = encrypt(key, phoneNumber(watermark(appId)))
        await run('decrypt', {
          key: disguise(key.toString('base64')),
          data,
          iv,
          bytes: [...expandKey(key)[5]]
        })
        assert.ok(countInMemory(child.pid, [Buffer.from(key.toString('base64'))])[0] > 0)
      }))
  })

  describe('plaintext', { skip }, () => {
    const other = watermark('wx0000000000000000')
    const secret = randomText(600)
    const hidden = text => text.replace('~', secret)
    const plaintexts = {
      'an object': hidden(`{"a":"~",${other}}`),
      'an object with Chinese': hidden(`{"b":"张三","a":"~",${other}}`),
      'a phone number': hidden(phoneNumber(other)),
      'user info': hidden(userInfo(other)),
      'user info in Chinese': hidden(userInfo(other, '张三')),
      'what breaks at its end': hidden(phoneNumber(watermark(appId))).slice(0, -1),
      'what is no JSON': secret,
      'what is not UTF-8': Buffer.concat([
        Buffer.from(hidden(userInfo(watermark(appId), '张三'))),
        Buffer.from([255])
      ])
    }
    for (const [name, plaintext] of Object.entries(plaintexts)) {
      test(`that is rejected is nowhere: ${name}`, () => isNowhere('reject', plaintext, secret))
    }

    test('that is rejected by its options is nowhere', async () => {
      const own = watermark(appId)
      for (const text of [`{"a":"~",${own}}`, phoneNumber(own), userInfo(own, '张三')])
        await isNowhere('reject by options', hidden(text), secret)
    })

    test('leaves none of its numbers where the forms are read, rejected or not', async () => {
      const numbers = Array.from({ length: 30 }, () => crypto.randomInt(2 ** 29, 2 ** 31))
      const list = numbers.map(step => `{"timestamp":${step},"step":${step}}`).join(',')
      const key = crypto.randomBytes(16)
      // Side by side, as in the record: one number alone may be there by chance.
      const pairs = numbers.map(number => Buffer.from(new Int32Array([number, number]).buffer))
      for (const [step, text] of [
        ['reject', `{"stepInfoList":[${list}],${other}}`],
        ['reject', `{"stepInfoList":[${list}],"a":1,${other}}`],
        ['decrypt', `{"stepInfoList":[${list}],${watermark(appId)}}`]
      ]) {
        await withChild(async (child, run) => {
          const { data, iv } = encrypt(key, text)
          await run(step, { key: disguise(key.toString('base64')), data, iv })
          assert.deepStrictEqual(
            countInMemory(child.pid, pairs),
            pairs.map(() => 0)
          )
        })
      }
    })

    // Of Chinese, the engine's own strings hold no UTF-8.
    test('that is encrypted is nowhere as UTF-8', () =>
      withChild(async (child, run) => {
        const text = Array.from({ length: 100 }, () => String.fromCharCode(0x4e00 + crypto.randomInt(0x5000)))
        const [key, data, iv] = [disguise(crypto.randomBytes(16).toString('base64')), '', '']
        await run('encrypt', { key, data, iv, text: disguise(text.join('')) })
        const parts = [0, 20, 60, 95].map(at => Buffer.from(text.slice(at, at + 4).join('')))
        assert.deepStrictEqual(countInMemory(child.pid, parts), [0, 0, 0, 0])
      }))

    test('that is returned is in the returned strings only', async () => {
      for (const name of ['Band', '张三']) {
        await withChild(async (child, run) => {
          const key = crypto.randomBytes(16)
          const { data, iv } = encrypt(key, hidden(userInfo(watermark(appId), name)))
          await run('decrypt', { key: disguise(key.toString('base64')), data, iv })
          const encoding = name === 'Band' ? 'latin1' : 'utf16le'
          for (const part of [secret.slice(100, 108), secret.slice(500, 508)]) {
            const [bytes, units] = ['latin1', 'utf16le'].map(encoding => Buffer.from(part, encoding))
            const counts = countInMemory(child.pid, [bytes, units])
            assert.deepStrictEqual(counts, encoding === 'latin1' ? [1, 0] : [0, 1], name)
          }
        })
      }
    })
  })
}

function isNowhere(step, plaintext, secret) {
  return withChild(async (child, run) => {
    const key = crypto.randomBytes(16)
    const { data, iv } = encrypt(key, plaintext)
    await run(step, { key: disguise(key.toString('base64')), data, iv })
    const parts = [0, 8, 100, 296, 400, 560, 584, 592].map(at => secret.slice(at, at + 8))
    const patterns = parts.flatMap(part => [Buffer.from(part), Buffer.from(part, 'utf16le')])
    assert.deepStrictEqual(
      countInMemory(child.pid, patterns),
      patterns.map(() => 0)
    )
  })
}

function encrypt(key, plaintext) {
  const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey: key })
  return { data: encryptedData, iv }
}

function disguise(text) {
  return reveal(text)
}

async function withChild(use) {
  // No garbage is collected in so short a life: it would leave copies of strings.
  const child = fork(__filename, ['child'], { execArgv: ['--min-semi-space-size=16'] })
  const run = async (name, input) => {
    child.send({ name, input })
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => assert.fail('the process has ended'))
    ])
    assert.strictEqual(message, 'done')
  }
  try {
    await use(child, run)
  } finally {
    child.kill()
  }
}
