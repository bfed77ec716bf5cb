'use strict'

// Every wording that a user of the package reads, once: by reason, in English and in Chinese. Requires nothing.
// Errors, `diagnose`, the command line, the types and the documents read this table. `{name}` is filled in.

/** Fills the placeholders of a text. A value that is missing leaves its placeholder. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) =>
    hasOwn(values, name) ? values[name] : placeholder
  )
}

const hasOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty)

/**
 * Why `decryptData`, `encryptData` and `openCloudData` reject data. `{encoding}`, `{keyLength}`, `{blockLength}`,
 * `{login}` and `{openId}` come from the platform's row.
 */
const errors = {
  'session-key-length': {
    en: 'The session key is not {keyLength} bytes once decoded from {encoding}. Check what the session store returns: it must be the session_key of this user, unchanged.',
    zh: 'session_key 按 {encoding} 解码后不是 {keyLength} 字节。请检查会话存储返回的内容：应为该用户的 session_key，且未经改动。'
  },
  'iv-length': {
    en: 'The iv is not 16 bytes once decoded from {encoding}. Send the iv from the same callback as the data, and look for a + that became a space.',
    zh: 'iv 按 {encoding} 解码后不是 16 字节。请传与数据同一次回调返回的 iv，并检查 + 是否变成了空格。'
  },
  'data-length': {
    en: 'The encrypted data is empty, not whole blocks of {blockLength} bytes, or longer than 32 KiB once decoded from base64. Look for text that is cut off and for a + that became a space.',
    zh: '加密数据按 base64 解码后为空、长度不是 {blockLength} 字节的整数倍，或超过 32 KiB。请检查内容是否被截断，+ 是否变成了空格。'
  },
  undecryptable: {
    en: 'The data does not decrypt to JSON. Usually the session key was rotated after the data was made: call {login} before the user presses the button, keep the last two keys and pass [current, previous].',
    zh: '解密结果不是 JSON。通常是数据生成之后 session_key 又刷新了：请在用户点击按钮之前调用 {login}，保留最近两个 session_key，传入 [当前, 上一个]。'
  },
  watermark: {
    en: 'The data decrypts, but its watermark is missing or names another app. Use the app id of the mini program that the data was made in.',
    zh: '数据可以解密，但没有水印，或水印属于其他小程序。请使用产生该数据的小程序的 appId。'
  },
  'open-id': {
    en: 'The data decrypts, but its {openId} is missing or is not the expected one. Phone numbers and steps name no user; otherwise check that the session belongs to the user who sent the request.',
    zh: '数据可以解密，但其中没有 {openId}，或与传入的不一致。手机号和步数数据不含用户标识；其他数据请确认会话属于发起请求的用户。'
  },
  expired: {
    en: 'The data decrypts, but its watermark has no timestamp, is older than maxAge (in seconds), or is from the future. Ask the client for fresh data, and check the clock of the server.',
    zh: '数据可以解密，但水印没有时间戳、早于 maxAge（单位为秒）的限制，或晚于服务器当前时间。请让小程序端重新获取数据，并检查服务器时钟。'
  }
}

/** What a frame has in place of a watermark. */
const frameErrors = {
  undecryptable: {
    en: 'The data does not decrypt to a frame around JSON. Usually the session key was rotated after the data was made: call {login} first, keep the last two keys and pass [current, previous].',
    zh: '解密结果不是包含 JSON 的数据帧。通常是数据生成之后 session_key 又刷新了：请先调用 {login}，保留最近两个 session_key，传入 [当前, 上一个]。'
  },
  watermark: {
    en: 'The data decrypts, but it names another app key. Use the app key of the app that the data was made in.',
    zh: '数据可以解密，但其中的 App Key 属于其他应用。请使用产生该数据的应用的 App Key。'
  }
}

