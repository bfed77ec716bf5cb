'use strict'

// The core in WebAssembly, with the methods of the addon: passes arguments and results through an instance's memory
// (src/wasm). An instance that has failed, or has grown large, is replaced: nothing but the table's layouts is in it.

const host = require('./host')
const { createCoreError } = require('./errors')

/** The number that is no method: takes the rows of the table, and returns the names of the methods. */
const START = -1

/** Bytes: more than any arguments but hostile ones take. */
const ROOM = 16 * 1024
/** Bytes of memory. A larger instance is replaced, since memory never shrinks. */
const MAX_MEMORY = 4 * 1024 * 1024

let compiled
let instance
/** The memory of an instance that was dropped, until it is zeroed. */
let dropped
/** Views of the memory, which are detached each time that it grows. */
let bytes
let view
/** Where arguments are written, and how many bytes there are for them. */
let room
let roomLength

/** What an import has taken during the running call. */
let result

let record
let numbers
let layouts

const imports = {
  host: {
    now: orZero(host.now),
    take,
    take_record: takeRecord,
    import_key: orZero((start, length) => host.importRsaKey(copy(start, length)) !== undefined),
    verify: orZero((isRsa2, parts) => {
      const read = at => copy(view.getUint32(parts + at, true), view.getUint32(parts + at + 4, true))
      return host.verifyRsa(isRsa2 === 1, host.importRsaKey(read(0)), read(8), read(16))
    })
  }
}

/** An exception thrown in an import would leave the instance as a trap does. */
function orZero(call) {
  return (...args) => {
    try {
      if (bytes.length === 0) refresh()
      return Number(call(...args))
    } catch {
      return 0
    }
  }
}

function take(kind, start, length) {
  if (bytes.length === 0) refresh()
  if (kind === 0) result = host.readLatin1(bytes, start, start + length)
  else if (kind === 1) result = host.readUtf16(bytes, start, start + 2 * length)
  else if (kind === 2) result = copy(start, length)
  else result = length
}

function takeRecord(start, length) {
  if (bytes.length === 0) refresh()
  for (let i = 0; i < length; i++) record[i] = view.getInt32(start + 4 * i, true)
  record.fill(0, length)
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
  zeroDropped()
  if (compiled === undefined) compiled = new WebAssembly.Module(host.inflate(require('./wasm-core')))
  instance = new WebAssembly.Instance(compiled, imports)
  prepare()
}

/**
 * Starts the first instance where an engine compiles nothing of this size synchronously, as on the main thread of a
 * browser. To be awaited before core.js is loaded.
 */
async function load() {
  const made = await WebAssembly.instantiate(host.inflate(require('./wasm-core')), imports)
  compiled = made.module
  instance = made.instance
  prepare()
}

function prepare() {
  makeRoom(ROOM)
  if (layouts !== undefined) run(START, [layouts])
}

function makeRoom(length) {
  roomLength = 0
  room = instance.exports.room(Math.ceil(length / 4))
  refresh()
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

/** Calls a method with texts, bytes or `undefined`, and returns its result. */
function run(method, args) {
  result = undefined
  let length = 0
  for (let i = 0; i < args.length; i++) length += 12 + sizeOf(args[i])
  try {
    if (instance === undefined) start()
    if (length > roomLength) makeRoom(length)
    let at = room
    for (let i = 0; i < args.length; i++) at = write(args[i], at)
    instance.exports.call(method, (at - room) / 4, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
  } catch (error) {
    if (instance !== undefined) stop()
    throw createCoreError(error)
  }
  if (bytes.length === 0) refresh()
  if (bytes.length > MAX_MEMORY) stop()
  const value = result
  result = undefined
  return value
}

function sizeOf(value) {
  if (typeof value === 'string') return 2 * value.length
  return value === undefined ? 0 : value.byteLength
}

/** Writes an argument: its kind, its length in bytes, and its content in whole words. Returns where the next one goes. */
function write(value, at) {
  const length = sizeOf(value)
  view.setUint32(at, value === undefined ? 0 : typeof value === 'string' ? 1 : 2, true)
  view.setUint32(at + 4, length, true)
  if (typeof value === 'string') writeText(value, at + 8)
  else if (value !== undefined) bytes.set(value, at + 8)
  return (at + 11 + length) & ~3
}

/** Writes a short text by itself, which takes half as long as Node's function. */
function writeText(text, at) {
  if (text.length > 32) return host.writeUtf16(bytes, text, at)
  for (let i = 0; i < text.length; i++) view.setUint16(at + 2 * i, text.charCodeAt(i), true)
}

function connect(ownRecord, ownNumbers, json) {
  record = ownRecord
  numbers = ownNumbers
  const names = run(START, [json])
  layouts = json
  const create = (name, method) => [name, (...args) => run(method, args)]
  return Object.fromEntries(names.split(' ').map(create))
}

module.exports = { connect, load }
