'use strict'

// The core in WebAssembly: when it is used, and what can fail in it alone. `npm run test:wasm` runs all tests on it;
// that of memory searches what an instance leaves there.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')

const root = path.join(__dirname, '..')
const skip = !fs.existsSync(path.join(root, 'lib/wasm-core.js')) && 'lib/wasm-core.js: npm run build:wasm'
const [major] = process.versions.node.split('.').map(Number)

/** Runs a script in another process, by default on WebAssembly. Returns what it printed. */
function run(script, { flags = [], wasm = '1', from = root } = {}) {
  const prelude = `
    const assert = require('node:assert')
    const root = ${JSON.stringify(root)}
    const memories = []
    const { Instance } = WebAssembly
    WebAssembly.Instance = function (module, imports) {
      const instance = new Instance(module, imports)
      memories.push(instance.exports.memory)
      return instance
    }
    const load = () => require(${JSON.stringify(from)})
    const demo = require(root + '/__test__/demo.json')
    const decrypt = (WXBizDataCrypt = load()) =>
      new WXBizDataCrypt(demo.appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
    const works = () => assert.deepStrictEqual(decrypt(), demo.data)
    const codeOf = run => {
      try {
        run()
      } catch (error) {
        return error.code
      }
    }
  `
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', prelude + script], {
    encoding: 'utf8',
    cwd: os.tmpdir(),
    env: { ...process.env, WXBIZDATACRYPT_WASM: wasm }
  })
  return { status, stdout, stderr }
}

function passes(script, options) {
  const { status, stderr } = run(script, options)
  assert.strictEqual(status, 0, stderr)
  return stderr
}

const alipay = `
  const { AlipayDataCrypt } = load()
  const messages = require(root + '/__test__/helpers/alipay-messages')
  const alipay = new AlipayDataCrypt(messages.config)
  const decryptsAlipay = () => assert.deepStrictEqual(alipay.decryptData(messages.message()), messages.phone)
`

describe('the core that is loaded', { skip }, () => {
  let folder
  let count = 0

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-'))
  })
  after(() => fs.rmSync(folder, { recursive: true }))

  /** Copies the package without an addon, with or without WebAssembly, and with other files. */
  function layOut(files = {}, hasWasm = true) {
    const at = path.join(folder, `package-${count++}`)
    for (const name of ['index.js', 'package.json', 'lib']) {
      fs.cpSync(path.join(root, name), path.join(at, name), { recursive: true })
    }
    if (!hasWasm) fs.rmSync(path.join(at, 'lib/wasm-core.js'))
    for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(at, file), content)
    return at
  }

  const local = fs.readdirSync(root).find(name => name.endsWith('.node'))
  const addon = local || 'wxbizdatacrypt-native.linux-x64-gnu.node'
  const backend = 'works(); process.stdout.write(load().backend)'

  test('is the addon where one loads', { skip: local === undefined && 'no addon' }, () => {
    assert.deepStrictEqual(run(backend, { wasm: '' }), { status: 0, stdout: 'native', stderr: '' })
  })

  test('is WebAssembly, without a word, if that is chosen', () => {
    assert.deepStrictEqual(run(backend), { status: 0, stdout: 'wasm', stderr: '' })
  })

  for (const [what, files] of [
    ['missing', {}],
    ['broken', { [addon]: 'not a library' }]
  ]) {
    test(`is WebAssembly, with one warning, if the addon is ${what}`, () => {
      const script = `
        ${backend}
        for (const file of Object.keys(require.cache)) delete require.cache[file]
        works()
        const { Worker } = require('worker_threads')
        new Worker(${JSON.stringify('process.env.FROM && require(process.env.FROM)')}, {
          eval: true,
          env: { ...process.env, FROM: ${JSON.stringify(folder)} + '/package-' + ${count} }
        })`
      const { status, stdout, stderr } = run(script, { wasm: '', from: layOut(files) })
      assert.deepStrictEqual([status, stdout], [0, 'wasm'], stderr)
      assert.strictEqual(stderr.match(/\[WXBIZDATACRYPT_NO_ADDON\] Warning: /g).length, 1, stderr)
      assert.match(stderr, /"wxbizdatacrypt-native-\w+-\w+/)
      assert.match(stderr, /docs\/install\.md/)
      assert.match(stderr, /docs\/install\.zh-CN\.md/)
      if (what === 'broken') assert.ok(stderr.includes(`${addon}: `), stderr)
    })
  }

  test('is WebAssembly where addons are forbidden', { skip: major < 20 && 'no permissions' }, () => {
    const permission = major >= 24 ? '--permission' : '--experimental-permission'
    const { stdout, stderr } = run(backend, { flags: [permission, `--allow-fs-read=${root}/*`], wasm: '' })
    assert.strictEqual(stdout, 'wasm', stderr)
    assert.match(stderr, /WXBIZDATACRYPT_NO_ADDON/)
  })

  test('is an error in two languages that names the documentation if there is neither', () => {
    const script = `
      const { code, message } = (() => { try { load() } catch (error) { return error } })()
      process.stdout.write(code + message)`
    for (const wasm of ['', '1']) {
      const { stdout, stderr } = run(script, { wasm, from: layOut({}, false) })
      assert.match(stdout, /^ERR_CORE_NOT_FOUND.+docs\/install\.md.+\n.+docs\/install\.zh-CN\.md.+$/)
      assert.strictEqual(stderr, '')
    }
  })
})

