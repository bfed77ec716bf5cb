'use strict'

// Decrypts records, one JSON object a line, as a stream: in order, nothing lost, in constant memory.

const fs = require('fs')
const WXBizDataCrypt = require('../..')

const CHUNK = 256 * 1024
// A longer line is refused and skipped, so that a file without line feeds does not fill the memory.
const LONGEST_LINE = 1024 * 1024
const LINE_FEED = 0x0a

const EMPTY = Buffer.alloc(0)

// → whether every record decrypted. Without files, standard input is read.
async function decryptRecords(files, defaults, io, text) {
  const output = createOutput(io.stdout)
  const progress = createProgress(files, io, text)
  const count = { done: 0, failed: 0, bytes: 0 }
  let readable = true

  for (const file of files.length > 0 ? files : [undefined]) {
    const stream = file === undefined ? io.stdin : fs.createReadStream(file, { highWaterMark: CHUNK })
    const decryptLines = createDecryptor({ ...defaults, file: files.length > 1 ? file : undefined }, count)
    try {
      for await (const block of readBlocks(stream, count)) {
        if (io.stdout.isTTY) progress.clear()
        await output.write(decryptLines(block))
        if (output.error() !== undefined) break
        progress.show(count)
      }
    } catch (error) {
      progress.clear()
      readable = false
      io.stderr.write(`${file === undefined ? 'stdin' : file}: ${error.code || error.message}\n`)
    }
    if (output.error() !== undefined) break
  }

  progress.finish(count)
  const outputError = output.error()
  const isWritten = outputError === undefined || outputError.code === 'EPIPE'
  if (!isWritten) io.stderr.write(`stdout: ${outputError.code}\n`)
  return readable && isWritten && count.failed === 0
}

// Yields texts of whole lines; `undefined` stands for a line that is too long to be kept.
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
    // Cut at line feeds only, which are no part of any longer UTF-8 character.
    const last = bytes.lastIndexOf(LINE_FEED)
    if (last !== -1) {
      yield join(rest, bytes.subarray(0, last)).toString('utf8')
      rest = EMPTY
      bytes = bytes.subarray(last + 1)
    }
    rest = join(rest, bytes)
    if (rest.length > LONGEST_LINE) {
      yield undefined
      rest = EMPTY
      isSkipping = true
    }
  }
  if (rest.length > 0) yield rest.toString('utf8')
}

function join(a, b) {
  if (a.length === 0) return b
  return b.length === 0 ? a : Buffer.concat([a, b])
}

// → a function from a block of lines to the lines of output for it.
function createDecryptor({ appId, sessionKey, maxAge, file }, count) {
  const options = maxAge === undefined ? undefined : { maxAge }
  let line = 0

  function decryptLines(block) {
    if (block === undefined) {
      line++
      return failure(refused('ERR_LINE_TOO_LONG', 'The line is longer than 1 MiB'))
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

  function decryptLine(text) {
    let record
    try {
      record = JSON.parse(line === 1 ? text.replace(/^\ufeff/, '') : text)
    } catch {
      // The message of JSON.parse repeats the text.
      return text.trim() === '' ? '' : failure(refused('ERR_INVALID_RECORD', 'The line is not JSON'))
    }
    if (record === null || typeof record !== 'object' || Array.isArray(record)) {
      return failure(refused('ERR_INVALID_RECORD', 'The line is not a JSON object'))
    }
    // In UTF-8 none of a string's units takes more than three bytes, so that few lines are measured.
    if (text.length > LONGEST_LINE / 3 && Buffer.byteLength(text) > LONGEST_LINE) {
      return failure(refused('ERR_LINE_TOO_LONG', 'The line is longer than 1 MiB'))
    }
    try {
      const pc = new WXBizDataCrypt(
        record.appId === undefined ? appId : record.appId,
        record.sessionKey === undefined ? sessionKey : record.sessionKey
      )
      const data = JSON.stringify(pc.decryptData(record.encryptedData, record.iv, options))
      count.done++
      return `${data}\n`
    } catch (error) {
      return failure(error)
    }
  }

  function failure({ code, errcode, message, hint }) {
    count.done++
    count.failed++
    return `${JSON.stringify({ line, file, error: { code, errcode, message, hint } })}\n`
  }

  return decryptLines
}

function refused(code, message) {
  return { code, message }
}

// Writes as fast as the reader reads. A reader that goes away, such as `head`, ends the work quietly.
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
      if (text === '' || error !== undefined || stdout.write(text)) return
      await new Promise(resolve => {
        resume = resolve
        if (error !== undefined) resolve()
      })
    },
    error: () => error
  }
}

// One line on standard error, where that is a terminal.
function createProgress(files, { stderr }, text) {
  if (!stderr.isTTY) return { clear() {}, show() {}, finish() {} }
  const size = sizeOf(files)
  const started = Date.now()
  let shownAt = 0
  let isShown = false

  function words({ done, failed, bytes }) {
    const rate = Math.round((done * 1000) / Math.max(Date.now() - started, 1))
    const percent = size > 0 ? Math.min(100, Math.floor((bytes * 100) / size)) : undefined
    return text.records(
      done.toLocaleString('en'),
      failed.toLocaleString('en'),
      rate.toLocaleString('en'),
      percent
    )
  }
  function clear() {
    if (isShown) stderr.write('\r\u001b[K')
    isShown = false
  }
  return {
    clear,
    show(count) {
      if (isShown && Date.now() - shownAt < 200) return
      shownAt = Date.now()
      stderr.write(`\r${words(count)}\u001b[K`)
      isShown = true
    },
    finish(count) {
      clear()
      stderr.write(`${words(count)}\n`)
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
