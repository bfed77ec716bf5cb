'use strict'

// Copies of Alipay's keys in memory, looked for as an outsider would: in the memory of another process.

const assert = require('node:assert')
const { fork } = require('node:child_process')
const crypto = require('node:crypto')
const { once } = require('node:events')
const { test } = require('node:test')
const messages = require('./helpers/alipay-messages')
const { countInMemory, skip } = require('./helpers/memory')

if (process.send === undefined || !process.argv.includes('child')) tests()
else process.on('message', runStep)

// ── The process that uses the keys ──

// It gets secrets only in disguise and makes no copy of them but the ones that it is to make.
function runStep({ step, input }) {
  const { AlipayDataCrypt } = require('..')
  const steps = {
    construct({ aesKey, otherAesKey, alipayPublicKey, message }) {
      const text = reveal(aesKey)
      const aesKeys = [otherAesKey, text.toString('latin1')]
      text.fill(0)
      for (const config of [
        { aesKey: [...aesKeys, 'short'], alipayPublicKey },
        { aesKey: aesKeys, alipayPublicKey: 'short' }
      ]) {
        assert.throws(() => new AlipayDataCrypt(config), { code: 'ERR_ALIPAY_CONFIG' })
      }
      globalThis.alipay = new AlipayDataCrypt({ aesKey: aesKeys, alipayPublicKey })
      for (let i = 0; i < 100; i++) globalThis.alipay.decryptData(message)
    },
    async collect() {
      delete globalThis.alipay
      for (let i = 0; i < 10; i++) {
        globalThis.gc()
        await new Promise(setImmediate)
      }
    },
    reject({ texts }) {
      const aesKey = 'aa4BtZ4tspm2wnXLb1ThQA=='
      for (const text of texts) {
        const alipayPublicKey = reveal(text)
        assert.throws(() => new AlipayDataCrypt({ aesKey, alipayPublicKey }), { code: 'ERR_ALIPAY_CONFIG' })
        alipayPublicKey.fill(0)
      }
    }
  }
  Promise.resolve(step && steps[step](input)).then(() => process.send('done'))
}

function disguise(bytes) {
  return Buffer.from(bytes.map(byte => byte ^ 0x5a)).toString('hex')
}

// In memory outside of Node's pool.
function reveal(disguised) {
  const bytes = Buffer.allocUnsafeSlow(disguised.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(disguised.slice(i * 2, i * 2 + 2), 16) ^ 0x5a
  return bytes
}

// ── The process that looks ──

function tests() {
  const options = { skip }

  test('an AES key is in memory once, and not at all when its instance is gone', options, async () => {
    const key = Buffer.from(messages.aesKey, 'base64')
    const input = {
      aesKey: disguise(Buffer.from(messages.aesKey)),
      otherAesKey: crypto.randomBytes(16).toString('base64'),
      alipayPublicKey: messages.config.alipayPublicKey,
      message: messages.message()
    }
    await withChild(async (child, run) => {
      assert.strictEqual(count(child.pid, key), 0)
      await run('construct', input)
      assert.strictEqual(count(child.pid, key), 1)
      await run('collect')
      assert.strictEqual(count(child.pid, key), 0)
    })
  })

  test('a private key given by mistake leaves no copy', options, async () => {
    const der = messages.keys.privateKey.export({ type: 'pkcs8', format: 'der' })
    const base64 = der.toString('base64')
    const texts = [
      base64,
      `${base64}*`,
      `${base64.slice(0, -1)}\u00e9`,
      `-----BEGIN PRIVATE KEY-----\r\n${base64}\r\n-----END PRIVATE KEY-----`
    ]
    await withChild(async (child, run) => {
      await run('reject', { texts: texts.map(text => disguise(Buffer.from(text))) })
      for (const at of [40, 400, 800]) {
        assert.strictEqual(count(child.pid, der.subarray(at, at + 16)), 0)
        assert.strictEqual(count(child.pid, Buffer.from(base64.slice(at, at + 16))), 0)
      }
    })
  })
}

async function withChild(use) {
  const child = fork(__filename, ['child'], { execArgv: ['--expose-gc'] })
  const run = async (step, input) => {
    child.send({ step, input })
    await once(child, 'message')
  }
  try {
    await run()
    await use(child, run)
  } finally {
    child.kill()
  }
}

const count = (pid, bytes) => countInMemory(pid, [bytes])[0]
