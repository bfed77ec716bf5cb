'use strict'

// Secrets in memory, searched as an outsider would: from another process, right after each call, before a garbage
// collector can hide what was left. Every export must have a row in `uses`, and every method of a class must be known
// here. PACKAGE_ROOT chooses another build (`npm run memory`).

const assert = require('node:assert')
const { fork } = require('node:child_process')
const crypto = require('node:crypto')
const { once } = require('node:events')
const { describe, test } = require('node:test')
const { unsafe } = require('@noble/ciphers/aes.js')
const messages = require('./helpers/alipay-messages')
const helper = require('./helpers/encrypt')
const { countInMemory, skip } = require('./helpers/memory')
const { randomText, phoneNumber, userInfo, watermark } = require('./helpers/rejected-plaintexts')

const root = process.env.PACKAGE_ROOT || '..'

// Around the numbers of blocks that the cipher's backends take at once (8, 16, 30 and 64), and up to the limit.
const LENGTHS = [16, 128, 256, 272, 480, 496, 1008, 1024, 1040, 4096, 16384, 32768]

// An integer, as Feishu's app ids are.
const appId = '1000000000000000001'
const otherAppId = '1000000000000000002'

if (process.argv.includes('child')) process.on('message', runStep)
else runTests()

// ── The process that has the secrets ──

/** Runs one step. Secrets arrive in disguise; a step reveals only what it needs, as text or as bytes. */
async function runStep({ name, step, input }) {
  globalThis.result = await steps[step](require(root)[name], input)
  process.send('done')
}

