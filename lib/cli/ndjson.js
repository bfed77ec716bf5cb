'use strict'

// Decrypts records, one JSON object per line, as a stream: in order, in constant memory.

const { isAscii } = require('buffer')
const fs = require('fs')
const { AlipayDataCrypt } = require('../alipay')
const { WXBizDataCrypt } = require('../data-crypt')
const { encode, escapeControls } = require('./output')
const { UsageError, readSession } = require('./session')

// As a Latin-1 string it is still an ordinary object in V8's heap: larger ones cost 5 %.
const CHUNK = 120 * 1024
// A longer line is rejected and skipped, so that a file without line feeds does not fill the memory.
const MAX_LINE = 1024 * 1024
const LINE_FEED = 0x0a
const PROGRESS_INTERVAL = 200

const EMPTY = Buffer.alloc(0)

// → whether every record decrypted. Without files, standard input is read.
async function decryptRecords(files, stated, io, text) {
  const output = createOutput(io.stdout)
  const count = { done: 0, failed: 0, bytes: 0, codes: new Map() }
  const progress = createProgress(files, count, io, text)
  let isReadable = true

  for (const file of files.length > 0 ? files : ['-']) {
    const isStdin = file === '-'
    const stream = isStdin ? io.stdin : fs.createReadStream(file, { highWaterMark: CHUNK })
    const name = files.length > 1 ? file : undefined
    const decryptLines = createDecryptor(name, stated, io.env, text, count)
    try {
      for await (const block of readBlocks(stream, count)) {
        if (io.stdout.isTTY) progress.clear()
        await output.write(decryptLines(block))
        if (output.error() !== undefined) break
        progress.show()
      }
    } catch (error) {
      progress.clear()
      isReadable = false
      io.stderr.write(`${escapeControls(isStdin ? 'stdin' : file)}: ${error.code || error.message}\n`)
    }
    if (output.error() !== undefined) break
  }

  progress.finish()
  const outputError = output.error()
  const isWritten = outputError === undefined || outputError.code === 'EPIPE'
  if (!isWritten) io.stderr.write(`stdout: ${outputError.code}\n`)
  return isReadable && isWritten && count.failed === 0
}

// Yields texts of whole lines; `undefined` is a line that is too long to be kept.
async function* readBlocks(stream, count) {
  let rest = EMPTY
  let isSkipping = false
  for await (const chunk of stream) {
    count.bytes += chunk.length
    let bytes = chunk
    if (isSkipping) {
      const end = bytes.indexOf(LINE_FEED)
      if (end === -1) continue
      isSkipping = false
      bytes = bytes.subarray(end + 1)
    }
    // Cut at line feeds only, which are not part of any longer UTF-8 character.
    const last = bytes.lastIndexOf(LINE_FEED)
    if (last !== -1) {
      yield decode(join(rest, bytes.subarray(0, last)))
      rest = EMPTY
      bytes = bytes.subarray(last + 1)
    }
    rest = join(rest, bytes)
    if (rest.length > MAX_LINE) {
      yield undefined
      rest = EMPTY
      isSkipping = true
    }
  }
  if (rest.length > 0) yield decode(rest)
}

// As Latin-1, ASCII is decoded several times faster.
function decode(bytes) {
  return bytes.toString(isAscii !== undefined && isAscii(bytes) ? 'latin1' : 'utf8')
}

function join(a, b) {
  if (a.length === 0) return b
  return b.length === 0 ? a : Buffer.concat([a, b])
}

// → a function from a block of lines to the lines of output for it.
function createDecryptor(file, stated, env, text, count) {
  const options = stated.maxAge === undefined ? undefined : { maxAge: stated.maxAge }
  const decryptAlipay = createAlipayDecryptor()
  let line = 0

  function decryptLines(block) {
    if (block === undefined) {
      line++
      return createFailure('', createError('ERR_LINE_TOO_LONG', 'The line is longer than 1 MiB'))
    }
    let output = ''
    for (let from = 0, end; from <= block.length; from = end + 1) {
      end = block.indexOf('\n', from)
      if (end === -1) end = block.length
      line++
      output += decryptLine(block.slice(from, end))
    }
    return output
  }

  function decryptLine(json) {
    let id = ''
    try {
      const record = parseRecord(line === 1 ? json.replace(/^\ufeff/, '') : json)
      if (record === undefined) return ''
      if (record.id !== undefined) id = `"id":${stringifyId(record.id, json)},`
      const session = readSession(record, json, stated, env)
      const data =
        session.message === undefined
          ? new WXBizDataCrypt(session.appId, session.sessionKey).decryptData(
              session.encryptedData,
              session.iv,
              options
            )
          : decryptAlipay(session)
      count.done++
      return `${createHead(id)}"data":${JSON.stringify(data)}}\n`
    } catch (error) {
      return createFailure(id, error instanceof UsageError ? recordErrors[error.reason] : error)
    }
  }

  function createHead(id) {
    return file === undefined
      ? `{"line":${line},${id}`
      : `{"file":${JSON.stringify(file)},"line":${line},${id}`
  }

  function createFailure(id, error) {
    const { code, errcode, message, reason, response } = error
    count.done++
    count.failed++
    count.codes.set(code, (count.codes.get(code) || 0) + 1)
    const shown = { code, errcode, message, reason, hint: text.hintOf(error), response }
    return `${createHead(id)}"error":${JSON.stringify(shown)}}\n`
  }

  return decryptLines
}

