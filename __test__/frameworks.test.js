'use strict'

// What a server without an error handler tells its client about rejected data, and what loggers write about it.
// Every framework's default handler, and every error that a client can cause.

const assert = require('node:assert')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { PassThrough } = require('node:stream')
const { after, before, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { pathToFileURL } = require('node:url')
const util = require('node:util')
const platforms = require('../lib/platforms')
const { errors } = require('./helpers/errors')
const { failure } = require('./helpers/failure')

const modules = path.join(__dirname, '..', 'examples', 'node_modules')
const installed = fs.existsSync(modules)
const skip =
  !installed && !(process.env.CI && !process.env.SKIP_EXAMPLES) && 'not installed: npm ci --prefix examples'
const load = name => require(path.join(modules, name))
const loadModule = name => import(pathToFileURL(path.join(modules, name, 'index.js')))

/** What a client can cause, by what it posts. */
const rejections = Object.entries(errors)
  .filter(([, { status }]) => status === 400)
  .map(([name, error]) => ({ name, ...error }))

/** Throws as a handler does: one line for all, which stacks name. */
const handle = index => rejections[index].run()

const isOfPlatform = name => platforms.some(platform => name.startsWith(`${platform.name}, `))

const frameworks = {
  'Express 4, development': () => express(load('express4'), 'development'),
  'Express 4, production': () => express(load('express4'), 'production'),
  'Express 5, development': () => express(load('express'), 'development'),
  'Express 5, production': () => express(load('express'), 'production'),
  Fastify: fastify,
  Koa: koa,
  NestJS: nest,
  'Midway, development': () => midway('local'),
  'Midway, production': () => midway('prod'),
  Hono: hono
}

for (const [name, start] of Object.entries(frameworks)) {
  describe(`the default error handler of ${name}`, { skip }, () => {
    const status = name === 'Hono' ? 500 : 400 // Hono reads no status
    let server
    before(async () => {
      server = await start()
    })
    after(() => server?.stop())

    test(`answers every rejection with ${status}, without its reason, and plaintext makes no difference`, async t => {
      t.mock.method(console, 'error', () => {})
      const answers = new Map()
      for (const [index, { name, code, run }] of rejections.entries()) {
        const answer = await server.get(`/${index}`)
        const error = failure(run)
        assert.strictEqual(answer.status, status, `${name}: ${answer.body}`)
        // The message is public, and may contain the word that is the reason.
        for (const text of [error.reason, error.hint, error.hintZh]) {
          assert.ok(error.message.includes(text) || !answer.body.includes(text), answer.body)
        }
        if (code === 'ERR_ILLEGAL_BUFFER' && isOfPlatform(name)) {
          const [platform] = name.split(', ')
          assert.strictEqual(answer.body, answers.get(platform) ?? answer.body)
          answers.set(platform, answer.body)
        }
      }
      assert.strictEqual(answers.size, platforms.length)
    })
  })
}

describe('the log says why', () => {
  const explained = rejections.filter(({ reason }) => reason !== 'argument').map(({ run }) => failure(run))
  const each = write => {
    for (const error of explained) {
      const output = write(error)
      for (const part of [error.reason, error.hint, error.hintZh]) {
        // Quotes are escaped in JSON and in what util.inspect prints.
        const plain = text => text.replace(/\\+(?=['"`])|["'`]/g, '')
        assert.ok(plain(output).includes(plain(part)), `${part} is not in ${output}`)
      }
    }
  }

  test('by util.inspect, and so by console.error', () => {
    each(error => util.inspect(error))
  })

  test("by pino's default serialiser: the hint", { skip }, () => {
    for (const error of explained) {
      let line = ''
      const logger = load('pino')({}, { write: text => (line += text) })
      logger.error(error)
      assert.ok(JSON.parse(line).err.message.includes(error.hint), line)
    }
  })

  test("by winston's errors({ stack: true, cause: true })", { skip }, () => {
    const { createLogger, format, transports } = load('winston')
    let line = ''
    const stream = new PassThrough().on('data', chunk => {
      line += chunk
    })
    const logger = createLogger({
      format: format.combine(format.errors({ stack: true, cause: true }), format.json()),
      transports: [new transports.Stream({ stream })]
    })
    each(error => {
      line = ''
      logger.error(error)
      return line
    })
  })

  test("by Express 5's default handler", { skip, timeout: 30000 }, async t => {
    const lines = []
    const server = await express(load('express'), 'development')
    const log = t.mock.method(console, 'error', (...values) => lines.push(util.format(...values)))
    for (const index of rejections.keys()) await server.get(`/${index}`)
    while (lines.length < rejections.length) await setImmediate() // it logs after it has answered
    log.mock.restore()
    await server.stop()
    const written = lines.filter((_line, index) => rejections[index].reason !== 'argument')
    each(() => written.shift())
  })
})

// Each framework with one route, `GET /:index`, and its default error handler. Returns { get, stop }.

async function listen(handler) {
  const server = require('node:http').createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return at(server, () => server.close())
}

function at(server, stop) {
  const { port } = server.address()
  return {
    async get(route) {
      const response = await fetch(`http://127.0.0.1:${port}${route}`, { headers: { connection: 'close' } })
      return { status: response.status, body: await response.text() }
    },
    stop
  }
}

function express(framework, environment) {
  const app = framework()
  app.set('env', environment)
  app.get('/:index', (request, response) => response.json(handle(request.params.index)))
  return listen(app)
}

async function fastify() {
  const app = load('fastify')()
  app.get('/:index', async ({ params }) => handle(params.index))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return at(app.server, () => app.close())
}

async function koa() {
  const app = new (load('koa'))()
  app.silent = true
  app.use(ctx => handle(ctx.path.slice(1)))
  return listen(app.callback())
}

/** Applies TypeScript's decorators to a controller with one method, `handle`. */
function decorate(Class, { Controller, Get }) {
  Controller('/')(Class)
  Get('/:index')(Class.prototype, 'handle', Object.getOwnPropertyDescriptor(Class.prototype, 'handle'))
}

async function nest() {
  load('reflect-metadata')
  const common = await loadModule('@nestjs/common')
  const { NestFactory } = await loadModule('@nestjs/core')
  class RejectController {
    handle({ params }) {
      return handle(params.index)
    }
  }
  decorate(RejectController, common)
  common.Req()(RejectController.prototype, 'handle', 0)
  class AppModule {}
  common.Module({ controllers: [RejectController] })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false })
  await app.listen(0, '127.0.0.1')
  return at(app.getHttpServer(), () => app.close())
}

// Made once, since Midway keeps the classes of every application in a process.
let midwayClasses

function describeMidway() {
  const core = load('@midwayjs/core')
  const settings = {
    keys: 'no cookies are used',
    koa: { port: '0', hostname: '127.0.0.1' },
    midwayLogger: { default: { transports: { file: false, error: false, console: false } } }
  }
  class RejectController {
    handle() {
      return handle(this.ctx.params.index)
    }
  }
  decorate(RejectController, core)
  core.Inject()(RejectController.prototype, 'ctx')
  class MainConfiguration {}
  core.Configuration({ imports: [load('@midwayjs/koa')], importConfigs: [{ default: settings }] })(
    MainConfiguration
  )
  return { imports: [MainConfiguration], preloadModules: [RejectController] }
}

async function midway(environment) {
  process.env.MIDWAY_SERVER_ENV = environment
  midwayClasses ??= describeMidway()
  const { Bootstrap } = load('@midwayjs/bootstrap')
  const appDir = path.dirname(modules)
  await Bootstrap.configure({ appDir, baseDir: appDir, ...midwayClasses, logger: false }).run()
  const address = () => ({ port: process.env.MIDWAY_HTTP_PORT })
  return at({ address }, () => Bootstrap.stop())
}

async function hono() {
  const { Hono } = load('hono')
  const app = new Hono()
  app.get('/:index', context => context.json(handle(context.req.param('index'))))
  return {
    async get(route) {
      const response = await app.request(route)
      return { status: response.status, body: await response.text() }
    },
    stop() {}
  }
}
