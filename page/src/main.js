'use strict'

// The page: reads what is pasted or entered, asks `diagnose`, and shows the answer. Stores nothing.

const { FIELDS } = require('../../lib/diagnose/fields')
const { fill } = require('../../lib/messages')
const { readPaste } = require('../../lib/paste')
const describe = require('./result')
const texts = require('./texts')

const GROUPS = {
  openData: ['appId', 'sessionKey', 'encryptedData', 'iv'],
  signature: ['rawData', 'signature'],
  checks: ['openId', 'maxAge', 'watermark'],
  alipay: ['aesKey', 'alipayPublicKey', 'message', 'signType']
}
GROUPS.others = FIELDS.filter(name => name !== 'platform' && !Object.values(GROUPS).flat().includes(name))
const groups = Object.keys(GROUPS)
const SECRETS = ['sessionKey', 'aesKey', 'encryptKey']
const LONG = ['encryptedData', 'rawData', 'alipayPublicKey', 'message', 'response']

/** By field: `value`, `origin`, which is a name in texts.js, and `source`, as `readPaste` describes it. */
const values = new Map()
const inputs = new Map()
/** Options and groups of them, and their label in both languages. */
const translated = []
let [notes, isExample, index, timer, lib] = [{}, false, 0]

const find = id => document.getElementById(id)
const listen = (element, event, run) => element.addEventListener(event, run)
const say = (text, filling = {}) => fill((typeof text === 'string' ? texts[text] : text)[index], filling)

