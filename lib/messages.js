'use strict'

// Every wording that a user of the package reads, once: by reason, in English and in Chinese. Requires nothing.
// Errors, `diagnose`, the command line, the types and the documents read this table. `{name}` is filled in.

/** Fills the placeholders of a text. A value that is missing leaves its placeholder. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) =>
    hasOwn(values, name) ? values[name] : placeholder
  )
}

exports.fill = fill

const hasOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty)

/** Returns a wording from a template: a line in English, and a line in Chinese. */
function both([lines]) {
  const [en, zh] = lines.split(/\n */)
  return { en, zh }
}

/**
 * Why `decryptData`, `encryptData` and `openCloudData` reject data. `{encoding}`, `{keyLength}`, `{blockLength}`,
 * `{login}` and `{openId}` come from the platform's row.
 */
exports.errors = {
  'session-key-length': both`The session key is not {keyLength} bytes once decoded from {encoding}. Check what the session store returns: it must be the session_key of this user, unchanged.
    session_key 按 {encoding} 解码后不是 {keyLength} 字节。请检查会话存储返回的内容：应为该用户的 session_key，且未经改动。`,
  'iv-length': both`The iv is not 16 bytes once decoded from {encoding}. Send the iv from the same callback as the data, and look for a + that became a space.
    iv 按 {encoding} 解码后不是 16 字节。请传与数据同一次回调返回的 iv，并检查 + 是否变成了空格。`,
  'data-length': both`The encrypted data is empty, not whole blocks of {blockLength} bytes, or longer than 32 KiB once decoded from base64. Look for text that is cut off and for a + that became a space.
    加密数据按 base64 解码后为空、长度不是 {blockLength} 字节的整数倍，或超过 32 KiB。请检查内容是否被截断，+ 是否变成了空格。`,
  undecryptable: both`The data does not decrypt to JSON. Usually the session key was rotated after the data was made: call {login} before the user presses the button, keep the last two keys and pass [current, previous].
    解密结果不是 JSON。通常是数据生成之后 session_key 又刷新了：请在用户点击按钮之前调用 {login}，保留最近两个 session_key，传入 [当前, 上一个]。`,
  watermark: both`The data decrypts, but its watermark is missing or names another app. Use the app id of the mini program that the data was made in.
    数据可以解密，但没有水印，或水印属于其他小程序。请使用产生该数据的小程序的 appId。`,
  'open-id': both`The data decrypts, but its {openId} is missing or is not the expected one. Phone numbers and steps name no user; otherwise check that the session belongs to the user who sent the request.
    数据可以解密，但其中没有 {openId}，或与传入的不一致。手机号和步数数据不含用户标识；其他数据请确认会话属于发起请求的用户。`,
  expired: both`The data decrypts, but its watermark has no timestamp, is older than maxAge (in seconds), or is from the future. Ask the client for fresh data, and check the clock of the server.
    数据可以解密，但水印没有时间戳、早于 maxAge（单位为秒）的限制，或晚于服务器当前时间。请让小程序端重新获取数据，并检查服务器时钟。`
}

/** What a frame has in place of a watermark. */
exports.frameErrors = {
  undecryptable: both`The data does not decrypt to a frame around JSON. Usually the session key was rotated after the data was made: call {login} first, keep the last two keys and pass [current, previous].
    解密结果不是包含 JSON 的数据帧。通常是数据生成之后 session_key 又刷新了：请先调用 {login}，保留最近两个 session_key，传入 [当前, 上一个]。`,
  watermark: both`The data decrypts, but it names another app key. Use the app key of the app that the data was made in.
    数据可以解密，但其中的 App Key 属于其他应用。请使用产生该数据的应用的 App Key。`
}

/** Why `openCloudData` rejects open data in the clear. */
exports.clear = {
  undecryptable: both`The data is not a JSON object. Pass { cloudID, data } or { errcode, phone_info } as WeChat answered it.
    数据不是 JSON 对象。请原样传入微信返回的 { cloudID, data } 或 { errcode, phone_info }。`,
  watermark: both`The watermark is missing or names another app. Use the app id of the mini program that the data was made in.
    数据没有水印，或水印属于其他小程序。请使用产生该数据的小程序的 appId。`,
  'open-id': both`The openId is missing or is not the expected one. Phone numbers and steps name no user; otherwise check that the session belongs to the user who sent the request.
    数据中没有 openId，或与传入的不一致。手机号和步数数据不含用户标识；其他数据请确认会话属于发起请求的用户。`,
  expired: both`The watermark has no timestamp, is older than maxAge (in seconds), or is from the future. Ask the client for fresh data, and check the clock of the server.
    水印没有时间戳、早于 maxAge（单位为秒）的限制，或晚于服务器当前时间。请让小程序端重新获取数据，并检查服务器时钟。`
}

/** What an argument must be. */
exports.expected = {
  string: { en: 'a string', zh: '字符串' },
  digits: { en: 'a string of digits, as in the watermark', zh: '数字字符串，与水印中的一致' },
  base64: { en: 'a base64 string, a Buffer or an array of bytes', zh: 'base64 字符串、Buffer 或字节数组' },
  hex: { en: 'a hex string, a Buffer or an array of bytes', zh: '十六进制字符串、Buffer 或字节数组' },
  'base64-key': { en: 'the session key as base64 text', zh: 'base64 文本形式的 session_key' },
  'hex-key': { en: 'the session key as hex text', zh: '十六进制文本形式的 session_key' },
  text: { en: 'a string or a Buffer', zh: '字符串或 Buffer' },
  keys: both`a session key, or a list of at least one. Without a session key the user must log in again
    session_key，或至少包含一个 session_key 的列表。没有 session_key 时，用户需要重新登录`,
  'many-keys': { en: 'a list of at most {max} session keys', zh: '最多包含 {max} 个 session_key 的列表' },
  'plain-object': both`a plain object, not an array, a promise, a Map, a Date or an instance of another class
    普通对象，不能是数组、Promise、Map、Date 或其他类的实例`,
  'json-object': { en: 'an object that JSON.stringify accepts', zh: '可以用 JSON.stringify 序列化的对象' },
  options: { en: 'an object such as {example}', zh: '{example} 这样的对象' },
  seconds: { en: 'a number of seconds, 0 or more (not milliseconds)', zh: '不小于 0 的秒数（不是毫秒）' },
  timestamp: { en: 'a number of seconds since 1970', zh: '自 1970 年起的秒数' },
  'open-id': { en: 'a string, the {openId} of the logged-in user', zh: '字符串，即已登录用户的 {openId}' },
  watermark: { en: "'optional' or 'required'", zh: "'optional' 或 'required'" },
  'cloud-data': both`an object { cloudID, data } or { errcode, phone_info }, or its JSON text
    对象 { cloudID, data } 或 { errcode, phone_info }，或其 JSON 文本`,
  input: both`an object such as { appId, sessionKey, encryptedData, iv }
    { appId, sessionKey, encryptedData, iv } 这样的对象`
}

/** What was received in place of it; the value itself may be a key. */
exports.received = {
  empty: { en: 'an empty list', zh: '空列表' },
  object: { en: 'an object', zh: '对象' },
  other: { en: 'a value of type {type}', zh: '{type} 类型的值' }
}

/** The sentence around two of the texts above. */
exports.argument = both`The "{argument}" argument must be {expected}. Received {received}
  参数 "{argument}" 应为{expected}。实际收到：{received}`

exports.unknownOption = both`The "options" argument must be an object with no other options than {names}{name}
  参数 "options" 只能包含这些选项：{names}{name}`

