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
const { reasons, alipayHintsZh } = require('../lib/diagnose/reasons')
const { DECRYPT_ERRORS } = require('../lib/errors')
const texts = require('./error-texts')
const describeTested = require('./tested-platforms')

const root = path.join(__dirname, '..')
const alipayCodes = Object.keys(alipayHintsZh)

// `render` returns the lines between the markers. To add a generator: a row here, and the markers in the file.
const generated = [
  { file: 'docs/diagnose.md', marker: 'reasons', render: () => renderReasons('hint', 0) },
  { file: 'docs/diagnose.zh-CN.md', marker: 'reasons', render: () => renderReasons('提示', 1) },
  { file: 'index.d.ts', marker: 'reasons', render: () => renderUnion(Object.keys(reasons)) },
  { file: 'README.md', marker: 'wechat-errors', render: () => renderErrors('meaning, and what to do', 0) },
  { file: 'README.zh-CN.md', marker: 'wechat-errors', render: () => renderErrors('含义与处理', 1) },
  { file: 'README.md', marker: 'tested', render: () => [describeTested('en')] },
  { file: 'README.zh-CN.md', marker: 'tested', render: () => [describeTested('zh')] },
  { file: 'docs/install.md', marker: 'tested', render: () => [describeTested('en')] },
  { file: 'docs/install.zh-CN.md', marker: 'tested', render: () => [describeTested('zh')] },
  { file: 'index.d.ts', marker: 'error-codes', render: renderErrorCodes },
  { file: 'index.d.ts', marker: 'error-reasons', render: renderErrorReasons },
  {
    file: 'docs/alipay.md',
    marker: 'alipay-errors',
    render: () => renderAlipayErrors('meaning | what to do', 0)
  },
  {
    file: 'docs/alipay.zh-CN.md',
    marker: 'alipay-errors',
    render: () => renderAlipayErrors('含义 | 处理', 1)
  },
  { file: 'index.d.ts', marker: 'alipay-codes', render: renderAlipayCodes },
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

function renderErrors(title, language) {
  const rows = DECRYPT_ERRORS.map(({ code, errcode, reason }) => [code.value, errcode.value, reason.value])
  rows.push(['ERR_INVALID_ARG_TYPE', '', 'argument'])
  const cells = rows.map(
    ([code, errcode, reason]) =>
      `| \`${code}\` | ${errcode} | \`${reason}\` | ${texts.wechat[reason][language]} |`
  )
  return [`| code | errcode | reason | ${title} |`, '|---|---|---|---|', ...cells]
}

// Of a code with several reasons, index.d.ts says more above.
function renderErrorCodes() {
  return [...new Set(DECRYPT_ERRORS.map(({ code }) => code.value))].flatMap(name => {
    const reasons = DECRYPT_ERRORS.filter(({ code }) => code.value === name)
    const hint = reasons.length === 1 ? [`    /** ${reasons[0].hint.value} */`] : []
    return [...hint, `    ${name}: ${reasons[0].errcode.value}`]
  })
}

function renderAlipayErrors(titles, language) {
  const rows = alipayCodes.map(code => `| \`${code}\` | ${texts.alipay[code][language].join(' | ')} |`)
  return [`| code | ${titles} |`, '|---|---|---|', ...rows]
}

function renderAlipayCodes() {
  return alipayCodes.flatMap(code => {
    const [[meaning]] = texts.alipay[code]
    return [`    /** ${meaning[0].toUpperCase()}${meaning.slice(1)}. */`, `    | '${code}'`]
  })
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
