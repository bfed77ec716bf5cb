'use strict'

// What a server without an error handler tells its client about rejected data, and what loggers write about it.
// Every framework's default handler, every kind of rejection, WeChat's classes and Alipay's.

const assert = require('node:assert')
const crypto = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { PassThrough } = require('node:stream')
const { after, before, describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { pathToFileURL } = require('node:url')
const util = require('node:util')
const packageExports = require('..')
const platforms = require('../lib/platforms')
const { config, encrypt, message, rsa, seal } = require('./helpers/alipay-messages')
const { failure } = require('./helpers/failure')

const modules = path.join(__dirname, '..', 'examples', 'node_modules')
const installed = fs.existsSync(modules)
const skip =
  !installed && !(process.env.CI && !process.env.SKIP_EXAMPLES) && 'not installed: npm ci --prefix examples'
const load = name => require(path.join(modules, name))
const loadModule = name => import(pathToFileURL(path.join(modules, name, 'index.js')))

const KEY = Buffer.alloc(24, 7)
const OTHER_KEY = Buffer.alloc(24, 8)
const OPEN_ID = 'o-ann'

// Each kind of rejection: a body, what the server does with it, and its reason.
const rejections = platforms.flatMap(platformRejections).concat(alipayRejections())

function platformRejections({ name, isInteger, openId, encoding, keyLength, options }) {
  const Class = packageExports[name]
  const text = key => key.subarray(0, keyLength).toString(encoding)
  const [app, otherApp] = isInteger ? ['6648491577574883592', '6648491577574883593'] : ['app-1', 'app-2']
  const make = (key, id, data, settings) => new Class(id, text(key)).encryptData(data, settings)
  const ann = { [openId]: OPEN_ID, phoneNumber: '13580006666' }
  const good = make(KEY, app, ann)
  const bodies = {
    argument: { ...good, iv: null },
    'iv-length': { ...good, iv: good.iv.slice(0, 8) },
    'data-length': { ...good, encryptedData: good.encryptedData.slice(0, 8) },
    undecryptable: make(OTHER_KEY, app, ann),
    watermark: make(KEY, otherApp, ann),
    'open-id': make(KEY, app, { ...ann, [openId]: 'o-bob' }),
    ...(options.includes('maxAge') && { expired: make(KEY, app, ann, { timestamp: 1477314187 }) })
  }
  const checks = { openId: OPEN_ID, ...(options.includes('maxAge') && { maxAge: 300 }) }
  const decrypt = ({ encryptedData, iv }) => new Class(app, text(KEY)).decryptData(encryptedData, iv, checks)
  return Object.entries(bodies).map(([reason, body]) => ({ name, reason, body, decrypt }))
}

function alipayRejections() {
  const alipay = new packageExports.AlipayDataCrypt(config)
  const { response } = JSON.parse(message())
  const messages = {
    ERR_ALIPAY_MESSAGE: '{',
    ERR_ALIPAY_SIGN_MISSING: JSON.stringify({ response }),
    ERR_ALIPAY_SIGN_MISMATCH: JSON.stringify(seal(response, rsa(2048).privateKey)),
    ERR_ALIPAY_DECRYPT: JSON.stringify(seal(encrypt('{}', crypto.randomBytes(16)))),
    ERR_ALIPAY_UNSIGNED: '{"response":{"code":"40001","subCode":"isv.missing-encrypt-key"}}',
    ERR_ALIPAY_ALGORITHM: JSON.stringify({ ...JSON.parse(message()), sign_type: 'RSA' })
  }
  const decrypt = ({ message }) => alipay.decryptData(message)
  const name = 'AlipayDataCrypt'
  return Object.entries(messages).map(([reason, message]) => ({ name, reason, body: { message }, decrypt }))
}

const DEPENDS_ON_PLAINTEXT = ['undecryptable', 'watermark', 'open-id', 'expired']

/** Throws as the decryption in a handler does: one line for all, which stacks name. */
const handle = (index, body) => rejections[index].decrypt(body)

const thrown = ({ decrypt, body }) => failure(() => decrypt(body))

test('every kind of rejection is the one that it is meant to be', () => {
  for (const rejection of rejections) {
    const error = thrown(rejection)
    const expected = rejection.name === 'AlipayDataCrypt' ? error.code : error.reason
    assert.strictEqual(expected, rejection.reason, rejection.name)
    assert.ok(packageExports.isDecryptError(error))
  }
})

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
      for (const [index, { name, reason, body }] of rejections.entries()) {
        const answer = await server.post(`/${index}`, JSON.stringify(body))
        const error = thrown(rejections[index])
        assert.strictEqual(answer.status, status, `${name} ${reason}: ${answer.body}`)
        // The message is public, and may contain the word that is the reason.
        for (const text of [error.reason, error.hint, error.hintZh]) {
          assert.ok(error.message.includes(text) || !answer.body.includes(text), answer.body)
        }
        if (DEPENDS_ON_PLAINTEXT.includes(reason)) {
          const first = answers.get(name) ?? answer.body
          assert.strictEqual(answer.body, first)
          answers.set(name, first)
        }
      }
      assert.strictEqual(answers.size, platforms.length)
    })
  })
}

