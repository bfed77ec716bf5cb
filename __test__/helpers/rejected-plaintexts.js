'use strict'

// Plaintexts that must be rejected, one class for each way in which that is found out: what an attacker
// would tell apart. Each has padding, good or bad, and exactly the length asked for.

const { randomBytes, randomInt } = require('node:crypto')

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -'

// Returns a list of { name, make }; `make()` returns a new variant. Classes that do not fit into `length` bytes
// are left out. With `openId`, plaintexts that only fail the checks of `maxAge` and `openId` are classes too.
function rejectedPlaintexts({ length, appId, openId }) {
  const own = watermark(appId)
  const other = watermark(`${appId.slice(0, -1)}${appId.endsWith('0') ? 1 : 0}`)
  const fit = (template, filler) => () => pad(template, filler, length)
  const classes = {
    'bad padding, garbage': () => setLast(randomBytes(length), 0),
    'bad padding, clean text': () => Buffer.from(randomText(length)),
    'bad padding, valid data': spoil(fit(phoneNumber(own), randomText), bytes => setLast(bytes, 0x20)),
    'good padding, garbage': () => setLast(randomBytes(length), 1),
    'clean text': fit('~', randomText),
    'text that fails at its last byte': fit(`{"a":"~",${own}]`, randomText),
    'short text that fails at its last byte': fit('{"a":"~"]', randomText),
    'a JSON string': fit('"~"', randomText),
    'a JSON string of Chinese': fit('"~"', chinese),
    'an object without watermark': fit('{"a":"~"}', randomText),
    "an object with another app's watermark": fit(`{"a":"~",${other}}`, randomText),
    "another app's watermark first": fit(`{${other},"a":"~"}`, randomText),
    'a watermark without app id': fit(`{"a":"~",${own.replace('appid', 'appId')}}`, randomText),
    'a watermark whose key is damaged': fit(`{"a":"~",${own.replace('mark', 'Mark')}}`, randomText),
    'a watermark that a second one replaces': fit(`{"a":"~",${own},"watermark":1}`, randomText),
    'an array of numbers': fit('[~1]', repeat('1234567890,')),
    // Halfway between two doubles, so that every digit counts.
    'numbers that are slow to round': fit(
      '{"watermark":{~"a":1}}',
      repeat('"timestamp":9007199254740993.00000000000000000000001e-290,')
    ),
    'short numbers that are slow to round': fit(
      '{"watermark":{~"a":1}}',
      repeat('"timestamp":1797693134862315807e290,')
    ),
    'a number that is slow to round': fit('{"watermark":{"timestamp":~e-290}}', digits),
    'nested arrays': fit('~', nested('[', '1', ']')),
    'nested objects': fit('~', nested('{"a":', '1', '}')),
    'many keys': fit('{~"a":1}', repeat('"watermark":1,"appid":2,')),
    'many watermarks': fit('{~"a":1}', repeat('"watermark":{"appid":"wx"},')),
    'many keys in the watermark': fit('{"watermark":{~"a":1}}', repeat('"appid":"","timestamp":1,')),
    'empty keys': fit('{~"a":1}', repeat('"":1,')),
    'empty keys in the watermark': fit('{"watermark":{~"a":1}}', repeat('"":1,')),
    escapes: fit('"~"', repeat('\\u0041', 'A')),
    'keys of escapes': fit('{"~":1}', repeat('\\u0077', 'A')),
    'white space': fit('{"a":1~', repeat(' ')),
    'invalid UTF-8 at the front': fit(`\xff{"a":"~",${own}}`, randomText),
    'invalid UTF-8 in a short text': fit('"~\xff"', randomText),
    'invalid UTF-8 at the end': fit(phoneNumber(own).replace('"86"', '"86\xff"'), randomText),
    'valid but for its UTF-8 after Chinese': fit(userInfo(`${own}`, 'Q\xe4\xb8'), chinese)
  }
  const forms = {
    'a phone number': [phoneNumber, randomText],
    'user info': [userInfo, randomText],
    'user info in Chinese': [userInfo, chinese],
    'user info with unionId': [
      mark => userInfo(`"unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA",${mark}`),
      randomText
    ],
    steps: [mark => `{"stepInfoList":[~],${mark}}`, steps]
  }
  for (const [name, [form, filler]] of Object.entries(forms)) {
    classes[`${name} with another app's watermark`] = fit(form(other), filler)
    classes[`${name} that breaks at its end`] = fit(form(own).replace(/\}$/, ']'), filler)
    if (openId !== undefined) classes[`${name} that is too old`] = fit(form(own), filler)
  }
  if (openId !== undefined) {
    const now = watermark(appId, Math.floor(Date.now() / 1000))
    classes["another user's user info"] = fit(userInfo(now), randomText)
    classes['an object without openId'] = fit(`{"a":"~",${now}}`, randomText)
    classes['an expected user, too old'] = fit(`{"openId":"${openId}","a":"~",${own}}`, randomText)
  }
  return Object.entries(classes)
    .map(([name, make]) => ({ name, make }))
    .filter(({ make }) => make() !== undefined)
}

