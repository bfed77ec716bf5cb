'use strict'

// Who is logged in, and the session keys, which never leave the server. It is kept in memory, so that the
// examples run by themselves; in production keep it in Redis or a database.

const { randomBytes } = require('node:crypto')

const DAY = 24 * 60 * 60 * 1000

class Sessions {
  constructor(lifetime = 3 * DAY) {
    this.lifetime = lifetime
    this.users = new Map()
    this.logins = new Map()
  }

  // → the token that the client sends with every request: random, and so of no use for decryption.
  open(id, sessionKey) {
    const { sessionKeys = [], phone } = this.users.get(id) ?? {}
    // Every `wx.login` may rotate the key while data that was encrypted with the one before is under way.
    this.users.set(id, { id, phone, sessionKeys: [sessionKey, ...sessionKeys].slice(0, 2) })
    const token = randomBytes(32).toString('base64url')
    this.logins.set(token, { id, expires: Date.now() + this.lifetime })
    return token
  }

  // → the user whose token the header `Authorization: Bearer …` holds, or `undefined`.
  find(authorization = '') {
    const token = authorization.replace(/^Bearer /, '')
    const login = this.logins.get(token)
    if (login === undefined) return undefined
    if (login.expires > Date.now()) return this.users.get(login.id)
    this.logins.delete(token)
    return undefined
  }

  // → whether the number is now the user's: a number that another user has is not given away.
  claim(user, phone) {
    for (const other of this.users.values()) {
      if (other.phone === phone && other.id !== user.id) return false
    }
    user.phone = phone
    return true
  }
}

module.exports = { Sessions }
