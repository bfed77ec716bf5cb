// The public types, written by hand, and the reference.

/**
 * Decrypts and checks the open data of WeChat mini programs: `encryptedData` and `iv` from
 * `wx.getUserInfo`, the phone number button, `wx.getWeRunData` and similar APIs. A drop-in replacement for
 * the class in Tencent's sample, `WXBizDataCrypt.js`.
 *
 * Source of the rules: WeChat's page "Signature verification and encryption/decryption of open data".
 */
declare class WXBizDataCrypt {
  /**
   * The app id of the mini program, which the watermark of every open data must name.
   * Read at every call, so it may be changed.
   */
  appId: string

  /**
   * The session key, or several. Read at every call, so it may be changed.
   * `console.log`, `util.inspect` and `JSON.stringify` show `[redacted]` in its place.
   */
  sessionKey: WXBizDataCrypt.SessionKey

  /**
   * @param appId the app id of the mini program, such as `wx4f4bc4dec97d474b`
   * @param sessionKey what `code2Session` answered: 16 bytes as base64 text (24 characters) or as bytes.
   *   From a list, the first key that fits is used, and `undefined`, `null` and `''` are skipped. Keep the
   *   previous key beside the current one, because every `wx.login` in the client may rotate it. Nothing
   *   is checked before `decryptData`.
   *
   * @example
   * ```js
   * const WXBizDataCrypt = require('wxbizdatacrypt-native')
   *
   * const appId = 'wx4f4bc4dec97d474b'
   * const previous = 'tiihtNczf5v6AKRyjwEUhQ=='
   * const current = 'HyVFkGl5F5OQWJZZaNzBBg=='
   *
   * const { encryptedData, iv } = new WXBizDataCrypt(appId, previous).encryptData({ step: 1 })
   * new WXBizDataCrypt(appId, [current, previous]).decryptData(encryptedData, iv).step //=> 1
   * ```
   */
  constructor(appId: string, sessionKey: WXBizDataCrypt.SessionKey)

  /**
   * Decrypts (AES-128-CBC, PKCS#7), parses the JSON and checks that the watermark names `appId`.
   * What Tencent's sample returns, this returns, with the same keys in the same order.
   *
   * @param encryptedData base64 text as the client got it, of 16, 32, 48 … bytes and at most 32 KiB; or the
   *   bytes
   * @param iv base64 text of 16 bytes from the same callback as `encryptedData`; or the bytes
   * @param options `maxAge`: how old the data may be, in seconds; `openId`: the user that it must be about
   * @returns the decrypted object. `T` is your statement about which API the data comes from: the watermark
   *   is checked, the properties are not.
   * @throws {WXBizDataCrypt.WXBizDataCryptError} whose message is always `Illegal Buffer`, as in the
   *   sample; `cause`, `reason` and `hint` say why, for the log. Every rejection that depends on the plaintext has
   *   the same `code` and takes the same time for the same length of data.
   * @throws {WXBizDataCrypt.InvalidArgumentError} for an argument of a wrong type and for an unknown option
   *
   * @example
   * ```js
   * const WXBizDataCrypt = require('wxbizdatacrypt-native')
   *
   * const pc = new WXBizDataCrypt('wx4f4bc4dec97d474b', 'tiihtNczf5v6AKRyjwEUhQ==')
   * const { encryptedData, iv } = pc.encryptData({ phoneNumber: '13580006666', countryCode: '86' })
   *
   * pc.decryptData(encryptedData, iv, { maxAge: 300 }).countryCode //=> '86'
   *
   * try {
   *   pc.decryptData(encryptedData, 'AAAA')
   * } catch (error) {
   *   error.message //=> 'Illegal Buffer'
   *   error.code //=> 'ERR_ILLEGAL_IV'
   *   error.errcode //=> -41002
   *   error.reason //=> 'iv-length'
   * }
   * ```
   */
  decryptData<T extends object = Record<string, unknown>>(
    encryptedData: WXBizDataCrypt.Base64,
    iv: WXBizDataCrypt.Base64,
    options?: WXBizDataCrypt.DecryptOptions
  ): WXBizDataCrypt.OpenData<T>

  /**
   * Encrypts as WeChat does, so that you can test your own handlers: with a random iv, with the first of
   * several session keys, and, where the object has no watermark, with one of this app and this second.
   *
   * @param object a plain object: no array, promise, Map, Date or instance of another class
   * @param options `timestamp`: the time for that watermark, in seconds since 1970
   * @returns base64 text: `encryptedData`, and `iv` of 16 bytes (24 characters)
   * @throws {WXBizDataCrypt.WXBizDataCryptError} `ERR_ILLEGAL_AES_KEY`
   * @throws {WXBizDataCrypt.InvalidArgumentError}
   *
   * @example
   * ```js
   * const WXBizDataCrypt = require('wxbizdatacrypt-native')
   *
   * const pc = new WXBizDataCrypt('wx4f4bc4dec97d474b', 'tiihtNczf5v6AKRyjwEUhQ==')
   * const { encryptedData, iv } = pc.encryptData({ openGId: 'tGZUI0egBJY1zhBYw2KhdUfwVJJE' })
   * iv.length //=> 24
   * pc.decryptData(encryptedData, iv).watermark.appid //=> 'wx4f4bc4dec97d474b'
   * ```
   */
  encryptData<T extends object>(
    object: WXBizDataCrypt.PlainObject<T>,
    options?: WXBizDataCrypt.EncryptOptions
  ): WXBizDataCrypt.EncryptedData
}

