'use strict'

// Attacks on the package as an attacker's script carries them out: a client who may post data in a victim's
// session learns from rejections what the victim's data decrypts to. They must find nothing.
//
// PACKAGE_ROOT names another build to attack. In one without the deadline (--features test-no-deadline)
// the attacks on time find something, and in version 0.1.0 all of them do.

const assert = require('node:assert')
const { fork } = require('node:child_process')
const crypto = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')
const { describe, test } = require('node:test')
const demo = require('./demo.json')
const helper = require('./helpers/encrypt')
const { rejectedPlaintexts, phoneNumber, userInfo, watermark } = require('./helpers/rejected-plaintexts')

const WXBizDataCrypt = require(process.env.PACKAGE_ROOT || '..')
const { appId } = demo
const skip =
  process.env.LLVM_PROFILE_FILE !== undefined && 'code that is built for coverage overruns the deadline'

if (process.argv.includes('server')) serve()
else tests()

function tests() {
  describe('a phone number cannot be recovered from single-block posts', () => {
    test('by what the errors show', () => {
      for (let i = 0; i < 10; i += 1) {
        const victim = makeVictim()
        const seen = new Set()
        const recovered = recoverPhoneNumber(victim, post => {
          const shown = show(rejectionOf(victim.pc, post))
          seen.add(shown)
          return shown
        })
        assert.notStrictEqual(recovered, victim.phone)
        assert.deepStrictEqual([...seen].slice(1), [], 'all errors show the same')
      }
    })

    test('by the time of a rejection', { skip }, () => {
      const victim = makeVictim()
      const isJSON = compareTimes(victim)
      const recovered = recoverPhoneNumber(victim, isJSON)
      assert.notStrictEqual(recovered, victim.phone)
    })
  })

  describe('what rejected data decrypts to is not told', () => {
    const lengths = [16, 400, 4096]
    for (const length of lengths) {
      test(`by what the errors of ${length} bytes show`, () => {
        const key = crypto.randomBytes(16)
        const pcs = [[key], [crypto.randomBytes(16), key]].map(
          keys => new WXBizDataCrypt(appId, keys.map(toBase64))
        )
        const seen = new Map()
        for (const { name, make } of rejectedPlaintexts({ length, appId, openId: 'o' })) {
          const { data, iv } = encrypt(key, make())
          for (const pc of pcs) {
            for (const options of [undefined, { maxAge: 300, openId: 'o' }]) {
              if (options === undefined && isAccepted(pc, { data, iv })) continue
              for (const sent of [data, `${data} `, Buffer.from(data, 'base64')])
                seen.set(show(rejectionOf(pc, { data: sent, iv }, options)), name)
            }
          }
        }
        assert.deepStrictEqual([...seen.values()].slice(1), [], 'all errors show the same')
      })

      test(`by the time of rejections of ${length} bytes`, { skip }, () => {
        const key = crypto.randomBytes(16)
        const pc = new WXBizDataCrypt(appId, toBase64(key))
        const posts = rejectedPlaintexts({ length, appId }).map(({ name, make }) => ({
          name,
          variants: Array.from({ length: 8 }, () => encrypt(key, make())),
          times: []
        }))
        for (let round = -20; round < 150; round += 1) {
          for (const { variants, times } of shuffle(posts)) {
            const elapsed = timeRejection(pc, variants[(round + 20) % 8])
            if (round >= 0) times.push(elapsed)
          }
        }
        assert.deepStrictEqual(findLeaks(posts, 1000), [])
      })
    }

    test('by the time of the next good call', { skip }, () => {
      const key = crypto.randomBytes(16)
      const pc = new WXBizDataCrypt(appId, toBase64(key))
      const mark = watermark(appId)
      const goods = [phoneNumber(mark), userInfo(mark, '张三')].map(text => encrypt(key, text, true))
      for (const good of goods) for (let i = 0; i < 2000; i += 1) pc.decryptData(good.data, good.iv)
      for (const good of goods) {
        const classes = rejectedPlaintexts({ length: 400, appId }).map(({ name, make }) => ({
          name,
          variants: Array.from({ length: 8 }, () => encrypt(key, make())),
          times: []
        }))
        for (let round = 0; round < 25; round += 1) {
          for (const { variants, times } of shuffle(classes)) {
            for (let i = 0; i < 70; i += 1) rejectionOf(pc, variants[i % 8])
            const start = process.hrtime.bigint()
            pc.decryptData(good.data, good.iv)
            times.push(Number(process.hrtime.bigint() - start))
          }
        }
        assert.deepStrictEqual(findLeaks(classes, 2000), [])
      }
    })

    test('by the time of a uniform answer over HTTP', { skip }, async t => {
      const length = 32_000
      const key = crypto.randomBytes(16)
      const server = fork(__filename, ['server'])
      t.after(() => server.kill())
      server.send({ sessionKey: toBase64(key) })
      const [port] = await once(server, 'message')
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      const names = ['bad padding, garbage', 'an array of numbers', 'a JSON string', 'nested arrays']
      const posts = rejectedPlaintexts({ length, appId })
        .filter(({ name }) => names.includes(name))
        .map(({ name, make }) => ({
          name,
          bodies: Array.from({ length: 8 }, () => JSON.stringify(encrypt(key, make()))),
          times: []
        }))
      const answers = new Set()
      for (let round = -30; round < 200; round += 1) {
        for (const { bodies, times } of shuffle(posts)) {
          const { elapsed, answer } = await send({ port, agent, body: bodies[(round + 30) % 8] })
          answers.add(answer)
          if (round >= 0) times.push(elapsed)
        }
      }
      agent.destroy()
      assert.deepStrictEqual([...answers], ['400 {"error":"invalid"}'])
      assert.deepStrictEqual(findLeaks(posts, 5000), [])
    })
  })
}

