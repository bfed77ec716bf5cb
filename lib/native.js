'use strict'

// Finds and loads the native addon: a local build first, then the platform's package.

const fs = require('fs')
const path = require('path')

const NAME = 'wxbizdatacrypt-native'

module.exports = loadAddon(listPlatforms(process.platform, process.arch))

// → the names of the packages that may fit, in the order in which they are tried. Which C library a Linux has
// is found out by loading: nothing outside the package is read. musl comes first, because glibc always
// rejects an addon that is built for musl, while musl may accept one that is built for glibc.
function listPlatforms(platform, arch) {
  if (platform !== 'linux') return [`${platform}-${arch}`]
  if (arch === 'arm') return ['linux-arm-gnueabihf']
  const libraries = arch === 'x64' || arch === 'arm64' ? ['musl', 'gnu'] : ['gnu']
  return libraries.map(library => `linux-${arch}-${library}`)
}

function loadAddon(platforms) {
  const local = findLocalBuilds(platforms)
  const attempts = local.length > 0 ? local.map(tryFile) : platforms.map(tryPackage)
  const failures = []
  for (const attempt of attempts) {
    try {
      return attempt()
    } catch (error) {
      failures.push(error)
    }
  }
  throw describeFailures(failures, platforms)
}

// In a bundle, `__dirname` is the bundle's folder.
function findLocalBuilds(platforms) {
  const folders = path.basename(__dirname) === 'lib' ? [__dirname, path.dirname(__dirname)] : [__dirname]
  const files = folders.map(folder =>
    platforms.map(platform => path.join(folder, `${NAME}.${platform}.node`))
  )
  return [].concat(...files).filter(file => fs.existsSync(file))
}

// Loads the file as `require` would. Bundlers would resolve a `require` themselves; this way a bundle finds
// the addon beside it at run time.
function tryFile(file) {
  return () => {
    const addon = { exports: {} }
    process.dlopen(addon, path.toNamespacedPath(file))
    return addon.exports
  }
}

function tryPackage(platform) {
  return () => require(`${NAME}-${platform}`)
}

// A package that is not installed is worth mentioning only where none is.
function describeFailures(failures, platforms) {
  const found = failures.filter(error => !isNotInstalled(error, platforms))
  if (found.length === 0) return createNotFoundError(platforms)
  // The system's own message says what is wrong, such as a C library that is too old.
  const error = found[found.length - 1]
  if (found.length > 1) error.message = found.map(({ message }) => message).join('\n')
  return error
}

function isNotInstalled(error, platforms) {
  if (error.code !== 'MODULE_NOT_FOUND') return false
  return platforms.some(platform => error.message.includes(`'${NAME}-${platform}'`))
}

function createNotFoundError(platforms) {
  const docs = require('../package.json').homepage.replace(/#.*$/, '/blob/main/docs')
  const names = platforms.map(platform => `"${NAME}-${platform}"`).join(' or ')
  const error = new Error(
    [
      `The native addon for this machine is not installed: there is no package ${names}.`,
      'Optional dependencies were omitted: install without --omit=optional and --no-optional.',
      'Or node_modules or package-lock.json comes from a different kind of machine (npm/cli#4828): remove both',
      'and install again on the machine, or in the image, that runs this.',
      `Or a bundler omitted the addon: ${docs}/bundlers.md`,
      `Or there is no addon for this kind of machine: ${docs}/install.md says how to build it.`
    ].join('\n')
  )
  error.code = 'ERR_ADDON_NOT_FOUND'
  return error
}
