'use strict'

// The command line: arguments, environment and standard input in, an exit status out.

const fs = require('fs')
const { parseArgs } = require('util')
const classes = require('../data-crypt')
const diagnose = require('../diagnose')
const { isObject, parseJson } = require('../diagnose/text')
const { randomBytes, toText } = require('../host')
const { cli, fill } = require('../messages')
const rows = require('../platforms')
const { UsageError, isAlipay, readSession } = require('./session')

const OK = 0
const FAILED = 1
const USAGE = 2

const MAX_INPUT = 16 * 1024 * 1024

const options = {
  platform: { type: 'string' },
  'app-id': { type: 'string' },
  data: { type: 'string' },
  iv: { type: 'string' },
  'max-age': { type: 'string' },
  json: { type: 'boolean' },
  'show-data': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
}

const INPUT_OPTIONS = ['platform', 'app-id', 'data', 'iv', 'max-age']

const commands = {
  decrypt: { run: decrypt, allowed: INPUT_OPTIONS },
  diagnose: { run: diagnoseSession, allowed: [...INPUT_OPTIONS, 'json', 'show-data'] },
  encrypt: { run: encrypt, allowed: ['platform', 'app-id'] }
}

/** Runs a command and returns the exit status. `io` is `process`, or a stand-in for it. */
async function run(argv, io) {
  const say = createSay(io.env)
  try {
    return await runCommand(argv, io, say)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { reason, values } = error
    const { unknown = [], code } = values
    const others = unknown.length > 0 ? say('others', { names: unknown.join(', ') }) : ''
    const why = cli[code] === undefined ? code : say(code)
    print(io.stderr, `${say(reason, { ...values, others, why })}\n${say('try-help')}`)
    return reason === 'unreadable' ? FAILED : USAGE
  }
}

/** Returns a function that words a message in the language of the terminal, which GNU gettext chooses so. */
function createSay(env) {
  // If none of the variables is set, as on Windows, the system's language.
  const locale =
    env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale
  const isPlain = /^(?:C|POSIX)(?:\.|$)/.test(locale)
  const language = /^zh/i.test((!isPlain && env.LANGUAGE) || locale) ? 'zh' : 'en'
  const say = (name, values = {}) => fill(cli[name][language], values)
  say.isChinese = language === 'zh'
  return say
}

async function runCommand(argv, io, say) {
  const { values, positionals } = parse(argv)
  const [name, ...files] = positionals
  if (values.help || name === 'help') return print(io.stdout, say('help'))
  if (values.version) return print(io.stdout, require('../../package.json').version)

  if (!Object.hasOwn(commands, name)) throw new UsageError('no-command')
  const { run, allowed } = commands[name]
  const disallowed = Object.keys(values).filter(option => !allowed.includes(option))
  if (disallowed.length > 0) {
    throw new UsageError('bad-combination', { names: disallowed.map(option => `--${option}`).join(', ') })
  }
  if (files.some(looksLikeKey)) throw new UsageError('key-in-argument')
  if (files.length > 1) throw new UsageError('many-files')
  return run({ values, file: files[0], stated: readStated(values, io.env), io, say })
}

// No message repeats a value: it may be a key.
function parse(argv) {
  if (argv.some(argument => /^--?[a-z_-]*(?:key|secret)/i.test(argument)))
    throw new UsageError('key-in-argument')
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    const option = /--?[a-z][a-z-]{0,20}/i.exec(error.message)
    throw new UsageError('bad-option', { name: option === null ? '' : option[0] })
  }
}