declare namespace WXBizDataCrypt {
  export { WXBizDataCrypt, WXBizDataCrypt as default }

  /**
   * Base64 text, read as Node's `Buffer` reads it (white space is skipped, URL-safe characters and missing
   * padding are accepted), or the bytes themselves.
   */
  export type Base64 = string | Uint8Array | ArrayBufferLike | readonly number[]

  /**
   * One session key of 16 bytes, or several to be tried in turn, of which at least one must be there. An
   * array of numbers is one key.
   */
  export type SessionKey =
    | OneSessionKey
    | readonly [OneSessionKey, ...MaybeSessionKey[]]
    | readonly [MaybeSessionKey, OneSessionKey, ...MaybeSessionKey[]]
    | ListWith<string, MaybeSessionKey>
    | ListWith<Uint8Array, MaybeSessionKey>
    | ListWith<number, number>

  type OneSessionKey = string | Uint8Array | ArrayBufferLike
  type MaybeSessionKey = OneSessionKey | null | undefined

  // Not `[]`, an array of never, which cannot be searched for a key.
  type ListWith<Key, Element> = readonly Element[] & { readonly indexOf: (key: Key) => number }

  /** An option that is unknown, or of a wrong type, is an {@link InvalidArgumentError}. */
  export type DecryptOptions = DecryptOptionsWithoutAge & {
    /**
     * How old the data may be by `watermark.timestamp`, in seconds: `300` is five minutes. Milliseconds are a
     * mistake that no error reports: `300_000` accepts data of three days. Data without a timestamp is rejected, and
     * so is data from more than 60 seconds in the future. Without `maxAge` the age is not checked.
     */
    maxAge?: number | undefined
  }

  /** The options on platforms that document no timestamp in seconds. */
  export type DecryptOptionsWithoutAge =
    | { openId?: never }
    | {
        /**
         * The open id of the logged-in user, from `code2Session`. Data whose `openId` is missing or another is
         * rejected; phone numbers, steps and the data of `wx.getUserProfile` have none. `undefined` is an error rather
         * than no check.
         */
        openId: string
      }

  /** `T`, unless it is an array, a promise, a Map, a Set, a Date, a RegExp, an Error, bytes or a function. */
  export type PlainObject<T extends object> = T extends
    | readonly unknown[]
    | PromiseLike<unknown>
    | ReadonlyMap<unknown, unknown>
    | ReadonlySet<unknown>
    | Date
    | RegExp
    | Error
    | ArrayBufferLike
    | ArrayBufferView
    | ((...args: never[]) => unknown)
    ? never
    : T

  export interface EncryptOptions {
    /** The time for the watermark, in seconds since 1970; now if missing. For tests of `maxAge`. */
    timestamp?: number | undefined
  }

  /** What the client sends: base64 text. */
  export interface EncryptedData {
    encryptedData: string
    iv: string
  }

  // ── What decrypts to what ──
  // By WeChat's reference pages; every object may gain fields.

  /** Whose the data is and when it was made. */
  export interface Watermark {
    /** The app id of the mini program. */
    appid: string
    /** When the data was made, in seconds since 1970. */
    timestamp: number
  }

  /** `T` with the watermark that every open data carries. */
  export type OpenData<T extends object = Record<string, unknown>> = T & { watermark: Watermark }

  /** `<button open-type="getPhoneNumber">`. */
  export interface PhoneNumber {
    /** With the country code, unless it is a number of mainland China. */
    phoneNumber: string
    /** Without the country code, so that numbers of two countries may be equal: no key for an account by itself. */
    purePhoneNumber: string
    /** Such as `86`. */
    countryCode: string
  }

  /** `wx.getUserProfile`: names no user, so the option `openId` rejects it. */
  export interface UserProfile {
    nickName: string
    /** 0 unknown, 1 male, 2 female. */
    gender: 0 | 1 | 2
    language?: string
    city: string
    province: string
    country: string
    avatarUrl: string
  }

  /** `wx.getUserInfo`. */
  export interface UserInfo extends UserProfile {
    openId?: string
    /** Only for apps that are bound to an account of the WeChat Open Platform. */
    unionId?: string
  }

  /** `wx.getWeRunData`: the last 31 days. */
  export interface WeRunData {
    stepInfoList: WeRunStep[]
  }

  export interface WeRunStep {
    /** The day, in seconds since 1970. */
    timestamp: number
    step: number
  }

  /** `wx.getShareInfo`: `openGId` of a group chat, `msgTicket` of a private message. */
  export interface ShareInfo {
    openGId?: string
    msgTicket?: string
  }

  /** `wx.getGroupEnterInfo`. */
  export interface GroupEnterInfo {
    /** Of a group chat; all lower case, unlike `openGId` of `ShareInfo`. */
    opengid?: string
    /** Of a chat of two. */
    open_single_roomid?: string
    /** The user's id in this chat. */
    group_openid?: string
    chat_type?: 1 | 2 | 3 | 4
  }

  /** `wx.getChatToolInfo`. */
  export interface ChatToolInfo extends GroupEnterInfo {}

  /** WeCom, `wx.qy.getMobile`. */
  export interface Mobile {
    mobile: string
  }

