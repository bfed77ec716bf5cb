'use strict'

// Tests the page that `npm run page` has built: lib/ as it is bundled there, on the inputs of diagnose's tests; and the
// page in Chromium, from a file and from a server.

const assert = require('node:assert')
const { execFileSync, spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const zlib = require('node:zlib')
const { chromium } = require('playwright-core')
const classes = require('../..')
const { diagnosis } = require('../../lib/messages')
const { readPaste } = require('../../lib/paste')
const rows = require('../../lib/platforms')
const { bundle } = require('../../scripts/build-page')
const messages = require('../helpers/alipay-messages')

const { diagnose } = classes
const root = path.join(__dirname, '../..')
const file = path.join(root, 'page/dist/index.html')
const html = fs.readFileSync(file, 'utf8')
const read = name => fs.readFileSync(path.join(root, name), 'utf8')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'))
after(() => fs.rmSync(folder, { recursive: true }))

describe('the file', () => {
  test('is small, and the same if it is built again', () => {
    assert.ok(Buffer.byteLength(html) < 310 * 1000)
    assert.ok(zlib.gzipSync(html, { level: 9 }).length < 140 * 1000)
    execFileSync(process.execPath, [path.join(root, 'scripts/build-page.js')], { stdio: 'ignore' })
    assert.ok(fs.readFileSync(file, 'utf8') === html)
  })

  test('begins its head with the policy, and contains no link and no style attribute', () => {
    assert.match(html, /<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none'; /)
    assert.doesNotMatch(
      html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, ''),
      /<a\b|<form|\sstyle=|\ssrc=|\sname="(?!viewport|referrer)/
    )
    for (const name of fs.readdirSync(path.join(root, 'page/src'))) {
      const code = read(`page/src/${name}`)
      assert.doesNotMatch(
        code,
        /innerHTML|outerHTML|insertAdjacent|document\.write|\.style\b|Storage|cookie/,
        name
      )
      for (const row of rows) assert.ok(!code.includes(row.name), `${name} names ${row.name}`)
    }
  })
})

/** By reason, inputs of `diagnose` that its own tests have. */
function collectInputs() {
  const recorder = path.join(folder, 'recorder.js')
  const output = path.join(folder, 'inputs.json')
  fs.writeFileSync(recorder, `(${record})(require('fs'), '${root}', '${output}')`)
  spawnSync(process.execPath, ['--require', recorder, path.join(root, '__test__/diagnose.test.js')], {
    cwd: root
  })
  return JSON.parse(fs.readFileSync(output, 'utf8'))
}

function record(fs, root, output) {
  const W = require(root)
  const { diagnose } = W
  const inputs = {}
  W.diagnose = input => {
    const report = diagnose(input)
    if (inputs[report.reason] === undefined) inputs[report.reason] = []
    try {
      const text = JSON.stringify(input)
      if (text.length < 1e5 && inputs[report.reason].length < 200) inputs[report.reason].push(text)
    } catch {
      // No text can be pasted that is this.
    }
    return report
  }
  process.on('exit', () => fs.writeFileSync(output, JSON.stringify(inputs)))
}

const inputs = collectInputs()

test('lib/ as it is bundled for a browser does what lib/ does', async () => {
  const parts = ['wasm', 'diagnose', 'data-crypt', 'alipay', 'signatures']
  const code = await bundle({
    stdin: {
      contents: `module.exports = [${parts.map(name => `require('./lib/${name}')`)}]`,
      resolveDir: root
    },
    format: 'cjs'
  })
  fs.writeFileSync(path.join(folder, 'bundle.js'), code)
  const modules = require(path.join(folder, 'bundle.js'))
  const [wasm, bundledDiagnose, bundledClasses] = modules
  await wasm.load()
  for (const text of Object.values(inputs).flat()) {
    const input = { ...JSON.parse(text), showData: true }
    assert.deepStrictEqual(bundledDiagnose(input), diagnose(input), text)
  }
  const [appId, data] = ['李'.repeat(40), { nickName: '雷'.repeat(5000) }]
  for (const { name, keyLength, encoding } of rows.filter(row => !row.isInteger)) {
    const key = Buffer.alloc(keyLength, 1).toString(encoding)
    const bundled = new bundledClasses[name](appId, key)
    const { encryptedData, iv } = bundled.encryptData(data)
    const expected = new classes[name](appId, key).decryptData(encryptedData, iv)
    assert.deepStrictEqual(bundled.decryptData(encryptedData, iv), expected, name)
  }
  const [, , , { AlipayDataCrypt }, { sessionSignature, verifySignature }] = modules
  const key = Buffer.alloc(16, 1).toString('base64')
  assert.strictEqual(sessionSignature('{}', key), classes.sessionSignature('{}', key))
  const signature = createHash('sha1').update(`{}${key}`).digest('hex').toUpperCase()
  assert.ok(verifySignature('{}', key, signature, rows[0]))
  const alipay = new AlipayDataCrypt(messages.config)
  assert.deepStrictEqual(alipay.decryptData(messages.message()), messages.phone)
  assert.throws(() => alipay.decryptData(addModulus()), { code: 'ERR_ALIPAY_SIGN_MISMATCH' })
})

/** Makes a message whose signature is not below the modulus, and right but for that. */
function addModulus() {
  const toInteger = base64url => BigInt(`0x${Buffer.from(base64url, 'base64').toString('hex')}`)
  const modulus = toInteger(messages.keys.publicKey.export({ format: 'jwk' }).n)
  for (let mobile = 0; ; mobile += 1) {
    const message = JSON.parse(messages.message({ ...messages.phone, mobile }))
    const sum = (toInteger(message.sign) + modulus).toString(16)
    // As long as the modulus, which is so for one signature in three.
    if (sum.length === 512) return { ...message, sign: Buffer.from(sum, 'hex').toString('base64') }
  }
}

// ── The page in Chromium ──

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync']
]

