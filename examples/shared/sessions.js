'use strict'

// Who is logged in, each user's last two session keys, and which data was used before. None of it leaves the server.
// 登录状态、每个用户最近两个 session_key、已使用过的数据。这些内容都不会离开服务端。

const { createHash, randomBytes } = require('node:crypto')
const { HttpError } = require('./errors')

const LOGIN_SECONDS = 3 * 24 * 60 * 60

// `maxAge` of decryptData. WeChat's data is posted within a second or two; the rest is for slow networks.
// decryptData 的 maxAge（秒）。数据通常一两秒内就会提交，其余是给慢速网络的余量。
const MAX_AGE = 300

// Longer than data is accepted: `maxAge`, and the minute by which WeChat's clock may be ahead.
// 必须长于数据的有效期：maxAge 再加上允许微信时钟超前的一分钟。
const REPLAY_SECONDS = 2 * MAX_AGE

class Sessions {
  /** @param {import('./store').Store} store */
  constructor(store) {
    this.store = store
  }

  /**
   * Returns the token for the client. It is random and decrypts nothing; a client that had the session key could
   * forge any data. 返回给客户端的随机 token。session_key 绝不能下发，否则客户端可以伪造任意数据。
   *
   * @param {string} openid
   * @param {string} [sessionKey]
   */
  async logIn(openid, sessionKey) {
    const token = randomBytes(32).toString('base64url')
    await Promise.all([
      this.store.set(tokenKey(token), openid, LOGIN_SECONDS),
      // wx.login may rotate the key while data under the last one is on its way, so both are kept.
      // wx.login 可能刷新 session_key，而用旧 key 加密的数据还在路上，所以保留最近两个。
      sessionKey && this.store.push(`session-keys:${openid}`, sessionKey, LOGIN_SECONDS)
    ])
    return token
  }

  /**
   * Returns the user of an `Authorization: Bearer <token>`. 根据 Authorization 请求头查找用户。
   *
   * @param {string | undefined} authorization
   */
  async find(authorization) {
    const openid = await this.store.get(tokenKey(tokenOf(authorization)))
    if (openid === null) throw new HttpError(401, 'no-login', 'The token is unknown or has expired.')
    return openid
  }

  /** @param {string | undefined} authorization */
  async logOut(authorization) {
    await this.store.delete(tokenKey(tokenOf(authorization)))
    return {}
  }

  /**
   * Returns the current session key and the one before. 返回当前和上一个 session_key。
   *
   * @param {string} openid
   */
  async sessionKeys(openid) {
    return this.store.list(`session-keys:${openid}`)
  }

  /** @param {string} replayKey */
  async wasUsed(replayKey) {
    return (await this.store.get(`used:${replayKey}`)) !== null
  }

  /**
   * Returns `true` for the first of any number of calls. 只有第一次调用返回 true（原子操作）。
   *
   * @param {string} replayKey
   */
  async use(replayKey) {
    return this.store.add(`used:${replayKey}`, '1', REPLAY_SECONDS)
  }
}

const tokenOf = (authorization = '') => authorization.replace(/^Bearer /, '')

// The store holds the hash of a token, so that a token cannot be read from it.
// 存储中只保存 token 的哈希值，即使 Redis 泄露也无法冒用登录。
const tokenKey = token => `token:${createHash('sha256').update(token).digest('hex')}`

module.exports = { LOGIN_SECONDS, MAX_AGE, REPLAY_SECONDS, Sessions }