const steps = {
  nothing: () => {},

  leak: (_, { bytes }) => revealBytes(bytes),

  decrypt: (Class, input) => new Class(appId, reveal(input.key)).decryptData(input.data, input.iv),

  'decrypt every form of data and key': (Class, { key: disguised, data, iv, isHex }) => {
    const key = reveal(disguised)
    const bytes = Buffer.from(data, 'base64')
    const decrypt = (key, data) => new Class(appId, key).decryptData(data, iv)
    const array = new Uint8Array(bytes)
    for (const form of [
      `${data}\n`,
      bytes,
      [...bytes],
      array,
      array.buffer,
      bytes.toJSON(),
      new String(data)
    ]) {
      decrypt(key, form)
    }
    const forms = isHex ? [key.toUpperCase()] : [key.replace(/=+$/, ''), `${key}\n`]
    const other = zeroKey(key, isHex)
    for (const form of [...forms, new String(key), { [Symbol.toPrimitive]: () => key }]) {
      decrypt(form, data)
      decrypt([other, form, undefined], data)
      decrypt([other, other, other, other, other, form], data)
    }
  },

  'fail after the key is decoded': (Class, { key: disguised, data, iv, isHex }) => {
    const key = reveal(disguised)
    const other = zeroKey(key, isHex)
    for (const [keys, ...values] of [
      [[key, {}], data, iv],
      [[other, key, 'short'], data.slice(24), iv],
      [key, data, 'short'],
      [key, 'short', iv],
      [key, {}, iv],
      [key, data, Symbol('iv')],
      [`AAAA${key}`, data, iv]
    ]) {
      assert.throws(() => new Class(appId, keys).decryptData(...values), hasCode)
    }
    assert.throws(() => new Class(appId, [key, other]).encryptData(1), hasCode)
  },

  'use bytes that the caller wipes': (Class, { bytes, key: disguised, data, iv, isHex }) => {
    const other = zeroKey(reveal(disguised), isHex)
    const revealed = revealBytes(bytes)
    for (const key of [[...revealed], revealed]) {
      new Class(appId, key).decryptData(data, iv)
      new Class(appId, [other, key.buffer || key]).decryptData(data, iv)
      new Class(appId, key).encryptData({ a: 1 })
      key.fill(0)
    }
  },

  encrypt: (Class, input) => {
    const key = reveal(input.key)
    new Class(appId, key).encryptData({ a: reveal(input.text) })
    new Class(appId, [key, key]).encryptData({ a: 1 })
  },

  reject: (Class, { key: disguised, data, iv, isHex, options = [undefined] }) => {
    const key = reveal(disguised)
    const other = zeroKey(key, isHex)
    for (const option of options) {
      for (const [keys, form] of [
        [key, data],
        [key, `${data}\n`],
        [[other, key], data],
        [[other, new String(key)], Buffer.from(data, 'base64')]
      ]) {
        assert.throws(() => new Class(appId, keys).decryptData(form, iv, option), hasCode)
      }
    }
  },

  'sign with a class': (Class, { key: disguised }) => {
    const key = reveal(disguised)
    Class.verifySignature('{}', key, '0'.repeat(40))
    Class.verifySignature('{}', [key, key], '0'.repeat(40))
  },

  verifySignature: (verifySignature, { key }) => verifySignature('{}', reveal(key), '0'.repeat(40)),

  sessionSignature: (sessionSignature, { key }) => sessionSignature('{}', reveal(key)),

  'open and reject': (openCloudData, { text }) => {
    const data = { a: reveal(text), watermark: { appid: appId, timestamp: 1 } }
    openCloudData({ data }, appId)
    assert.throws(() => openCloudData({ data }, otherAppId), hasCode)
    assert.throws(() => openCloudData({ data }, appId, { openId: 'another' }), hasCode)
  },

  diagnose: (diagnose, { key: disguised, bytes, data, iv, isHex }) => {
    const sessionKey = reveal(disguised)
    const other = zeroKey(sessionKey, isHex)
    const revealed = revealBytes(bytes)
    const list = [...revealed]
    revealed.fill(0)
    const good = { appId, sessionKey, encryptedData: data, iv }
    for (const change of [
      {},
      { appId: otherAppId },
      { iv: 'AAAA' },
      { iv: other },
      { maxAge: 1 },
      { encryptedData: data.slice(24) },
      { sessionKey: iv, iv: sessionKey },
      { sessionKey: [other, sessionKey] },
      { sessionKey: `"${sessionKey}"` },
      { sessionKey: Buffer.from(sessionKey).toString('base64') },
      { sessionKey: list, iv: other }
    ]) {
      diagnose({ ...good, ...change })
    }
  },

  'decrypt with Alipay': (AlipayDataCrypt, { key, otherKey, alipayPublicKey, message }) => {
    const aesKey = [otherKey, reveal(key)]
    for (const config of [
      { aesKey: [...aesKey, 'short'], alipayPublicKey },
      { aesKey, alipayPublicKey: 'short' }
    ]) {
      assert.throws(() => new AlipayDataCrypt(config), hasCode)
    }
    globalThis.alipay = new AlipayDataCrypt({ aesKey, alipayPublicKey })
    for (let i = 0; i < 10; i++) globalThis.alipay.decryptData(message)
  },

  'collect Alipay': async () => {
    delete globalThis.alipay
    for (let i = 0; i < 10; i++) {
      globalThis.gc()
      await new Promise(setImmediate)
    }
  },

  'reject with Alipay': (AlipayDataCrypt, { key, alipayPublicKey, message }) => {
    const alipay = new AlipayDataCrypt({ aesKey: reveal(key), alipayPublicKey })
    for (let i = 0; i < 3; i++) assert.throws(() => alipay.decryptData(message), hasCode)
  },

  'reject a private key': (AlipayDataCrypt, { aesKey, texts }) => {
    for (const text of texts) {
      const alipayPublicKey = revealBytes(text)
      assert.throws(() => new AlipayDataCrypt({ aesKey, alipayPublicKey }), hasCode)
      alipayPublicKey.fill(0)
    }
  }
}

function hasCode(error) {
  return /^ERR_/.test(error.code)
}

/** Returns a key of the same form, all of whose bytes are zero. */
function zeroKey(key, isHex) {
  return key.replace(/[^=]/g, isHex ? '0' : 'A')
}

function reveal(text) {
  let revealed = ''
  for (let i = 0; i < text.length; i += 1) revealed += String.fromCharCode(text.charCodeAt(i) ^ 1)
  return revealed
}

/** Returns bytes outside of Node's pool and of the engine's heap. */
function revealBytes(bytes) {
  const revealed = new Uint8Array(new ArrayBuffer(bytes.length))
  for (let i = 0; i < bytes.length; i += 1) revealed[i] = bytes[i] ^ 0x5a
  return revealed
}

// ── The process that searches ──

