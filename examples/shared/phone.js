'use strict'

// Logs users in, decrypts the data of the phone-number button, and accepts it once.
// 登录；解密手机号按钮的数据，每份数据只能使用一次。

const WXBizDataCrypt = require('wxbizdatacrypt-native')
const { HttpError, log } = require('./errors')
const { MAX_AGE, Sessions } = require('./sessions')
const { APP_ID, code2Session } = require('./wechat')

/** What a WeChat mini program's server does, whatever its framework. 与框架无关的部分。 */
class PhoneService {
  /** @param {import('./store').Store} store */
  constructor(store) {
    this.store = store
    this.sessions = new Sessions(store)
  }

  /**
   * The client calls wx.login when it starts, before any button is shown, and sends the code here.
   * 小程序启动时（按钮出现之前）调用 wx.login，把 code 发到这里。
   *
   * @param {string} requestId
   * @param {unknown} code
   */
  async logIn(requestId, code) {
    const { openid, sessionKey } = await code2Session(code)
    const token = await this.sessions.logIn(openid, sessionKey)
    log('info', { requestId, openid, event: 'login' })
    return { token }
  }

  /**
   * Returns the phone number, or throws. The session keys come from the store and never from the client, which could
   * otherwise encrypt any number.
   * 返回手机号，否则抛出错误。session_key 只能从服务端取，不能由客户端传入，否则任何人都能伪造手机号。
   *
   * @param {string} requestId
   * @param {string} openid who is logged in: never taken from decrypted data. 取自登录状态，而不是解密结果
   * @param {any} body
   */
  async phone(requestId, openid, body) {
    const { encryptedData, iv } = body ?? {}
    // Looked up before decrypting: data that was used before is not decrypted, so its answer takes the same time
    // whether or not it would still be accepted.
    // 解密之前先查：用过的数据不再解密，也无法通过耗时来判断。
    const replayKey = WXBizDataCrypt.replayKey(encryptedData)
    const [[current, ...previous], wasUsed] = await Promise.all([
      this.sessions.sessionKeys(openid),
      this.sessions.wasUsed(replayKey)
    ])
    if (current === undefined) throw new HttpError(401, 'no-session-key', 'The session key has expired.')
    if (wasUsed) throw replayed()

    const pc = new WXBizDataCrypt(APP_ID, [current, ...previous])
    const phone = phoneOf(pc.decryptData(encryptedData, iv, { maxAge: MAX_AGE }))

    // Set afterwards and atomically: if the same data is posted several times at once, one request succeeds.
    // 解密成功后再原子写入：同时提交多次，只有一次成功。
    if (!(await this.sessions.use(replayKey))) throw replayed()
    log('info', { requestId, openid, event: 'phone' })
    return { phone }
  }
}

/**
 * Returns `phoneNumber`, which has the country code of numbers abroad. `purePhoneNumber` has none: numbers of two
 * countries can be equal, so it must not identify an account.
 * phoneNumber 对境外号码带区号；purePhoneNumber 不带，不同国家/地区的号码可能相同，不能作为账号标识。
 *
 * @param {{ phoneNumber?: unknown }} data
 */
function phoneOf({ phoneNumber }) {
  if (typeof phoneNumber === 'string' && phoneNumber !== '') return phoneNumber
  throw new HttpError(400, 'no-phone-number', 'The data has no phone number: it comes from another API.')
}

const replayed = () => new HttpError(400, 'replay', 'The data was used before; the button makes new data.')

module.exports = { PhoneService, phoneOf }