/** What an argument must be. */
const expected = {
  string: ['a string', '字符串'],
  digits: ['a string of digits, as in the watermark', '数字字符串，与水印中的一致'],
  base64: ['a base64 string, a Buffer or an array of bytes', 'base64 字符串、Buffer 或字节数组'],
  hex: ['a hex string, a Buffer or an array of bytes', '十六进制字符串、Buffer 或字节数组'],
  'base64-key': ['the session key as base64 text', 'base64 文本形式的 session_key'],
  'hex-key': ['the session key as hex text', '十六进制文本形式的 session_key'],
  text: ['a string or a Buffer', '字符串或 Buffer'],
  keys: [
    'a session key, or a list of at least one. Without a session key the user must log in again',
    'session_key，或至少包含一个 session_key 的列表。没有 session_key 时，用户需要重新登录'
  ],
  'many-keys': ['a list of at most {max} session keys', '最多包含 {max} 个 session_key 的列表'],
  'plain-object': [
    'a plain object, not an array, a promise, a Map, a Date or an instance of another class',
    '普通对象，不能是数组、Promise、Map、Date 或其他类的实例'
  ],
  'json-object': ['an object that JSON.stringify accepts', '可以用 JSON.stringify 序列化的对象'],
  options: ['an object such as {example}', '{example} 这样的对象'],
  seconds: ['a number of seconds, 0 or more (not milliseconds)', '不小于 0 的秒数（不是毫秒）'],
  timestamp: ['a number of seconds since 1970', '自 1970 年起的秒数'],
  'open-id': ['a string, the {openId} of the logged-in user', '字符串，即已登录用户的 {openId}'],
  watermark: ["'optional' or 'required'", "'optional' 或 'required'"],
  'cloud-data': [
    'an object { cloudID, data } or { errcode, phone_info }, or its JSON text',
    '对象 { cloudID, data } 或 { errcode, phone_info }，或其 JSON 文本'
  ],
  input: [
    'an object such as { appId, sessionKey, encryptedData, iv }',
    '{ appId, sessionKey, encryptedData, iv } 这样的对象'
  ]
}

/** The sentence around one of the texts above. */
const argument = {
  en: 'The "{argument}" argument must be {expected}. Received {received}',
  zh: '参数 "{argument}" 应为{expected}。实际收到：{received}'
}

const unknownOption = {
  en: 'The "options" argument must be an object with no other options than {names}{name}',
  zh: '参数 "options" 只能包含这些选项：{names}{name}'
}

const unknownName = { en: ': there is no "{name}"', zh: '；没有 "{name}" 这个选项' }

const call = {
  constructor: { en: "{name} must be called with 'new'", zh: '{name} 必须用 new 调用' },
  method: {
    en: '{name} must be called on an AlipayDataCrypt',
    zh: '{name} 必须在 AlipayDataCrypt 的实例上调用'
  }
}

/** What `openCloudData` is told by WeChat's server, and what it is passed instead of open data. */
const cloud = {
  'not-json': { en: 'The text is not JSON.', zh: '传入的文本不是 JSON。' },
  'no-data': {
    en: 'There is neither "data" nor "phone_info". Pass { cloudID, data } or { errcode, phone_info }.',
    zh: '其中既没有 data，也没有 phone_info。请传入 { cloudID, data } 或 { errcode, phone_info }。'
  },
  'data-list': {
    en: 'This is the whole answer of getopendata. Pass "json" of one element of "data_list".',
    zh: '这是 getopendata 的完整响应。请传入 data_list 中某个元素的 json。'
  },
  list: {
    en: 'This is the whole answer of cloud.getOpenData. Pass one element of "list".',
    zh: '这是 cloud.getOpenData 的完整响应。请传入 list 中的某个元素。'
  },
  event: {
    en: 'This is a whole event. Pass the property of it that holds { cloudID, data }: "{property}".',
    zh: '这是整个 event。请传入其中包含 { cloudID, data } 的属性：{property}。'
  },
  response: {
    en: 'This is the whole response of an HTTP client. Pass its body: "data".',
    zh: '这是 HTTP 客户端的完整响应。请传入响应体 data。'
  },
  answer: {
    en: 'WeChat answered with error {errcode}. A cloudID or a phone code is valid for five minutes, in the app it was made for; a phone code only once.',
    zh: '微信返回错误 {errcode}。cloudID 和手机号 code 五分钟内有效，且只能用于产生它的小程序；手机号 code 只能使用一次。'
  }
}

