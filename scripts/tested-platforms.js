'use strict'

// Describes for the documents what the matrix runs, from runtimes.json, and what only the release workflow runs.

const { targets, platformOf } = require('./targets')
const { run } = require('../__test__/system/runtimes.json')

const names = {
  'linux-x64-gnu': { en: 'Linux x64', zh: 'Linux x64' },
  'linux-arm64-gnu': { en: 'Linux arm64', zh: 'Linux arm64' },
  'linux-arm-gnueabihf': { en: 'Linux armv7', zh: 'Linux armv7' },
  'linux-riscv64-gnu': { en: 'Linux riscv64', zh: 'Linux riscv64' },
  'linux-loong64-gnu': { en: 'Linux loong64', zh: 'Linux loong64（龙芯）' },
  'linux-x64-musl': { en: 'Linux x64 with musl (Alpine)', zh: 'Linux x64 musl（Alpine）' },
  'linux-arm64-musl': { en: 'Linux arm64 with musl', zh: 'Linux arm64 musl' },
  'darwin-x64': { en: 'macOS x64', zh: 'macOS x64' },
  'darwin-arm64': { en: 'macOS arm64', zh: 'macOS arm64' },
  'win32-x64': { en: 'Windows x64', zh: 'Windows x64' },
  'win32-ia32': { en: 'Windows ia32', zh: 'Windows ia32' },
  'win32-arm64': { en: 'Windows arm64', zh: 'Windows arm64' },
  'freebsd-x64': { en: 'FreeBSD x64', zh: 'FreeBSD x64' }
}

const languages = {
  en: {
    comma: ', ',
    and: ' and ',
    row: (name, runtimes, by) => `${name} with ${runtimes}${by ? ` (under ${by})` : ''}`,
    say: (rows, others) =>
      `\`npm run matrix\` runs: ${rows.join('; ')}. Only the release workflow runs ${others}, before anything is published.`
  },
  zh: {
    comma: '、',
    and: ' 和 ',
    row: (name, runtimes, by) => `${name}：${runtimes}${by ? `（在 ${by} 下）` : ''}`,
    say: (rows, others) =>
      `\`npm run matrix\` 测试：${rows.join('；')}。仅由发布流程在发布之前测试：${others}。`
  }
}

/** Returns a sentence in `language`, 'en' or 'zh'. */
function describeTested(language) {
  const { comma, and, row, say } = languages[language]
  const list = items => [items.slice(0, -1).join(comma), ...items.slice(-1)].filter(Boolean).join(and)
  const rows = run.map(({ platform, node, bun, deno, by }) => {
    const runtimes = [`Node.js ${list(node)}`, bun && `Bun ${bun}`, deno && `Deno ${deno}`].filter(Boolean)
    return row(names[platform][language], runtimes.join(comma), by)
  })
  const others = targets.map(platformOf).filter(platform => !run.some(row => row.platform === platform))
  return say(rows, list(others.map(platform => names[platform][language])))
}

module.exports = describeTested
