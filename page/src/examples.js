'use strict'

// Examples of what people paste, all made up: right values of every platform, and the most frequent mistakes.

const { AlipayDataCrypt } = require('../../lib/alipay')
const classes = require('../../lib/data-crypt')
const { encodeText, hash, randomBytes, toText } = require('../../lib/host')
const rows = require('../../lib/platforms')
const { appPublicKey, ...alipay } = require('./alipay-example.json')

const USER = { nickName: 'Band', gender: 1, city: 'Guangzhou', avatarUrl: 'https://example.com/a/132' }

const print = values => (typeof values === 'string' ? values : JSON.stringify(values, undefined, 2))
const random = (length, encoding = 'base64') => toText(randomBytes(length), encoding)
const encrypt = (appId, key) => new classes[rows[0].name](appId, key).encryptData(USER)

/** Makes values that decrypt, with a + in base64. */
function createValues(row) {
  const { name, openId, encoding, keyLength, keyPattern, signature } = row
  const appId = createAppId(row)
  const sessionKey = keyPattern === undefined ? random(keyLength, encoding) : random(16, 'hex')
  const user = { [openId]: 'oABCDEFGHIJKLMNOPQRSTUVWXYZ0', ...USER }
  const { encryptedData, iv } = new classes[name](appId, sessionKey).encryptData(user)
  if (!encryptedData.includes('+') || !/[+]|^[0-9a-f]+$/.test(iv)) return createValues(row)
  const values = { appId, sessionKey, encryptedData, iv }
  if (signature !== encoding) return values
  const rawData = JSON.stringify(USER)
  return { ...values, rawData, signature: hash('sha1', [rawData, sessionKey]) }
}

/** Returns an app id of the form that the platform documents. */
function createAppId({ appIdPattern = /^\d{16}$/, isInteger }) {
  const [, prefix] = /^\^([a-z]*)/.exec(isInteger ? '^' : appIdPattern.source)
  const digits = prefix + '1234567890'.repeat(4)
  return Array.from(digits, (_, i) => digits.slice(0, i)).find(text => appIdPattern.test(text))
}

const change = (name, run) => values => ({ ...values, [name]: run(values[name]) })

/** By title in English and in Chinese, the most frequent first: what is made of right values of the first platform. */
const MISTAKES = {
  'Key replaced by a later login|之后又登录了一次': all => ({ ...all, ...encrypt(all.appId, random(16)) }),
  '+ became a space in a form|表单提交，+ 变成空格': ({ appId, sessionKey, encryptedData, iv }) => {
    const key = encodeURIComponent(sessionKey)
    return `appid=${appId}&session_key=${key}&encryptedData=${encryptedData}&iv=${iv}`
  },
  'Still URL-encoded|仍是 URL 编码': change('encryptedData', encodeURIComponent),
  'iv of another call|iv 来自另一次调用': change('iv', () => random(16)),
  'Data of another app|其他小程序的数据': change('appId', id => id.replace(/\d/g, digit => 9 - digit)),
  'Cut off in a log|日志中被截断': change('encryptedData', text => text.slice(0, -30)),
  'AppSecret as the session key|误用 AppSecret': change('sessionKey', () => random(16, 'hex')),
  'Wrong order|参数顺序错误': ({ sessionKey, iv, ...all }) => ({ ...all, sessionKey: iv, iv: sessionKey }),
  'base64 twice|又做了一次 base64': change('encryptedData', text => toText(encodeText(text), 'base64')),
  'rawData serialised again|rawData 被重新序列化': ({ appId: appid, sessionKey, rawData, ...detail }) => {
    const { nickName, ...user } = JSON.parse(rawData)
    const event = { detail: { ...detail, rawData: JSON.stringify({ ...user, nickName }) } }
    return `${print(event)}\n${print({ appid, session_key: sessionKey })}`
  },
  'Alipay: key of the app|支付宝：误用应用公钥': () => ({ ...alipay, alipayPublicKey: appPublicKey })
}

const right = rows.map(row => ({
  title: row.title,
  platform: row.appIdPattern === undefined ? row.name : undefined,
  make: () => print(createValues(row))
}))
right.push({ title: 'alipay', make: () => print(alipay) })
const wrong = Object.keys(MISTAKES).map(title => ({
  title: title.split('|'),
  make: () => print(MISTAKES[title](createValues(rows[0])))
}))
const platforms = rows.map(({ title, name }) => ({ title, value: name }))
platforms.push({ title: 'alipay', value: AlipayDataCrypt.name })

module.exports = { platforms, right, wrong }
