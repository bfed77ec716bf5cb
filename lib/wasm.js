'use strict'

// The core in WebAssembly, with the functions of the addon: passes arguments and results through an instance's memory
// (src/wasm). An instance that has failed, or has grown large, is replaced: nothing but the table's layouts is in it.

const host = require('./host')
const { property } = require('./own')
const { createCoreError } = require('./errors')

// As in src/wasm/mod.rs.
const METHODS = {
  start: 0,
  readLayouts: 1,
  decryptText: 2,
  decryptBytes: 3,
  checkPlaintext: 4,
  encrypt: 5,
  findContent: 6,
  decodeText: 7,
  decryptBlocks: 8,
  parsePublicKey: 9,
  parseAesKey: 10,
  decryptAlipay: 11
}

const SUCCESS = -1
/** In place of the length of an argument that is `undefined`. */
const MISSING = 0xffffffff
/** Bytes: more than any arguments but hostile ones take. */
const ROOM = 16 * 1024
/** Bytes of memory. A larger instance is replaced, since memory never shrinks. */
const MAX_MEMORY = 4 * 1024 * 1024

let compiled
let instance
/** The memory of an instance that was dropped, until it is zeroed. */
let dropped
/** MAX_DATA_LENGTH and MAX_NUMBERS. */
let limits
/** Views of the memory, which are detached each time that it grows. */
let bytes
let view
/** Where arguments are written, and how many bytes there are for them. */
let room
let roomLength

/** What an import has taken during the running call. */
let result
/** The keys of the running call: PKCS#1 as text → what the host has made of it. */
let publicKeys

let record
/** How many numbers of the record are not zero. */
let recordLength = 0
let numbers
let layouts

const imports = { host: { now, take, import_key: importKey, verify } }

// An exception thrown in an import would leave the instance as a trap does.

function now() {
  try {
    return host.now()
  } catch {
    return 0
  }
}

function take(kind, start, length) {
  if (bytes.length === 0) refresh()
  switch (kind) {
    case 0:
      result = host.readLatin1(bytes, start, start + length)
      break
    case 1:
      result = host.readUtf16(bytes, start, start + 2 * length)
      break
    case 2:
      result = copy(start, length)
      break
    default:
      for (let i = 0; i < length; i++) record[i] = view.getInt32(start + 4 * i, true)
      for (let i = length; i < recordLength; i++) record[i] = 0
      recordLength = length
  }
}

function importKey(start, length) {
  if (bytes.length === 0) refresh()
  try {
    const name = host.readLatin1(bytes, start, start + length)
    if (!publicKeys.has(name)) publicKeys.set(name, host.importRsaKey(copy(start, length)))
    return 1
  } catch {
    return 0
  }
}

function verify(isRsa2, key, keyLength, message, messageLength, signature, signatureLength) {
  if (bytes.length === 0) refresh()
  try {
    const imported = publicKeys.get(host.readLatin1(bytes, key, key + keyLength))
    const isValid = host.verifyRsa(
      isRsa2 === 1,
      imported,
      copy(message, messageLength),
      copy(signature, signatureLength)
    )
    return isValid ? 1 : 0
  } catch {
    return 0
  }
}

/** Copies into memory outside of V8's heap, where short arrays move. */
function copy(start, length) {
  const target = new Uint8Array(new ArrayBuffer(length))
  target.set(bytes.subarray(start, start + length))
  return target
}

/** Calls nothing of the instance: the memory grows in the middle of its calls. */
function refresh() {
  bytes = host.viewBytes(instance.exports.memory.buffer)
  view = new DataView(instance.exports.memory.buffer)
}

/** Starts an instance. */
function start() {
  if (compiled === undefined) compiled = new WebAssembly.Module(host.inflate(require('./wasm-core')))
  adopt(new WebAssembly.Instance(compiled, imports))
}

/**
 * Starts the first instance where an engine compiles nothing of this size synchronously, as on the main thread of a
 * browser. To be awaited before core.js is loaded.
 */
async function load() {
  const made = await WebAssembly.instantiate(host.inflate(require('./wasm-core')), imports)
  compiled = made.module
  adopt(made.instance)
}

function adopt(made) {
  zeroDropped()
  instance = made
  refresh()
  makeRoom(ROOM)
  run(METHODS.start, [])
  limits = toNumbers(taken())
  if (layouts !== undefined) run(METHODS.readLayouts, [layouts])
}

function makeRoom(length) {
  roomLength = 0
  room = instance.exports.room(Math.ceil(length / 4))
  if (bytes.length === 0) refresh()
  if (room === 0) throw createCoreError('out of memory')
  roomLength = length
}

/** Drops the instance and zeroes its memory. */
function stop() {
  dropped = instance.exports.memory
  instance = undefined
  zeroDropped()
}

/** May fail at the end of the stack; then the next start does it. */
function zeroDropped() {
  if (dropped !== undefined) new Uint8Array(dropped.buffer).fill(0)
  dropped = undefined
}

/**
 * Calls a method with texts, bytes or `undefined`, and numbers that it has a meaning for.
 *
 * @returns {number} what it answers; `result` is set if that is `SUCCESS`
 */
