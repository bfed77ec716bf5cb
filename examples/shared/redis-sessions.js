'use strict'

// The sessions of sessions.js in Redis, for production: shared by all processes, and every entry expires.

const { createClient } = require('redis')
const sessions = require('./sessions')

const { LOGIN_SECONDS, REPLAY_SECONDS, newToken, tokenOf, fingerprint, replayed } = sessions

/**
 * @param {string} url
 * @returns {Promise<import('./sessions').Sessions>}
 */
async function openRedisSessions(url) {
  // Without the queue, a request fails at once while Redis is away. The client reconnects by itself.
  const redis = createClient({ url, disableOfflineQueue: true })
  redis.on('error', error => console.error('redis: %s', error.message))
  await redis.connect()

  return {
    async logIn(openid, sessionKey) {
      const token = newToken()
      const keys = `session-keys:${openid}`
      // One transaction: two logins at the same time leave two keys, and no key twice.
      await redis
        .multi()
        .set(`token:${token}`, openid, { EX: LOGIN_SECONDS })
        .lRem(keys, 0, sessionKey)
        .lPush(keys, sessionKey)
        .lTrim(keys, 0, 1)
        .expire(keys, LOGIN_SECONDS)
        .exec()
      return token
    },

    async find(authorization) {
      const openid = await redis.get(`token:${tokenOf(authorization)}`)
      if (openid === null) return undefined
      return { openid, sessionKeys: await redis.lRange(`session-keys:${openid}`, 0, -1) }
    },

    async useOnce(encryptedData) {
      // NX: of any number of posts at the same time, one sets it.
      const set = await redis.set(`used:${fingerprint(encryptedData)}`, '1', { NX: true, EX: REPLAY_SECONDS })
      if (set === null) throw replayed()
    }
  }
}

module.exports = { openRedisSessions }