// → the object in the line, or `undefined` where it is blank.
function parseRecord(json) {
  let record
  try {
    record = JSON.parse(json)
  } catch {
    // The message of JSON.parse repeats the text.
    if (json.trim() === '') return undefined
    throw createError('ERR_INVALID_RECORD', 'The line is not JSON')
  }
  if (record === null || typeof record !== 'object' || Array.isArray(record)) {
    throw createError('ERR_INVALID_RECORD', 'The line is not a JSON object')
  }
  // A UTF-16 code unit takes at most three bytes, so that few lines are measured.
  if (json.length > MAX_LINE / 3 && Buffer.byteLength(json) > MAX_LINE) {
    throw createError('ERR_LINE_TOO_LONG', 'The line is longer than 1 MiB')
  }
  return record
}

// An id above 2^53 would be rounded as a number, so that its digits are taken from the line.
function stringifyId(id, json) {
  if (typeof id !== 'number') return JSON.stringify(id)
  if (Math.abs(id) <= Number.MAX_SAFE_INTEGER) return String(id)
  let depth = 0
  let digits
  const tokens = json.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s"{}[\],:]+/g)
  tokens.forEach((token, i) => {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    // A string that a number follows is a key.
    else if (depth === 1 && token[0] === '"' && /^[-\d]/.test(tokens[i + 1]) && JSON.parse(token) === 'id')
      digits = tokens[i + 1]
  })
  return digits
}

// Keeps the instance for the last keys, as parsing an RSA key takes long.
function createAlipayDecryptor() {
  let last = {}
  return ({ message, aesKey, alipayPublicKey, signType }) => {
    if (last.aesKey !== aesKey || last.alipayPublicKey !== alipayPublicKey || last.signType !== signType) {
      const instance = new AlipayDataCrypt({ aesKey, alipayPublicKey, signType })
      last = { aesKey, alipayPublicKey, signType, instance }
    }
    return last.instance.decryptData(message)
  }
}

function createError(code, message) {
  return { code, message }
}

const recordErrors = {
  otherApp: createError('ERR_APP_ID_CONFLICT', 'The record names another app than --app-id or WX_APP_ID'),
  spelledTwice: createError('ERR_FIELD_CONFLICT', 'A field has two spellings with different values'),
  notForAlipay: createError('ERR_OPTION_NOT_APPLICABLE', '--app-id and --max-age do not apply to Alipay')
}

// Writes as fast as the reader reads. A reader that closes the pipe, such as `head`, ends the work quietly.
function createOutput(stdout) {
  let error
  let resume = () => {}
  stdout.on('error', cause => {
    error = cause
    resume()
  })
  stdout.on('drain', () => resume())
  return {
    async write(text) {
      if (text === '' || error !== undefined || stdout.write(encode(text))) return
      await new Promise(resolve => {
        resume = resolve
        if (error !== undefined) resolve()
      })
    },
    error: () => error
  }
}

// One line on standard error while it is a terminal; elsewhere a summary, if records failed.
function createProgress(files, count, { stderr }, text) {
  const summarize = () => {
    const codes = Array.from(count.codes, ([code, n]) => `${code}: ${n}`).join(', ')
    return text.records(count.done.toLocaleString('en'), count.failed.toLocaleString('en'), codes)
  }
  if (!stderr.isTTY) {
    const finish = () => count.failed > 0 && stderr.write(`${summarize()}\n`)
    return { clear() {}, show() {}, finish }
  }
  const size = sizeOf(files)
  const started = Date.now()
  let shownAt = 0
  let isShown = false

  function describe() {
    const rate = Math.round((count.done * 1000) / Math.max(Date.now() - started, 1))
    const percent = size > 0 ? Math.min(100, Math.floor((count.bytes * 100) / size)) : undefined
    return `${summarize()}${text.rate(rate.toLocaleString('en'), percent)}`
  }
  function clear() {
    if (isShown) stderr.write('\r\u001b[K')
    isShown = false
  }
  return {
    clear,
    show() {
      if (isShown && Date.now() - shownAt < PROGRESS_INTERVAL) return
      shownAt = Date.now()
      stderr.write(`\r${describe()}\u001b[K`)
      isShown = true
    },
    finish() {
      clear()
      stderr.write(`${describe()}\n`)
    }
  }
}

function sizeOf(files) {
  try {
    return files.reduce((size, file) => size + fs.statSync(file).size, 0)
  } catch {
    return 0
  }
}

module.exports = decryptRecords
