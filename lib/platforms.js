'use strict'

// The platforms that encrypt open data under a session key: data only, one row per class. Everything that
// differs between them is a column. The core, the classes, `diagnose`, the types and the documents are
// made from these rows.

const { hasOwn } = require('./own')

/**
 * The columns of a row.
 *
 * - `title`: the platform's name, in English and in Chinese.
 * - `appId`: how the plaintext names the app: the watermark's property; `{ integer: property }` if its value is
 *   an integer; `{ frame: true }` if there is a frame that ends with the app key instead of a watermark.
 * - `openId`: the property of the plaintext that the option `openId` is compared with.
 * - `encoding`: of session key and iv as text.
 * - `keyLength`: of the session key, in bytes.
 * - `signature`: as which text the session key is signed; `undefined` if no signature is documented.
 * - `options`: of `decryptData`. `maxAge` requires a documented timestamp in seconds.
 * - `canOmitWatermark`: whether the constructor has the option `{ watermark: 'optional' }`.
 * - `login`: the client API that rotates the session key.
 * - `appIdPattern`: matches the platform's app ids; `undefined` if their form is not documented.
 * - `consoleAppId`: matches another form of the app id, which the console shows but the data does not contain.
 * - `keyPattern`: matches session keys as text, where they have a form of their own.
 * - `otherFlow`: what else the platform encrypts, in another way: the reason that `diagnose` gives, the length of
 *   that data in bytes, and a pattern of its key; a `code` belongs to it, too.
 * - `dataName`: what the platform calls `encryptedData`.
 * - `basis`: the platform's document, and `vector`: whether it publishes data to decrypt.
 * - `note`: what a user must know about it, in English and in Chinese.
 */
const DEFAULTS = {
  title: undefined,
  appId: 'appid',
  openId: 'openId',
  encoding: 'base64',
  keyLength: 16,
  signature: undefined,
  options: ['maxAge', 'openId'],
  canOmitWatermark: false,
  login: undefined,
  appIdPattern: undefined,
  consoleAppId: undefined,
  keyPattern: undefined,
  otherFlow: undefined,
  dataName: 'encryptedData',
  basis: undefined,
  vector: false,
  note: undefined
}