exports.noOption = both`The "options" argument must be an object without options{name}
  参数 "options" 不能包含任何选项{name}`

exports.unknownName = { en: ': there is no "{name}"', zh: '；没有 "{name}" 这个选项' }

exports.call = {
  constructor: { en: "{class} must be called with 'new'", zh: '{class} 必须用 new 调用' },
  method: both`{method} must be called on an instance of {class}
    {method} 必须在 {class} 的实例上调用`
}

/** What `openCloudData` is told by WeChat's server, and what it is passed instead of open data. */
exports.cloud = {
  'not-json': { en: 'The text is not JSON.', zh: '传入的文本不是 JSON。' },
  'no-data': both`There is neither "data" nor "phone_info". Pass { cloudID, data } or { errcode, phone_info }.
    其中既没有 data，也没有 phone_info。请传入 { cloudID, data } 或 { errcode, phone_info }。`,
  'data-list': both`This is the whole answer of getopendata. Pass "json" of one element of "data_list".
    这是 getopendata 的完整响应。请传入 data_list 中某个元素的 json。`,
  list: both`This is the whole answer of cloud.getOpenData. Pass one element of "list".
    这是 cloud.getOpenData 的完整响应。请传入 list 中的某个元素。`,
  event: both`This is a whole event. Pass the property of it that holds { cloudID, data }: "{property}".
    这是整个 event。请传入其中包含 { cloudID, data } 的属性：{property}。`,
  response: both`This is the whole response of an HTTP client. Pass its body: "data".
    这是 HTTP 客户端的完整响应。请传入响应体 data。`,
  answer: both`WeChat answered with error {errcode}. A cloudID or a phone code is valid for five minutes, in the app it was made for; a phone code only once.
    微信返回错误 {errcode}。cloudID 和手机号 code 五分钟内有效，且只能用于产生它的小程序；手机号 code 只能使用一次。`,
  'odd-answer': both`The errcode is not an integer. Pass the answer of WeChat unchanged.
    errcode 不是整数。请原样传入微信的响应。`
}

/** WeChat's errors that a server meets, by number. */
exports.wechatAnswers = {
  '-1': both`WeChat answered with error -1: its server is busy. Try once more, then answer 503.
    微信返回错误 -1：系统繁忙。请重试一次，仍失败则返回 503。`,
  40001: both`WeChat answered with error 40001: the access token is invalid, usually because another server has fetched a new one. Share one token between all servers, or use stable_token.
    微信返回错误 40001：access_token 无效，通常是另一台服务器获取了新的 access_token。请让所有服务器共用一个，或改用 stable_token。`,
  40013: both`WeChat answered with error 40013: the app id is invalid, or the access token is for another app.
    微信返回错误 40013：appId 无效，或 access_token 属于其他小程序。`,
  40029: both`WeChat answered with error 40029: the code is invalid. It was used before, has expired, is for another app, or is the code of wx.login instead of the phone number button.
    微信返回错误 40029：code 无效。可能已使用过、已过期、属于其他小程序，或误用了 wx.login 的 code（应为手机号按钮返回的 code）。`,
  40163: both`WeChat answered with error 40163: the code was used before.
    微信返回错误 40163：code 已被使用。`,
  40226: both`WeChat answered with error 40226: the user is blocked.
    微信返回错误 40226：该用户已被限制登录。`,
  42001: both`WeChat answered with error 42001: the access token has expired. Fetch a new one.
    微信返回错误 42001：access_token 已过期，请重新获取。`,
  45011: both`WeChat answered with error 45011: too many requests. Try again later.
    微信返回错误 45011：调用过于频繁，请稍后再试。`
}

/** The errors of AlipayDataCrypt by code: the message, and why and what to do if no reason below says more. */
exports.alipayCodes = {
  ERR_ALIPAY_CONFIG: both`The configuration of AlipayDataCrypt is wrong
    AlipayDataCrypt 的配置有误`,
  ERR_ALIPAY_MESSAGE: { en: 'The Alipay message is not acceptable', zh: '报文不符合支付宝的格式' },
  ERR_ALIPAY_SIGN_MISSING: { en: 'The Alipay message is not signed', zh: '报文没有签名' },
  ERR_ALIPAY_SIGN_MISMATCH: both`The signature of the Alipay message does not verify
    报文的签名与配置的公钥不匹配`,
  ERR_ALIPAY_ALGORITHM: both`The Alipay message names another algorithm than the configured one
    报文的算法与配置不一致`,
  ERR_ALIPAY_DECRYPT: both`The Alipay message is signed but does not decrypt
    报文签名正确，但无法解密`,
  ERR_ALIPAY_UNSIGNED: { en: 'The Alipay message is an unsigned error', zh: '报文是未签名的错误' }
}

/** Why, and what to do, if no reason below says more. */
exports.alipayHints = {
  ERR_ALIPAY_CONFIG: both`The constructor throws it: a key is not what it should be, or an option is unknown. \`reason\` and \`hint\` say what was given instead.
    构造时抛出：密钥不对，或有未知选项。\`reason\` 和 \`hintZh\` 会说明传进来的是什么。`,
  ERR_ALIPAY_MESSAGE: both`It is not a message from Alipay, has a duplicate key, is longer than 64 KiB, or is a signed plain response other than an error. Pass \`res.response\` unchanged.
    不是支付宝的报文、有重复的键、超过 64 KiB，或是有签名但不是错误的明文响应。请原样传 \`res.response\`。`,
  ERR_ALIPAY_SIGN_MISSING: both`Without \`sign\` nothing shows that the message comes from Alipay. Either the client did not send all of \`res.response\`, or 接口加签方式 is not configured for the app in Alipay's console, or someone is forging messages.
    没有 \`sign\`，无法确认报文来自支付宝。可能是小程序端没有完整传送 \`res.response\`，或没有在支付宝控制台为应用设置「接口加签方式」，或有人在伪造报文。`,
  ERR_ALIPAY_SIGN_MISMATCH: both`The usual causes, most frequent first: 1. \`alipayPublicKey\` is the public key of the app (应用公钥) instead of that of Alipay (支付宝公钥); 2. the message was changed in transit: \`+\` became a space, \`"\` became \`&quot;\`, white space was added, or a plain response was parsed and serialised again (pass \`res.response\` as text); 3. the message is for another app or another environment (sandbox or production); 4. for a service provider, \`alipayPublicKey\` must be that of the provider; 5. the key was replaced in Alipay's console (pass the old and the new one as an array); 6. the message is forged.
    常见原因，由多到少：1. \`alipayPublicKey\` 用成了应用公钥，应为支付宝公钥；2. 报文在传输中被改动：\`+\` 变成空格、\`"\` 变成 \`&quot;\`、多了空白字符，或明文响应被解析后重新序列化（请以文本形式传 \`res.response\`）；3. 报文属于其他应用或其他环境（沙箱、正式）；4. 服务商模式下应使用服务商的支付宝公钥；5. 在支付宝控制台更换过密钥（请把新旧公钥放在数组里一起传）；6. 报文是伪造的。`,
  ERR_ALIPAY_ALGORITHM: both`\`sign_type\` or \`encrypt_type\` is not the configured one. Set \`signType\` to what Alipay's console says.
    \`sign_type\` 或 \`encrypt_type\` 与配置不一致。请按支付宝控制台的设置填写 \`signType\`。`,
  ERR_ALIPAY_DECRYPT: both`Usually the AES key was regenerated in Alipay's console and \`aesKey\` is still the old one, or \`aesKey\` belongs to another app. For a service provider it must be that of the merchant's app.
    通常是在支付宝控制台重新生成过 AES 密钥，而 \`aesKey\` 还是旧的，或 \`aesKey\` 属于其他应用。服务商模式下应使用商家应用的 AES 密钥。`,
  ERR_ALIPAY_UNSIGNED: both`Anyone could have written it: log \`response\` and do not rely on it. Usually the keys of the app are not configured in Alipay's console.
    任何人都可以伪造：\`response\` 只作线索，记入日志。通常是没有在支付宝控制台配置应用的密钥。`
}

