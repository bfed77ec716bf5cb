'use strict'

// The command line: arguments, environment and standard input in, an exit status out.

const fs = require('fs')
const { parseArgs } = require('util')
const { AlipayDataCrypt } = require('../alipay')
const diagnose = require('../diagnose')
const { WXBizDataCrypt } = require('../data-crypt')
const { escapeControls } = require('./output')
const { UsageError, readSession, unknownNames } = require('./session')
const { textFor, isChinese } = require('./text')

const OK = 0
const FAILED = 1
const USAGE = 2

const MAX_INPUT = 16 * 1024 * 1024

const options = {
  'app-id': { type: 'string' },
  data: { type: 'string' },
  iv: { type: 'string' },
  'max-age': { type: 'string' },
  ndjson: { type: 'boolean' },
  json: { type: 'boolean' },
  'show-data': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
}

const commands = {
  decrypt: { run: decrypt, allowed: ['app-id', 'data', 'iv', 'max-age', 'ndjson'] },
  'decrypt --ndjson': { run: decryptRecords, allowed: ['app-id', 'max-age', 'ndjson'] },
  diagnose: { run: diagnoseSession, allowed: ['app-id', 'data', 'iv', 'max-age', 'json', 'show-data'] },
  encrypt: { run: encrypt, allowed: ['app-id'] }
}

// → the exit status. `io` is `process`, or a stand-in for it.
async function run(argv, io) {
  const text = textFor(io.env)
  try {
    return await runCommand(argv, io, text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const words = text[error.reason]
    print(io.stderr, `${typeof words === 'string' ? words : words(error.detail)}\n${text.tryHelp}`)
    return error.reason === 'unreadable' ? FAILED : USAGE
  }
}

async function runCommand(argv, io, text) {
  const { values, positionals } = parse(argv)
  const [name, ...files] = positionals
  if (values.help || name === 'help') return print(io.stdout, text.help.trimEnd())
  if (values.version) return print(io.stdout, require('../../package.json').version)

  const isCommand = Object.keys(commands).includes(name)
  const command = isCommand && commands[name === 'decrypt' && values.ndjson ? 'decrypt --ndjson' : name]
  if (!isCommand) throw new UsageError('noCommand')
  const disallowed = Object.keys(values).filter(option => !command.allowed.includes(option))
  if (disallowed.length > 0) {
    throw new UsageError('badCombination', disallowed.map(option => `--${option}`).join(', '))
  }
  if (files.some(looksLikeKey)) throw new UsageError('keyInArgument')
  if (files.length > 1 && command.run !== decryptRecords) throw new UsageError('manyFiles')
  return command.run({ values, files, stated: readStated(values, io.env), io, text })
}

// No message repeats a value: it may be a key.
function parse(argv) {
  if (argv.some(argument => /^--?[a-z_-]*(?:key|secret)/i.test(argument)))
    throw new UsageError('keyInArgument')
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    const option = /--?[a-z][a-z-]{0,20}/i.exec(error.message)
    throw new UsageError('badOption', option === null ? '' : option[0])
  }
}

// Base64 of 16 or 32 bytes, hex, or JSON with a key in it.
function looksLikeKey(file) {
  return /^(?:[\w+/-]{22}(?:==)?|[\w+/-]{43}=?|[0-9a-f]{32}|\s*\{.*)$/s.test(file) && !fs.existsSync(file)
}

function readStated(values, env) {
  const maxAge = values['max-age']
  if (maxAge !== undefined && !/^\d+(?:\.\d+)?$/.test(maxAge)) throw new UsageError('badMaxAge')
  return {
    appId: values['app-id'] || env.WX_APP_ID || undefined,
    encryptedData: values.data,
    iv: values.iv,
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    isBinding: values['app-id'] !== undefined || maxAge !== undefined
  }
}

async function decrypt(call) {
  const { io, text } = call
  const [object, session] = await readInput(call)
  const isAlipay = session.message !== undefined
  const required = isAlipay ? ['aesKey', 'alipayPublicKey'] : ['appId', 'sessionKey', 'encryptedData', 'iv']
  const missing = required.filter(name => session[name] === undefined)
  if (missing.length > 0) {
    throw new UsageError('missing', { names: missing.join(', '), others: unknownNames(object).join(', ') })
  }
  try {
    return print(io.stdout, JSON.stringify(decryptSession(session), null, 2))
  } catch (error) {
    const { hint, hintZh } = diagnose(session)
    return printError(io, error, isChinese(text) ? hintZh : hint)
  }
}

function decryptSession({ message, aesKey, alipayPublicKey, signType, ...session }) {
  if (message !== undefined) {
    return new AlipayDataCrypt({ aesKey, alipayPublicKey, signType }).decryptData(message)
  }
  const { appId, sessionKey, encryptedData, iv, maxAge } = session
  return new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, { maxAge })
}

