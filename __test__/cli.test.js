'use strict'

// The command line as a shell runs it; where a terminal is needed, its function with a stand-in.

const assert = require('node:assert')
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { once } = require('node:events')
const { PassThrough, Readable } = require('node:stream')
const { after, describe, test } = require('node:test')
const run = require('../lib/cli')
const WXBizDataCrypt = require('..')
const { appId, sessionKey, encryptedData, iv, data } = require('./demo.json')

const bin = path.join(__dirname, '../bin.js')
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const demo = { appId, sessionKey, encryptedData, iv }
const whole = ['--app-id', appId, '--data', encryptedData, '--iv', iv]
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-test-'))
after(() => fs.rmSync(directory, { recursive: true }))

// No key may show, whatever happens.
function call(args, { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    input: typeof input === 'string' || Buffer.isBuffer(input) ? input : JSON.stringify(input),
    env: { LANG: 'en_US.UTF-8', ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024
  })
  for (const key of [sessionKey, otherKey]) assert.ok(!stdout.includes(key) && !stderr.includes(key))
  return { status, stdout, stderr }
}

function encrypt(object, key = sessionKey) {
  return { sessionKey: key, ...new WXBizDataCrypt(appId, key).encryptData(object) }
}

describe('decrypt', () => {
  test('takes JSON on standard input', () => {
    const { status, stdout, stderr } = call(['decrypt'], { input: demo })
    assert.deepStrictEqual(JSON.parse(stdout), data)
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
  })

  test('takes arguments, and the key from the environment', () => {
    const { status, stdout } = call(['decrypt', ...whole], { env: { WX_SESSION_KEY: sessionKey } })
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(JSON.parse(stdout), data)
    const env = { WX_SESSION_KEY: sessionKey, WX_APP_ID: appId }
    assert.strictEqual(call(['decrypt'], { env, input: { encryptedData, iv } }).status, 0)
  })

  test('does not wait for a standard input that it does not need', async () => {
    const env = { ...process.env, WX_SESSION_KEY: sessionKey }
    const child = spawn(process.execPath, [bin, 'decrypt', ...whole], {
      env,
      stdio: ['pipe', 'ignore', 'ignore']
    })
    const status = await new Promise(resolve => child.on('exit', resolve))
    assert.strictEqual(status, 0)
  })

  test('puts arguments before the JSON, and the JSON before the environment', () => {
    const env = { WX_SESSION_KEY: otherKey, WX_APP_ID: 'wx0000000000000000' }
    assert.strictEqual(call(['decrypt'], { env, input: demo }).status, 0)
    const input = { ...demo, appId: 'wx0000000000000000' }
    assert.strictEqual(call(['decrypt', '--app-id', appId], { input }).status, 0)
  })

  test('takes several session keys', () => {
    assert.strictEqual(
      call(['decrypt'], { input: { ...demo, sessionKey: [otherKey, sessionKey] } }).status,
      0
    )
  })

  test('says what is wrong and what to do, in the language of the locale', () => {
    const input = { ...demo, sessionKey: otherKey }
    const english = call(['decrypt'], { input })
    assert.deepStrictEqual({ status: english.status, stdout: english.stdout }, { status: 1, stdout: '' })
    assert.match(english.stderr, /^ERR_ILLEGAL_BUFFER: Illegal Buffer\n.*wx\.login/)
    const chinese = call(['decrypt'], { input, env: { LANG: 'zh_CN.UTF-8' } })
    assert.match(chinese.stderr, /^ERR_ILLEGAL_BUFFER: Illegal Buffer\n.*刷新/)
  })

  test('refuses data older than --max-age', () => {
    const { status, stderr } = call(['decrypt', '--max-age', '300'], { input: demo })
    assert.strictEqual(status, 1)
    assert.match(stderr, /ERR_WATERMARK_EXPIRED/)
    assert.strictEqual(
      call(['decrypt', '--max-age', '300'], { input: { appId, ...encrypt({ a: 1 }) } }).status,
      0
    )
  })

  test('says what is missing', () => {
    const { status, stderr } = call(['decrypt', '--app-id', appId])
    assert.strictEqual(status, 2)
    assert.match(stderr, /Missing: sessionKey, encryptedData, iv\n/)
  })
})

