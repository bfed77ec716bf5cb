'use strict'

// Values that expire: in memory for development, in Redis (REDIS_URL) for production, where all processes share
// them. 带过期时间的存储：开发用内存，生产用 Redis（设置 REDIS_URL），多进程共享。

const { HttpError, log } = require('./errors')

const { REDIS_URL, REDIS_PREFIX = 'miniprogram:' } = process.env

/**
 * @typedef {object} Store
 * @property {(key: string) => Promise<string | null>} get
 * @property {(key: string, value: string, seconds: number) => Promise<unknown>} set
 * @property {(key: string, value: string, seconds?: number) => Promise<boolean>} add sets a value if there is none,
 *   atomically; `false` if there is one. 原子写入，已存在则返回 false
 * @property {(key: string) => Promise<unknown>} delete
 * @property {(key: string, value: string, seconds: number) => Promise<unknown>} push puts a value in front of a
 *   list that keeps two. 放到列表最前面，列表只保留两个值
 * @property {(key: string) => Promise<string[]>} list
 * @property {() => Promise<{ ready: true }>} ready throws if the store cannot be used. 不可用时抛出错误
 * @property {() => Promise<unknown>} close
 */

/** @returns {Promise<Store>} */
async function openStore() {
  return REDIS_URL ? openRedis(REDIS_URL) : new MemoryStore()
}

/** @returns {Promise<Store>} */
async function openRedis(url) {
  const { createClient } = require('redis')
  // The client reconnects by itself. Without its queue, a request fails at once while Redis is away.
  // 客户端会自动重连；关闭离线队列，Redis 断开期间请求立即失败，而不是堆积。
  const redis = createClient({ url, disableOfflineQueue: true, pingInterval: 30000 })
  redis.on('error', error =>
    log('error', { code: error.code ?? error.name, hint: `Redis: ${error.message}` })
  )
  redis.on('ready', () => log('info', { event: 'redis is ready' }))
  await redis.connect()

  const name = key => REDIS_PREFIX + key
  return {
    // Commands of the same tick are sent as one pipeline. 同一轮事件循环内的命令会自动合并为 pipeline。
    get: key => attempt(redis.get(name(key))),
    set: (key, value, seconds) => attempt(redis.set(name(key), value, { EX: seconds })),
    add: async (key, value, seconds) =>
      (await attempt(redis.set(name(key), value, { NX: true, ...(seconds && { EX: seconds }) }))) !== null,
    delete: key => attempt(redis.del(name(key))),
    // One transaction: two logins at the same time leave two keys, and no key twice.
    // 用事务：同时登录两次会留下两个 session_key，且不重复。
    push: (key, value, seconds) =>
      attempt(
        redis
          .multi()
          .lRem(name(key), 0, value)
          .lPush(name(key), value)
          .lTrim(name(key), 0, 1)
          .expire(name(key), seconds)
          .exec()
      ),
    list: key => attempt(redis.lRange(name(key), 0, -1)),
    ready: () => attempt(redis.ping().then(() => ({ ready: true }))),
    close: async () => redis.destroy()
  }
}

async function attempt(command) {
  try {
    return await command
  } catch (error) {
    throw new HttpError(503, 'store', `Redis: ${error.message}`)
  }
}

/** @implements {Store} */
class MemoryStore {
  entries = new Map()

  constructor() {
    setInterval(() => this.sweep(), 60000).unref()
  }

  read(key) {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expires > Date.now() ? entry.value : null
  }

  write(key, value, seconds = Number.POSITIVE_INFINITY) {
    this.entries.set(key, { value, expires: Date.now() + seconds * 1000 })
  }

  sweep() {
    for (const key of this.entries.keys()) if (this.read(key) === null) this.entries.delete(key)
  }

  async get(key) {
    return this.read(key)
  }

  async set(key, value, seconds) {
    this.write(key, value, seconds)
  }

  async add(key, value, seconds) {
    if (this.read(key) !== null) return false
    this.write(key, value, seconds)
    return true
  }

  async delete(key) {
    this.entries.delete(key)
  }

  async push(key, value, seconds) {
    const others = (this.read(key) ?? []).filter(other => other !== value)
    this.write(key, [value, ...others].slice(0, 2), seconds)
  }

  async list(key) {
    return this.read(key) ?? []
  }

  async ready() {
    return { ready: true }
  }

  async close() {}
}

module.exports = { MemoryStore, openStore }
