'use strict'

// Builds the package for a test into a folder: with a feature that only tests have, or from a changed crate.

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
const hasCargo = spawnSync('cargo', ['--version']).status === 0

/** Builds the addon and returns its file. `profile` is cargo's, `crate` the folder of the crate. */
function buildAddon({ feature = 'node', profile, folder, crate = root }) {
  const lock = crate === root ? '--locked' : '--offline'
  const args = ['rustc', lock, '--lib', '--crate-type', 'cdylib', '--profile', profile]
  const json = execFileSync('cargo', [...args, '--features', feature, '--message-format', 'json'], {
    cwd: crate,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26
  })
  const built = json
    .split('\n')
    .filter(line => line.includes('"compiler-artifact"'))
    .map(line => JSON.parse(line))
    .filter(({ target }) => target.name === 'wxbizdatacrypt_native')
    .flatMap(({ filenames }) => filenames)
    .find(file => /\.(so|dylib|dll)$/.test(file))
  const addon = path.join(folder, `${feature}.node`)
  fs.copyFileSync(built, addon)
  return addon
}

/** Builds such an addon and copies the package, as it would be installed, around it. Returns the folder. */
function buildPackage({ feature, folder, crate }) {
  const addon = buildAddon({ feature, profile: 'release', folder, crate })
  const { files } = require(path.join(root, 'package.json'))
  for (const file of ['package.json', ...files.filter(file => !/[*!]/.test(file))])
    fs.cpSync(path.join(root, file), path.join(folder, file), { recursive: true })
  // Under the name of the build that it takes the place of.
  const name = fs.readdirSync(root).find(file => file.endsWith('.node'))
  fs.renameSync(addon, path.join(folder, name))
  return folder
}

module.exports = { hasCargo, buildAddon, buildPackage }
