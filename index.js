'use strict'

// What the package exports. `module.exports` is the class itself, as in Tencent's WXBizDataCrypt.js.

const { WXBizDataCrypt, createPlatformClass } = require('./lib/wechat')
const { AlipayDataCrypt, AlipayDataError } = require('./lib/alipay')
const { isDecryptError } = require('./lib/errors')

module.exports = WXBizDataCrypt
// Each is assigned by its name, for the lexer by which `import` finds the names of a CommonJS module.
module.exports.WXBizDataCrypt = WXBizDataCrypt
module.exports.default = WXBizDataCrypt
module.exports.QQDataCrypt = createPlatformClass('QQDataCrypt', { signs: true })
module.exports.DouyinDataCrypt = createPlatformClass('DouyinDataCrypt', { signs: true })
module.exports.KuaishouDataCrypt = createPlatformClass('KuaishouDataCrypt', { signs: true })
module.exports.XiaohongshuDataCrypt = createPlatformClass('XiaohongshuDataCrypt', { signs: true })
module.exports.FeishuDataCrypt = createPlatformClass('FeishuDataCrypt', { signs: true })
module.exports.BaiduDataCrypt = createPlatformClass('BaiduDataCrypt', { signs: false })
module.exports.AlipayDataCrypt = AlipayDataCrypt
module.exports.AlipayDataError = AlipayDataError
module.exports.isDecryptError = isDecryptError
// Loaded on first use: most servers never call them.
module.exports.verifySignature = function verifySignature(rawData, sessionKey, signature) {
  return require('./lib/signatures').verifySignature(rawData, sessionKey, signature)
}
module.exports.sessionSignature = function sessionSignature(body, sessionKey) {
  return require('./lib/signatures').sessionSignature(body, sessionKey)
}
module.exports.openCloudData = function openCloudData(value, appId, options) {
  return require('./lib/cloud')(value, appId, options)
}
module.exports.diagnose = function diagnose(input) {
  return require('./lib/diagnose')(input)
}
