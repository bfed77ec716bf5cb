// The types as users of `import` meet them. It is compiled and never run; each `@ts-expect-error` is an
// error that the types must find.

import type {
  AlipayRunData,
  InvalidArgumentError,
  OpenData,
  PhoneNumber,
  UserInfo,
  Watermark,
  WeRunData,
  WXBizDataCryptError,
  WXBizDataCryptErrorCode
} from 'wxbizdatacrypt-native'
import Default, {
  AlipayDataCrypt,
  AlipayDataError,
  diagnose,
  isDecryptError,
  openCloudData,
  replayKey,
  sessionSignature,
  verifySignature,
  WXBizDataCrypt
} from 'wxbizdatacrypt-native'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type IfEqual<A, B> = Equal<A, B> extends true ? [] : ['the types differ', A, B]
function expectType<Expected>() {
  return function check<Actual>(_value: Actual, ..._differ: IfEqual<Actual, Expected>) {}
}

// One class by every name.
const pc: WXBizDataCrypt = new Default('wx4f4bc4dec97d474b', 'tiihtNczf5v6AKRyjwEUhQ==')
const same: Default = new WXBizDataCrypt.WXBizDataCrypt('wx', pc.sessionKey)
new WXBizDataCrypt.default(same.appId, same.sessionKey)

// Session keys in every form.
new WXBizDataCrypt('wx', Buffer.alloc(16))
new WXBizDataCrypt('wx', new Uint8Array(16).buffer)
new WXBizDataCrypt('wx', [1, 2, 3])
new WXBizDataCrypt('wx', ['current', 'previous'] as const)
new WXBizDataCrypt('wx', [Buffer.alloc(16), 'previous', undefined, null])
new WXBizDataCrypt('wx', new Array<string>(2))
// @ts-expect-error a number is no key
new WXBizDataCrypt('wx', 16)
// @ts-expect-error the session may have no key
new WXBizDataCrypt('wx', undefined)
// @ts-expect-error no key
new WXBizDataCrypt('wx', [undefined, undefined])
// @ts-expect-error both are needed
new WXBizDataCrypt('wx')

// What decrypts to what.
const phone = pc.decryptData<PhoneNumber>('data', 'iv')
expectType<string>()(phone.purePhoneNumber)
expectType<Watermark>()(phone.watermark)
expectType<number>()(phone.watermark.timestamp)
// @ts-expect-error no such field
phone.mobile
const kept: PhoneNumber = phone
expectType<OpenData<UserInfo>>()(pc.decryptData<UserInfo>(Buffer.alloc(16), [1, 2], { maxAge: 300 }))
expectType<string | undefined>()(pc.decryptData<UserInfo>('', '').unionId)
expectType<number>()(pc.decryptData<WeRunData>('', '').stepInfoList[0].step)
expectType<unknown>()(pc.decryptData('data', 'iv').nickName)
// @ts-expect-error seconds are a number
pc.decryptData('data', 'iv', { maxAge: '300' })
// @ts-expect-error misspelt
pc.decryptData('data', 'iv', { maxage: 300 })
// @ts-expect-error the iv is needed
pc.decryptData('data')

// Subclasses.
class Session extends WXBizDataCrypt {
  override decryptData<T extends object>(encryptedData: WXBizDataCrypt.Base64, iv: WXBizDataCrypt.Base64) {
    return super.decryptData<T>(encryptedData, iv, { maxAge: 60 })
  }
}
expectType<string>()(new Session('wx', 'key').decryptData<PhoneNumber>('', '').countryCode)

