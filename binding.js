'use strict'

// Finds and loads the native addon: the local build first, then the platform's package.

const fs = require('fs')
const path = require('path')

// Not the `require` of this module, which a bundler takes for its own: so a bundle finds the addon too, if
// its file lies beside the bundle.
const requireAddon = require('module').createRequire(__filename)

// Named as the napi CLI names them: linux-x64-gnu, win32-x64-msvc, darwin-arm64.
function describePlatform() {
  const { platform, arch } = process
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  if (arch === 'arm') return 'linux-arm-gnueabihf'
  return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
}

// The C library is the one whose loader this executable names. To read that takes microseconds, where
// `process.report` takes milliseconds. A runtime that may not read its own file is not on musl.
function isMusl() {
  try {
    return readInterpreter(process.execPath).includes('/ld-musl-')
  } catch {
    return false
  }
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
  if (fs.existsSync(local)) return requireAddon(local)
  const name = `wxbizdatacrypt-native-${platform}`
  try {
    return requireAddon(name)
  } catch (error) {
    // Any other failure says itself what is wrong, such as a C library that is too old.
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(`'${name}'`)) throw error
    throw notInstalled(name)
  }
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
