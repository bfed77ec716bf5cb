'use strict'

// What the servers on Express, 4 or 5, have in common. 各 Express 示例（Express 4 或 5）共用的部分。

const express = require('express')
const { rateLimit } = require('express-rate-limit')
const { HttpError, answerTo } = require('./errors')
const settings = require('./server')
const { Sessions } = require('./sessions')
const { openStore } = require('./store')

/**
 * Starts a server with the routes that `addRoutes` adds, and with those for the end of a login and for health checks.
 * 启动服务：`addRoutes` 添加的接口，加上退出登录和健康检查。
 *
 * @param {(app: any, tools: { store: import('./store').Store, sessions: Sessions, authenticate: any }) => void} addRoutes
 */
async function serve(addRoutes) {
  const store = await openStore()
  const sessions = new Sessions(store)

  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', settings.TRUST_PROXY)
  app.use((request, response, next) => {
    request.id = settings.requestId(request.get('x-request-id'))
    response.set('x-request-id', request.id)
    next()
  })
  app.use(express.json({ limit: settings.BODY_LIMIT }))

  const authenticate = (request, _response, next) => {
    const found = openid => {
      request.openid = openid
      next()
    }
    sessions.find(request.get('authorization')).then(found, next)
  }
  addRoutes(app, { store, sessions, authenticate })

  const logOut = answer(request => sessions.logOut(request.get('authorization')))
  app.post('/logout', logOut)
  const ready = answer(() => store.ready())
  app.get('/ready', ready)
  app.use((_request, _response, next) => next(new HttpError(404, 'path', 'There is no such path.')))

  // Express recognises an error handler by its four parameters. Express 靠四个参数识别错误处理函数。
  app.use((error, request, response, _next) => {
    const { status, body } = answerTo(error, { requestId: request.id, openid: request.openid })
    response.status(status).json(body)
  })

  const server = app.listen(settings.PORT, settings.HOST, error => {
    if (error) throw error
    settings.listening(server.address().port)
  })
  settings.onStop(server, store)
}

// By address unless `keyGenerator` says otherwise. 默认按 IP 限流。
function limit(perMinute, keyGenerator) {
  return rateLimit({
    windowMs: 60000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(keyGenerator && { keyGenerator }),
    handler: (_request, _response, next) => next(new HttpError(429, 'rate', 'Too many requests.'))
  })
}

// Answers with what a handler resolves to. Express 4 ignores the promise of a handler: a rejected one would end the
// process. 以 handler 的结果作为响应。Express 4 不处理 handler 返回的 Promise，未捕获的 rejection 会使进程退出。
function answer(handler) {
  return (request, response, next) => {
    handler(request)
      .then(body => response.json(body))
      .catch(next)
  }
}

const loginLimit = limit(settings.LOGIN_LIMIT)
const phoneLimit = limit(settings.PHONE_LIMIT, request => request.openid)

module.exports = { answer, loginLimit, phoneLimit, serve }
