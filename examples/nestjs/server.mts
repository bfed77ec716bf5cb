// A mini program's server on NestJS. Run: npm run --prefix examples nestjs, with APP_ID and APP_SECRET set.

import 'reflect-metadata'
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Headers,
  HttpCode,
  Inject,
  Module,
  Post,
  UnauthorizedException
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import WXBizDataCrypt, { type PhoneNumber } from 'wxbizdatacrypt-native'
import { answerTo, BadRequest } from '../shared/answer.js'
import { code2Session } from '../shared/code2session.js'
import { MAX_AGE, openSessions, type Sessions } from '../shared/sessions.js'

const { APP_ID = '', PORT = 3000 } = process.env

@Controller()
class PhoneController {
  constructor(@Inject('Sessions') private readonly sessions: Sessions) {}

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  @Post('login')
  @HttpCode(200)
  async login(@Body('code') code: unknown) {
    const { openid, sessionKey } = await code2Session(code)
    return { token: await this.sessions.logIn(openid, sessionKey) }
  }

  @Post('phone')
  @HttpCode(200)
  async phone(
    @Headers('authorization') authorization: string | undefined,
    @Body('encryptedData') encryptedData: string,
    @Body('iv') iv: string
  ) {
    const session = await this.sessions.find(authorization)
    if (session === undefined) throw new UnauthorizedException()

    // The session key comes from the session and never from the client, who could encrypt any number with it.
    const pc = new WXBizDataCrypt(APP_ID, session.sessionKeys)
    const { purePhoneNumber } = pc.decryptData<PhoneNumber>(encryptedData, iv, { maxAge: MAX_AGE })
    if (!purePhoneNumber) throw new BadRequest('no-phone-number', 'This is the data of another API.')
    await this.sessions.useOnce(encryptedData)
    return { phone: purePhoneNumber }
  }
}

@Module({
  controllers: [PhoneController],
  providers: [{ provide: 'Sessions', useFactory: openSessions }]
})
class AppModule {}

@Catch()
class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost) {
    const { status, body } =
      error instanceof UnauthorizedException
        ? { status: 401, body: { error: 'log in first' } }
        : answerTo(error)
    host.switchToHttp().getResponse().status(status).json(body)
  }
}

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  bodyParser: false, // Nest's would also read forms, in which `+` becomes a space
  logger: ['error', 'warn']
})
app.useBodyParser('json', { limit: '16kb' })
app.useGlobalFilters(new ErrorFilter())
await app.listen(PORT)
console.log(`Listening on http://localhost:${new URL(await app.getUrl()).port}`)
