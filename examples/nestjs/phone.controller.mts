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
import { PhoneService } from '../shared/phone.js'
import { PHONE_LIMIT } from '../shared/server.js'

type Request = { id: string; openid: string }

@Injectable()
class LoginGuard implements CanActivate {
  constructor(@Inject(PhoneService) private readonly service: PhoneService) {}

  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest()
    request.openid = await this.service.sessions.find(request.headers.authorization)
    return true
  }
}

@Controller()
export class PhoneController {
  constructor(@Inject(PhoneService) private readonly service: PhoneService) {}

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
  phone(@Req() { id, openid }: Request, @Body() body: object) {
    return this.service.phone(id, openid, body)
  }

  @Post('logout')
  @HttpCode(200)
  logOut(@Headers('authorization') authorization: string | undefined) {
    return this.service.sessions.logOut(authorization)
  }

  @Get('ready')
  ready() {
    return this.service.store.ready()
  }
}
