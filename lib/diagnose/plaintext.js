'use strict'

// What decrypted data says: which API and which app it is of, and where it is not what it should be.

const { BLOCK, isText, startsAsJson, stripControls, toLatin1, toText } = require('./bytes')
const finding = require('./finding')
const { toHalfWidth } = require('./text')
const core = require('../core')
const { readOwn } = require('../own')
const rows = require('../platforms')

/** The fields by which the API shows, the special ones first. */
const KINDS = [
  ['phone-number', ['phoneNumber', 'purePhoneNumber']],
  ['steps', ['stepInfoList', 'countDate']],
  ['share-info', ['openGId', 'msgTicket']],
  ['group-info', ['opengid', 'open_single_roomid', 'group_openid']],
  ['enterprise-user-info', ['corpid', 'userid']],
  ['mobile', ['mobile']],
  ['email', ['email']],
  ['user-info', ['nickName', 'nickname', 'avatarUrl', 'headimgurl', 'openId', 'openid', 'unionId']]
]

/** Returns which API the data is of. */
function kindOf(data) {
  const object = Object(data)
  const kind = KINDS.find(([, fields]) => fields.some(field => readOwn(object, field) !== undefined))
  return kind === undefined ? 'other' : kind[0]
}

/** Returns the app that the data names by the rules of a row, as text, or `undefined`. */
function readAppId({ isFramed, isInteger, appIdName }, { text, data, appKey }) {
  if (isFramed) return appKey
  const value = readOwn(Object(readOwn(Object(data), 'watermark')), appIdName)
  if (!isInteger) return typeof value === 'string' ? value : undefined
  // JSON.parse rounds it.
  const digits = new RegExp(`"${appIdName}"\\s*:\\s*(\\d{1,40})\\s*[,}]`).exec(text)
  return Number.isInteger(value) && digits !== null ? digits[1] : undefined
}

/** Whether a watermark, or a frame, shows that it is of this row and no other. */
const isDistinct = row =>
  row.appIdPattern !== undefined ||
  rows.every(other => other === row || other.appIdName !== row.appIdName || other.isInteger !== row.isInteger)

/** Returns the row of another platform, if the data names an app as only that platform does. */
function findOtherRow(row, opened) {
  const appId = readAppId(row, opened)
  if (appId !== undefined && row.appIdPattern !== undefined && row.appIdPattern.test(appId)) return undefined
  return rows.find(other => {
    if (other === row || other.isFramed !== row.isFramed) return false
    const otherAppId = readAppId(other, opened)
    const hasForm = other.appIdPattern === undefined || other.appIdPattern.test(otherAppId)
    return otherAppId !== undefined && isDistinct(other) && hasForm
  })
}

/** Whether `appId` is `found` with something around it, in other letters, or with a character too few or many. */
function isMisspelled(appId, found) {
  const plain = toHalfWidth(appId).toLowerCase()
  const target = found.toLowerCase()
  if (plain.length > 200 || target.length < 6) return false
  if (plain.includes(target)) return true
  const bare = plain.replace(/[^\w.-]/g, '')
  return isNear(bare, target) || isRounded(bare, target)
}

/** Digits that went through a JavaScript number. */
function isRounded(digits, target) {
  return /^\d{16,}$/.test(target) && /^\d{16,}$/.test(digits) && Number(digits) === Number(target)
}

/** Whether two changes of a character make `a` equal to `b`: a missing, another or a further one. */
function isNear(a, b) {
  if (Math.abs(a.length - b.length) > 2) return false
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (a[i] === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] <= 2
}

/** Returns the start and the end of the content, and the length without padding; `null` if there is none. */
function findContent(row, blocks) {
  return core.findContent(row.index, blocks)
}

/** Says what is wrong with blocks that the key decrypts, but not to JSON. */
function explainBlocks(row, { blocks, encryptedData, iv }) {
  const ofData = (reason, found, variant) => finding(reason, ['encryptedData'], found, variant)
  const { length } = encryptedData.bytes
  if (length % BLOCK !== 0) return ofData('truncated', { length })
  const content = findContent(row, blocks)
  const isGarbage = at => countInvalid(blocks.subarray(at, at + BLOCK)) > 3
  if (content === null)
    return ofData(isGarbage(blocks.length - BLOCK) ? 'corrupted' : 'truncated', { length })
  const plaintext = blocks.subarray(content[0], content[1])
  for (let at = row.isFramed ? 2 * BLOCK : BLOCK; at + BLOCK <= content[1]; at += BLOCK) {
    if (isGarbage(at)) return ofData('corrupted')
  }
  const first = plaintext.subarray(0, BLOCK)
  const isFirstRight = row.isFramed || startsAsJson(first) || isText(first)
  if (!isFirstRight && !iv.isUnknown) return finding('iv-mismatch', ['iv'])
  const start = /\S/.exec(toLatin1(first).replace(/^\xef\xbb\xbf/, ''))
  if (start !== null && (start[0] === '{' || start[0] === '[')) {
    const found = findInvalid(plaintext)
    return ofData('invalid-plaintext', found, readOwn(found, 'field') && 'field')
  }
  return ofData(isText(plaintext) ? 'not-json' : 'invalid-plaintext')
}

/** Counts the characters of a block that no text has; what GBK writes for Chinese counts as text. */
function countInvalid(block) {
  const text = new TextDecoder().decode(block).replace(/^\ufffd{1,3}|\ufffd{1,3}$/g, '')
  const controls = text.length - stripControls(text).length
  const latin1 = toLatin1(block).replace(/^[\x40-\xfe]/, '')
  const isGbk =
    controls === 0 &&
    latin1
      .replace(/[\x81-\xfe][\x40-\xfe]/g, '')
      .replace(/[\x81-\xfe]$/, '')
      .search(/[\x7f-\xff]/) === -1
  return isGbk ? 0 : controls + (text.match(/\ufffd/g) || []).length
}

// A name and, if it is valid, its value: a text, anything else, or what is within it.
const MEMBER =
  /\s*[{,[]?\s*"([^"\\]{0,200})"\s*:(\s*(?:("(?:[^"\\]|\\.)*")(?=\s*[,}\]])|[^"\s{[,}\]]+(?=\s*[,}\]])|(?=[{[]))[}\]\s]*)?/y

/**
 * Finds the field in which text stops being JSON or UTF-8.
 *
 * @returns {{ field?: string, cause: string }}
 */
function findInvalid(bytes) {
  const isUtf8 = toText(bytes) !== undefined
  const text = isUtf8 ? toText(bytes) : toLatin1(bytes)
  if (text.charCodeAt(0) === 0xfeff || text.startsWith('\xef\xbb\xbf')) return { cause: 'byte-order-mark' }
  let field
  const member = new RegExp(MEMBER)
  for (let found = member.exec(text); found !== null; found = member.exec(text)) {
    const [, name, rest, value = ''] = found
    field = name
    if (rest === undefined || !isValid(value, isUtf8)) break
  }
  // The name is the platform's, never what a user wrote.
  const shown = field !== undefined && /^\w{1,40}$/.test(field) ? { field } : {}
  return { ...shown, cause: isUtf8 ? 'json' : 'utf-8' }
}

function isValid(text, isUtf8) {
  if (Array.from(text).some(character => character < ' ')) return false
  return isUtf8 || toText(Uint8Array.from(text, character => character.charCodeAt(0))) !== undefined
}

module.exports = { explainBlocks, findContent, findOtherRow, isMisspelled, kindOf, readAppId }