/** What is wrong with an Alipay key, option or message. */
exports.alipayReasons = {
  'config-type': both`it must be an object with aesKey and alipayPublicKey
    应为包含 aesKey 和 alipayPublicKey 的对象`,
  'unknown-option': both`it is not one of the options, which are {names}
    没有这个选项，可用的选项：{names}`,
  'no-key': { en: 'the array is empty', zh: '数组为空' },
  'key-type': { en: 'it must be a string, or an array of strings', zh: '应为字符串或字符串数组' },
  'sign-type-sm2': both`SM2 is not supported. Choose RSA2 in the console
    不支持 SM2。请在控制台选择 RSA2`,
  'sign-type-value': { en: "it must be 'RSA2' or 'RSA'", zh: "应为 'RSA2' 或 'RSA'" },
  empty: { en: 'it is empty', zh: '内容为空' },
  unset: both`it is the text "undefined" or "null": is the environment variable set?
    内容是文本 "undefined" 或 "null"：环境变量设置了吗？`,
  'file-path': { en: 'it is a file path. Give the content of the file', zh: '是文件路径。请传入文件的内容' },
  'not-base64': { en: 'it is neither base64 nor PEM', zh: '既不是 base64 也不是 PEM' },
  'not-a-key': both`it is not a key: it is cut short, changed, or something else
    不是密钥：被截断、被改动，或是其他内容`,
  'private-key': both`it is a private key, which does not belong here and must stay secret. Give Alipay's public key (支付宝公钥) from Alipay's console
    是私钥，不应出现在这里，且必须保密。请传入支付宝控制台的支付宝公钥`,
  'aes-key': both`it is an AES key. Give Alipay's public key (支付宝公钥) from Alipay's console
    是 AES 密钥。请传入支付宝控制台的支付宝公钥`,
  'certificate-request': both`it is a certificate request. Give the certificate, alipayCertPublicKey_RSA2.crt
    是证书请求（CSR）。请传入支付宝公钥证书 alipayCertPublicKey_RSA2.crt`,
  'sm2-key': both`it is an SM2 key. SM2 is not supported: give the RSA2 key
    是 SM2 密钥。不支持 SM2，请传入 RSA2 密钥`,
  'ec-key': both`it is an elliptic curve key, not an RSA key. Give the RSA2 key
    是椭圆曲线密钥，不是 RSA 密钥。请传入 RSA2 密钥`,
  'other-algorithm': both`it is a key for another algorithm than RSA. Give the RSA2 key
    不是 RSA 算法的密钥。请传入 RSA2 密钥`,
  'rsa2-bits': both`it is an RSA key of {number} bits. For RSA2, Alipay’s key has 2048 bits or more (up to 8192)
    是 {number} 位的 RSA 密钥。RSA2 要求 2048 至 8192 位`,
  'rsa-bits': both`it is an RSA key of {number} bits. For RSA, 1024 to 8192 are accepted
    是 {number} 位的 RSA 密钥。RSA 要求 1024 至 8192 位`,
  'rsa-modulus': both`it is an RSA key with an even modulus: it has been changed
    RSA 密钥的模数是偶数：密钥被改动过`,
  'rsa-exponent': both`it is an RSA key whose public exponent is not supported: it must be odd, and from 3 to 2^33 - 1
    不支持该 RSA 密钥的公钥指数：应为 3 至 2^33 - 1 之间的奇数`,
  'private-key-for-aes-key': both`it is a private key. Give the AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes
    是私钥。请传入支付宝控制台「接口内容加密方式」中的 AES 密钥：16 字节的 base64`,
  'public-key-for-aes-key': both`it is a public key or a certificate. Give the AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes
    是公钥或证书。请传入支付宝控制台「接口内容加密方式」中的 AES 密钥：16 字节的 base64`,
  hex: both`it looks like hexadecimal. Give it in base64, as Alipay's console shows it
    看起来是十六进制。请按支付宝控制台显示的 base64 传入`,
  'wrong-length': both`it is {number} bytes long once decoded from base64; an AES key has 16, 24 or 32
    按 base64 解码后为 {number} 字节；AES 密钥应为 16、24 或 32 字节`,
  'message-type': both`The message must be a string, a Buffer or an object.
    报文应为字符串、Buffer 或对象。`,
  'too-long': both`The message is longer than 64 KiB; real messages have about 600 characters.
    报文超过 64 KiB；真实报文约 600 个字符。`,
  'unreadable-object': both`The message is an object that cannot be read as JSON.
    报文是无法按 JSON 读取的对象。`,
  'not-json': both`The message is not JSON. Pass \`res.response\` as the mini program received it.
    报文不是 JSON。请原样传小程序端收到的 \`res.response\`。`,
  'object-text': both`The message is "[object Object]": an object was turned into a string before it was sent.
    报文是 "[object Object]"：发送前对象被直接转成了字符串。`,
  'url-encoded': { en: 'The message is URL-encoded. Decode it first.', zh: '报文仍是 URL 编码。请先解码。' },
  'html-escaped': both`The quotes of the message have become \`&quot;\`: it was escaped for HTML in transit.
    报文的引号变成了 \`&quot;\`：传输途中被做了 HTML 转义。`,
  nested: both`The message is wrapped in too many layers of JSON strings.
    报文被嵌套了太多层 JSON 字符串。`,
  'duplicate-key': { en: 'The message has a duplicate key.', zh: '报文中有重复的键。' },
  'not-a-string': { en: '`{field}` of the message is not a string.', zh: '报文的 `{field}` 不是字符串。' },
  'no-response': both`The message has neither \`response\` nor \`encryptedData\`.
    报文中既没有 \`response\`，也没有 \`encryptedData\`。`,
  'response-type': both`\`response\` of the message is neither a string nor an object.
    报文的 \`response\` 既不是字符串也不是对象。`,
  charset: { en: '`charset` of the message is not UTF-8.', zh: '报文的 `charset` 不是 UTF-8。' },
  'plain-success': both`The message is a plain success, but that of \`my.getPhoneNumber\` is always encrypted: it is the response to another request of this app.
    报文是明文的成功响应，而 \`my.getPhoneNumber\` 的成功响应总是加密的：它是本应用其他请求的响应。`,
  'plain-code': both`The message is plain, but not an error: its \`code\` is not a string.
    报文是明文，但不是错误：其 \`code\` 不是字符串。`,
  'sign-type': both`\`sign_type\` of the message is not the configured \`signType\`. Set \`signType\` to what Alipay's console says.
    报文的 \`sign_type\` 与配置的 \`signType\` 不一致。请按支付宝控制台的设置填写 \`signType\`。`,
  'encrypt-type': both`\`encrypt_type\` of the message is not AES. Choose AES in the console.
    报文的 \`encrypt_type\` 不是 AES。请在控制台选择 AES。`
}

/** What is wrong with a message, where that of a key is worded otherwise. */
exports.alipayMessages = { empty: { en: 'The message is empty.', zh: '报文为空。' } }