function runTests() {
  const exported = require(root)
  const platforms = require('../lib/platforms')
  const methods = ['decryptData', 'encryptData', 'verifySignature', 'toJSON']
  const nothing = () => {}
  const uses = {
    default: nothing,
    isDecryptError: nothing,
    AlipayDataError: nothing,
    replayKey: nothing,
    AlipayDataCrypt: testAlipay,
    verifySignature: testSignature,
    sessionSignature: testSignature,
    openCloudData: name => testUtf8(name, 'open and reject', {}),
    diagnose: name => testDiagnose(name, platforms, exported)
  }
  for (const row of platforms) uses[row.name] = name => testPlatform(name, row, exported[name])

  test('every export is covered, with all of its methods', () => {
    const all = Object.keys(exported)
    const names = all.filter(name => typeof exported[name] === 'function')
    assert.deepStrictEqual(
      names.filter(name => uses[name] === undefined),
      []
    )
    const known = ['length', 'name', 'prototype', 'constructor', ...methods, ...all]
    for (const name of names) {
      for (const object of [exported[name], exported[name].prototype || {}]) {
        const others = Object.getOwnPropertyNames(object).filter(property => !known.includes(property))
        assert.deepStrictEqual(others, [], name)
      }
    }
  })

  test('a session key and its round keys would be found', { skip }, () =>
    withChild(async search => {
      const { keys } = createKey({ keyLength: 16, encoding: 'base64' })
      for (const key of keys) {
        const input = { bytes: disguiseBytes(key) }
        assert.deepStrictEqual(await search('default', 'leak', input, [key]), [1])
      }
    })
  )

  for (const [name, use] of Object.entries(uses))
    if (use !== nothing) describe(name, { skip }, () => use(name))
}

function testPlatform(name, row, Class) {
  test('leaves no session key and no rejected plaintext, at any length', () =>
    withChild(async search => {
      for (const length of LENGTHS) {
        const { input, keys } = seal(row, Class, appId, length)
        if (input.isSound) await search.nothing(name, 'decrypt', input, keys)
        const text = disguise(randomText(length))
        await search.nothing(name, 'encrypt', { ...input, text }, keys)
        const rejected = seal(row, Class, otherAppId, length)
        await search.nothing(name, 'reject', rejected.input, [...rejected.keys, ...rejected.pieces])
      }
    }))

  test('leaves no session key given in any form, nor after any failure', () =>
    withChild(async search => {
      const { input, keys } = seal(row, Class, appId, 400)
      await search.nothing(name, 'decrypt every form of data and key', input, keys)
      await search.nothing(name, 'fail after the key is decoded', input, keys)
      await search.nothing(name, 'use bytes that the caller wipes', input, keys)
      if (Class.verifySignature) await search.nothing(name, 'sign with a class', input, keys)
    }))

  test('leaves no plaintext that its options reject', () =>
    withChild(async search => {
      const hasAge = row.options.includes('maxAge')
      const { input, keys, pieces } = seal(row, Class, appId, 600, hasAge ? { timestamp: 1 } : undefined)
      const options = [{ openId: 'another' }, ...(hasAge ? [{ maxAge: 1 }] : [])]
      await search.nothing(name, 'reject', { ...input, options }, [...keys, ...pieces])
    }))

  // The engine keeps Chinese text as UTF-16.
  testUtf8(name, 'encrypt', createKey(row).input)

  if (row.index === 0) testWeChat(name, row)
}

