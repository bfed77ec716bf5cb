'use strict'

// Fetches the tools that only releases and rehearsals need, each once, into target/tools.

const { execFileSync, spawnSync } = require('child_process')
const { createHash } = require('crypto')
const fs = require('fs')
const path = require('path')

const root = path.join(__dirname, '..')
const folder = path.join(root, 'target/tools')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/**
 * Calls `install` with a new folder, unless it has succeeded before.
 *
 * @returns {string} the folder
 */
function once(name, install) {
  const at = path.join(folder, name.replace(/[^\w.-]+/g, '-'))
  if (fs.existsSync(at)) return at
  // Renamed at the end, so that an interrupted install is tried again.
  const temporary = `${at}.${process.pid}`
  fs.rmSync(temporary, { recursive: true, force: true })
  fs.mkdirSync(temporary, { recursive: true })
  try {
    install(temporary)
    fs.renameSync(temporary, at)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
  }
  return at
}

/** Returns the folder in which the npm packages `names` are installed. */
function npmPackages(names, overrides = {}) {
  return once(names.join('+'), at => {
    fs.writeFileSync(path.join(at, 'package.json'), JSON.stringify({ private: true, overrides }))
    // --force: for packages of other machines, which run under an emulator here.
    const options = ['--force', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    execFileSync(npm, ['install', ...options, ...names], { cwd: at, stdio: 'pipe', shell: npm !== 'npm' })
  })
}

/** Returns the path of a Node of that version, by default for this machine. */
function node(version, platform = `${process.platform}-${process.arch}`) {
  const name = `node-${platform}`
  return path.join(npmPackages([`${name}@${version}`]), 'node_modules', name, 'bin/node')
}

/**
 * Installs the Python packages of scripts/requirements/NAME.txt, whose files must have the hashes listed there.
 *
 * @returns {string} their folder
 */
function pythonPackages(name, options = []) {
  const list = path.join(root, 'scripts/requirements', `${name}.txt`)
  const hash = createHash('sha256').update(fs.readFileSync(list)).digest('hex').slice(0, 12)
  return once([name, hash, ...options].join('+'), at => {
    const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore']
    const exactly = ['--require-hashes', '--no-deps', '--only-binary=:all:', '-r', list, '--target', at]
    execFileSync('python3', ['-m', 'pip', 'install', ...quiet, ...exactly, ...options], { stdio: 'inherit' })
  })
}

/**
 * Unpacks Debian packages without installing them, by default of this machine's release and architecture.
 * `dependencies` adds everything that they depend on and that this machine, if they are for it, lacks.
 *
 * @returns {string} their folder
 */
function debianPackages(names, { suite, arch, dependencies } = {}) {
  return once([...names, suite, arch, dependencies && 'all'].filter(Boolean).join('+'), at => {
    const inside = name => path.join(at, name)
    for (const made of ['sources', 'state/lists/partial', 'cache/archives/partial']) {
      fs.mkdirSync(inside(made), { recursive: true })
    }
    const own = /VERSION_CODENAME=(\w+)/.exec(fs.readFileSync('/etc/os-release', 'utf8'))[1]
    const [sources] = fs.readFileSync('/etc/apt/sources.list.d/debian.sources', 'utf8').split('\n\n')
    fs.writeFileSync(
      inside('sources/debian.sources'),
      sources.replace(/^Suites: .*$/m, `Suites: ${suite || own}`)
    )
    fs.writeFileSync(inside('nothing-installed'), '')
    const settings = {
      'Dir::Etc::sourcelist': inside('none'),
      'Dir::Etc::sourceparts': inside('sources'),
      'Dir::State': inside('state'),
      'Dir::Cache': inside('cache'),
      'APT::Sandbox::User': 'root',
      ...((arch || suite) && { 'Dir::State::status': inside('nothing-installed') }),
      ...(arch && { 'APT::Architecture': arch, 'APT::Architectures': arch })
    }
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    const apt = (...args) => execFileSync('apt-get', ['-qq', ...options, ...args], { cwd: at, stdio: 'pipe' })
    apt('update')
    if (dependencies) apt('install', '--yes', '--download-only', '--no-install-recommends', ...names)
    else apt('download', ...names)
    const downloads = dependencies ? inside('cache/archives') : at
    for (const file of fs.readdirSync(downloads).filter(name => name.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', path.join(downloads, file), at])
      fs.rmSync(path.join(downloads, file))
    }
    for (const made of ['state', 'cache']) fs.rmSync(inside(made), { recursive: true })
  })
}

/**
 * Installs the standard library for `target`.
 *
 * @returns {string[]} the options that scripts/build.js then needs
 */
function addTarget(target) {
  const rustup = (...args) => spawnSync('rustup', args, { cwd: root, stdio: 'ignore' }).status === 0
  if (rustup('target', 'add', target)) return []
  if (rustup('component', 'add', 'rust-src')) return ['--build-std']
  throw new Error('rustup has no standard library for it, nor its source')
}

/** Returns `env` with what `cargo-zigbuild` needs to build for `target`. */
function zigEnvironment(env, target) {
  const at = pythonPackages('zig')
  return {
    ...env,
    PATH: [path.join(at, 'bin'), env.PATH].join(path.delimiter),
    PYTHONPATH: at,
    ...(target.includes('windows-gnu') && { LIBNODE_PATH: emptyLibnode() })
  }
}

// napi-build links libnode.dll, but the addon looks Node's functions up at run time, so its content is not used.
function emptyLibnode() {
  return once('libnode', at => {
    fs.writeFileSync(path.join(at, 'libnode.dll'), '')
    for (const file of ['libnode.dll.a', 'libnode.a']) fs.writeFileSync(path.join(at, file), '!<arch>\n')
  })
}

module.exports = {
  root,
  npm,
  once,
  npmPackages,
  pythonPackages,
  debianPackages,
  node,
  addTarget,
  zigEnvironment
}
