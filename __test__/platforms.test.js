'use strict'

// What only some platforms have, by the columns of lib/platforms.js: official vectors, the name of the app id,
// a watermark that may be missing, integer app ids, hex, the frame.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { describe, test } = require('node:test')
const { compareValues } = require('./differential')
const { createFrame, pad, platforms, withColumn } = require('./helpers/platforms')

/**
 * What the platforms publish to decrypt, by class: every row with `vector` must have one. WeChat's is demo.js of Tencent's
 * aes-sample.zip, Baidu's its sample in PHP, Feishu's from open.larksuite.com (2022-03-11).
 */
const vectors = { WXBizDataCrypt: require('./demo.json'), ...require('./vectors.json') }

for (const { name, Class, encoding, openId, options } of withColumn('vector', true)) {
  test(`${name} decrypts the official vector to the documented object, in its key order`, () => {
    const { appId, sessionKey, encryptedData, iv, data } = vectors[name]
    const open = (id, checks) => new Class(id, sessionKey).decryptData(encryptedData, iv, checks)
    assert.strictEqual(compareValues(data, open(appId)), undefined)
    assert.ok(open(appId, { openId: data[openId] }))
    for (const other of [appId.slice(1), appId.slice(0, -1), `${appId}1`]) {
      assert.throws(() => open(other), { reason: 'watermark' })
    }
    if (options.includes('maxAge')) assert.throws(() => open(appId, { maxAge: 300 }), { reason: 'expired' })
    const bytes = [sessionKey, iv].map(text => Buffer.from(text, encoding))
    const fromBytes = new Class(appId, [...bytes[0]]).decryptData(
      new String(encryptedData),
      bytes[1].toJSON()
    )
    assert.strictEqual(compareValues(data, fromBytes), undefined)
  })
}

test('the app id is read from the property of the watermark that the platform documents', () => {
  const marked = platforms.filter(({ hasWatermark, hasIntegerAppId }) => hasWatermark && !hasIntegerAppId)
  for (const { Class, appId, randomText, encrypt, mark } of marked) {
    const key = randomText()
    for (const other of marked) {
      const phone = `{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86","watermark":{"timestamp":1,"${other.watermarkProperty}":"${appId}"}}`
      for (const text of [other.mark({ a: 1 }), phone]) {
        const open = () => new Class(appId, key).decryptData(...encrypt(text, key))
        if (mark({}) === other.mark({})) assert.ok(open())
        else assert.throws(open, { reason: 'watermark' })
      }
    }
  }
})