  /** WeCom, `wx.qy.getEmail`. */
  export interface Email {
    email: string
  }

  /** WeCom, `wx.qy.getEnterpriseUserInfo`. */
  export interface EnterpriseUserInfo {
    corpid: string
    userid: string
    name: string
    gender: number | string
  }

  // ── Errors ──
  // What an error shows of itself (message, enumerable properties) depends on lengths only: a client may see it.

  /**
   * What every error has that this package throws because of a value. None of it is enumerable. In the package,
   * docs/api.md has a section for each code, and docs/diagnose.md leads from an error text to the cause.
   */
  export interface ErrorDetails<Reason extends string> {
    /** Why, for programs. */
    reason: Reason
    /** Why and what to do, for the log of the server. Holds no key and no data. */
    hint: string
    /** `hint` in Chinese. */
    hintZh: string
    /** What `console.error`, pino, winston and Sentry print; no framework sends it to a client. */
    cause: { readonly message: string; readonly reason: Reason; readonly hintZh: string }
    /** The argument that is wrong, such as `iv` or `options.maxAge`, if it is one. */
    argument?: string
    /**
     * 400 if the client's values are to blame: encrypted data, iv, message, and everything that depends on them.
     * Missing if the server's are: app id, session key, options, configuration. Express, Koa and Fastify answer with it.
     */
    status?: 400
    /** The same as `status`. */
    statusCode?: 400
    /** Set with `status`. Tells http-errors and NestJS that the message need not be shown. */
    expose?: false
  }

  /**
   * Each `code` of a rejection, with the number that Tencent's PHP and C++ samples give it. What depends on the
   * plaintext has one code, `ERR_ILLEGAL_BUFFER`, so that it cannot be learned by trial; usually the session key was
   * rotated.
   */
  export interface WXBizDataCryptErrcodes {
    // <!-- generated: error-codes -->
    /** The session key is not 16 bytes once decoded from base64. Check what the session store returns: it must be the session_key of this user, unchanged. */
    ERR_ILLEGAL_AES_KEY: -41001
    /** The iv is not 16 bytes once decoded from base64. Send the iv from the same callback as the data, and look for a + that became a space. */
    ERR_ILLEGAL_IV: -41002
    /** The encrypted data is empty, not whole blocks of 16 bytes, or longer than 32 KiB once decoded from base64. Look for text that is cut off and for a + that became a space. */
    ERR_DECODE_BASE64: -41004
    ERR_ILLEGAL_BUFFER: -41003
    // <!-- end -->
  }

  export type WXBizDataCryptErrorCode = keyof WXBizDataCryptErrcodes

  /** Each `reason` of a rejection, with its code. */
  export interface WXBizDataCryptReasons {
    // <!-- generated: error-reasons -->
    /** The session key is not 16 bytes once decoded from base64. Check what the session store returns: it must be the session_key of this user, unchanged. */
    'session-key-length': 'ERR_ILLEGAL_AES_KEY'
    /** The iv is not 16 bytes once decoded from base64. Send the iv from the same callback as the data, and look for a + that became a space. */
    'iv-length': 'ERR_ILLEGAL_IV'
    /** The encrypted data is empty, not whole blocks of 16 bytes, or longer than 32 KiB once decoded from base64. Look for text that is cut off and for a + that became a space. */
    'data-length': 'ERR_DECODE_BASE64'
    /** The data does not decrypt to JSON. Usually the session key was rotated after the data was made: call wx.login before the user presses the button, keep the last two keys and pass [current, previous]. */
    undecryptable: 'ERR_ILLEGAL_BUFFER'
    /** The data decrypts, but its watermark is missing or names another app. Use the app id of the mini program that the data was made in. */
    watermark: 'ERR_ILLEGAL_BUFFER'
    /** The data decrypts, but its openId is missing or is not the expected one. Phone numbers and steps name no user; otherwise check that the session belongs to the user who sent the request. */
    'open-id': 'ERR_ILLEGAL_BUFFER'
    /** The data decrypts, but its watermark has no timestamp, is older than maxAge (in seconds), or is from the future. Ask the client for fresh data, and check the clock of the server. */
    expired: 'ERR_ILLEGAL_BUFFER'
    // <!-- end -->
  }

  export type WXBizDataCryptReason = keyof WXBizDataCryptReasons

  interface Rejection<Reason extends WXBizDataCryptReason> extends Error, ErrorDetails<Reason> {
    message: 'Illegal Buffer'
    /** For programs. Depends on lengths only, so a client may see it. */
    code: WXBizDataCryptReasons[Reason]
    errcode: WXBizDataCryptErrcodes[WXBizDataCryptReasons[Reason]]
    cause: ErrorDetails<Reason>['cause']
  }

  /**
   * What `decryptData`, `encryptData`, `openCloudData` and `replayKey` throw for data that they reject. It is a plain
   * `Error`, as in the sample: recognise it by {@link isDecryptError}. It holds no key, plaintext or ciphertext.
   */
  export type WXBizDataCryptError = {
    [Reason in WXBizDataCryptReason]: Rejection<Reason>
  }[WXBizDataCryptReason]

  /** An argument of a wrong type, or an unknown option. The message names it and does not show its value. */
  export interface InvalidArgumentError extends TypeError, ErrorDetails<'argument'> {
    code: 'ERR_INVALID_ARG_TYPE'
    cause: ErrorDetails<'argument'>['cause']
    argument: string
  }

