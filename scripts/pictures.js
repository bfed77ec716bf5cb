'use strict'

// Draws what the command line prints, for the READMEs, as an SVG of a terminal.

const { spawnSync } = require('child_process')
const path = require('path')
const demo = require('../__test__/demo.json')
const { escapeXml } = require('./benchmarks')

const COLUMNS = 88
const WIDTH = 8.05
const HEIGHT = 20
const PADDING = 18
const PROMPT = '$ npx wxbizdatacrypt-native diagnose session.json'

/** Draws the diagnosis of Tencent's example, sent as a form, in the language of the terminal. */
function drawDiagnosis(locale) {
  const { appId, sessionKey, encryptedData, iv } = demo
  const session = { appId, sessionKey, encryptedData: encryptedData.replace(/\+/g, ' '), iv }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(__dirname, '../bin.js'), 'diagnose', '-'],
    {
      input: JSON.stringify(session),
      encoding: 'utf8',
      env: { ...process.env, LANGUAGE: '', LC_ALL: locale }
    }
  )
  if (stdout === '') throw new Error(`diagnose printed nothing (${status}): ${stderr}`)
  const lines = [PROMPT, ...stdout.trimEnd().split('\n').flatMap(wrap)]
  const width = Math.ceil(COLUMNS * WIDTH + 2 * PADDING)
  const height = 34 + lines.length * HEIGHT + PADDING
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'PingFang SC', 'Microsoft YaHei', monospace" font-size="13.3">`,
    `<title>${escapeXml(PROMPT)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (colour, i) => `<circle cx="${20 + 20 * i}" cy="18" r="6" fill="${colour}"/>`
    ),
    ...lines.map((line, i) => {
      const colour = i === 0 ? '#8d96a0' : i === 1 ? '#ffa657' : '#e6edf3'
      return `<text x="${PADDING}" y="${34 + (i + 0.8) * HEIGHT}" fill="${colour}" xml:space="preserve">${escapeXml(line)}</text>`
    }),
    '</svg>',
    ''
  ].join('\n')
}

/** Breaks a line as a terminal of 88 columns with word wrap would; a Chinese character takes two. */
function wrap(line) {
  const lines = ['']
  for (const word of line.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) || []) {
    const current = lines[lines.length - 1]
    if (columnsOf(current + word.trimEnd()) > COLUMNS && !/^[，。：；、）」]/.test(word)) lines.push(word)
    else lines[lines.length - 1] = current + word
  }
  return lines
}

const columnsOf = text =>
  Array.from(text, character => (character > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0)

module.exports = { drawDiagnosis }
