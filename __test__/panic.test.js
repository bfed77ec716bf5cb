'use strict'

// A panic in Rust arrives as an exception and the process lives. The addon is built apart for it, with a
// panic that can be provoked, which the one that is shipped does not have.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const demo = require('./demo.json')
const { buildAddon, hasCargo } = require('./helpers/build-addon')
const WXBizDataCrypt = require('..')

const root = path.join(__dirname, '..')

test('a panic becomes an exception, and the next call works', { skip: !hasCargo && 'no cargo' }, t => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'panic-'))
  t.after(() => fs.rmSync(folder, { recursive: true }))
  const code = `
    const assert = require('node:assert')
    const binding = require.resolve(${JSON.stringify(path.join(root, 'lib/addon.js'))})
    require.cache[binding] = { id: binding, loaded: true, exports: require(process.argv[1]) }
    const WXBizDataCrypt = require(${JSON.stringify(root)})
    const demo = require(${JSON.stringify(path.join(__dirname, 'demo.json'))})
    const pc = new WXBizDataCrypt(demo.appId, demo.sessionKey)
    for (let i = 0; i < 100; i += 1) {
      assert.throws(() => pc.decryptData(Buffer.from('panic'), demo.iv), { name: 'Error', code: 'ERR_CORE_FAILED' })
      assert.deepStrictEqual(pc.decryptData(demo.encryptedData, demo.iv), demo.data)
    }
    console.log('alive')
  `
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-e', code, buildAddon({ feature: 'test-panic', profile: 'dev', folder })],
    { encoding: 'utf8', env: { ...process.env, WXBIZDATACRYPT_WASM: '' } }
  )
  assert.strictEqual(status, 0, stderr)
  assert.strictEqual(stdout, 'alive\n')
  assert.match(stderr, /panicked at/)
  for (const secret of [demo.sessionKey, demo.encryptedData, demo.data.openId]) {
    assert.ok(!stderr.includes(secret))
  }
})

test('the addon that is shipped has nothing to provoke', () => {
  const decrypt = () =>
    new WXBizDataCrypt(demo.appId, demo.sessionKey).decryptData(Buffer.from('panic'), demo.iv)
  assert.throws(decrypt, { code: 'ERR_DECODE_BASE64' })
})
