'use strict'

// Every cause that `diagnose` tells apart: its stable name, and its hint in English and in Chinese. {inputs}
// and {found} are filled in. `npm run docs` writes the tables in docs/ and the type from this table.

const reasons = {
  ok: [
    'Nothing is wrong: the data decrypts, and its watermark is that of this app.',
    '没有问题：数据可以解密，水印与本小程序一致。'
  ],

  // There is nothing to decrypt.
  'missing-argument': [
    'Missing: {inputs}. Log which fields the request and your session store contain. The session key comes from code2Session and must stay on the server.',
    '缺少 {inputs}。请检查请求和会话存储中实际有哪些字段。session_key 来自 code2Session，只能保存在服务端。'
  ],
  'wrong-argument-type': [
    '{inputs}: of a wrong type. Keys and data must be text or bytes: pass the strings as the mini program received them.',
    '{inputs} 类型不对。密钥和数据应为文本或字节，请原样传入小程序端拿到的字符串。'
  ],
  'user-declined': [
    'The user declined, so there is no encryptedData. Check errMsg in the client and do not send the request.',
    '用户拒绝了授权，因此没有 encryptedData。请在小程序端判断 errMsg，拒绝时不要再请求服务端。'
  ],
  'client-error': [
    'The call failed in the client, so there is no encryptedData. Look at errMsg: usually the app lacks the permission, or its privacy policy does not declare the API.',
    '小程序端调用失败，因此没有 encryptedData。请查看 errMsg：通常是没有接口权限，或隐私保护指引中未声明该接口。'
  ],
  'phone-number-code': [
    'This is the code of the phone number button, which is not decrypted. Send it from the server to wxa/business/getuserphonenumber; it can be used once and expires after five minutes. It is not the code of wx.login.',
    '这是手机号按钮返回的动态令牌 code，不需要解密。请在服务端用它调用 wxa/business/getuserphonenumber；它只能使用一次，五分钟内有效，且与 wx.login 的 code 不同。'
  ],
  'cloud-id': [
    'A cloudID cannot be decrypted. Pass it to a cloud function or to the getopendata API, and check the answer with openCloudData; or send encryptedData and iv instead.',
    'cloudID 无法解密。请把它传给云函数或 getopendata 接口，再用 openCloudData 校验返回结果；或者改为传 encryptedData 和 iv。'
  ],
  'code2session-error': [
    'sessionKey is an error from code2Session (errcode {found}). Check errcode before you store session_key. A code of wx.login can be used once and expires after five minutes.',
    'sessionKey 是 code2Session 返回的错误（errcode {found}）。保存 session_key 之前请先判断 errcode。wx.login 的 code 只能使用一次，五分钟内有效。'
  ],
  'other-platform': [
    'These values are from another platform. Use {found}, with the keys of that platform.',
    '这些值来自其他平台。请改用 {found}，并使用该平台的密钥。'
  ],

  // The values were changed on the way.
  'wrong-argument-order': [
    'The arguments are in the wrong order: {found}. Use new WXBizDataCrypt(appId, sessionKey) and decryptData(encryptedData, iv).',
    '参数顺序错误：{found}。正确写法是 new WXBizDataCrypt(appId, sessionKey) 和 decryptData(encryptedData, iv)。'
  ],
  'unparsed-json': [
    '{inputs}: a whole JSON object instead of one of its fields. Parse it and pass the field.',
    '{inputs} 传入了整个 JSON 对象。请先解析，再传入其中对应的字段。'
  ],
  'stray-quotes': [
    '{inputs}: the text contains quotes or JSON escapes. Parse the JSON once, and do not stringify a string again.',
    '{inputs} 中有多余的引号或 JSON 转义符。请只解析一次 JSON，也不要对字符串再次 JSON.stringify。'
  ],
  'html-escaped': [
    '{inputs}: the text contains HTML entities such as &quot; or &#x2B;. A filter escapes request fields for HTML: switch it off for this route.',
    '{inputs} 中含有 &quot;、&#x2B; 之类的 HTML 实体。请求参数被某个过滤器做了 HTML 转义，请对该接口关闭它。'
  ],
  'url-encoded': [
    '{inputs}: still URL-encoded (%2B, %2F, %3D). Decode it once with decodeURIComponent, or send JSON instead of a form.',
    '{inputs} 仍是 URL 编码（%2B、%2F、%3D）。请用 decodeURIComponent 解码一次，或改用 JSON 提交。'
  ],
  'plus-became-space': [
    "{inputs}: every + became a space, because a form or a query string was not encoded. Send JSON, or use encodeURIComponent in the client. On the server .replace(/ /g, '+') restores it.",
    "{inputs} 中的 + 变成了空格，原因是表单或 URL 参数没有编码。请改用 JSON 提交，或在小程序端使用 encodeURIComponent；服务端可用 .replace(/ /g, '+') 还原。"
  ],
  'hex-encoded': [
    "{inputs}: hex text instead of base64. Pass Buffer.from(text, 'hex').",
    "{inputs} 是十六进制文本，应为 base64。请传入 Buffer.from(text, 'hex')。"
  ],
  'double-base64': [
    '{inputs}: base64-encoded twice. What WeChat returns is base64 already: do not encode it again, and pass it as a string, not as a Buffer of its characters.',
    '{inputs} 被 base64 编码了两次。微信返回的已经是 base64：不要再次编码，请直接传字符串，不要转成 Buffer。'
  ],
  truncated: [
    'encryptedData is cut off or has lost characters. Look for a length limit on the way (URL, database column, log line) and for lost + characters.',
    'encryptedData 被截断或丢失了字符。请检查传输途中的长度限制（URL、数据库字段、日志），以及 + 是否丢失。'
  ],
  'data-too-long': [
    'encryptedData is longer than 32 KiB once decoded; WeChat’s is shorter than 4 KiB. Check what the client sends.',
    'encryptedData 解码后超过 32 KiB，而微信的数据不到 4 KiB。请检查小程序端发送的内容。'
  ],
  corrupted: [
    'The session key and the iv are right, but encryptedData was changed. Compare it character by character with what the client sent.',
    'session_key 和 iv 都正确，但 encryptedData 被改动过。请与小程序端发出的内容逐字符比较。'
  ],

  // Wrong values.
  'not-a-session-key': [
    'sessionKey looks like {found}. Use the session_key that code2Session returns for this user.',
    'sessionKey 看起来是 {found}。请使用 code2Session 为该用户返回的 session_key。'
  ],
  'session-key-length': [
    'sessionKey has {found} bytes once decoded instead of 16 (24 base64 characters that end in ==). It may be cut off, or be a login token of your own.',
    'sessionKey 解码后为 {found} 字节，应为 16 字节（24 个 base64 字符，以 == 结尾）。可能被截断，或误用了自己的登录 token。'
  ],
  'iv-length': [
    'iv has {found} bytes once decoded instead of 16 (24 base64 characters that end in ==). Use the iv from the same callback as encryptedData.',
    'iv 解码后为 {found} 字节，应为 16 字节（24 个 base64 字符，以 == 结尾）。请使用与 encryptedData 同一次回调返回的 iv。'
  ],
  'iv-mismatch': [
    'The session key is right, but the iv is not: only the first 16 bytes decrypt to garbage. Use the iv from the same callback as encryptedData.',
    'session_key 正确，但 iv 不匹配：只有前 16 个字节是乱码。请使用与 encryptedData 同一次回调返回的 iv。'
  ],
  'session-key-mismatch': [
    'The data was encrypted with another session key; usually a later wx.login replaced it. In the client call wx.login before the button is shown, not in its callback, and use wx.checkSession. On the server keep the last two keys and pass [current, previous]. Check that the key is this user’s.',
    '数据不是用该 session_key 加密的，通常是之后又调用了 wx.login，session_key 已刷新。小程序端请在按钮显示之前调用 wx.login（不要在回调里调用），并用 wx.checkSession 检查登录态；服务端请保留最近两个 session_key，传入 [当前, 上一个]。也请确认它属于该用户。'
  ],

  // The data decrypts, but is not what it should be.
  'not-json': [
    'The data decrypts to text that is not JSON and has no watermark, such as the activity id of wx.authPrivateMessage. decryptData cannot check it: compare the id with the one you created.',
    '解密结果是文本，不是 JSON，也没有水印，例如 wx.authPrivateMessage 的 activityId。decryptData 无法校验，请自行与创建时的 activityId 比较。'
  ],
  'no-watermark': [
    'The data decrypts to JSON without a watermark, so nothing says which app it is for. WeChat always adds one: find out where the data comes from.',
    '解密结果是 JSON，但没有水印，无法确认属于哪个小程序。微信的数据总是带有水印，请查明数据来源。'
  ],
  'app-id-mismatch': [
    'The data is for another app: {found}. Use the app id of the mini program that produced it, and check that the session key is from the same app.',
    '数据属于另一个小程序：{found}。请使用产生该数据的小程序的 appId，并确认 session_key 也来自同一个小程序。'
  ],
  'app-id-misspelled': [
    'appId differs from {found} in upper and lower case or white space only. Look for a line feed in the configuration.',
    'appId 与 {found} 只有大小写或空白字符不同。请检查配置中是否有多余的换行或空格。'
  ],
  'open-id-mismatch': [
    'The data is for another user: its openId is not the one that you passed. Check that the session belongs to the user who sent the request.',
    '数据属于另一个用户：其中的 openId 与传入的不一致。请确认会话属于发起请求的用户。'
  ],
  expired: [
    'Only the time is wrong: the watermark is older than maxAge, has no timestamp, or is later than the time of this server. Let the client request the data again, and check the server’s clock.',
    '只有时间不符：数据生成时间已超过 maxAge、缺少时间戳，或时间戳晚于服务器当前时间。请让小程序端重新获取数据，并检查服务器时钟。'
  ],

  'alipay-rejected': ['AlipayDataCrypt: {found}', 'AlipayDataCrypt：{found}']
}

