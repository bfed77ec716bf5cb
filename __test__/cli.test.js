'use strict'

// The command line as a shell runs it; where a terminal is needed, its function with a stand-in.

const assert = require('node:assert')
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Readable } = require('node:stream')
const { after, describe, test } = require('node:test')
const run = require('../lib/cli')
const rows = require('../lib/platforms')
const WXBizDataCrypt = require('..')
const { appId, sessionKey, encryptedData, iv, data } = require('./demo.json')
const alipay = require('./helpers/alipay-messages')

const bin = path.join(__dirname, '../bin.js')
const otherKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
const otherAppId = 'wx0000000000000000'
const demo = { appId, sessionKey, encryptedData, iv }
const whole = ['--app-id', appId, '--data', encryptedData, '--iv', iv]
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-test-'))
after(() => fs.rmSync(directory, { recursive: true }))

/** Runs a command. No output may contain a key. */
function call(args, { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    input: typeof input === 'string' || Buffer.isBuffer(input) ? input : JSON.stringify(input),
    env: { LANG: 'en_US.UTF-8', ...env },
    encoding: 'utf8'
  })
  for (const key of [sessionKey, otherKey]) assert.ok(!stdout.includes(key) && !stderr.includes(key))
  return { status, stdout, stderr }
}

/** Runs a command in a terminal in which `text` is pasted. */
async function callInTerminal(args, text, platform = 'linux') {
  const output = { stdout: '', stderr: '' }
  const collect = name => ({ write: words => (output[name] += words) })
  const stdin = Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true })
  const io = { env: { LANG: 'en' }, stdin, stdout: collect('stdout'), stderr: collect('stderr'), platform }
  return { status: await run(args, io), ...output }
}

const encrypt = (object, key = sessionKey) => ({
  appId,
  sessionKey: key,
  ...new WXBizDataCrypt(appId, key).encryptData(object)
})

