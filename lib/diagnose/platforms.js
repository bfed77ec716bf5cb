'use strict'

// Tells by app ids, keys, watermarks and frames which platform values are from, and which class is for it.

const { decode, decodeHex, decryptBlocks, unpad, parseJson } = require('./bytes')
const { createFinding } = require('./finding')
const { readOwn } = require('../own')

const appIds = {
  WXBizDataCrypt: /^wx[0-9a-f]{16}$/,
  DouyinDataCrypt: /^tt[0-9a-f]{16,20}$/,
  KuaishouDataCrypt: /^ks\d{15,20}$/,
  FeishuDataCrypt: /^(?:cli_[0-9a-z]{16,20}|\d{16,20})$/,
  BaiduDataCrypt: /^[0-9A-Za-z]{32}$/
}

const HEX_KEY = /^[0-9a-f]{32}$/i

const isWeChatAppId = appId => appIds.WXBizDataCrypt.test(appId)

// → the class for an app id that only one platform other than WeChat gives, else `undefined`.
function classForAppId(appId) {
  return Object.keys(appIds).find(name => name !== 'WXBizDataCrypt' && appIds[name].test(appId))
}

// → the class for a watermark, or the lack of one, that only one platform other than WeChat writes.
function classForWatermark(watermark, appId) {
  const appid = readOwn(watermark, 'appid')
  if (Number.isInteger(appid)) return 'FeishuDataCrypt'
  if (typeof appid === 'string') return classForAppId(appid)
  if (typeof readOwn(watermark, 'appId') === 'string') return 'XiaohongshuDataCrypt'
  return appIds.KuaishouDataCrypt.test(appId) ? 'KuaishouDataCrypt' : undefined
}

// Feishu and Baidu have keys that WXBizDataCrypt rejects by their length.
function findOtherPlatform({ appId, sessionKey, encryptedData, iv }) {
  if (typeof sessionKey !== 'string' || typeof iv !== 'string' || !HEX_KEY.test(sessionKey)) return undefined
  return HEX_KEY.test(iv)
    ? findFeishu(appId, decodeHex(sessionKey), decode(encryptedData), decodeHex(iv))
    : findBaidu(appId, decode(sessionKey), decode(encryptedData), decode(iv))
}

function findFeishu(appId, key, encryptedData, iv) {
  const plaintext = unpad(decryptBlocks(key, encryptedData, iv))
  const data = plaintext === undefined ? undefined : parseJson(plaintext)
  const isFeishu = classForWatermark(Object(readOwn(Object(data), 'watermark')), '') === 'FeishuDataCrypt'
  if (isFeishu) return createFinding('other-platform', { found: 'FeishuDataCrypt', keyFits: true, data })
  // The key does not fit; but WeChat never writes a key and an iv in hex.
  const isLikely = data === undefined && !isWeChatAppId(appId)
  return isLikely ? createFinding('other-platform', { found: 'FeishuDataCrypt' }) : undefined
}

// AES-192: the 32 hex digits are read as base64. The plaintext is 16 random bytes, the length of the content in
// 4 bytes, the content, and the app key; the padding is PKCS#7 to blocks of 32 bytes.
function findBaidu(appId, key, encryptedData, iv) {
  const blocks = decryptBlocks(key, encryptedData, iv)
  const frame = blocks === undefined ? undefined : unpad(blocks, 32)
  if (frame !== undefined && frame.length >= 20 && frame.readUInt32BE(16) <= frame.length - 20) {
    const end = 20 + frame.readUInt32BE(16)
    const data = parseJson(frame.slice(20, end))
    const appKey = frame.toString('latin1', end)
    if (data !== undefined && appIds.BaiduDataCrypt.test(appKey)) {
      return createFinding('other-platform', {
        found: 'BaiduDataCrypt',
        keyFits: true,
        foundAppId: appKey === appId ? null : appKey,
        data
      })
    }
  }
  return blocks !== undefined && classForAppId(appId) === 'BaiduDataCrypt'
    ? createFinding('other-platform', { found: 'BaiduDataCrypt' })
    : undefined
}

module.exports = { isWeChatAppId, classForWatermark, findOtherPlatform }
