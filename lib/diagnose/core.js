'use strict'

// What an examination needs of the rest of the package: the core's functions, and the answers of the classes
// themselves, which decide what is right.

const core = require('../core')
const host = require('../host')
const rows = require('../platforms')

const { MAX_DATA_LENGTH, decodeText, decryptBlocks } = core

/** Returns the start and the end of the content, and the length without padding; `null` if there is none. */
function findContent(row, blocks) {
  return core.findContent(row.index, blocks)
}

/**
 * Asks the platform's class.
 *
 * @returns {{ data?: object, code: string | null }}
 */
function askClass(row, { appId, sessionKey, encryptedData, iv, maxAge, openId, watermark }) {
  const Platform = require('../data-crypt')[row.name]
  const options = Object.create(null)
  if (maxAge !== undefined) options.maxAge = maxAge
  if (openId !== undefined) options.openId = openId
  const isOptional = row.canOmitWatermark && watermark === 'optional'
  try {
    const platform = isOptional
      ? new Platform(appId, sessionKey, { watermark })
      : new Platform(appId, sessionKey)
    return { data: platform.decryptData(encryptedData, iv, options), code: null }
  } catch (error) {
    const { code } = Object(error)
    return { data: undefined, code: /^ERR_/.test(code) ? code : 'ERR_INVALID_ARG_TYPE' }
  }
}

/** Whether the signature of `rawData` fits. */
function verifySignature(row, rawData, sessionKey, signature) {
  try {
    return require('../signatures').verifySignature(rawData, sessionKey, signature, row)
  } catch {
    return false
  }
}

module.exports = {
  MAX_DATA_LENGTH,
  rows,
  askClass,
  decodeText,
  decryptBlocks,
  encodeBytes: host.toText,
  findContent,
  verifySignature
}
