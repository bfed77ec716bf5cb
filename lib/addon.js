'use strict'

// Finds and loads the native addon: a local build first, then the platform's package. Requires nothing of `lib/`.

const fs = require('fs')
const path = require('path')

const NAME = 'wxbizdatacrypt-native'

/** The platforms that have a package, by architecture. Anybody could publish one under the name of another. */
const RELEASED = {
  linux: ['x64', 'arm64', 'arm', 'riscv64', 'loong64'],
  darwin: ['x64', 'arm64'],
  win32: ['x64', 'ia32', 'arm64'],
  freebsd: ['x64']
}

/**
 * Returns the names of the packages that may fit, in the order in which they are tried. Which C library a Linux has is
 * found out by loading: nothing outside the package is read. musl comes first, because glibc always rejects an addon
 * that is built for musl, while musl may accept one that is built for glibc.
 */
function listPlatforms(platform, arch) {
  if (platform !== 'linux') return [`${platform}-${arch}`]
  if (arch === 'arm') return ['linux-arm-gnueabihf']
  const libraries = arch === 'x64' || arch === 'arm64' ? ['musl', 'gnu'] : ['gnu']
  return libraries.map(library => `linux-${arch}-${library}`)
}

function loadAddon(platform, arch) {
  const platforms = listPlatforms(platform, arch)
  const isReleased = (RELEASED[platform] || []).includes(arch)
  const local = findLocalBuilds(platforms)
  const files = local.length > 0 ? local : findPackages(isReleased ? platforms : [])
  const failures = []
  for (const file of files) {
    try {
      return load(file)
    } catch (error) {
      failures.push(error)
    }
  }
  const wanted = platforms.map(name => (isReleased ? `"${NAME}-${name}"` : `"${NAME}.${name}.node"`))
  throw describeFailures(failures, wanted.join(' / '), isReleased)
}

/** Finds builds beside the package's files; in a bundle, whose folder `__dirname` then is, beside the bundle. */
function findLocalBuilds(platforms) {
  // Some bundlers replace it by a relative path, which would lead to the current folder, and Turbopack by `/ROOT/…`, which
  // on Windows would lead to a folder of the current drive.
  if (path.resolve(__dirname) !== __dirname) return []
  const folders = path.basename(__dirname) === 'lib' ? [__dirname, path.dirname(__dirname)] : [__dirname]
  const files = folders.map(folder =>
    platforms.map(platform => path.join(folder, `${NAME}.${platform}.node`))
  )
  return [].concat(...files).filter(exists)
}

/**
 * Resolves the packages of the nearest folder that has one, as `require` would. Node looks for a package that is not
 * installed in every parent folder, where somebody else may have put one of its name.
 */
function findPackages(platforms) {
  const isIn = folder => platform => exists(path.join(folder, `${NAME}-${platform}`))
  const nearest = listFolders().find(folder => platforms.some(isIn(folder)))
  // Yarn Plug'n'Play has no such folder, and resolves only what is declared.
  const names = nearest === undefined ? platforms : platforms.filter(isIn(nearest))
  return names.map(resolvePackage).filter(file => file !== undefined)
}

/** Returns none in a bundle, where `require` may be another function. */
const listFolders = () => attempt(() => require.resolve.paths(NAME)) || []

/** Whether a file exists that may be read: Node's permission model throws for one that may not. */
const exists = file => attempt(() => fs.existsSync(file)) === true

// Turbopack would follow it at build time and fail, whether or not the packages are installed.
const resolvePackage = platform =>
  attempt(() => require.resolve(/* turbopackIgnore: true */ `${NAME}-${platform}`))

/** Returns what a function returns, or `undefined` if it throws. */
function attempt(run) {
  try {
    return run()
  } catch {
    return undefined
  }
}

/**
 * Loads the file as `require` would. Bundlers would resolve a `require` themselves; this way a bundle finds the addon
 * beside it at run time.
 */
function load(file) {
  const addon = { exports: {} }
  process.dlopen(addon, path.toNamespacedPath(file))
  return addon.exports
}

/** Returns the system's own error, which says what is wrong, such as a C library that is too old. */
function describeFailures(failures, wanted, isReleased) {
  const missing = `there is no ${isReleased ? 'package' : 'build'} ${wanted}`
  const error = failures[failures.length - 1] || new Error(missing)
  if (failures.length > 1) error.message = failures.map(({ message }) => message).join('\n')
  error.packages = wanted
  return error
}

module.exports = loadAddon(process.platform, process.arch)