  /** What `openCloudData` throws if WeChat's server has answered with an error. */
  export interface WeChatAnswerError extends Error, ErrorDetails<'wechat-answer'> {
    code: 'ERR_WECHAT_ANSWER'
    /** WeChat's own number, such as 40001 or 40029. */
    errcode: number
    cause: ErrorDetails<'wechat-answer'>['cause']
  }

  /** Every error that this package throws because of a value. */
  export type DecryptError = WXBizDataCryptError | InvalidArgumentError | WeChatAnswerError | AlipayDataError

  /**
   * Whether `error` is one that this package throws because of a value. `code` and `reason` then say which.
   *
   * @example
   * ```js
   * const WXBizDataCrypt = require('wxbizdatacrypt-native')
   *
   * try {
   *   new WXBizDataCrypt('wx4f4bc4dec97d474b', 'tiihtNczf5v6AKRyjwEUhQ==').decryptData('AAAA', 'AAAA')
   * } catch (error) {
   *   WXBizDataCrypt.isDecryptError(error) //=> true
   *   error.reason //=> 'iv-length'
   *   error.status //=> 400
   * }
   * ```
   */
  export function isDecryptError(error: unknown): error is DecryptError

  // ── Signatures and cloudID ──

  /**
   * Whether `signature` is the SHA-1 of `rawData` + session key, as `wx.getUserInfo` gives it. The key
   * counts as its base64 text, undecoded. Compares in constant time; `false` for anything that is not a
   * SHA-1 in hex.
   *
   * @param rawData the text as the client got it: parsed and re-serialised, its signature fails
   * @param sessionKey base64 text; of several, any may fit
   * @throws {InvalidArgumentError} for `rawData` or `sessionKey` of a wrong type
   *
   * @example
   * ```js
   * const { verifySignature } = require('wxbizdatacrypt-native')
   *
   * const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
   * verifySignature('{"nickName":"Band"}', sessionKey, '0'.repeat(40)) //=> false
   * ```
   */
  export function verifySignature(
    rawData: string | ArrayBufferView,
    sessionKey: string | readonly string[],
    signature: string
  ): boolean

  /**
   * HMAC-SHA-256 of the body of a request to WeChat's server, the `signature` that `checkSessionKey`,
   * `resetUserSessionKey` and `getUserEncryptKey` want. The key counts as its base64 text, undecoded.
   *
   * @param body the body exactly as it is sent; `''` for GET
   * @returns 64 lower-case hex digits
   * @throws {InvalidArgumentError}
   *
   * @example
   * ```js
   * const { sessionSignature } = require('wxbizdatacrypt-native')
   *
   * sessionSignature('{"foo":"bar"}', 'o0q0otL8aEzpcZL/FT9WsQ==')
   * //=> '654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b'
   * ```
   */
  export function sessionSignature(body: string | ArrayBufferView, sessionKey: string): string

  /** What a cloud function gets in its event for a `cloudID`, and `json` of `getopendata` once parsed. */
  export interface CloudData<T extends object = Record<string, unknown>> {
    cloudID: string
    data: OpenData<T>
  }

  /**
   * The data that WeChat's server has decrypted for yours, once its watermark is checked by the same rules
   * as in `decryptData`: what a cloud function gets for a `cloudID`, one `json` of `getopendata`, or the
   * answer of `getuserphonenumber`. A cloudID itself cannot be decrypted.
   *
   * Only for what your server got from WeChat, never for what a client posted, not even a cloud function's
   * event that has `data` without its `cloudID`: a watermark is no signature, anyone can write one.
   *
   * @param value `{ cloudID, data }` or `{ errcode, phone_info }`, or its JSON text
   * @throws {WeChatAnswerError} if WeChat has answered with an error
   * @throws {WXBizDataCryptError} `ERR_ILLEGAL_BUFFER`; `reason` is `undecryptable` if there is no data (`hint` says
   *   what to pass), or `watermark`, `open-id`, `expired`
   * @throws {InvalidArgumentError}
   *
   * @example
   * ```js
   * const { openCloudData } = require('wxbizdatacrypt-native')
   *
   * const appId = 'wx4f4bc4dec97d474b'
   * const event = {
   *   cloudID: '35_0123456789',
   *   data: { phoneNumber: '13580006666', watermark: { appid: appId, timestamp: 1603641700 } }
   * }
   * openCloudData(event, appId).phoneNumber //=> '13580006666'
   * ```
   */
  export function openCloudData<T extends object = Record<string, unknown>>(
    value: string | object,
    appId: string,
    options?: DecryptOptions
  ): OpenData<T>

  /**
   * The key under which a server remembers that data was used: SHA-256, in hex, of the last two blocks of the decoded
   * data. Leading blocks can be dropped or replaced, and base64 can be written in many ways, without changing it. Look
   * it up before `decryptData`, and set it afterwards, only if it is not set (Redis: `SET key 1 NX EX 600`).
   *
   * @param encryptedData as for `decryptData`
   * @returns 64 lower-case hex digits
   * @throws {WXBizDataCryptError} `ERR_DECODE_BASE64`
   * @throws {InvalidArgumentError}
   *
   * @example
   * ```js
   * const { replayKey } = require('wxbizdatacrypt-native')
   *
   * replayKey('AAAAAAAAAAAAAAAAAAAAAA==') === replayKey('AAAAAAAAAAAAAAAAAAAAAA') //=> true
   * ```
   */
  export function replayKey(encryptedData: Base64): string

