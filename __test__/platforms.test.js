'use strict'

// The classes of the other platforms: official vectors where there are any, else data that is encrypted here
// as the platform's document says, by node:crypto.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const util = require('node:util')
const helper = require('./helpers/encrypt')
const { failure } = require('./helpers/failure')
const { codeBlocks } = require('./helpers/snippets')
const WXBizDataCrypt = require('..')

const {
  QQDataCrypt,
  DouyinDataCrypt,
  KuaishouDataCrypt,
  XiaohongshuDataCrypt,
  FeishuDataCrypt,
  BaiduDataCrypt
} = WXBizDataCrypt

const now = Math.floor(Date.now() / 1000)

// What Baidu's document calls the content around the user's data, padded to blocks of 32.
function frame(content, appKey, length = Buffer.byteLength(content)) {
  const lengthBytes = Buffer.alloc(4)
  lengthBytes.writeUInt32BE(length)
  return Buffer.concat([crypto.randomBytes(16), lengthBytes, Buffer.from(content), Buffer.from(appKey)])
}

function pad32(bytes) {
  const length = 32 - (bytes.length % 32)
  return Buffer.concat([bytes, Buffer.alloc(length, length)])
}

// Each platform: a session key as its server gives it, and how it encrypts JSON text.
const likeWeChat = {
  appId: 'wx4f4bc4dec97d474b',
  randomKey: () => crypto.randomBytes(16).toString('base64'),
  encrypt(plaintext, key) {
    const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey: key })
    return [encryptedData, iv]
  },
  mark: (data, appId = likeWeChat.appId, timestamp = now) =>
    JSON.stringify({ ...data, watermark: { appid: appId, timestamp } }),
  otherAppId: 'wx4f4bc4dec97d474c',
  openId: 'openId',
  keyLength: 16,
  hints: {
    'session-key-length': /session key is not 16 bytes once decoded from base64/,
    'iv-length': /iv is not 16 bytes once decoded from base64/,
    'data-length': /blocks of 16 bytes/,
    undecryptable: /does not decrypt to JSON/,
    watermark: /its watermark is missing or names another app/,
    'open-id': /its openId is missing or/
  }
}
const platforms = {
  QQDataCrypt: { ...likeWeChat, maxAge: true },
  DouyinDataCrypt: { ...likeWeChat, maxAge: false },
  KuaishouDataCrypt: { ...likeWeChat, maxAge: false },
  XiaohongshuDataCrypt: {
    ...likeWeChat,
    maxAge: true,
    mark: (data, appId = likeWeChat.appId, timestamp = now) =>
      JSON.stringify({ ...data, watermark: { appId, timestamp } })
  },
  FeishuDataCrypt: {
    ...likeWeChat,
    maxAge: true,
    appId: '6648491577574883592',
    otherAppId: '6648491577574883593',
    randomKey: () => crypto.randomBytes(16).toString('hex'),
    hints: {
      ...likeWeChat.hints,
      'session-key-length': /session key is not 32 hex digits/,
      'iv-length': /iv is not 32 hex digits/
    },
    encrypt(plaintext, key) {
      const iv = crypto.randomBytes(16)
      return [
        helper.encrypt(plaintext, { sessionKey: Buffer.from(key, 'hex'), iv }).encryptedData,
        iv.toString('hex')
      ]
    },
    mark: (data, appId = '6648491577574883592', timestamp = now) =>
      `${JSON.stringify(data).slice(0, -1)},"watermark":{"appid":${appId},"timestamp":${timestamp}}}`
  },
  BaiduDataCrypt: {
    maxAge: false,
    appId: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7',
    otherAppId: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm8',
    openId: 'openid',
    randomKey: () => crypto.randomBytes(16).toString('hex'),
    // `mark` says whose it is, which the frame does here.
    mark: (data, appId = 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7') => ({ content: JSON.stringify(data), appId }),
    encrypt(plaintext, key) {
      const { content, appId } =
        plaintext.content === undefined ? { content: plaintext, appId: this.appId } : plaintext
      return encryptFrame(frame(content, appId), key)
    },
    keyLength: 24,
    hints: {
      'session-key-length': /session key is not 24 bytes/,
      'iv-length': likeWeChat.hints['iv-length'],
      'data-length': /blocks of 32 bytes/,
      undecryptable: /does not decrypt to a frame around JSON/,
      watermark: /names another app key/,
      'open-id': /its openid is missing or/
    }
  }
}

function encryptFrame(bytes, key, padded = pad32(bytes)) {
  const { encryptedData, iv } = helper.encrypt(padded, { sessionKey: key, padding: false })
  return [encryptedData, iv]
}

const reasonOf = run => failure(run).reason

test('every class is tested below, and has a row in the documents', () => {
  const classes = Object.keys(WXBizDataCrypt).filter(name => /^(?!WXBiz|Alipay).*DataCrypt$/.test(name))
  assert.deepStrictEqual(classes.sort(), Object.keys(platforms).sort())
  for (const page of ['README.md', 'README.zh-CN.md', 'docs/platforms.md', 'docs/platforms.zh-CN.md']) {
    const text = readFileSync(path.join(__dirname, '..', page), 'utf8')
    for (const name of classes)
      assert.match(text, new RegExp(`^\\| [^|]+ \\| \`${name}\` \\|`, 'm'), `${name} in ${page}`)
  }
})

describe('official vectors', () => {
  // Baidu's sample in PHP.
  const baidu = {
    appKey: 'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7',
    sessionKey: '1df09d0a1677dd72b8325aec59576e0c',
    iv: '1df09d0a1677dd72b8325Q==',
    data: 'OpCoJgs7RrVgaMNDixIvaCIyV2SFDBNLivgkVqtzq2GC10egsn+PKmQ/+5q+chT8xzldLUog2haTItyIkKyvzvmXonBQLIMeq54axAu9c3KG8IhpFD6+ymHocmx07ZKi7eED3t0KyIxJgRNSDkFk5RV1ZP2mSWa7ZgCXXcAbP0RsiUcvhcJfrSwlpsm0E1YJzKpYy429xrEEGvK+gfL+Cw=='
  }
  // open.larksuite.com, 2022-03-11.
  const feishu = {
    appId: '6648491577574883592',
    sessionKey: '36f764e22be7fc5edb07f56073a4b770',
    iv: 'f210af090c830cd5c47e67eeb4f52001',
    data: 'Ssy006/cEV4+a2wUWTGvHuXIkU+vX1KCNUkLntKKVXzggx6yfycO/RDkx55A8TvhI5EUGKJ8X4x3NBCypWlkvODaCSDw6uUBhqbDaRS9vH57Dk9nVcw+u2ANGU4PmW/WX2ihze8hDMpofD/pDfZCkEjnvmqkeZ+jPxq351bpDwTUJ+mae92iL9DuHd+xz6WC5cUx9HE8AbxUD18dGUwt2KcNNi9ePvgcvGZBEgZGG2s='
  }

  test('Baidu', () => {
    const pc = new BaiduDataCrypt(baidu.appKey, baidu.sessionKey)
    const expected = { openid: 'open_id', nickname: 'baidu_user', headimgurl: 'url of image', sex: 1 }
    assert.deepStrictEqual(pc.decryptData(baidu.data, baidu.iv), expected)
    assert.deepStrictEqual(pc.decryptData(baidu.data, baidu.iv, { openId: 'open_id' }), expected)
    for (const appKey of [baidu.appKey.slice(1), baidu.appKey.slice(0, -1), `${baidu.appKey}a`, '']) {
      assert.strictEqual(
        reasonOf(() => new BaiduDataCrypt(appKey, baidu.sessionKey).decryptData(baidu.data, baidu.iv)),
        'watermark'
      )
    }
  })

  test('Feishu', () => {
    const pc = new FeishuDataCrypt(feishu.appId, feishu.sessionKey)
    const expected = {
      openId: 'ou_529a6770d21625dfdd792352d75fb79b',
      unionId: 'ou_c68f35107bcd8abf9767c802c2887ecd',
      watermark: { appid: '6648491577574883592', timestamp: 1548251549 }
    }
    const data = pc.decryptData(feishu.data, feishu.iv)
    assert.deepStrictEqual(data, expected)
    assert.strictEqual(JSON.stringify(data), JSON.stringify(expected))
    assert.ok(pc.decryptData(feishu.data, feishu.iv, { openId: expected.openId }))
    assert.strictEqual(
      reasonOf(() => pc.decryptData(feishu.data, feishu.iv, { maxAge: 300 })),
      'expired'
    )
    const bytes = [feishu.sessionKey, feishu.iv].map(text => Buffer.from(text, 'hex'))
    assert.deepStrictEqual(
      new FeishuDataCrypt(feishu.appId, bytes[0]).decryptData(
        Buffer.from(feishu.data, 'base64'),
        new String(feishu.iv)
      ),
      expected
    )
    assert.deepStrictEqual(
      new FeishuDataCrypt(feishu.appId, [...bytes[0]]).decryptData(feishu.data, bytes[1].toJSON()),
      expected
    )
  })
})

for (const [name, platform] of Object.entries(platforms)) {
  const Platform = WXBizDataCrypt[name]
  const { appId, otherAppId, openId } = platform
  const unwrap = data => {
    const { watermark, ...rest } = data
    return rest
  }

  describe(name, () => {
    const key = platform.randomKey()
    const pc = new Platform(appId, key)
    const user = { [openId]: 'o1', nickName: '张三😀', n: 1.5 }
    const encrypt = (data, id, timestamp) => platform.encrypt(platform.mark(data, id, timestamp), key)

    test('decrypts what the platform’s document encrypts', () => {
      for (const data of [user, { phoneNumber: '13580006666' }, { text: 'x'.repeat(20_000) }]) {
        assert.deepStrictEqual(unwrap(pc.decryptData(...encrypt(data))), data)
      }
    })

    test('rejects the data of another app', () => {
      const error = failure(() => pc.decryptData(...encrypt(user, otherAppId)))
      assert.strictEqual(error.reason, 'watermark')
    })

    test('tries several keys, and skips those that are missing', () => {
      const message = encrypt(user)
      const other = platform.randomKey()
      for (const keys of [
        [key],
        [other, key],
        [undefined, key],
        [null, '', key],
        [other, undefined, key],
        [other, other, other, other, other, key]
      ]) {
        assert.deepStrictEqual(unwrap(new Platform(appId, keys).decryptData(...message)), user)
      }
      assert.strictEqual(
        reasonOf(() => new Platform(appId, [other, platform.randomKey()]).decryptData(...message)),
        'undecryptable'
      )
      for (const keys of [undefined, null, [], [undefined], 5, {}]) {
        const sent = [{ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"sessionKey"/ }]
        assert.throws(() => new Platform(appId, keys).decryptData(...message), ...sent)
        assert.throws(() => new Platform(appId, keys).encryptData({}), ...sent)
      }
    })

    test('checks openId', () => {
      assert.ok(pc.decryptData(...encrypt(user), { openId: 'o1' }))
      for (const data of [user, { [openId.toUpperCase()]: 'o2' }, { a: { [openId]: 'o2' } }]) {
        const error = failure(() => pc.decryptData(...encrypt(data), { openId: 'o2' }))
        assert.strictEqual(error.reason, 'open-id')
        assert.match(error.hint, platform.hints['open-id'])
      }
      assert.throws(() => pc.decryptData(...encrypt(user), { openId: undefined }), {
        code: 'ERR_INVALID_ARG_TYPE'
      })
    })

    test('checks maxAge, or rejects the option', () => {
      if (platform.maxAge) {
        assert.ok(pc.decryptData(...encrypt(user), { maxAge: 300 }))
        for (const timestamp of [now - 400, now + 120, '"1"', 'null']) {
          const marked = platform.mark(user, undefined, 1234567).replace('1234567', timestamp)
          assert.strictEqual(
            reasonOf(() => pc.decryptData(...platform.encrypt(marked, key), { maxAge: 300 })),
            'expired'
          )
        }
      } else {
        for (const options of [{ maxAge: 300 }, { maxAge: undefined }, Object.create({ maxAge: 1 })]) {
          assert.throws(() => pc.decryptData(...encrypt(user), options), {
            name: 'TypeError',
            code: 'ERR_INVALID_ARG_TYPE',
            message: /no other options than openId/
          })
        }
      }
    })

    test('rejects unknown options', () => {
      for (const options of [{ maxage: 1 }, { watermark: 'optional' }, null, [], 1]) {
        assert.throws(() => pc.decryptData(...encrypt(user), options), { code: 'ERR_INVALID_ARG_TYPE' })
      }
    })

    test('has the codes of WXBizDataCrypt, which depend on lengths alone', () => {
      const [data, iv] = encrypt(user)
      const cases = [
        ['ERR_ILLEGAL_AES_KEY', -41001, 'session-key-length', [key.slice(4), data, iv]],
        ['ERR_ILLEGAL_AES_KEY', -41001, 'session-key-length', ['short', data, iv]],
        ['ERR_ILLEGAL_AES_KEY', -41001, 'session-key-length', [Buffer.alloc(15), data, iv]],
        ['ERR_ILLEGAL_IV', -41002, 'iv-length', [key, data, iv.slice(4)]],
        ['ERR_ILLEGAL_IV', -41002, 'iv-length', [key, data, '']],
        ['ERR_ILLEGAL_IV', -41002, 'iv-length', [key, 'AAAA', '']],
        ['ERR_DECODE_BASE64', -41004, 'data-length', [key, '', iv]],
        ['ERR_DECODE_BASE64', -41004, 'data-length', [key, data.slice(4), iv]],
        ['ERR_DECODE_BASE64', -41004, 'data-length', [key, Buffer.alloc(32 * 1024 + 32), iv]],
        ['ERR_ILLEGAL_BUFFER', -41003, 'undecryptable', [platform.randomKey(), data, iv]],
        ['ERR_ILLEGAL_BUFFER', -41003, 'undecryptable', [key, ...platform.encrypt('no JSON', key)]],
        ['ERR_ILLEGAL_BUFFER', -41003, 'watermark', [key, ...encrypt(user, otherAppId)]]
      ]
      for (const [code, errcode, reason, [sessionKey, ...message]] of cases) {
        const error = failure(() => new Platform(appId, sessionKey).decryptData(...message))
        assert.deepStrictEqual(
          [error.message, error.code, error.errcode, error.reason],
          ['Illegal Buffer', code, errcode, reason]
        )
        assert.ok(WXBizDataCrypt.isDecryptError(error))
        assert.deepStrictEqual(Object.keys(error), ['code', 'errcode'])
        assert.match(error.hint, platform.hints[reason])
      }
    })

    test('shows no hint of a polluted Object.prototype', () => {
      const [data] = encrypt(user)
      Object.defineProperty(Object.prototype, 1, { value: { value: 'polluted' }, configurable: true })
      let error
      try {
        error = failure(() => pc.decryptData(data, ''))
      } finally {
        delete Object.prototype[1]
      }
      assert.match(error.hint, platform.hints['iv-length'])
    })

    test('shows the same for whatever depends on the plaintext', () => {
      const messages = [
        platform.encrypt('', key),
        platform.encrypt('13580006666', key),
        platform.encrypt(Buffer.of(0xff, 0xc0), key),
        platform.encrypt('{}', key),
        platform.encrypt('null', key),
        encrypt(user, otherAppId),
        encrypt({ ...user, [openId]: 'o2' })
      ]
      const visible = message => {
        if (name === 'BaiduDataCrypt' && message === messages[3]) message = messages[4]
        const error = failure(() => pc.decryptData(...message, { openId: 'o1' }))
        const { stack: _, reason, hint, ...shown } = Object.getOwnPropertyDescriptors(error)
        assert.ok(!reason.enumerable && !hint.enumerable)
        return { ...shown, json: JSON.stringify(error), frames: error.stack.split('\n').slice(1, 4) }
      }
      for (const message of messages) assert.deepStrictEqual(visible(message), visible(messages[0]))
    })

    test('shows no key', () => {
      class Session extends Platform {}
      for (const instance of [pc, new Session(appId, [key]), { nested: pc }]) {
        for (const shown of [util.inspect(instance), JSON.stringify(instance), util.format('%o', instance)]) {
          assert.ok(!shown.includes(key))
          assert.match(shown, new RegExp(appId))
          assert.match(shown, /\[redacted\]/)
        }
      }
      assert.match(util.inspect(pc), new RegExp(`^${name}`))
    })

    test('encrypts data of its own', () => {
      const object = { [openId]: 'o1', nickName: '张三' }
      const { encryptedData, iv } = pc.encryptData(object)
      assert.deepStrictEqual(unwrap(pc.decryptData(encryptedData, iv, { openId: 'o1' })), object)
      assert.notStrictEqual(pc.encryptData(object).iv, iv)
      assert.throws(() => new Platform(otherAppId, key).decryptData(encryptedData, iv), {
        reason: 'watermark'
      })
      const list = new Platform(appId, [undefined, key, platform.randomKey()]).encryptData({})
      assert.ok(pc.decryptData(list.encryptedData, list.iv))
      assert.throws(() => new Platform(appId, 'short').encryptData({}), { code: 'ERR_ILLEGAL_AES_KEY' })
      for (const value of [undefined, null, 1, []]) {
        assert.throws(() => pc.encryptData(value), { code: 'ERR_INVALID_ARG_TYPE', message: /"object"/ })
      }
      if (name === 'BaiduDataCrypt') {
        assert.throws(() => pc.encryptData({}, { timestamp: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
      } else {
        const old = pc.encryptData({}, { timestamp: 1477314187 })
        const { watermark } = pc.decryptData(old.encryptedData, old.iv)
        assert.strictEqual(watermark.timestamp, 1477314187)
        assert.strictEqual(watermark[name === 'XiaohongshuDataCrypt' ? 'appId' : 'appid'], appId)
        // What was decrypted can be encrypted again, for a test of a handler.
        const again = pc.encryptData({ watermark })
        assert.deepStrictEqual(pc.decryptData(again.encryptedData, again.iv), { watermark })
      }
    })

    test('is made and extended like WXBizDataCrypt', () => {
      const message = encrypt(user)
      assert.strictEqual(Platform.name, name)
      const { decryptData, encryptData } = Platform.prototype
      assert.deepStrictEqual([Platform.length, decryptData.length, encryptData.length], [2, 2, 1])
      assert.ok(pc instanceof Platform)
      const added = name === 'KuaishouDataCrypt' ? { watermark: 'required' } : {}
      assert.deepStrictEqual({ ...new Platform(appId, key, {}) }, { appId, sessionKey: key, ...added })
      assert.deepStrictEqual({ ...pc }, { appId, sessionKey: key, ...added })
      for (const run of [() => Platform(appId, key), () => WXBizDataCrypt[name](appId, key)]) {
        assert.throws(run, { name: 'TypeError', message: `${name} must be called with 'new'` })
      }
      assert.strictEqual(WXBizDataCrypt.sessionKey, undefined)
      class Modern extends Platform {
        decryptData(...parts) {
          return { ...super.decryptData(...parts), modern: true }
        }
      }
      function Old(...parts) {
        Platform.apply(this, parts)
      }
      util.inherits(Old, Platform)
      assert.strictEqual(new Modern(appId, key).decryptData(...message).modern, true)
      assert.deepStrictEqual(unwrap(new Old(appId, key).decryptData(...message)), user)
      const later = new Platform('other', 'none')
      Object.assign(later, { appId, sessionKey: key })
      assert.deepStrictEqual(unwrap(later.decryptData(...message)), user)
      assert.deepStrictEqual(unwrap(decryptData.call({ appId, sessionKey: key }, ...message)), user)
    })

    test('names an argument of a wrong type', () => {
      const [data, iv] = encrypt(user)
      for (const wrong of [undefined, null, 5, true, {}]) {
        for (const [argument, run] of [
          ['appId', () => new Platform(wrong, key).decryptData(data, iv)],
          ['appId', () => new Platform(wrong, key).encryptData({})],
          ['encryptedData', () => pc.decryptData(wrong, iv)],
          ['iv', () => pc.decryptData(data, wrong)]
        ]) {
          const error = failure(run)
          assert.strictEqual(error.code, 'ERR_INVALID_ARG_TYPE')
          const isHex = argument === 'iv' && name === 'FeishuDataCrypt'
          const encoded = `a ${isHex ? 'hex' : 'base64'} string, a Buffer or an array of bytes`
          const expected = argument === 'appId' ? 'a string' : encoded
          assert.ok(
            error.message.startsWith(`The "${argument}" argument must be ${expected}. Received `),
            error.message
          )
          assert.strictEqual(error.reason, 'argument')
        }
      }
    })

    test('accepts base64 as leniently as WXBizDataCrypt', () => {
      const [data, iv] = encrypt(user)
      for (const form of [
        `${data}\n`,
        data.replace(/=+$/, ''),
        Buffer.from(data, 'base64'),
        [...Buffer.from(data, 'base64')],
        Buffer.from(data, 'base64').toString('base64url')
      ]) {
        assert.deepStrictEqual(unwrap(pc.decryptData(form, iv)), user)
      }
    })
  })
}

describe('verifySignature', () => {
  const rawData = '{"nickName":"张三"}'
  const sign = text =>
    crypto
      .createHash('sha1')
      .update(rawData + text)
      .digest('hex')

  test('is there where the platform documents one', () => {
    for (const Platform of [QQDataCrypt, DouyinDataCrypt, KuaishouDataCrypt, XiaohongshuDataCrypt]) {
      const key = crypto.randomBytes(16).toString('base64')
      const { verifySignature } = Platform
      assert.strictEqual(verifySignature(rawData, key, sign(key)), true)
      assert.strictEqual(verifySignature(Buffer.from(rawData), ['other', key], sign(key).toUpperCase()), true)
      assert.strictEqual(verifySignature(`${rawData} `, key, sign(key)), false)
      assert.strictEqual(verifySignature(rawData, 'other', sign(key)), false)
      for (const signature of [undefined, '', sign('').slice(1), {}]) {
        assert.strictEqual(verifySignature(rawData, key, signature), false)
      }
      assert.strictEqual(verifySignature(rawData, '', sign('')), false)
      assert.throws(() => verifySignature(rawData, undefined, sign(key)), { code: 'ERR_INVALID_ARG_TYPE' })
    }
    assert.strictEqual(BaiduDataCrypt.verifySignature, undefined)
  })

  test('of Feishu is made with base64 of the key', () => {
    const bytes = crypto.randomBytes(16)
    const [hex, base64] = [bytes.toString('hex'), bytes.toString('base64')]
    const { verifySignature } = FeishuDataCrypt
    assert.strictEqual(verifySignature(rawData, hex, sign(base64)), true)
    assert.strictEqual(verifySignature(rawData, hex.toUpperCase(), sign(base64)), true)
    assert.strictEqual(verifySignature(rawData, ['00'.repeat(16), hex], sign(base64)), true)
    assert.strictEqual(verifySignature(rawData, hex, sign(hex)), false)
    for (const key of ['', 'zz', base64, `${hex}0`]) {
      assert.strictEqual(verifySignature(rawData, key, sign('')), false)
      assert.strictEqual(verifySignature(rawData, key, sign(base64)), false)
    }
  })
})

describe('the watermark', () => {
  test('of Xiaohongshu is appId, and appid of the others', () => {
    const key = likeWeChat.randomKey()
    const { appId } = likeWeChat
    const appIdMessage = likeWeChat.encrypt(platforms.XiaohongshuDataCrypt.mark({ a: 1 }), key)
    const appidMessage = likeWeChat.encrypt(likeWeChat.mark({ a: 1 }), key)
    assert.ok(new XiaohongshuDataCrypt(appId, key).decryptData(...appIdMessage))
    assert.strictEqual(
      reasonOf(() => new XiaohongshuDataCrypt(appId, key).decryptData(...appidMessage)),
      'watermark'
    )
    for (const Platform of [WXBizDataCrypt, QQDataCrypt, DouyinDataCrypt, KuaishouDataCrypt]) {
      assert.ok(new Platform(appId, key).decryptData(...appidMessage))
      assert.strictEqual(
        reasonOf(() => new Platform(appId, key).decryptData(...appIdMessage)),
        'watermark'
      )
    }
    const form = `{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86","watermark":{"timestamp":1,"appid":"${appId}"}}`
    assert.strictEqual(
      reasonOf(() => new XiaohongshuDataCrypt(appId, key).decryptData(...likeWeChat.encrypt(form, key))),
      'watermark'
    )
    assert.ok(new QQDataCrypt(appId, key).decryptData(...likeWeChat.encrypt(form, key)))
  })

  test('of Kuaishou is required unless the caller says otherwise, and then must still fit', () => {
    const key = likeWeChat.randomKey()
    const { appId } = likeWeChat
    const strict = [
      new KuaishouDataCrypt(appId, key),
      new KuaishouDataCrypt(appId, key, { watermark: 'required' })
    ]
    const lax = new KuaishouDataCrypt(appId, key, { watermark: 'optional' })
    const encrypt = text => likeWeChat.encrypt(text, key)
    const unmarked = encrypt('{"phoneNumber":"13580006666"}')
    assert.deepStrictEqual(lax.decryptData(...unmarked), { phoneNumber: '13580006666' })
    for (const pc of strict)
      assert.strictEqual(
        reasonOf(() => pc.decryptData(...unmarked)),
        'watermark'
      )
    for (const pc of [lax, ...strict]) {
      assert.ok(pc.decryptData(...encrypt(likeWeChat.mark({ a: 1 }))))
      for (const text of [
        likeWeChat.mark({ a: 1 }, 'wx0'),
        '{"watermark":null}',
        '{"watermark":{}}',
        '{"watermark":{"appid":1}}',
        `{"watermark":{"appId":"${appId}"}}`,
        `{"watermark":{"appid":"${appId}"},"watermark":1}`,
        `{"water\\u006dark":{"appid":"${appId}1"}}`,
        'null',
        '1',
        '"a"',
        `["watermark"]`,
        '[]',
        '{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86","watermark":{"timestamp":1,"appid":"wx0"}}'
      ]) {
        assert.strictEqual(
          reasonOf(() => pc.decryptData(...encrypt(text))),
          'watermark',
          text
        )
      }
    }
    assert.strictEqual(
      reasonOf(() => lax.decryptData(...unmarked, { openId: 'o1' })),
      'open-id'
    )
    const { encryptedData, iv } = lax.encryptData({ a: 1 })
    assert.deepStrictEqual(lax.decryptData(encryptedData, iv), { a: 1 })
    assert.throws(() => lax.encryptData({ a: 1 }, { timestamp: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
    for (const options of [{ watermark: false }, { watermark: undefined }, { water: 1 }, null, 'optional']) {
      assert.throws(() => new KuaishouDataCrypt(appId, key, options), { code: 'ERR_INVALID_ARG_TYPE' })
    }
    const misspelt = Object.assign(new KuaishouDataCrypt(appId, key), { watermark: 'Optional' })
    const required = Object.assign(new QQDataCrypt(appId, key), { watermark: 'optional' })
    for (const strict of [misspelt, required]) {
      assert.strictEqual(
        reasonOf(() => strict.decryptData(...unmarked)),
        'watermark'
      )
    }
  })

  test('of Feishu is compared digit by digit', () => {
    const { encrypt, randomKey } = platforms.FeishuDataCrypt
    const key = randomKey()
    const open = (appId, written) =>
      new FeishuDataCrypt(appId, key).decryptData(
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
        `+${appId}`,
        `${appId}.0`,
        `${appId}e0`,
        `${appId}E+0`,
        `${appId}0`,
        `"${appId}"`,
        `[${appId}]`,
        `{"appid":${appId}}`,
        'null',
        'true',
        `${appId[0]}.${appId.slice(1)}1e${appId.length - 1}`
      ]) {
        assert.match(
          reasonOf(() => open(appId, written)),
          /^(?:watermark|undecryptable)$/,
          written
        )
      }
      // Of equal keys the last one counts, for the digits as for JSON.parse.
      assert.strictEqual(open(appId, `1,"appid":${appId}`).watermark.appid, appId)
      assert.strictEqual(
        reasonOf(() => open(appId, `${appId},"app\\u0069d":${other(1n)}`)),
        'watermark'
      )
      const twice = `{"watermark":{"appid":5},"watermark":{"appid":${appId},"timestamp":2}}`
      assert.deepStrictEqual(new FeishuDataCrypt(appId, key).decryptData(...encrypt(twice, key)), {
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

  test('of Feishu that names no integer is encrypted as it is', () => {
    const { appId, randomKey } = platforms.FeishuDataCrypt
    const key = randomKey()
    const pc = new FeishuDataCrypt(appId, key)
    const appIds = [undefined, null, '', '0', '-1', '1.5', ` ${appId}`, `${appId}n`, 'cli_9b1']
    for (const watermark of [undefined, null, 'text', 7, ...appIds.map(appid => ({ appid, timestamp: 1 }))]) {
      const { encryptedData, iv } = pc.encryptData({ watermark, a: 1 })
      const [keyBytes, ivBytes] = [key, iv].map(text => Buffer.from(text, 'hex'))
      const decipher = crypto.createDecipheriv('aes-128-cbc', keyBytes, ivBytes)
      const plaintext = decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
      assert.strictEqual(plaintext, JSON.stringify({ watermark, a: 1 }))
      assert.strictEqual(
        reasonOf(() => pc.decryptData(encryptedData, iv)),
        'watermark'
      )
    }
  })

  test('of Feishu: key and iv are hex and nothing else', () => {
    const { appId, encrypt, mark, randomKey } = platforms.FeishuDataCrypt
    const key = randomKey()
    const [data, iv] = encrypt(mark({ a: 1 }), key)
    const codeOf = (k, v) => failure(() => new FeishuDataCrypt(appId, k).decryptData(data, v)).code
    assert.ok(new FeishuDataCrypt(appId, key.toUpperCase()).decryptData(data, iv.toUpperCase()))
    for (const change of [
      text => `${text}zz`,
      text => `${text} `,
      text => `${text}0`,
      text => text.slice(2),
      text => Buffer.from(text, 'hex').toString('base64'),
      text => text.replace(/.$/, 'g')
    ]) {
      assert.strictEqual(codeOf(change(key), iv), 'ERR_ILLEGAL_AES_KEY')
      assert.strictEqual(codeOf(key, change(iv)), 'ERR_ILLEGAL_IV')
      assert.strictEqual(codeOf(change(key), change(iv)), 'ERR_ILLEGAL_AES_KEY')
    }
  })
})

describe('Baidu’s frame', () => {
  const { appId } = platforms.BaiduDataCrypt
  const key = crypto.randomBytes(16).toString('hex')
  const pc = new BaiduDataCrypt(appId, key)
  const content = '{"openid":"o1","nickname":"张三"}'
  const whole = frame(content, appId)
  const reasonOfPadded = padded => reasonOf(() => pc.decryptData(...encryptFrame(undefined, key, padded)))

  test('is accepted at every length of its padding', () => {
    for (let length = 0; length < 64; length += 1) {
      const data = { a: 'x'.repeat(length) }
      assert.deepStrictEqual(pc.decryptData(...encryptFrame(frame(JSON.stringify(data), appId), key)), data)
    }
  })

  test('is rejected if it is cut anywhere', () => {
    for (let length = 0; length < whole.length; length += 1) {
      for (const cut of [whole.subarray(0, length), whole.subarray(whole.length - length)]) {
        assert.match(reasonOfPadded(pad32(cut)), /^(?:undecryptable|watermark)$/, String(length))
      }
    }
    for (const longer of [Buffer.concat([whole, Buffer.from('x')]), Buffer.concat([Buffer.of(0), whole])]) {
      assert.match(reasonOfPadded(pad32(longer)), /^(?:undecryptable|watermark)$/)
    }
  })

  test('is rejected if the length is wrong', () => {
    const { length } = Buffer.from(content)
    assert.ok(pc.decryptData(...encryptFrame(frame(content, appId, length), key)))
    for (const lie of [
      0,
      1,
      length - 1,
      length + 1,
      length + 32,
      length + 33,
      0x7fffffff,
      0x80000000,
      0xffffffff
    ]) {
      assert.match(
        reasonOf(() => pc.decryptData(...encryptFrame(frame(content, appId, lie), key))),
        /^(?:undecryptable|watermark)$/
      )
    }
    // Little-endian.
    const swapped = Buffer.from(whole)
    swapped.subarray(16, 20).reverse()
    assert.strictEqual(reasonOfPadded(pad32(swapped)), 'undecryptable')
  })

  test('is rejected if the padding is 0, 33, mixed, or longer than the data', () => {
    const filled = (bytes, length, value = length) => Buffer.concat([bytes, Buffer.alloc(length, value)])
    const room = 32 - (whole.length % 32)
    assert.ok(pc.decryptData(...encryptFrame(undefined, key, filled(whole, room))))
    for (const value of [0, room - 1, room + 1, 33, 64, 255]) {
      assert.match(reasonOfPadded(filled(whole, room, value)), /^(?:undecryptable|watermark)$/, String(value))
    }
    for (let place = whole.length; place < whole.length + room - 1; place += 1) {
      const mixed = filled(whole, room)
      mixed[place] ^= 1
      assert.strictEqual(reasonOfPadded(mixed), 'undecryptable')
    }
    // As much as a block that is all padding, around a frame of whole blocks.
    const full = frame(JSON.stringify({ a: 'x'.repeat(32 - ((whole.length + 8) % 32)) }), appId)
    for (const value of [0, 33])
      assert.strictEqual(
        reasonOfPadded(filled(Buffer.alloc(64), 0, 0)),
        'undecryptable',
        `${full.length} ${value}`
      )
    assert.strictEqual(reasonOfPadded(Buffer.alloc(32, 33)), 'undecryptable')
    assert.strictEqual(reasonOfPadded(Buffer.alloc(64, 64)), 'undecryptable')
    assert.strictEqual(reasonOfPadded(Buffer.alloc(32, 32)), 'undecryptable')
  })

  test('fills blocks of 32 bytes', () => {
    const padded = Buffer.concat([whole, Buffer.alloc(16 - (whole.length % 16), 16 - (whole.length % 16))])
    const half = padded.length % 32 === 16 ? padded : Buffer.concat([padded, Buffer.alloc(16, 16)])
    const error = failure(() => pc.decryptData(...encryptFrame(undefined, key, half)))
    assert.deepStrictEqual([error.code, error.reason], ['ERR_DECODE_BASE64', 'data-length'])
    assert.match(error.hint, /32 bytes/)
  })

  test('holds a JSON object and nothing else', () => {
    for (const text of ['', '1', 'null', '"a"', '[]', '{', '{"a":1}x', '{"a":1}\0', '\ufeff{}']) {
      assert.strictEqual(reasonOfPadded(pad32(frame(text, appId))), 'undecryptable', text)
    }
    assert.strictEqual(
      reasonOfPadded(pad32(frame(Buffer.from('7b2261223a22ff227d', 'hex'), appId))),
      'undecryptable'
    )
    assert.deepStrictEqual(pc.decryptData(...encryptFrame(frame('{}', appId), key)), {})
    const watermarked = frame(`{"watermark":{"appid":"${appId}"}}`, 'another')
    assert.strictEqual(reasonOfPadded(pad32(watermarked)), 'watermark')
  })

  test('names the app key in full, and never an empty one', () => {
    for (const other of [
      appId.slice(1),
      appId.slice(0, -1),
      `${appId}1`,
      appId.toLowerCase(),
      `${appId}\0`,
      ''
    ]) {
      assert.strictEqual(reasonOfPadded(pad32(frame(content, other))), 'watermark')
    }
    const unnamed = encryptFrame(frame(content, ''), key)
    assert.strictEqual(
      reasonOf(() => new BaiduDataCrypt('', key).decryptData(...unnamed)),
      'watermark'
    )
    const wide = new BaiduDataCrypt('应用😀', key)
    assert.ok(wide.decryptData(...encryptFrame(frame(content, '应用😀'), key)))
    assert.strictEqual(
      reasonOf(() =>
        new BaiduDataCrypt('\ud800', key).decryptData(...encryptFrame(frame(content, '\ufffd'), key))
      ),
      'watermark'
    )
  })

  test('uses the iv that is passed', () => {
    const [data] = encryptFrame(whole, key)
    // The first block is random anyway: another iv changes nothing that is checked.
    assert.ok(pc.decryptData(data, crypto.randomBytes(16)))
  })
})

describe('the snippet for Douyin’s phone number', () => {
  const page = readFileSync(path.join(__dirname, '../docs/platforms.md'), 'utf8')
  const [, code] = codeBlocks(page).find(([, code]) => code.includes('privateDecrypt'))
  const decryptPhoneNumber = new Function('require', `${code}; return decryptPhoneNumber`)(require)
  const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  const key = { key: publicKey, padding: crypto.constants.RSA_PKCS1_PADDING }
  const data = crypto.publicEncrypt(key, Buffer.from('{"phoneNumber":"13580006666"}')).toString('base64')
  const works = Number(process.versions.node.split('.')[0]) >= 22

  test('decrypts from Node 22 on', { skip: !works && 'this Node rejects the padding' }, () => {
    assert.deepStrictEqual(decryptPhoneNumber(data, privateKey), { phoneNumber: '13580006666' })
  })

  test('fails before, as the page says', { skip: works && 'this Node accepts the padding' }, () => {
    assert.throws(() => decryptPhoneNumber(data, privateKey))
  })
})
