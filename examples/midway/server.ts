// A WeChat mini program's server on Midway (Koa). 微信小程序服务端示例（Midway，Koa）。
// APP_ID=… APP_SECRET=… REDIS_URL=… npm run midway

import { Bootstrap } from '@midwayjs/bootstrap'
import {
  Body,
  Catch,
  Configuration,
  Controller,
  Get,
  Headers,
  type IMidwayContainer,
  Inject,
  MainApp,
  Post
} from '@midwayjs/core'
import * as koa from '@midwayjs/koa'
import ratelimit from 'koa-ratelimit'
import { answerTo } from '../shared/errors'
import { PhoneService } from '../shared/phone'
import settings from '../shared/server'
import { openStore } from '../shared/store'

async function identify(ctx: koa.Context, next: unknown) {
  ctx.state.requestId = settings.requestId(ctx.headers['x-request-id'])
  ctx.set('x-request-id', ctx.state.requestId)
  return (next as koa.NextFunction)()
}

async function authenticate(ctx: koa.Context, next: koa.NextFunction) {
  const service = await ctx.requestContext.getAsync<PhoneService>('service')
  ctx.state.openid = await service.sessions.find(ctx.get('authorization'))
  return next()
}

// The plugin never removes an entry from its Map, so the Map is emptied every minute.
// 插件不会清理这个 Map，因此每分钟清空一次。
function limit(perMinute: number, id: (ctx: Pick<koa.Context, 'ip' | 'state'>) => string) {
  const db = new Map()
  setInterval(() => db.clear(), 60000).unref()
  return ratelimit({ driver: 'memory', db, duration: 60000, max: perMinute, id, throw: true })
}

const loginLimit = limit(settings.LOGIN_LIMIT, ctx => ctx.ip)
const phoneLimit = limit(settings.PHONE_LIMIT, ctx => ctx.state.openid)

// Midway gives the parameters to async methods only. Midway 只给 async 方法传参。
@Controller('/')
class PhoneController {
  @Inject()
  ctx!: koa.Context

  @Inject()
  service!: PhoneService

  @Post('/login', { middleware: [loginLimit] })
  async logIn(@Body('code') code: unknown) {
    return this.service.logIn(this.ctx.state.requestId, code)
  }

  @Post('/phone', { middleware: [authenticate, phoneLimit] })
  async phone(@Body() body: object) {
    return this.service.phone(this.ctx.state.requestId, this.ctx.state.openid, body)
  }

  @Post('/logout')
  async logOut(@Headers('authorization') authorization: string | undefined) {
    return this.service.sessions.logOut(authorization)
  }

  @Get('/ready')
  async ready() {
    return this.service.store.ready()
  }
}

// Midway's own handler would send `code` and, outside of production, the stack to the client.
// Midway 默认会把 code 返回给客户端，非生产环境还会返回堆栈。
@Catch()
class ErrorFilter {
  catch(error: Error, ctx: koa.Context) {
    const { requestId, openid } = ctx.state
    const { status, body } = answerTo(error, { requestId, openid })
    ctx.status = status
    return body
  }
}

@Configuration({
  imports: [koa],
  importConfigs: [
    {
      default: {
        keys: 'no cookies are used',
        koa: {
          port: settings.PORT,
          hostname: settings.HOST,
          // How many entries of X-Forwarded-For are trusted: one for each proxy. 只信任这几层代理添加的地址
          proxy: settings.TRUST_PROXY > 0,
          maxIpsCount: settings.TRUST_PROXY
        },
        bodyParser: { jsonLimit: settings.BODY_LIMIT, enableTypes: ['json'] },
        midwayLogger: { default: { transports: { file: false, error: false } } }
      }
    }
  ]
})
class MainConfiguration {
  @MainApp()
  app!: koa.Application

  async onConfigLoad(container: IMidwayContainer) {
    container.registerObject('service', new PhoneService(await openStore()))
  }

  async onReady() {
    // Before the body is read, so that the log names requests whose body cannot be read too.
    // 在解析请求体之前设置，无法解析的请求也有 ID。
    this.app.getMiddleware().insertFirst(identify)
    this.app.useFilter(ErrorFilter)
  }

  async onServerReady() {
    // Midway writes its port there. Midway 把端口写在这里
    settings.listening(process.env.MIDWAY_HTTP_PORT)
  }

  // On SIGTERM, which Bootstrap waits for. Bootstrap 收到 SIGTERM 时调用。
  async onStop(container: IMidwayContainer) {
    // Midway does not wait for open requests. Midway 不会等待处理中的请求
    await settings.closeServer((this.app.getFramework() as koa.Framework).getServer())
    const service = await container.getAsync<PhoneService>('service')
    await service.store.close()
  }
}

Bootstrap.configure({
  appDir: __dirname,
  baseDir: __dirname,
  imports: [MainConfiguration],
  preloadModules: [PhoneController, ErrorFilter]
}).run()