  /**
   * What decrypts: the native addon, or WebAssembly, because no addon loads or the environment variable
   * `WXBIZDATACRYPT_WASM` is `1`. Results and errors are the same.
   */
  export const backend: 'native' | 'wasm'

  // ── Other platforms ──
  // docs/platforms.md says what each accepts and returns, and by which document.

  /** What the classes of the other platforms share with {@link WXBizDataCrypt}. */
  class PlatformDataCrypt<Marked extends object, Decrypt = DecryptOptions, Encrypt = EncryptOptions> {
    /** Read at every call, so it may be changed. */
    appId: string
    /** Read at every call; shown as `[redacted]`. */
    sessionKey: SessionKey
    /**
     * @param appId the app id that the data must name
     * @param sessionKey of this user, or several, of which the first that fits is used
     */
    constructor(appId: string, sessionKey: SessionKey)
    /**
     * As {@link WXBizDataCrypt.decryptData}, by the platform's rule: with the same errors.
     *
     * @throws {WXBizDataCryptError}
     * @throws {InvalidArgumentError}
     */
    decryptData<T extends object = Record<string, unknown>>(
      encryptedData: Base64,
      iv: Base64,
      options?: Decrypt
    ): T & Marked
    /** As {@link WXBizDataCrypt.encryptData}, by the platform's rule. */
    encryptData<T extends object>(object: PlainObject<T>, options?: Encrypt): EncryptedData
  }

  /** Of a platform that documents a signature. */
  class SigningDataCrypt<Marked extends object, Decrypt = DecryptOptions> extends PlatformDataCrypt<
    Marked,
    Decrypt
  > {
    /**
     * Whether `signature` is the one that the platform gives beside `rawData`, as {@link verifySignature}, which is for
     * WeChat.
     */
    static verifySignature: typeof verifySignature
  }

  /** The option of a constructor for a platform that documents no watermark. */
  export interface WatermarkOptions {
    /** Default `'required'`. */
    watermark?: 'required' | 'optional'
  }

  type NoOptions = Record<string, never>
  type Mark<AppId extends string> = { watermark: { [Name in AppId]: string } & { timestamp: number } }
  type MarkWithoutAge = { watermark: { appid: string } }

  // <!-- generated: platforms -->
  /**
   * QQ. The same rules as WeChat. The signature printed in QQ's document is WeChat's, for other data.
   *
   * @see https://q.qq.com/wiki/develop/game/frame/open-ability/signature.html
   */
  export class QQDataCrypt extends SigningDataCrypt<Mark<'appid'>> {}

  /**
   * Douyin (ByteDance). The unit of `watermark.timestamp` is not documented, so there is no `maxAge`.
   *
   * @see https://developer.open-douyin.com/docs/resource/zh-CN/mini-app/develop/tutorial/basic-ability/sensitive-data-process
   */
  export class DouyinDataCrypt extends SigningDataCrypt<MarkWithoutAge, DecryptOptionsWithoutAge> {}

  /**
   * Kuaishou. No watermark is documented. Data without one is rejected, unless the constructor gets `{ watermark:
   * 'optional' }`; then only the session key says which app the data is for. A watermark that is present must name
   * the app in any case. There is no `maxAge`.
   *
   * @see https://mp.kuaishou.com/docs/develop/functionAccessGuide/thirdPartyLogin
   */
  export class KuaishouDataCrypt extends SigningDataCrypt<Partial<MarkWithoutAge>, DecryptOptionsWithoutAge> {
    /**
     * @param options `watermark: 'optional'` accepts data without a watermark. Only the session key then says which app
     *   the data is for, and changed data is noticed less often.
     */
    constructor(appId: string, sessionKey: SessionKey, options?: WatermarkOptions)
    /** Whether the watermark must be present. Read at every call. */
    watermark: 'required' | 'optional'
  }

  /**
   * Xiaohongshu. The watermark says `appId`, and so does the result. "24 字节" in the document is the length of the
   * key as text.
   *
   * @see https://miniapp.xiaohongshu.com/doc/DC591932
   */
  export class XiaohongshuDataCrypt extends SigningDataCrypt<Mark<'appId'>> {}

  /**
   * Feishu, Lark gadgets. The document says base64 for key and iv; its own sample and vector are hex.
   * `watermark.appid` is an integer above 2^53, which JavaScript would round: its digits are compared, and the
   * result has them as a string. The console shows an app id `cli_…`; pass the digits, which the watermark has.
   *
   * @see https://open.larksuite.com
   */
  export class FeishuDataCrypt extends SigningDataCrypt<Mark<'appid'>> {}

  /**
   * Baidu smart programs. `appId` is the App Key, with which the plaintext ends. AES-192-CBC, padded to blocks of 32
   * bytes. There is no watermark, so there is no `maxAge`. The option `openId` is compared with `openid`.
   *
   * @see https://www.w3cschool.cn/baiduapp/baiduapp-sdui39st.html
   */
  export class BaiduDataCrypt extends PlatformDataCrypt<object, DecryptOptionsWithoutAge, NoOptions> {}

  // <!-- end -->

  /** Feishu, `tt.getUserInfo`. */
  export interface FeishuUserInfo {
    openId: string
    unionId: string
  }