/** Whether it is base64 of 16 or 32 bytes, hex, or JSON, which may hold a key. */
function looksLikeKey(file) {
  return /^(?:[\w+/-]{22}(?:==)?|[\w+/-]{43}=?|[0-9a-f]{32}|\s*\{.*)$/s.test(file) && !fs.existsSync(file)
}

function readStated(values, env) {
  const maxAge = values['max-age']
  if (maxAge !== undefined && !/^\d+(?:\.\d+)?$/.test(maxAge)) throw new UsageError('bad-max-age')
  return {
    platform: readPlatform(values.platform),
    appId: values['app-id'] || env.WX_APP_ID || undefined,
    encryptedData: values.data,
    iv: values.iv,
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    isBinding: values['app-id'] !== undefined || maxAge !== undefined
  }
}

const CLASSES = rows.map(({ name }) => name)
const PLATFORMS = [...CLASSES, 'AlipayDataCrypt']

/** Reads the name of a class, or the short form of it: `feishu`, `wx`. */
function readPlatform(platform) {
  if (platform === undefined) return undefined
  const short = name => name.replace(/(?:Biz)?DataCrypt$/, '').toLowerCase()
  const wanted = platform.toLowerCase()
  const name = PLATFORMS.find(name => name.toLowerCase() === wanted || short(name) === wanted)
  if (name === undefined) throw new UsageError('bad-platform', { names: PLATFORMS.join(', ') })
  return name
}

async function decrypt(call) {
  const { io, say } = call
  const { session, paste } = await readInput(call)
  const required = isAlipay(session)
    ? ['aesKey', 'alipayPublicKey', 'message']
    : ['appId', 'sessionKey', 'encryptedData', 'iv']
  const missing = required.filter(name => session[name] === undefined)
  if (missing.length > 0)
    throw new UsageError('missing', { names: missing.join(', '), unknown: paste.unknown })
  warn(paste, call)
  const report = examine(session, paste, call, true)
  const isOpened = report.data !== undefined && report.code === null
  if (isOpened) print(io.stdout, JSON.stringify(report.data, null, 2))
  if (!isOpened || !report.ok) print(io.stderr, describe(report, say))
  return isOpened && report.ok ? OK : FAILED
}

/** Diagnoses a session by the rules of the platform that it is from. */
function examine(session, paste, { stated }, showData) {
  let given = { ...session, showData }
  let report = diagnose(given)
  const row = rows.find(({ name }) => name === report.platform)
  // Nobody has chosen a class here.
  if (report.reason === 'other-platform' && session.platform === undefined && row !== undefined) {
    given = { ...given, platform: row.name }
    report = diagnose(given)
  }
  if (row !== undefined && stated.maxAge !== undefined && !row.options.includes('maxAge')) {
    throw new UsageError('no-max-age', { name: row.name })
  }
  // The openid of code2Session's answer beside data that names no user.
  const isSessions = paste.sources.openId !== undefined && paste.sources.openId.name === 'openid'
  const isNone = report.reason === 'no-open-id' && isSessions
  return isNone ? diagnose({ ...given, openId: undefined }) : report
}

async function diagnoseSession(call) {
  const { values, io, say } = call
  const { session, paste } = await readInput(call)
  warn(paste, call)
  const report = examine(session, paste, call, values['show-data'] === true)
  print(io.stdout, values.json ? JSON.stringify(report, null, 2) : describe(report, say))
  return report.ok ? OK : FAILED
}

function describe(
  { ok, code, reason, hint, hintZh, repairable, next, data, kind, platform, corrected },
  say
) {
  const lines = [code === null ? reason : `${reason} (${code})`, say.isChinese ? hintZh : hint]
  if (!ok && repairable) lines.push(say(reason === 'signature-mismatch' ? 'fits' : 'repairable'))
  if (next !== null) lines.push(say('next', { names: next }))
  if (kind !== null) lines.push(say('kind', { kind, platform }))
  if (corrected !== undefined) lines.push(JSON.stringify(corrected, null, 2))
  if (data !== undefined && (ok || corrected !== undefined)) lines.push(JSON.stringify(data, null, 2))
  return lines.join('\n')
}

function warn({ unknown, repeated }, { io, say }) {
  if (unknown.length > 0) print(io.stderr, say('unknown', { names: unknown.join(', ') }))
  if (repeated.length > 0) print(io.stderr, say('repeated', { names: repeated.join(', ') }))
}

async function encrypt({ file, stated, io, say }) {
  const input = await readText(file, io, say('paste-object', end(io)))
  const data = input === '' ? sample : parseObject(input)
  const row = rows.find(({ name }) => name === (stated.platform || rows[0].name))
  if (row === undefined) throw new UsageError('bad-platform', { names: CLASSES.join(', ') })
  const appId = stated.appId || Object(data.watermark)[row.appIdName]
  if (typeof appId !== 'string') throw new UsageError('missing', { names: '--app-id', unknown: [] })
  const given = io.env.WX_SESSION_KEY
  const sessionKey = given || createKey(row)
  try {
    const encrypted = new classes[row.name](appId, sessionKey).encryptData(data)
    // A key from the environment is not shown: `decrypt` finds it there too.
    const shown = { appId, ...(given ? {} : { sessionKey }), ...encrypted }
    return print(io.stdout, JSON.stringify(shown, null, 2))
  } catch (error) {
    print(io.stderr, `${error.code}: ${say.isChinese ? error.hintZh : error.hint}`)
    return FAILED
  }
}

function createKey({ keyPattern, keyLength, encoding }) {
  return keyPattern === undefined ? toText(randomBytes(keyLength), encoding) : toText(randomBytes(16), 'hex')
}

const sample = { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86' }

/** Reads the session in the input, with what is stated and the environment, unless these are complete. */
async function readInput({ file, stated, io, say }) {
  const { appId, encryptedData, iv } = stated
  const isComplete = appId && io.env.WX_SESSION_KEY && encryptedData !== undefined && iv !== undefined
  const input = isComplete && file === undefined ? '' : await readText(file, io, say('paste', end(io)))
  return readSession(input, stated, io.env)
}

const end = io => ({ end: io.platform === 'win32' ? 'Ctrl+Z, Enter' : 'Ctrl+D' })

/** Returns the text of a file, or of standard input if there is none or it is `-`. */
async function readText(file, io, prompt) {
  const isStdin = file === undefined || file === '-'
  if (isStdin && io.stdin.isTTY) print(io.stderr, prompt)
  const chunks = []
  let length = 0
  try {
    for await (const chunk of isStdin ? io.stdin : fs.createReadStream(file)) {
      length += chunk.length
      if (length > MAX_INPUT) throw new UsageError('too-long')
      chunks.push(Buffer.from(chunk))
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError('unreadable', { file, code: error.code })
  }
  const bytes = Buffer.concat(chunks)
  // Windows PowerShell writes UTF-16.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8'
  return bytes
    .toString(encoding)
    .replace(/^\ufeff/, '')
    .trim()
}

// The message of JSON.parse repeats the text.
function parseObject(text) {
  const object = parseJson(text)
  if (!isObject(object) || Array.isArray(object)) throw new UsageError('bad-json')
  return object
}

// Control and format characters and line separators: a nickname may contain some that move the cursor, or reverse what
// is read. Not the line feeds between lines, nor the joiners that emojis and Persian consist of.
const UNSAFE = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Writes a text in which these characters are JSON escapes: JSON remains the same JSON. */
function print(stream, words) {
  const toEscape = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  stream.write(`${words.replace(UNSAFE, character => character.replace(/[\s\S]/g, toEscape))}\n`)
  return OK
}

module.exports = run
