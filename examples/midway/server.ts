// A mini program's server on Midway (Koa). Run: npm run --prefix examples midway, with APP_ID and APP_SECRET set.

import { Bootstrap } from '@midwayjs/bootstrap'
import {
  Body,
  Catch,
  Configuration,
  Controller,
  Headers,
  httpError,
  type IMidwayContainer,
  Inject,
  MainApp,
  Post
} from '@midwayjs/core'
import * as koa from '@midwayjs/koa'
import WXBizDataCrypt, { type PhoneNumber } from 'wxbizdatacrypt-native'
import { answerTo, BadRequest } from '../shared/answer'
import { code2Session } from '../shared/code2session'
import { MAX_AGE, openSessions, type Sessions } from '../shared/sessions'

const { APP_ID = '', PORT = '3000' } = process.env

@Controller('/')
class PhoneController {
  @Inject()
  sessions!: Sessions

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  @Post('/login')
  async login(@Body('code') code: unknown) {
    const { openid, sessionKey } = await code2Session(code)
    return { token: await this.sessions.logIn(openid, sessionKey) }
  }

  @Post('/phone')
  async phone(
    @Headers('authorization') authorization: string | undefined,
    @Body('encryptedData') encryptedData: string,
    @Body('iv') iv: string
  ) {
    const session = await this.sessions.find(authorization)
    if (session === undefined) throw new httpError.UnauthorizedError()

    // The session key comes from the session and never from the client, who could encrypt any number with it.
    const pc = new WXBizDataCrypt(APP_ID, session.sessionKeys)
    const { purePhoneNumber } = pc.decryptData<PhoneNumber>(encryptedData, iv, { maxAge: MAX_AGE })
    if (!purePhoneNumber) throw new BadRequest('no-phone-number', 'This is the data of another API.')
    await this.sessions.useOnce(encryptedData)
    return { phone: purePhoneNumber }
  }
}

// Midway's own handler would send `code` and, outside of production, the stack to the client.
@Catch()
class ErrorFilter {
  catch(error: Error, ctx: koa.Context) {
    const unauthorized = error instanceof httpError.UnauthorizedError
    const { status, body } = unauthorized ? { status: 401, body: { error: 'log in first' } } : answerTo(error)
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
        koa: { port: PORT },
        bodyParser: { jsonLimit: '16kb', enableTypes: ['json'] },
        midwayLogger: { default: { transports: { file: false, error: false } } }
      }
    }
  ]
})
class MainConfiguration {
  @MainApp()
  app!: koa.Application

  async onConfigLoad(container: IMidwayContainer) {
    container.registerObject('sessions', await openSessions())
  }

  async onReady() {
    this.app.useFilter(ErrorFilter)
  }

  async onServerReady() {
    // Midway writes the port there, the one that it was given for 0 too.
    console.log(`Listening on http://localhost:${process.env.MIDWAY_HTTP_PORT}`)
  }
}

Bootstrap.configure({
  appDir: __dirname,
  baseDir: __dirname,
  imports: [MainConfiguration],
  preloadModules: [PhoneController, ErrorFilter]
}).run()
