'use strict'

// Starts an example's server, or Redis, as a process of its own, and keeps what it logs.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')

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
    const append = text => {
      server.log += text
    }
    server.process.stdout.setEncoding('utf8').on('data', append)
    server.process.stderr.setEncoding('utf8').on('data', append)
    server.exited = once(server.process, 'exit')
    const port = await server.waitFor(/Listening on http:\/\/localhost:(\d+)/)
    server.port = Number(port[1])
    await reachable(server.port)
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

  // → status and body, parsed; whatever the server answers must be JSON.
  async post(url, body, token, headers) {
    const response = await fetch(`http://127.0.0.1:${this.port}${url}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers
      },
      body: typeof body === 'string' ? body : JSON.stringify(body)
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  get alive() {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  async stop() {
    if (this.alive) this.process.kill('SIGKILL')
    await this.exited
  }
}

// A Redis server in memory, on a free port of this machine.
async function startRedis() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-'))
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder
  ]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  process.on('exit', () => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  await reachable(port)
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await exited
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function reachable(port) {
  const deadline = Date.now() + 10000
  for (;;) {
    const socket = net.connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(20)
    } finally {
      socket.destroy()
    }
  }
}

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

module.exports = { root, Server, sleep, startRedis }
