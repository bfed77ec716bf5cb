'use strict'

// Builds a binary again and compares it with the published one.
//
//   node scripts/release/reproduce.js FOLDER   FOLDER: the installed package of a platform, or its .node file,
//                                              of the version that is checked out here
//   node scripts/release/reproduce.js --elsewhere TARGET…
//                                              those in release/artifacts, from a copy of this clone
//
// Exit code: 0 the same bytes, 1 different ones, 2 it cannot be told.

const { execFileSync, spawnSync } = require('child_process')
const crypto = require('crypto')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { targets, hostTarget, platformOf } = require('../targets')
const { root, addTarget } = require('../tools')
const { name, version } = require('../../package.json')

const BUILDER = 'x86_64-unknown-linux-gnu'
// Settings that would change what is built.
const SETTINGS =
  /^(?:CARGO_ENCODED_RUSTFLAGS|RUSTFLAGS|CARGO_(?:BUILD|PROFILE|TARGET)_.+|RUSTC(?:_.+)?|[CA]FLAGS.*)$/

main(process.argv.slice(2))

function main([given, ...wanted]) {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'reproduce-'))
  let code = 2
  try {
    const pairs =
      given === '--elsewhere' ? buildElsewhere(wanted, temporary) : [buildPublished(given, temporary)]
    code = pairs.map(report).every(Boolean) ? 0 : 1
  } catch (error) {
    console.error(`Nothing can be compared: ${error.message}`)
  }
  // Binaries that differ are kept.
  if (code !== 1) fs.rmSync(temporary, { recursive: true })
  process.exitCode = code
}

/** Returns the published file and the one built here. */
function buildPublished(given, temporary) {
  const { file, target } = findBinary(given)
  if (hostTarget() !== BUILDER) {
    throw new Error(`releases are built on ${BUILDER}, and this is ${hostTarget()}`)
  }
  if (addTarget(target).length > 0) throw new Error(`rustup has no standard library for ${target}`)
  // The tag, or the distance from it; `-dirty` means that files were changed.
  const describe = ['describe', '--tags', '--always', '--dirty']
  const { stdout } = spawnSync('git', describe, { cwd: root, encoding: 'utf8' })
  console.log(`building ${platformOf(target)} from ${stdout ? stdout.trim() : root}`)
  build({ clone: root, target, out: temporary })
  return [file, path.join(temporary, path.basename(file))]
}

/** Returns the .node file of an installed package, and its target. */
function findBinary(given) {
  if (!given) throw new Error(`name the folder of a package, such as node_modules/${name}-linux-x64-gnu`)
  let file = path.resolve(given)
  if (!fs.existsSync(file)) throw new Error(`there is no ${file}`)
  if (!file.endsWith('.node')) {
    const manifest = JSON.parse(fs.readFileSync(path.join(file, 'package.json'), 'utf8'))
    if (manifest.version !== version) {
      const checkOut = `git checkout v${manifest.version}`
      throw new Error(`${manifest.name} is ${manifest.version} and this clone ${version}: ${checkOut}`)
    }
    file = path.join(file, manifest.main)
  }
  const [, platform] = /^wxbizdatacrypt-native\.(.+)\.node$/.exec(path.basename(file)) || []
  const target = targets.find(target => platformOf(target) === platform)
  if (!target) throw new Error(`${given} is not the package of a platform, such as ${name}-linux-x64-gnu`)
  return { file, target }
}

/**
 * Builds with everything changed that differs between builders: the folders of the clone and of the build,
 * the home folder, Cargo's, the language, the time zone, the time.
 *
 * @returns {[string, string][]} the files to compare
 */
function buildElsewhere(wanted, temporary) {
  const folder = path.join(temporary, 'another/folder')
  const clone = copyClone(path.join(folder, 'clone'))
  const [home, out] = ['home', 'out'].map(name => path.join(folder, name))
  fs.mkdirSync(home)
  const env = {
    HOME: home,
    USER: 'builder',
    RUSTUP_HOME: execFileSync('rustup', ['show', 'home'], { encoding: 'utf8' }).trim(),
    CARGO_HOME: path.join(folder, 'cargo'),
    CARGO_TARGET_DIR: path.join(folder, 'target'),
    LC_ALL: 'C',
    TZ: 'Asia/Shanghai'
  }
  return wanted.map(target => {
    const file = `wxbizdatacrypt-native.${platformOf(target)}.node`
    build({ clone, target, out, env })
    return [path.join(root, 'release/artifacts', file), path.join(out, file)]
  })
}

/** Copies the files that are or will be committed. */
function copyClone(clone) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8'
  })
  for (const file of listed.split('\0').filter(name => name && fs.existsSync(path.join(root, name)))) {
    fs.cpSync(path.join(root, file), path.join(clone, file))
  }
  // The tools may be shared: everybody has the same zig.
  fs.mkdirSync(path.join(clone, 'target'), { recursive: true })
  fs.symlinkSync(path.join(root, 'target/tools'), path.join(clone, 'target/tools'))
  return clone
}

function build({ clone, target, out, env }) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([key]) => !SETTINGS.test(key)))
  execFileSync(process.execPath, ['scripts/build.js', '--target', target, '--zig', '--out', out], {
    cwd: clone,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...own, CARGO_TERM_QUIET: 'true', ...env }
  })
}

/** Prints and returns whether the files are equal. */
function report(files) {
  const [first, second] = files.map(file => fs.readFileSync(file))
  for (const [index, content] of [first, second].entries()) {
    console.log(`${crypto.createHash('sha256').update(content).digest('hex')}  ${files[index]}`)
  }
  const same = first.equals(second)
  console.log(same ? 'The same, byte for byte.' : 'They DIFFER.')
  return same
}