describe('wrong usage', () => {
  const cases = {
    'no command': [[], /decrypt or diagnose/],
    'another command': [['encrypt'], /decrypt or diagnose/],
    'an unknown option': [['decrypt', '--foo'], /--foo/],
    'an option without its value': [['decrypt', '--iv'], /--iv/],
    'an odd age': [['decrypt', '--max-age', 'soon'], /--max-age/],
    'an option of another command': [['decrypt', '--json'], /--json/],
    'data beside --ndjson': [['decrypt', '--ndjson', '--iv', iv], /--iv/],
    'a file without --ndjson': [['decrypt', 'file'], /file/]
  }
  for (const [name, [args, message]] of Object.entries(cases)) {
    test(name, () => {
      const { status, stdout, stderr } = call(args)
      assert.deepStrictEqual({ status, stdout }, { status: 2, stdout: '' })
      assert.match(stderr, message)
      assert.match(stderr, /--help/)
    })
  }

  test('a session key in an argument, in every spelling, is refused and not repeated', () => {
    for (const option of ['--session-key', '--sessionKey', '--session_key', '--key', '-key']) {
      for (const args of [[option, sessionKey], [`${option}=${sessionKey}`]]) {
        const { status, stderr } = call(['decrypt', ...args], { input: demo })
        assert.strictEqual(status, 2)
        assert.match(stderr, /WX_SESSION_KEY/)
      }
    }
  })

  test('standard input that is not a JSON object is not repeated', () => {
    for (const input of [`${sessionKey}`, '[]', 'null', '{"sessionKey":']) {
      const { status, stderr } = call(['decrypt'], { input })
      assert.strictEqual(status, 2)
      assert.match(stderr, /not a JSON object/)
    }
  })
})

describe('help and version', () => {
  test('--help follows LC_ALL, then LC_MESSAGES, then LANG', () => {
    const help = env => call(['--help'], { env }).stdout
    assert.match(help({}), /^Decrypts/)
    assert.match(help({ LANG: 'zh_CN.UTF-8' }), /^解密/)
    assert.match(help({ LC_MESSAGES: 'zh_TW' }), /^解密/)
    assert.match(help({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }), /^Decrypts/)
    assert.strictEqual(call(['-h']).status, 0)
    assert.strictEqual(call(['decrypt', '--help']).status, 0)
  })

  test('both languages name every option', () => {
    for (const LANG of ['en', 'zh']) {
      const { stdout } = call(['--help'], { env: { LANG } })
      for (const option of [
        'app-id',
        'data',
        'iv',
        'max-age',
        'ndjson',
        'json',
        'show-data',
        'help',
        'version'
      ]) {
        assert.ok(stdout.includes(`--${option}`), `${option} in ${LANG}`)
      }
    }
  })

  test('--version', () => {
    assert.strictEqual(call(['--version']).stdout, `${require('../package.json').version}\n`)
    assert.strictEqual(call(['-v']).status, 0)
  })

  test('a pipe that is closed at once is no error', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" --help | true`], {
      encoding: 'utf8'
    })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
  })
})

describe('diagnose', () => {
  const spaced = { ...demo, encryptedData: encryptedData.replace(/\+/g, ' ') }

  test('says the reason and what to do, in the language of the locale', () => {
    const english = call(['diagnose'], { input: spaced })
    assert.strictEqual(english.status, 1)
    assert.match(english.stdout, /^plus-became-space \(ERR_\w+\)\nencryptedData: .*\nRepaired in this way/)
    assert.match(
      call(['diagnose'], { input: spaced, env: { LANG: 'zh_CN' } }).stdout,
      /变成了空格.*\n按此修复/
    )
  })

  test('says nothing is wrong where that is so', () => {
    const { status, stdout } = call(['diagnose'], { input: demo })
    assert.strictEqual(status, 0)
    assert.match(stdout, /^ok\n/)
  })

  test('--json prints what the function returns', () => {
    const { status, stdout } = call(['diagnose', '--json'], { input: spaced })
    assert.strictEqual(status, 1)
    assert.deepStrictEqual(JSON.parse(stdout), WXBizDataCrypt.diagnose(spaced))
  })

  test('shows data only where --show-data asks for it', () => {
    const hidden = call(['diagnose', '--json'], { input: { ...demo, showData: true } }).stdout
    assert.ok(!hidden.includes(data.openId))
    assert.deepStrictEqual(
      JSON.parse(call(['diagnose', '--json', '--show-data'], { input: demo }).stdout).data,
      data
    )
    assert.ok(call(['diagnose', '--show-data'], { input: demo }).stdout.includes(data.openId))
  })

  test('gives missing values a diagnosis', () => {
    const { status, stdout } = call(['diagnose'], {
      input: { appId, errMsg: 'getPhoneNumber:fail user deny' }
    })
    assert.strictEqual(status, 1)
    assert.match(stdout, /^user-declined/)
  })
})

