'use strict'

// diagnose: for every reason a table of inputs that have it, on every platform, and nothing of the input in what it
// says.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { test } = require('node:test')
const { inspect } = require('node:util')
const { diagnosis } = require('../lib/messages')
const rows = require('../lib/platforms')
const WXBizDataCrypt = require('..')
const alipay = require('./helpers/alipay-messages')

const { diagnose } = WXBizDataCrypt

const appId = 'wx0123456789abcdef'
// As they are published.
const { FeishuDataCrypt: feishu, BaiduDataCrypt: baidu } = require('./vectors.json')

const bytesOf = text => crypto.createHash('md5').update(text).digest()
const base64 = bytes => Buffer.from(bytes).toString('base64')
const key = bytesOf('made-up key')
const iv = bytesOf('made-up iv +')

function encrypt(plaintext) {
  const cipher = crypto.createCipheriv('aes-128-cbc', key, iv)
  const isText = typeof plaintext === 'string' || Buffer.isBuffer(plaintext)
  return base64(
    Buffer.concat([cipher.update(isText ? plaintext : JSON.stringify(plaintext)), cipher.final()])
  )
}

const openId = 'oABCDEFGHIJKLMNOPQRSTUVWXYZ0'
const watermark = { timestamp: 1700000000, appid: appId }
const phone = { phoneNumber: '13900001111', purePhoneNumber: '13900001111', countryCode: '86', watermark }
const avatarUrl = 'https://example.com/a/132'
const user = { openId, nickName: 'Ming', gender: 1, city: '', avatarUrl, watermark }
const userText = JSON.stringify(user)
const sessionKey = base64(key)
const goodOf = plaintext => ({ appId, sessionKey, encryptedData: encrypt(plaintext), iv: base64(iv) })
const good = goodOf(user)
const { encryptedData } = good
const data = Buffer.from(encryptedData, 'base64')
const textNames = ['sessionKey', 'encryptedData', 'iv']
const otherKey = base64(bytesOf('another key'))
const otherAppId = 'wxfedcba9876543210'
const douyinId = 'tt0123456789abcdef'
const kuaishouId = 'ks698620895251715795'
const kuaishou = { ...goodOf({ phoneNumber: '1' }), appId: kuaishouId, platform: 'KuaishouDataCrypt' }
const feishuGood = { ...feishu, platform: 'FeishuDataCrypt' }
const baiduGood = { ...baidu, platform: 'BaiduDataCrypt' }

const latin1 = text => Buffer.from(text, 'latin1')
const hexAsBase64 = text => base64(Buffer.from(text, 'hex'))
const wide = text => text.replace(/[!-~]/g, c => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
const escapedSlashes = text => text.replace(/\//g, '\\/')

const rawData = JSON.stringify({
  nickName: 'Band/张\u{1f600}',
  gender: 1,
  language: 'zh_CN',
  city: 'Guangzhou',
  avatarUrl: 'http://wx.qlogo.cn/a/0'
})
const signatureUnder = key =>
  crypto
    .createHash('sha1')
    .update(rawData + key)
    .digest('hex')
const signed = { sessionKey, rawData, signature: signatureUnder(sessionKey) }

const { config } = alipay
// With + and / in both fields, so that each change changes it.
let parts
do parts = JSON.parse(alipay.message({ ...alipay.phone, x: Math.random() }))
while (![parts.response, parts.sign].every(text => text.includes('+') && text.includes('/')))
const message = JSON.stringify(parts)
const withMessage = { ...config, message }
const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })

const fixed = { repairable: true }
const lost = { repairable: false, next: null }

/** Inputs with other values of one name, which the report must name. */
const withOther = (name, values, expected, base = good) =>
  values.map(value => [
    { ...base, [name]: value },
    { inputs: [name], ...expected }
  ])

