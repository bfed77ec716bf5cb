'use strict'

// What the package exports. `module.exports` is the class itself, as in Tencent's WXBizDataCrypt.js.

const { AlipayDataCrypt, AlipayDataError } = require('./lib/alipay')
const openCloudData = require('./lib/cloud')
const { backend } = require('./lib/core')
const classes = require('./lib/data-crypt')
const { isDecryptError } = require('./lib/errors')
const replayKey = require('./lib/replay-key')
const { sessionSignature } = require('./lib/signatures')

// Each is assigned by its name, for the lexer by which `import` finds the names of a CommonJS module.
module.exports = classes.WXBizDataCrypt
module.exports.default = classes.WXBizDataCrypt
// <!-- generated: exports -->
module.exports.WXBizDataCrypt = classes.WXBizDataCrypt
module.exports.QQDataCrypt = classes.QQDataCrypt
module.exports.DouyinDataCrypt = classes.DouyinDataCrypt
module.exports.KuaishouDataCrypt = classes.KuaishouDataCrypt
module.exports.XiaohongshuDataCrypt = classes.XiaohongshuDataCrypt
module.exports.FeishuDataCrypt = classes.FeishuDataCrypt
module.exports.BaiduDataCrypt = classes.BaiduDataCrypt
// <!-- end -->
module.exports.verifySignature = classes.WXBizDataCrypt.verifySignature
module.exports.sessionSignature = sessionSignature
module.exports.openCloudData = openCloudData
module.exports.replayKey = replayKey
module.exports.backend = backend
module.exports.AlipayDataCrypt = AlipayDataCrypt
module.exports.AlipayDataError = AlipayDataError
module.exports.isDecryptError = isDecryptError
// Loaded on first use: it is for people, and a third of the code.
module.exports.diagnose = function diagnose(input) {
  return require('./lib/diagnose')(input)
}
