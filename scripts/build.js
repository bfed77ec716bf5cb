'use strict'

// Builds the addon for this machine, or for `--target TRIPLE`, and lays it beside index.js.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')

const root = path.join(__dirname, '..')
execFileSync('cargo', ['rustc', '--release', '--locked', '--lib', '--crate-type', 'cdylib'], {
  cwd: root,
  stdio: 'inherit'
})
fs.copyFileSync(
  path.join(root, 'target/release/libwxbizdatacrypt_native.so'),
  path.join(root, 'wxbizdatacrypt-native.linux-x64-gnu.node')
)
