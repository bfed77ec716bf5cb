'use strict'

// Prints RSA keys with signatures, sound and malformed, and what node:crypto says of each: one JSON object a
// line. Run by rsa.rs, which asks the RSA libraries the same.
//
//   node tests/rsa_cases.js KEYS

const crypto = require('node:crypto')

const { generateKeys, toBytes } = require('../__test__/helpers/rsa-keys')

const exponents = [3, 17, 65537]
// DER of DigestInfo (RFC 8017 section 9.2, note 1), up to the digest.
const prefixes = {
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420'
}

const count = Number(process.argv[2])
for (let i = 0; i < count; i += 1) console.log(JSON.stringify(makeKey(exponents[i % exponents.length])))

function makeKey(publicExponent) {
  const signType = crypto.randomInt(4) === 0 ? 'RSA' : 'RSA2'
  const modulusLength = chooseLength(signType)
  const { publicKey, privateKey } = generateKeys(modulusLength, publicExponent)
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')
  const modulus = toNumber(Buffer.from(publicKey.export({ format: 'jwk' }).n, 'base64url'))
  const hash = signType === 'RSA2' ? 'sha256' : 'sha1'
  const length = Math.ceil(modulusLength / 8)
  const { message, signature } = signWithLeadingZero(hash, privateKey)

  const signatures = {
    ...malform(signature, modulus, length),
    ...encodeBadly(hash, message, length, modulus, privateKey)
  }
  const cases = Object.entries(signatures).map(([name, bytes]) => {
    return {
      name,
      signature: bytes.toString('base64'),
      isValid: crypto.verify(hash, message, publicKey, bytes)
    }
  })
  return { modulusLength, publicExponent, signType, pkcs1, message: message.toString('base64'), cases }
}

// Every second key for RSA2 has a common length, which graviola verifies. The largest keys take long to make and
// are in __test__/alipay-rsa-keys.json instead.
function chooseLength(signType) {
  if (signType === 'RSA2' && crypto.randomInt(2) === 0) return crypto.randomInt(4) === 0 ? 3072 : 2048
  const least = signType === 'RSA2' ? 2048 : 1024
  return least + crypto.randomInt(crypto.randomInt(2) === 0 ? 80 : 800)
}

// A signature with a leading zero is still one without it, to a library that reads it as a number.
function signWithLeadingZero(hash, privateKey) {
  let message
  let signature
  for (let tries = 0; tries < 2000; tries += 1) {
    message = crypto.randomBytes(crypto.randomInt(200))
    signature = crypto.sign(hash, message, privateKey)
    if (signature[0] === 0) break
  }
  return { message, signature }
}

function malform(signature, modulus, length) {
  const number = toNumber(signature)
  const flipped = bit => {
    const bytes = Buffer.from(signature)
    bytes[bit >> 3] ^= 1 << (bit & 7)
    return bytes
  }
  const variants = {
    valid: signature,
    'without its first byte': signature.subarray(1),
    'without its last byte': signature.subarray(0, -1),
    'with a leading zero': Buffer.concat([Buffer.alloc(1), signature]),
    'with 500 leading zeros': Buffer.concat([Buffer.alloc(500), signature]),
    'with a trailing zero': Buffer.concat([signature, Buffer.alloc(1)]),
    empty: Buffer.alloc(0),
    random: crypto.randomBytes(length),
    zero: Buffer.alloc(length),
    one: toBytes(1n, length),
    'the modulus': toBytes(modulus, length),
    'the modulus less one': toBytes(modulus - 1n, length),
    negated: toBytes(modulus - number, length),
    'all ones': Buffer.alloc(length, 255),
    // Equal to the signature modulo the modulus; one byte longer where it does not fit.
    'and the modulus': toBytes(number + modulus, length)
  }
  for (let i = 0; i < 8; i += 1) {
    const bit = crypto.randomInt(signature.length * 8)
    variants[`with bit ${bit} changed`] = flipped(bit)
  }
  return variants
}

// What only the owner of the private key can make: signatures of bad encodings. Each is what some verifier has
// accepted (Bleichenbacher 2006, BERserk 2014).
function encodeBadly(hash, message, length, modulus, privateKey) {
  const digest = crypto.createHash(hash).update(message).digest()
  const prefix = Buffer.from(prefixes[hash], 'hex')
  const info = Buffer.concat([prefix, digest])
  const other = hash === 'sha256' ? 'sha1' : 'sha256'
  const bytes = (...values) => Buffer.from(values)
  const encode = (tail, { type = 1, fill = 255, first = 0, separator = 0 } = {}) =>
    Buffer.concat([bytes(first, type), Buffer.alloc(length - 3 - tail.length, fill), bytes(separator), tail])
  // SEQUENCE { SEQUENCE { OID }, OCTET STRING } without the NULL.
  const oid = prefix.subarray(4, prefix.indexOf(Buffer.from([5, 0, 4])))
  const withoutNull = Buffer.concat([
    bytes(0x30, oid.length + digest.length + 4, 0x30, oid.length),
    oid,
    bytes(4, digest.length),
    digest
  ])
  const longLength = Buffer.concat([bytes(0x30, 0x81, info[1]), info.subarray(2)])
  const short = Buffer.concat([bytes(0, 1), Buffer.alloc(8, 255), bytes(0), info])
  const gap = encode(info)
  gap[Math.floor(length / 3)] = 0xfe
  const encodings = {
    'encoded well': encode(info),
    'encoded without NULL': encode(withoutNull),
    'encoded with a long length': encode(longLength),
    'encoded with garbage at the end': Buffer.concat([short, crypto.randomBytes(length - short.length)]),
    'encoded with block type 2': encode(info, { type: 2 }),
    'encoded with block type 0': encode(info, { type: 0, fill: 0 }),
    'encoded with another first byte': encode(info, { first: 1 }),
    'encoded with other padding': gap,
    'encoded without a separator': encode(info, { separator: 255 }),
    'encoded without DigestInfo': encode(digest),
    'encoded with another hash': encode(
      Buffer.concat([Buffer.from(prefixes[other], 'hex'), crypto.createHash(other).update(message).digest()])
    ),
    'encoded with another digest': encode(Buffer.concat([prefix, crypto.randomBytes(digest.length)]))
  }
  const signatures = {}
  for (const [name, encoded] of Object.entries(encodings)) {
    if (toNumber(encoded) >= modulus) continue
    signatures[name] = crypto.privateEncrypt(
      { key: privateKey, padding: crypto.constants.RSA_NO_PADDING },
      encoded
    )
  }
  return signatures
}

function toNumber(bytes) {
  return BigInt(`0x${bytes.toString('hex')}`)
}
