'use strict'

// From the data of the button to the user's phone number. 由手机号按钮的数据得到用户手机号。

const WXBizDataCrypt = require('wxbizdatacrypt-native')
const { HttpError } = require('./errors')
const { MAX_AGE } = require('./sessions')
const { APP_ID } = require('./wechat')

/**
 * The session keys come from the store and never from the client, who could encrypt any number with its own.
 * session_key 只能从服务端取，不能由客户端传入，否则任何人都能伪造手机号。
 *
 * @param {import('./sessions').Sessions} sessions
 * @param {string} openid who is logged in: never taken from decrypted data. 取自登录状态，而不是解密结果
 * @param {any} encryptedData
 * @param {any} iv
 */
async function decryptPhone(sessions, openid, encryptedData, iv) {
  // Looked up before decrypting, so that data which was used before costs no decryption and no time to tell it by.
  // 解密之前先查：用过的数据不再解密，也无法通过耗时来判断。
  const replayKey = WXBizDataCrypt.replayKey(encryptedData)
  const [[current, ...previous], wasUsed] = await Promise.all([
    sessions.sessionKeys(openid),
    sessions.wasUsed(replayKey)
  ])
  if (current === undefined) throw new HttpError(401, 'no-session-key', 'The session key has expired.')
  if (wasUsed) throw replayed()

  const pc = new WXBizDataCrypt(APP_ID, [current, ...previous])
  /** @type {{ phoneNumber?: unknown }} */
  const data = pc.decryptData(encryptedData, iv, { maxAge: MAX_AGE })
  const phone = phoneOf(data)

  // Set afterwards, in one step: of equal posts at the same time one succeeds.
  // 解密成功后再原子写入：同时提交多次，只有一次成功。
  if (!(await sessions.use(replayKey))) throw replayed()
  return phone
}

/**
 * `phoneNumber` has the country code of numbers abroad. `purePhoneNumber` never has it, so that numbers of two
 * countries can be equal: it must not identify an account.
 * phoneNumber 对境外号码带区号；purePhoneNumber 不带，不同国家/地区的号码可能相同，不能作为账号标识。
 *
 * @param {{ phoneNumber?: unknown }} data
 */
function phoneOf({ phoneNumber }) {
  if (typeof phoneNumber === 'string' && phoneNumber !== '') return phoneNumber
  throw new HttpError(400, 'no-phone-number', 'The data has no phone number: it comes from another API.')
}

const replayed = () => new HttpError(400, 'replay', 'The data was used before; the button makes new data.')

module.exports = { decryptPhone, phoneOf }
