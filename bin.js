#!/usr/bin/env node
'use strict'

// The command `wxbizdatacrypt-native`, or `wxbiz` for short: `--help` says what it does.

if (require('util').parseArgs === undefined) {
  console.error('The command line needs Node.js 18.3 or later; the package itself does not.')
  console.error('命令行需要 Node.js 18.3 或更高版本（程序库本身不需要）。')
  process.exitCode = 2
} else {
  // Stack traces are never shown, and capturing one costs more than the failed decryption.
  Error.stackTraceLimit = 0
  // A reader such as `head` may close the pipe before the end.
  process.stdout.on('error', error => {
    if (error.code !== 'EPIPE') process.exitCode = 1
  })
  require('./lib/cli')(process.argv.slice(2), process).then(
    status => {
      process.exitCode = process.exitCode || status
    },
    error => {
      console.error(error.code || error.message)
      process.exitCode = 1
    }
  )
}
