'use strict'

// The command line: arguments, environment and standard input in, an exit status out.

const { parseArgs } = require('util')
const WXBizDataCrypt = require('../..')
const { textFor, isChinese } = require('./text')

const OK = 0
const FAILED = 1
const USAGE = 2

const LONGEST_INPUT = 16 * 1024 * 1024

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

// Which options a command does not know.
const foreign = {
  decrypt: ['json', 'show-data'],
  diagnose: ['ndjson'],
  ndjson: ['data', 'iv', 'json', 'show-data']
}

class UsageError extends Error {}

// → the exit status. `io` is `process`, or what stands in for it.
async function run(argv, io) {
  const text = textFor(io.env)
  try {
    return await command(argv, io, text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.stderr.write(`${error.message}\n${text.tryHelp}\n`)
    return USAGE
  }
}

async function command(argv, io, text) {
  const { values, positionals } = parse(argv, text)
  if (values.help) return print(io, text.help)
  if (values.version) return print(io, `${require('../../package.json').version}\n`)

  const [name, ...files] = positionals
  if (name !== 'decrypt' && name !== 'diagnose') throw new UsageError(text.noCommand)
  const mode = name === 'decrypt' && values.ndjson ? 'ndjson' : name
  const misplaced = foreign[mode].filter(option => values[option] !== undefined).map(option => `--${option}`)
  if (mode !== 'ndjson' && files.length > 0) misplaced.push(files.length === 1 ? 'file' : 'files')
  if (misplaced.length > 0) throw new UsageError(text.badCombination(misplaced.join(', ')))

  const maxAge = readMaxAge(values['max-age'], text)
  if (mode === 'ndjson') return decryptRecords(files, { maxAge, ...readDefaults(values, io.env) }, io, text)
  const input = await readInput(values, io, text)
  if (maxAge !== undefined) input.maxAge = maxAge
  return mode === 'decrypt' ? decrypt(input, io, text) : diagnose(input, values, io, text)
}

// No message repeats a value: it may be a key that went astray.
function parse(argv, text) {
  if (argv.some(argument => /^--?(?:session[-_]?)?key/i.test(argument)))
    throw new UsageError(text.keyInArgument)
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    const option = /--?[a-z][a-z-]{0,20}/i.exec(error.message)
    throw new UsageError(text.badOption(option === null ? '' : option[0]))
  }
}

function readMaxAge(value, text) {
  if (value === undefined) return undefined
  if (!/^\d+(?:\.\d+)?$/.test(value)) throw new UsageError(text.badMaxAge)
  return Number(value)
}

function readDefaults(values, env) {
  return { appId: values['app-id'] || env.WX_APP_ID, sessionKey: env.WX_SESSION_KEY }
}

async function readInput(values, io, text) {
  const { appId, sessionKey } = readDefaults(values, io.env)
  const given = { appId: values['app-id'], encryptedData: values.data, iv: values.iv }
  const input = { appId, sessionKey }
  const isWhole = appId && sessionKey && given.encryptedData !== undefined && given.iv !== undefined
  if (!isWhole && !io.stdin.isTTY) Object.assign(input, await readJson(io.stdin, text))
  for (const name of Object.keys(given)) if (given[name] !== undefined) input[name] = given[name]
  return input
}

async function readJson(stdin, text) {
  const chunks = []
  let length = 0
  for await (const chunk of stdin) {
    length += chunk.length
    if (length > LONGEST_INPUT) throw new UsageError(text.tooLong)
    chunks.push(Buffer.from(chunk))
  }
  const json = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim()
  if (json === '') return {}
  let input
  try {
    input = JSON.parse(json)
  } catch {
    input = undefined
  }
  if (input === null || typeof input !== 'object' || Array.isArray(input)) throw new UsageError(text.badJson)
  return input
}

function decrypt(input, io, text) {
  const missing = ['appId', 'sessionKey', 'encryptedData', 'iv'].filter(name => input[name] === undefined)
  if (missing.length > 0) throw new UsageError(text.missing(missing.join(', ')))
  const { appId, sessionKey, encryptedData, iv, maxAge } = input
  try {
    const data = new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv, { maxAge })
    return print(io, `${JSON.stringify(data, null, 2)}\n`)
  } catch (error) {
    const { ok, hint, hintZh } = WXBizDataCrypt.diagnose(input)
    io.stderr.write(`${error.code}: ${error.message}\n`)
    if (!ok) io.stderr.write(`${isChinese(text) ? hintZh : hint}\n`)
    return FAILED
  }
}

function diagnose(input, values, io, text) {
  const result = WXBizDataCrypt.diagnose({ ...input, showData: values['show-data'] === true })
  if (values.json) print(io, `${JSON.stringify(result, null, 2)}\n`)
  else print(io, `${describe(result, text).join('\n')}\n`)
  return result.ok ? OK : FAILED
}

function describe(result, text) {
  const zh = isChinese(text)
  const lines = [result.code === null ? result.reason : `${result.reason} (${result.code})`]
  lines.push(zh ? result.hintZh : result.hint)
  if (!result.ok && result.repairable) lines.push(text.repairable)
  if (result.next !== null) lines.push(text.besides, `  ${result.next}`)
  if (result.data !== undefined) lines.push(JSON.stringify(result.data, null, 2))
  return lines
}

function decryptRecords(files, defaults, io, text) {
  return require('./ndjson')(files, defaults, io, text).then(ok => (ok ? OK : FAILED))
}

function print(io, words) {
  io.stdout.write(words)
  return OK
}

module.exports = run
