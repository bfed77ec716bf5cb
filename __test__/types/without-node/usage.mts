// The types in a project without @types/node and without the DOM: they need neither.

import WXBizDataCrypt, { AlipayDataCrypt, isDecryptError } from 'wxbizdatacrypt-native'

const bytes = new Uint8Array(16)
export const phone = new WXBizDataCrypt('wx', bytes).decryptData<WXBizDataCrypt.PhoneNumber>(
  bytes,
  bytes.buffer
)
export const { mobile } = new AlipayDataCrypt({ aesKey: '', alipayPublicKey: bytes }).decryptData(bytes)
export const reasonOf = (error: unknown) => (isDecryptError(error) ? error.reason : undefined)