/** Whether a text that is pasted has this diagnosis. */
function isPasted(text, reason) {
  const { values } = readPaste(text)
  return Object.keys(values).length > 0 && diagnose({ ...values }).reason === reason
}

describe('the page', () => {
  let context
  let page
  let server
  let address
  const requests = []
  const served = []

  before(async () => {
    server = http.createServer((request, response) => {
      served.push(request.url)
      response.setHeader('content-type', 'text/html')
      response.end(html)
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${server.address().port}/`
    context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
      executablePath: '/usr/bin/chromium',
      args: FLAGS,
      locale: 'en-US'
    })
    context.on('request', request => requests.push(request.url()))
    await context.addInitScript(() => {
      window.violations = []
      window.longTasks = []
      document.addEventListener('securitypolicyviolation', event =>
        window.violations.push(event.violatedDirective)
      )
      new PerformanceObserver(list => {
        for (const { duration } of list.getEntries()) window.longTasks.push(duration)
      }).observe({ type: 'longtask' })
    })
    page = await context.newPage()
    page.setDefaultTimeout(10000)
    page.on('pageerror', error => assert.fail(error))
    await load(address)
  })

  after(async () => {
    await context.close()
    server.close()
  })

  async function load(url) {
    await page.goto(url)
    await page.locator('#page').waitFor()
  }

  const setLanguage = async language => {
    if ((await page.getAttribute('html', 'lang')) !== language) await page.click('#language')
  }

  /** Pastes a text and waits until the page shows a hint. */
  async function paste(text, hint) {
    await page.evaluate(pasted => {
      document.getElementById('clear').click()
      const box = document.getElementById('paste')
      box.value = pasted
      box.dispatchEvent(new Event('input'))
    }, text)
    const includes = part => document.getElementById('status').textContent.includes(part)
    await page.waitForFunction(includes, hint, { timeout: 10000 }).catch(() => {})
    return page.textContent('#status')
  }

  test('is loaded from a file, too', async () => {
    await load(`file://${file}`)
    await page.selectOption('#example', 'right 0')
    assert.match(await page.textContent('#status'), /^✓/)
    await load(address)
  })

  test('shows every example', async () => {
    const { length } = rows
    for (let i = 0; i <= length; i++) {
      await page.selectOption('#example', `right ${i}`)
      const name = i < length ? rows[i].name : 'AlipayDataCrypt'
      assert.match(await page.textContent('#status'), new RegExp(`^✓.*${name}$`))
      assert.match(await page.textContent('#details'), new RegExp(`${name} }`))
    }
    const reasons = [
      ...['session-key-mismatch', 'plus-became-space', 'url-encoded', 'iv-mismatch', 'app-id-mismatch'],
      ...['truncated', 'not-a-session-key', 'wrong-argument-order', 'double-base64', 'signature-mismatch'],
      'alipay-rejected'
    ]
    assert.strictEqual(await page.locator('#example option[value^="wrong"]').count(), reasons.length)
    for (const [i, reason] of reasons.entries()) {
      await page.selectOption('#example', `wrong ${i}`)
      assert.match(await page.textContent('#status'), new RegExp(` · ${reason}$`))
    }
  })

  test('names every reason of diagnose for a paste, in both languages', async () => {
    const missing = []
    for (const reason of Object.keys(diagnosis)) {
      const found = (inputs[reason] || []).find(text => isPasted(text, reason))
      if (found === undefined) {
        missing.push(reason)
        continue
      }
      // The page tries the platform that the values are right for.
      if (reason === 'other-platform') continue
      const { hint, hintZh } = diagnose({ ...readPaste(found).values })
      await setLanguage('en')
      assert.ok((await paste(found, hint)).includes(hint), `${reason}: ${found}`)
      await setLanguage('zh-CN')
      assert.ok((await page.textContent('#status')).includes(hintZh), reason)
      await setLanguage('en')
    }
    assert.deepStrictEqual(missing, [])
  })

  test('makes no request, violates no policy and stores nothing', async () => {
    assert.deepStrictEqual([...new Set(served)], ['/'])
    assert.deepStrictEqual(
      requests.filter(url => url !== address && url !== `file://${file}`),
      []
    )
    const left = await page.evaluate(async () => ({
      violations: window.violations,
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
      others: [...(await indexedDB.databases()), ...(await caches.keys())]
    }))
    assert.deepStrictEqual(left, { violations: [], stored: 0, others: [] })
  })

  test('is stopped by the policy if it tries to', async () => {
    const before = requests.length
    const violations = await page.evaluate(async () => {
      await fetch('/a').catch(() => {})
      navigator.sendBeacon('/b', 'x')
      new Image().src = '/c'
      try {
        new WebSocket('ws://127.0.0.1:9/')
      } catch {}
      for (const tag of ['script', 'style']) {
        document.head.append(Object.assign(document.createElement(tag), { textContent: 'a{}' }))
      }
      document.body.setAttribute('style', 'color: red')
      await new Promise(resolve => setTimeout(resolve, 200))
      return window.violations
    })
    for (const name of ['connect-src', 'img-src', 'script-src-elem', 'style-src-elem', 'style-src-attr']) {
      assert.ok(violations.includes(name), `${name}: ${violations}`)
    }
    assert.strictEqual(violations.filter(name => name === 'connect-src').length, 3)
    assert.deepStrictEqual(
      served.filter(url => url !== '/'),
      []
    )
    assert.ok(requests.slice(before).every(url => !served.includes(url)))
    await load(address)
  })

  test('masks keys until asked, marks changes, and prints no value as code', async () => {
    const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
    const values = { appId: sessionKey, sessionKey, encryptedData: 'QUFB'.repeat(30), iv: sessionKey }
    await paste(JSON.stringify(values), 'WXBizDataCrypt')
    const masks = () =>
      page.$$eval('#paste, #field-sessionKey, #field-iv', elements =>
        elements.map(element => getComputedStyle(element).webkitTextSecurity)
      )
    await page.focus('#clear')
    assert.deepStrictEqual(await masks(), ['disc', 'disc', 'none'])
    assert.ok(!(await page.textContent('#details')).includes(sessionKey))
    await page.check('#show')
    assert.deepStrictEqual(await masks(), ['none', 'none', 'none'])
    await page.selectOption('#example', 'wrong 1')
    assert.ok((await page.locator('del').allTextContents()).every(text => /^[^+]*␣[^+]*$/.test(text)))
    assert.ok((await page.locator('ins').allTextContents()).every(text => text.includes('+')))
  })

  test('says where each value came from', async () => {
    await page.click('#clear')
    const originOf = name => page.textContent(`#field-${name}-origin`)
    await paste('{"detail":{"iv":"iv iv iv iv"}}', '·')
    assert.strictEqual(await originOf('iv'), 'from the paste: detail.iv (json)')
    await page.fill('#field-appId', 'wx0123456789abcdef')
    await page.fill('#paste', 'session_key=abc&x=1')
    await page.waitForFunction(() => document.getElementById('field-sessionKey').value === 'abc')
    assert.strictEqual(await originOf('iv'), 'from an earlier paste: detail.iv')
    assert.strictEqual(await originOf('appId'), 'entered here')
    assert.match(await originOf('sessionKey'), /session_key \(form/)
  })

  test('takes the openid of a session for no option', async () => {
    const row = rows[0]
    const appId = 'wx0123456789abcdef'
    const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
    const detail = new classes[row.name](appId, sessionKey).encryptData({ phoneNumber: '13900001111' })
    const session = { appid: appId, session_key: sessionKey, openid: 'oABCDEFGHIJKLMNOPQRSTUVWXYZ0' }
    const text = `${JSON.stringify({ platform: 'ios', detail })}\n${JSON.stringify(session)}`
    assert.match(await paste(text, '✓'), /^✓/)
    assert.match(await page.textContent('#details'), /phoneNumber *13900001111/)
  })

  test('is empty after a reload, and when the user comes back', async () => {
    const isEmpty = () =>
      page.$$eval('textarea, input', fields =>
        fields.every(({ value, type }) => value === '' || type === 'checkbox')
      )
    for (const leave of [() => page.reload(), () => page.goto('about:blank').then(() => page.goBack())]) {
      await page.selectOption('#example', 'right 0')
      assert.strictEqual(await isEmpty(), false)
      await leave()
      await page.locator('#page').waitFor()
      assert.strictEqual(await isEmpty(), true)
      assert.match(await page.textContent('#status'), /^Paste something/)
    }
  })

  test('can be used by keyboard, and speaks only when there is something new', async () => {
    await load(address)
    const order = []
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName))
    }
    const controls = ['language', 'paste', 'platform', 'example', 'show', 'clear', 'SUMMARY', 'field-appId']
    assert.deepStrictEqual(order, controls)
    await page.selectOption('#example', 'right 0')
    await page.evaluate(() => {
      window.changes = 0
      const options = { childList: true, subtree: true, characterData: true }
      new MutationObserver(() => window.changes++).observe(document.getElementById('status'), options)
    })
    await page.check('#show')
    await page.selectOption('#example', 'right 0')
    assert.strictEqual(await page.evaluate(() => window.changes), 0)
  })

  test('has no finding of axe and no horizontal scroll, at any width, in any language and scheme', async () => {
    const views = ['en right 0', 'zh-CN wrong 1', 'en wrong 0', 'zh-CN']
    const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
    for (const width of [280, 768, 1400]) {
      await page.setViewportSize({ width, height: 900 })
      await load(address)
      await page.evaluate(axe)
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        for (const view of views) {
          const [language, ...example] = view.split(' ')
          await setLanguage(language)
          await page.selectOption('#example', example.join(' '))
          const { findings, overflow } = await page.evaluate(async () => ({
            findings: (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
            overflow: document.documentElement.scrollWidth - window.innerWidth
          }))
          assert.deepStrictEqual(findings, [], `${width} ${colorScheme} ${view}`)
          assert.ok(overflow <= 0, `${width} ${view}`)
        }
      }
    }
    await setLanguage('en')
  })

  test('stays responsive with 100 kB of anything', async () => {
    await load(address)
    // A busy machine: how much longer a fixed piece of work takes than 20 ms.
    const slowness = await page.evaluate(() => {
      const start = performance.now()
      for (let i = 0, text = ''; i < 4e5; i++) text = (text + i.toString(36)).slice(-40)
      return Math.max(1, (performance.now() - start) / 20)
    })
    const line = '{"level":"info","sessionKey":"tiihtNczf5v6AKRyjwEUhQ==","iv":"r7BXXKkLb8qrSNn05n0qiA=="}\n'
    const texts = {
      letters: 'a'.repeat(1e5),
      spaces: ' '.repeat(1e5),
      brackets: '{"a":['.repeat(16666),
      quotes: '"\\'.repeat(5e4),
      entities: '&quot;'.repeat(16666),
      percent: '%2B'.repeat(33333),
      log: line.repeat(900),
      names: 'encryptedData=a&iv=b&'.repeat(4760),
      chinese: '解密失败'.repeat(25000),
      data: JSON.stringify({ sessionKey: 'a b', iv: 'a b', encryptedData: 'QU F%2B'.repeat(14000) })
    }
    for (const [name, text] of Object.entries(texts)) {
      const durations = []
      while (durations.length < 3 && !durations.some(duration => duration <= 100 * slowness)) {
        await page.evaluate(() => (window.longTasks.length = 0))
        await paste(text, '')
        await page.waitForTimeout(400)
        durations.push(Math.max(0, ...(await page.evaluate(() => window.longTasks))))
      }
      assert.ok(Math.min(...durations) <= 100 * slowness, `${name}: ${durations} ms`)
    }
  })

  test('says so in both languages where there is no WebAssembly', async () => {
    const other = await context.newPage()
    await other.addInitScript(() => delete window.WebAssembly)
    await other.goto(address)
    assert.match(await other.textContent('#loading'), /WebAssembly.*需要/s)
    assert.deepStrictEqual([await other.isVisible('#loading'), await other.isVisible('#page')], [true, false])
  })
})