/** WeChat's errors that a server meets, by number. */
const wechatAnswers = {
  '-1': {
    en: 'WeChat answered with error -1: its server is busy. Try once more, then answer 503.',
    zh: '微信返回错误 -1：系统繁忙。请重试一次，仍失败则返回 503。'
  },
  40001: {
    en: 'WeChat answered with error 40001: the access token is invalid, usually because another server has fetched a new one. Share one token between all servers, or use stable_token.',
    zh: '微信返回错误 40001：access_token 无效，通常是另一台服务器获取了新的 access_token。请让所有服务器共用一个，或改用 stable_token。'
  },
  40013: {
    en: 'WeChat answered with error 40013: the app id is invalid, or the access token is for another app.',
    zh: '微信返回错误 40013：appId 无效，或 access_token 属于其他小程序。'
  },
  40029: {
    en: 'WeChat answered with error 40029: the code is invalid. It was used before, has expired, is for another app, or is the code of wx.login instead of the phone number button.',
    zh: '微信返回错误 40029：code 无效。可能已使用过、已过期、属于其他小程序，或误用了 wx.login 的 code（应为手机号按钮返回的 code）。'
  },
  40163: {
    en: 'WeChat answered with error 40163: the code was used before.',
    zh: '微信返回错误 40163：code 已被使用。'
  },
  40226: {
    en: 'WeChat answered with error 40226: the user is blocked.',
    zh: '微信返回错误 40226：该用户已被限制登录。'
  },
  42001: {
    en: 'WeChat answered with error 42001: the access token has expired. Fetch a new one.',
    zh: '微信返回错误 42001：access_token 已过期，请重新获取。'
  },
  45011: {
    en: 'WeChat answered with error 45011: too many requests. Try again later.',
    zh: '微信返回错误 45011：调用过于频繁，请稍后再试。'
  }
}

/** The errors of AlipayDataCrypt by code: the message, and why and what to do if no reason below says more. */
const alipay = {
  ERR_ALIPAY_CONFIG: {
    message: 'The configuration of AlipayDataCrypt is wrong',
    messageZh: 'AlipayDataCrypt 的配置有误',
    en: 'The constructor throws it: a key is not what it should be, or an option is unknown. `reason` and `hint` say what was given instead.',
    zh: '构造时抛出：密钥不对，或有未知选项。`reason` 和 `hintZh` 会说明传进来的是什么。'
  },
  ERR_ALIPAY_MESSAGE: {
    message: 'The Alipay message is not acceptable',
    messageZh: '报文不符合支付宝的格式',
    en: 'It is not a message from Alipay, has a duplicate key, is longer than 64 KiB, or is a signed plain response other than an error. Pass `res.response` unchanged.',
    zh: '不是支付宝的报文、有重复的键、超过 64 KiB，或是有签名但不是错误的明文响应。请原样传 `res.response`。'
  },
  ERR_ALIPAY_SIGN_MISSING: {
    message: 'The Alipay message is not signed',
    messageZh: '报文没有签名',
    en: "Without `sign` nothing shows that the message comes from Alipay. Either the client did not send all of `res.response`, or 接口加签方式 is not configured for the app in Alipay's console, or someone is forging messages.",
    zh: '没有 `sign`，无法确认报文来自支付宝。可能是客户端没有完整传送 `res.response`，或没有在支付宝控制台为应用设置「接口加签方式」，或有人在伪造报文。'
  },
  ERR_ALIPAY_SIGN_MISMATCH: {
    message: 'The signature of the Alipay message does not verify',
    messageZh: '报文的签名与配置的公钥不匹配',
    en: 'The usual causes, most frequent first: 1. `alipayPublicKey` is the public key of the app (应用公钥) instead of that of Alipay (支付宝公钥); 2. the message was changed in transit: `+` became a space, `"` became `&quot;`, white space was added, or a plain response was parsed and serialised again (pass `res.response` as text); 3. the message is for another app or another environment (sandbox or production); 4. for a service provider, `alipayPublicKey` must be that of the provider; 5. the key was replaced in Alipay\'s console (pass the old and the new one as an array); 6. the message is forged.',
    zh: '常见原因，由多到少：1. `alipayPublicKey` 用成了应用公钥，应为支付宝公钥；2. 报文在传输中被改动：`+` 变成空格、`"` 变成 `&quot;`、多了空白字符，或明文响应被解析后重新序列化（请以文本形式传 `res.response`）；3. 报文属于其他应用或其他环境（沙箱、正式）；4. 服务商模式下应使用服务商的支付宝公钥；5. 在支付宝控制台更换过密钥（请把新旧公钥放在数组里一起传）；6. 报文是伪造的。'
  },
  ERR_ALIPAY_ALGORITHM: {
    message: 'The Alipay message names another algorithm than the configured one',
    messageZh: '报文的算法与配置不一致',
    en: "`sign_type` or `encrypt_type` is not the configured one. Set `signType` to what Alipay's console says.",
    zh: '`sign_type` 或 `encrypt_type` 与配置不一致。请按支付宝控制台的设置填写 `signType`。'
  },
  ERR_ALIPAY_DECRYPT: {
    message: 'The Alipay message is signed but does not decrypt',
    messageZh: '报文签名正确，但无法解密',
    en: "Usually the AES key was regenerated in Alipay's console and `aesKey` is still the old one, or `aesKey` belongs to another app. For a service provider it must be that of the merchant's app.",
    zh: '通常是在支付宝控制台重新生成过 AES 密钥，而 `aesKey` 还是旧的，或 `aesKey` 属于其他应用。服务商模式下应使用商家应用的 AES 密钥。'
  },
  ERR_ALIPAY_UNSIGNED: {
    message: 'The Alipay message is an unsigned error',
    messageZh: '报文是未签名的错误',
    en: "Anyone could have written it: log `response` and do not rely on it. Usually the keys of the app are not configured in Alipay's console.",
    zh: '任何人都可以伪造：`response` 只作线索，记入日志。通常是没有在支付宝控制台配置应用的密钥。'
  }
}

