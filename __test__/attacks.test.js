'use strict'

// What an attacker who may post data in a victim's session could learn from rejections: plaintexts that fail in every
// way known must be rejected alike, by what the errors show, by their time and by the time of the next good call. Were
// any two told apart, posts of single blocks would decrypt the victim's data by trial.
//
// PACKAGE_ROOT names another build to attack. In one without the deadline (--features test-no-deadline)
// the attacks on time find something, and in version 0.1.0 all of them do.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { test } = require('node:test')
const { createRandom } = require('./generate/random')
const { encrypt } = require('./helpers/encrypt')
const { failure } = require('./helpers/failure')
const { rejectedPlaintexts, phoneNumber, userInfo, watermark } = require('./helpers/rejected-plaintexts')

const WXBizDataCrypt = require(process.env.PACKAGE_ROOT || '..')
const { appId } = require('./demo.json')
const skip =
  process.env.LLVM_PROFILE_FILE !== undefined && 'code that is built for coverage overruns the deadline'

const sessionKey = crypto.randomBytes(16).toString('base64')
const otherKey = crypto.randomBytes(16).toString('base64')
const { shuffle } = createRandom(crypto.randomInt(2 ** 32))
const pc = new WXBizDataCrypt(appId, sessionKey)
const VARIANTS = 8

for (const length of [16, 400, 4096]) {
  test(`errors of ${length} bytes show the same`, () => {
    const several = new WXBizDataCrypt(appId, [otherKey, sessionKey])
    const seen = new Map()
    for (const { name, make } of rejectedPlaintexts({ length, appId, openId: 'o' })) {
      const { encryptedData, iv } = encrypt(make(), { sessionKey, padding: false })
      for (const by of [pc, several]) {
        for (const options of [undefined, { maxAge: 300, openId: 'o' }]) {
          if (options === undefined && isAccepted(by, encryptedData, iv)) continue
          for (const data of [encryptedData, `${encryptedData} `, Buffer.from(encryptedData, 'base64')]) {
            seen.set(show(failure(() => by.decryptData(data, iv, options))), name)
          }
        }
      }
    }
    assert.strictEqual(seen.size, 1, [...seen.values()].join())
  })

  test(`rejections of ${length} bytes take the same time`, { skip }, () => {
    const classes = makeClasses(length)
    measure(classes, 150, variants => timeOf(() => reject(variants[crypto.randomInt(VARIANTS)])))
    assert.deepStrictEqual(findLeaks(classes, 1000), [])
  })
}

for (const [name, text] of [
  ['phone number', phoneNumber(watermark(appId))],
  ['user info', userInfo(watermark(appId), '张三')]
]) {
  test(`a good call with a ${name} takes the same time after every rejection`, { skip }, () => {
    const { encryptedData, iv } = encrypt(text, { sessionKey })
    for (let i = 0; i < 2000; i += 1) pc.decryptData(encryptedData, iv)
    const classes = makeClasses(400)
    measure(classes, 25, variants => {
      for (let i = 0; i < 70; i += 1) reject(variants[i % VARIANTS])
      return timeOf(() => pc.decryptData(encryptedData, iv))
    })
    assert.deepStrictEqual(findLeaks(classes, 2000), [])
  })
}

function isAccepted(by, data, iv) {
  try {
    return Boolean(by.decryptData(data, iv))
  } catch {
    return false
  }
}

/** Everything that an error shows without being asked for its cause, to a framework that sends it to the client. */
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
    // Frames of the tests are the caller's.
    stack: error.stack.split('\n').filter(line => !line.includes(__dirname) && !line.includes('node:'))
  })
}

function makeClasses(length) {
  return rejectedPlaintexts({ length, appId }).map(({ name, make }) => ({
    name,
    variants: Array.from({ length: VARIANTS }, () => encrypt(make(), { sessionKey, padding: false })),
    times: []
  }))
}

/** Takes a time of each class in each round, in another order every time, after a few rounds to warm up. */
function measure(classes, rounds, take) {
  for (let round = -20; round < rounds; round += 1) {
    for (const { variants, times } of shuffle(classes)) {
      const elapsed = take(variants)
      if (round >= 0) times.push(elapsed)
    }
  }
}

function reject({ encryptedData, iv }) {
  try {
    pc.decryptData(encryptedData, iv)
  } catch {
    return
  }
  assert.fail('accepted')
}

function timeOf(run) {
  const start = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - start)
}

/** Returns the pairs of classes that can be told apart. */
function findLeaks(classes, margin) {
  return classes.flatMap(a =>
    classes.filter(b => isLonger(a.times, b.times, margin)).map(b => `${a.name} > ${b.name}`)
  )
}

/**
 * Whether a call of `a` takes longer than one of `b` by more than `margin` ns, three times in four. No
 * difference, however noisy, gives at most two.
 */
function isLonger(a, b, margin) {
  const longer = a.map(time => b.filter(other => time > other + margin).length)
  return longer.reduce((sum, count) => sum + count, 0) > 0.75 * a.length * b.length
}
