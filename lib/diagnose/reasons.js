'use strict'

// Every cause that `diagnose` tells apart: its stable name, and what to say of it in English and in
// Chinese. {inputs} and {found} stand for what the case adds. The types and the tables in docs/ list the
// same names.

module.exports = {
  ok: [
    'Nothing is wrong: the data decrypts, and its watermark names this app.',
    '没有问题：数据可以解密，水印也是本小程序的。'
  ],

  // What was handed over is not open data.
  'missing-argument': [
    'Missing: {inputs}. Log which fields the request and your session store really hold; the session key comes from code2Session and stays on the server.',
    '缺少 {inputs}。请检查请求和会话存储中实际有哪些字段；session_key 来自 code2Session，只能保存在服务端。'
  ],
  'wrong-type': [
    '{inputs}: neither base64 text nor bytes. Hand over the string as the mini program got it.',
    '{inputs} 既不是 base64 文本也不是字节。请原样传入小程序得到的字符串。'
  ],
  'user-declined': [
    'The user declined, so there is no encryptedData. Check errMsg in the client and do not send the request.',
    '用户拒绝了授权，因此没有 encryptedData。请在小程序端检查 errMsg，不要再向服务端发请求。'
  ],
  'client-failed': [
    'The call failed in the client, so there is no encryptedData. Look up its errMsg there: most often the app lacks the permission, or the privacy agreement does not declare it.',
    '小程序端调用失败，因此没有 encryptedData。请查看小程序端的 errMsg：多为没有接口权限，或隐私协议未声明。'
  ],
  'phone-code': [
    'This is the dynamic code of the newer phone number API: it is not decrypted. Send it to wxa/business/getuserphonenumber from the server; it is valid for five minutes and once. It is not the code of wx.login.',
    '这是新版手机号接口的动态令牌 code，不需要解密：请在服务端用它调用 wxa/business/getuserphonenumber（五分钟内有效，只能用一次）。它不是 wx.login 的 code。'
  ],
  'cloud-id': [
    'A cloudID cannot be decrypted. Hand it to a cloud function or to the getopendata API and check the answer with openCloudData; or send encryptedData and iv instead.',
    'cloudID 不能解密。请交给云函数或 getopendata 接口，再用 openCloudData 校验结果；或者改传 encryptedData 和 iv。'
  ],
  'login-failed': [
    'The session key is an error answer of code2Session (errcode {found}). Check errcode before storing session_key; a code of wx.login works once and for five minutes.',
    'session_key 的位置是 code2Session 的错误返回（errcode {found}）。保存前请先检查 errcode；wx.login 的 code 只能用一次，五分钟内有效。'
  ],
  'alipay-in-wechat': [
    'This is an Alipay message. Use AlipayDataCrypt with the AES key and the Alipay public key of the Alipay app.',
    '这是支付宝的报文。请改用 AlipayDataCrypt，并配置支付宝应用的 AES 密钥和支付宝公钥。'
  ],
  'wechat-in-alipay': [
    'This is WeChat open data: it has an iv and no sign. Use WXBizDataCrypt with the app id and the session key.',
    '这是微信的开放数据：有 iv，没有 sign。请改用 WXBizDataCrypt，并传入 appId 和 session_key。'
  ],

  // Changed on the way.
  swapped: [
    'The values stand in each other’s place: {found}. It is new WXBizDataCrypt(appId, sessionKey) and decryptData(encryptedData, iv).',
    '参数位置放错了：{found}。正确的写法是 new WXBizDataCrypt(appId, sessionKey) 和 decryptData(encryptedData, iv)。'
  ],
  'json-left': [
    '{inputs}: a whole JSON object stands where one of its fields belongs. Parse it and hand over the field.',
    '{inputs} 传入了整个 JSON 对象。请先解析，再取出对应的字段。'
  ],
  'quotes-left': [
    '{inputs}: quotes or JSON escapes are left around the text. Parse the JSON once, and do not stringify a string again.',
    '{inputs} 的文本带有多余的引号或 JSON 转义。请只解析一次 JSON，不要对字符串再次 stringify。'
  ],
  'html-escaped': [
    '{inputs}: HTML entities such as &quot; or &#x2B; are in the text. Something escapes request fields for HTML on the way: switch it off for this route.',
    '{inputs} 中含有 &quot;、&#x2B; 之类的 HTML 实体。中途有程序对请求做了 HTML 转义，请对该接口关闭它。'
  ],
  'url-encoded': [
    '{inputs}: still URL-encoded (%2B, %2F, %3D). Decode it once with decodeURIComponent, or send JSON instead of a form.',
    '{inputs} 仍是 URL 编码（%2B、%2F、%3D）。请用 decodeURIComponent 解码一次，或改用 JSON 提交。'
  ],
  'plus-became-space': [
    "{inputs}: each + became a space, as in a form or a query string that was not encoded. Send JSON, or encodeURIComponent in the client; on the server .replace(/ /g, '+') puts it back.",
    "{inputs} 中的 + 变成了空格：表单或查询串没有编码。请改用 JSON 提交，或在小程序端用 encodeURIComponent；服务端可用 .replace(/ /g, '+') 还原。"
  ],
  'hex-encoded': [
    "{inputs}: hexadecimal text, where base64 belongs. Hand over Buffer.from(text, 'hex').",
    "{inputs} 是十六进制文本，而这里需要 base64。请传入 Buffer.from(text, 'hex')。"
  ],
  'double-base64': [
    '{inputs}: encoded in base64 twice. WeChat’s text is base64 already: do not encode it again, and hand over text as a string and not as a Buffer of its characters.',
    '{inputs} 被 base64 编码了两次。微信给出的已经是 base64：不要再次编码，也不要把文本转成 Buffer 传入。'
  ],
  truncated: [
    'encryptedData is cut off or has lost characters. Look for a limit on its way: the length of a URL, of a database column, of a log line; a lost + does it too.',
    'encryptedData 被截断或丢失了字符。请检查途中的长度限制：URL、数据库字段、日志；丢失 + 也会如此。'
  ],
  corrupted: [
    'The key and the iv fit, but encryptedData was changed in the middle. Compare it letter by letter with what the client sent.',
    '密钥和 iv 都正确，但 encryptedData 中间被改动过。请与小程序端发出的内容逐字比较。'
  ],

  // Not a session key.
  'session-key-is-app-secret': [
    'The session key looks like the AppSecret (32 hexadecimal letters). Use the session_key that code2Session answers, one for each user.',
    'session_key 看起来是 AppSecret（32 位十六进制）。请使用 code2Session 返回的 session_key，每个用户各不相同。'
  ],
  'session-key-is-encoding-aes-key': [
    'The session key looks like the EncodingAESKey of message push (43 letters). Use the session_key that code2Session answers.',
    'session_key 看起来是消息推送的 EncodingAESKey（43 位）。请使用 code2Session 返回的 session_key。'
  ],
  'session-key-is-login-code': [
    'The session key looks like the code of wx.login. Exchange it with code2Session on the server and use the session_key of the answer.',
    'session_key 看起来是 wx.login 的 code。请先在服务端用 code2Session 换取 session_key。'
  ],
  'session-key-is-access-token': [
    'The session key looks like an access_token. Use the session_key that code2Session answers.',
    'session_key 看起来是 access_token。请使用 code2Session 返回的 session_key。'
  ],
  'session-key-is-openid': [
    'The session key looks like an openid. Use the session_key, which stands beside it in the answer of code2Session.',
    'session_key 看起来是 openid。请使用 code2Session 返回中与它并列的 session_key。'
  ],
  'session-key-length': [
    'The session key has {found} bytes once decoded, not 16: 24 letters of base64 ending in ==. It may be cut off, or a session token of your own.',
    'session_key 解码后是 {found} 字节，应为 16 字节（24 个字符，以 == 结尾）。可能被截断，或误用了自己的登录 token。'
  ],
  'iv-length': [
    'The iv has {found} bytes once decoded, not 16: 24 letters of base64 ending in ==. Take iv from the same callback as encryptedData.',
    'iv 解码后是 {found} 字节，应为 16 字节（24 个字符，以 == 结尾）。请使用与 encryptedData 同一次回调中的 iv。'
  ],

  // Well formed, but they do not belong together.
  'iv-mismatch': [
    'The session key fits, but the iv does not: only the first 16 bytes come out wrong. Take iv and encryptedData from the same callback.',
    'session_key 正确，但 iv 不对：只有前 16 个字节是乱的。请使用与 encryptedData 同一次回调中的 iv。'
  ],
  'session-key-mismatch': [
    'The session key is not the one the data was encrypted with: most often a later wx.login rotated it. In the client call wx.login before the button is shown and not in its callback, and use wx.checkSession; on the server keep the last two keys and pass [current, previous]. Make sure that it is this user’s key.',
    'session_key 不是加密时用的那个，多半是之后又调用了 wx.login 使它刷新。小程序端请在按钮出现之前调用 wx.login，不要在回调里调用，并用 wx.checkSession 检查；服务端请保留最近两个密钥，传入 [当前, 上一个]。也请确认是同一个用户的 session_key。'
  ],

  // It decrypts, but is not what it should be.
  'not-json': [
    'It decrypts to text that is not JSON and has no watermark, as wx.authPrivateMessage gives: a bare activity id. decryptData cannot check that; compare the id with the one you made.',
    '解密结果是文本，不是 JSON，也没有水印，例如 wx.authPrivateMessage 的 activityId。decryptData 无法校验；请自行与创建时的 activityId 比较。'
  ],
  'no-watermark': [
    'It decrypts to JSON without a watermark, so nothing says which app it is for. WeChat always adds one: find out who made this data.',
    '解密结果是没有水印的 JSON，无法确认属于哪个小程序。微信总会带上水印，请查明数据的来源。'
  ],
  xiaohongshu: [
    'The watermark says appId instead of appid, as Xiaohongshu does; it names {found}. WXBizDataCrypt checks appid only.',
    '水印中的字段是 appId 而不是 appid，这是小红书的格式，其值为 {found}。WXBizDataCrypt 只校验 appid。'
  ],
  'other-app': [
    'The data is of another app: {found}. Use the app id of the mini program in which it was made, and check that the session key is of that app too.',
    '数据属于另一个小程序：{found}。请使用产生该数据的小程序的 appId，并确认 session_key 也属于它。'
  ],
  'app-id-misspelt': [
    'The app id differs from {found} only in upper and lower case or white space. Look for a line feed in the configuration.',
    'appId 与 {found} 只差大小写或空白字符。请检查配置中是否有多余的换行或空格。'
  ],
  expired: [
    'All is well but the age: the watermark is older than maxAge, has no timestamp or lies in the future. Have the client ask for fresh data, and check the clock of the server.',
    '除时间外一切正常：水印早于 maxAge、没有时间戳，或在未来。请让小程序重新获取数据，并检查服务器时钟。'
  ],

  // AlipayDataCrypt refused.
  'alipay-config': [
    'The configuration of AlipayDataCrypt is wrong. It wants the AES key of 16 bytes in base64, and the public key of Alipay (not that of the app).',
    'AlipayDataCrypt 的配置有误：需要 base64 的 16 字节 AES 密钥，以及支付宝公钥（不是应用公钥）。'
  ],
  'alipay-malformed-message': [
    'The Alipay message is not JSON with response and sign. Send res.response of my.getPhoneNumber to the server as it is.',
    '支付宝报文不是带有 response 和 sign 的 JSON。请把 my.getPhoneNumber 的 res.response 原样发给服务端。'
  ],
  'alipay-sign-missing': [
    'The Alipay message has no sign, so anyone may have made it. Configure the public key and the gateway in the Alipay console.',
    '支付宝报文没有 sign，任何人都可能伪造。请在支付宝开放平台配置密钥和应用网关。'
  ],
  'alipay-sign-mismatch': [
    'The signature does not fit. Most often the app’s public key is configured where Alipay’s belongs; or the message was parsed and printed again on the way.',
    '签名不符。多半是把应用公钥当成了支付宝公钥；或者报文在途中被解析后重新输出。'
  ],
  'alipay-algorithm': [
    'The Alipay message names another algorithm than the one configured. Only RSA2 and AES are safe to accept.',
    '支付宝报文的算法与配置不一致。请只使用 RSA2 和 AES。'
  ],
  'alipay-decrypt': [
    'The signature fits, but the AES key does not. It was perhaps made anew in the Alipay console and not on the server.',
    '签名正确，但 AES 密钥不对。可能在支付宝开放平台重新生成过，而服务端没有更新。'
  ],
  'alipay-unsigned': [
    'Alipay answered with a plain, unsigned error. Look up its code and subCode; most often keys are not configured (40001) or the app lacks the permission.',
    '支付宝返回了未签名的明文错误。请查看其 code 和 subCode：多为密钥未配置（40001）或没有接口权限。'
  ]
}