describe('decrypt', () => {
  test('reads what a person has', () => {
    const inputs = [
      JSON.stringify(demo),
      `12:00 ${JSON.stringify({ encryptedData, iv })}\n{"session_key":"${sessionKey}","appid":"${appId}"}`,
      Buffer.from(`\ufeff${JSON.stringify(demo)}\r\n`, 'utf16le')
    ]
    for (const input of inputs) {
      const { status, stdout, stderr } = call(['decrypt'], { input })
      assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
      assert.deepStrictEqual(JSON.parse(stdout), data)
    }
  })

  test('reads a file, and "-" for standard input', () => {
    const file = path.join(directory, 'session.json')
    fs.writeFileSync(file, JSON.stringify(demo))
    assert.deepStrictEqual(JSON.parse(call(['decrypt', file]).stdout), data)
    assert.strictEqual(call(['decrypt', '-'], { input: demo }).status, 0)
  })

  test('reads arguments, and the key from the environment, without waiting for standard input', async () => {
    const env = { ...process.env, WX_SESSION_KEY: sessionKey }
    const child = spawn(process.execPath, [bin, 'decrypt', ...whole], {
      env,
      stdio: ['pipe', 'ignore', 'ignore']
    })
    assert.strictEqual(await new Promise(resolve => child.on('exit', resolve)), 0)
    assert.strictEqual(
      call(['decrypt'], {
        env: { WX_SESSION_KEY: sessionKey, WX_APP_ID: appId },
        input: { encryptedData, iv }
      }).status,
      0
    )
    assert.strictEqual(call(['decrypt'], { env: { WX_SESSION_KEY: otherKey }, input: demo }).status, 0)
  })

  test('decrypts the data of every platform, inferred or stated', () => {
    for (const { name, appIdPattern, appIdName, canOmitWatermark } of rows) {
      const ids = [
        'tt0123456789abcdef',
        'ks698620895251715795',
        '6648491577574883592',
        'y2dTfnWfkx2OXttMEMWlGHoB1KzMogm7'
      ]
      const id = ids.find(id => appIdPattern !== undefined && appIdPattern.test(id)) || appId
      const input = canOmitWatermark ? { step: 1, watermark: { [appIdName]: id } } : { step: 1 }
      const { stdout } = call(['encrypt', '--app-id', id, '--platform', name], { input })
      for (const args of [
        [],
        ['--platform', name],
        ['--platform', name.toLowerCase().replace(/(?:biz)?datacrypt/, '')]
      ]) {
        const { status, stdout: decrypted, stderr } = call(['decrypt', ...args], { input: stdout })
        assert.strictEqual(status, 0, `${name}: ${stderr}`)
        assert.strictEqual(JSON.parse(decrypted).step, 1)
      }
    }
    assert.match(call(['decrypt', '--platform', 'x'], { input: demo }).stderr, /FeishuDataCrypt/)
  })

  test('an open id in the input is checked', () => {
    const { openId } = data
    assert.strictEqual(call(['decrypt'], { input: { ...demo, openId } }).status, 0)
    for (const name of ['openId', 'openid', 'open_id']) {
      const { status, stdout, stderr } = call(['decrypt'], { input: { ...demo, [name]: 'another' } })
      assert.deepStrictEqual({ status, stdout }, { status: 1, stdout: '' })
      assert.match(stderr, /^open-id-mismatch/)
    }
    const phone = encrypt({ phoneNumber: '1' })
    assert.match(call(['decrypt'], { input: { ...phone, openId } }).stderr, /^no-open-id/)
    // That of code2Session's answer says nothing about a phone number.
    assert.strictEqual(call(['decrypt'], { input: { ...phone, openid: openId } }).status, 0)
  })

  test('what is stated binds', () => {
    for (const name of ['appId', 'appid', 'app_id']) {
      const input = { sessionKey, encryptedData, iv, [name]: otherAppId }
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
    assert.strictEqual(
      call(['decrypt', '--app-id', otherAppId], { input: { sessionKey, encryptedData, iv } }).status,
      1
    )
    const expired = call(['decrypt', '--max-age', '300'], { input: demo })
    assert.strictEqual(expired.status, 1)
    assert.match(expired.stderr, /^expired/)
    assert.strictEqual(call(['decrypt', '--max-age', '300'], { input: encrypt({ a: 1 }) }).status, 0)
    assert.match(
      call(['decrypt', '--max-age', '300', '--platform', 'douyin'], { input: demo }).stderr,
      /does not apply to DouyinDataCrypt/
    )
  })

  test('lists what it does not understand, with success too, but nothing that may be a key', () => {
    const input = { ...demo, theKey: 1, [otherKey]: 1 }
    for (const command of ['decrypt', 'diagnose']) {
      const { status, stderr } = call([command], { input })
      assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: 'Not understood: theKey\n' })
    }
    const missing = call(['decrypt'], { input: { appId, theKey: 1 } })
    assert.strictEqual(missing.status, 2)
    assert.match(missing.stderr, /Missing: sessionKey, encryptedData, iv\. Not understood: theKey\./)
    assert.match(
      call(['decrypt'], { input: { ...demo, session_key: otherKey } }).stderr,
      /More than once.*sessionKey/
    )
  })

  test('says what is wrong and what to do, in the language of the locale', () => {
    const input = { ...demo, sessionKey: otherKey }
    const english = call(['decrypt'], { input })
    assert.deepStrictEqual({ status: english.status, stdout: english.stdout }, { status: 1, stdout: '' })
    assert.match(english.stderr, /^session-key-mismatch \(ERR_ILLEGAL_BUFFER\)\n.*wx\.login/)
    assert.match(call(['decrypt'], { input, env: { LANG: 'zh_CN.UTF-8' } }).stderr, /\n.*刷新/)
  })
})

