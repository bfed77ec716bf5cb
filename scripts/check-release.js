'use strict'

// Checks the packages of a release before they are published: nothing of npm can be taken back.
//
//   node scripts/check-release.js     checks release/ for all targets

const fs = require('fs')
const path = require('path')
const { targets, platformOf, glibcOf } = require('./targets')
const { neededGlibc, compareVersions } = require('./elf')

const MAX_BINARY = 1.5 * 1024 * 1024
const MAX_ROOT = 168 * 1024

// The first bytes of a binary: of ELF the machine too (at 18), of Mach-O the processor (at 4), of a Windows
// library only that it is one.
const machines = {
  'linux-x64-gnu': elf(62),
  'linux-arm64-gnu': elf(183),
  'linux-arm-gnueabihf': elf(40),
  'linux-riscv64-gnu': elf(243),
  'linux-loong64-gnu': elf(258),
  'linux-x64-musl': elf(62),
  'linux-arm64-musl': elf(183),
  'freebsd-x64': elf(62),
  'darwin-x64': machO(0x01000007),
  'darwin-arm64': machO(0x0100000c),
  'win32-x64-msvc': windows(0x8664),
  'win32-ia32-msvc': windows(0x014c),
  'win32-arm64-msvc': windows(0xaa64)
}

// → a line for each package; throws at the first that is not as it must be.
function checkRelease(release, names = targets) {
  const read = folder => JSON.parse(fs.readFileSync(path.join(release, folder, 'package.json'), 'utf8'))
  const root = read('root')
  if (root.dependencies) fail('The main package has dependencies')
  if (root.scripts) fail('The main package has scripts')
  const wanted = Object.fromEntries(names.map(target => [`${root.name}-${platformOf(target)}`, root.version]))
  const named = root.optionalDependencies || {}
  if (JSON.stringify(sorted(named)) !== JSON.stringify(sorted(wanted))) {
    fail(`The main package names ${JSON.stringify(named)} and not ${JSON.stringify(wanted)}`)
  }
  const size = sizeOf(path.join(release, 'root'))
  if (size > MAX_ROOT) fail(`The main package has ${size} bytes, more than ${MAX_ROOT}`)
  const lines = names.map(target => {
    const platform = platformOf(target)
    const folder = path.join('npm', platform)
    const manifest = read(folder)
    if (manifest.name !== `${root.name}-${platform}`) fail(`${folder} is named ${manifest.name}`)
    if (manifest.version !== root.version) {
      fail(`${manifest.name} has version ${manifest.version}, and the main package ${root.version}`)
    }
    const file = path.join(release, folder, manifest.main)
    if (!fs.existsSync(file)) fail(`${manifest.name} does not hold ${manifest.main}`)
    return `${manifest.name}@${manifest.version}: ${checkBinary(fs.readFileSync(file), target)}`
  })
  return [...lines, `${root.name}@${root.version}: ${size} bytes`]
}

function checkBinary(bytes, target) {
  const platform = platformOf(target)
  if (!machines[platform](bytes)) fail(`The binary for ${platform} is not made for ${platform}`)
  if (bytes.length > MAX_BINARY) fail(`The binary for ${platform} has ${bytes.length} bytes`)
  const floor = glibcOf(target)
  if (!floor) return `${bytes.length} bytes`
  const needed = neededGlibc(bytes)
  if (compareVersions(needed, floor) > 0) {
    fail(`The binary for ${platform} needs glibc ${needed}, newer than ${floor}`)
  }
  return `${bytes.length} bytes, needs glibc ${needed} (limit ${floor})`
}

function elf(machine) {
  return bytes => bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(18) === machine
}

function machO(processor) {
  return bytes => bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === processor
}

function windows(machine) {
  return bytes =>
    bytes.toString('latin1', 0, 2) === 'MZ' && bytes.readUInt16LE(bytes.readUInt32LE(60) + 4) === machine
}

function sorted(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
}

function sizeOf(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .map(entry => path.join(folder, entry.name))
    .reduce((sum, at) => sum + (fs.statSync(at).isDirectory() ? sizeOf(at) : fs.statSync(at).size), 0)
}

function fail(message) {
  throw new Error(message)
}

module.exports = checkRelease

if (require.main === module) {
  for (const line of checkRelease(path.join(__dirname, '../release'))) console.log(line)
}