  /** Baidu, `swan.getUserInfo`. */
  export interface BaiduUserInfo {
    openid: string
    nickname: string
    headimgurl: string
    sex: number
  }

  // ── Diagnosis ──

  /** The arguments of a class, or of `verifySignature`, in any state: missing, damaged, of a wrong type. */
  export interface DiagnoseInput {
    /** The class in use, such as `'FeishuDataCrypt'`. Without it, the platform is inferred from the values. */
    platform?: unknown
    appId?: unknown
    /** Or an array of several. */
    sessionKey?: unknown
    encryptedData?: unknown
    iv?: unknown
    /** In seconds, as the option of `decryptData`. */
    maxAge?: unknown
    /** The open id of the logged-in user, as the option of `decryptData`. */
    openId?: unknown
    /** `'optional'`, as the option of `KuaishouDataCrypt`. */
    watermark?: unknown
    /** The signature of `rawData` is examined, too, with or without encrypted data. */
    rawData?: unknown
    signature?: unknown
    /** What else the client or code2Session sent. */
    errMsg?: unknown
    errcode?: unknown
    cloudID?: unknown
    code?: unknown
    response?: unknown
    sign?: unknown
    /** For Alipay: the message and the configuration of `AlipayDataCrypt`. */
    message?: unknown
    aesKey?: unknown
    alipayPublicKey?: unknown
    signType?: unknown
    /** What alipay-sdk calls `aesKey`. */
    encryptKey?: unknown
    /** Adds `data` and `corrected`, which are personal data and keys, to the result. Default: `false`. */
    showData?: boolean | undefined
  }

  /** The causes that `diagnose` tells apart: docs/diagnose.md explains each. Stable; new ones may be added. */
  // biome-ignore format: too many for a line each
  export type DiagnosisReason =
    // <!-- generated: reasons -->
    | 'ok' | 'missing-argument' | 'wrong-argument-type' | 'user-declined' | 'client-error' | 'phone-number-code'
    | 'cloud-id' | 'cloud-data' | 'code2session-error' | 'pushed-message' | 'pay-callback' | 'douyin-flow'
    | 'other-platform' | 'wrong-argument-order' | 'unparsed-json' | 'stray-quotes' | 'html-escaped' | 'url-encoded'
    | 'plus-became-space' | 'escaped-slashes' | 'line-breaks' | 'full-width' | 'changed-case' | 'bytes-as-text'
    | 'surrounded' | 'hex-encoded' | 'base64-encoded' | 'double-base64' | 'truncated' | 'data-too-long'
    | 'corrupted' | 'not-a-session-key' | 'session-key-length' | 'iv-length' | 'iv-mismatch'
    | 'session-key-mismatch' | 'invalid-plaintext' | 'not-json' | 'no-watermark' | 'app-id-mismatch'
    | 'app-id-misspelled' | 'no-open-id' | 'open-id-mismatch' | 'expired' | 'signature-mismatch' | 'alipay-error'
    | 'alipay-key' | 'alipay-message' | 'alipay-algorithm' | 'alipay-rejected'
  // <!-- end -->

  /** The API that data is of, by its fields. */
  // biome-ignore format: too many for a line each
  export type DataKind =
    | 'phone-number' | 'user-info' | 'steps' | 'share-info' | 'group-info' | 'mobile' | 'email'
    | 'enterprise-user-info' | 'other'

  /** What `reason` is about, for programs. Each reason has some of these; new ones may be added. */
  export interface DiagnosisFound {
    /** `other-platform`: the class for these values. */
    class?: string
    /** `wrong-argument-order`: where each value belongs, such as `'iv → sessionKey'`. */
    order?: string[]
    /** The length in bytes once decoded. */
    length?: number
    /** The field of the plaintext or of the input that is wrong. */
    field?: string
    /** The app id in the data. */
    appId?: string
    /** `not-a-session-key`: `'app-secret'`, `'login-code'`, `'encoding-aes-key'`, `'open-id'`, `'access-token'`, `'token'`. */
    looksLike?: string
    /** `signature-mismatch`: what makes the signature fit once it is undone; `changes` if there are several. */
    change?: string
    changes?: string[]
    /** `alipay-error`, `code2session-error`: the number of the error. */
    code?: string
    subCode?: string | null
    /** `alipay-error`: whether the error is signed. */
    isSigned?: boolean
    /** `alipay-key`, `alipay-message`: what is wrong, such as `'file-path'`. */
    problem?: string
    /** `expired`: seconds since the timestamp. */
    age?: number
    [name: string]: unknown
  }

  /** One thing that is wrong. */
  export interface Finding {
    reason: DiagnosisReason
    /** The names of the values that `reason` is about. */
    inputs: string[]
    /** What is wrong and what to do. */
    hint: string
    /** `hint` in Chinese. */
    hintZh: string
  }

