'use strict'

// Base64 in every form is read as Buffer.from reads it. `__test__/system/base64.js` runs on other runtimes too.

const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const { test } = require('node:test')
const demo = require('./demo.json')
const { checkBase64 } = require('./system/base64')
const WXBizDataCrypt = require('..')

test('base64 in every form is read as Buffer.from reads it', t => {
  const { tried, decrypted } = checkBase64(WXBizDataCrypt)
  t.diagnostic(`${tried} texts, ${decrypted} of them decrypted`)
  assert.ok(decrypted > tried / 5)
})

test('strict base64 is decoded in Rust: the lenient decoder is not even loaded', () => {
  const classes = [
    'WXBizDataCrypt',
    'QQDataCrypt',
    'DouyinDataCrypt',
    'KuaishouDataCrypt',
    'XiaohongshuDataCrypt'
  ]
  const { appId, sessionKey } = demo
  const watermark = { appid: appId, appId }
  const { encryptedData, iv } = new WXBizDataCrypt(appId, sessionKey).encryptData({ watermark })
  const other = Buffer.alloc(16).toString('base64')
  const calls = classes.flatMap(name =>
    [sessionKey, [sessionKey], [other, null, sessionKey, '', other, other]].map(key => [name, key])
  )
  const code = `
    const exported = require('.')
    for (const [name, key] of ${JSON.stringify(calls)}) {
      new exported[name]('${appId}', key).decryptData('${encryptedData}', '${iv}')
    }
    console.log(Object.keys(require.cache).filter(file => /base64/.test(file)).join())
  `
  const options = { cwd: `${__dirname}/..`, encoding: 'utf8' }
  assert.strictEqual(execFileSync(process.execPath, ['-e', code], options), '\n')
})
