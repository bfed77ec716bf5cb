'use strict'

// Builds the addon and puts it beside index.js.
//
//   node scripts/build.js [--debug] [--target TRIPLE] [--zig] [--build-std] [--out FOLDER]
//
// --debug      in seconds: without optimisation
// --target     for another machine than this one
// --zig        as it is released: linked by zig, for the oldest supported system
// --build-std  with a standard library built here, where rustup has none for the target; not for releases
// --out        into another folder

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { parseArgs } = require('util')
const { hostTarget, platformOf, minimums, libraryOf } = require('./targets')

const root = path.join(__dirname, '..')
if (require.main === module) {
  const { values } = parseArgs({
    options: {
      debug: { type: 'boolean' },
      target: { type: 'string' },
      zig: { type: 'boolean' },
      'build-std': { type: 'boolean' },
      out: { type: 'string', default: root }
    }
  })
  build(values)
}

function build(values) {
  const { target = hostTarget(), debug, zig, out } = values
  const floor = zig && target.includes('-linux-gnu') && minimums[target]
  const forTarget = zig || values.target ? ['--target', floor ? `${target}.${floor}` : target] : []
  // Not `cargo build`, which would also build the rlib, and then without link-time optimisation.
  const args = ['rustc', '--locked', '--lib', '--crate-type', 'cdylib', ...forTarget]
  if (!debug) args.push('--release', ...remapPaths())
  if (values['build-std']) args.push('-Z', 'build-std=std,panic_unwind')
  const env = {
    ...process.env,
    // Files for Windows would otherwise hold the time of the build.
    SOURCE_DATE_EPOCH: '0',
    ...(values['build-std'] && { RUSTC_BOOTSTRAP: '1' }),
    ...(target.includes('darwin') && { MACOSX_DEPLOYMENT_TARGET: minimums[target] })
  }
  const options = { cwd: root, stdio: 'inherit' }
  if (zig) {
    execFileSync('cargo-zigbuild', args, { ...options, env: require('./tools').zigEnvironment(env, target) })
  } else {
    execFileSync('cargo', args, { ...options, env })
  }
  const folder = path.join(
    process.env.CARGO_TARGET_DIR || path.join(root, 'target'),
    forTarget.length ? target : '',
    debug ? 'debug' : 'release'
  )
  fs.mkdirSync(out, { recursive: true })
  replace(
    path.join(folder, libraryOf(target)),
    path.join(out, `wxbizdatacrypt-native.${platformOf(target)}.node`)
  )
}

/**
 * Returns the options of cargo that replace the paths of this machine: a panic's location would otherwise hold the
 * builder's home folder, and no two builds would be equal.
 */
function remapPaths() {
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const { packages } = JSON.parse(run('cargo', 'metadata', '--locked', '--format-version', '1'))
  const crates = packages
    .filter(({ source }) => source)
    .map(crate => path.resolve(crate.manifest_path, '../..'))
  const sysroot = run('rustc', '--print', 'sysroot').trim()
  const commit = /^commit-hash: (.+)$/m.exec(run('rustc', '-vV'))[1]
  // The last matching prefix counts.
  const prefixes = [
    [root, '/src'],
    [sysroot, '/rust'],
    // With the component rust-src, rustc names the standard library's files by their location.
    [path.join(sysroot, 'lib/rustlib/src/rust'), `/rustc/${commit}`],
    ...[...new Set(crates)].map(folder => [folder, '/crates'])
  ]
  const flags = prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`)
  // Cargo adds these to the flags of .cargo/config.toml; the variable RUSTFLAGS would replace those.
  return ['--config', `target.'cfg(all())'.rustflags=${JSON.stringify(flags)}`]
}

// Renames, because a running process may have the old file mapped and would crash if it were overwritten.
function replace(from, to) {
  const temporary = `${to}.${process.pid}.tmp`
  fs.copyFileSync(from, temporary)
  fs.renameSync(temporary, to)
}

module.exports = { remapPaths }