  /** What is wrong first: the first of `steps`, or else `cause`. */
  export interface Diagnosis extends Finding {
    /** Nothing is wrong: the class accepts the values as they are, and the signature fits if there is one. */
    ok: boolean
    /** The class by whose rules the values were examined: as given, else inferred. `null` for an unknown name. */
    platform: string | null
    /** The `code` of the error that `decryptData` throws; `null` if it throws none. */
    code: WXBizDataCryptErrorCode | AlipayDataErrorCode | 'ERR_INVALID_ARG_TYPE' | null
    /** What `reason` is about, for programs. */
    found: DiagnosisFound
    /** Proved: the values are accepted once corrected. */
    repairable: boolean
    /** The changes in the order in which they were undone. */
    steps: Finding[]
    /** What is left once they are undone; `null` if the values are accepted then. */
    cause: Finding | null
    /** What else is wrong, once `reason` is corrected. */
    next: DiagnosisReason | null
    /** The app id in the data, if it is not `appId`. */
    foundAppId: string | null
    /** Which API the data is of; `null` if it does not decrypt. */
    kind: DataKind | null
    /** With `showData`, if the data decrypts, perhaps after a correction. */
    data?: unknown
    /** With `showData`, if `repairable`: the values as they should be. */
    corrected?: { [name: string]: unknown }
  }

  /**
   * Says why data does not decrypt and what to do, in English and Chinese. It is for a person at a terminal
   * or a log that only people read: never send the result to a client, because it helps to forge data. It is
   * much slower than `decryptData`.
   *
   * The result contains no key and no personal data, unless `showData` is set.
   *
   * @throws {InvalidArgumentError} if `input` is not an object; it never throws anything else
   *
   * @example
   * ```js
   * const WXBizDataCrypt = require('wxbizdatacrypt-native')
   *
   * const appId = 'wx4f4bc4dec97d474b'
   * const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
   * const { encryptedData, iv } = new WXBizDataCrypt(appId, sessionKey).encryptData({ step: 1 })
   *
   * const input = { appId, sessionKey: iv, encryptedData, iv: sessionKey }
   * WXBizDataCrypt.diagnose(input).reason //=> 'wrong-argument-order'
   * ```
   */
  export function diagnose(input: DiagnoseInput): Diagnosis

  // ── Alipay ──

  /**
   * What {@link AlipayDataCrypt} needs; read once, in the constructor. Only own properties count, and an
   * unknown one is an error.
   */
  export interface AlipayDataConfig {
    /**
     * The AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes (24 and 32 are accepted as
     * well). An array while a key is being replaced: the first that decrypts a message wins.
     *
     * For a third-party platform: the merchant app's key.
     */
    aesKey: string | readonly string[]
    /**
     * *Alipay's* public key (支付宝公钥), not the app's own: as text, or as what `fs.readFileSync` returns.
     * Bare base64 as the console shows it (SPKI or PKCS#1), PEM, or a PEM certificate
     * (`alipayCertPublicKey_RSA2.crt`; the first one of a chain; dates and issuer are not checked). On one line
     * or wrapped, with LF, CRLF or a literal `\n`. An odd public exponent from 3 to 2³³ − 1. An array while a
     * key is being replaced.
     *
     * For a third-party platform: the third party's.
     */
    alipayPublicKey: string | Uint8Array | ReadonlyArray<string | Uint8Array>
    /**
     * `RSA2` (the default): SHA256withRSA, keys of 2048 to 8192 bits. `RSA`: SHA1withRSA, keys of 1024 to
     * 8192 bits, only for apps that still use it. The message never chooses.
     */
    signType?: 'RSA2' | 'RSA' | undefined
  }

  /**
   * Verifies and decrypts what `my.getPhoneNumber` and similar APIs return in an Alipay mini program.
   *
   * The instance holds the parsed keys: create one per app and use it for every message. It shows no key when
   * it is printed or serialised; AES keys are zeroed once the instance is collected (from Node.js 14.6 on).
   *
   * @example
   * ```js
   * const crypto = require('crypto')
   * const { AlipayDataCrypt } = require('wxbizdatacrypt-native')
   *
   * const aesKey = 'aa4BtZ4tspm2wnXLb1ThQA=='
   * // In your server: from the console, by way of the environment.
   * const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
   * const alipayPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
   * const alipay = new AlipayDataCrypt({ aesKey, alipayPublicKey })
   *
   * // As Alipay makes a message: the signature is over the ciphertext in its double quotes.
   * const cipher = crypto.createCipheriv('aes-128-cbc', Buffer.from(aesKey, 'base64'), Buffer.alloc(16))
   * const plaintext = '{"code":"10000","msg":"Success","mobile":"1597671905"}'
   * const response = cipher.update(plaintext, 'utf8', 'base64') + cipher.final('base64')
   * const sign = crypto.sign('sha256', Buffer.from(`"${response}"`), privateKey).toString('base64')
   *
   * alipay.decryptData({ response, sign })
   * //=> { code: '10000', msg: 'Success', mobile: '1597671905' }
   * ```
   *
   * @see https://opendocs.alipay.com/common/02mse3
   */
  export class AlipayDataCrypt {
    /** @throws {AlipayDataError} `ERR_ALIPAY_CONFIG`; its message says what was given instead of a key. */
    constructor(config: AlipayDataConfig)