async function diagnoseSession(call) {
  const { values, io, text } = call
  const [, session] = await readInput(call)
  const result = diagnose({ ...session, showData: values['show-data'] === true })
  print(io.stdout, values.json ? JSON.stringify(result, null, 2) : describe(result, text).join('\n'))
  return result.ok ? OK : FAILED
}

function describe({ ok, code, reason, hint, hintZh, repairable, next, data }, text) {
  const lines = [code === null ? reason : `${reason} (${code})`, isChinese(text) ? hintZh : hint]
  if (!ok && repairable) lines.push(text.repairable)
  if (next !== null) lines.push(`${text.next} ${next}`)
  if (data !== undefined) lines.push(JSON.stringify(data, null, 2))
  return lines
}

async function encrypt({ files, stated, io, text }) {
  const input = await readText(files[0], io)
  const data = input === '' ? sample : parseObject(input)
  const appId = stated.appId || Object(data.watermark).appid
  if (typeof appId !== 'string') throw new UsageError('missing', { names: '--app-id', others: '' })
  const given = io.env.WX_SESSION_KEY
  const sessionKey = given || require('crypto').randomBytes(16).toString('base64')
  try {
    const encrypted = new WXBizDataCrypt(appId, sessionKey).encryptData(data)
    // A key from the environment is not shown: `decrypt` finds it there too.
    return print(
      io.stdout,
      JSON.stringify({ appId, ...(given ? {} : { sessionKey }), ...encrypted }, null, 2)
    )
  } catch (error) {
    return printError(io, error, text.hintOf(error))
  }
}

const sample = { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86' }

async function decryptRecords({ files, stated, io, text }) {
  return (await require('./ndjson')(files, stated, io, text)) ? OK : FAILED
}

// → the object in the input, and the session that it makes with what is stated and the environment.
async function readInput({ files, stated, io }) {
  const { appId, encryptedData, iv } = stated
  const isComplete = appId && io.env.WX_SESSION_KEY && encryptedData !== undefined && iv !== undefined
  const input = isComplete && files.length === 0 ? '' : await readText(files[0], io)
  const object = input === '' ? {} : parseObject(input)
  return [object, readSession(object, input, stated, io.env)]
}

// → the text of a file, or of standard input where there is none or it is `-`.
async function readText(file, io) {
  const isStdin = file === undefined || file === '-'
  if (isStdin && io.stdin.isTTY) return ''
  const chunks = []
  let length = 0
  try {
    for await (const chunk of isStdin ? io.stdin : fs.createReadStream(file)) {
      length += chunk.length
      if (length > MAX_INPUT) throw new UsageError('tooLong')
      chunks.push(Buffer.from(chunk))
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError('unreadable', `${file}: ${error.code}`)
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
  let object
  try {
    object = JSON.parse(text)
  } catch {
    object = undefined
  }
  if (object === null || typeof object !== 'object' || Array.isArray(object)) throw new UsageError('badJson')
  return object
}

function printError({ stderr }, error, hint) {
  print(stderr, `${error.code}: ${error.message}`)
  if (error.response !== undefined) print(stderr, JSON.stringify(error.response))
  if (hint !== undefined && !hint.endsWith(error.message)) print(stderr, hint)
  return FAILED
}

function print(stream, words) {
  stream.write(`${escapeControls(words)}\n`)
  return OK
}

module.exports = run