/** By reason: inputs, or [input, what the report says besides]. */
const cases = {
  ok: [
    [good, { ok: true, code: null, kind: 'user-info', platform: 'WXBizDataCrypt', next: null, steps: [] }],
    { ...good, sessionKey: [otherKey, sessionKey] },
    { ...good, iv },
    { ...good, openId },
    { ...good, maxAge: 1e12 },
    { ...good, cloudID: '35_0F7BZnVQ1zP-Y0qDBq6GVgSBcx8G', code: 'x', errMsg: 'getPhoneNumber:ok' },
    { ...good, encryptedData: encryptedData.replace(/.{32}/g, `$&\n${' '.repeat(16)}`) },
    ...Object.entries({
      'phone-number': phone,
      steps: { stepInfoList: [], watermark },
      'share-info': { openGId: 'x', watermark },
      'group-info': { opengid: 'x', watermark },
      mobile: { mobile: '1', watermark },
      email: { email: '1', watermark },
      'enterprise-user-info': { corpid: '1', userid: '2', watermark },
      other: { watermark }
    }).map(([kind, plaintext]) => [goodOf(plaintext), { kind }]),
    [{ ...goodOf({ watermark: { appid: douyinId } }), appId: douyinId }, { platform: 'DouyinDataCrypt' }],
    [feishuGood, { kind: 'user-info', platform: 'FeishuDataCrypt' }],
    [baiduGood, { kind: 'user-info', platform: 'BaiduDataCrypt' }],
    { ...kuaishou, watermark: 'optional' },
    [signed, { code: null, kind: null }],
    // Feishu signs the key as base64.
    [
      { ...signed, sessionKey: feishu.sessionKey, signature: signatureUnder(hexAsBase64(feishu.sessionKey)) },
      { platform: 'FeishuDataCrypt' }
    ],
    { ...good, ...signed },
    { ...signed, sessionKey: [otherKey, sessionKey] },
    [withMessage, { kind: 'phone-number', platform: 'AlipayDataCrypt' }],
    { ...config, message: parts }
  ],

  'missing-argument': [
    [{}, { inputs: ['appId', ...textNames] }],
    Object.create(good),
    ...withOther('sessionKey', [[undefined, '']]),
    ...withOther('signature', [undefined], {}, signed),
    ...['appId', ...textNames].flatMap(name =>
      withOther(name, [undefined, null, '', ' ', 'undefined', 'null', 'NaN', []])
    )
  ],
  'wrong-argument-type': [
    ...withOther('iv', [1, true, Symbol('s'), 10n, () => {}, new Map(), '[object Object]', ['a', 'b']]),
    ...withOther('iv', [{ length: 1e12 }, [[1]]]),
    ...withOther('appId', [Buffer.from(appId)]),
    ...withOther('encryptedData', [userText, user]),
    ...withOther('maxAge', ['300', -1, Number.NaN, null]),
    ...withOther('openId', [1]),
    ...withOther('platform', ['NoDataCrypt'], { platform: null }),
    // The option is not the platform's.
    ...withOther('maxAge', [300], {}, baiduGood),
    ...withOther('rawData', [1], {}, signed)
  ],
  'user-declined': [
    { appId, sessionKey, errMsg: 'getPhoneNumber:fail user deny' },
    { appId, sessionKey, encryptedData: { errMsg: 'getUserInfo:fail auth deny' } },
    { errMsg: 'getUserProfile:fail user cancel' }
  ],
  'client-error': [{ errMsg: 'getPhoneNumber:fail no permission' }],
  'phone-number-code': [
    { appId, sessionKey, code: 'e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144' },
    { ...good, encryptedData: 'e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144' }
  ],
  'cloud-id': [
    { appId, cloudID: '35_0F7BZnVQ1zP-Y0qDBq6GVgSBcx8GYQ4EaVq9t0dEXAMPLE' },
    { ...good, encryptedData: '35_0F7BZnVQ1zP-Y0qDBq6GVgSBcx8GYQ4EaVq9t0dEXAMPLE' }
  ],
  'cloud-data': [
    [{ data_list: [{ cloud_id: 'x', json: '{}' }] }, { 'found.field': 'data_list[0].json' }],
    [{ encryptedData: { list: [{ cloudID: 'x', data: {} }] } }, { 'found.field': 'list[0]' }],
    [{ weRunData: { cloudID: 'x', data: {} } }, { 'found.field': 'weRunData' }],
    [{ status: 200, headers: {}, data: { errcode: 0, phone_info: {} } }, { 'found.field': 'data' }]
  ],
  'code2session-error': [
    [{ ...good, sessionKey: { errcode: 40029, errmsg: 'invalid code' } }, { 'found.code': '40029' }],
    [{ ...good, sessionKey: '{"errcode":40029}' }, { 'found.code': '40029' }],
    { appId, errcode: 40163 }
  ],
  'pushed-message': [
    { appId, sessionKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', encryptedData },
    { ...good, iv: undefined, encryptedData: `<xml><Encrypt><![CDATA[${encryptedData}]]></Encrypt></xml>` },
    { ...good, encryptedData: { ToUserName: 'x', Encrypt: encryptedData } }
  ],
  'pay-callback': [
    { ...good, sessionKey: 'abcdefghijklmnopqrstuvwxyz012345', iv: 'fdasflkja484' },
    { ...good, encryptedData: { ciphertext: 'x', nonce: 'fdasflkja484', associated_data: '' } }
  ],
  'douyin-flow': [
    { appId: douyinId, code: 'abcdefghijklmnopqrstuvwx' },
    { ...good, appId: douyinId, encryptedData: base64(crypto.randomBytes(256)) },
    { appId: douyinId, encryptedData: base64(crypto.randomBytes(256)) },
    ...withOther('sessionKey', ['abcdefghijklmnopqrstuvwxyz012345'], {}, { ...good, appId: douyinId })
  ],
  'other-platform': [
    ['AlipayDataCrypt', { ...good, encryptedData: message }],
    ['AlipayDataCrypt', { ...good, encryptedData: parts }],
    ['AlipayDataCrypt', { appId, sessionKey, ...parts }],
    ['WXBizDataCrypt', { ...config, message: { encryptedData, iv: 'x' } }],
    ['WXBizDataCrypt', { ...good, platform: 'FeishuDataCrypt' }, { platform: 'FeishuDataCrypt' }],
    ['FeishuDataCrypt', feishu, { platform: 'FeishuDataCrypt' }],
    ['FeishuDataCrypt', { ...feishu, appId }, { foundAppId: feishu.appId }],
    [
      'FeishuDataCrypt',
      { ...feishu, sessionKey: hexAsBase64(feishu.sessionKey), iv: hexAsBase64(feishu.iv) }
    ],
    ['BaiduDataCrypt', baidu],
    ['BaiduDataCrypt', { ...baidu, appId }, { foundAppId: baidu.appId }],
    ['XiaohongshuDataCrypt', goodOf({ watermark: { appId, timestamp: 1 } })],
    ['DouyinDataCrypt', goodOf({ watermark: { appid: douyinId } }), { foundAppId: douyinId }],
    ['KuaishouDataCrypt', goodOf({ watermark: { appid: kuaishouId } })]
  ].map(([name, input, expected]) => [input, { 'found.class': name, ...expected }]),

  'wrong-argument-order': [
    [
      { ...good, sessionKey: otherKey, encryptedData: good.iv, iv: encryptedData },
      { next: 'session-key-mismatch' }
    ],
    [{ ...good, appId: otherAppId, encryptedData: good.iv, iv: encryptedData }, { next: 'app-id-mismatch' }],
    [
      { ...good, sessionKey: good.iv, iv: encodeURIComponent(sessionKey) },
      { ...fixed, inputs: ['sessionKey', 'iv'], 'found.order': ['iv → sessionKey', 'sessionKey → iv'] }
    ]
  ],
  'unparsed-json': [
    ...[
      { errMsg: 'getPhoneNumber:ok', encryptedData, iv: good.iv },
      JSON.stringify({ encryptedData, iv: good.iv }),
      { type: 'getphonenumber', detail: { encryptedData, iv: good.iv } },
      `encryptedData=${encodeURIComponent(encryptedData)}&iv=${encodeURIComponent(good.iv)}`
    ].map(value => [
      { appId, sessionKey, encryptedData: value },
      { ...fixed, inputs: ['encryptedData', 'iv'] }
    ]),
    ...withOther('sessionKey', [JSON.stringify({ openid: 'o', session_key: sessionKey })], fixed),
    ...withOther('message', [JSON.stringify({ response: message, sign: parts.sign })], fixed, config)
  ],
  'stray-quotes': [
    ...withOther('iv', [JSON.stringify(good.iv)], { ok: true }),
    ...withOther('encryptedData', [`"${encryptedData.replace(/.{64}/g, '$&\\n')}"`], fixed)
  ],
  'html-escaped': [
    ...withOther('encryptedData', [encryptedData.replace(/\+/g, '&#x2B;').replace(/=/g, '&#61;')], fixed),
    ...withOther('iv', [`&amp;quot;${good.iv}&amp;quot;`], { ...fixed, next: 'html-escaped' })
  ],
  'url-encoded': [
    ...withOther('encryptedData', [encodeURIComponent(encodeURIComponent(encryptedData))], {
      ...fixed,
      next: 'url-encoded'
    }),
    ...withOther(
      'encryptedData',
      [encodeURIComponent(encryptedData)],
      { repairable: false, next: 'session-key-mismatch' },
      { ...good, sessionKey: otherKey }
    ),
    ...withOther('aesKey', [encodeURIComponent(config.aesKey)], fixed, withMessage)
  ],
  'plus-became-space': [
    ...withOther('encryptedData', [encryptedData.replace(/\+/g, ' ')], fixed),
    ...withOther('message', [message.replace(/\+/g, ' ')], fixed, config),
    ...withOther('alipayPublicKey', [config.alipayPublicKey.replace(/\+/g, ' ')], fixed, withMessage)
  ],
  'escaped-slashes': withOther(
    'message',
    [JSON.stringify({ response: escapedSlashes(parts.response), sign: escapedSlashes(parts.sign) })],
    fixed,
    config
  ),
  'line-breaks': [
    ...withOther('sessionKey', [`${feishu.sessionKey}\n`], fixed, feishuGood),
    ...withOther(
      'message',
      [message.replace(parts.sign, parts.sign.replace(/.{76}/g, '$&\\n'))],
      fixed,
      config
    )
  ],
  'full-width': withOther('iv', [wide(good.iv)], fixed),
  'changed-case': [
    ...['toLowerCase', 'toUpperCase'].map(change => [
      { ...good, ...Object.fromEntries(textNames.map(name => [name, good[name][change]()])) },
      { ...lost, inputs: textNames }
    ]),
    ...withOther('iv', [good.iv.toLowerCase()], lost),
    ...withOther('sessionKey', [baidu.sessionKey.toUpperCase()], fixed, baiduGood)
  ],
  'bytes-as-text': [
    ...Object.entries({ sessionKey: key, iv, encryptedData: data }).flatMap(([name, bytes]) =>
      withOther(
        name,
        [
          [...new Int8Array(bytes)].join(', '),
          JSON.stringify([...bytes]),
          JSON.stringify(bytes),
          JSON.stringify({ ...bytes }),
          bytes.toString('latin1')
        ],
        fixed
      )
    ),
    // As Node, Python, Go, C# and old versions of Node print bytes, and in binary.
    ...withOther(
      'sessionKey',
      [
        inspect(key),
        inspect(new Uint8Array(key)),
        key.toString('hex').replace(/../g, '\\x$&'),
        `bytearray(b'${key.toString('hex').replace(/../g, '\\x$&')}')`,
        `[${[...key].join(' ')}]`,
        key.toString('hex').toUpperCase().match(/../g).join('-'),
        `Uint8Array { ${[...key].map((byte, i) => `'${i}': ${byte}`).join(', ')} }`,
        [...key].map(byte => byte.toString(2).padStart(8, '0')).join(' ')
      ],
      fixed
    ),
    ...withOther('iv', [[...iv].join('')], lost),
    ...withOther('sessionKey', [[...key].join(''), key.toString('utf8')], lost),
    ...withOther('encryptedData', [inspect(data)], lost)
  ],
  surrounded: [
    ...withOther(
      'sessionKey',
      [
        `\xac\xed\0\x05t\0\x18${sessionKey}`,
        `\ufffd\ufffd\0\x05t\0\x18${sessionKey}`,
        `"\\xac\\xed\\x00\\x05t\\x00\\x18${sessionKey}"`,
        `s:24:"${sessionKey}";`,
        `session_key|s:24:"${sessionKey}";`,
        `b'${sessionKey}'`,
        `a:1:{s:11:"session_key";s:24:"${sessionKey}";}`,
        `["java.lang.String","${sessionKey}"]`,
        `\xac\xed\0\x05sr\0\x07Session\0t\0\x18${sessionKey}`,
        `Bearer ${sessionKey}`,
        `<session_key>${sessionKey}</session_key>`
      ],
      fixed
    ),
    ...withOther(
      'encryptedData',
      [
        `encryptedData:${encryptedData}`,
        `data:application/octet-stream;base64,${encryptedData}`,
        [encryptedData],
        [encryptedData, encryptedData]
      ],
      fixed
    ),
    ...withOther('sessionKey', [`0x${feishu.sessionKey}`], fixed, feishuGood)
  ],
  'hex-encoded': withOther('encryptedData', [data.toString('hex')], fixed),
  'base64-encoded': [feishuGood, baiduGood].flatMap(base =>
    withOther('sessionKey', [hexAsBase64(base.sessionKey)], fixed, base)
  ),
  'double-base64': textNames.flatMap(name =>
    withOther(name, [base64(good[name]), Buffer.from(good[name]), [...Buffer.from(good[name])]], fixed)
  ),
  truncated: [
    ...withOther('encryptedData', [encryptedData.slice(0, 255)], { ...lost, code: 'ERR_DECODE_BASE64' }),
    ...withOther('encryptedData', [base64(data.subarray(0, 96))], { ...lost, code: 'ERR_ILLEGAL_BUFFER' }),
    ...withOther('encryptedData', [encryptedData.slice(0, 2), encryptedData.replace('+', '')], lost),
    { ...baiduGood, encryptedData: baidu.encryptedData.slice(0, 200) }
  ],
  'data-too-long': withOther('encryptedData', ['A'.repeat(8e6), 'A'.repeat(64 * 1024), '%2B'.repeat(1e5)]),
  corrupted: [40, data.length - 1].map(at => ({
    ...good,
    encryptedData: base64(data.map((byte, i) => (i === at ? byte ^ 1 : byte)))
  })),

  'not-a-session-key': Object.entries({
    'app-secret': '0123456789abcdef0123456789abcdef',
    'encoding-aes-key': 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    'login-code': '033iAS000uYZaM1xVw300Qh1Ab0iAS0Z',
    'access-token': `35_${'aB3-_'.repeat(25)}`,
    'open-id': openId,
    token: '123e4567-e89b-12d3-a456-426614174000'
  }).flatMap(([looksLike, value]) =>
    withOther('sessionKey', [value], { code: 'ERR_ILLEGAL_AES_KEY', 'found.looksLike': looksLike })
  ),
  'session-key-length': withOther('sessionKey', [sessionKey.slice(0, 19)], {
    code: 'ERR_ILLEGAL_AES_KEY',
    'found.length': 14
  }),
  'iv-length': withOther('iv', [good.iv.slice(0, 16), `${good.iv.slice(0, 22)}AAAA`, '中文'], {
    code: 'ERR_ILLEGAL_IV'
  }),
  'iv-mismatch': [
    ...withOther('iv', [otherKey], { code: 'ERR_ILLEGAL_BUFFER' }),
    { ...goodOf({ nickName: '张三李四王五赵六', watermark }), iv: otherKey },
    { ...goodOf('this-is-an-activity-id-of-more-than-two-blocks'), iv: otherKey }
  ],
  'session-key-mismatch': [
    ...withOther('sessionKey', [otherKey, [otherKey, good.iv]], { code: 'ERR_ILLEGAL_BUFFER' }),
    [{ ...good, appId: douyinId, sessionKey: otherKey }, { platform: 'DouyinDataCrypt' }],
    { ...feishuGood, sessionKey: baidu.sessionKey },
    [
      { ...feishu, appId: 'cli_9a1b2c3d4e5f6a7b', sessionKey: baidu.sessionKey },
      { platform: 'FeishuDataCrypt' }
    ],
    { ...baiduGood, sessionKey: feishu.sessionKey }
  ],

  'invalid-plaintext': [
    ...['Mi\nng', 'Mi"ng', 'Mi\x14ng'].map(name => userText.replace('Ming', name)),
    // Half of a surrogate pair, and GBK.
    ...['M\xed\xa0\xbd', '\xd6\xd0\xb9\xfa\xc8\xcb'].map(name => latin1(userText.replace('Ming', name))),
    latin1(JSON.stringify({ nickName: '\xd5\xc5\xc8\xfd\xc0\xee', watermark })),
    `{"nickName":"\n","gender":1}`
  ]
    .map(plaintext => [goodOf(plaintext), { ...lost, 'found.field': 'nickName' }])
    .concat([[goodOf(`\ufeff${userText}`), { 'found.cause': 'byte-order-mark' }]]),
  'not-json': [goodOf('1024_abcdEFGH'), goodOf('this-is-an-activity-id-of-more-than-two-blocks')],
  'no-watermark': [
    ...[{}, [], 'null', '1', '"text"', { watermark: null }, { watermark: { appid: 1.5 } }].map(goodOf),
    kuaishou
  ],
  'app-id-mismatch': [
    [
      { ...good, appId: otherAppId },
      { ...lost, foundAppId: appId, code: 'ERR_ILLEGAL_BUFFER' }
    ],
    [{ ...good, appId: otherAppId, sessionKey: [otherKey, sessionKey] }, { foundAppId: appId }],
    [goodOf({ watermark: { appid: 'A private sentence, not an id.' } }), { foundAppId: null }],
    [{ ...feishuGood, appId: 'cli_9a1b2c3d4e5f6a7b' }, { foundAppId: feishu.appId }],
    // An AppSecret looks like an app key of Baidu.
    [
      { ...good, appId: bytesOf('secret').toString('hex') },
      { platform: 'WXBizDataCrypt', foundAppId: appId }
    ]
  ],
  'app-id-misspelled': [
    ...withOther(
      'appId',
      [
        ...[`"${appId}"`, `${appId},`, `${appId} # mini program`, `${appId}\u200b`, `${appId}\n`],
        ...[appId.slice(0, -1), appId.toUpperCase(), wide(appId)]
      ],
      { ...fixed, foundAppId: appId }
    ),
    ...withOther('appId', [`${baidu.appId}\n`], fixed, baiduGood),
    // Through a JavaScript number.
    ...withOther('appId', [String(Number(feishu.appId))], fixed, feishuGood)
  ],
  'no-open-id': [
    { ...goodOf(phone), openId },
    { ...goodOf({ nickName: '微信用户', watermark }), openId }
  ],
  'open-id-mismatch': [
    { ...good, openId: 'another' },
    [{ ...baiduGood, openId: 'another' }, { 'found.field': 'openid' }]
  ],
  expired: [
    { ...good, maxAge: 300 },
    { ...goodOf({ watermark: { appid: appId } }), maxAge: 300 }
  ],
  'signature-mismatch': [
    ...Object.entries({
      'escaped-slashes': escapedSlashes(rawData),
      'escaped-unicode': rawData.replace(/[^\0-\x7f]/g, c => `\\u${c.charCodeAt(0).toString(16)}`),
      'html-escaped': rawData.replace(/"/g, '&quot;'),
      'url-encoded': encodeURIComponent(rawData),
      'white-space': JSON.stringify(JSON.parse(rawData), null, 2),
      'key-order': JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(rawData)).sort())),
      'stray-quotes': JSON.stringify(rawData),
      're-serialised': JSON.parse(rawData)
    }).flatMap(([change, value]) => [
      [
        { ...signed, rawData: value },
        { ...fixed, 'found.change': change, code: null }
      ],
      [
        { ...good, ...signed, rawData: value },
        { ...fixed, 'found.change': change }
      ]
    ]),
    [
      { ...signed, sessionKey: `${sessionKey}\n` },
      { ...fixed, 'found.change': 'line-breaks' }
    ],
    [
      { ...signed, signature: ` ${signed.signature}` },
      { ...fixed, 'found.change': 'signature' }
    ],
    ...['??', '\ufffd'].map(character => [
      { ...signed, rawData: rawData.replace('\u{1f600}', character) },
      { ...lost, 'found.change': 'lost-characters' }
    ]),
    [
      { ...signed, sessionKey: otherKey },
      { ...lost, 'found.change': undefined, ok: false }
    ],
    [
      { ...good, ...signed, rawData: `${rawData}x` },
      { ok: false, kind: 'user-info' }
    ],
    ...withOther('signature', ['short'], {}, signed),
    [
      { ...signed, platform: 'BaiduDataCrypt' },
      { ok: false, inputs: ['signature'] }
    ]
  ],

  'alipay-error': [
    ...['40003', '40006', '20000'].map(code => [
      { ...config, message: alipay.message({ code, msg: 'x', subCode: 'y' }) },
      { 'found.code': code, 'found.subCode': 'y', 'found.isSigned': true, code: null, ok: false }
    ]),
    ...['isv.missing-encrypt-key', 'isv.missing-default-signature-type'].map(subCode => [
      { ...config, message: JSON.stringify({ response: { code: '40001', msg: 'x', subCode } }) },
      { 'found.subCode': subCode, 'found.isSigned': false, code: 'ERR_ALIPAY_UNSIGNED' }
    ]),
    { ...config, message: alipay.plainMessage('{"code":"40002","msg":"x"}') }
  ],
  'alipay-key': [
    [{ aesKey: config.aesKey, alipayPublicKey: '/etc/alipay.pem' }, 'file-path'],
    [{ alipayPublicKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) }, 'private-key'],
    [{ alipayPublicKey: config.aesKey }, 'aes-key'],
    [{ alipayPublicKey: '' }, 'missing'],
    [{ aesKey: undefined }, 'missing'],
    [{ aesKey: Buffer.from(config.aesKey, 'base64').toString('hex') }, 'hex'],
    [{ aesKey: 'aa4BtZ4tspm2' }, 'wrong-length'],
    [{ aesKey: undefined, encryptKey: config.aesKey }, 'name']
  ].map(([values, problem]) => [{ ...withMessage, ...values }, { 'found.problem': problem }]),
  'alipay-message': [
    [encodeURIComponent(message), 'url-encoded', true],
    [message.replace(/"/g, '&quot;'), 'html-escaped', true],
    [`response=${encodeURIComponent(message)}`, 'form', true],
    [`response=${encodeURIComponent(parts.response)}&sign=${encodeURIComponent(parts.sign)}`, 'form', true],
    [{ [message]: '' }, 'json-as-key', true],
    [{ data: message }, 'level', true],
    [JSON.stringify({ data: parts }), 'level', true],
    [message.replace(/.{100}/g, '$&\n'), 'raw-line-feeds', true],
    ['[object Object]', 'object-text', false],
    [parts.response, 'ciphertext-only', false],
    [undefined, 'missing', false],
    ['text', 'not-json', false]
  ].flatMap(([value, problem, repairable]) =>
    withOther('message', [value], { 'found.problem': problem, repairable }, config)
  ),
  'alipay-algorithm': [
    [
      { ...config, message: alipay.seal(parts.response, undefined, 'sha1') },
      { ...fixed, 'found.message': 'RSA', 'found.configured': 'RSA2' }
    ],
    [
      { ...withMessage, signType: 'RSA' },
      { ...fixed, 'found.message': 'RSA2' }
    ],
    [{ ...config, message: { ...parts, encrypt_type: 'SM4' } }, lost]
  ],
  'alipay-rejected': [
    [{ ...config, message: { response: parts.response } }, { code: 'ERR_ALIPAY_SIGN_MISSING' }],
    [{ ...config, message: { ...parts, sign: alipay.sign('x') } }, { code: 'ERR_ALIPAY_SIGN_MISMATCH' }],
    [
      { ...withMessage, aesKey: otherKey },
      { code: 'ERR_ALIPAY_DECRYPT', inputs: ['aesKey'] }
    ]
  ]
}

const read = (object, names) => names.split('.').reduce((value, name) => Object(value)[name], object)

/** Besides the reason, what it says must be safe to log: no key, no data, no plaintext. */
function check(reason, input, expected = {}, report = diagnose(input)) {
  assert.strictEqual(report.reason, reason, inspect({ input, report }))
  for (const name of Object.keys(expected)) assert.deepStrictEqual(read(report, name), expected[name], name)
  assert.ok(report.hint.length > 20 && !/\{\w+\}|undefined\b(?!")/.test(report.hint), report.hint)
  assert.ok(/[\u4e00-\u9fff]/.test(report.hintZh) && !/\{\w+\}/.test(report.hintZh), report.hintZh)
  assert.ok(!report.ok || report.code === null)
  const logged = JSON.stringify(report)
  const secrets = [sessionKey, otherKey, user.nickName, phone.phoneNumber, openId]
  for (const value of Object.values(input)) {
    if (typeof value === 'string' && value.length > 20 && !/DataCrypt$/.test(value)) secrets.push(value)
  }
  for (const secret of secrets) assert.ok(!logged.includes(secret) || secret === report.foundAppId, secret)
}

for (const [reason, inputs] of Object.entries(cases)) {
  test(reason, () => {
    for (const entry of inputs) check(reason, ...(Array.isArray(entry) ? entry : [entry]))
  })
}

test('every reason has inputs', () => {
  assert.deepStrictEqual(Object.keys(cases).sort(), Object.keys(diagnosis).sort())
})

test('wrong-argument-order: every order of the four', () => {
  const names = ['appId', ...textNames]
  const orders = names.flatMap(a => names.flatMap(b => names.flatMap(c => names.map(d => [a, b, c, d]))))
  const others = orders.filter(order => new Set(order).size === 4 && String(order) !== String(names))
  assert.strictEqual(others.length, 23)
  for (const order of others) {
    const input = Object.fromEntries(names.map((name, i) => [name, good[order[i]]]))
    const inputs = names.filter((name, i) => order[i] !== name)
    check('wrong-argument-order', input, { ...fixed, next: null, inputs })
  }
})

/** What happens to a value on its way, by the reason that it has. */
const changes = {
  surrounded: text => `session_key=${text}`,
  'html-escaped': text => `&quot;${text.replace(/[+/=]/g, c => `&#${c.charCodeAt(0)};`)}&quot;`,
  'url-encoded': encodeURIComponent,
  'stray-quotes': text => text.replace(/\+/g, '\\u002b'),
  'full-width': wide,
  'plus-became-space': text => text.replace(/\+/g, ' '),
  'bytes-as-text': (text, encoding) => [...Buffer.from(text, encoding)].join(','),
  'hex-encoded': (text, encoding) =>
    Buffer.from(text, encoding === 'hex' ? 'utf8' : encoding).toString('hex'),
  'double-base64': text => base64(text)
}
// Undone in any order, or once for both, they lead to the same.
const isAmbiguous = (first, second) =>
  first === second || (first === 'surrounded' && ['stray-quotes', 'plus-became-space'].includes(second))

function makeGood({ name, canOmitWatermark, appIdName, encoding, keyLength, keyPattern, appIdPattern }) {
  const ids = [appId, douyinId, kuaishouId, feishu.appId, baidu.appId]
  const id = ids.find(id => appIdPattern !== undefined && appIdPattern.test(id)) || appId
  const text =
    keyPattern === undefined
      ? crypto.randomBytes(keyLength).toString(encoding)
      : crypto.randomBytes(16).toString('hex')
  // Where it is optional, none is added.
  const mark = canOmitWatermark ? { watermark: { [appIdName]: id } } : {}
  const made = new WXBizDataCrypt[name](id, text).encryptData({
    phoneNumber: phone.phoneNumber,
    countryCode: '86',
    ...mark
  })
  return { platform: name, appId: id, sessionKey: text, ...made }
}

for (const row of rows) {
  test(`${row.name}: one or two changes of each value come back in order`, () => {
    const values = makeGood(row)
    check('ok', values)
    for (const name of textNames) {
      const encoding = name === 'encryptedData' ? 'base64' : row.encoding
      for (const first of Object.keys(changes)) {
        const once = changes[first](values[name], encoding)
        for (const second of [undefined, ...Object.keys(changes)]) {
          const twice = second === undefined ? once : changes[second](once, 'utf8')
          const input = { ...values, [name]: twice }
          const report = diagnose(input)
          const isUnchanged = once === values[name] || (twice === once && second !== undefined)
          if (report.ok || isUnchanged || isAmbiguous(first, second)) continue
          const [reason, next] = second === undefined ? [first, null] : [second, first]
          check(reason, input, { ...fixed, inputs: [name], next }, report)
          assert.strictEqual(report.steps.length, next === null ? 1 : 2, `${row.name} ${name}: ${reason}`)
        }
      }
    }
  })

  test(`${row.name}: says what rotates the key there`, () => {
    const { hint, hintZh, reason } = diagnose({ ...makeGood(row), sessionKey: makeGood(row).sessionKey })
    assert.strictEqual(reason, 'session-key-mismatch')
    assert.ok(hint.includes(row.login) && hintZh.includes(row.login))
  })
}

test('a wrong key is a wrong key, even if the padding fits by chance', () => {
  for (let i = 0; i < 1024; i++) {
    const wrong = Buffer.alloc(16)
    wrong.writeUInt32LE(i)
    assert.strictEqual(diagnose({ ...good, sessionKey: base64(wrong) }).reason, 'session-key-mismatch')
  }
})

test('code is the one of the error that decryptData throws', () => {
  for (const changed of [
    { iv: '' },
    { appId: 1 },
    { sessionKey: '' },
    { sessionKey: [otherKey, good.iv] },
    { encryptedData: 'AAAA' },
    { maxAge: 300 }
  ]) {
    const input = { ...good, ...changed }
    const { maxAge } = input
    assert.throws(
      () =>
        new WXBizDataCrypt(input.appId, input.sessionKey).decryptData(input.encryptedData, input.iv, {
          maxAge
        }),
      { code: diagnose(input).code }
    )
  }
})

test('showData adds the data, and the values as they should be', () => {
  const changed = {
    ...good,
    encryptedData: encodeURIComponent(encryptedData),
    sessionKey: [...key].join(',')
  }
  const { data, corrected } = diagnose({ ...changed, showData: true })
  assert.deepStrictEqual({ data, corrected }, { data: user, corrected: good })
  const shown = Object.keys(diagnose({ ...changed, showData: 1 }))
  assert.ok(!shown.includes('data') && !shown.includes('corrected'))
  const misspelled = diagnose({ ...good, appId: `"${appId}"`, showData: true })
  assert.strictEqual(misspelled.corrected.appId, appId)
  const quoted = diagnose({ ...signed, rawData: JSON.stringify(rawData), showData: true })
  assert.strictEqual(quoted.corrected.rawData, rawData)
})

test('each step, and what is left once they are undone, has its own hint', () => {
  const wrong = { ...good, sessionKey: otherKey }
  const { reason, inputs, hint, hintZh } = diagnose(wrong)
  const report = diagnose({ ...wrong, iv: encodeURIComponent(wrong.iv) })
  assert.deepStrictEqual(report.cause, { reason, inputs, hint, hintZh })
  assert.deepStrictEqual(report.steps, [
    { reason: 'url-encoded', inputs: ['iv'], hint: report.hint, hintZh: report.hintZh }
  ])
  assert.strictEqual(diagnose(good).cause, null)
})

test('a broken input gets a diagnosis, too', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const throwing = {
    get appId() {
      throw new Error('thrown')
    }
  }
  const values = [
    ...['\ud800', '\0', '%', '%zz', '{', '{"a":', Number.NaN],
    ...[proxy, throwing, [], [[]], [undefined], new Uint8Array(3), { type: 'Buffer', data: [1] }],
    ...[{ type: 'Buffer' }, Object.create(null), new Proxy({}, {})]
  ]
  for (const value of values) {
    for (const name of ['appId', ...textNames, 'rawData', 'signature', 'message', 'platform']) {
      for (const base of [good, signed, withMessage]) {
        assert.ok(Object.hasOwn(diagnosis, diagnose({ ...base, [name]: value }).reason))
      }
    }
    if (Object(value) === value) assert.ok(!diagnose(value).ok)
  }
})

test('the work is bounded: long and nested values are not searched', () => {
  let nested = 'x'
  for (let i = 0; i < 20000; i++) nested = [nested, 1]
  for (const part of ['%2B', '&amp;', '\\x41', '1,', 'ab', ' a', '"{', '＋']) {
    for (const name of textNames) diagnose({ ...good, [name]: part.repeat(1e6) })
  }
  for (const name of ['appId', ...textNames]) assert.ok(!diagnose({ ...good, [name]: nested }).ok)
  for (const name of ['rawData', 'message']) diagnose({ ...good, ...signed, [name]: nested })
})

test('a polluted prototype changes nothing', () => {
  const inputs = Object.values(cases)
    .map(([entry]) => (Array.isArray(entry) ? entry[0] : entry))
    .filter(input => Object.getPrototypeOf(input) === Object.prototype)
  const report = input => {
    const { found, ...others } = diagnose(input)
    // It may be another second.
    return JSON.stringify({ ...others, found: { ...found, age: undefined } })
  }
  const expected = inputs.map(report)
  const names = [
    ...['ok', 'code', 'next', 'repairable', 'showData', 'found', 'foundAppId', 'inputs', 'platform'],
    ...['iv', 'message', 'errMsg', 'sign', 'response', 'cloudID', 'appId', 'appid', 'errcode', 'rawData'],
    ...['x', 'session_key', 'variant', 'words', 'alipayPublicKey', 'signType', 'note', 'row']
  ]
  const meaningful = {
    ...good,
    watermark: { appid: otherAppId },
    errMsg: ':fail',
    aesKey: sessionKey,
    // As Node reads the JSON of a Buffer, too.
    type: 'Buffer',
    data: {}
  }
  for (const value of ['x', true, 1, {}, ['x', 'x']]) {
    const pollution = { ...Object.fromEntries(names.map(name => [name, value])), ...meaningful }
    let actual
    Object.assign(Object.prototype, pollution)
    try {
      actual = inputs.map(report)
    } finally {
      for (const name of Object.keys(pollution)) delete Object.prototype[name]
    }
    assert.deepStrictEqual(actual, expected)
  }
})

test('an input that is not an object is rejected', () => {
  for (const value of [undefined, null, 'text', 1]) {
    assert.throws(() => diagnose(value), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"input"/
    })
  }
})