    /**
     * Verifies the signature, then decrypts. What is returned was signed by Alipay: a success, which is always
     * encrypted, or an error that Alipay reports (`code` other than `'10000'`). Check `code`, and then the field
     * that you need (`mobile`): an encrypted response of Alipay's OpenAPI gateway is signed with the same key
     * and has the same `code`. The result contains no user, no app and no time: bind it to the session in which
     * it arrived, and keep the `response` of accepted messages if one must not be sent again.
     *
     * @param message `res.response`, as text (best: a plain error is signed as text), as bytes of UTF-8, or
     * parsed; or all of `res`; or `{ encryptedData, sign }` from the button. At most 65,536 characters, or
     * bytes; longer ones are rejected unread. `sign` is base64 of an RSA signature (PKCS#1 v1.5), which has
     * exactly the length of the modulus, over the ciphertext in its double quotes; the ciphertext is base64 of
     * AES-CBC with an iv of 16 zero bytes.
     * @throws {AlipayDataError} with one of {@link AlipayDataErrorCode}.
     */
    decryptData<T extends object = AlipayPhoneNumber>(
      message: string | Uint8Array | object
    ): AlipaySuccess<T> | AlipayBusinessError<T>

    /** The sign type and the number of keys. */
    toJSON(): { signType: 'RSA2' | 'RSA'; aesKeys: number; alipayPublicKeys: number }
  }

  /** The data of `my.getPhoneNumber`. */
  export interface AlipayPhoneNumber {
    /** Empty if the user has no number; `1-1234432112`, with the country code, if it is foreign. */
    mobile: string
  }

  /** The data of `my.getRunData`. */
  export interface AlipayRunData {
    /** Steps. */
    count: number
    /** `YYYY-MM-DD`. */
    countDate: string
  }

  export type AlipaySuccess<T extends object = AlipayPhoneNumber> = {
    code: '10000'
    msg: string
    subCode?: undefined
    subMsg?: undefined
  } & T

  /** An error that Alipay has reported and signed. The properties of `T` are missing, so that it destructures. */
  export type AlipayBusinessError<T extends object = AlipayPhoneNumber> = AlipayErrorAnswer & {
    [Name in keyof T]?: undefined
  }

  export interface AlipayErrorAnswer {
    /**
     * `20000`: Alipay is unavailable. `40001`, `40002`: the app's keys are not configured in the console.
     * `40003`: the user has not agreed. `40006`: the app lacks the product 获取会员手机号. Others may come.
     */
    code: '20000' | '40001' | '40002' | '40003' | '40006' | (string & {})
    msg: string
    /** Such as `isv.invalid-auth-relations`. */
    subCode?: string
    subMsg?: string
  }

  /** An error that anyone may have written, because it is not signed. Strings of at most 256 characters. */
  export interface AlipayUnsignedError {
    /** A number of up to 8 digits, never `10000`. */
    code: string
    msg?: string
    subCode?: string
    subMsg?: string
  }

  /** Each `code` of an {@link AlipayDataError}. */
  export type AlipayDataErrorCode =
    // <!-- generated: alipay-codes -->
    /** The configuration of AlipayDataCrypt is wrong. */
    | 'ERR_ALIPAY_CONFIG'
    /** The Alipay message is not acceptable. */
    | 'ERR_ALIPAY_MESSAGE'
    /** The Alipay message is not signed. */
    | 'ERR_ALIPAY_SIGN_MISSING'
    /** The signature of the Alipay message does not verify. */
    | 'ERR_ALIPAY_SIGN_MISMATCH'
    /** The Alipay message names another algorithm than the configured one. */
    | 'ERR_ALIPAY_ALGORITHM'
    /** The Alipay message is signed but does not decrypt. */
    | 'ERR_ALIPAY_DECRYPT'
    /** The Alipay message is an unsigned error. */
    | 'ERR_ALIPAY_UNSIGNED'
  // <!-- end -->

  /** Each `reason` of an {@link AlipayDataError}: what is wrong with the key, the option or the message. */
  // biome-ignore format: too many for a line each
  export type AlipayDataErrorReason =
    // <!-- generated: alipay-reasons -->
    | 'config-type' | 'unknown-option' | 'no-key' | 'key-type' | 'sign-type-sm2' | 'sign-type-value' | 'empty'
    | 'unset' | 'file-path' | 'not-base64' | 'not-a-key' | 'private-key' | 'aes-key' | 'certificate-request'
    | 'sm2-key' | 'ec-key' | 'other-algorithm' | 'rsa2-bits' | 'rsa-bits' | 'rsa-modulus' | 'rsa-exponent'
    | 'private-key-for-aes-key' | 'public-key-for-aes-key' | 'hex' | 'wrong-length' | 'message-type' | 'too-long'
    | 'unreadable-object' | 'not-json' | 'object-text' | 'url-encoded' | 'html-escaped' | 'nested' | 'duplicate-key'
    | 'not-a-string' | 'no-response' | 'response-type' | 'charset' | 'plain-success' | 'plain-code' | 'sign-type'
    | 'encrypt-type' | 'sign-missing' | 'sign-mismatch' | 'undecryptable' | 'unsigned'
  // <!-- end -->

  /** Thrown by {@link AlipayDataCrypt}. It holds no key and no data. */
  export class AlipayDataError extends Error implements ErrorDetails<AlipayDataErrorReason> {
    private constructor()
    name: 'AlipayDataError'
    /** For programs; a client may see it. */
    code: AlipayDataErrorCode
    reason: AlipayDataErrorReason
    hint: string
    hintZh: string
    cause: ErrorDetails<AlipayDataErrorReason>['cause']
    argument?: string
    status?: 400
    statusCode?: 400
    expose?: false
    /** Only with `ERR_ALIPAY_UNSIGNED`, and not enumerable. Unverified: log it, do not rely on it. */
    response?: AlipayUnsignedError
  }
}

export = WXBizDataCrypt