// {found} of `alipay-rejected` in Chinese, by the code of the error. In English it is the error's own message.
const alipayHintsZh = {
  ERR_ALIPAY_CONFIG: '配置有误。需要 base64 编码的 AES 密钥和支付宝公钥（不是应用公钥）。',
  ERR_ALIPAY_MESSAGE: '无法读取报文。请把 my.getPhoneNumber 的 res.response 原样发给服务端。',
  ERR_ALIPAY_SIGN_MISSING: '报文没有 sign，任何人都可以伪造。请在支付宝开放平台配置接口加签方式和应用网关。',
  ERR_ALIPAY_SIGN_MISMATCH:
    '签名与配置的公钥不匹配。多半是把应用公钥当成了支付宝公钥，或者报文在途中被解析后重新序列化。',
  ERR_ALIPAY_ALGORITHM: '报文的算法与配置不一致。请使用 RSA2 和 AES。',
  ERR_ALIPAY_DECRYPT: '签名正确，但 AES 密钥不匹配。可能在支付宝开放平台重新生成过，而服务端没有更新。',
  ERR_ALIPAY_UNSIGNED:
    '支付宝返回了未签名的明文错误。请查看其 code 和 subCode：通常是密钥未配置（40001）或没有接口权限。'
}

module.exports = { reasons, alipayHintsZh }
