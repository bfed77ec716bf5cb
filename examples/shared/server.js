'use strict'

// Reads the settings from the environment, and shuts a server down. 环境变量配置与优雅退出。

const { randomUUID } = require('node:crypto')
const { log } = require('./errors')

const { env } = process

/**
 * Behind a proxy on this machine the default is right; in a container set HOST=0.0.0.0. The server must only be
 * reached through a proxy that ends TLS.
 * 默认只监听本机，由同机的 Nginx 转发；在容器中设置 HOST=0.0.0.0。对外必须经过 HTTPS 代理。
 */
const HOST = env.HOST ?? '127.0.0.1'
const PORT = Number(env.PORT ?? 3000)

/**
 * How many proxies are in front of this server. With 0, X-Forwarded-For is ignored. With too few, all clients share
 * the address of a proxy, and one rate limit; with too many, a client chooses its own address.
 * 前面有几层代理。0 表示忽略 X-Forwarded-For；少填则所有客户端共用一个限流额度，多填则客户端可以伪造 IP。
 */
const TRUST_PROXY = Number(env.TRUST_PROXY ?? 0)

/**
 * Requests a minute: logins from one address, which many phones may share, and phone numbers for one user. The
 * plugins count in each process, and can be set to count in Redis.
 * 每分钟请求数：登录按 IP（运营商网络下多人共用），手机号按用户。默认每个进程单独计数，各插件也支持 Redis。
 */
const LOGIN_LIMIT = Number(env.LOGIN_LIMIT ?? 120)
const PHONE_LIMIT = Number(env.PHONE_LIMIT ?? 120)

const BODY_LIMIT = 16 * 1024

/**
 * Returns the id that the proxy has given to a request, or else a new one. 沿用代理传入的请求 ID，没有则新建。
 *
 * @param {string | string[] | undefined} header
 */
function requestId(header) {
  return typeof header === 'string' && /^[\w-]{1,64}$/.test(header) ? header : randomUUID()
}

/** @param {unknown} port */
function listening(port) {
  console.log(`Listening on http://localhost:${port}`)
}

/**
 * Ends the process on SIGTERM (Docker, Kubernetes, systemd) and SIGINT (PM2), once open requests are answered.
 * 收到 SIGTERM 或 SIGINT 后，处理完进行中的请求再退出。
 *
 * @param {import('node:http').Server} server
 * @param {import('./store').Store} store
 * @param {() => Promise<unknown>} [close]
 */
function onStop(server, store, close) {
  const stop = async signal => {
    log('info', { event: signal })
    setTimeout(() => process.exit(1), 10000).unref()
    await closeServer(server, close)
    await store.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

/**
 * A connection that is in use when the server closes would otherwise stay open until its keep-alive times out.
 * 关闭时正在使用的连接，处理完后立即断开，不等 keep-alive 超时。
 *
 * @param {import('node:http').Server} server
 * @param {() => Promise<unknown>} [close]
 */
function closeServer(server, close = () => new Promise(resolve => server.close(resolve))) {
  setInterval(() => server.closeIdleConnections(), 100).unref()
  return close()
}

module.exports = {
  BODY_LIMIT,
  HOST,
  LOGIN_LIMIT,
  PHONE_LIMIT,
  PORT,
  TRUST_PROXY,
  closeServer,
  listening,
  onStop,
  requestId
}
