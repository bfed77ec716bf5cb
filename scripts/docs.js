'use strict'

// Writes what the documents and types repeat from the source, between markers:
//
//   <!-- generated: NAME -->
//   …
//   <!-- end -->
//
// and draws the pictures of the READMEs.
//
//   node scripts/docs.js [--check]
//
// --check  writes nothing, and fails where a file differs

const fs = require('fs')
const path = require('path')
const { inspect } = require('util')
const { DECRYPT_ERRORS, createDecryptError } = require('../lib/errors')
const messages = require('../lib/messages')
const platforms = require('../lib/platforms')
const renderApi = require('./api-page')
const benchmarks = require('./benchmarks')
const { drawDiagnosis } = require('./pictures')
const { run: tested } = require('../__test__/system/runtimes.json')

const root = path.join(__dirname, '..')
const rejections = DECRYPT_ERRORS.map((_row, status) => createDecryptError(status, platforms[0]))
/** The status of a rejection whose reason is the most frequent one. */
const UNDECRYPTABLE = 3
/** The reasons whose hint depends on the code alone. */
const ALIPAY_REASONS = ['sign-missing', 'sign-mismatch', 'undecryptable', 'unsigned']

const EN = 0
const ZH = 1
const WHY = ['why, and what to do', '原因与处理']

// `render` returns the lines between the markers, or the whole file if there is no marker. To add a generator: a row
// here, and the markers in the file.
const generated = [
  { file: 'index.js', marker: 'exports', render: renderExports },
  { file: 'index.d.ts', marker: 'platforms', render: () => platforms.slice(1).flatMap(renderClass) },
  { file: 'index.d.ts', marker: 'error-codes', render: renderErrorCodes },
  { file: 'index.d.ts', marker: 'error-reasons', render: renderErrorReasons },
  { file: 'index.d.ts', marker: 'alipay-codes', render: renderAlipayCodes },
  { file: 'index.d.ts', marker: 'reasons', render: () => renderUnion(Object.keys(messages.diagnosis)) },
  {
    file: 'index.d.ts',
    marker: 'alipay-reasons',
    render: () => renderUnion([...Object.keys(messages.alipayReasons), ...ALIPAY_REASONS])
  },
  ...inBoth('README', 'wechat-errors', renderErrors),
  ...inBoth('README', 'platforms', renderPlatforms),
  ...inBoth('README', 'failure', renderFailure),
  ...inBoth('README', 'speed', benchmarks.renderSummary),
  ...inBoth('docs/install', 'tested', renderTested),
  ...inBoth('docs/platforms', 'platforms', renderPlatformDetails),
  ...inBoth('docs/diagnose', 'reasons', renderReasons),
  ...inBoth('docs/alipay', 'alipay-errors', renderAlipayErrors),
  ...inBoth('docs/alipay', 'alipay-answers', renderAlipayAnswers),
  ...inBoth('docs/guide', 'wechat-answers', renderWeChatAnswers),
  { file: 'docs/api.md', marker: 'codes', render: renderCodes },
  { file: 'docs/api.md', marker: 'api', render: renderApi },
  { file: 'docs/benchmarks.md', marker: 'machine', render: () => [`${benchmarks.machine}.`] },
  { file: 'docs/benchmarks.md', marker: 'server', render: benchmarks.renderServer },
  { file: 'docs/benchmarks.md', marker: 'hot-loop', render: benchmarks.renderHotLoop },
  { file: 'docs/benchmarks.md', marker: 'startup', render: benchmarks.renderStartup },
  { file: 'docs/speed-light.svg', render: () => benchmarks.drawSpeed('light') },
  { file: 'docs/speed-dark.svg', render: () => benchmarks.drawSpeed('dark') },
  { file: 'docs/diagnosis.svg', render: () => drawDiagnosis('en_US.UTF-8') },
  { file: 'docs/diagnosis.zh-CN.svg', render: () => drawDiagnosis('zh_CN.UTF-8') }
]

function inBoth(name, marker, render) {
  return [
    { file: `${name}.md`, marker, render: () => render(EN) },
    { file: `${name}.zh-CN.md`, marker, render: () => render(ZH) }
  ]
}