/** What is wrong with an Alipay key, option or message. */
const alipayReasons = {
  'config-type': {
    en: 'it must be an object with aesKey and alipayPublicKey',
    zh: '应为包含 aesKey 和 alipayPublicKey 的对象'
  },
  'unknown-option': {
    en: 'it is not one of the options, which are {names}',
    zh: '没有这个选项，可用的选项：{names}'
  },
  'no-key': { en: 'the array is empty', zh: '数组为空' },
  'key-type': { en: 'it must be a string, or an array of strings', zh: '应为字符串或字符串数组' },
  'sign-type-sm2': {
    en: 'SM2 is not supported. Choose RSA2 in the console',
    zh: '不支持 SM2。请在控制台选择 RSA2'
  },
  'sign-type-value': { en: "it must be 'RSA2' or 'RSA'", zh: "应为 'RSA2' 或 'RSA'" },
  empty: { en: 'it is empty', zh: '内容为空' },
  unset: {
    en: 'it is the text "undefined" or "null": is the environment variable set?',
    zh: '内容是文本 "undefined" 或 "null"：环境变量设置了吗？'
  },
  'file-path': { en: 'it is a file path. Give the content of the file', zh: '是文件路径。请传入文件的内容' },
  'not-base64': { en: 'it is neither base64 nor PEM', zh: '既不是 base64 也不是 PEM' },
  'not-a-key': {
    en: 'it is not a key: it is cut short, changed, or something else',
    zh: '不是密钥：被截断、被改动，或是其他内容'
  },
  'private-key': {
    en: "it is a private key, which does not belong here and must stay secret. Give Alipay's public key (支付宝公钥) from Alipay's console",
    zh: '是私钥，不应出现在这里，且必须保密。请传入支付宝控制台的支付宝公钥'
  },
  'aes-key': {
    en: "it is an AES key. Give Alipay's public key (支付宝公钥) from Alipay's console",
    zh: '是 AES 密钥。请传入支付宝控制台的支付宝公钥'
  },
  'certificate-request': {
    en: 'it is a certificate request. Give the certificate, alipayCertPublicKey_RSA2.crt',
    zh: '是证书请求（CSR）。请传入支付宝公钥证书 alipayCertPublicKey_RSA2.crt'
  },
  'sm2-key': {
    en: 'it is an SM2 key. SM2 is not supported: give the RSA2 key',
    zh: '是 SM2 密钥。不支持 SM2，请传入 RSA2 密钥'
  },
  'ec-key': {
    en: 'it is an elliptic curve key, not an RSA key. Give the RSA2 key',
    zh: '是椭圆曲线密钥，不是 RSA 密钥。请传入 RSA2 密钥'
  },
  'other-algorithm': {
    en: 'it is a key for another algorithm than RSA. Give the RSA2 key',
    zh: '不是 RSA 算法的密钥。请传入 RSA2 密钥'
  },
  'rsa2-bits': {
    en: 'it is an RSA key of {number} bits. For RSA2, Alipay’s key has 2048 bits or more (up to 8192)',
    zh: '是 {number} 位的 RSA 密钥。RSA2 要求 2048 至 8192 位'
  },
  'rsa-bits': {
    en: 'it is an RSA key of {number} bits. For RSA, 1024 to 8192 are accepted',
    zh: '是 {number} 位的 RSA 密钥。RSA 要求 1024 至 8192 位'
  },
  'rsa-modulus': {
    en: 'it is an RSA key with an even modulus: it has been changed',
    zh: 'RSA 密钥的模数是偶数：密钥被改动过'
  },
  'rsa-exponent': {
    en: 'it is an RSA key whose public exponent is not supported: it must be odd, and from 3 to 2^33 - 1',
    zh: '不支持该 RSA 密钥的公钥指数：应为 3 至 2^33 - 1 之间的奇数'
  },
  'private-key-for-aes-key': {
    en: "it is a private key. Give the AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes",
    zh: '是私钥。请传入支付宝控制台「接口内容加密方式」中的 AES 密钥：16 字节的 base64'
  },
  'public-key-for-aes-key': {
    en: "it is a public key or a certificate. Give the AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes",
    zh: '是公钥或证书。请传入支付宝控制台「接口内容加密方式」中的 AES 密钥：16 字节的 base64'
  },
  hex: {
    en: "it looks like hexadecimal. Give it in base64, as Alipay's console shows it",
    zh: '看起来是十六进制。请按支付宝控制台显示的 base64 传入'
  },
  'wrong-length': {
    en: 'it is {number} bytes long once decoded from base64; an AES key has 16, 24 or 32',
    zh: '按 base64 解码后为 {number} 字节；AES 密钥应为 16、24 或 32 字节'
  },
  'message-type': {
    en: 'The message must be a string, a Buffer or an object.',
    zh: '报文应为字符串、Buffer 或对象。'
  },
  'too-long': {
    en: 'The message is longer than 64 KiB; real messages have about 600 characters.',
    zh: '报文超过 64 KiB；真实报文约 600 个字符。'
  },
  'unreadable-object': {
    en: 'The message is an object that cannot be read as JSON.',
    zh: '报文是无法按 JSON 读取的对象。'
  },
  'not-json': {
    en: 'The message is not JSON. Pass `res.response` as the mini program received it.',
    zh: '报文不是 JSON。请原样传小程序端收到的 `res.response`。'
  },
  'object-text': {
    en: 'The message is "[object Object]": an object was turned into a string before it was sent.',
    zh: '报文是 "[object Object]"：发送前对象被直接转成了字符串。'
  },
  'url-encoded': { en: 'The message is URL-encoded. Decode it first.', zh: '报文仍是 URL 编码。请先解码。' },
  'html-escaped': {
    en: 'The quotes of the message have become `&quot;`: it was escaped for HTML in transit.',
    zh: '报文的引号变成了 `&quot;`：传输途中被做了 HTML 转义。'
  },
  nested: {
    en: 'The message is wrapped in too many layers of JSON strings.',
    zh: '报文被嵌套了太多层 JSON 字符串。'
  },
  'duplicate-key': { en: 'The message has a duplicate key.', zh: '报文中有重复的键。' },
  'not-a-string': { en: '`{field}` of the message is not a string.', zh: '报文的 `{field}` 不是字符串。' },
  'no-response': {
    en: 'The message has neither `response` nor `encryptedData`.',
    zh: '报文中既没有 `response`，也没有 `encryptedData`。'
  },
  'response-type': {
    en: '`response` of the message is neither a string nor an object.',
    zh: '报文的 `response` 既不是字符串也不是对象。'
  },
  charset: { en: '`charset` of the message is not UTF-8.', zh: '报文的 `charset` 不是 UTF-8。' },
  'plain-success': {
    en: 'The message is a plain success, but that of `my.getPhoneNumber` is always encrypted: it is the response to another request of this app.',
    zh: '报文是明文的成功响应，而 `my.getPhoneNumber` 的成功响应总是加密的：它是本应用其他请求的响应。'
  },
  'plain-code': {
    en: 'The message is plain, but not an error: its `code` is not a string.',
    zh: '报文是明文，但不是错误：其 `code` 不是字符串。'
  },
  'sign-type': {
    en: "`sign_type` of the message is not the configured `signType`. Set `signType` to what Alipay's console says.",
    zh: '报文的 `sign_type` 与配置的 `signType` 不一致。请按支付宝控制台的设置填写 `signType`。'
  },
  'encrypt-type': {
    en: '`encrypt_type` of the message is not AES. Choose AES in the console.',
    zh: '报文的 `encrypt_type` 不是 AES。请在控制台选择 AES。'
  }
}

