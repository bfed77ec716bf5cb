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
const alipay = require('./helpers/alipay-messages')

const bin = path.join(__dirname, '../bin.js')
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const codeOf = (appId, options) => {
  try {
    return new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, options)
  } catch (error) {
    return error.code
  }
}
const otherAppCode = codeOf('wx0000000000000000')
const expiredCode = codeOf(appId, { maxAge: 300 })
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
  test('reads JSON from standard input', () => {
    const { status, stdout, stderr } = call(['decrypt'], { input: demo })
    assert.deepStrictEqual(JSON.parse(stdout), data)
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
  })

  test('reads arguments, and the key from the environment', () => {
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

  test('reads a file, and "-" for standard input', () => {
    const file = path.join(directory, 'session.json')
    fs.writeFileSync(file, JSON.stringify(demo))
    const { status, stdout } = call(['decrypt', file])
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(JSON.parse(stdout), data)
    assert.strictEqual(call(['decrypt', '-'], { input: demo }).status, 0)
    const missing = call(['decrypt', path.join(directory, 'none.json')])
    assert.strictEqual(missing.status, 1)
    assert.match(missing.stderr, /none\.json: ENOENT/)
    assert.strictEqual(call(['decrypt', file, file]).status, 2)
  })

  test('reads UTF-16, as PowerShell writes it, and a byte order mark', () => {
    const json = `\ufeff${JSON.stringify(demo)}\r\n`
    assert.strictEqual(call(['decrypt'], { input: Buffer.from(json, 'utf16le') }).status, 0)
    assert.strictEqual(call(['decrypt'], { input: json }).status, 0)
  })

  test('accepts the names as WeChat spells them', () => {
    const input = {
      appid: appId,
      session_key: sessionKey,
      encrypted_data: encryptedData,
      iv,
      openid: 'o',
      message: 'x'
    }
    assert.strictEqual(call(['decrypt'], { input }).status, 0)
    assert.strictEqual(call(['diagnose'], { input }).status, 0)
    const twice = call(['decrypt'], { input: { ...input, sessionKey: otherKey } })
    assert.strictEqual(twice.status, 2)
    assert.match(twice.stderr, /sessionKey in two spellings/)
    assert.strictEqual(call(['decrypt'], { input: { ...input, sessionKey } }).status, 0)
  })

  test('names what it does not understand, but nothing that may be a key', () => {
    const input = { appId, iv, encryptedData, theKey: sessionKey, [otherKey]: 1 }
    const { status, stderr } = call(['decrypt'], { input })
    assert.strictEqual(status, 2)
    assert.match(stderr, /Missing: sessionKey\. Names that are not understood: theKey\./)
  })

  test('puts the JSON before the environment', () => {
    assert.strictEqual(call(['decrypt'], { env: { WX_SESSION_KEY: otherKey }, input: demo }).status, 0)
  })

  test('rejects values that name another app than the stated one', () => {
    for (const name of ['appId', 'appid', 'app_id']) {
      const { appId: _appId, ...bare } = demo
      const input = { ...bare, [name]: 'wx0000000000000000' }
      for (const [args, env] of [
        [['--app-id', appId], {}],
        [[], { WX_APP_ID: appId }]
      ]) {
        for (const command of ['decrypt', 'diagnose']) {
          const { status, stdout, stderr } = call([command, ...args], { env, input })
          assert.deepStrictEqual({ status, stdout }, { status: 2, stdout: '' })
          assert.match(stderr, /another app than --app-id/)
        }
      }
    }
    const stated = ['--app-id', 'wx0000000000000000']
    assert.strictEqual(call(['decrypt', ...stated], { input: { sessionKey, encryptedData, iv } }).status, 1)
    assert.strictEqual(call(['decrypt', '--app-id', appId], { input: demo }).status, 0)
  })

  test('accepts several session keys', () => {
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

  test('rejects data older than --max-age', () => {
    const { status, stderr } = call(['decrypt', '--max-age', '300'], { input: demo })
    assert.strictEqual(status, 1)
    assert.ok(stderr.startsWith(`${expiredCode}: Illegal Buffer\n`))
    assert.match(stderr, /maxAge/)
    assert.strictEqual(
      call(['decrypt', '--max-age', '300'], { input: { appId, ...encrypt({ a: 1 }) } }).status,
      0
    )
  })

  test('says what is missing', () => {
    const { status, stderr } = call(['decrypt', '--app-id', appId])
    assert.strictEqual(status, 2)
    assert.match(stderr, /Missing: sessionKey, encryptedData, iv\.\n/)
  })
})

describe('wrong usage', () => {
  const cases = {
    'no command': [[], /type: wxbizdatacrypt-native decrypt session\.json/],
    'an unknown command': [['decrpyt'], /decrypt, diagnose or encrypt/],
    'the name of a property of objects': [['toString'], /decrypt, diagnose or encrypt/],
    'two files': [['diagnose', 'a.json', 'b.json'], /Only one file.*--ndjson/],
    'an unknown option': [['decrypt', '--foo'], /--foo/],
    'an option without its value': [['decrypt', '--iv'], /--iv/],
    'an odd age': [['decrypt', '--max-age', 'soon'], /--max-age/],
    'an option of another command': [['decrypt', '--json'], /--json/],
    'data beside --ndjson': [['decrypt', '--ndjson', '--iv', iv], /--iv/],
    'an option of encrypt': [['encrypt', '--max-age', '1'], /--max-age/]
  }
  for (const [name, [args, message]] of Object.entries(cases)) {
    test(name, () => {
      const { status, stdout, stderr } = call(args)
      assert.deepStrictEqual({ status, stdout }, { status: 2, stdout: '' })
      assert.match(stderr, message)
      assert.match(stderr, /--help/)
    })
  }

  test('a session key in an argument, in every spelling, is rejected and not repeated', () => {
    for (const option of [
      '--session-key',
      '--sessionKey',
      '--session_key',
      '--key',
      '-key',
      '--aes-key',
      '--secret'
    ]) {
      for (const args of [[option, sessionKey], [`${option}=${sessionKey}`]]) {
        const { status, stderr } = call(['decrypt', ...args], { input: demo })
        assert.strictEqual(status, 2)
        assert.match(stderr, /WX_SESSION_KEY/)
      }
    }
    for (const argument of [sessionKey, sessionKey.slice(0, 22), JSON.stringify(demo)]) {
      const { status, stderr } = call(['decrypt', argument])
      assert.strictEqual(status, 2)
      assert.match(stderr, /WX_SESSION_KEY/)
    }
  })

  test('standard input that is not a JSON object is not repeated', () => {
    for (const input of [`${sessionKey}`, '[]', 'null', '{"sessionKey":', '{}\n{}']) {
      const { status, stderr } = call(['decrypt'], { input })
      assert.strictEqual(status, 2)
      assert.match(stderr, /not a JSON object.*--ndjson/)
    }
  })
})

describe('help and version', () => {
  test('--help follows LANGUAGE, then LC_ALL, LC_MESSAGES and LANG, as gettext does', () => {
    const help = env => call(['--help'], { env }).stdout
    assert.match(help({}), /^Decrypts/)
    assert.match(help({ LANG: 'zh_CN.UTF-8' }), /^解密/)
    assert.match(help({ LC_MESSAGES: 'zh_TW' }), /^解密/)
    assert.match(help({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }), /^Decrypts/)
    assert.match(help({ LANGUAGE: 'zh_CN:en' }), /^解密/)
    assert.match(help({ LANGUAGE: 'en_US', LANG: 'zh_CN.UTF-8' }), /^Decrypts/)
    assert.match(help({ LANGUAGE: 'zh_CN', LANG: 'C.UTF-8' }), /^Decrypts/)
    assert.strictEqual(call(['-h']).status, 0)
    assert.strictEqual(call(['decrypt', '--help']).status, 0)
    assert.strictEqual(call(['help']).stdout, help({}))
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
    assert.match(english.stdout, /^plus-became-space \(ERR_\w+\)\nencryptedData: .*\nCorrected in this way/)
    assert.match(
      call(['diagnose'], { input: spaced, env: { LANG: 'zh_CN' } }).stdout,
      /变成了空格.*\n按此修正/
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
      Array.from({ length: 5000 }, (_, i) => {
        return { line: i + 1, data: { i, 昵称: '张三😀', watermark: { appid: appId } } }
      })
    )
  })

  test('the id of a record is repeated exactly, with data and with errors', () => {
    const [good] = records(1)
    const ids = ['7', '"a"', '"张\\u0000"', 'null', '1.5', '-12345678901234567890', '1e400', '{"a":[1]}']
    const tails = [JSON.stringify(good).slice(1), '"iv":"{[id","x":{"id":5},"}y]":[{"id":6}],"z":"id"}']
    for (const tail of tails) {
      const input = ids.map(id => `{"i\\u0064":${id},${tail}\n`).join('')
      const output = call(args, { input }).stdout.trimEnd().split('\n')
      output.forEach((line, i) => {
        assert.match(line, tail === tails[0] ? /"data":\{/ : /"error":\{/)
        const rest = line.slice(`{"line":${i + 1},"id":`.length)
        const id = rest.slice(0, rest.search(/,"(?:data|error)"/))
        if (typeof JSON.parse(id) === 'number') assert.strictEqual(id, ids[i])
        else assert.deepStrictEqual(JSON.parse(id), JSON.parse(ids[i]))
      })
      assert.strictEqual(output.length, ids.length)
    }
  })

  test('a record may bring its own key, in the spelling of WeChat too', () => {
    const { sessionKey: _key, ...bare } = encrypt({ i: 1 })
    const other = encrypt({ i: 2 }, otherKey)
    // Whatever else it contains.
    Object.assign(other, { message: 'x', sign: 'x', code: 1, data: {}, Data: 1, aesKey: 'x' })
    const spelled = { appid: appId, session_key: otherKey, encrypted_data: other.encryptedData, iv: other.iv }
    const input = ndjson([bare, demo, other, spelled])
    const { status, stdout } = call(args, { input, env: { WX_SESSION_KEY: sessionKey } })
    assert.strictEqual(status, 0)
    const output = lines(stdout).map(({ data }) => data)
    assert.deepStrictEqual([output[0].i, output[1].openId, output[2].i, output[3].i], [1, data.openId, 2, 2])
  })

  test('a record that names another app than the stated one is rejected', () => {
    const other = 'wx0000000000000000'
    const forged = new WXBizDataCrypt(other, otherKey).encryptData({ phoneNumber: '1' })
    const list = ['appId', 'appid', 'app_id'].map(name => ({
      [name]: other,
      sessionKey: otherKey,
      ...forged
    }))
    list.push({ sessionKey: otherKey, ...forged })
    const codes = ['ERR_APP_ID_CONFLICT', 'ERR_APP_ID_CONFLICT', 'ERR_APP_ID_CONFLICT', otherAppCode]
    for (const [args, env] of [
      [['--app-id', appId], {}],
      [[], { WX_APP_ID: appId }]
    ]) {
      const { status, stdout } = call(['decrypt', '--ndjson', ...args], { input: ndjson(list), env })
      assert.strictEqual(status, 1)
      assert.deepStrictEqual(
        lines(stdout).map(({ error }) => error.code),
        codes
      )
    }
    const { stdout } = call(['decrypt', '--ndjson'], { input: ndjson(list.slice(0, 3)) })
    assert.ok(lines(stdout).every(({ data }) => data.phoneNumber === '1'))
  })

  test('a record that fails becomes an error line, and a summary and the exit status tell', () => {
    const [good] = records(1)
    const list = [
      JSON.stringify(good),
      JSON.stringify({ ...good, sessionKey: otherKey, id: 'x' }),
      '{"sessionKey":"tiihtNczf5v6AKRyjwEUhQ=="',
      'null',
      '[]',
      '"text"',
      '{}',
      JSON.stringify({ ...good, session_key: otherKey }),
      JSON.stringify(good)
    ]
    const { status, stdout, stderr } = call(args, { input: list.join('\n') })
    assert.strictEqual(status, 1)
    assert.strictEqual(
      stderr,
      '9 records, 7 failed (ERR_ILLEGAL_BUFFER: 1, ERR_INVALID_RECORD: 4, ERR_INVALID_ARG_TYPE: 1, ERR_FIELD_CONFLICT: 1)\n'
    )
    const output = lines(stdout)
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
        'ERR_FIELD_CONFLICT',
        undefined
      ]
    )
    assert.deepStrictEqual(
      output.map(({ line }) => line),
      list.map((_, i) => i + 1)
    )
    assert.strictEqual(output[1].id, 'x')
    assert.deepStrictEqual([output[1].error.errcode, output[1].error.reason], [-41003, 'undecryptable'])
    assert.ok(output[1].error.hint.length > 20)
  })

  test('hints are in the language of the locale', () => {
    const [good] = records(1)
    const list = [
      { ...good, sessionKey: otherKey },
      { ...good, iv: 'AAAA' },
      {},
      { ...good, appid: 'wx' },
      []
    ]
    list.push({ ...good, sessionKey: 'AAAA' }, { ...good, encryptedData: 'AAAA' }, demo)
    list.push(encrypt({ watermark: { appid: 'wx', timestamp: 1 } }))
    const env = { LANG: 'zh_CN.UTF-8' }
    const { stdout, stderr } = call([...args, '--max-age', '1'], { input: ndjson(list), env })
    const output = lines(stdout)
    assert.strictEqual(output.length, list.length)
    for (const { error } of output) assert.match(error.hint, /[\u4e00-\u9fff]/)
    assert.match(stderr, /^9 条，失败 9 条（/)
  })

  test('blank lines, CRLF, a byte order mark and a last line without its line feed', () => {
    const [a, b] = records(2).map(record => JSON.stringify(record))
    const { status, stdout } = call(args, { input: `\ufeff${a}\r\n\r\n \n\n${b}` })
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(
      lines(stdout).map(({ line, data }) => [line, data.i]),
      [
        [1, 0],
        [5, 1]
      ]
    )
    const bad = call(args, { input: `\n\n${a}\n\nbad` })
    assert.deepStrictEqual(
      lines(bad.stdout).map(({ line }) => line),
      [3, 5]
    )
    assert.deepStrictEqual(call(args, { input: '' }), { status: 0, stdout: '', stderr: '' })
  })

  test('--max-age', () => {
    const input = ndjson([encrypt({ i: 0 }), demo])
    const { status, stdout } = call([...args, '--max-age', '300'], { input })
    assert.strictEqual(status, 1)
    assert.strictEqual(lines(stdout)[1].error.code, expiredCode)
  })

  test('several files follow each other, and every line names its file', () => {
    const files = ['a.ndjson', 'b.ndjson'].map(name => path.join(directory, name))
    fs.writeFileSync(files[0], ndjson(records(2)).trimEnd())
    fs.writeFileSync(files[1], `${ndjson(records(1))}bad\n`)
    const { status, stdout } = call([...args, ...files])
    assert.strictEqual(status, 1)
    const output = lines(stdout)
    assert.deepStrictEqual(
      output.map(({ file, line, data }) => [file, line, data && data.i]),
      [
        [files[0], 1, 0],
        [files[0], 2, 1],
        [files[1], 1, 0],
        [files[1], 2, undefined]
      ]
    )
  })

  test('a file that cannot be read is named, and the others are read', () => {
    const file = path.join(directory, 'c.ndjson')
    fs.writeFileSync(file, ndjson(records(1)))
    const { status, stdout, stderr } = call([...args, path.join(directory, 'none'), file])
    assert.strictEqual(status, 1)
    assert.match(stderr, /none: ENOENT\n/)
    assert.strictEqual(lines(stdout).length, 1)
  })

  test('a reader that closes the pipe ends it quietly', () => {
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
        output.map(({ data }) => data.i),
        list.map((_, i) => i)
      )
    }
  })

  test('a slow reader gets everything, in order', async () => {
    const { status, output } = await runOver([Buffer.from(ndjson(records(3000)))], { highWaterMark: 16 })
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(
      output.map(({ data }) => data.i),
      output.map((_, i) => i)
    )
    assert.strictEqual(output.length, 3000)
  })

  test('a line of more than 1 MiB is rejected, and those around it are read', async () => {
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

  test('progress shows on standard error if that is a terminal, elsewhere a summary of failures', async () => {
    for (const isTTY of [true, undefined]) {
      const stderr = Object.assign(new PassThrough(), { isTTY })
      let words = ''
      stderr.on('data', chunk => {
        words += chunk
      })
      await runOver([Buffer.from(ndjson([...records(3), {}]))], { stderr })
      stderr.end()
      await once(stderr, 'end')
      const summary = '4 records, 1 failed (ERR_INVALID_ARG_TYPE: 1)'
      if (isTTY) assert.ok(words.includes(`${summary}, `) && /[\d,]+\/s\n$/.test(words))
      else assert.strictEqual(words, `${summary}\n`)
    }
  })
})

describe('encrypt', () => {
  test('makes a session that decrypt accepts, with a new key or with that of the environment', () => {
    const object = { nickName: '张三', watermark: { appid: appId, timestamp: 1 } }
    for (const [input, expected] of [
      [object, object],
      ['', { phoneNumber: '13580006666' }]
    ]) {
      const { status, stdout } = call(['encrypt', '--app-id', appId], { input })
      assert.strictEqual(status, 0)
      const session = JSON.parse(stdout)
      assert.deepStrictEqual(Object.keys(session), ['appId', 'sessionKey', 'encryptedData', 'iv'])
      const decrypted = JSON.parse(call(['decrypt'], { input: session }).stdout)
      for (const name of Object.keys(expected)) assert.deepStrictEqual(decrypted[name], expected[name])
    }
    const env = { WX_SESSION_KEY: sessionKey }
    const { stdout } = call(['encrypt'], { env, input: object })
    assert.deepStrictEqual(Object.keys(JSON.parse(stdout)), ['appId', 'encryptedData', 'iv'])
    assert.deepStrictEqual(JSON.parse(call(['decrypt'], { env, input: stdout }).stdout), object)
  })

  test('says what is wrong with the key', () => {
    const env = { WX_SESSION_KEY: 'AAAA' }
    const { status, stderr } = call(['encrypt', '--app-id', appId], { env })
    assert.strictEqual(status, 1)
    assert.match(stderr, /^ERR_ILLEGAL_AES_KEY: Illegal Buffer\n.*16 bytes/)
    const chinese = call(['encrypt', '--app-id', appId], { env: { ...env, LANG: 'zh_CN' } })
    assert.match(chinese.stderr, /\n.*16 字节/)
  })

  test('reads a file, and says what is missing', () => {
    const file = path.join(directory, 'data.json')
    fs.writeFileSync(file, '{"step":1}')
    assert.strictEqual(call(['encrypt', '--app-id', appId, file]).status, 0)
    const { status, stderr } = call(['encrypt', file])
    assert.strictEqual(status, 2)
    assert.match(stderr, /Missing: --app-id/)
    assert.strictEqual(call(['encrypt', '--app-id', appId], { input: '[]' }).status, 2)
  })
})

describe('Alipay', () => {
  const keys = alipay.config
  const env = { ALIPAY_AES_KEY: keys.aesKey, ALIPAY_PUBLIC_KEY: keys.alipayPublicKey }
  const plaintext = alipay.phone
  const message = alipay.seal(alipay.encrypt(JSON.stringify(plaintext)))
  const { response } = message
  // A plain error, signed in this very text.
  const error = '{"code":"40003","msg":"a\\/b" }'
  const signedError = alipay.plainMessage(error)

  test('decrypt accepts the message with the keys, or alone with the keys of the environment', () => {
    const inputs = [
      [{ ...keys, message }],
      [{ ...keys, message: JSON.stringify(message) }],
      [{ aes_key: keys.aesKey, alipay_public_key: keys.alipayPublicKey, ...message }],
      [message, env],
      [{ encryptedData: response, sign: message.sign }, env]
    ]
    for (const [input, env] of inputs) {
      const { status, stdout } = call(['decrypt'], { input, env })
      assert.strictEqual(status, 0)
      assert.deepStrictEqual(JSON.parse(stdout), plaintext)
      assert.strictEqual(call(['diagnose'], { input, env }).status, 0)
    }
    assert.strictEqual(JSON.parse(call(['decrypt'], { input: signedError, env }).stdout).code, '40003')
  })

  test('decrypt says what is wrong, in the language of the locale', () => {
    const input = { ...message, sign: message.sign.replace(/^..../, 'AAAA') }
    const english = call(['decrypt'], { input, env })
    assert.strictEqual(english.status, 1)
    assert.match(english.stderr, /^ERR_ALIPAY_SIGN_MISMATCH: [^\n]+\n$/)
    assert.match(
      call(['decrypt'], { input, env: { ...env, LANG: 'zh_CN' } }).stderr,
      /签名与配置的公钥不匹配/
    )
    const unsigned = { response: { code: '40001', subCode: 'isv.invalid-encrypt' } }
    assert.match(call(['decrypt'], { input: unsigned, env }).stderr, /isv\.invalid-encrypt/)
    assert.match(call(['decrypt'], { input: message }).stderr, /Missing: aesKey, alipayPublicKey/)
  })

  test('--ndjson accepts messages among the records', () => {
    const list = [
      { id: 1, ...message },
      { id: 2, message },
      { id: 3, sessionKey, appId, encryptedData, iv },
      { id: 4, ...message, sign: '' }
    ]
    const input = `${list.map(record => JSON.stringify(record)).join('\n')}\n${signedError}`
    const { status, stdout } = call(['decrypt', '--ndjson'], { input, env })
    assert.strictEqual(status, 1)
    const output = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.deepStrictEqual(
      output.map(({ id, data, error }) => [id, error ? error.code : data.mobile || data.openId || data.code]),
      [
        [1, plaintext.mobile],
        [2, plaintext.mobile],
        [3, data.openId],
        [4, 'ERR_ALIPAY_SIGN_MISSING'],
        [undefined, '40003']
      ]
    )
  })

  test('--app-id and --max-age, which Alipay cannot fulfil, are not ignored', () => {
    for (const option of [
      ['--app-id', appId],
      ['--max-age', '300']
    ]) {
      assert.strictEqual(call(['decrypt', ...option], { input: message, env }).status, 2)
      const { stdout } = call(['decrypt', '--ndjson', ...option], { input: JSON.stringify(message), env })
      assert.strictEqual(JSON.parse(stdout).error.code, 'ERR_OPTION_NOT_APPLICABLE')
    }
  })
})

describe('control and bidirectional characters of the data', () => {
  const codes = [
    0, 7, 8, 9, 10, 13, 27, 0x7f, 0x80, 0x9b, 0xad, 0x61c, 0x200e, 0x2028, 0x202e, 0x2066, 0xfeff
  ]
  const nickName = `${String.fromCharCode(...codes)}\u{e0041}\u{13430}张三👨‍👩‍👧`
  const object = { nickName, [`\u202e${nickName}`]: 1, watermark: { appid: appId, timestamp: 1 } }

  test('are escaped in what is printed, which is the same JSON', () => {
    const input = { appId, ...encrypt(object) }
    const shown = [
      call(['decrypt'], { input }).stdout,
      call(['decrypt', '--ndjson'], { input: JSON.stringify({ id: nickName, ...input }) }).stdout,
      call(['diagnose', '--json', '--show-data'], { input }).stdout,
      call(['diagnose', '--show-data'], { input }).stdout
    ]
    for (const text of shown) {
      assert.doesNotMatch(
        text,
        /(?!\n)[\p{Cc}\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0041}\u{13430}]/u
      )
      assert.ok(text.includes('张三👨‍👩‍👧'))
    }
    assert.deepStrictEqual(JSON.parse(shown[0]), object)
    assert.deepStrictEqual(JSON.parse(shown[1]), { line: 1, id: nickName, data: object })
    assert.deepStrictEqual(JSON.parse(shown[2]).data, object)
    assert.strictEqual(shown[1].split('\n').length, 2)
  })

  test('are escaped in the name of a file', () => {
    const { stderr } = call(['decrypt', '\u001b[31m\u202efile'])
    assert.match(stderr, /\\u001b\[31m\\u202efile: ENOENT/)
  })
})

test('no document puts a key on a command line', () => {
  const root = path.join(__dirname, '..')
  const pages = [
    ...fs.readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`),
    'README.md',
    'README.zh-CN.md'
  ]
  for (const page of pages) {
    const text = fs.readFileSync(path.join(root, page), 'utf8')
    assert.doesNotMatch(text, /(?:SESSION_KEY|AES_KEY)=\S/, page)
    assert.doesNotMatch(text, /wxbizdatacrypt-native.*--[a-z-]*key/i, page)
    assert.doesNotMatch(text, /echo.*session_?key.*\|/i, page)
  }
})