function testWeChat(name, row) {
  const own = watermark(appId)
  const other = watermark(otherAppId)
  const plaintexts = {
    'an object': text => `{"a":"${text}",${other}}`,
    'an object with Chinese': text => `{"b":"张三","a":"${text}",${other}}`,
    'a phone number': text => phoneNumber(other).replace('~', text),
    'user info': text => userInfo(other).replace('~', text),
    'user info in Chinese': text => userInfo(other, '张三').replace('~', text),
    'what breaks at its end': text => phoneNumber(own).replace('~', text).slice(0, -1),
    'what is no JSON': text => text,
    'what is not UTF-8': text =>
      Buffer.concat([Buffer.from(userInfo(own, '张三').replace('~', text)), Buffer.from([255])])
  }

  test('leaves no rejected plaintext of any kind', () =>
    withChild(async search => {
      for (const [kind, make] of Object.entries(plaintexts)) {
        for (const length of [600, 2000, 32000]) {
          const text = randomText(length)
          await search.nothing(name, 'reject', encryptFor(row, make(text)), piecesOf(text), kind)
        }
      }
    }))

  test('leaves no numbers where the documented forms are read', () =>
    withChild(async search => {
      const numbers = Array.from({ length: 30 }, () => crypto.randomInt(2 ** 29, 2 ** 31))
      const list = numbers.map(step => `{"timestamp":${step},"step":${step}}`).join(',')
      // Side by side, as in the record: one number alone may be there by chance.
      const pairs = numbers.map(number => Buffer.from(new Int32Array([number, number]).buffer))
      for (const [step, text] of [
        ['reject', `{"stepInfoList":[${list}],${other}}`],
        ['reject', `{"stepInfoList":[${list}],"a":1,${other}}`],
        ['decrypt', `{"stepInfoList":[${list}],${own}}`]
      ]) {
        await search.nothing(name, step, encryptFor(row, text), pairs)
      }
    }))

  test('has accepted plaintext in the returned strings only', async () => {
    for (const [nickname, expected] of [
      ['Band', [1, 0]],
      ['张三', [0, 1]]
    ]) {
      const text = randomText(600)
      const input = encryptFor(row, userInfo(own, nickname).replace('~', text))
      await withChild(async search => {
        await search(name, 'decrypt', input, [])
        for (const part of [text.slice(100, 108), text.slice(500, 508)]) {
          const patterns = [Buffer.from(part), Buffer.from(part, 'utf16le')]
          assert.deepStrictEqual(await search(name, 'nothing', {}, patterns), expected, nickname)
        }
      })
    }
  })
}

function testSignature(name) {
  test('leaves no session key as bytes', () =>
    withChild(async search => {
      const { input, keys } = createKey({ keyLength: 16, encoding: 'base64' })
      await search.nothing(name, name, input, keys)
    }))
}

function testDiagnose(name, platforms, exported) {
  for (const row of platforms) {
    test(`leaves no session key of ${row.name} as bytes`, () =>
      withChild(async search => {
        for (const length of [400, 4096]) {
          const { input, keys } = seal(row, exported[row.name], appId, length)
          await search.nothing(name, 'diagnose', input, keys)
        }
      }))
  }
}

function testAlipay(name) {
  const { alipayPublicKey } = messages.config

  test('has an AES key in memory once, and not at all when its instance is collected', () =>
    withChild(async search => {
      const raw = Buffer.from(messages.aesKey, 'base64')
      const otherKey = crypto.randomBytes(16).toString('base64')
      const message = messages.message()
      const input = { key: disguise(messages.aesKey), otherKey, alipayPublicKey, message }
      assert.deepStrictEqual(await search(name, 'nothing', {}, [raw]), [0])
      assert.deepStrictEqual(await search(name, 'decrypt with Alipay', input, [raw]), [1])
      assert.deepStrictEqual(await search(name, 'collect Alipay', {}, [raw]), [0])
    }))

  test('leaves no rejected plaintext and no round keys', () =>
    withChild(async search => {
      for (const [index, length] of LENGTHS.entries()) {
        const raw = crypto.randomBytes([16, 24, 32][index % 3])
        const key = raw.toString('base64')
        const text = randomText(length)
        for (const plaintext of [
          text,
          `["${text}"]`,
          Buffer.concat([Buffer.from(text), Buffer.from([255])])
        ]) {
          const message = JSON.stringify(messages.seal(messages.encrypt(plaintext, key)))
          const input = { key: disguise(key), alipayPublicKey, message }
          await search.nothing(name, 'reject with Alipay', input, [...someRoundKeys(raw), ...piecesOf(text)])
        }
      }
    }))

  test('leaves no private key that is given by mistake', () =>
    withChild(async search => {
      const der = messages.keys.privateKey.export({ type: 'pkcs8', format: 'der' })
      const base64 = der.toString('base64')
      const texts = [
        base64,
        `${base64}*`,
        `${base64.slice(0, -1)}\u00e9`,
        `-----BEGIN PRIVATE KEY-----\r\n${base64}\r\n-----END PRIVATE KEY-----`
      ].map(text => disguiseBytes(Buffer.from(text)))
      const patterns = [40, 400, 800].flatMap(at => [
        der.subarray(at, at + 16),
        Buffer.from(base64.slice(at, at + 16))
      ])
      await search.nothing(name, 'reject a private key', { aesKey: messages.aesKey, texts }, patterns)
    }))
}

