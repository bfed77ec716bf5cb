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
  keys: ['a session key, or a list with at least one', 'session_key，或至少包含一个 session_key 的列表'],
  'no-keys': [
    'a list with at least one session key: this list has none. The session store has no session key for this user, who must log in again',
    '至少包含一个 session_key 的列表：传入的列表中一个也没有。会话存储中没有该用户的 session_key，请让用户重新登录'
  ],
  'many-keys': ['a list of at most {max} session keys', '最多包含 {max} 个 session_key 的列表'],
  'plain-object': [
    'a plain object, not an array, a promise, a Map, a Date or an instance of another class',
    '普通对象，不能是数组、Promise、Map、Date 或其他类的实例'
  ],
  'json-object': ['an object that JSON.stringify accepts', '可以用 JSON.stringify 序列化的对象'],
  options: ['an object such as {example}', '{example} 这样的对象'],
  'known-option': ['left out: the options are {names}', '去掉：可用的选项只有 {names}'],
  'no-option': ['left out: there are no options', '去掉：没有可用的选项'],
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

const call = {
  constructor: { en: "{name} must be called with 'new'", zh: '{name} 必须用 new 调用' },
  method: {
    en: '{method} must be called on an instance of {name}',
    zh: '{method} 必须在 {name} 的实例上调用'
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

module.exports = { argument, call, cloud, errors, expected, fill, frameErrors, wechatAnswers }
