'use strict'

// What each error means and what to do, in English and Chinese, for the documents.

// By `reason`: [English, Chinese].
const wechat = {
  'session-key-length': [
    'The session key is not 16 bytes once decoded. Check what your session store returns.',
    'session_key 解码后不是 16 字节。检查会话存储返回的内容。'
  ],
  'iv-length': [
    'The iv is not 16 bytes once decoded. Send the `iv` from the same callback; look for a `+` that became a space.',
    'iv 解码后不是 16 字节。要传同一次回调里的 `iv`；检查 `+` 是否变成了空格。'
  ],
  'data-length': [
    'The data is empty, not whole blocks of 16 bytes, or longer than 32 KiB once decoded. Look for cut-off text and for a `+` that became a space.',
    '数据解码后为空、长度不是 16 字节的整数倍，或超过 32 KiB。检查内容是否被截断，`+` 是否变成了空格。'
  ],
  undecryptable: [
    'Bad padding, UTF-8 or JSON. Most often the session key was rotated: call `wx.login` before the button is shown, and keep the last two keys.',
    '填充、UTF-8 或 JSON 不正确。多半是 session_key 已更换：在显示按钮之前调用 `wx.login`，并保留最近两个。'
  ],
  watermark: [
    'The watermark is missing or names another app. Use the app id of the mini program that the data was made in.',
    '没有水印，或水印属于其他小程序。请使用产生该数据的小程序的 appid。'
  ],
  'open-id': [
    'With the option `openId`: the data is of another user, or of none.',
    '传了 `openId` 选项：数据属于其他用户，或不含 openId。'
  ],
  expired: [
    "With the option `maxAge`: the data is older, has no timestamp, or one in the future. Ask the client for fresh data; check the server's clock.",
    '传了 `maxAge` 选项：数据生成时间已超过 `maxAge`、缺少时间戳，或时间戳晚于服务器当前时间。请客户端重新获取，并检查服务器时钟。'
  ],
  argument: [
    'A TypeError: an argument has a wrong type and is named, or an option is unknown. Answer 400: most often the client left a field out.',
    'TypeError：参数类型不对（消息中会指明），或选项未知。返回 400 即可：多半是客户端漏传了字段。'
  ]
}

// By `code`: what it means, and what to do.
const alipay = {
  ERR_ALIPAY_CONFIG: [
    [
      'from the constructor: a key is not what it should be, or an option is unknown',
      'the message says what was given instead'
    ],
    ['构造时抛出：密钥不对，或有未知选项', '错误信息会说明传进来的是什么']
  ],
  ERR_ALIPAY_MESSAGE: [
    [
      'not a message from Alipay, with a duplicate key, longer than 64 KiB, or a signed plain response other than an error',
      'pass `res.response` unchanged; the message says what is wrong'
    ],
    [
      '不是支付宝的报文、有重复的键、超过 64 KiB，或是有签名但不是错误的明文响应',
      '原样传 `res.response`；错误信息会说明哪里不对'
    ]
  ],
  ERR_ALIPAY_SIGN_MISSING: [
    ['no `sign`', 'configure 接口加签方式 in the console; send all of `res.response`'],
    ['没有 `sign`', '在控制台设置「接口加签方式」；完整传送 `res.response`']
  ],
  ERR_ALIPAY_SIGN_MISMATCH: [
    [
      'not signed by this public key',
      "first check that it is Alipay's key, not your app's; then whether `+` became a space or `\"` became `&quot;` in transit; then whether it is another app's message"
    ],
    [
      '签名与配置的公钥不匹配',
      '先确认用的是支付宝公钥而不是应用公钥；再看传输中 `+` 是否变成空格、`"` 是否变成 `&quot;`；再看是不是其他应用的报文'
    ]
  ],
  ERR_ALIPAY_ALGORITHM: [
    ['`sign_type` or `encrypt_type` is not the configured one', 'set `signType` to what the console says'],
    ['`sign_type` 或 `encrypt_type` 与配置不符', '按控制台设置 `signType`']
  ],
  ERR_ALIPAY_DECRYPT: [
    [
      'signed, but does not decrypt to a JSON object',
      "`aesKey` is old (regenerated in the console?) or another app's"
    ],
    ['签名正确，但解密后不是 JSON 对象', '`aesKey` 已过期（控制台里重新生成过？）或属于其他应用']
  ],
  ERR_ALIPAY_UNSIGNED: [
    [
      'a plain error without a signature, in `error.response` (`code`, `msg`, `subCode`, `subMsg`)',
      "a hint that anyone could have written: log it. `40001`: save the app's keys and gateway in the console. `40002`: set its AES key"
    ],
    [
      '没有签名的明文错误，见 `error.response`（`code`、`msg`、`subCode`、`subMsg`）',
      '任何人都可以伪造，只作线索，记入日志。`40001`：在控制台重新保存密钥和应用网关；`40002`：重新设置 AES 密钥'
    ]
  ]
}

module.exports = { wechat, alipay }
