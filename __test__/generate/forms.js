'use strict'

// The forms in which bytes can be passed where base64 is expected: what `Buffer.from(x, 'base64')`
// takes, so the sample takes it, and what it rejects.

function createForms({ int, chance, pick }) {
  const base64 = bytes => bytes.toString('base64')

  function insert(text, what) {
    let result = text
    do {
      const at = int(result.length + 1)
      result = result.slice(0, at) + what() + result.slice(at)
    } while (chance(0.4))
    return result
  }

  function replaceOne(text, replace) {
    const at = int(text.length)
    return text.slice(0, at) + (text === '' ? '' : replace(text[at])) + text.slice(at + 1)
  }

  const wrap = (text, columns, separator) => text.replace(new RegExp(`.{${columns}}`, 'g'), `$&${separator}`)

  // Decoding cuts a character to its low byte in one decoder and skips it in another.
  const widen = character => String.fromCharCode(character.charCodeAt(0) | ((1 + int(255)) << 8))

  const texts = [
    // Not strict, and all the same to Node.
    bytes => base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''),
    bytes => base64(bytes).replace(/\+/g, '-'),
    bytes => base64(bytes).replace(/\//g, '_'),
    bytes => base64(bytes).replace(/=+$/, ''),
    bytes => base64(bytes).replace(/=$/, ''),
    bytes => `${base64(bytes)}${'='.repeat(1 + int(4))}`,
    bytes => wrap(base64(bytes), 64, '\n'),
    bytes => wrap(base64(bytes), 76, '\r\n'),
    bytes => wrap(base64(bytes), 32, `\n${' '.repeat(16)}`),
    bytes => ` ${base64(bytes)}\n`,
    bytes =>
      insert(base64(bytes), () => pick([' ', '\n', '\r\n', '\t', '\v', '\f', '\u00a0', '\u3000', '\ufeff'])),
    bytes => insert(base64(bytes), () => String.fromCharCode(int(128))),
    bytes => insert(base64(bytes), () => String.fromCharCode(128 + int(128))),
    bytes => insert(base64(bytes), () => pick(['!', '"', '%', '.', ',', '*', '@', '[', '`', '{', '\u0000'])),
    // Two bytes wide: every character whose low byte is a character of base64, surrogates, emoji.
    bytes => insert(base64(bytes), () => String.fromCharCode(256 + int(256))),
    bytes => insert(base64(bytes), () => String.fromCharCode(int(0x10000))),
    bytes =>
      insert(base64(bytes), () => pick(['\ud800', '\udc41', '\ud841\udc41', '😀', '中', 'Ŵ', '＝', '＋'])),
    bytes => replaceOne(base64(bytes), widen),
    bytes => base64(bytes).replace(/=/g, widen),
    bytes => Array.from(base64(bytes), widen).join(''),
    // Not the same bytes any more.
    bytes => insert(base64(bytes), () => '='),
    bytes => base64(bytes).replace(/\+/g, ' '),
    bytes => base64(bytes).slice(0, -1 - int(4)),
    bytes => base64(bytes).slice(1 + int(4)),
    bytes => `${base64(bytes)}${pick(['A', 'AA', 'AAA', 'AAAA', '=A', '!', '-', '\u0000'])}`,
    bytes => replaceOne(base64(bytes), () => pick(['A', '/', '=', '-', ' ', '\u0000'])),
    // The unused bits of the last letter set; same bytes.
    bytes => base64(bytes).replace(/.(?==+$)/, letter => String.fromCharCode(letter.charCodeAt(0) + 1)),
    bytes => encodeURIComponent(base64(bytes)),
    bytes => bytes.toString('hex'),
    bytes => bytes.toString('latin1')
  ]

  // The same text, laid out differently in the engine's memory.
  const layouts = [
    text => text,
    text => `中${text}`.slice(1),
    text => Buffer.from(text, 'utf16le').toString('utf16le'),
    text => text.slice(0, text.length >> 1) + text.slice(text.length >> 1)
  ]

  function sharedCopy(bytes) {
    const shared = new SharedArrayBuffer(bytes.length)
    new Uint8Array(shared).set(bytes)
    return shared
  }

  const values = [
    bytes => bytes,
    bytes => new Uint8Array(bytes),
    bytes => new Uint8Array([1, 2, 3, ...bytes, 4]).subarray(3, 3 + bytes.length),
    bytes => new Uint8ClampedArray(bytes),
    bytes => new Int8Array(bytes),
    bytes => new Uint16Array(bytes),
    bytes => new Float64Array(bytes),
    bytes => new Uint8Array(bytes).buffer,
    bytes => sharedCopy(bytes),
    bytes => new Uint8Array(sharedCopy(bytes)),
    bytes => Array.from(bytes),
    bytes => Array.from(bytes, byte => byte + 256 * (int(5) - 2)),
    bytes => Array.from(bytes, byte => byte + 0.5),
    bytes => Array.from(bytes, byte => pick([String(byte), [byte], null, true, '', byte, byte])),
    bytes => [...bytes, pick([{}, [], [[1]], 1n, Symbol('byte'), () => 1, { valueOf: () => 1 }])],
    bytes => ({ type: 'Buffer', data: [[...bytes]] }),
    bytes => bytes.toJSON(),
    bytes => ({ type: 'Buffer', data: base64(bytes) }),
    bytes => ({ type: 'Buffer', data: { length: bytes.length } }),
    bytes => ({ type: 'Bytes', data: [...bytes] }),
    bytes => ({ ...bytes, length: bytes.length }),
    bytes => ({ length: pick([0, -1, NaN, String(bytes.length)]) }),
    bytes => ({ buffer: new Uint8Array(bytes).buffer }),
    bytes => Object.setPrototypeOf([...bytes], null),
    () => Object.create(Buffer.prototype),
    bytes => new Set(bytes),
    () => new BigUint64Array(2),
    bytes => new DataView(new Uint8Array(bytes).buffer),
    bytes => new Proxy(Array.from(bytes), {}),
    bytes => new String(base64(bytes)),
    bytes => new String(base64(bytes).replace(/=+$/, '')),
    bytes => ({
      valueOf: pick([() => base64(bytes), () => new String(base64(bytes)), () => bytes, () => null])
    }),
    bytes => ({ valueOf: null, [Symbol.toPrimitive]: () => base64(bytes) }),
    bytes => ({ [Symbol.toPrimitive]: hint => (hint === 'string' ? base64(bytes) : 7) }),
    bytes => Buffer.from(base64(bytes)),
    () => new Date(0)
  ]

  const wrongTypes = [
    () => undefined,
    () => null,
    () => 0,
    () => 16,
    () => NaN,
    () => true,
    () => false,
    () => Symbol('key'),
    () => 10n,
    bytes => () => base64(bytes),
    () => ({}),
    () => Object.create(null),
    () => new Map(),
    () => new Number(16),
    () => new Boolean(true),
    () => /key/,
    () => Promise.resolve('key'),
    bytes => ({ toString: () => base64(bytes) }),
    () => ({
      get length() {
        throw new RangeError('from a getter')
      }
    }),
    () => ({
      valueOf() {
        throw new Error('from valueOf')
      }
    })
  ]

  return {
    strict: base64,
    lenient: bytes => pick(layouts)(chance(0.8) ? pick(texts)(bytes) : base64(bytes)),
    value: bytes => pick(values)(bytes),
    wrongType: bytes => pick(wrongTypes)(bytes)
  }
}

module.exports = { createForms }