/** What to do about an error that Alipay reports, by subCode, or by code if the subCode is another. */
const alipayAnswers = {
  'isv.missing-encrypt-key': {
    en: 'Alipay reports that the encryption is not configured (缺少加密配置): set 接口内容加密方式, the AES key, in the console. A service provider must also pass `protocols: { isvAppId }` to `my.getPhoneNumber`.',
    zh: '支付宝返回缺少加密配置：请在控制台设置「接口内容加密方式」（AES 密钥）。服务商还需在 `my.getPhoneNumber` 中传 `protocols: { isvAppId }`。'
  },
  'isv.missing-default-signature-type': {
    en: 'Alipay reports that the app has no default signature type (应用未设置默认签名类型): save 接口加签方式 and the app gateway again in the console.',
    zh: '支付宝返回应用未设置默认签名类型：请在控制台重新保存「接口加签方式」和应用网关。'
  },
  'isv.invalid-encrypt': {
    en: 'Alipay reports an encryption error (加密异常): set the AES key again in the console.',
    zh: '支付宝返回加密异常：请在控制台重新设置 AES 密钥。'
  },
  'isv.invalid-auth-relations': {
    en: 'Alipay reports that the user has not agreed (无效的授权关系): show a button with `open-type="getAuthorize"` and `scope="phoneNumber"` before the call.',
    zh: '支付宝返回无效的授权关系：用户没有授权。请在调用之前使用 `open-type="getAuthorize"`、`scope="phoneNumber"` 的按钮。'
  },
  'isv.insufficient-isv-permissions': {
    en: 'Alipay reports missing permissions (ISV权限不足): bind the product 获取会员手机号 to the app.',
    zh: '支付宝返回 ISV 权限不足：请为应用绑定产品「获取会员手机号」。'
  },
  'aop.unknow-error': {
    en: 'Alipay is busy (系统繁忙): try again later.',
    zh: '支付宝系统繁忙，请稍后再试。'
  }
}
alipayAnswers[40001] = {
  en: 'Alipay reports that the keys of the app are not configured: save 接口加签方式, 接口内容加密方式 and the app gateway again in the console. A service provider must also pass `protocols: { isvAppId }`.',
  zh: '支付宝返回应用的密钥未配置：请在控制台重新保存「接口加签方式」「接口内容加密方式」和应用网关。服务商还需传 `protocols: { isvAppId }`。'
}
alipayAnswers[40002] = alipayAnswers['isv.invalid-encrypt']
alipayAnswers[40003] = alipayAnswers['isv.invalid-auth-relations']
alipayAnswers[40006] = alipayAnswers['isv.insufficient-isv-permissions']
alipayAnswers[20000] = alipayAnswers['aop.unknow-error']

module.exports = {
  alipay,
  alipayAnswers,
  alipayReasons,
  argument,
  call,
  cloud,
  errors,
  expected,
  fill,
  frameErrors,
  unknownName,
  unknownOption,
  wechatAnswers
}
