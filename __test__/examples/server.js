'use strict'

// Starts an example's server, or Redis, in a separate process, and keeps its log.

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { randomInt } = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')

const root = path.join(__dirname, '..', '..')

class Server {
  log = ''

  static async start(args, env) {
    const server = new Server()
    server.process = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: os.homedir(), PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    process.on('exit', () => server.process.kill('SIGKILL'))
    for (const stream of [server.process.stdout, server.process.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        server.log += text
      })
    }
    server.exited = once(server.process, 'exit')
    const port = await server.waitFor(/Listening on http:\/\/localhost:(\d+)/)
    server.port = Number(port[1])
    return server
  }

  // Waits for a line in the log, behind what was there at `from`. Fails if the process ends, or after ten seconds.
  async waitFor(pattern, from = 0) {
    const deadline = Date.now() + 10000
    for (;;) {
      const match = this.log.slice(from).match(pattern)
      if (match) return match
      if (this.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${pattern} is not in the log:\n${this.log}`)
      }
      await sleep(10)
    }
  }

  /** The entries of the log, which are lines of JSON. */
  entries() {
    return this.log
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
  }

  /** Waits for the entry of a request. */
  async entry(requestId) {
    await this.waitFor(new RegExp(`"requestId":"${requestId}".*\n`))
    return this.entries().find(entry => entry.requestId === requestId)
  }

  get(url) {
    return this.request('GET', url)
  }

  post(url, body, token, headers) {
    return this.request('POST', url, token, headers, typeof body === 'string' ? body : JSON.stringify(body))
  }

  /** Sends from a random address, and returns the status and the body, which must be JSON. */
  async request(method, url, token, headers, body) {
    const response = await fetch(`http://127.0.0.1:${this.port}${url}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `10.${[randomInt(256), randomInt(256), randomInt(256)].join('.')}`,
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers
      },
      body
    })
    const given = headers?.['x-request-id']
    const id = response.headers.get('x-request-id')
    assert.ok(id === given || /^[\da-f-]{36}$/.test(id), id)
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  async stop() {
    this.process.kill('SIGKILL')
    await this.exited
  }
}

/** A Redis server in memory, on a free port of this machine. */
async function startRedis() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-'))
  const port = await freePort()
  const address = ['--port', String(port), '--bind', '127.0.0.1']
  const args = [...address, '--save', '', '--appendonly', 'no', '--dir', folder]
  let child
  process.on('exit', () => child?.kill('SIGKILL'))
  const store = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
      const signal = AbortSignal.timeout(10000)
      for (let log = ''; !log.includes('Ready to accept connections'); ) {
        log += await once(child.stdout, 'data', { signal })
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  await store.start()
  return store
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

module.exports = { root, Server, startRedis }
