'use strict'

// Writes what the documents and types repeat from the source, between markers:
//
//   <!-- generated: NAME -->
//   …
//   <!-- end -->
//
//   node scripts/docs.js [--check]
//
// --check  writes nothing, and fails where a file differs

const fs = require('fs')
const path = require('path')
const { reasons } = require('../lib/diagnose/reasons')
const { DECRYPT_ERRORS } = require('../lib/errors')

const root = path.join(__dirname, '..')

// `render` returns the lines between the markers. To add a generator: a row here, and the markers in the file.
const generated = [
  { file: 'docs/diagnose.md', marker: 'reasons', render: () => renderReasons('hint', 0) },
  { file: 'docs/diagnose.zh-CN.md', marker: 'reasons', render: () => renderReasons('提示', 1) },
  { file: 'index.d.ts', marker: 'reasons', render: () => renderUnion(Object.keys(reasons)) },
  { file: 'README.md', marker: 'wechat-errors', render: () => renderErrors('meaning, and what to do', 0) },
  { file: 'README.zh-CN.md', marker: 'wechat-errors', render: () => renderErrors('含义与处理', 1) },
  { file: 'index.d.ts', marker: 'error-reasons', render: renderErrorReasons },
  {
    file: 'docs/security.md',
    marker: 'unsafe',
    render: () => renderUnsafe('file | function | blocks | why it is sound')
  },
  {
    file: 'docs/security.zh-CN.md',
    marker: 'unsafe',
    render: () => renderUnsafe('文件 | 函数 | 数目 | 源码中写明的理由（原文）')
  }
]

// What each `reason` means and what to do, in English and Chinese.
const errorTexts = {
  'session-key-length': [
    'The session key is not 16 bytes once decoded. Check what your session store returns.',
    'session_key 解码后不是 16 字节。检查会话存储返回的内容。'
  ],
  'iv-length': [
    'The iv is not 16 bytes once decoded. Send the `iv` from the same callback; look for a `+` that became a space.',
    'iv 解码后不是 16 字节。要传同一次回调里的 `iv`；检查 `+` 是否变成了空格。'
  ],
  'data-length': [
    'The data is empty, not whole blocks of 16 bytes, or longer than 32 KiB once decoded. Look for cut-off text and for a `+` that became a space.',
    '数据解码后为空、长度不是 16 字节的整数倍，或超过 32 KiB。检查内容是否被截断，`+` 是否变成了空格。'
  ],
  undecryptable: [
    'Bad padding, UTF-8 or JSON. Most often the session key was rotated: call `wx.login` before the button is shown, and keep the last two keys.',
    '填充、UTF-8 或 JSON 不正确。多半是 session_key 已更换：在显示按钮之前调用 `wx.login`，并保留最近两个。'
  ],
  watermark: [
    'The watermark is missing or names another app. Use the app id of the mini program that the data was made in.',
    '没有水印，或水印属于其他小程序。请使用产生该数据的小程序的 appid。'
  ],
  'open-id': [
    'With the option `openId`: the data is of another user, or of none.',
    '传了 `openId` 选项：数据属于其他用户，或不含 openId。'
  ],
  expired: [
    "With the option `maxAge`: the data is older, has no timestamp, or one in the future. Ask the client for fresh data; check the server's clock.",
    '传了 `maxAge` 选项：数据生成时间已超过 `maxAge`、缺少时间戳，或时间戳晚于服务器当前时间。请客户端重新获取，并检查服务器时钟。'
  ],
  argument: [
    'A TypeError: an argument has a wrong type and is named, or an option is unknown. Answer 400: most often the client left a field out.',
    'TypeError：参数类型不对（消息中会指明），或选项未知。返回 400 即可：多半是客户端漏传了字段。'
  ]
}

function renderErrors(title, language) {
  const rows = DECRYPT_ERRORS.map(({ code, errcode, reason }) => [code.value, errcode.value, reason.value])
  rows.push(['ERR_INVALID_ARG_TYPE', '', 'argument'])
  const cells = rows.map(
    ([code, errcode, reason]) =>
      `| \`${code}\` | ${errcode} | \`${reason}\` | ${errorTexts[reason][language]} |`
  )
  return [`| code | errcode | reason | ${title} |`, '|---|---|---|---|', ...cells]
}

function renderErrorReasons() {
  return DECRYPT_ERRORS.flatMap(({ code, reason, hint }) => [
    `    /** ${hint.value} */`,
    `    ${/^\w+$/.test(reason.value) ? reason.value : `'${reason.value}'`}: '${code.value}'`
  ])
}

function renderReasons(title, language) {
  const rows = Object.keys(reasons).map(name => {
    const hint = reasons[name][language].replace(/&/g, '&amp;').replace(/\{(\w+)\}/g, '*$1*')
    return `| \`${name}\` | ${hint} |`
  })
  return [`| reason | ${title} |`, '|---|---|', ...rows]
}

function renderUnion(names) {
  return names.map(name => `    | '${name}'`)
}

function renderUnsafe(titles) {
  const rows = findUnsafe().map(
    ({ file, name, reasons }) => `| \`${file}\` | \`${name}\` | ${reasons.length} | ${reasons.join(' ')} |`
  )
  return [`| ${titles} |`, '|---|---|---|---|', ...rows]
}

// → the functions with `unsafe` blocks, each with the SAFETY comments of its blocks.
function findUnsafe() {
  const found = []
  const files = fs.readdirSync(path.join(root, 'src/node')).sort()
  for (const file of files.map(name => `src/node/${name}`)) {
    let type = ''
    let name
    let comment = []
    for (const line of fs.readFileSync(path.join(root, file), 'utf8').split('\n')) {
      const [, safety, text] = /^\s*\/\/ (SAFETY: )?(.*)/.exec(line) || []
      if (text !== undefined) comment = safety ? [text] : [...comment, text]
      else if (/\bunsafe \{/.test(line)) {
        const reason = comment.join(' ')
        if (found.length === 0 || found[found.length - 1].name !== name)
          found.push({ file, name, reasons: [] })
        found[found.length - 1].reasons.push(reason[0].toUpperCase() + reason.slice(1))
      }
      if (/^impl\b/.test(line)) type = `${/(\w+)(?:<\w+>)? \{/.exec(line)[1]}::`
      else if (line === '}') type = ''
      if (/\bfn \w/.test(line)) name = type + /\bfn (\w+)/.exec(line)[1]
    }
  }
  return found
}

// → the text of a file with the lines between its markers replaced.
function replaceBetweenMarkers(text, marker, lines) {
  const all = text.split('\n')
  const start = all.findIndex(line => line.includes(`<!-- generated: ${marker} -->`))
  const length = all.slice(start).findIndex(line => line.includes('<!-- end -->'))
  if (start === -1 || length === -1) throw new Error(`no markers for ${marker}`)
  return [...all.slice(0, start + 1), ...lines, ...all.slice(start + length)].join('\n')
}

function run(check) {
  for (const { file, marker, render } of generated) {
    const filename = path.join(root, file)
    const text = fs.readFileSync(filename, 'utf8')
    const current = replaceBetweenMarkers(text, marker, render())
    if (current === text) continue
    if (check) {
      console.error(`${file}: "${marker}" is not what the source says. Run: npm run docs`)
      process.exitCode = 1
    } else {
      fs.writeFileSync(filename, current)
    }
  }
}

run(process.argv.includes('--check'))
