'use strict'

// Runs the code blocks of the documentation. One is runnable if it holds `//=>`, which is written behind an
// expression and before its value.

const assert = require('node:assert')

const matches = (text, pattern) => Array.from(text.matchAll(pattern), match => match.slice(1))

/** → `[language, code]` of every code block. */
const codeBlocks = text => matches(text, /^```(\w+)\n(.*?)^```$/gms)

/** The same without its comments, which are in the language of the page. */
const withoutComments = ([language, code]) => [language, code.replace(/(^|\s+)(?:\/\/(?!=>)|#) .*$/gm, '')]

const isRunnable = code => code.includes('//=>')

function run(source) {
  let checks = 0
  const check = (actual, expected) => {
    assert.deepStrictEqual(actual, expected)
    checks++
  }
  new Function('require', 'check', addChecks(source))(require, check)
  assert.strictEqual(checks, matches(source, /(\/\/=>)/g).length, 'a check was not reached')
}

// Returns the source with a check in the place of each `//=>`.
function addChecks(source) {
  return source.replace(/\n\s*\/\/=>/g, ' //=>').replace(/^(.*?) \/\/=> (.*)$/gm, (_, statement, value) => {
    const [, indent, declared, expression] = statement.match(/^(\s*)(?:const (\w+) = )?(.*)$/)
    return declared === undefined
      ? `${indent}check(${expression}, (${value}))`
      : `${statement}; check(${declared}, (${value}))`
  })
}

module.exports = { codeBlocks, isRunnable, matches, run, withoutComments }
