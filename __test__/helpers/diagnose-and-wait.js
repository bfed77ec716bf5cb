'use strict'

// A process whose memory another one searches: diagnoses what can be wrong, each time with a new session key,
// then waits. The keys leave it as text with every bit inverted, so that only a copy made in diagnosing is found.

const { randomBytes } = require('node:crypto')
const { encrypt } = require('./encrypt')
const { diagnose } = require('../..')

const appId = 'wx4f4bc4dec97d474b'
const iv = randomBytes(16).toString('base64')
const otherKey = randomBytes(16).toString('base64')
const hex = text => Buffer.from(text, 'base64').toString('hex')
const keys = []

const cases = [
  session => session,
  session => ({ ...session, appId: 'wx0000000000000000' }),
  session => ({ ...session, iv: otherKey }),
  session => ({ ...session, iv: 'AAAA' }),
  session => ({ ...session, sessionKey: [otherKey, session.sessionKey], iv: otherKey }),
  session => ({ ...session, sessionKey: `"${session.sessionKey}"` }),
  session => ({ ...session, sessionKey: Buffer.from(session.sessionKey).toString('base64') }),
  (session, bytes) => ({ ...session, sessionKey: bytes, iv: otherKey }),
  session => ({ ...session, sessionKey: iv, iv: session.sessionKey }),
  session => ({ ...session, encryptedData: session.encryptedData.slice(0, 100) }),
  session => ({ ...session, encryptedData: session.encryptedData.replace(/^.{64}/, otherKey + otherKey) }),
  session => ({ ...session, maxAge: 1 })
]

for (const change of cases) {
  const key = randomBytes(16)
  const plaintext = { phoneNumber: '13580006666', watermark: { timestamp: 1, appid: appId } }
  const session = {
    appId,
    sessionKey: key.toString('base64'),
    ...encrypt(plaintext, { sessionKey: key, iv })
  }
  keys.push(invert(key))
  const changed = change(session, Array.from(key))
  key.fill(0)
  diagnose(changed)
}

// By `hex` alone: Node's own decoder of that leaves the bytes in its pool, so it is not called on them.
const key = randomBytes(16)
keys.push(invert(key))
diagnose({ appId, sessionKey: key.toString('hex'), encryptedData: iv + iv, iv: hex(iv) })
key.fill(0)

const kept = randomBytes(16)
process.send({ kept: invert(kept), keys })
process.on('message', () => process.exit(kept.length - 16))

function invert(bytes) {
  return Array.from(bytes, byte => (byte ^ 0xff).toString(16).padStart(2, '0')).join('')
}
