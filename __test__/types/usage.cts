// The types as users of `require` meet them.

import WXBizDataCrypt = require('wxbizdatacrypt-native')

import { type PhoneNumber, verifySignature } from 'wxbizdatacrypt-native'

const { AlipayDataCrypt, diagnose, WXBizDataCrypt: Same } = WXBizDataCrypt

const pc: WXBizDataCrypt = new WXBizDataCrypt('wx4f4bc4dec97d474b', 'tiihtNczf5v6AKRyjwEUhQ==')
const phone: WXBizDataCrypt.OpenData<PhoneNumber> = new Same('wx', 'key').decryptData<PhoneNumber>('', '')
const reason: WXBizDataCrypt.DiagnosisReason = diagnose({}).reason
const alipay: WXBizDataCrypt.AlipayDataCrypt = new AlipayDataCrypt({ aesKey: '', alipayPublicKey: '' })
const signed: boolean = verifySignature('{}', 'key', 'hex')
// @ts-expect-error the result is an object
const text: string = pc.decryptData('', '')

export = { phone, reason, alipay, signed, text }
