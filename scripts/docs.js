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

const root = path.join(__dirname, '..')

// `render` returns the lines between the markers. To add a generator: a row here, and the markers in the file.
const generated = [
  { file: 'docs/diagnose.md', marker: 'reasons', render: () => renderReasons('hint', 0) },
  { file: 'docs/diagnose.zh-CN.md', marker: 'reasons', render: () => renderReasons('提示', 1) },
  { file: 'index.d.ts', marker: 'reasons', render: () => renderUnion(Object.keys(reasons)) }
]

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