describe('diagnose', () => {
  const changed = { ...demo, encryptedData: encodeURIComponent(encryptedData) }

  test('says the reason, what to do and what the data is', () => {
    const english = call(['diagnose'], { input: changed })
    assert.strictEqual(english.status, 1)
    assert.match(
      english.stdout,
      /^url-encoded \(ERR_\w+\)\nencryptedData: .*\nCorrected in this way.*\nData of: user-info \(WXBizDataCrypt\)\n$/
    )
    assert.match(
      call(['diagnose'], { input: changed, env: { LANG: 'zh_CN' } }).stdout,
      /URL 编码.*\n按此修正/
    )
    const sound = call(['diagnose'], { input: demo })
    assert.strictEqual(sound.status, 0)
    assert.match(sound.stdout, /^ok\n/)
    assert.match(
      call(['diagnose'], { input: { appId, errMsg: 'getPhoneNumber:fail user deny' } }).stdout,
      /^user-declined/
    )
  })

  test('knows whole answers and notifications in which there is nothing to decrypt', () => {
    const answers = {
      'cloud-data': { errcode: 0, data_list: [{ cloud_id: 'x', json: '{"cloudID":"x","data":{}}' }] },
      'pay-callback': { id: 'x', resource: { ciphertext: 'x', nonce: 'x', associated_data: '' } },
      'code2session-error': { errcode: 40029, errmsg: 'invalid code' }
    }
    for (const [reason, input] of Object.entries(answers)) {
      const { stdout, stderr } = call(['diagnose'], { input })
      assert.ok(stdout.startsWith(`${reason} (`), stdout)
      assert.strictEqual(stderr, '')
    }
  })

  test('--json prints what the function returns; data and keys only with --show-data', () => {
    const { status, stdout } = call(['diagnose', '--json'], { input: changed })
    assert.strictEqual(status, 1)
    assert.deepStrictEqual(JSON.parse(stdout), WXBizDataCrypt.diagnose(changed))
    assert.ok(
      !call(['diagnose', '--json'], { input: { ...demo, showData: true } }).stdout.includes(data.openId)
    )
    assert.deepStrictEqual(
      JSON.parse(call(['diagnose', '--json', '--show-data'], { input: demo }).stdout).data,
      data
    )
    assert.ok(call(['diagnose', '--show-data'], { input: demo }).stdout.includes(data.openId))
  })
})