describe('decrypt --ndjson', () => {
  const args = ['decrypt', '--ndjson', '--app-id', appId]
  const records = n =>
    Array.from({ length: n }, (_, i) => encrypt({ i, 昵称: '张三😀', watermark: { appid: appId } }))
  const lines = text =>
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
  const ndjson = list => list.map(value => `${JSON.stringify(value)}\n`).join('')

  test('one line of output for each record, in order', () => {
    const { status, stdout, stderr } = call(args, { input: ndjson(records(5000)) })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.deepStrictEqual(
      lines(stdout),
      Array.from({ length: 5000 }, (_, i) => ({ i, 昵称: '张三😀', watermark: { appid: appId } }))
    )
  })

  test('a record may bring its own app id and key; else the argument and the environment say', () => {
    const { sessionKey: _key, ...bare } = encrypt({ i: 1 })
    const input = ndjson([bare, { ...demo }, { ...encrypt({ i: 2 }, otherKey) }])
    const { status, stdout } = call(args, { input, env: { WX_SESSION_KEY: sessionKey } })
    assert.strictEqual(status, 0)
    const output = lines(stdout)
    assert.deepStrictEqual([output[0].i, output[1].openId, output[2].i], [1, data.openId, 2])
  })

  test('a record that fails becomes an error line with its number, and the exit status tells', () => {
    const [good] = records(1)
    const list = [
      JSON.stringify(good),
      JSON.stringify({ ...good, sessionKey: otherKey }),
      '{"sessionKey":"tiihtNczf5v6AKRyjwEUhQ=="',
      'null',
      '[]',
      '"text"',
      '{}',
      JSON.stringify({ ...good, appId: 'wx0000000000000000' }),
      JSON.stringify(good)
    ]
    const { status, stdout, stderr } = call(args, { input: list.join('\n') })
    assert.deepStrictEqual({ status, stderr }, { status: 1, stderr: '' })
    const output = lines(stdout)
    assert.strictEqual(output.length, list.length)
    assert.deepStrictEqual(
      output.map(line => line.error && line.error.code),
      [
        undefined,
        'ERR_ILLEGAL_BUFFER',
        'ERR_INVALID_RECORD',
        'ERR_INVALID_RECORD',
        'ERR_INVALID_RECORD',
        'ERR_INVALID_RECORD',
        'ERR_INVALID_ARG_TYPE',
        'ERR_WATERMARK_MISMATCH',
        undefined
      ]
    )
    for (let i = 1; i < 8; i++) assert.strictEqual(output[i].line, i + 1)
    assert.deepStrictEqual(Object.keys(output[1].error), ['code', 'errcode', 'message', 'hint'])
    assert.strictEqual(output[1].error.errcode, -41003)
  })

  test('blank lines, CRLF, a byte order mark and a last line without its line feed', () => {
    const [a, b] = records(2).map(record => JSON.stringify(record))
    const { status, stdout } = call(args, { input: `\ufeff${a}\r\n\r\n \n\n${b}` })
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(
      lines(stdout).map(({ i }) => i),
      [0, 1]
    )
    const bad = call(args, { input: `\n\n${a}\n\nbad` })
    assert.deepStrictEqual(
      lines(bad.stdout).map(({ line }) => line),
      [undefined, 5]
    )
    assert.deepStrictEqual(call(args, { input: '' }), { status: 0, stdout: '', stderr: '' })
  })

  test('--max-age', () => {
    const input = ndjson([encrypt({ i: 0 }), demo])
    const { status, stdout } = call([...args, '--max-age', '300'], { input })
    assert.strictEqual(status, 1)
    assert.strictEqual(lines(stdout)[1].error.code, 'ERR_WATERMARK_EXPIRED')
  })

  test('several files follow each other, and their error lines name them', () => {
    const files = ['a.ndjson', 'b.ndjson'].map(name => path.join(directory, name))
    fs.writeFileSync(files[0], ndjson(records(2)).trimEnd())
    fs.writeFileSync(files[1], `${ndjson(records(1))}bad\n`)
    const { status, stdout } = call([...args, ...files])
    assert.strictEqual(status, 1)
    const output = lines(stdout)
    assert.deepStrictEqual(
      output.slice(0, 3).map(({ i }) => i),
      [0, 1, 0]
    )
    assert.deepStrictEqual([output[3].line, output[3].file], [2, files[1]])
  })

  test('a file that cannot be read is named, and the others are read', () => {
    const file = path.join(directory, 'c.ndjson')
    fs.writeFileSync(file, ndjson(records(1)))
    const { status, stdout, stderr } = call([...args, path.join(directory, 'none'), file])
    assert.strictEqual(status, 1)
    assert.match(stderr, /none: ENOENT\n/)
    assert.strictEqual(lines(stdout).length, 1)
  })

  test('a reader that goes away ends it quietly', () => {
    const file = path.join(directory, 'many.ndjson')
    fs.writeFileSync(file, ndjson(records(100)).repeat(200))
    const command = `"${process.execPath}" "${bin}" decrypt --ndjson --app-id ${appId} "${file}" | head -n 1`
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
    assert.strictEqual(lines(stdout).length, 1)
    assert.strictEqual(stderr, '')
  })

  test('an output that cannot be written is an error', { skip: !fs.existsSync('/dev/full') }, () => {
    const full = fs.openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
      input: ndjson(records(3)),
      stdio: ['pipe', full, 'pipe'],
      encoding: 'utf8'
    })
    fs.closeSync(full)
    assert.strictEqual(status, 1)
    assert.match(stderr, /stdout: ENOSPC/)
  })

  // With a stand-in for the process: chunks of every size, a slow reader, a terminal.
  async function runOver(chunks, { stderr = new PassThrough(), highWaterMark } = {}) {
    const stdout = new PassThrough(highWaterMark === undefined ? {} : { highWaterMark })
    const output = []
    const reading = (async () => {
      for await (const chunk of stdout) {
        output.push(chunk)
        await new Promise(setImmediate)
      }
    })()
    const status = await run(args, { env: { LANG: 'en' }, stdin: Readable.from(chunks), stdout, stderr })
    stdout.end()
    await reading
    return { status, output: lines(Buffer.concat(output).toString()) }
  }

  test('chunks may end anywhere, in the middle of a character too', async () => {
    const list = records(20).map((record, i) => ({ ...record, note: '备注😀'.repeat(i) }))
    const bytes = Buffer.from(ndjson(list))
    for (const size of [1, 2, 3, 7, 100, 4096]) {
      const chunks = []
      for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size))
      const { status, output } = await runOver(chunks)
      assert.strictEqual(status, 0)
      assert.deepStrictEqual(
        output.map(({ i }) => i),
        list.map((_, i) => i)
      )
    }
  })

  test('a slow reader gets everything, in order', async () => {
    const { status, output } = await runOver([Buffer.from(ndjson(records(3000)))], { highWaterMark: 16 })
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(
      output.map(({ i }) => i),
      output.map((_, i) => i)
    )
    assert.strictEqual(output.length, 3000)
  })

  test('a line of more than 1 MiB is refused, and those around it are read', async () => {
    const [good] = records(1)
    const pad = length => JSON.stringify({ ...good, pad: ' '.repeat(length) })
    const spare = 1024 * 1024 - pad(0).length
    const text = [
      JSON.stringify(good),
      pad(spare),
      pad(spare + 1),
      pad(3e6),
      JSON.stringify(good),
      'bad'
    ].join('\n')
    const bytes = Buffer.from(text)
    for (const size of [64 * 1024, bytes.length]) {
      const chunks = []
      for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size))
      const { status, output } = await runOver(chunks)
      assert.strictEqual(status, 1)
      assert.deepStrictEqual(
        output.map(({ line, error }) => error && [line, error.code]),
        [
          undefined,
          undefined,
          [3, 'ERR_LINE_TOO_LONG'],
          [4, 'ERR_LINE_TOO_LONG'],
          undefined,
          [6, 'ERR_INVALID_RECORD']
        ]
      )
    }
  })

  test('progress shows on standard error where that is a terminal, and not elsewhere', async () => {
    for (const isTTY of [true, undefined]) {
      const stderr = Object.assign(new PassThrough(), { isTTY })
      let words = ''
      stderr.on('data', chunk => {
        words += chunk
      })
      await runOver([Buffer.from(ndjson([...records(3), {}]))], { stderr })
      stderr.end()
      await once(stderr, 'end')
      if (isTTY) assert.match(words, /4 records, 1 failed, [\d,]+\/s\n$/)
      else assert.strictEqual(words, '')
    }
  })
})
