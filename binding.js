'use strict'

// Finds and loads the native addon: the local build first, then the platform's package.

const fs = require('fs')
const path = require('path')

// Named as the napi CLI names them: linux-x64-gnu, win32-x64-msvc, darwin-arm64.
function describePlatform() {
  const { platform, arch } = process
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  if (arch === 'arm') return 'linux-arm-gnueabihf'
  return `linux-${arch}-${isMusl(arch) ? 'musl' : 'gnu'}`
}

// The C library is the one whose loader this executable names; only where musl's loader lies at all is it
// worth a look. `process.report` would know too, but takes milliseconds.
function isMusl(arch) {
  const loader = `/lib/ld-musl-${arch === 'x64' ? 'x86_64' : 'aarch64'}.so.1`
  return fs.existsSync(loader) && readInterpreter(process.execPath).includes('/ld-musl-')
}

// → the segment PT_INTERP of a 64-bit little-endian ELF file: the path of its loader.
function readInterpreter(executable) {
  const file = fs.openSync(executable, 'r')
  try {
    const read = (position, length) => {
      const bytes = Buffer.alloc(length)
      fs.readSync(file, bytes, 0, length, position)
      return bytes
    }
    const header = read(0, 64)
    const segments = read(header.readUInt32LE(32), 56 * header.readUInt16LE(56))
    let at = 0
    while (segments.readUInt32LE(at) !== 3) at += 56
    return read(segments.readUInt32LE(at + 8), segments.readUInt32LE(at + 32))
  } finally {
    fs.closeSync(file)
  }
}

function load(platform) {
  const local = path.join(__dirname, `wxbizdatacrypt-native.${platform}.node`)
  if (fs.existsSync(local)) return loadFile(local)
  const name = `wxbizdatacrypt-native-${platform}`
  try {
    return require(name)
  } catch (error) {
    // Any other failure says itself what is wrong, such as a C library that is too old.
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(`'${name}'`)) throw error
    throw notInstalled(name)
  }
}

// As `require` does it. A bundler would take a `require` for its own; so a bundle finds the addon that lies
// beside it.
function loadFile(file) {
  const addon = { exports: {} }
  process.dlopen(addon, path.toNamespacedPath(file))
  return addon.exports
}

function notInstalled(name) {
  const error = new Error(
    [
      `The native addon for this machine is not installed: there is no package "${name}".`,
      'Optional dependencies were left out: install without --omit=optional and --no-optional.',
      'Or node_modules or package-lock.json comes from a machine of another kind (npm/cli#4828): remove both',
      'and install again on the machine, or in the image, that runs this.',
      'Or a bundler left the addon out: docs/bundlers.md in the repository says how to take it along.',
      'Or there is none for this kind of machine: docs/install.md says how to build it.'
    ].join('\n')
  )
  error.code = 'ERR_ADDON_NOT_FOUND'
  return error
}

module.exports = load(describePlatform())