/** What to do about an error that Alipay reports, by subCode, or by code if the subCode is another. */
exports.alipayAnswers = {
  'isv.missing-encrypt-key': both`Alipay reports that the encryption is not configured (缺少加密配置): set 接口内容加密方式, the AES key, in the console. A service provider must also pass \`protocols: { isvAppId }\` to \`my.getPhoneNumber\`.
    支付宝返回缺少加密配置：请在控制台设置「接口内容加密方式」（AES 密钥）。服务商还需在 \`my.getPhoneNumber\` 中传 \`protocols: { isvAppId }\`。`,
  'isv.missing-default-signature-type': both`Alipay reports that the app has no default signature type (应用未设置默认签名类型): save 接口加签方式 and the app gateway again in the console.
    支付宝返回应用未设置默认签名类型：请在控制台重新保存「接口加签方式」和应用网关。`,
  'isv.invalid-encrypt': both`Alipay reports an encryption error (加密异常): set the AES key again in the console.
    支付宝返回加密异常：请在控制台重新设置 AES 密钥。`,
  'isv.invalid-auth-relations': both`Alipay reports that the user has not agreed (无效的授权关系): show a button with \`open-type="getAuthorize"\` and \`scope="phoneNumber"\` before the call.
    支付宝返回无效的授权关系：用户没有授权。请在调用之前使用 \`open-type="getAuthorize"\`、\`scope="phoneNumber"\` 的按钮。`,
  'isv.insufficient-isv-permissions': both`Alipay reports missing permissions (ISV权限不足): bind the product 获取会员手机号 to the app.
    支付宝返回 ISV 权限不足：请为应用绑定产品「获取会员手机号」。`,
  'aop.unknow-error': both`Alipay is busy (系统繁忙): try again later.
    支付宝系统繁忙，请稍后再试。`
}

const { alipayAnswers } = exports
alipayAnswers[40001] = both`Alipay reports that the keys of the app are not configured: save 接口加签方式, 接口内容加密方式 and the app gateway again in the console. A service provider must also pass \`protocols: { isvAppId }\`.
  支付宝返回应用的密钥未配置：请在控制台重新保存「接口加签方式」「接口内容加密方式」和应用网关。服务商还需传 \`protocols: { isvAppId }\`。`
alipayAnswers[40002] = alipayAnswers['isv.invalid-encrypt']
alipayAnswers[40003] = alipayAnswers['isv.invalid-auth-relations']
alipayAnswers[40006] = alipayAnswers['isv.insufficient-isv-permissions']
alipayAnswers[20000] = alipayAnswers['aop.unknow-error']

/** About loading the core. `{packages}` are those that hold the addon for this kind of machine. */
exports.loading = {
  warning: both`The native addon did not load, so wxbizdatacrypt-native uses WebAssembly, which is slower: {why}. Install {packages}, as docs/install.md in the package says, or set WXBIZDATACRYPT_WASM=1 to use WebAssembly without this warning.
    原生模块未能加载，wxbizdatacrypt-native 改用较慢的 WebAssembly：{why}。请按包内 docs/install.zh-CN.md 安装 {packages}；如需继续使用 WebAssembly 且不再提示，请设置 WXBIZDATACRYPT_WASM=1。`,
  nothing: both`Neither the native addon nor WebAssembly loads. The addon: {addon}. WebAssembly: {wasm}. Install {packages}, as docs/install.md in the package says.
    原生模块和 WebAssembly 都无法加载。原生模块：{addon}。WebAssembly：{wasm}。请按包内 docs/install.zh-CN.md 安装 {packages}。`,
  wasm: both`WXBIZDATACRYPT_WASM=1 is set, but WebAssembly does not load: {why}. See docs/install.md in the package.
    设置了 WXBIZDATACRYPT_WASM=1，但 WebAssembly 无法加载：{why}。请参阅包内的 docs/install.zh-CN.md。`,
  failed: both`WebAssembly failed in this call, and is started again for the next one: {why}.
    本次调用中 WebAssembly 出错，下次调用时会重新启动：{why}。`
}

/** What the command line prints. The help text is at most 80 columns wide. */
exports.cli = {
  help: {
    en: `Decrypts and checks the open data of mini programs, and says what is wrong.

  wxbiz diagnose [options] [file]   says why data does not decrypt
  wxbiz decrypt  [options] [file]   prints the decrypted object
  wxbiz encrypt  [options] [file]   makes test data of a JSON object, or of a
                                    phone number without one

Without a file it reads standard input. Paste what you have: JSON, a log, a
request body, what console.log, PHP or Python print, an event, an answer of
code2Session. The names of the values are:

  WeChat etc.  appId, sessionKey, encryptedData, iv, openId, rawData, signature
  Alipay       aesKey, alipayPublicKey, message (res.response)

Keys that it does not contain come from the environment: WX_SESSION_KEY,
ALIPAY_AES_KEY, ALIPAY_PUBLIC_KEY. They are never arguments, which stay in the
shell history and are visible in the process list. Without a key, encrypt
makes one and prints it.

  --platform <name>      WXBizDataCrypt, FeishuDataCrypt, …; else inferred, and
                         WXBizDataCrypt for encrypt
  --app-id <id>          the app id, also from WX_APP_ID; it binds: values that
                         name another app are rejected

For diagnose and decrypt:
  --data <text>          encryptedData
  --iv <text>            iv
  --max-age <seconds>    reject data whose watermark is older

For diagnose, which shows no key and no data unless asked:
  --json                 print the result as JSON
  --show-data            print the data and the corrected values, too

Exit status: 0 success, 1 it does not decrypt or cannot be read, 2 wrong usage.
wxbiz is short for wxbizdatacrypt-native.`,
    zh: `解密并校验小程序开放数据，说明哪里不对。

  wxbiz diagnose [选项] [文件]   说明数据为什么无法解密
  wxbiz decrypt  [选项] [文件]   输出解密后的对象
  wxbiz encrypt  [选项] [文件]   用 JSON 对象生成测试数据，没有输入时用手机号

没有指定文件时读取标准输入。有什么粘贴什么：JSON、日志、请求体、
console.log 或 PHP、Python 的输出、event、code2Session 的响应。字段名为：

  微信等    appId、sessionKey、encryptedData、iv、openId、rawData、signature
  支付宝    aesKey、alipayPublicKey、message（即 res.response）

输入中没有密钥时，从环境变量 WX_SESSION_KEY、ALIPAY_AES_KEY、
ALIPAY_PUBLIC_KEY 读取。密钥不能写在命令行参数里：参数会留在 shell 历史和
进程列表中。没有密钥时，encrypt 随机生成并输出。

  --platform <名称>      WXBizDataCrypt、FeishuDataCrypt 等；缺省时自动判断，
                         encrypt 缺省为 WXBizDataCrypt
  --app-id <id>          appId，也可用环境变量 WX_APP_ID；输入或数据属于其他
                         小程序时拒绝

用于 diagnose 和 decrypt：
  --data <文本>          encryptedData
  --iv <文本>            iv
  --max-age <秒>         拒绝水印时间早于该秒数的数据

用于 diagnose，默认不显示密钥和数据：
  --json                 以 JSON 输出结果
  --show-data            同时输出数据和修正后的值

退出状态：0 成功，1 无法解密或无法读取，2 用法错误。
wxbiz 是 wxbizdatacrypt-native 的简称。`
  },
  paste: both`Paste the values (JSON, a log, a request, …), then press Enter and {end}.
    请粘贴数据（JSON、日志、请求等），然后按回车和 {end}。`,
  'paste-object': both`Paste a JSON object to encrypt (nothing for a phone number), then press Enter and {end}.
    请粘贴要加密的 JSON 对象（留空则加密一个手机号），然后按回车和 {end}。`,
  'try-help': { en: 'For help, type: wxbiz --help', zh: '查看帮助请输入：wxbiz --help' },
  'no-command': both`Unknown or missing command. Use diagnose, decrypt or encrypt; for example, type: wxbiz diagnose session.json
    未指定命令，或命令不存在。可用 diagnose、decrypt、encrypt，例如输入：wxbiz diagnose session.json`,
  'key-in-argument': both`A key must not be an argument: arguments stay in the shell history and are visible in the process list. Put it into the input, or into the environment variable WX_SESSION_KEY.
    密钥不能写在命令行参数里：参数会留在 shell 历史和进程列表中。请写入输入内容，或设置环境变量 WX_SESSION_KEY。`,
  'bad-option': both`Unknown option, or an option without its value: {name}
    未知选项，或选项缺少值：{name}`,
  'bad-combination': { en: 'Not for this command: {names}', zh: '不能用于该命令：{names}' },
  'many-files': { en: 'Only one file.', zh: '只能指定一个文件。' },
  'bad-max-age': both`--max-age must be a number of seconds, 0 or more.
    --max-age 应为不小于 0 的秒数。`,
  'bad-platform': { en: '--platform must be one of: {names}', zh: '--platform 可用的值：{names}' },
  'bad-json': { en: 'The input is not a JSON object.', zh: '输入不是 JSON 对象。' },
  'nothing-found': both`The input contains none of the values: appId, sessionKey, encryptedData, iv, or for Alipay message.{others}
    输入中没有任何需要的值：appId、sessionKey、encryptedData、iv，支付宝为 message。{others}`,
  'too-long': { en: 'The input is longer than 16 MiB.', zh: '输入超过 16 MiB。' },
  'other-app': both`The input names another app than --app-id or WX_APP_ID.
    输入中的 appId 与 --app-id 或 WX_APP_ID 不一致。`,
  'not-for-alipay': both`--app-id and --max-age do not apply to Alipay: its messages contain neither app id nor time.
    --app-id 和 --max-age 不适用于支付宝：其报文中没有 appId 和时间。`,
  'no-max-age': both`--max-age does not apply to {name}: its data contains no time that is documented.
    --max-age 不适用于 {name}：其数据中没有文档说明的时间。`,
  missing: { en: 'Missing: {names}.{others}', zh: '缺少：{names}。{others}' },
  others: { en: ' Not understood: {names}.', zh: '无法识别的字段：{names}。' },
  unknown: { en: 'Not understood: {names}', zh: '无法识别的字段：{names}' },
  repeated: both`More than once, with different values (the first is used): {names}
    出现多次且值不同（使用第一个）：{names}`,
  unreadable: { en: 'Cannot read {file}: {why}', zh: '无法读取 {file}：{why}' },
  ENOENT: { en: 'no such file', zh: '文件不存在' },
  EACCES: { en: 'permission denied', zh: '没有权限' },
  EPERM: { en: 'permission denied', zh: '没有权限' },
  EISDIR: { en: 'it is a folder', zh: '是一个目录' },
  repairable: { en: 'Corrected in this way, it decrypts.', zh: '按此修正后可以解密。' },
  fits: { en: 'Corrected in this way, the signature fits.', zh: '按此修正后签名一致。' },
  next: { en: 'Then there is also: {names}', zh: '修正后还存在：{names}' },
  kind: { en: 'Data of: {kind} ({platform})', zh: '数据类型：{kind}（{platform}）' }
}