// ── The victim ──

function makeVictim() {
  const phone = `1${crypto.randomInt(3e9, 1e10)}`
  const key = crypto.randomBytes(16)
  const text = phoneNumber(watermark(appId)).replace('~', phone)
  const { data, iv } = encrypt(key, text, true)
  const blocks = Buffer.from(data, 'base64')
  return { phone, iv, blocks, pc: new WXBizDataCrypt(appId, toBase64(key)) }
}

// A server that answers every rejection alike.
function serve() {
  process.on('message', ({ sessionKey }) => {
    const pc = new WXBizDataCrypt(appId, sessionKey)
    const server = http.createServer(async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const { data, iv } = JSON.parse(Buffer.concat(chunks))
      try {
        pc.decryptData(data, iv)
        response.end('{}')
      } catch {
        response.writeHead(400).end('{"error":"invalid"}')
      }
    })
    server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  })
}

// ── The attacker ──

// The second block is `13580006666","pu`. Posted alone, it is decrypted and XORed with an iv of the
// attacker's: its known end becomes padding, and one digit is changed until the text is no number any more.
// `observe(post)` returns what the attacker sees; two posts that differ in it tell the digits.
function recoverPhoneNumber({ iv, blocks }, observe) {
  const [first, second] = [blocks.subarray(0, 16), blocks.subarray(16, 32)]
  const post = (at, change) => {
    const vector = Buffer.from(first)
    for (const [i, byte] of [...Buffer.from('","pu')].entries()) vector[11 + i] ^= byte ^ 5
    if (at !== undefined) vector[at] ^= change
    return { data: toBase64(second), iv: toBase64(vector) }
  }
  assert.strictEqual(Buffer.from(iv, 'base64').length, 16)
  const whenNumber = observe(post())
  const whenText = observe(post(5, 0x40))
  if (whenNumber === whenText) return undefined
  let phone = ''
  for (let at = 0; at < 11; at += 1) {
    let candidates = [...'0123456789'].filter(digit => at > 0 || digit !== '0')
    for (let change = 1; change < 128 && candidates.length > 1; change += 1) {
      const texts = candidates.map(digit => changed(phone, digit, change))
      const wouldBe = texts.map(isNumber)
      if (!texts.every(isPrintable) || wouldBe.every(Boolean) || !wouldBe.some(Boolean)) continue
      const seen = observe(post(at, change)) === whenNumber
      candidates = candidates.filter((_, i) => wouldBe[i] === seen)
    }
    phone += candidates[0]
  }
  return phone
}

