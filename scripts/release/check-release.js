'use strict'

// Checks the packages of a release before they are published: nothing on npm can be taken back.

const fs = require('fs')
const os = require('os')
const path = require('path')
const { targets, platformOf } = require('../targets')
const { root } = require('../tools')
const checkBinary = require('./check-binary')

const MAX_ROOT = 768 * 1024

// Folders of those who build: home folders, temporary folders, those of CI services, and of the tools.
const BUILD_PATHS = [
  /\/(?:home|root|Users|Volumes|private|tmp|mnt|runner|github|builds|workspaces?)\/[\w.@+-]+\//,
  /\/var\/(?:folders|tmp)\//,
  /[A-Z]:[\\/](?:Users|a)[\\/]/,
  /\.(?:cargo|rustup)[\\/]|[\\/]registry[\\/]src[\\/]|zig-cache/
]
const OWN_PATHS = [root, os.homedir(), process.env.CARGO_HOME].filter(folder => folder && folder !== '/')

/** Returns a line about each package. Throws an error if one must not be published. */
function checkRelease(release, names = targets) {
  const main = checkMain(release, names)
  const lines = names.map(target => {
    const { manifest, file } = checkPlatform(release, target, main)
    return `${manifest.name}@${manifest.version}: ${checkBinary(file, target)}`
  })
  return [...lines, `${main.name}@${main.version}: ${sizeOf(path.join(release, 'root'))} bytes`]
}

/** Returns the manifest of the main package. */
function checkMain(release, names) {
  const main = readManifest(release, 'root')
  for (const field of ['dependencies', 'scripts', 'devDependencies', 'overrides']) {
    if (main[field]) fail(`The main package has ${field}`)
  }
  checkRepository(main)
  const wanted = Object.fromEntries(names.map(target => [`${main.name}-${platformOf(target)}`, main.version]))
  const named = main.optionalDependencies || {}
  if (JSON.stringify(sorted(named)) !== JSON.stringify(sorted(wanted))) {
    fail(`The main package names ${JSON.stringify(named)} instead of ${JSON.stringify(wanted)}`)
  }
  const size = sizeOf(path.join(release, 'root'))
  if (size > MAX_ROOT) fail(`The main package has ${size} bytes, more than ${MAX_ROOT}`)
  rejectBuildPaths(path.join(release, 'root'))
  return main
}

/** Returns the manifest and the binary's file of a platform's package. */
function checkPlatform(release, target, main) {
  const platform = platformOf(target)
  const folder = path.join('npm', platform)
  const manifest = readManifest(release, folder)
  if (manifest.name !== `${main.name}-${platform}`) fail(`${folder} is named ${manifest.name}`)
  if (manifest.version !== main.version) {
    fail(`${manifest.name} has version ${manifest.version}, and the main package ${main.version}`)
  }
  checkRepository(manifest)
  const file = path.join(release, folder, manifest.main)
  if (!fs.existsSync(file)) fail(`${manifest.name} does not hold ${manifest.main}`)
  rejectBuildPaths(path.join(release, folder))
  return { manifest, file }
}

// npm rejects the provenance of a package that names a repository other than the one it was built in.
function checkRepository({ name, repository }) {
  const { GITHUB_REPOSITORY } = process.env
  const { url } = repository || {}
  if (!url) fail(`${name} names no repository`)
  if (GITHUB_REPOSITORY && url !== `git+https://github.com/${GITHUB_REPOSITORY}.git`) {
    fail(`${name} names the repository ${url}, and this is ${GITHUB_REPOSITORY}: package.json must say so`)
  }
}

function rejectBuildPaths(folder) {
  for (const file of filesIn(folder)) {
    const bytes = fs.readFileSync(file, 'latin1')
    // Without the zeros, UTF-16 reads like ASCII.
    for (const content of [bytes, bytes.replace(/\0/g, '')]) {
      const found =
        OWN_PATHS.find(own => content.includes(`${own}${path.sep}`)) ||
        BUILD_PATHS.map(pattern => pattern.exec(content)).find(Boolean)
      if (found) fail(`${path.relative(folder, file)} holds a path of a build machine: ${found}`)
    }
  }
}

function readManifest(release, folder) {
  return JSON.parse(fs.readFileSync(path.join(release, folder, 'package.json'), 'utf8'))
}

function sorted(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
}

function filesIn(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .map(entry => [entry, path.join(folder, entry.name)])
    .flatMap(([entry, at]) => (entry.isDirectory() ? filesIn(at) : [at]))
}

function sizeOf(folder) {
  return filesIn(folder).reduce((sum, file) => sum + fs.statSync(file).size, 0)
}

function fail(message) {
  throw new Error(message)
}

module.exports = Object.assign(checkRelease, { checkMain, checkPlatform, filesIn })
