'use strict'

// Turns a diagnosis into what the page shows of it.

const compare = require('./compare')

/** Characters: longer values are not compared; so much is shown around a change, and so much of a changed key. */
const [MAX_LENGTH, CONTEXT, MAX_SHOWN] = [20000, 10, 8]
const SYMBOLS = { ' ': '␣', '\n': '↵', '\t': '⇥' }

/** Describes a report: `undefined` if there are no values, `null` if it failed. `lines` are what a screen reader says. */
function describe(report, input, page) {
  const { say, create } = page
  if (!report) return { kind: '', lines: [say(report === null ? 'failed' : 'empty')], details: [] }
  const { ok, repairable, platform, reason, data } = report
  const kind = ok ? 'ok' : repairable ? 'repairable' : 'mistaken'
  const isSigned = ok && data !== undefined && input.rawData !== undefined && input.signature !== undefined
  const parts = {
    steps: listSteps(report, page),
    changes: listChanges(report, input, page),
    data: data === undefined ? [] : [createTable(data, page)],
    code: platform === null ? [] : [createCode(report, input, page)]
  }
  const filling = { kind: say(report.kind === 'steps' ? 'stepInfo' : report.kind || 'other') }
  const names = Object.keys(parts).filter(name => parts[name].length > 0)
  const last = ok ? platform : [platform, reason].filter(Boolean).join(' · ')
  return {
    kind,
    lines: [say(kind), hintOf(report, say), isSigned ? say('signed') : '', last].filter(Boolean),
    details: names.map(name => create('div', {}, create('h3', {}, say(name, filling)), ...parts[name]))
  }
}

const hintOf = ({ hint, hintZh }, say) => say([hint, hintZh])

/** Lists what is wrong, if there is more than one thing. */
function listSteps({ steps, cause }, { say, create }) {
  const all = cause === null ? steps : [...steps, cause]
  const items = all.map(step => create('li', {}, create('code', {}, step.reason), ` ${hintOf(step, say)}`))
  return items.length < 2 ? [] : [create('ol', {}, ...items)]
}

/** Shows each value that was corrected, with the changed characters marked. */
function listChanges({ corrected = {} }, input, { say, create, hidden }) {
  const isChanged = name => typeof corrected[name] === 'string' && corrected[name] !== input[name]
  const showValue = (name, tag) => {
    const [before, after] = [toText(input[name]), corrected[name]]
    const runs = before.length + after.length > MAX_LENGTH ? [] : compare(before, after)
    const isHidden = hidden.includes(name)
    const shown = runs.map(({ kind, text }, i) => {
      if (kind === 'same') return isHidden ? '•••' : shorten(text, i === 0, i === runs.length - 1)
      if (kind !== tag) return ''
      return create(tag, {}, isHidden && text.length > MAX_SHOWN ? '•••' : reveal(text))
    })
    return create('p', { className: 'change' }, create('b', {}, `${name}, ${say(tag)} `), ...shown)
  }
  const names = Object.keys(corrected).filter(isChanged)
  return names.flatMap(name => [showValue(name, 'del'), showValue(name, 'ins')])
}

const toText = value => (typeof value === 'string' ? value : String(JSON.stringify(value)))

/** Shortens what has not changed. */
function shorten(text, isFirst, isLast) {
  const start = text.slice(0, isFirst ? 0 : CONTEXT)
  const end = text.slice(text.length - (isLast ? 0 : CONTEXT))
  return start.length + end.length < text.length ? `${start}…${end}` : text
}

/** Shows white space and invisible characters. */
function reveal(text) {
  const name = character => `[U+${character.codePointAt(0).toString(16).padStart(4, '0')}]`
  return text.replace(/[\s\p{C}]/gu, character => SYMBOLS[character] || name(character))
}

function createTable(data, { say, create }) {
  const body = flatten(data, '').slice(0, 200)
  const rows = body.map(([name, value]) => {
    const isTime = /timestamp$/i.test(name) && value > 1e9 && value < 1e10
    const options = { dateStyle: 'medium', timeStyle: 'long' }
    const time = isTime ? new Date(value * 1000).toLocaleString(say(['en-GB', 'zh-CN']), options) : ''
    const shown = create('td', {}, `${toText(value)} `, create('time', {}, time))
    return create('tr', {}, create('th', { scope: 'row' }, name), shown)
  })
  const head = ['field', 'value'].map(name => create('th', { scope: 'col' }, say(name)))
  return create('table', {}, create('thead', {}, create('tr', {}, ...head)), create('tbody', {}, ...rows))
}

/** Returns names and values of all levels, such as `['watermark.appid', 'wx…']`. */
function flatten(value, path) {
  if (value === null || typeof value !== 'object') return [[path, value]]
  const nameOf = name => (Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`)
  return Object.keys(value).flatMap(name => flatten(value[name], nameOf(name)))
}

/** Returns the lines of Node.js. No value of the input is in them, since any of them may be a key. */
function createCode({ platform, reason }, input, { say, create }) {
  const has = name => input[name] !== undefined
  const lines = [`const { ${platform} } = require('wxbizdatacrypt-native')`]
  if (has('message') || has('aesKey')) {
    const signType = input.signType === 'RSA' ? ", signType: 'RSA'" : ''
    lines.push('const { ALIPAY_AES_KEY: aesKey, ALIPAY_PUBLIC_KEY: alipayPublicKey } = process.env')
    lines.push(`const alipay = new ${platform}({ aesKey, alipayPublicKey${signType} })`)
    lines.push('const data = alipay.decryptData(message)')
  } else {
    const isSigned = has('rawData') || has('signature')
    const isOptional = input.watermark === 'optional' || reason === 'no-watermark'
    const settings = isOptional ? ", { watermark: 'optional' }" : ''
    const checks = ['openId', 'maxAge'].filter(has).join(', ')
    lines.push(`// ${say('codeNote')}`)
    if (!isSigned || has('encryptedData')) {
      lines.push(`const pc = new ${platform}(process.env.APP_ID, sessionKey${settings})`)
      lines.push(`const data = pc.decryptData(encryptedData, iv${checks && `, { ${checks} }`})`)
    }
    if (isSigned) lines.push(`${platform}.verifySignature(rawData, sessionKey, signature) //=> true`)
  }
  return create('pre', { tabIndex: 0 }, create('code', {}, lines.join('\n')))
}

module.exports = describe
