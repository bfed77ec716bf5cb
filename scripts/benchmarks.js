'use strict'

// Renders bench/results.json: the tables of docs/benchmarks.md, the sentences of the READMEs, and the charts.

const results = require('../bench/results.json')

const SAMPLE = 'Tencent’s sample'
const PARSE = 'JSON.parse of the plaintext alone'
const OURS = 'wxbizdatacrypt-native'

/** The newest Node.js that was measured. */
const newest = String(Math.max(...Object.keys(results.hot).map(Number)))

const CHINESE = {
  WeChat: '微信',
  'WeChat, WebAssembly': '微信，WebAssembly',
  'Feishu and Baidu': '飞书和百度',
  Alipay: '支付宝',
  'Feishu, ids': '飞书，用户 ID',
  'Baidu, user info': '百度，用户信息',
  'the platform’s sample': '平台官方示例',
  [SAMPLE]: '腾讯官方示例',
  [PARSE]: '仅 JSON.parse 明文',
  'node:crypto, well written': 'node:crypto 手写',
  phone: '手机号',
  'user info': '用户信息',
  'user info, Chinese': '用户信息（中文）',
  '31-day steps': '31 天步数',
  'user info, an escape': '用户信息（含转义）',
  'phone, { maxAge }': '手机号，检查 maxAge',
  'user info, { maxAge, openId }': '用户信息，检查 maxAge 和 openId',
  'phone, second key fits': '手机号（第二个 session_key 才匹配）',
  'phone, first of five keys fits': '手机号（5 个 session_key，第 1 个匹配）',
  'phone, third of five keys fits': '手机号（5 个 session_key，第 3 个匹配）',
  'phone, fifth of five keys fits': '手机号（5 个 session_key，第 5 个匹配）',
  'rejected phone (wrong key)': '被拒绝的手机号',
  'rejected user info': '被拒绝的用户信息',
  steps: '步数',
  'node:crypto, keys parsed once': 'node:crypto，只解析一次密钥',
  bare: '不解密',
  sample: '官方示例',
  package: '本包',
  'sample, 10 % rejected': '官方示例，10 % 被拒绝',
  'package, 10 % rejected': '本包，10 % 被拒绝',
  'require an empty file': '加载空文件',
  'require the bare .node file': '只加载 .node 文件',
  'require the package': '加载本包',
  'require Tencent’s sample': '加载官方示例',
  'require Tencent’s sample and decrypt once': '加载官方示例并解密一次',
  'require the package and decrypt once': '加载本包并解密一次'
}

const bilingual = name => {
  if (name === OURS) return `**${name}**`
  return CHINESE[name] === undefined ? name : `${name} · ${CHINESE[name]}`
}
const count = number => Math.round(number).toLocaleString('en')

function renderTable(titles, rows) {
  return [`| ${titles.join(' | ')} |`, `|---|${'--:|'.repeat(titles.length - 1)}`, ...rows.map(renderRow)]
}

const renderRow = cells => `| ${cells.join(' | ')} |`

/** Returns the tables of the hot loop, the newest Node.js first. */
function renderHotLoop() {
  const versions = Object.keys(results.hot).sort((a, b) => b - a)
  return versions.flatMap(node =>
    Object.entries(results.hot[node]).flatMap(([group, payloads]) => [
      `**Node.js ${node}, ${bilingual(group)}**`,
      '',
      ...renderGroup(payloads),
      ''
    ])
  )
}

/** Returns a row for each payload, the times of each variant, and how much faster ours is than the first. */
function renderGroup(payloads) {
  const rows = Object.entries(payloads)
  const variants = Object.keys(rows[0][1])
  const time = value => (value === undefined ? '' : count(value))
  return renderTable(
    ['ns per call · 每次调用的纳秒数', ...variants.map(bilingual), `times as fast as ${variants[0]} · 倍数`],
    rows.map(([name, times]) => [
      bilingual(name),
      ...variants.map(variant => time(times[variant])),
      `${(times[variants[0]] / times[OURS]).toFixed(1)} ×`
    ])
  )
}

/** Returns the µs by which a variant makes a request longer: the server is the bottleneck. */
const added = (variants, name) => (1e6 / variants[name].perSecond - 1e6 / variants.bare.perSecond).toFixed(1)

function renderServer({ node, ...frameworks } = results.server) {
  return Object.entries(frameworks).flatMap(([framework, variants]) => [
    ...renderTable(
      [
        `${framework}, Node.js ${node}`,
        'requests per second · 每秒请求数',
        'p99, ms · 毫秒',
        'added, µs per request · 每个请求增加的微秒数'
      ],
      Object.entries(variants).map(([variant, { perSecond, p99 }]) => [
        bilingual(variant),
        count(perSecond),
        p99,
        variant === 'bare' ? '' : added(variants, variant)
      ])
    ),
    ''
  ])
}