describe('an instance that fails', { skip }, () => {
  test('is replaced, 200 times in a row, and keys of Alipay survive it', () => {
    passes(`
      ${alipay}
      // At the end of the stack calls fail in JavaScript, then in WebAssembly, and then no more.
      const dive = () => {
        try {
          dive()
        } catch {
          decrypt()
        }
      }
      for (let i = 0; memories.length <= 200; i++) {
        assert.ok(i < 5000, memories.length + ' instances')
        try { dive() } catch {}
        works()
        decryptsAlipay()
      }
      for (const memory of memories.slice(0, -1)) {
        assert.ok(Buffer.from(memory.buffer).every(byte => byte === 0))
      }`)
  })

  test('is not needed for an exception of what the host does', () => {
    passes(`
      ${alipay}
      const crypto = require('crypto')
      const { verify } = crypto
      crypto.verify = () => { throw new Error('provoked') }
      assert.strictEqual(codeOf(decryptsAlipay), 'ERR_ALIPAY_SIGN_MISMATCH')
      crypto.verify = verify
      decryptsAlipay()
      assert.strictEqual(memories.length, 1)`)
  })
})

for (const [what, clock] of [
  ['stands still', '() => 7'],
  ['throws', "() => { throw new Error('provoked') }"]
]) {
  test(`a rejection ends with a clock that ${what}`, { skip }, () => {
    passes(`
      require('perf_hooks').performance.now = ${clock}
      works()
      const other = () => new (load())('wx0000000000000000', demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
      for (let i = 0; i < 100; i++) assert.strictEqual(codeOf(other), 'ERR_ILLEGAL_BUFFER')
      works()`)
  })
}

test('memory that grows in the middle of a call, and is given back', { skip }, () => {
  passes(`
    const WXBizDataCrypt = load()
    works()
    const { createDecipheriv } = require('crypto')
    const key = Buffer.from(demo.sessionKey, 'base64')
    for (let length = 1000; length < 1e7; length = Math.ceil(length * 1.3)) {
      const text = 'é'.repeat(length)
      const { encryptedData, iv } = new WXBizDataCrypt('wx', demo.sessionKey).encryptData({ text })
      const cipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
      const plaintext = cipher.update(encryptedData, 'base64', 'utf8') + cipher.final('utf8')
      assert.strictEqual(JSON.parse(plaintext).text, text)
      const appId = 'w'.repeat(length)
      const data = { text, watermark: { timestamp: 1, appid: appId } }
      assert.strictEqual(WXBizDataCrypt.openCloudData({ data }, appId), data)
      assert.strictEqual(codeOf(() => WXBizDataCrypt.replayKey('A'.repeat(64000 + length))), 'ERR_DECODE_BASE64')
      works()
    }
    assert.ok(memories.length > 1)
    assert.ok(memories[memories.length - 1].buffer.byteLength < 4e6)`)
})

test('works in the code of the first compiler alone', { skip }, () => {
  passes('for (let i = 0; i < 1000; i++) works()', { flags: ['--liftoff-only'] })
})
