/* Alipay ─────────────────────────────────────────────────────────────────────────────────────────── */

/** What {@link AlipayDataCrypt} needs; read once, in the constructor. Own properties only. */
export interface AlipayDataConfig {
  /**
   * The AES key (接口内容加密方式) from Alipay's console: base64 of 16 bytes; 24 and 32 bytes are taken
   * as well. An array, while a key is being renewed: the first that decrypts a message wins.
   *
   * Of a third-party platform: the merchant app's key.
   */
  aesKey: string | readonly string[]
  /**
   * *Alipay's* public key (支付宝公钥), not the app's own: as text, or as what `fs.readFileSync` returns.
   * Bare base64 as the console shows it (SPKI or PKCS#1), PEM, or a PEM certificate
   * (`alipayCertPublicKey_RSA2.crt`; of a chain, the first counts; dates and issuer are not checked). On
   * one line or wrapped, with LF, CRLF or a literal `\n`. An array, while a key is being renewed.
   *
   * Of a third-party platform: the third party's.
   */
  alipayPublicKey: string | Uint8Array | ReadonlyArray<string | Uint8Array>
  /**
   * `RSA2` (the default): SHA256withRSA, keys of 2048 to 8192 bits. `RSA`: SHA1withRSA, keys of 1024 to
   * 8192 bits, only for apps that still use it. A message can never choose.
   */
  signType?: 'RSA2' | 'RSA'
}

/**
 * Verifies and decrypts what `my.getPhoneNumber` and its kin return in an Alipay mini program.
 *
 * The instance keeps the parsed keys: make one per app and use it for every message. It shows no key when
 * it is printed or serialised; in native memory, AES keys are zeroed once the instance is collected.
 *
 * @example
 * const { AlipayDataCrypt } = require('wxbizdatacrypt-native')
 *
 * const alipay = new AlipayDataCrypt({
 *   aesKey: process.env.ALIPAY_AES_KEY,
 *   alipayPublicKey: process.env.ALIPAY_PUBLIC_KEY
 * })
 * const data = alipay.decryptData(request.body)
 * if (data.code === '10000') console.log(data.mobile) //=> '1597671905'
 *
 * @see https://opendocs.alipay.com/common/02mse3
 */
export class AlipayDataCrypt {
  /** @throws {AlipayDataError} `ERR_ALIPAY_CONFIG`; its message says what was given instead of a key. */
  constructor(config: AlipayDataConfig)

  /**
   * Verifies the signature, then decrypts. What is returned was signed by Alipay: a result, or an error
   * that Alipay reports (`code` other than `'10000'`), so look at `code`. It holds no user, no app and no
   * time: bind it to the session it came in, or it can be sent again.
   *
   * @param message `res.response`, as text (best: a plain answer is signed in its very text), as bytes of
   * UTF-8, or parsed; or all of `res`. The signature is RSA over the ciphertext in its double quotes, the
   * ciphertext base64 of AES-CBC with an iv of 16 zero bytes. Up to 16 MiB.
   * @throws {AlipayDataError} with one of {@link AlipayDataErrorCode}.
   */
  decryptData<T extends object = AlipayPhoneNumber>(
    message: string | Uint8Array | object
  ): AlipaySuccess<T> | AlipayBusinessError

  /** The sign type and the number of keys. */
  toJSON(): { signType: 'RSA2' | 'RSA'; aesKeys: number; alipayPublicKeys: number }
}

/** The data of `my.getPhoneNumber`. */
export interface AlipayPhoneNumber {
  /** Empty if the user has bound no number; `1-1234432112`, with the country code, if it is foreign. */
  mobile: string
}

/** The data of `my.getRunData`. */
export interface AlipayRunData {
  /** Steps. */
  count: number
  /** `YYYY-MM-DD`. */
  countDate: string
}

export type AlipaySuccess<T extends object = AlipayPhoneNumber> = { code: '10000'; msg: string } & T

/** An error that Alipay has reported and signed. */
export interface AlipayBusinessError {
  /**
   * `20000`: Alipay is unavailable. `40001`, `40002`: the app's keys are not configured in the console.
   * `40003`: the user has not agreed. `40006`: the app lacks the product 获取会员手机号. Others may come.
   */
  code: '20000' | '40001' | '40002' | '40003' | '40006'
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

/**
 * - `ERR_ALIPAY_CONFIG`: the constructor was given something else than the keys.
 * - `ERR_ALIPAY_MESSAGE`: the message is in no form that Alipay sends, or holds a key twice.
 * - `ERR_ALIPAY_SIGN_MISSING`: it is not signed.
 * - `ERR_ALIPAY_SIGN_MISMATCH`: it is not signed by the configured public keys.
 * - `ERR_ALIPAY_ALGORITHM`: its `sign_type` or `encrypt_type` is not the configured one.
 * - `ERR_ALIPAY_DECRYPT`: it is signed, but none of the AES keys turns it into a JSON object.
 * - `ERR_ALIPAY_UNSIGNED`: it is a plain error without a signature; see `response`.
 */
export type AlipayDataErrorCode =
  | 'ERR_ALIPAY_CONFIG'
  | 'ERR_ALIPAY_MESSAGE'
  | 'ERR_ALIPAY_SIGN_MISSING'
  | 'ERR_ALIPAY_SIGN_MISMATCH'
  | 'ERR_ALIPAY_ALGORITHM'
  | 'ERR_ALIPAY_DECRYPT'
  | 'ERR_ALIPAY_UNSIGNED'

/** Thrown by {@link AlipayDataCrypt}. Its message is for the log, and holds no key and no data. */
export class AlipayDataError extends Error {
  private constructor()
  name: 'AlipayDataError'
  code: AlipayDataErrorCode
  /** Of `ERR_ALIPAY_UNSIGNED` alone. Show it or log it; do not rely on it. */
  response?: AlipayUnsignedError
}

/* end of Alipay ──────────────────────────────────────────────────────────────────────────────────── */