function renderStartup({ node, ms } = results.startup) {
  const rows = Object.entries(ms).map(([name, time]) => [bilingual(name), time])
  return renderTable([`Node.js ${node}`, 'ms · 毫秒'], rows)
}

/** Returns the sentence of the READMEs. */
function renderSummary(language) {
  const { node, fastify } = results.server
  const phone = results.hot[newest].WeChat.phone
  const ratio = (phone[SAMPLE] / phone[OURS]).toFixed(1)
  const [sample, ours] = ['sample', 'package'].map(variant => added(fastify, variant))
  const perSecond = variant => count(fastify[variant].perSecond)
  return [
    [
      `A phone number takes ${count(phone[OURS])} ns on Node.js ${newest}: ${ratio} times as fast as Tencent's sample. Behind Fastify on Node.js ${node} it adds ${ours} µs to a request rather than ${sample} µs: ${perSecond('package')} requests a second rather than ${perSecond('sample')} (${perSecond('bare')} without decryption). [How it was measured](docs/benchmarks.md).`,
      `Node.js ${newest} 上解密一个手机号耗时 ${count(phone[OURS])} 纳秒，是官方示例的 ${ratio} 倍速度。在 Fastify（Node.js ${node}）中，每个请求增加 ${ours} µs，官方示例增加 ${sample} µs：每秒 ${perSecond('package')} 个请求，官方示例 ${perSecond('sample')} 个（不解密时 ${perSecond('bare')} 个）。[测量方法](docs/benchmarks.md)。`
    ][language]
  ]
}

// ── The chart ──

const THEMES = {
  light: { text: '#1f2328', faint: '#656d76', bars: ['#afb8c1', '#d0d7de', '#1a7f37'] },
  dark: { text: '#e6edf3', faint: '#8d96a0', bars: ['#6e7681', '#484f58', '#3fb950'] }
}
const CHART = { width: 780, left: 240, right: 110, bar: 15, gap: 20, top: 58 }

/** Draws the times of the hot loop as an SVG with the colours of a theme. */
function drawSpeed(theme) {
  const { text, faint, bars } = THEMES[theme]
  const payloads = results.hot[newest].WeChat
  const names = ['phone', 'user info', 'user info, Chinese', '31-day steps']
  const variants = [SAMPLE, PARSE, OURS]
  const max = Math.max(...names.flatMap(name => variants.map(variant => payloads[name][variant])))
  const scale = (CHART.width - CHART.left - CHART.right) / max
  const groupHeight = variants.length * CHART.bar + CHART.gap
  const height = CHART.top + names.length * groupHeight + 14
  const groups = names.flatMap((name, i) => {
    const y = CHART.top + i * groupHeight
    return [
      label(CHART.left - 12, y + 1.5 * CHART.bar + 4, 'end', text, bilingual(name)),
      ...variants.flatMap((variant, j) => {
        const time = payloads[name][variant]
        const width = Math.max(1, time * scale)
        const at = y + j * CHART.bar
        const note =
          variant === OURS
            ? `${count(time)} ns · ${(payloads[name][SAMPLE] / time).toFixed(1)} ×`
            : `${count(time)} ns`
        return [
          `<rect x="${CHART.left}" y="${at}" width="${width.toFixed(1)}" height="${CHART.bar - 2}" rx="2" fill="${bars[j]}"/>`,
          label(CHART.left + width + 6, at + 10, 'start', variant === OURS ? text : faint, note)
        ]
      })
    ]
  })
  const legend = variants.flatMap((variant, j) => {
    const x = [20, 245, 600][j]
    return [
      `<rect x="${x}" y="26" width="11" height="11" rx="2" fill="${bars[j]}"/>`,
      label(x + 16, 36, 'start', faint, variant === OURS ? variant : bilingual(variant))
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART.width}" height="${height}" viewBox="0 0 ${CHART.width} ${height}" font-family="system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', sans-serif" font-size="12">`,
    `<title>Time of one decryption · 一次解密的耗时 (Node.js ${newest})</title>`,
    ...legend,
    ...groups,
    '</svg>',
    ''
  ].join('\n')
}

function label(x, y, anchor, colour, text) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${escapeXml(text)}</text>`
}

function escapeXml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

module.exports = {
  drawSpeed,
  escapeXml,
  renderGroup,
  renderHotLoop,
  renderServer,
  renderStartup,
  renderSummary,
  machine: results.machine
}