function testUtf8(name, step, input) {
  test('leaves no plaintext as UTF-8', () =>
    withChild(async search => {
      const text = Array.from({ length: 100 }, () => String.fromCharCode(0x4e00 + crypto.randomInt(0x5000)))
      const parts = [0, 20, 60, 95].map(at => Buffer.from(text.slice(at, at + 4).join('')))
      await search.nothing(name, step, { ...input, text: disguise(text.join('')) }, parts)
    }))
}

/** Returns a new session key: as the input of a step, and as patterns with some of its round keys. */
function createKey({ keyLength, encoding }) {
  const raw = crypto.randomBytes(keyLength)
  const key = raw.toString(encoding)
  return {
    raw,
    key,
    input: { key: disguise(key), bytes: disguiseBytes(raw), isHex: encoding === 'hex' },
    keys: [raw, ...someRoundKeys(raw)]
  }
}

/** Returns a few of the round keys of encryption and of those that decryption has in addition. */
function someRoundKeys(raw) {
  const [encryption, decryption] = [unsafe.expandKeyLE(raw), unsafe.expandKeyDecLE(raw)].map(words =>
    Array.from({ length: words.length / 4 }, (_, i) => Buffer.from(words.slice(4 * i, 4 * i + 4).buffer))
  )
  return [encryption[5], encryption.at(-1), decryption[5], decryption.at(-2)]
}

/**
 * Encrypts text for the app, so that there are `length` bytes of data; below the length of the shortest open data,
 * random bytes.
 */
function seal(row, Class, appId, length, options) {
  const { raw, key, input, keys } = createKey(row)
  const instance = new Class(appId, key)
  const shortest = Buffer.from(instance.encryptData({ a: '' }, options).encryptedData, 'base64').length
  if (length < shortest) {
    const bytes = crypto.randomBytes(length)
    const { encryptedData, iv } = helper.encrypt(bytes, { sessionKey: raw, padding: false })
    const vector = Buffer.from(iv, 'base64').toString(row.encoding)
    return { input: { ...input, data: encryptedData, iv: vector }, keys, pieces: piecesOf(bytes) }
  }
  const text = randomText(length - shortest)
  const { encryptedData, iv } = instance.encryptData({ a: text }, options)
  return { input: { ...input, isSound: true, data: encryptedData, iv }, keys, pieces: piecesOf(text) }
}

/** Encrypts a plaintext as it is. */
function encryptFor(row, plaintext) {
  const { raw, input } = createKey(row)
  const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey: raw })
  return { ...input, data: encryptedData, iv }
}

/** Returns some parts of a plaintext, as bytes and, if it is text, as UTF-16. */
function piecesOf(plaintext) {
  const { length } = plaintext
  const starts = [0, 8, length >> 2, length >> 1, length - 16, length - 8].filter(
    (at, index, all) => at >= 0 && at + 8 <= length && all.indexOf(at) === index
  )
  const parts = starts.map(at => plaintext.slice(at, at + 8))
  if (typeof plaintext !== 'string') return parts
  return parts.flatMap(part => [Buffer.from(part), Buffer.from(part, 'utf16le')])
}

function disguise(text) {
  return reveal(text)
}

function disguiseBytes(bytes) {
  return Array.from(bytes, byte => byte ^ 0x5a)
}

/** Starts a process, in which `search` runs a step and then counts patterns. */
async function withChild(use) {
  // With so much space no garbage is collected: that would leave copies of strings.
  const child = fork(__filename, ['child'], { execArgv: ['--min-semi-space-size=16', '--expose-gc'] })
  const ended = once(child, 'exit')
  const search = async (name, step, input, patterns) => {
    child.send({ name, step, input })
    const [message] = await Promise.race([
      once(child, 'message'),
      ended.then(() => assert.fail(`${step}: the process has ended`))
    ])
    assert.strictEqual(message, 'done')
    return countInMemory(child.pid, patterns)
  }
  search.nothing = async (name, step, input, patterns, kind = '') => {
    const length = input.data === undefined ? 0 : (input.data.length * 3) / 4
    const counts = await search(name, step, input, patterns)
    assert.deepStrictEqual(
      counts,
      patterns.map(() => 0),
      `${step}, ${length} bytes ${kind}: ${counts}`
    )
  }
  try {
    await use(search)
  } finally {
    child.kill()
  }
}
