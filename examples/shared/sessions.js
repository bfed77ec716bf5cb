'use strict'

// Who is logged in, each user's last two session keys, and which data has been used already. None of it ever
// leaves the server. In memory here; with REDIS_URL in Redis, for more than one process.

const { createHash, randomBytes } = require('node:crypto')
const { BadRequest } = require('./answer')

const LOGIN_SECONDS = 3 * 24 * 60 * 60

// `maxAge` of decryptData. WeChat's data is posted within a second or two; the rest is for slow networks.
const MAX_AGE = 300

// Longer than data is accepted: `maxAge`, and the minute by which WeChat's clock may be ahead.
const REPLAY_SECONDS = 2 * MAX_AGE

/**
 * @typedef {object} Session
 * @property {string} openid who it is, as code2Session said: never from decrypted data
 * @property {[string, ...string[]]} sessionKeys the current one and the one before
 *
 * @typedef {object} Sessions
 * @property {(openid: string, sessionKey: string) => Promise<string>} logIn → the client's token
 * @property {(authorization: string | undefined) => Promise<Session | undefined>} find by `Bearer <token>`
 * @property {(encryptedData: string) => Promise<void>} useOnce throws if the data was used before
 */

/** @returns {Promise<Sessions>} */
async function openSessions() {
  return process.env.REDIS_URL
    ? require('./redis-sessions').openRedisSessions(process.env.REDIS_URL)
    : new MemorySessions()
}

// Random, and so of no use for decryption: the session key itself would let its holder forge any data.
const newToken = () => randomBytes(32).toString('base64url')
const tokenOf = (authorization = '') => authorization.replace(/^Bearer /, '')

// Of the last two blocks of the decoded ciphertext. The base64 text can be varied (white space, `-` for `+`),
// so can the iv, and leading blocks can be dropped: docs/security.md has the details.
const fingerprint = encryptedData =>
  createHash('sha256').update(Buffer.from(encryptedData, 'base64').subarray(-32)).digest('hex')

const replayed = () => new BadRequest('replay', 'This data was used before; the button makes new data.')

/** @implements {Sessions} */
class MemorySessions {
  tokens = new ExpiringMap(LOGIN_SECONDS)
  sessionKeys = new ExpiringMap(LOGIN_SECONDS)
  used = new ExpiringMap(REPLAY_SECONDS)

  async logIn(openid, sessionKey) {
    const token = newToken()
    this.tokens.set(token, openid)
    // wx.login may rotate the key while data under the last one is on its way. Or it may not: no doubles.
    const [current, previous] = this.sessionKeys.get(openid) ?? []
    const older = current === sessionKey ? previous : current
    this.sessionKeys.set(openid, older === undefined ? [sessionKey] : [sessionKey, older])
    return token
  }

  async find(authorization) {
    const openid = this.tokens.get(tokenOf(authorization))
    return openid && { openid, sessionKeys: this.sessionKeys.get(openid) }
  }

  async useOnce(encryptedData) {
    const key = fingerprint(encryptedData)
    if (this.used.get(key)) throw replayed()
    this.used.set(key, true)
  }
}

// Entries live equally long, so the oldest come first, and go first.
class ExpiringMap {
  entries = new Map()

  constructor(seconds) {
    this.milliseconds = seconds * 1000
  }

  get(key) {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expires > Date.now() ? entry.value : undefined
  }

  set(key, value) {
    const now = Date.now()
    for (const [oldest, { expires }] of this.entries) {
      if (expires > now) break
      this.entries.delete(oldest)
    }
    this.entries.delete(key)
    this.entries.set(key, { value, expires: now + this.milliseconds })
  }
}

module.exports = {
  ExpiringMap,
  LOGIN_SECONDS,
  MAX_AGE,
  MemorySessions,
  REPLAY_SECONDS,
  fingerprint,
  newToken,
  openSessions,
  replayed,
  tokenOf
}
