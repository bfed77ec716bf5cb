'use strict'

// Fetches the tools that only releases and rehearsals need, each once, into target/tools.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')

const root = path.join(__dirname, '..')
const folder = path.join(root, 'target/tools')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

// A folder is made under another name first, so that an interrupted install is not taken for a whole one.
function once(name, install) {
  const at = path.join(folder, name.replace(/[^\w.-]+/g, '-'))
  if (fs.existsSync(at)) return at
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

// → the folder in which the npm packages `names` are installed.
function npmPackages(names, overrides = {}) {
  return once(names.join('+'), at => {
    fs.writeFileSync(path.join(at, 'package.json'), JSON.stringify({ private: true, overrides }))
    // --force: for packages of other machines, which run under an emulator here.
    const options = ['--force', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    execFileSync(npm, ['install', ...options, ...names], { cwd: at, stdio: 'pipe', shell: npm !== 'npm' })
  })
}

// → the path of a Node of that version for this machine, or for another.
function node(version, platform = `${process.platform}-${process.arch}`) {
  const name = `node-${platform}`
  return path.join(npmPackages([`${name}@${version}`]), 'node_modules', name, 'bin/node')
}

// → the folder into which the Python packages `names` are installed; `options` are pip's.
function pythonPackages(names, options = []) {
  return once([...names, ...options].join('+'), at => {
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--root-user-action=ignore'
    ]
    execFileSync('python3', [...pip, ...options, '--target', at, ...names], { stdio: 'inherit' })
  })
}

// → the folder into which Debian's packages `names` are unpacked, without being installed: of this machine's
// release of Debian and kind of processor, or of another.
function debianPackages(names, { suite, arch } = {}) {
  return once([...names, suite, arch].filter(Boolean).join('+'), at => {
    const apt = (...args) => execFileSync('apt-get', ['-qq', ...options, ...args], { cwd: at, stdio: 'pipe' })
    for (const made of ['sources', 'state/lists/partial', 'cache/archives/partial']) {
      fs.mkdirSync(path.join(at, made), { recursive: true })
    }
    const sources = '/etc/apt/sources.list.d/debian.sources'
    const own = /VERSION_CODENAME=(\w+)/.exec(fs.readFileSync('/etc/os-release', 'utf8'))[1]
    const text = fs.readFileSync(sources, 'utf8').split('\n\n')[0]
    fs.writeFileSync(path.join(at, 'sources/debian.sources'), text.replaceAll(own, suite || own))
    const settings = {
      'Dir::Etc::sourcelist': path.join(at, 'none'),
      'Dir::Etc::sourceparts': path.join(at, 'sources'),
      'Dir::State': path.join(at, 'state'),
      'Dir::Cache': path.join(at, 'cache'),
      'APT::Sandbox::User': 'root',
      ...(arch && { 'APT::Architecture': arch, 'APT::Architectures': arch })
    }
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    apt('update')
    apt('download', ...names)
    for (const file of fs.readdirSync(at).filter(name => name.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', file, at], { cwd: at })
      fs.rmSync(path.join(at, file))
    }
  })
}

// → an environment in which `cargo-zigbuild` finds itself and zig.
function zigEnvironment() {
  const at = pythonPackages(['cargo-zigbuild==0.24.0', 'ziglang==0.17.0'])
  return {
    ...process.env,
    PATH: [path.join(at, 'bin'), process.env.PATH].join(path.delimiter),
    PYTHONPATH: at
  }
}

module.exports = { root, npm, npmPackages, pythonPackages, debianPackages, node, zigEnvironment }