/** Words within the hints of `diagnose`: the form of a key or an iv as text, and values of `found`. */
exports.names = {
  form: {
    base64: { en: '24 base64 characters that end in ==', zh: '24 个 base64 字符，以 == 结尾' },
    hex: { en: '32 hex digits', zh: '32 位十六进制字符' },
    'hex-as-base64': both`32 hex digits, which are read as base64
      32 位十六进制字符，按 base64 解码`
  },
  looksLike: {
    'app-secret': both`an AppSecret, or a token of your own (32 hex digits, such as an MD5)
      AppSecret，或自己的 token（32 位十六进制，例如 MD5）`,
    'login-code': { en: 'the code of the login API', zh: '登录接口返回的 code' },
    'encoding-aes-key': both`an EncodingAESKey of pushed messages (消息推送)
      消息推送的 EncodingAESKey`,
    'open-id': { en: 'an openid', zh: 'openid' },
    'access-token': { en: 'an access_token', zh: 'access_token' },
    token: { en: 'a token of your own (UUID, JWT or hash)', zh: '自己的 token（UUID、JWT 或哈希）' }
  },
  change: {
    'line-breaks': both`a line feed or white space around the session key
      session_key 前后多了换行或空格`,
    'white-space': { en: 'white space was added or removed', zh: '空白字符有增减' },
    'key-order': { en: 'the fields are in another order', zh: '字段顺序变了' },
    're-serialised': { en: 'it was parsed and serialised again', zh: '被解析后重新序列化' },
    'escaped-slashes': { en: '/ is escaped as \\/', zh: '/ 被转义成 \\/' },
    'escaped-unicode': { en: 'characters are escaped as \\u…', zh: '字符被转义成 \\u…' },
    'html-escaped': { en: 'it was escaped for HTML (&quot;)', zh: '被做了 HTML 转义（&quot;）' },
    'url-encoded': { en: 'it is still URL-encoded', zh: '仍是 URL 编码' },
    'plus-became-space': { en: '+ became a space', zh: '+ 变成了空格' },
    'stray-quotes': { en: 'there are quotes or escapes around it', zh: '多了引号或转义符' },
    signature: { en: 'there is something around the signature', zh: 'signature 前后有多余字符' }
  }
}

/**
 * What `diagnose` says, by reason. `{inputs}` are the names of the values;
 * `{platform}`, `{login}`, `{openId}`, `{keyLength}`, `{encoding}`, `{keyForm}` and `{ivForm}` come from the platform's
 * row; the others from `found`.
 */