function run(method, args, row = 0, count = 0, maxAge = 0, seconds = 0, flag = 0) {
  result = undefined
  let length = 0
  for (let i = 0; i < args.length; i++) length += 8 + sizeOf(args[i])
  let status
  try {
    if (instance === undefined) start()
    if (bytes.length === 0) refresh()
    if (length > roomLength) makeRoom(length)
    let at = room
    for (let i = 0; i < args.length; i++) at = write(args[i], at)
    status = instance.exports.call(method, (at - room) / 4, row, count, maxAge, seconds, flag)
  } catch (error) {
    if (instance !== undefined) stop()
    throw createCoreError(error)
  }
  if (bytes.length === 0) refresh()
  if (bytes.length > MAX_MEMORY) stop()
  return status
}

function sizeOf(value) {
  if (typeof value === 'string') return 2 * value.length
  return value === undefined ? 0 : value.byteLength
}

/** Writes an argument: its length in bytes, and its content in whole words. Returns where the next one goes. */
function write(value, at) {
  if (value === undefined) {
    view.setUint32(at, MISSING, true)
    return at + 4
  }
  const length = sizeOf(value)
  view.setUint32(at, length, true)
  if (typeof value === 'string') host.writeUtf16(bytes, value, at + 4)
  else bytes.set(value, at + 4)
  return (at + 7 + length) & ~3
}

/** Returns the result, and keeps nothing of it. */
function taken() {
  const value = result
  result = undefined
  return value
}

function runWithNumbers(method, args) {
  return run(method, args, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
}

function decryptText(appId, sessionKeys, encryptedData, iv, openId) {
  const args = [appId, sessionKeys, encryptedData, iv, openId]
  const status = runWithNumbers(METHODS.decryptText, args)
  return status === SUCCESS ? taken() : status
}

function decryptBytes(appId, sessionKeys, encryptedData, iv, openId) {
  const args = [appId, ...sessionKeys, encryptedData, iv, openId]
  const status = runWithNumbers(METHODS.decryptBytes, args)
  return status === SUCCESS ? taken() : status
}

function checkPlaintext(appId, text, openId) {
  const status = runWithNumbers(METHODS.checkPlaintext, [appId, text, openId])
  return status === SUCCESS ? undefined : status
}

/** In place of arguments that matter only for a frame. */
const UNUSED = new Uint8Array(16)

function encrypt(row, key, iv, content, random = UNUSED, appKey = UNUSED) {
  const status = run(METHODS.encrypt, [key, iv, content, random, appKey], row)
  return status === SUCCESS ? taken() : null
}

function findContent(row, blocks) {
  return run(METHODS.findContent, [blocks], row) === SUCCESS ? toNumbers(taken()) : null
}

function decodeText(text, encoding) {
  run(METHODS.decodeText, [text], encoding === 'hex' ? 1 : 0)
  return taken()
}

function decryptBlocks(key, iv, data) {
  return run(METHODS.decryptBlocks, [key, iv, data]) === SUCCESS ? taken() : null
}

function toNumbers(words) {
  const view = new DataView(words.buffer)
  return Array.from({ length: words.length / 4 }, (_, i) => view.getInt32(4 * i, true))
}

/** Wipes AES keys when the function that uses them is collected, where the runtime can tell. */
const wiper = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry(wipe)

function wipe(keys) {
  for (const key of keys) key.fill(0)
}

function createAlipayDecryptor(aesTexts, publicTexts, isRsa2) {
  const rsa2 = isRsa2 ? 1 : 0
  const imported = new Map()
  const pkcs1 = []
  const aesKeys = []
  const rejection =
    parseEach(METHODS.parsePublicKey, 'alipayPublicKey', publicTexts, rsa2, imported, pkcs1) ||
    parseEach(METHODS.parseAesKey, 'aesKey', aesTexts, rsa2, imported, aesKeys)
  if (rejection !== undefined) {
    wipe(aesKeys)
    return rejection
  }
  const keys = [...aesKeys, ...pkcs1]
  const decrypt = text => {
    publicKeys = imported
    const status = run(METHODS.decryptAlipay, [text, ...keys], rsa2, aesKeys.length)
    return status === SUCCESS ? taken() : JSON.parse(taken())
  }
  if (wiper !== undefined) wiper.register(decrypt, aesKeys)
  return decrypt
}

function parseEach(method, option, texts, rsa2, imported, keys) {
  for (let i = 0; i < texts.length; i++) {
    publicKeys = imported
    const status = run(method, [texts[i]], rsa2, typeof texts[i] === 'string' ? 0 : 1)
    if (status !== SUCCESS) {
      const [reason, number] = JSON.parse(taken())
      return ['ERR_ALIPAY_CONFIG', reason, texts.length === 1 ? option : `${option}[${i}]`, number]
    }
    // Defined rather than pushed: a polluted prototype may have setters for indices.
    Object.defineProperty(keys, i, property(taken(), true))
  }
  return undefined
}

function createDecryptor(ownRecord, ownNumbers, json) {
  record = ownRecord
  numbers = ownNumbers
  layouts = json
  run(METHODS.readLayouts, [layouts])
  return { decryptText, decryptBytes, checkPlaintext, encrypt, findContent }
}

function connect() {
  if (instance === undefined) start()
  return {
    MAX_DATA_LENGTH: limits[0],
    MAX_NUMBERS: limits[1],
    createAlipayDecryptor,
    createDecryptor,
    decodeText,
    decryptBlocks
  }
}

module.exports = { connect, load }
