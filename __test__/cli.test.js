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

/** Asserts that a command prints nothing but an error, and ends with a status. */
function fails(args, options, status, message) {
  const { stderr, ...others } = call(args, options)
  assert.deepStrictEqual(others, { status, stdout: '' })
  assert.match(stderr, message)
  return stderr
}

/** Returns what a command prints that succeeds, and says nothing besides. */
function succeeds(args, options) {
  const { status, stdout, stderr } = call(args, options)
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
  return stdout
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
    for (const input of inputs) assert.deepStrictEqual(JSON.parse(succeeds(['decrypt'], { input })), data)
  })

  test('reads a file, and "-" for standard input', () => {
    const file = path.join(directory, 'session.json')
    fs.writeFileSync(file, JSON.stringify(demo))
    assert.deepStrictEqual(JSON.parse(succeeds(['decrypt', file])), data)
    succeeds(['decrypt', '-'], { input: demo })
  })

  test('reads arguments, and the key from the environment, without waiting for standard input', async () => {
    const child = spawn(process.execPath, [bin, 'decrypt', ...whole], {
      env: { ...process.env, WX_SESSION_KEY: sessionKey },
      stdio: ['pipe', 'ignore', 'ignore']
    })
    assert.strictEqual(await new Promise(resolve => child.on('exit', resolve)), 0)
    const env = { WX_SESSION_KEY: sessionKey, WX_APP_ID: appId }
    succeeds(['decrypt'], { env, input: { encryptedData, iv } })
    succeeds(['decrypt'], { env: { WX_SESSION_KEY: otherKey }, input: demo })
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
      const shortName = name.toLowerCase().replace(/(?:biz)?datacrypt/, '')
      for (const args of [[], ['--platform', name], ['--platform', shortName]]) {
        assert.strictEqual(JSON.parse(succeeds(['decrypt', ...args], { input: stdout })).step, 1)
      }
    }
    assert.match(call(['decrypt', '--platform', 'x'], { input: demo }).stderr, /FeishuDataCrypt/)
  })

  test('an open id in the input is checked', () => {
    const { openId } = data
    succeeds(['decrypt'], { input: { ...demo, openId } })
    for (const name of ['openId', 'openid', 'open_id']) {
      fails(['decrypt'], { input: { ...demo, [name]: 'another' } }, 1, /^open-id-mismatch/)
    }
    const phone = encrypt({ phoneNumber: '1' })
    fails(['decrypt'], { input: { ...phone, openId } }, 1, /^no-open-id/)
    // That of code2Session's answer says nothing about a phone number.
    succeeds(['decrypt'], { input: { ...phone, openid: openId } })
  })

  test('what is stated binds', () => {
    for (const name of ['appId', 'appid', 'app_id']) {
      const input = { sessionKey, encryptedData, iv, [name]: otherAppId }
      for (const command of ['decrypt', 'diagnose']) {
        fails([command, '--app-id', appId], { input }, 2, /another app than --app-id/)
        fails([command], { env: { WX_APP_ID: appId }, input }, 2, /another app than --app-id/)
      }
    }
    const input = { sessionKey, encryptedData, iv }
    fails(['decrypt', '--app-id', otherAppId], { input }, 1, /^app-id-mismatch/)
    const limited = ['decrypt', '--max-age', '300']
    fails(limited, { input: demo }, 1, /^expired/)
    succeeds(limited, { input: encrypt({ a: 1 }) })
    fails([...limited, '--platform', 'douyin'], { input: demo }, 2, /does not apply to DouyinDataCrypt/)
  })

  test('lists what it does not understand, with success too, but nothing that may be a key', () => {
    const input = { ...demo, theKey: 1, [otherKey]: 1 }
    for (const command of ['decrypt', 'diagnose']) {
      const { status, stderr } = call([command], { input })
      assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: 'Not understood: theKey\n' })
    }
    const missing = /Missing: sessionKey, encryptedData, iv\. Not understood: theKey\./
    fails(['decrypt'], { input: { appId, theKey: 1 } }, 2, missing)
    const twice = call(['decrypt'], { input: { ...demo, session_key: otherKey } })
    assert.match(twice.stderr, /More than once.*sessionKey/)
  })

  test('says what is wrong and what to do, in the language of the locale', () => {
    const input = { ...demo, sessionKey: otherKey }
    fails(['decrypt'], { input }, 1, /^session-key-mismatch \(ERR_ILLEGAL_BUFFER\)\n.*wx\.login/)
    fails(['decrypt'], { input, env: { LANG: 'zh_CN.UTF-8' } }, 1, /\n.*刷新/)
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
    const chinese = call(['diagnose'], { input: changed, env: { LANG: 'zh_CN' } })
    assert.match(chinese.stdout, /URL 编码.*\n按此修正/)
    assert.match(succeeds(['diagnose'], { input: demo }), /^ok\n/)
    const declined = call(['diagnose'], { input: { appId, errMsg: 'getPhoneNumber:fail user deny' } })
    assert.match(declined.stdout, /^user-declined/)
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
    const hidden = succeeds(['diagnose', '--json'], { input: { ...demo, showData: true } })
    assert.ok(!hidden.includes(data.openId))
    const shown = succeeds(['diagnose', '--json', '--show-data'], { input: demo })
    assert.deepStrictEqual(JSON.parse(shown).data, data)
    assert.ok(succeeds(['diagnose', '--show-data'], { input: demo }).includes(data.openId))
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
    test(name, () => assert.match(fails(args, {}, 2, message), /--help/))
  }

  test('a key in an argument, in every spelling, is rejected and not repeated', () => {
    const names = ['session-key', 'sessionKey', 'session_key', 'key', 'aes-key', 'secret']
    const options = ['-key', ...names.map(name => `--${name}`)]
    const inOption = options.flatMap(option => [[option, sessionKey], [`${option}=${sessionKey}`]])
    const inFile = [sessionKey, sessionKey.slice(0, 22), JSON.stringify(demo)].map(file => [file])
    for (const args of [...inOption, ...inFile]) {
      fails(['decrypt', ...args], { input: demo }, 2, /WX_SESSION_KEY/)
    }
  })

  test('input without any value is not repeated', () => {
    for (const input of [sessionKey, '[]', 'null', '{"x":1}']) {
      fails(['decrypt'], { input }, 2, /none of the values/)
    }
  })

  test('a file that cannot be read is an error in words', () => {
    const missing = path.join(directory, 'none.json')
    fails(['decrypt', missing], {}, 1, /none\.json: no such file/)
    fails(['decrypt', missing], { env: { LANG: 'zh_CN' } }, 1, /文件不存在/)
    fails(['decrypt', directory], {}, 1, /it is a folder/)
  })
})