function create(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

/** Runs after a pause without a change, so that each part is a task by itself. */
function later(run, pause = 120) {
  clearTimeout(timer)
  timer = setTimeout(run, pause)
}

// ── Values ──

function readBox() {
  const text = find('paste').value
  const { values: found, sources, unknown, repeated } = readPaste(text)
  for (const field of values.values()) if (field.origin === 'pasted') field.origin = 'kept'
  for (const name of Object.keys(found)) {
    values.set(name, { value: found[name], origin: 'pasted', source: sources[name] })
  }
  notes = { unknown, repeated, nothing: text.trim() !== '' && values.size === 0 ? [''] : [] }
}

function clear() {
  values.clear()
  notes = {}
  isExample = false
  find('show').checked = false
  for (const id of ['paste', 'platform', 'example']) find(id).value = ''
  for (const name of groups) find(name).open = name === 'openData'
}

/** If no platform is given, but the values are right for one, it is that one. A session's openid is no option. */
function diagnose({ openId, ...input }) {
  const report = lib.diagnose({ openId, ...input })
  const { source = {} } = values.get('openId') || {}
  if (report.reason === 'no-open-id' && source.name === 'openid') return diagnose(input)
  const isFound = input.platform === undefined && report.reason === 'other-platform'
  return isFound ? lib.diagnose({ openId, ...input, platform: report.found.class }) : report
}

// ── What is shown ──

function render() {
  const hidden = find('show').checked || isExample ? [] : SECRETS
  for (const [name, { input, origin, field }] of inputs) {
    const { value = '' } = values.get(name) || {}
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (input.value !== text && input !== document.activeElement) input.value = text
    input.classList.toggle('hidden', hidden.includes(name))
    origin.textContent = describeOrigin(values.get(name))
    field.hidden = GROUPS.others.includes(name) && !values.has(name)
  }
  for (const name of groups) {
    const isUsed = GROUPS[name].some(field => values.has(field))
    if (isUsed) find(name).open = true
    find(name).hidden = name === 'others' && !isUsed
  }
  const isPasted = name => values.has(name) && values.get(name).origin === 'pasted'
  find('paste').classList.toggle('hidden', hidden.some(isPasted))
  const noted = Object.keys(notes).filter(name => notes[name].length > 0)
  const list = names => names.join(say([', ', '、']))
  find('notes').textContent = noted.map(name => say(name, { names: list(notes[name]) })).join(' ')
  renderResult(hidden)
}

function describeOrigin({ origin, source = { encoding: [] }, value } = {}) {
  if (origin === undefined) return ''
  const encoding = [...new Set(source.encoding)]
  const isSpaced = encoding.includes('form') && typeof value === 'string' && value.includes(' ')
  return say(origin, { path: source.path, encoding: encoding.join(', ') }) + (isSpaced ? say('spaces') : '')
}

function renderResult(hidden) {
  const input = Object.fromEntries([...values].map(([name, { value }]) => [name, value]))
  const platform = find('platform').value || input.platform || undefined
  let report
  try {
    if (values.size > 0) report = diagnose({ ...input, platform, showData: true })
  } catch {
    report = null
  }
  const { kind, lines, details } = describe(report, input, { say, create, hidden })
  find('status').className = kind
  // A live region is read again whenever its children change.
  if (find('status').textContent !== lines.join('')) {
    find('status').textContent = ''
    find('status').append(...lines.map(line => create('p', {}, line)))
  }
  find('details').textContent = ''
  find('details').append(...details)
}

function translate(to) {
  index = to
  document.documentElement.lang = say(['en', 'zh-CN'])
  document.title = say('title')
  for (const [element, text] of translated) element.label = say(text)
  render()
}

function createField(name) {
  const id = `field-${name}`
  const rows = LONG.includes(name) ? 3 : 1
  const input = create('textarea', { id, rows, autocomplete: 'off', spellcheck: false })
  input.setAttribute('writingsuggestions', 'false')
  input.setAttribute('aria-describedby', `${id}-origin`)
  listen(input, 'input', () => {
    const isNumber = name === 'maxAge' && /^\d{1,15}$/.test(input.value)
    values.set(name, { value: isNumber ? Number(input.value) : input.value, origin: 'typed' })
    if (input.value === '') values.delete(name)
    later(render)
  })
  const origin = create('p', { id: `${id}-origin`, className: 'help' })
  const field = create('div', {}, create('label', { htmlFor: id }, name), input, origin)
  inputs.set(name, { input, origin, field })
  return field
}

/** Adds an option, or a group of options if it has no value. */
function addOption(parent, title, value) {
  const option = value === undefined ? create('optgroup') : create('option', { value })
  translated.push([option, title])
  parent.append(option)
  return option
}

function paste() {
  isExample = false
  find('example').value = ''
  later(() => {
    readBox()
    later(render, 0)
  })
}

function showExample() {
  const { value } = find('example')
  const [name, i] = value.split(' ')
  clear()
  if (value !== '') {
    find('example').value = value
    find('platform').value = lib[name][i].platform || ''
    find('paste').value = lib[name][i].make()
    isExample = true
    readBox()
  }
  render()
}

function empty() {
  clear()
  render()
}

async function start() {
  await require('../../lib/wasm').load()
  lib = { ...require('./examples'), diagnose: require('../../lib/diagnose') }
  for (const name of groups) find(name).append(...GROUPS[name].map(createField))
  addOption(find('platform'), 'anyPlatform', '')
  for (const { title, value } of lib.platforms) addOption(find('platform'), title, value)
  addOption(find('example'), 'noExample', '')
  for (const name of ['right', 'wrong']) {
    const group = addOption(find('example'), name)
    for (const i of lib[name].keys()) addOption(group, lib[name][i].title, `${name} ${i}`)
  }
  listen(find('paste'), 'input', paste)
  listen(find('example'), 'change', showExample)
  for (const id of ['platform', 'show']) listen(find(id), 'change', render)
  listen(find('clear'), 'click', empty)
  listen(find('language'), 'click', () => translate(1 - index))
  // A browser may keep the page for when the user comes back.
  listen(window, 'pagehide', empty)
  empty()
  translate(/^zh/i.test(navigator.language) ? 1 : 0)
  find('loading').hidden = true
  find('page').hidden = false
}

start()
