'use strict'

// Builds the addon and lays it beside index.js.
//
//   node scripts/build.js [--target TRIPLE] [--zig] [--out FOLDER]
//
// --target  for another machine than this one
// --zig     with zig as the linker: for the oldest glibc that is supported, and for other systems
// --out     into another folder

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { parseArgs } = require('util')
const { hostTarget, platformOf, glibcOf, libraryOf } = require('./targets')

const root = path.join(__dirname, '..')
const { values } = parseArgs({
  options: { target: { type: 'string' }, zig: { type: 'boolean' }, out: { type: 'string', default: root } }
})

build(values)

function build({ target = hostTarget(), zig, out }) {
  const floor = zig && glibcOf(target)
  const forTarget = zig || values.target ? ['--target', floor ? `${target}.${floor}` : target] : []
  // Not `cargo build`, which would build the rlib too, and then without link-time optimisation.
  const args = ['rustc', '--release', '--locked', '--lib', '--crate-type', 'cdylib', ...forTarget]
  const options = { cwd: root, stdio: 'inherit' }
  if (zig) {
    execFileSync('cargo-zigbuild', args, { ...options, env: require('./tools').zigEnvironment() })
  } else {
    execFileSync('cargo', args, options)
  }
  const folder = path.join(
    process.env.CARGO_TARGET_DIR || path.join(root, 'target'),
    forTarget.length ? target : '',
    'release'
  )
  fs.mkdirSync(out, { recursive: true })
  replace(
    path.join(folder, libraryOf(target)),
    path.join(out, `wxbizdatacrypt-native.${platformOf(target)}.node`)
  )
}

// By renaming, because a running process may have the old file mapped: written over, it would crash.
function replace(from, to) {
  const temporary = `${to}.${process.pid}.tmp`
  fs.copyFileSync(from, temporary)
  fs.renameSync(temporary, to)
}