describe('help', () => {
  test('follows LANGUAGE, then LC_ALL, LC_MESSAGES and LANG, as gettext does', () => {
    const help = env => call(['--help'], { env }).stdout
    assert.match(help({}), /^Decrypts/)
    for (const env of [{ LANG: 'zh_CN.UTF-8' }, { LC_MESSAGES: 'zh_TW' }, { LANGUAGE: 'zh_CN:en' }]) {
      assert.match(help(env), /^解密/)
    }
    const LANG = 'zh_CN.UTF-8'
    for (const env of [
      { LC_ALL: 'C', LANG },
      { LANGUAGE: 'en_US', LANG },
      { LANGUAGE: 'zh_CN', LANG: 'C' }
    ]) {
      assert.match(help(env), /^Decrypts/)
    }
    assert.strictEqual(call(['help']).stdout, help({}))
  })

  test('names every option, within 80 columns', () => {
    const columns = line =>
      Array.from(line, character => (character > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0)
    for (const LANG of ['en', 'zh']) {
      const { stdout } = call(['decrypt', '--help'], { env: { LANG } })
      for (const name of ['platform', 'app-id', 'data', 'iv', 'max-age', 'json', 'show-data'])
        assert.ok(stdout.includes(`--${name}`), name)
      for (const line of stdout.split('\n')) assert.ok(columns(line) <= 80, line)
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
    const args = ['encrypt', '--app-id', appId]
    fails(args, { env: { WX_SESSION_KEY: 'AAAA' } }, 1, /^ERR_ILLEGAL_AES_KEY: .*16 bytes/)
    fails(args, { input: '[]' }, 2, /JSON object/)
    fails(['encrypt'], { input: '{"step":1}' }, 2, /Missing: --app-id/)
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
      assert.deepStrictEqual(JSON.parse(succeeds(['decrypt'], { input, env })), alipay.phone)
      succeeds(['diagnose'], { input, env })
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
    fails(['decrypt'], { input, env }, 1, /^alipay-rejected \(ERR_ALIPAY_SIGN_MISMATCH\)/)
    fails(['decrypt'], { input, env: { ...env, LANG: 'zh_CN' } }, 1, /应用公钥/)
    fails(['decrypt'], { input: message }, 2, /Missing: aesKey, alipayPublicKey/)
  })

  test('--app-id and --max-age, which Alipay cannot fulfil, are not ignored', () => {
    fails(['decrypt', '--app-id', appId], { input: message, env }, 2, /--app-id/)
    fails(['decrypt', '--max-age', '300'], { input: message, env }, 2, /--max-age/)
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