exports.diagnosis = {
  ok: both`Nothing is wrong: the data decrypts, and its watermark is that of this app.
    没有问题：数据可以解密，水印与本小程序一致。`,

  // There is nothing to decrypt.
  'missing-argument': both`Missing: {inputs}. Log which fields the request and your session store contain. The session key comes from the login on the server (code2Session) and must stay there.
    缺少 {inputs}。请检查请求和会话存储中实际有哪些字段。session_key 来自服务端登录（code2Session），只能保存在服务端。`,
  'wrong-argument-type': both`{inputs}: of a wrong type. Keys and data must be text or bytes, platform the name of a class: pass the strings as the mini program received them.
    {inputs} 类型不对。密钥和数据应为文本或字节，platform 应为类名。请原样传入小程序端拿到的字符串。`,
  'user-declined': both`The user declined, so there is no encryptedData. Check errMsg in the client and do not send the request.
    用户拒绝了授权，因此没有 encryptedData。请在小程序端判断 errMsg，拒绝时不要再请求服务端。`,
  'client-error': both`The call failed in the client, so there is no encryptedData. Look at errMsg: usually the app lacks the permission, or its privacy policy does not declare the API.
    小程序端调用失败，因此没有 encryptedData。请查看 errMsg：通常是没有接口权限，或隐私保护指引中未声明该接口。`,
  'phone-number-code': both`This is the code of the phone number button, which is not decrypted. Send it from the server to wxa/business/getuserphonenumber; it can be used once and expires after five minutes. It is not the code of wx.login.
    这是手机号按钮返回的动态令牌 code，不需要解密。请在服务端用它调用 wxa/business/getuserphonenumber；它只能使用一次，五分钟内有效，且与 wx.login 的 code 不同。`,
  'cloud-id': both`A cloudID cannot be decrypted. Pass it to a cloud function or to the getopendata API, and check the answer with openCloudData; or send encryptedData and iv instead.
    cloudID 无法解密。请把它传给云函数或 getopendata 接口，再用 openCloudData 校验返回结果；或者改为传 encryptedData 和 iv。`,
  'cloud-data': both`WeChat has decrypted this already: it is an answer or an event of the cloud APIs. Pass the part "{field}" of it to openCloudData (all of it, if no part is named here).
    这是微信已经解密的数据（云开放数据的响应或 event）。请把其中的 “{field}” 传给 openCloudData；没有列出时传整个对象。`,
  'code2session-error': both`There is no session key, but an error from code2Session (errcode {code}). Check errcode before you store session_key. A code of {login} can be used once and expires after five minutes.
    没有 session_key，而是 code2Session 返回的错误（errcode {code}）。保存 session_key 之前请先判断 errcode。{login} 的 code 只能使用一次，五分钟内有效。`,
  'pushed-message': both`This is a pushed message (消息推送), encrypted under the EncodingAESKey (43 characters) of the console. This package does not decrypt it: use the library for messages of your framework.
    这是消息推送的报文，用后台配置的 EncodingAESKey（43 个字符）加密，不是开放数据。本库不处理，请使用消息加解密库。`,
  'pay-callback': both`This is a notification of WeChat Pay v3 (AES-256-GCM under the 32 characters of the APIv3 key, with a nonce of 12 characters), not open data. Use a library for WeChat Pay.
    这是微信支付 v3 的回调（AES-256-GCM，密钥为 32 个字符的 APIv3 密钥，nonce 为 12 个字符），不是开放数据。请使用微信支付的库。`,
  'douyin-flow': both`Douyin's newer ways do not use the session key: the phone number button gives a code for Douyin's OpenAPI, whose answer is RSA (256 bytes) under your app's key, and encrypt_mobile is AES-256 under the client_secret.
    抖音的新流程不使用 session_key：手机号按钮返回 code，用它调用抖音 OpenAPI；响应用应用公钥做 RSA 加密（256 字节），encrypt_mobile 则用 client_secret 做 AES-256 加密。`,
  'other-platform': both`These values are from another platform. Use {class}, with the keys of that platform.
    这些值来自其他平台。请改用 {class}，并使用该平台的密钥。`,

  // The values were changed on the way.
  'wrong-argument-order': both`The arguments are in the wrong order: {order}. Use new {class}(appId, sessionKey) and decryptData(encryptedData, iv).
    参数顺序错误：{order}。正确写法是 new {class}(appId, sessionKey) 和 decryptData(encryptedData, iv)。`,
  'unparsed-json': both`{inputs}: a whole JSON object, event or request body instead of one of its fields. Parse it and pass the field.
    {inputs} 传入了整个 JSON 对象、event 或请求体。请先解析，再传入其中对应的字段。`,
  'stray-quotes': both`{inputs}: the text contains quotes or JSON escapes. Parse the JSON once, and do not stringify a string again.
    {inputs} 中有多余的引号或 JSON 转义符。请只解析一次 JSON，也不要对字符串再次 JSON.stringify。`,
  'html-escaped': both`{inputs}: the text contains HTML entities such as &quot; or &#x2B;. A filter escapes request fields for HTML: switch it off for this route.
    {inputs} 中含有 &quot;、&#x2B; 之类的 HTML 实体。请求参数被某个过滤器做了 HTML 转义，请对该接口关闭它。`,
  'url-encoded': both`{inputs}: still URL-encoded (%2B, %2F, %3D). Decode it once with decodeURIComponent, or send JSON instead of a form.
    {inputs} 仍是 URL 编码（%2B、%2F、%3D）。请用 decodeURIComponent 解码一次，或改用 JSON 提交。`,
  'plus-became-space': both`{inputs}: every + became a space, because a form or a query string was not encoded. Send JSON, or use encodeURIComponent in the client. On the server .replace(/ /g, '+') restores it.
    {inputs} 中的 + 变成了空格，原因是表单或 URL 参数没有编码。请改用 JSON 提交，或在小程序端使用 encodeURIComponent；服务端可用 .replace(/ /g, '+') 还原。`,
  'escaped-slashes': both`{inputs}: / is written as \\/, as PHP’s json_encode does, and was not parsed as JSON again. Parse the JSON as often as it was written.
    {inputs} 中的 / 被写成 \\/（PHP 的 json_encode 会这样转义），且没有再按 JSON 解析。序列化几次就要解析几次。`,
  'line-breaks': both`{inputs}: there are line breaks or white space in the text, which is wrapped or was read from a file. Remove them.
    {inputs} 中有换行或空白字符：文本被折行，或读自文件。请去掉。`,
  'full-width': both`{inputs}: there are full-width characters (＋ ／ ＝), which an input method or a converter wrote. Pass the text as the mini program received it.
    {inputs} 中有全角字符（＋／＝），来自输入法或全角转换。请原样传入小程序端拿到的文本。`,
  'changed-case': both`{inputs}: all letters are lower or all are upper case, so that they cannot be restored. Usually a database column, a header or a function such as strtolower changed them.
    {inputs} 的字母全部是小写或全部是大写，无法还原。通常是数据库字段、请求头或 strtolower 之类的函数改变了大小写。`,
  'bytes-as-text': both`{inputs}: bytes were written as text (a list of numbers, <Buffer …>, Latin-1). Keep the base64 text as the mini program received it, and do not decode it in between.
    {inputs} 是把字节写成了文本（数字列表、<Buffer …>、Latin-1 等）。请保留小程序端拿到的 base64 文本，中途不要解码。`,
  surrounded: both`{inputs}: the right value with something around it (its name, a serialisation of Java or PHP, a data URL, a list of one). Pass the value alone; read and write the session store with the same serialiser.
    {inputs} 的值本身正确，但外面多了内容（字段名、Java 或 PHP 的序列化、data URL、只有一个元素的列表）。请只传值本身；会话存储的读写要用同一种序列化方式。`,
  'hex-encoded': both`{inputs}: hex text instead of {encoding}. Pass Buffer.from(text, 'hex').
    {inputs} 是十六进制文本，应为 {encoding}。请传入 Buffer.from(text, 'hex')。`,
  'base64-encoded': both`{inputs}: base64 of bytes that {platform} writes in hex. Pass the text as {platform} gives it: {keyForm}.
    {inputs} 被转成了 base64，而{platform}给出的是十六进制。请原样传入：{keyForm}。`,
  'double-base64': both`{inputs}: base64-encoded twice. What {platform} returns is base64 already: do not encode it again, and pass it as a string, not as a Buffer of its characters.
    {inputs} 被 base64 编码了两次。{platform}返回的已经是 base64：不要再次编码，请直接传字符串，不要转成 Buffer。`,
  truncated: both`encryptedData is cut off or has lost characters. Look for a length limit on the way (URL, database column, log line) and for lost + characters.
    encryptedData 被截断或丢失了字符。请检查传输途中的长度限制（URL、数据库字段、日志），以及 + 是否丢失。`,
  'data-too-long': both`encryptedData is longer than 32 KiB once decoded; that of {platform} is shorter than 4 KiB. Check what the client sends.
    encryptedData 解码后超过 32 KiB，而{platform}的数据不到 4 KiB。请检查小程序端发送的内容。`,
  corrupted: both`The session key and the iv are right, but encryptedData was changed. Compare it character by character with what the client sent.
    session_key 和 iv 都正确，但 encryptedData 被改动过。请与小程序端发出的内容逐字符比较。`,

  // Wrong values.
  'not-a-session-key': both`sessionKey looks like {looksLike}. Use the session_key that the login on the server (code2Session) returns for this user.
    sessionKey 看起来是{looksLike}。请使用服务端登录（code2Session）为该用户返回的 session_key。`,
  'session-key-length': both`sessionKey has {length} bytes once decoded instead of {keyLength} ({keyForm}). Usually it is cut off, or a login token of your own.
    sessionKey 解码后为 {length} 字节，应为 {keyLength} 字节（{keyForm}）。通常是被截断，或误用了自己的登录 token。`,
  'iv-length': both`iv has {length} bytes once decoded instead of 16 ({ivForm}). Use the iv from the same callback as encryptedData.
    iv 解码后为 {length} 字节，应为 16 字节（{ivForm}）。请使用与 encryptedData 同一次回调返回的 iv。`,
  'iv-mismatch': both`The session key is right, but the iv is not: only the first 16 bytes decrypt to garbage. Use the iv from the same callback as encryptedData.
    session_key 正确，但 iv 不匹配：只有前 16 个字节是乱码。请使用与 encryptedData 同一次回调返回的 iv。`,
  'session-key-mismatch': both`The data was encrypted with another session key. Usually a later {login} replaced it: in the client call {login} before the button is shown, not in its callback; on the server keep the last two keys and pass [current, previous]. Check that the key is this user’s.
    数据不是用该 session_key 加密的。通常是之后又调用了 {login}，session_key 已刷新：小程序端请在按钮显示之前调用 {login}，不要在回调里调用；服务端请保留最近两个 session_key，传入 [当前, 上一个]。也请确认它属于该用户。`,

  // The data decrypts, but is not what it should be.
  'invalid-plaintext': both`Key, iv and data are right, but the text inside is not valid: a raw control character, a quote that is not escaped, half an emoji, or GBK instead of UTF-8, usually in a nickname. decryptData rejects it, as JSON.parse does; ask the user to change that text, or get the value in another way.
    密钥、iv 和数据都正确，但解密出的文本本身无效：控制字符或引号未转义、半个 emoji，或是 GBK 而不是 UTF-8，通常出现在昵称里。与 JSON.parse 一样，decryptData 会拒绝；请让用户修改该内容，或用其他方式获取。`,
  'not-json': both`The data decrypts to text that is not JSON and has no watermark, such as the activity id of wx.authPrivateMessage. decryptData cannot check it: compare the id with the one you created.
    解密结果是文本，不是 JSON，也没有水印，例如 wx.authPrivateMessage 的 activityId。decryptData 无法校验，请自行与创建时的 activityId 比较。`,
  'no-watermark': both`The data decrypts to JSON without a watermark, so nothing says which app it is for. {platform} always adds one: find out where the data comes from.
    解密结果是 JSON，但没有水印，无法确认属于哪个小程序。{platform}的数据总是带有水印，请查明数据来源。`,
  'app-id-mismatch': both`The data is for another app: {appId}. Use the app id of the mini program that produced it, and check that the session key is from the same app.
    数据属于另一个小程序：{appId}。请使用产生该数据的小程序的 appId，并确认 session_key 也来自同一个小程序。`,
  'app-id-misspelled': both`appId is nearly {appId}, but not the same: there are quotes, white space, a comma, a comment or an invisible character around it, or another case, or a character is missing. Look at the configuration (docker --env-file keeps quotes and comments).
    appId 与 {appId} 只差一点：前后有引号、空白、逗号、注释或不可见字符，大小写不同，或少了字符。请检查配置（docker --env-file 会保留引号和注释）。`,
  'no-open-id': both`openId is passed, but this data names no user ({openId}). Phone numbers, steps and getUserProfile have none: identify the user by the session, and leave openId out.
    传了 openId，但该数据不含用户标识（{openId}）。手机号、步数和 getUserProfile 的数据都没有：请用会话识别用户，不要传 openId。`,
  'open-id-mismatch': both`The data is for another user: its {openId} is not the one that you passed. Check that the session belongs to the user who sent the request.
    数据属于另一个用户：其中的 {openId} 与传入的不一致。请确认会话属于发起请求的用户。`,
  expired: both`Only the time is wrong: the watermark is older than maxAge (in seconds), has no timestamp, or is later than the time of this server. Let the client request the data again, and check the server’s clock.
    只有时间不符：数据生成时间已超过 maxAge（单位为秒）、缺少时间戳，或时间戳晚于服务器当前时间。请让小程序端重新获取数据，并检查服务器时钟。`,
  'signature-mismatch': both`rawData and signature do not fit this session key. Usually, most frequent first: 1. a later {login} replaced the key; 2. rawData was parsed and serialised again (order of the fields, \\/, \\u…); 3. it was URL-encoded or escaped for HTML; 4. characters were lost (? or U+FFFD); 5. white space, or a line feed after the key.
    rawData、signature 与该 session_key 不匹配。常见原因，由多到少：1. 之后又调用了 {login}，session_key 已刷新；2. rawData 被解析后重新序列化（字段顺序、\\/、\\u…）；3. 被 URL 编码或 HTML 转义；4. 丢失了字符（? 或 U+FFFD）；5. 空白字符，或 session_key 后面有换行。`,

  // Alipay.
  'alipay-error': both`Alipay answers with an error (code {code}), which is not data. See msg and subMsg in the answer.
    支付宝返回的是错误（code {code}），不是数据。请查看响应中的 msg 和 subMsg。`,
  'alipay-key': both`Something else is passed than the key: a file path, a private key, hex, a wrong length. The hint says what, for which key.
    传入的不是所需的密钥：文件路径、私钥、十六进制、长度不对等。提示会说明是哪个密钥、哪里不对。`,
  'alipay-message': both`The message is not what my.getPhoneNumber gives as res.response. Pass that text unchanged.
    传入的不是 my.getPhoneNumber 的 res.response。请原样传入该文本。`,
  'alipay-algorithm': both`The message is signed by another algorithm than the configured signType, or its encrypt_type is not AES. Choose RSA2 in the console, or configure what it says.
    报文的签名算法与配置的 signType 不一致，或 encrypt_type 不是 AES。请在控制台选择 RSA2，或按控制台的设置配置。`,
  'alipay-rejected': both`AlipayDataCrypt rejects the message: there is no sign, the signature does not fit, or the AES key does not. The hint says what is usual then.
    AlipayDataCrypt 拒绝了报文：没有 sign、签名不匹配，或 AES 密钥不匹配。提示会列出常见原因。`
}

