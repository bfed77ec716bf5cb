'use strict'

// The addon in many threads and contexts at once, each of which comes and goes.

const assert = require('node:assert')
const { execFile } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')
const { promisify } = require('node:util')
const vm = require('node:vm')
const { Worker } = require('node:worker_threads')
const demo = require('./demo.json')
const { loadAgain } = require('./helpers/load-again')
const WXBizDataCrypt = require('..')

const root = path.join(__dirname, '..')
const execNode = promisify(execFile).bind(undefined, process.execPath)

// Code for a thread. `seal(data)` gives arguments for decryptData.
const prelude = `
  const assert = require('node:assert')
  const { encrypt } = require(${JSON.stringify(path.join(__dirname, 'helpers/encrypt'))})
  const demo = require(${JSON.stringify(path.join(__dirname, 'demo.json'))})
  const load = () => require(${JSON.stringify(root)})
  const seal = data => {
    const { encryptedData, iv } = encrypt(JSON.stringify(data), demo)
    return [encryptedData, iv]
  }
  const decryptDemo = () =>
    new (load())(demo.appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
  const alipay = require(${JSON.stringify(path.join(__dirname, 'alipay-keys.json'))})
  const decryptAlipay = () => {
    const config = { aesKey: alipay.aesKey, alipayPublicKey: alipay.leaf }
    const data = new (load().AlipayDataCrypt)(config).decryptData(alipay.message)
    assert.deepStrictEqual(data, JSON.parse(alipay.plaintext))
  }
`

function startWorker(code, options) {
  const worker = new Worker(prelude + code, { eval: true, ...options })
  const exit = new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', resolve)
  })
  return { worker, exit }
}

function stillWorks() {
  const { appId, sessionKey, encryptedData, iv } = demo
  assert.deepStrictEqual(new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv), demo.data)
}

test('64 threads load, decrypt and exit, again and again, and share no record', async () => {
  // A documented form, whose values are read from an array that Rust writes.
  const code = `
    const { workerData: thread } = require('node:worker_threads')
    const pc = new (load())('wx', demo.sessionKey)
    for (let i = 0; i < 200; i += 1) {
      const phoneNumber = String(thread).repeat(1 + i % 40)
      const purePhoneNumber = phoneNumber + i
      const data = { phoneNumber, purePhoneNumber, countryCode: '86', watermark: { timestamp: i, appid: 'wx' } }
      assert.deepStrictEqual(pc.decryptData(...seal(data)), data)
    }
    decryptAlipay()
  `
  for (let round = 0; round < 2; round += 1) {
    const threads = Array.from({ length: 64 }, (_, workerData) => startWorker(code, { workerData }))
    const codes = await Promise.all(threads.map(({ exit }) => exit))
    assert.ok(codes.every(code => code === 0))
  }
  stillWorks()
})

test('threads ended in the middle of their work leave the others unharmed', async () => {
  for (let round = 0; round < 4; round += 1) {
    const threads = Array.from({ length: 8 }, () =>
      startWorker(`
        decryptDemo()
        require('node:worker_threads').parentPort.postMessage('at work')
        for (;;) decryptDemo()
      `)
    )
    await Promise.all(
      threads.map(async ({ worker, exit }, i) => {
        await new Promise(resolve => worker.once('message', resolve))
        await new Promise(resolve => setTimeout(resolve, i))
        await worker.terminate()
        await exit
      })
    )
  }
  stillWorks()
})

test('a thread may be the only one to load the addon', async () => {
  const work = `${prelude} assert.deepStrictEqual(decryptDemo(), demo.data); decryptAlipay()`
  const code = `
    const { Worker } = require('node:worker_threads')
    const start = () => new Worker(${JSON.stringify(work)}, { eval: true })
    start().once('exit', () => start().once('exit', code => console.log('exit', code)))
  `
  const { stdout } = await execNode(['-e', code])
  assert.strictEqual(stdout, 'exit 0\n')
})

test('several contexts of one thread, with and without a module cache in common', () => {
  const classes = [WXBizDataCrypt, loadAgain(), loadAgain()]
  assert.strictEqual(new Set(classes).size, 3)
  for (let i = 0; i < 100; i += 1) {
    for (const Class of classes) {
      const context = vm.createContext({ Class, demo })
      const data = vm.runInContext(
        'new Class(demo.appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)',
        context
      )
      assert.deepStrictEqual(data, demo.data)
      // Arguments that come from another context.
      const bytes = vm.runInContext('(text => Uint8Array.from(text))', context)
      const [key, iv] = [demo.sessionKey, demo.iv].map(text => bytes(Buffer.from(text, 'base64')))
      assert.deepStrictEqual(new Class(demo.appId, key).decryptData(demo.encryptedData, iv), demo.data)
    }
  }
})
