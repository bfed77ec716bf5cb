'use strict'

// Builds a binary again and compares: anybody can check that a published binary is made of its source.
//
//   node scripts/release/reproduce.js FOLDER   FOLDER: the installed package of a platform, or its .node file,
//                                              of the version that is checked out here
//   node scripts/release/reproduce.js --twice  builds this machine's twice, from copies of the clone

const { execFileSync } = require('child_process')
const crypto = require('crypto')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { targets, hostTarget, platformOf } = require('../targets')
const { root, addTarget } = require('../tools')

const [given] = process.argv.slice(2)
if (given === '--twice') compareTwoBuilds()
else if (given) comparePublished(path.resolve(given))
else
  throw new Error('Name the folder of an installed package: node_modules/wxbizdatacrypt-native-linux-x64-gnu')

function comparePublished(at) {
  const file = at.endsWith('.node') ? at : path.join(at, require(path.join(at, 'package.json')).main)
  const platform = /^wxbizdatacrypt-native\.(.+)\.node$/.exec(path.basename(file))[1]
  const target = targets.find(name => platformOf(name) === platform)
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'reproduce-'))
  try {
    if (addTarget(target).length > 0) throw new Error(`rustup has no standard library for ${target}`)
    build({ clone: root, target, out: temporary })
    report(file, path.join(temporary, path.basename(file)))
  } finally {
    fs.rmSync(temporary, { recursive: true })
  }
}

// Nothing that differs from one builder to the next may show: the folder, Cargo's home, the target folder,
// the user, the time.
function compareTwoBuilds() {
  const target = hostTarget()
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'reproduce-'))
  fs.chmodSync(temporary, 0o755)
  try {
    const [first, second] = ['a', 'another/folder'].map((name, index) => {
      const place = path.join(temporary, name)
      const clone = copyClone(path.join(place, 'clone'))
      const home = path.join(place, 'cargo-home')
      fs.mkdirSync(home)
      const out = path.join(place, 'out')
      const env = { CARGO_HOME: home, CARGO_TARGET_DIR: path.join(place, 'target'), USER: `user${index}` }
      build({ clone, target, out, env })
      return path.join(out, fs.readdirSync(out)[0])
    })
    report(first, second)
  } finally {
    fs.rmSync(temporary, { recursive: true })
  }
}

// The files that are committed or to be, without what was built of them. → the folder
function copyClone(clone) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8'
  })
  for (const file of listed.split('\0').filter(name => name && fs.existsSync(path.join(root, name)))) {
    fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true })
    fs.copyFileSync(path.join(root, file), path.join(clone, file))
  }
  // zig is the same for both, as for everybody.
  fs.mkdirSync(path.join(clone, 'target'), { recursive: true })
  fs.symlinkSync(path.join(root, 'target/tools'), path.join(clone, 'target/tools'))
  return clone
}

function build({ clone, target, out, env }) {
  execFileSync(process.execPath, ['scripts/build.js', '--target', target, '--zig', '--out', out], {
    cwd: clone,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CARGO_TERM_QUIET: 'true', ...env }
  })
}

function report(first, second) {
  const hashes = [first, second].map(file =>
    crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')
  )
  for (const [index, file] of [first, second].entries()) console.log(`${hashes[index]}  ${file}`)
  if (hashes[0] !== hashes[1]) throw new Error('The two binaries differ')
  console.log('equal, byte for byte')
}
