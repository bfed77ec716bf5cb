import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Post,
  Req,
  UseGuards
} from '@nestjs/common'
import { Throttle, ThrottlerGuard } from '@nestjs/throttler'
import { PHONE_LIMIT } from '../shared/server.js'
import { PhoneService } from './phone.service.mjs'

type Request = { id: string; openid: string }

@Injectable()
class LoginGuard implements CanActivate {
  constructor(@Inject(PhoneService) private readonly service: PhoneService) {}

  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest()
    request.openid = await this.service.find(request.headers.authorization)
    return true
  }
}

@Controller()
export class PhoneController {
  constructor(@Inject(PhoneService) private readonly service: PhoneService) {}

  // The client calls wx.login when it starts, before any button is shown, and sends the code here.
  // 小程序启动时（按钮出现之前）调用 wx.login，把 code 发到这里。
  @Post('login')
  @HttpCode(200)
  @UseGuards(ThrottlerGuard)
  logIn(@Req() { id }: Request, @Body('code') code: unknown) {
    return this.service.logIn(id, code)
  }

  @Post('phone')
  @HttpCode(200)
  @UseGuards(LoginGuard, ThrottlerGuard)
  @Throttle({ default: { limit: PHONE_LIMIT, ttl: 60000, getTracker: ({ openid }) => openid } })
  phone(
    @Req() { id, openid }: Request,
    @Body('encryptedData') encryptedData: unknown,
    @Body('iv') iv: unknown
  ) {
    return this.service.decrypt(id, openid, encryptedData, iv)
  }

  @Post('logout')
  @HttpCode(200)
  async logOut(@Headers('authorization') authorization: string | undefined) {
    await this.service.logOut(authorization)
    return {}
  }

  @Get('ready')
  async ready() {
    await this.service.ready()
    return { ready: true }
  }
}
