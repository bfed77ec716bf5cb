'use strict'

// Runs the tests of the package on a Windows Node under Wine, file by file.

const { spawnSync } = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { root } = require('../../scripts/tools')
const windowsNode = require('./wine')

const VERSION = 22

// What Wine cannot run, and why. Whole files:
const FILES = {
  'package.test.js': 'runs npm and git of this machine',
  'panic.test.js': 'builds an addon',
  'examples.test.js': 'Wine 8 breaks the sockets of fetch'
}
// Tests in other files, by the beginning of their names:
const TESTS = {
  'a pipe that is closed at once is no error': 'pipes by a shell',
  'help and version': 'has the test above in it',
  'a reader that closes the pipe ends it quietly': 'a pipe that Wine does not close',
  'decrypt --ndjson': 'has the test above in it',
  'processes of a cluster': 'Wine 8 has no sockets to share'
}

// → { outcome, line }
function suiteOnWine() {
  let found
  try {
    found = windowsNode('x64', VERSION)
  } catch (error) {
    return {
      outcome: 'skipped',
      line: `the suite on Windows Node ${VERSION}: ${String(error.message).split('\n')[0]}`
    }
  }
  const folder = path.join(root, '__test__')
  const files = fs.readdirSync(folder).filter(name => name.endsWith('.test.js') && !FILES[name])
  const results = files.map(name => runFile(found, path.join(folder, name)))
  const failures = results.flatMap(({ failed }) => failed).filter(name => !isExpected(name))
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const what = `the suite on Windows Node ${VERSION} under Wine: ${passed} tests pass`
  if (failures.length > 0) return { outcome: 'failed', line: `${what}\n  ${failures.join('\n  ')}` }
  const left = Object.keys(FILES).length + Object.keys(TESTS).length
  return { outcome: 'passed', line: `${what}, ${left} files and tests are left out` }
}

function isExpected(failure) {
  return Object.keys(TESTS).some(name => failure.includes(`: ${name}`))
}

// Not `node --test`, whose processes speak through pipes, which Wine breaks.
function runFile({ command: [wine, program], env }, file) {
  const log = path.join(os.tmpdir(), `wine-${process.pid}.log`)
  const out = fs.openSync(log, 'w')
  const args = [program, '--test-reporter=tap', file]
  const { status } = spawnSync(wine, args, { cwd: root, env, stdio: ['ignore', out, out], timeout: 300000 })
  fs.closeSync(out)
  const output = fs.readFileSync(log, 'utf8')
  fs.rmSync(log)
  const name = path.basename(file)
  const failed = [...output.matchAll(/^ *not ok \d+ - (.*?)(?: # TODO.*)?$/gm)].map(
    ([, test]) => `${name}: ${test}`
  )
  const [, passed] = /^# pass (\d+)$/m.exec(output) || []
  if (passed === undefined) failed.push(`${name}: ended with ${status} and said ${output.slice(-500)}`)
  return { passed: Number(passed || 0), failed }
}

module.exports = suiteOnWine