describe('the log says why', () => {
  const errors = rejections.filter(({ reason }) => reason !== 'argument').map(thrown)
  const each = write => {
    for (const error of errors) {
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
    for (const error of errors) {
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
    for (const [index, { body }] of rejections.entries()) await server.post(`/${index}`, JSON.stringify(body))
    while (lines.length < rejections.length) await setImmediate() // it logs after it has answered
    log.mock.restore()
    await server.stop()
    const written = lines.filter((_line, index) => rejections[index].reason !== 'argument')
    each(() => written.shift())
  })
})

// Each framework with one route, `POST /:index`, and its default error handler. Returns { post, stop }.

async function listen(handler) {
  const server = require('node:http').createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return at(server, () => server.close())
}

function at(server, stop) {
  const { port } = server.address()
  return {
    async post(route, body) {
      const headers = { 'content-type': 'application/json', connection: 'close' }
      const response = await fetch(`http://127.0.0.1:${port}${route}`, { method: 'POST', headers, body })
      return { status: response.status, body: await response.text() }
    },
    stop
  }
}

function express(framework, environment) {
  const app = framework()
  app.set('env', environment)
  app.post('/:index', framework.json(), (request, response) => {
    response.json(handle(request.params.index, request.body))
  })
  return listen(app)
}

async function fastify() {
  const app = load('fastify')()
  app.post('/:index', async ({ params, body }) => handle(params.index, body))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return at(app.server, () => app.close())
}

async function koa() {
  const app = new (load('koa'))()
  app.silent = true
  app.use(load('@koa/bodyparser').bodyParser())
  app.use(ctx => {
    ctx.body = handle(ctx.path.slice(1), ctx.request.body)
  })
  return listen(app.callback())
}

/** Applies TypeScript's decorators to a controller with one method, `handle`. */
function decorate(Class, { Controller, Post }) {
  Controller('/')(Class)
  Post('/:index')(Class.prototype, 'handle', Object.getOwnPropertyDescriptor(Class.prototype, 'handle'))
}

async function nest() {
  load('reflect-metadata')
  const common = await loadModule('@nestjs/common')
  const { NestFactory } = await loadModule('@nestjs/core')
  class RejectController {
    handle({ params, body }) {
      return handle(params.index, body)
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
      return handle(this.ctx.params.index, this.ctx.request.body)
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
  app.post('/:index', async context =>
    context.json(handle(context.req.param('index'), await context.req.json()))
  )
  return {
    async post(route, body) {
      const response = await app.request(route, { method: 'POST', body })
      return { status: response.status, body: await response.text() }
    },
    stop() {}
  }
}