function renderTable(titles, rows) {
  return [titles, titles.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

function renderExports() {
  return platforms.map(({ name }) => `module.exports.${name} = classes.${name}`)
}

// ── Errors ──

/** Shows what `console.error` prints for the most frequent rejection, without the stack. */
function renderFailure() {
  const error = createDecryptError(UNDECRYPTABLE, platforms[0])
  error.stack = `Error: ${error.message}\n    at …`
  return ['```text', ...inspect(error, { breakLength: 100 }).split('\n'), '```']
}

function renderErrors(language) {
  const rows = rejections.map(({ code, errcode, reason, hint, hintZh }) => [
    `\`${code}\``,
    errcode,
    `\`${reason}\``,
    [hint, hintZh][language]
  ])
  return renderTable(['code', 'errcode', 'reason', WHY[language]], rows)
}

/** Writes a heading for every code, so that each has an address. */
function renderCodes() {
  const codes = [...new Set(rejections.map(({ code }) => code))]
  const list = entries => entries.map(([name, { en, zh }]) => `- ${name}: ${en}<br>${zh}`)
  const wechat = codes.flatMap(name => {
    const found = rejections.filter(({ code }) => code === name)
    const [{ errcode, status }] = found
    const hints = found.map(({ reason, hint, hintZh }) => [`\`${reason}\``, { en: hint, zh: hintZh }])
    const whose = status === undefined ? 'no `status`: the server is to blame' : `\`status\` ${status}`
    return [`### ${name}`, '', `\`errcode\` ${errcode}, ${whose}.`, '', ...list(hints), '']
  })
  const answers = Object.entries(messages.wechatAnswers).sort(([a], [b]) => a - b)
  const alipay = Object.entries(messages.alipayHints).flatMap(([name, { en, zh }]) => [
    `### ${name}`,
    '',
    `${messages.alipayCodes[name].en}. ${messages.alipayCodes[name].zh}。`,
    '',
    `${en}<br>${zh}`,
    ''
  ])
  return [...wechat, '### ERR_WECHAT_ANSWER', '', WECHAT_ANSWER, '', ...list(answers), '', ...alipay]
}

const WECHAT_ANSWER =
  'WeChat answered with an error; `errcode` is its own number, and there is no `status`. 微信返回了错误，`errcode` 为微信的错误码。'

function renderWeChatAnswers(language) {
  const rows = Object.entries(messages.wechatAnswers)
    .sort(([a], [b]) => a - b)
    .map(([errcode, { en, zh }]) => [errcode, [en, zh][language].replace(/^.*?[:：] */, '')])
  return renderTable(['`errcode`', WHY[language]], rows)
}

function renderAlipayAnswers(language) {
  const rows = Object.entries(messages.alipayAnswers)
    .filter(([subCode]) => !/^\d+$/.test(subCode))
    .map(([subCode, { en, zh }]) => [`\`${subCode}\``, [en, zh][language]])
  return renderTable(['`subCode`', ['what to do', '处理办法'][language]], rows)
}

/** If a code has several reasons, index.d.ts says more above. */
function renderErrorCodes() {
  return [...new Set(rejections.map(({ code }) => code))].flatMap(name => {
    const [first, ...others] = rejections.filter(({ code }) => code === name)
    const hint = others.length === 0 ? [`    /** ${first.hint} */`] : []
    return [...hint, `    ${name}: ${first.errcode}`]
  })
}

function renderErrorReasons() {
  return rejections.flatMap(({ code, reason, hint }) => [
    `    /** ${hint} */`,
    `    ${/^\w+$/.test(reason) ? reason : `'${reason}'`}: '${code}'`
  ])
}

function renderAlipayErrors(language) {
  const name = ['en', 'zh'][language]
  const rows = Object.entries(messages.alipayCodes).map(([code, texts]) => {
    return [`\`${code}\``, texts[name], messages.alipayHints[code][name]]
  })
  return renderTable(['code', ['meaning', '含义'][language], WHY[language]], rows)
}

function renderAlipayCodes() {
  return Object.entries(messages.alipayCodes).flatMap(([code, { en }]) => [
    `    /** ${en}. */`,
    `    | '${code}'`
  ])
}

function renderReasons(language) {
  const rows = Object.entries(messages.diagnosis).map(([reason, { en, zh }]) => [
    `\`${reason}\``,
    [en, zh][language]
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/\{(\w+)\}/g, '*$1*')
  ])
  return renderTable(['reason', ['hint', '提示'][language]], rows)
}

function renderUnion(names) {
  const union = names.map(name => `'${name}'`).join(' | ')
  return wrap(union, 110).map(line => `    | ${line.replace(/^\| | \|$/g, '')}`)
}

// ── Platforms ──

const join = (names, language) => names.map(name => `\`${name}\``).join([', ', '、'][language])

function renderPlatforms(language) {
  const titles = [
    ['platform', 'class', 'what to know', 'tested with'],
    ['平台', '类', '说明', '测试依据']
  ]
  const rows = platforms.map(({ title, name, note, vector }) => [
    title[language],
    `\`${name}\``,
    note === undefined ? '' : note[language],
    vector ? ['official vector', '官方测试数据'][language] : ['its document', '平台文档'][language]
  ])
  return renderTable(titles[language], rows)
}

function renderPlatformDetails(language) {
  const titles = [
    ['platform', 'class', 'session key', 'iv', 'options of `decryptData`', '`verifySignature`', 'based on'],
    ['平台', '类', 'session_key', 'iv', '`decryptData` 的选项', '`verifySignature`', '依据']
  ]
  const rows = platforms.map(row => {
    const length = [`${row.keyLength} bytes`, `${row.keyLength} 字节`][language]
    const document = `[${['document', '文档'][language]}](${row.basis})`
    return [
      row.title[language],
      `\`${row.name}\``,
      `${row.encoding}${[', ', '，'][language]}${length}`,
      row.encoding,
      join(row.options, language),
      (row.signature === undefined ? ['no', '无'] : ['yes', '有'])[language],
      row.vector ? `${document}${[' and official vector', '及官方测试数据'][language]}` : document
    ]
  })
  return renderTable(titles[language], rows)
}

/** Names what the matrix runs, in words that need no translation. */
function renderTested() {
  const rows = tested.map(({ platform, node, bun, deno, by }) => {
    const runtimes = [`Node.js ${node.join(' ')}`, bun && `Bun ${bun}`, deno && `Deno ${deno}`]
    return `\`${platform}\`${by ? ` (${by})` : ''}: ${runtimes.filter(Boolean).join(', ')}`
  })
  return [rows.join('; ')]
}

/** Writes the class of a platform for index.d.ts. */
function renderClass({ name, title, note, basis, appIdName, options, canOmitWatermark, signature }) {
  const isMarked = appIdName !== undefined
  const hasAge = options.includes('maxAge')
  const mark = hasAge
    ? `Mark<'${appIdName}'>`
    : canOmitWatermark
      ? 'Partial<MarkWithoutAge>'
      : 'MarkWithoutAge'
  const parameters = [
    isMarked ? mark : 'object',
    ...(hasAge ? [] : ['DecryptOptionsWithoutAge']),
    ...(isMarked ? [] : ['NoOptions'])
  ]
  const base = signature === undefined ? 'PlatformDataCrypt' : 'SigningDataCrypt'
  const description = note === undefined ? '' : ` ${note[EN]}`
  const head = `export class ${name} extends ${base}<${parameters.join(', ')}> {`
  const lines = [
    '/**',
    ...wrap(`${title[EN]}.${description}`, 112).map(line => ` * ${line}`),
    ' *',
    ` * @see ${basis}`,
    ' */',
    ...(canOmitWatermark ? [head, ...WATERMARK_OPTION, '}'] : [`${head}}`])
  ]
  return [...lines.map(line => `  ${line}`), '']
}

const WATERMARK_OPTION = [
  '  /**',
  "   * @param options `watermark: 'optional'` accepts data without a watermark. Only the session key then says which app",
  '   *   the data is for, and changed data is noticed less often.',
  '   */',
  '  constructor(appId: string, sessionKey: SessionKey, options?: WatermarkOptions)',
  '  /** Whether the watermark must be present. Read at every call. */',
  "  watermark: 'required' | 'optional'"
]

/** Breaks a text into lines. */
function wrap(text, width) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    if (line.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

/** Returns the text of a file with the lines between its markers replaced. */
function replaceBetweenMarkers(text, marker, lines) {
  const all = text.split('\n')
  const start = all.findIndex(line => line.includes(`<!-- generated: ${marker} -->`))
  const length = all.slice(start).findIndex(line => line.includes('<!-- end -->'))
  if (start === -1 || length === -1) throw new Error(`no markers for ${marker}`)
  return [...all.slice(0, start + 1), ...lines, ...all.slice(start + length)].join('\n')
}

const check = process.argv.includes('--check')
for (const { file, marker, render } of generated) {
  const at = path.join(root, file)
  const text = fs.readFileSync(at, 'utf8')
  const current = marker === undefined ? render() : replaceBetweenMarkers(text, marker, render())
  if (current === text) continue
  if (check) {
    console.error(`${file}: "${marker || 'picture'}" is not what the source says. Run: npm run docs`)
    process.exitCode = 1
  } else {
    fs.writeFileSync(at, current)
  }
}
