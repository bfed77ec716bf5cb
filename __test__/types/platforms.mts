// The types of the other platforms. It is compiled and never run; each `@ts-expect-error` is an error that
// the types must find.

import {
  BaiduDataCrypt,
  type BaiduUserInfo,
  DouyinDataCrypt,
  FeishuDataCrypt,
  type FeishuUserInfo,
  KuaishouDataCrypt,
  type PhoneNumber,
  QQDataCrypt,
  type UserInfo,
  XiaohongshuDataCrypt
} from 'wxbizdatacrypt-native'

const qq: QQDataCrypt = new QQDataCrypt('1', ['current', undefined, 'previous'])
const user: UserInfo = qq.decryptData<UserInfo>('', '', { maxAge: 300, openId: 'o' })
const seconds: number = qq.decryptData('', '').watermark.timestamp
const valid: boolean = QQDataCrypt.verifySignature('{}', 'key', 'hex')
qq.encryptData({ a: 1 }, { timestamp: 1 }).iv.length
// @ts-expect-error a session key is needed
new QQDataCrypt('1')
// @ts-expect-error no such option
qq.decryptData('', '', { maxage: 300 })
// @ts-expect-error an array is no open data
qq.encryptData([1])

const douyin = new DouyinDataCrypt('tt1', new Uint8Array(16))
douyin.decryptData('', '', { openId: 'o' })
// @ts-expect-error the unit of the timestamp is not documented
douyin.decryptData('', '', { maxAge: 300 })

const kuaishou = new KuaishouDataCrypt('ks1', 'key', { watermark: 'optional' })
const appid: string | undefined = kuaishou.decryptData<PhoneNumber>('', '').watermark?.appid
// @ts-expect-error the watermark may be missing
kuaishou.decryptData('', '').watermark.appid
// @ts-expect-error required or optional
new KuaishouDataCrypt('ks1', 'key', { watermark: false })
// @ts-expect-error only Kuaishou has options
new QQDataCrypt('1', 'key', { watermark: 'optional' })

const appId: string = new XiaohongshuDataCrypt('1', 'key').decryptData('', '').watermark.appId
// @ts-expect-error it says appId
new XiaohongshuDataCrypt('1', 'key').decryptData('', '').watermark.appid

const digits: string = new FeishuDataCrypt('1', 'key').decryptData<FeishuUserInfo>('', '').watermark.appid
// @ts-expect-error a number cannot hold it
new FeishuDataCrypt(6648491577574883, 'key')

const baidu = new BaiduDataCrypt('key', 'session key')
const sex: number = baidu.decryptData<BaiduUserInfo>('', '', { openId: 'o' }).sex
// @ts-expect-error there is no watermark
baidu.decryptData<BaiduUserInfo>('', '').watermark
// @ts-expect-error nor a timestamp
baidu.decryptData('', '', { maxAge: 300 })
// @ts-expect-error nor one to be written
baidu.encryptData({}, { timestamp: 1 })
// @ts-expect-error Baidu documents no signature
BaiduDataCrypt.verifySignature('{}', 'key', 'hex')

class Session extends FeishuDataCrypt {
  user = 7
}
const session: FeishuDataCrypt = new Session('1', 'key')

export { appId, appid, digits, seconds, session, sex, user, valid }