// The text of the block where `digit` follows the `known` ones. Whether it is a number does not depend on
// those behind it.
function changed(known, digit, change) {
  return (known + String.fromCharCode(digit.charCodeAt(0) ^ change)).padEnd(11, '1')
}

function isPrintable(text) {
  return /^[\x20-\x7e]*$/.test(text)
}

function isNumber(text) {
  try {
    return typeof JSON.parse(text) === 'number'
  } catch {
    return false
  }
}

// Returns a function that tells whether a post takes a time other than the first, which is known to be JSON.
function compareTimes({ pc }) {
  let reference
  return post => {
    if (reference === undefined) {
      for (let i = 0; i < 500; i += 1) timeRejection(pc, post)
      reference = post
    }
    const times = { reference: [], post: [] }
    for (let i = 0; i < 400; i += 1) {
      times.reference.push(timeRejection(pc, reference))
      times.post.push(timeRejection(pc, post))
    }
    return isLonger(times.reference, times.post, 500) || isLonger(times.post, times.reference, 500)
  }
}

// Everything that an error shows without being asked for its cause, to a framework that sends it to the client.
function show(error) {
  const enumerable = {}
  for (const name in error) enumerable[name] = error[name]
  return JSON.stringify({
    ...enumerable,
    json: JSON.stringify(error),
    text: String(error),
    name: error.name,
    message: error.message,
    code: error.code,
    errcode: error.errcode,
    names: Object.getOwnPropertyNames(error),
    prototype: Object.getPrototypeOf(error).constructor.name,
    // Frames of this file are the caller's.
    stack: error.stack.split('\n').filter(line => !line.includes(__filename) && !line.includes('node:'))
  })
}

function rejectionOf(pc, { data, iv }, options) {
  try {
    pc.decryptData(data, iv, options)
  } catch (error) {
    return error
  }
  return assert.fail('accepted')
}

function isAccepted(pc, { data, iv }) {
  try {
    return Boolean(pc.decryptData(data, iv))
  } catch {
    return false
  }
}

function timeRejection(pc, { data, iv }) {
  const start = process.hrtime.bigint()
  try {
    pc.decryptData(data, iv)
  } catch {
    return Number(process.hrtime.bigint() - start)
  }
  return assert.fail('accepted')
}

function send({ port, agent, body }) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint()
    const options = { port, agent, method: 'POST', headers: { 'content-length': body.length } }
    const request = http.request(options, response => {
      let text = ''
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => {
        const elapsed = Number(process.hrtime.bigint() - start)
        resolve({ elapsed, answer: `${response.statusCode} ${text}` })
      })
    })
    request.on('error', reject).end(body)
  })
}

// Whether a call of `a` takes longer than one of `b` by more than `margin` ns, three times in four. No
// difference, however noisy, gives at most two.
function isLonger(a, b, margin) {
  const sorted = b.map(time => time + margin).sort((x, y) => x - y)
  const below = time => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] < time) low = middle + 1
      else high = middle
    }
    return low
  }
  return a.reduce((sum, time) => sum + below(time), 0) > 0.75 * a.length * b.length
}

// Returns the pairs of classes that can be told apart.
function findLeaks(classes, margin) {
  return classes.flatMap(a =>
    classes.filter(b => isLonger(a.times, b.times, margin)).map(b => `${a.name} > ${b.name}`)
  )
}

function encrypt(key, plaintext, padding = false) {
  const { encryptedData, iv } = helper.encrypt(plaintext, { sessionKey: key, padding })
  return { data: encryptedData, iv }
}

function toBase64(bytes) {
  return bytes.toString('base64')
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = crypto.randomInt(i + 1)
    ;[list[i], list[j]] = [list[j], list[i]]
  }
  return list
}