// Errors.
function errcodeOf(error: WXBizDataCryptError) {
  expectType<'Illegal Buffer'>()(error.message)
  if (error.code === 'ERR_ILLEGAL_IV') expectType<-41002>()(error.errcode)
  if (error.errcode === -41001) expectType<'ERR_ILLEGAL_AES_KEY'>()(error.code)
  return error.hint
}
const code: WXBizDataCryptErrorCode = 'ERR_ILLEGAL_BUFFER'
// @ts-expect-error no such code
const misspelt: WXBizDataCryptErrorCode = 'ERR_WATERMARK_MISMATCH'
function reasonOf(error: unknown) {
  if (!isDecryptError(error)) return undefined
  if (error.reason === 'watermark') expectType<'ERR_ILLEGAL_BUFFER'>()(error.code)
  if (error.code === 'ERR_INVALID_ARG_TYPE') {
    expectType<InvalidArgumentError>()(error)
    expectType<'argument'>()(error.reason)
  }
  if (error.code === 'ERR_WECHAT_ANSWER') expectType<number>()(error.errcode)
  if (error.code === 'ERR_ALIPAY_UNSIGNED') expectType<string | undefined>()(error.response?.subMsg)
  expectType<400 | undefined>()(error.status)
  expectType<string>()(error.hint + error.hintZh + error.cause.message)
  return error.reason
}

// Options.
// @ts-expect-error undefined is no check
pc.decryptData('', '', { openId: undefined })
declare const session: { openId?: string; timeout?: number }
// @ts-expect-error the session may have none
pc.decryptData('', '', { maxAge: 300, openId: session.openId })
if (session.openId !== undefined) pc.decryptData('', '', { maxAge: session.timeout, openId: session.openId })

// Only plain objects are encrypted.
pc.encryptData(phone)
pc.encryptData({ a: 1 } as Record<string, unknown>)
// @ts-expect-error an array
pc.encryptData([1])
// @ts-expect-error a promise that was not awaited
pc.encryptData(Promise.resolve({ a: 1 }))
// @ts-expect-error a Map
pc.encryptData(new Map())
// @ts-expect-error a Date
pc.encryptData(new Date())
pc.encryptData({}, { timestamp: 1 })

// Signatures, encryption, cloudID.
expectType<boolean>()(verifySignature('{}', ['current', 'previous'], 'hex'))
expectType<string>()(sessionSignature(Buffer.alloc(0), 'key') + replayKey(Buffer.alloc(16)))
// @ts-expect-error the key counts as text
sessionSignature('', Buffer.alloc(16))
const { encryptedData, iv } = pc.encryptData({ phoneNumber: '1' } satisfies Partial<PhoneNumber>)
expectType<string>()(encryptedData + iv)
expectType<OpenData<PhoneNumber>>()(openCloudData<PhoneNumber>('{}', 'wx', { maxAge: 300 }))

// Diagnosis.
const diagnosis = diagnose({ appId: 'wx', sessionKey: undefined, encryptedData: 1, iv: null })
if (diagnosis.reason === 'plus-became-space') expectType<string>()(diagnosis.hintZh)
// @ts-expect-error no such reason
diagnosis.reason === 'plus-became-a-space'

// Alipay: the caller must look at `code`.
const alipay = new AlipayDataCrypt({ aesKey: ['new', 'old'], alipayPublicKey: Buffer.alloc(1) })
const answer = alipay.decryptData('{}')
const { mobile, code: alipayCode } = answer
expectType<string | undefined>()(mobile)
const alipayCodeText: string = alipayCode
// @ts-expect-error there may be no mobile
answer.mobile.length
if (answer.mobile !== undefined) expectType<string>()(answer.mobile)
else expectType<string | undefined>()(answer.subCode)
const run = alipay.decryptData<AlipayRunData>(Buffer.alloc(1))
if (run.count !== undefined) expectType<number>()(run.count)
// @ts-expect-error SM2 is rejected
new AlipayDataCrypt({ aesKey: '', alipayPublicKey: '', signType: 'SM2' })
// @ts-expect-error the key is needed
new AlipayDataCrypt({ aesKey: '' })

export function explain(error: unknown) {
  if (error instanceof AlipayDataError && error.code === 'ERR_ALIPAY_UNSIGNED') return error.response?.subMsg
  return undefined
}
export { alipayCodeText, code, errcodeOf, kept, misspelt, reasonOf }
