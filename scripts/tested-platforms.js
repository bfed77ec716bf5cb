'use strict'

// Describes for the documents what the matrix runs, from runtimes.json, and what only the release workflow runs.

const { targets, platformOf } = require('./targets')
const { run } = require('../__test__/system/runtimes.json')

const SYSTEMS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows', freebsd: 'FreeBSD' }

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
    return row(nameOf(platform), runtimes.join(comma), by)
  })
  const others = targets.map(platformOf).filter(platform => !run.some(row => row.platform === platform))
  return say(rows, list(others.map(nameOf)))
}

/** Returns a name such as Linux arm64 or Alpine x64. */
function nameOf(platform) {
  const [os, cpu, abi] = platform.split('-')
  return `${abi === 'musl' ? 'Alpine' : SYSTEMS[os]} ${cpu === 'arm' ? 'armv7' : cpu}`
}

module.exports = describeTested
