'use strict'

// Checks the packages of a release before they are published: nothing on npm can be taken back.

const fs = require('fs')
const os = require('os')
const path = require('path')
const { root } = require('../tools')

// Folders of those who build: home folders, temporary folders, those of CI services, and of the tools.
const BUILD_PATHS = [
  /\/(?:home|root|Users|Volumes|private|tmp|mnt|runner|github|builds|workspaces?)\/[\w.@+-]+\//,
  /\/var\/(?:folders|tmp)\//,
  /[A-Z]:[\\/](?:Users|a)[\\/]/,
  /\.(?:cargo|rustup)[\\/]|[\\/]registry[\\/]src[\\/]|zig-cache/
]
const OWN_PATHS = [root, os.homedir(), process.env.CARGO_HOME].filter(folder => folder && folder !== '/')

/** Throws an error if the package in a folder must not be published. Returns its size in bytes. */
function checkPackage(folder) {
  const files = fs
    .readdirSync(folder, { recursive: true })
    .filter(file => fs.statSync(path.join(folder, file)).isFile())
  const contents = files.map(file => [file, fs.readFileSync(path.join(folder, file))])
  for (const [file, bytes] of contents) rejectBuildPaths(file, bytes.toString('latin1'))
  return contents.reduce((size, [, bytes]) => size + bytes.length, 0)
}

function rejectBuildPaths(file, text) {
  // Without the zeros, UTF-16 reads like ASCII.
  for (const content of [text, text.replace(/\0/g, '')]) {
    const found =
      OWN_PATHS.find(own => content.includes(`${own}${path.sep}`)) ||
      BUILD_PATHS.map(pattern => pattern.exec(content)).find(Boolean)
    if (found) throw new Error(`${file} holds a path of a build machine: ${found}`)
  }
}

module.exports = checkPackage