describe('wrong usage', () => {
  const cases = {
    'no command': [[], /type: wxbiz diagnose session\.json/],
    'an unknown command': [['decrpyt'], /diagnose, decrypt or encrypt/],
    'the name of a property of objects': [['toString'], /diagnose, decrypt or encrypt/],
    'two files': [['diagnose', 'a.json', 'b.json'], /Only one file/],
    'an unknown option': [['decrypt', '--foo'], /--foo/],
    'an option without its value': [['decrypt', '--iv'], /--iv/],
    'an odd age': [['decrypt', '--max-age', 'soon'], /--max-age/],
    'an option of another command': [['decrypt', '--json'], /--json/],
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

  test('a key in an argument, in every spelling, is rejected and not repeated', () => {
    const options = [
      '--session-key',
      '--sessionKey',
      '--session_key',
      '--key',
      '-key',
      '--aes-key',
      '--secret'
    ]
    const inOption = options.flatMap(option => [[option, sessionKey], [`${option}=${sessionKey}`]])
    const inFile = [sessionKey, sessionKey.slice(0, 22), JSON.stringify(demo)].map(file => [file])
    for (const args of [...inOption, ...inFile]) {
      const { status, stderr } = call(['decrypt', ...args], { input: demo })
      assert.strictEqual(status, 2)
      assert.match(stderr, /WX_SESSION_KEY/)
    }
  })

  test('input without any value is not repeated', () => {
    for (const input of [sessionKey, '[]', 'null', '{"x":1}']) {
      const { status, stderr } = call(['decrypt'], { input })
      assert.strictEqual(status, 2)
      assert.match(stderr, /none of the values/)
    }
  })

  test('a file that cannot be read is an error in words', () => {
    const missing = path.join(directory, 'none.json')
    const { status, stderr } = call(['decrypt', missing])
    assert.strictEqual(status, 1)
    assert.match(stderr, /none\.json: no such file/)
    assert.match(call(['decrypt', missing], { env: { LANG: 'zh_CN' } }).stderr, /文件不存在/)
    assert.match(call(['decrypt', directory]).stderr, /it is a folder/)
  })
})

describe('help', () => {
  test('follows LANGUAGE, then LC_ALL, LC_MESSAGES and LANG, as gettext does', () => {
    const help = env => call(['--help'], { env }).stdout
    assert.match(help({}), /^Decrypts/)
    for (const env of [{ LANG: 'zh_CN.UTF-8' }, { LC_MESSAGES: 'zh_TW' }, { LANGUAGE: 'zh_CN:en' }]) {
      assert.match(help(env), /^解密/)
    }
    for (const env of [
      { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' },
      { LANGUAGE: 'en_US', LANG: 'zh_CN.UTF-8' },
      { LANGUAGE: 'zh_CN', LANG: 'C.UTF-8' }
    ]) {
      assert.match(help(env), /^Decrypts/)
    }
    assert.strictEqual(call(['help']).stdout, help({}))
  })

  test('of each command names its options, within 80 columns', () => {
    const columns = line =>
      Array.from(line, character => (character > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0)
    const options = {
      decrypt: ['platform', 'app-id', 'data', 'iv', 'max-age'],
      diagnose: ['platform', 'app-id', 'data', 'iv', 'max-age', 'json', 'show-data'],
      encrypt: ['platform', 'app-id']
    }
    for (const LANG of ['en', 'zh']) {
      const shown = [call(['-h'], { env: { LANG } }).stdout]
      for (const [command, names] of Object.entries(options)) {
        const { stdout } = call([command, '--help'], { env: { LANG } })
        for (const name of names) assert.ok(stdout.includes(`--${name}`), `${command} --${name}`)
        shown.push(stdout)
      }
      for (const line of shown.join('').split('\n')) assert.ok(columns(line) <= 80, line)
    }
  })

  test('--version', () => {
    assert.strictEqual(call(['--version']).stdout, `${require('../package.json').version}\n`)
    assert.strictEqual(call(['-v']).status, 0)
  })

  test('a pipe that is closed at once is no error', () => {
    const command = `"${process.execPath}" "${bin}" --help | true`
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
  })
})

describe('a terminal without input', () => {
  test('is told what to paste and how to end it', async () => {
    const diagnosed = await callInTerminal(['diagnose'], JSON.stringify(demo))
    assert.strictEqual(diagnosed.status, 0)
    assert.match(diagnosed.stderr, /^Paste .*Ctrl\+D\.\n$/)
    assert.match((await callInTerminal(['decrypt'], JSON.stringify(demo), 'win32')).stderr, /Ctrl\+Z, Enter/)
    const encrypted = await callInTerminal(['encrypt', '--app-id', appId], '')
    assert.match(encrypted.stderr, /^Paste a JSON object/)
    assert.strictEqual(encrypted.status, 0)
  })
})

describe('encrypt', () => {
  test('makes a session that decrypt accepts, with a new key or with that of the environment', () => {
    const object = { nickName: '张三', watermark: { appid: appId, timestamp: 1 } }
    for (const [input, expected] of [
      [object, object],
      ['', { phoneNumber: '13580006666' }]
    ]) {
      const session = JSON.parse(call(['encrypt', '--app-id', appId], { input }).stdout)
      assert.deepStrictEqual(Object.keys(session), ['appId', 'sessionKey', 'encryptedData', 'iv'])
      const decrypted = JSON.parse(call(['decrypt'], { input: session }).stdout)
      for (const name of Object.keys(expected)) assert.deepStrictEqual(decrypted[name], expected[name])
    }
    const env = { WX_SESSION_KEY: sessionKey }
    const { stdout } = call(['encrypt'], { env, input: object })
    assert.deepStrictEqual(Object.keys(JSON.parse(stdout)), ['appId', 'encryptedData', 'iv'])
    assert.deepStrictEqual(JSON.parse(call(['decrypt'], { env, input: stdout }).stdout), object)
  })

  test('says what is wrong', () => {
    const short = call(['encrypt', '--app-id', appId], { env: { WX_SESSION_KEY: 'AAAA' } })
    assert.strictEqual(short.status, 1)
    assert.match(short.stderr, /^ERR_ILLEGAL_AES_KEY: .*16 bytes/)
    const missing = call(['encrypt'], { input: '{"step":1}' })
    assert.strictEqual(missing.status, 2)
    assert.match(missing.stderr, /Missing: --app-id/)
    assert.strictEqual(call(['encrypt', '--app-id', appId], { input: '[]' }).status, 2)
  })
})

describe('Alipay', () => {
  const keys = alipay.config
  const env = { ALIPAY_AES_KEY: keys.aesKey, ALIPAY_PUBLIC_KEY: keys.alipayPublicKey }
  const message = alipay.seal(alipay.encrypt(JSON.stringify(alipay.phone)))
  // A plain error, signed in this very text.
  const signedError = alipay.plainMessage('{"code":"40003","msg":"a\\/b" }')

  test('decrypt accepts the message with the keys, or alone with the keys of the environment', () => {
    const inputs = [
      [{ ...keys, message }],
      [{ ...keys, message: JSON.stringify(message) }],
      [{ aes_key: keys.aesKey, alipay_public_key: keys.alipayPublicKey, ...message }],
      [message, env],
      [{ encryptedData: message.response, sign: message.sign }, env]
    ]
    for (const [input, env] of inputs) {
      const { status, stdout, stderr } = call(['decrypt'], { input, env })
      assert.strictEqual(status, 0, stderr)
      assert.deepStrictEqual(JSON.parse(stdout), alipay.phone)
      assert.strictEqual(call(['diagnose'], { input, env }).status, 0)
    }
  })

  test('an error that Alipay signed is printed, and explained', () => {
    const { status, stdout, stderr } = call(['decrypt'], { input: signedError, env })
    assert.strictEqual(status, 1)
    assert.strictEqual(JSON.parse(stdout).code, '40003')
    assert.match(stderr, /^alipay-error\n.*getAuthorize/)
  })

  test('says what is wrong, in the language of the locale', () => {
    const input = { ...message, sign: message.sign.replace(/^..../, 'AAAA') }
    assert.match(call(['decrypt'], { input, env }).stderr, /^alipay-rejected \(ERR_ALIPAY_SIGN_MISMATCH\)/)
    assert.match(call(['decrypt'], { input, env: { ...env, LANG: 'zh_CN' } }).stderr, /应用公钥/)
    assert.match(call(['decrypt'], { input: message }).stderr, /Missing: aesKey, alipayPublicKey/)
  })

  test('--app-id and --max-age, which Alipay cannot fulfil, are not ignored', () => {
    for (const option of [
      ['--app-id', appId],
      ['--max-age', '300']
    ]) {
      assert.strictEqual(call(['decrypt', ...option], { input: message, env }).status, 2)
    }
  })
})

describe('control and bidirectional characters', () => {
  const codes = [
    0, 7, 8, 9, 10, 13, 27, 0x7f, 0x80, 0x9b, 0xad, 0x61c, 0x200e, 0x2028, 0x202e, 0x2066, 0xfeff
  ]
  const nickName = `${String.fromCharCode(...codes)}\u{e0041}\u{13430}张三👨‍👩‍👧`
  const object = { nickName, [`\u202e${nickName}`]: 1, watermark: { appid: appId, timestamp: 1 } }

  test('of the data are escaped in what is printed, which is the same JSON', () => {
    const input = encrypt(object)
    const shown = [['decrypt'], ['diagnose', '--json', '--show-data'], ['diagnose', '--show-data']].map(
      args => call(args, { input }).stdout
    )
    const unsafe = /(?!\n)[\p{Cc}\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0041}\u{13430}]/u
    for (const text of shown) {
      assert.doesNotMatch(text, unsafe)
      assert.ok(text.includes('张三👨‍👩‍👧'))
    }
    assert.deepStrictEqual(JSON.parse(shown[0]), object)
    assert.deepStrictEqual(JSON.parse(shown[1]).data, object)
  })

  test('of the name of a file are escaped', () => {
    assert.match(call(['decrypt', '\u001b[31m\u202efile']).stderr, /\\u001b\[31m\\u202efile: no such file/)
  })
})

test('no document puts a key on a command line', () => {
  const root = path.join(__dirname, '..')
  const docs = fs.readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`)
  for (const page of [...docs, 'README.md', 'README.zh-CN.md']) {
    const text = fs.readFileSync(path.join(root, page), 'utf8')
    assert.doesNotMatch(text, /(?:SESSION_KEY|AES_KEY)=\S/, page)
    assert.doesNotMatch(text, /(?:wxbiz|wxbizdatacrypt-native) .*--[a-z-]*key/i, page)
    assert.doesNotMatch(text, /echo.*session_?key.*\|/i, page)
  }
})