const PLATFORMS = {
  WXBizDataCrypt: {
    title: ['WeChat, WeCom mini programs', '微信、企业微信小程序'],
    signature: 'base64',
    login: 'wx.login',
    appIdPattern: /^wx[0-9a-f]{16}$/,
    basis: 'https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html',
    vector: true
  },
  QQDataCrypt: {
    title: ['QQ', 'QQ'],
    signature: 'base64',
    login: 'qq.login',
    basis: 'https://q.qq.com/wiki/develop/game/frame/open-ability/signature.html',
    note: [
      "The same rules as WeChat. The signature printed in QQ's document is WeChat's, for other data.",
      '规则与微信相同。QQ 文档中印出的签名值照搬自微信，与文档中的数据不符。'
    ]
  },
  DouyinDataCrypt: {
    title: ['Douyin (ByteDance)', '抖音（字节跳动）'],
    signature: 'base64',
    options: ['openId'],
    login: 'tt.login',
    appIdPattern: /^tt[0-9a-f]{16,20}$/,
    otherFlow: { reason: 'douyin-flow', dataLength: 256, key: /^[0-9A-Za-z]{32}$/ },
    basis:
      'https://developer.open-douyin.com/docs/resource/zh-CN/mini-app/develop/tutorial/basic-ability/sensitive-data-process',
    note: [
      'The unit of `watermark.timestamp` is not documented, so there is no `maxAge`.',
      '文档没有说明 `watermark.timestamp` 的单位，因此不支持 `maxAge`。'
    ]
  },
  KuaishouDataCrypt: {
    title: ['Kuaishou', '快手'],
    signature: 'base64',
    options: ['openId'],
    canOmitWatermark: true,
    login: 'ks.login',
    appIdPattern: /^ks\d{15,20}$/,
    basis: 'https://mp.kuaishou.com/docs/develop/functionAccessGuide/thirdPartyLogin',
    note: [
      "No watermark is documented. Data without one is rejected, unless the constructor gets `{ watermark: 'optional' }`; then only the session key says which app the data is for. A watermark that is present must name the app in any case. There is no `maxAge`.",
      "文档没有提到水印。没有水印的数据默认会被拒绝，构造时传入 `{ watermark: 'optional' }` 可以接受；此时只有 session_key 能说明数据属于哪个小程序。带有水印时，水印必须与 appId 一致。不支持 `maxAge`。"
    ]
  },
  XiaohongshuDataCrypt: {
    title: ['Xiaohongshu', '小红书'],
    appId: 'appId',
    signature: 'base64',
    login: 'xhs.login',
    basis: 'https://miniapp.xiaohongshu.com/doc/DC591932',
    note: [
      'The watermark says `appId`, and so does the result. "24 字节" in the document is the length of the key as text.',
      '水印的字段名是 `appId`，返回结果也是如此。文档中的“24 字节”指 session_key 文本的长度。'
    ]
  },
  FeishuDataCrypt: {
    title: ['Feishu, Lark gadgets', '飞书、Lark 小程序'],
    appId: { integer: 'appid' },
    encoding: 'hex',
    signature: 'base64',
    login: 'tt.login',
    appIdPattern: /^(?:cli_[0-9a-z]{16,20}|\d{16,20})$/,
    consoleAppId: /^cli_/,
    keyPattern: /^[0-9a-f]{32}$/,
    basis: 'https://open.larksuite.com',
    vector: true,
    note: [
      'The document says base64 for key and iv; its own sample and vector are hex. `watermark.appid` is an integer above 2^53, which JavaScript would round: its digits are compared, and the result has them as a string. The console shows an app id `cli_…`; pass the digits, which the watermark has.',
      '文档称 session_key 和 iv 是 base64，但其示例和测试数据都是十六进制。`watermark.appid` 是大于 2^53 的整数，JavaScript 会舍入，因此按原文逐位比较，返回结果中是字符串。控制台显示的是 `cli_…`，应传入水印中的数字。'
    ]
  },
  BaiduDataCrypt: {
    title: ['Baidu smart programs', '百度智能小程序'],
    appId: { frame: true },
    openId: 'openid',
    keyLength: 24,
    options: ['openId'],
    login: 'swan.login',
    appIdPattern: /^[0-9A-Za-z]{32}$/,
    keyPattern: /^[0-9a-f]{32}$/,
    dataName: 'data',
    basis: 'https://www.w3cschool.cn/baiduapp/baiduapp-sdui39st.html',
    vector: true,
    note: [
      '`appId` is the App Key, with which the plaintext ends. AES-192-CBC, padded to blocks of 32 bytes. There is no watermark, so there is no `maxAge`. The option `openId` is compared with `openid`.',
      '`appId` 传 App Key，明文以它结尾。AES-192-CBC，按 32 字节分组填充。没有水印，因此不支持 `maxAge`。选项 `openId` 与数据中的 `openid` 比较。'
    ]
  }
}

/**
 * Gives a row every column as an own property: a polluted prototype must not change how data is checked.
 * Adds `name` and `index`, which is the core's name for the row, and from `appId` the `appIdName` and whether it
 * `isInteger` or `isFramed`.
 */
function completeRow(name, index) {
  const row = { ...DEFAULTS, ...PLATFORMS[name], name, index }
  const isText = typeof row.appId === 'string'
  const isInteger = !isText && hasOwn(row.appId, 'integer')
  const appIdName = isInteger ? row.appId.integer : isText ? row.appId : undefined
  return { ...row, appIdName, isInteger, isFramed: !isText && !isInteger }
}

module.exports = Object.keys(PLATFORMS).map(completeRow)