/** What it says in a particular case, by reason and case. */
exports.variants = {
  'ok/frame': both`Nothing is wrong: the data decrypts, and its app key is that of this app.
    没有问题：数据可以解密，其中的 App Key 与本小程序一致。`,
  'ok/optional': both`Nothing is wrong: the data decrypts. If it has a watermark, that is of this app.
    没有问题：数据可以解密；如果带有水印，水印与本小程序一致。`,
  'ok/signature': both`Nothing is wrong: the signature of rawData fits this session key.
    没有问题：rawData 的签名与该 session_key 一致。`,
  'ok/alipay': both`Nothing is wrong: the message is signed by this Alipay key and decrypts. It names neither an app nor a user nor a time.
    没有问题：报文由该支付宝公钥对应的私钥签名，并可以解密。其中没有应用、用户和时间。`,
  'wrong-argument-type/plain': both`{inputs}: JSON that is not encrypted, such as userInfo or rawData. Pass encryptedData and iv of the same callback: plain data from a client proves nothing.
    {inputs} 是未加密的 JSON，例如 userInfo 或 rawData。请传同一次回调中的 encryptedData 和 iv：客户端传来的明文不可信。`,
  'douyin-flow/code': both`This is the code of Douyin's phone number button. Exchange it on the server at Douyin's OpenAPI (not at WeChat's); the answer is RSA under your app's public key, so your private key decrypts it (PKCS#1 v1.5).
    这是抖音手机号按钮返回的 code。请在服务端用它调用抖音 OpenAPI（不是微信接口）；响应用应用公钥做 RSA 加密，用应用私钥（PKCS#1 v1.5）解密。`,
  'douyin-flow/rsa': both`This data has 256 bytes, as Douyin's RSA answers have. If it came for a code, it decrypts under your app's RSA private key (PKCS#1 v1.5), not under the session key. Otherwise the session key is usually not the one it was encrypted with: call {login} before the button is shown.
    数据为 256 字节，与抖音的 RSA 响应一致。如果是用 code 换来的，请用应用的 RSA 私钥（PKCS#1 v1.5）解密，而不是 session_key；否则通常是 session_key 已刷新，请在按钮显示之前调用 {login}。`,
  'douyin-flow/secret': both`The session key has 32 characters, as a client_secret has. Under that Douyin's OpenAPI encrypts encrypt_mobile: AES-256-CBC, the key is its 32 characters, the iv the first 16 of them. For encryptedData use the session_key of the user.
    sessionKey 是 32 个字符，像是 client_secret。抖音 OpenAPI 的 encrypt_mobile 用它加密：AES-256-CBC，密钥为这 32 个字符，iv 为前 16 个字符。解密 encryptedData 请使用该用户的 session_key。`,
  'bytes-as-text/lossy': both`{inputs}: bytes were written as text in a way that cannot be undone (joined numbers, or decoded as UTF-8). Keep the base64 text as the mini program received it, and do not decode it in between.
    {inputs} 是把字节写成了文本，且无法还原（数字连写，或按 UTF-8 解码）。请保留小程序端拿到的 base64 文本，中途不要解码。`,
  'invalid-plaintext/field': both`Key, iv and data are right, but the text inside is not valid in the field {field}: a raw control character, a quote that is not escaped, half an emoji, or GBK instead of UTF-8. decryptData rejects it, as JSON.parse does; ask the user to change that text, or get the value in another way.
    密钥、iv 和数据都正确，但解密出的文本在字段 {field} 处无效：控制字符或引号未转义、半个 emoji，或是 GBK 而不是 UTF-8。与 JSON.parse 一样，decryptData 会拒绝；请让用户修改该内容，或用其他方式获取。`,
  'no-watermark/optional': both`The data decrypts to JSON without a watermark, and {platform} documents none. Accept it with new {class}(appId, sessionKey, { watermark: 'optional' }): then only the session key says which app it is for.
    解密结果是 JSON，但没有水印；{platform}的文档没有提到水印。可用 new {class}(appId, sessionKey, { watermark: 'optional' }) 接受，此时只有 session_key 能说明数据属于哪个小程序。`,
  'app-id-mismatch/console': both`appId is the one that the console of {platform} shows. The data has a numeric one: {appId}. If the app is yours, pass these digits as a string.
    appId 是{platform}后台显示的 ID，而数据中是数字 ID：{appId}。确认是自己的应用后，请以字符串传入这串数字。`,
  'signature-mismatch/changed': both`The signature fits once this is undone: {change} ({inputs}). Pass rawData as the exact text that the mini program received.
    还原这一改动后签名一致：{change}（{inputs}）。请原样传入小程序端拿到的 rawData 文本。`,
  'signature-mismatch/lossy': both`rawData has lost characters (? or U+FFFD), usually an emoji in a nickname that a database or an encoding does not hold. Pass the exact text that the mini program received, as UTF-8 (utf8mb4 in MySQL).
    rawData 丢失了字符（? 或 U+FFFD），通常是昵称中的 emoji 在数据库或编码转换中丢失。请以 UTF-8 原样传入小程序端拿到的文本（MySQL 用 utf8mb4）。`,
  'signature-mismatch/none': both`{platform} documents no signature of rawData, so there is none to check.
    {platform}的文档没有 rawData 的签名，无法校验。`,
  'signature-mismatch/signature': both`signature has no 40 hex digits. Pass the signature from the same callback as rawData (signature, not signature2 or a hash of your own).
    signature 不是 40 位十六进制。请传入与 rawData 同一次回调返回的 signature。`,
  'alipay-key/missing': both`Missing: {inputs}. aesKey is 接口内容加密方式 (base64 of 16 bytes), alipayPublicKey is 支付宝公钥, both from Alipay’s console.
    缺少 {inputs}。aesKey 是「接口内容加密方式」的密钥（16 字节的 base64），alipayPublicKey 是支付宝公钥，都在支付宝控制台获取。`,
  'alipay-key/name': both`The key is passed as encryptKey, as in alipay-sdk. AlipayDataCrypt calls it aesKey.
    密钥以 encryptKey 传入，那是 alipay-sdk 的写法；AlipayDataCrypt 中叫 aesKey。`,
  'alipay-message/missing': both`There is no message. Pass res.response of my.getPhoneNumber, unchanged; in the client, send it as text.
    没有报文。请原样传入 my.getPhoneNumber 的 res.response，小程序端以文本提交。`,
  'alipay-message/html-escaped': both`The quotes of the message have become &quot;: a filter escapes request fields for HTML. Switch it off for this route.
    报文的引号变成了 &quot;：请求参数被某个过滤器做了 HTML 转义，请对该接口关闭它。`,
  'alipay-message/url-encoded': both`The message is still URL-encoded (%7B%22…). Decode it once with decodeURIComponent, or send it as text or JSON.
    报文仍是 URL 编码（%7B%22…）。请用 decodeURIComponent 解码一次，或改用文本、JSON 提交。`,
  'alipay-message/object-text': both`The message is "[object Object]": an object was turned into text before it was sent. Send res.response itself, or use JSON.stringify.
    报文是 "[object Object]"：发送前对象被直接转成了字符串。请直接发送 res.response，或使用 JSON.stringify。`,
  'alipay-message/form': both`The message is a whole form body. Pass its field response if that is the message, or send res.response as the body.
    报文是整个表单请求体。如果其中的 response 字段是报文，请传该字段；或直接以 res.response 作为请求体。`,
  'alipay-message/json-as-key': both`The message is the name of a form field: JSON was sent as application/x-www-form-urlencoded. Send it as text or as application/json.
    报文成了表单的字段名：JSON 被当作 application/x-www-form-urlencoded 提交。请改用 text/plain 或 application/json。`,
  'alipay-message/level': both`The message is one level deeper, within another object. Pass that property instead of the whole object.
    报文在外层对象的某个属性里。请传该属性，而不是整个对象。`,
  'alipay-message/ciphertext-only': both`Only the ciphertext is passed, without sign. Pass all of res.response: { response, sign }. Without a signature anyone could forge a number.
    只传了密文，没有 sign。请传完整的 res.response：{ response, sign }。没有签名，任何人都可以伪造手机号。`,
  'alipay-message/raw-line-feeds': both`There are raw line feeds in the message: it was wrapped. Pass res.response as one text, unchanged.
    报文中有换行：文本被折行。请原样传入 res.response。`,
  'alipay-algorithm/proved': both`The message is signed by {message}, but signType is {configured}: proved, since the signature fits then. Set signType: '{message}', or choose {configured} in the console (RSA2 is the better one).
    报文用 {message} 签名，而 signType 是 {configured}（已验证：改为 {message} 后签名一致）。请设置 signType: '{message}'，或在控制台改用 {configured}（建议使用 RSA2）。`
}