for (const platform of withColumn('canOmitWatermark', true)) {
  test(`the watermark of ${platform.name} is required unless the caller says otherwise, and then must still match`, () => {
    const { Class, appId, otherAppId } = platform
    const key = platform.randomText()
    const strict = [new Class(appId, key), new Class(appId, key, { watermark: 'required' })]
    const lax = new Class(appId, key, { watermark: 'optional' })
    const encrypt = text => platform.encrypt(text, key)
    const unmarked = encrypt('{"phoneNumber":"13580006666"}')
    assert.deepStrictEqual(lax.decryptData(...unmarked), { phoneNumber: '13580006666' })
    for (const pc of strict) assert.throws(() => pc.decryptData(...unmarked), { reason: 'watermark' })
    for (const pc of [lax, ...strict]) {
      assert.ok(pc.decryptData(...encrypt(platform.mark({ a: 1 }))))
      for (const text of [
        platform.mark({ a: 1 }, otherAppId),
        '{"watermark":null}',
        '{"watermark":{}}',
        '{"watermark":{"appid":1}}',
        `{"watermark":{"appId":"${appId}"}}`,
        `{"watermark":{"appid":"${appId}"},"watermark":1}`,
        `{"water\\u006dark":{"appid":"${appId}1"}}`,
        '1',
        `["watermark"]`,
        '{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86","watermark":{"timestamp":1,"appid":"wx0"}}'
      ]) {
        assert.throws(() => pc.decryptData(...encrypt(text)), { reason: 'watermark' }, text)
      }
    }
    assert.throws(() => lax.decryptData(...unmarked, { openId: 'o1' }), { reason: 'open-id' })
    const { encryptedData, iv } = lax.encryptData({ a: 1 })
    assert.deepStrictEqual(lax.decryptData(encryptedData, iv), { a: 1 })
    assert.throws(() => lax.encryptData({ a: 1 }, { timestamp: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
    for (const options of [
      { watermark: 'Optional' },
      { watermark: null },
      { watermark: true },
      { water: 1 },
      null,
      'optional'
    ]) {
      assert.throws(() => new Class(appId, key, options), { code: 'ERR_INVALID_ARG_TYPE' })
    }
    const misspelt = Object.assign(new Class(appId, key), { watermark: 'Optional' })
    const others = withColumn('canOmitWatermark', false)
      .filter(other => other.mark({}) === platform.mark({}))
      .map(other => Object.assign(new other.Class(appId, key), { watermark: 'optional' }))
    for (const strict of [misspelt, ...others]) {
      assert.throws(() => strict.decryptData(...unmarked), { reason: 'watermark' })
    }
  })
}

for (const { name, Class, appId, encrypt, randomText } of withColumn('hasIntegerAppId', true)) {
  describe(`the app id of ${name}`, () => {
    const key = randomText()

    test('is compared digit by digit', () => {
      const open = (appId, written) =>
        new Class(appId, key).decryptData(
          ...encrypt(`{"openId":"o","watermark":{"timestamp":1,"appid":${written}}}`, key)
        )
      for (const appId of ['6648491577574883592', '9007199254740993', '1', '12345678901234567890123']) {
        const { watermark } = open(appId, appId)
        assert.deepStrictEqual(watermark, { timestamp: 1, appid: appId })
        const other = offset => String(BigInt(appId) + offset)
        for (const written of [
          other(1n),
          other(-1n),
          `0${appId}`,
          `-${appId}`,
          `${appId}.0`,
          `${appId}e0`,
          `"${appId}"`,
          `[${appId}]`,
          'null'
        ]) {
          assert.throws(() => open(appId, written), { reason: /^(?:watermark|undecryptable)$/ }, written)
        }
        // Of equal keys the last one counts, for the digits as for JSON.parse.
        assert.strictEqual(open(appId, `1,"appid":${appId}`).watermark.appid, appId)
        assert.throws(() => open(appId, `${appId},"app\\u0069d":${other(1n)}`), { reason: 'watermark' })
        const twice = `{"watermark":{"appid":5},"watermark":{"appid":${appId},"timestamp":2}}`
        assert.deepStrictEqual(new Class(appId, key).decryptData(...encrypt(twice, key)), {
          watermark: { appid: appId, timestamp: 2 }
        })
      }
      for (const appId of ['', '01', '1e3', '-1', ' 1', '1 ', '1.0', 'cli_a1', '１']) {
        assert.throws(() => open(appId, 1), {
          code: 'ERR_INVALID_ARG_TYPE',
          message: /^The "appId" argument must be a string of digits/
        })
      }
    })

    test('that is no integer is encrypted as it is', () => {
      const pc = new Class(appId, key)
      const appIds = [undefined, null, '', '0', '-1', '1.5', ` ${appId}`, `${appId}n`, 'cli_9b1']
      for (const watermark of [
        undefined,
        null,
        'text',
        7,
        ...appIds.map(appid => ({ appid, timestamp: 1 }))
      ]) {
        const { encryptedData, iv } = pc.encryptData({ watermark, a: 1 })
        const [keyBytes, ivBytes] = [key, iv].map(text => Buffer.from(text, 'hex'))
        const decipher = crypto.createDecipheriv('aes-128-cbc', keyBytes, ivBytes)
        const plaintext = decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
        assert.strictEqual(plaintext, JSON.stringify({ watermark, a: 1 }))
        assert.throws(() => pc.decryptData(encryptedData, iv), { reason: 'watermark' })
      }
    })
  })
}

for (const { name, Class, appId, seal, randomText } of withColumn('encoding', 'hex')) {
  test(`key and iv of ${name} are hex and nothing else`, () => {
    const key = randomText()
    const [data, iv] = seal({ a: 1 }, key)
    const rejects = (k, v, reason) =>
      assert.throws(() => new Class(appId, k).decryptData(data, v), { reason })
    assert.ok(new Class(appId, key.toUpperCase()).decryptData(data, iv.toUpperCase()))
    for (const change of [
      text => `${text}zz`,
      text => `${text} `,
      text => `${text}0`,
      text => text.slice(2),
      text => Buffer.from(text, 'hex').toString('base64'),
      text => text.replace(/.$/, 'g')
    ]) {
      rejects(change(key), iv, 'session-key-length')
      rejects(key, change(iv), 'iv-length')
    }
  })
}

for (const platform of withColumn('hasFrame', true)) {
  const { name, Class, appId, blockLength } = platform
  // fuzz/checks/frame.rs has every way to cut, extend or pad it.
  describe(`the frame of ${name}`, () => {
    const key = platform.randomText()
    const pc = new Class(appId, key)
    const content = '{"openid":"o1","nickname":"张三"}'
    const whole = createFrame(content, appId)
    const openPadded = (bytes, by = pc) => by.decryptData(...platform.encryptPadded(bytes, key))
    const open = (frame, by) => openPadded(pad(frame), by)

    test('is rejected for its length if it ends with half a block', () => {
      const half = Buffer.alloc(blockLength * 1.5 - (whole.length % blockLength), 16)
      assert.throws(() => openPadded(Buffer.concat([whole, half])), { reason: 'data-length' })
    })

    test('holds a JSON object and nothing else', () => {
      assert.deepStrictEqual(open(createFrame('{}', appId)), {})
      const notUtf8 = Buffer.from('7b2261223a22ff227d', 'hex')
      for (const text of ['', '1', 'null', '"a"', '[]', '{', '{"a":1}x', '{"a":1}\0', '\ufeff{}', notUtf8]) {
        assert.throws(() => open(createFrame(text, appId)), { reason: 'undecryptable' }, text)
      }
    })

    test('names the app key in full, and never an empty one', () => {
      const rejectsApp = (named, id = appId, text = content) =>
        assert.throws(() => open(createFrame(text, named), new Class(id, key)), { reason: 'watermark' })
      for (const other of [
        appId.slice(1),
        appId.slice(0, -1),
        `${appId}1`,
        appId.toUpperCase(),
        `${appId}\0`,
        ''
      ]) {
        rejectsApp(other)
      }
      rejectsApp('another', appId, `{"watermark":{"appid":"${appId}"}}`)
      rejectsApp('', '')
      rejectsApp('\ufffd', '\ud800')
      assert.ok(open(createFrame(content, '应用😀'), new Class('应用😀', key)))
    })

    // The first block is random: another iv changes nothing that is checked.
    test('is decrypted with the iv that is passed', () => {
      const [data] = platform.encryptPadded(pad(whole), key)
      assert.ok(pc.decryptData(data, crypto.randomBytes(16)))
    })
  })
}
