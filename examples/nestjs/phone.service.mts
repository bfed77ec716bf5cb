import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { log } from '../shared/errors.js'
import { decryptPhone } from '../shared/phone.js'
import { Sessions } from '../shared/sessions.js'
import type { Store } from '../shared/store.js'
import { code2Session } from '../shared/wechat.js'

@Injectable()
export class PhoneService implements OnApplicationShutdown {
  private readonly sessions: Sessions

  constructor(@Inject('Store') private readonly store: Store) {
    this.sessions = new Sessions(store)
  }

  async logIn(requestId: string, code: unknown) {
    const { openid, sessionKey } = await code2Session(code)
    const token = await this.sessions.logIn(openid, sessionKey)
    log('info', { requestId, openid, event: 'login' })
    return { token }
  }

  find(authorization: string | undefined) {
    return this.sessions.find(authorization)
  }

  async decrypt(requestId: string, openid: string, encryptedData: unknown, iv: unknown) {
    const phone = await decryptPhone(this.sessions, openid, encryptedData, iv)
    log('info', { requestId, openid, event: 'phone' })
    return { phone }
  }

  logOut(authorization: string | undefined) {
    return this.sessions.logOut(authorization)
  }

  ready() {
    return this.store.ping()
  }

  onApplicationShutdown() {
    return this.store.close()
  }
}
