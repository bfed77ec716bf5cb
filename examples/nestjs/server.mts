// A WeChat mini program's server on NestJS. 微信小程序服务端示例（NestJS）。
// APP_ID=… APP_SECRET=… REDIS_URL=… npm run nestjs

import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { ThrottlerModule } from '@nestjs/throttler'
import { PhoneService } from '../shared/phone.js'
import settings from '../shared/server.js'
import { openStore } from '../shared/store.js'
import { ErrorFilter } from './error.filter.mjs'
import { PhoneController } from './phone.controller.mjs'

const service = new PhoneService(await openStore())

@Module({
  imports: [ThrottlerModule.forRoot([{ ttl: 60000, limit: settings.LOGIN_LIMIT }])],
  controllers: [PhoneController],
  providers: [{ provide: PhoneService, useValue: service }]
})
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  bodyParser: false, // Nest's would also read forms, in which `+` becomes a space. 表单会把 + 变成空格
  logger: ['error', 'warn']
})
app.set('trust proxy', settings.TRUST_PROXY)
app.disable('x-powered-by')
// Before the body is read, so that the log names requests whose body cannot be read too.
// 在解析请求体之前设置，无法解析的请求也有 ID。
// biome-ignore lint/suspicious/noExplicitAny: Express's request and response
app.use((request: any, response: any, next: () => void) => {
  request.id = settings.requestId(request.headers['x-request-id'])
  response.set('x-request-id', request.id)
  next()
})
app.useBodyParser('json', { limit: settings.BODY_LIMIT })
app.useGlobalFilters(new ErrorFilter())
await app.listen(settings.PORT, settings.HOST)
settings.listening(new URL(await app.getUrl()).port)
settings.onStop(app.getHttpServer(), service.store, () => app.close())