function watermark(appId, timestamp = 1477314187) {
  return `"watermark":{"timestamp":${timestamp},"appid":"${appId}"}`
}

function phoneNumber(mark) {
  return `{"phoneNumber":"~","purePhoneNumber":"13580006666","countryCode":"86",${mark}}`
}

function userInfo(rest, name = 'Band') {
  return (
    `{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"${name}","gender":1,"language":"zh_CN",` +
    `"city":"~","province":"","country":"CN","avatarUrl":"http://wx.qlogo.cn/0",${rest}}`
  )
}

// `~` of `template` stands for what fills the text. Characters from \x80 to \xff stand for these bytes, all
// others for their UTF-8. Returns `undefined` where nothing fits.
function pad(template, filler, length) {
  const [before, after] = template.split('~').map(text => Buffer.from(text, 'latin1'))
  const first = randomInt(16)
  for (let i = 0; i < 16; i += 1) {
    const padding = 1 + ((first + i) % 16)
    const room = length - padding - before.length - after.length
    const filling = room < 0 ? undefined : filler(room)
    if (filling !== undefined)
      return Buffer.concat([before, Buffer.from(filling), after, Buffer.alloc(padding, padding)])
  }
  return undefined
}

function setLast(bytes, value) {
  bytes[bytes.length - 1] = value
  return bytes
}

function spoil(make, change) {
  return () => {
    const bytes = make()
    return bytes && change(bytes)
  }
}

function randomText(length) {
  return Array.from(randomBytes(length), byte => CHARACTERS[byte % CHARACTERS.length]).join('')
}

function chinese(length) {
  const characters = Array.from({ length: Math.floor(length / 3) }, () =>
    String.fromCharCode(0x4e00 + randomInt(0x5000))
  )
  return characters.join('') + randomText(length % 3)
}

// What is left over must not be cut in the middle of an escape or a member.
function repeat(text, rest = ' ') {
  return length => {
    const count = Math.floor(length / text.length)
    return count === 0 ? undefined : text.repeat(count) + rest.repeat(length % text.length)
  }
}

function nested(open, middle, close) {
  return length => {
    const depth = Math.floor((length - middle.length) / (open.length + close.length))
    if (depth < 1) return undefined
    const text = open.repeat(depth) + middle + close.repeat(depth)
    return ' '.repeat(length - text.length) + text
  }
}

function digits(length) {
  return Array.from(randomBytes(length), byte => 1 + (byte % 9)).join('')
}

function steps(length) {
  const day = '{"timestamp":1477238400,"step":1}'
  const count = Math.floor((length + 1) / (day.length + 1))
  const rest = length + 1 - count * (day.length + 1)
  if (count < 1 || rest > 8 * count) return undefined
  const moreDigits = index => digits(Math.max(0, Math.min(8, rest - 8 * index)))
  return Array.from({ length: count }, (_, i) => day.replace('1}', `1${moreDigits(i)}}`)).join(',')
}

module.exports = { rejectedPlaintexts, phoneNumber, userInfo, watermark, randomText }
