'use strict'

// Builds the package with a feature of the addon that only tests have, into a folder of its own.

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
const hasCargo = spawnSync('cargo', ['--version']).status === 0

// → the addon's file. `profile` is cargo's.
function buildAddon({ feature, profile, folder }) {
  const args = ['rustc', '--locked', '--lib', '--crate-type', 'cdylib', '--profile', profile]
  const json = execFileSync('cargo', [...args, '--features', feature, '--message-format', 'json'], {
    cwd: root,
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

// → a folder with the package, as it would be installed, around such an addon.
function buildPackage({ feature, folder }) {
  const addon = buildAddon({ feature, profile: 'release', folder })
  const { files } = require(path.join(root, 'package.json'))
  for (const file of ['package.json', ...files.filter(file => !/[*!]/.test(file))])
    fs.cpSync(path.join(root, file), path.join(folder, file), { recursive: true })
  // Under the name of the build that it takes the place of.
  const name = fs.readdirSync(root).find(file => file.endsWith('.node'))
  fs.renameSync(addon, path.join(folder, name))
  return folder
}

module.exports = { hasCargo, buildAddon, buildPackage }
