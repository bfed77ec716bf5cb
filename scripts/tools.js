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
  install(temporary)
  fs.renameSync(temporary, at)
  return at
}

// → the folder in which the npm packages `names` are installed.
function npmPackages(...names) {
  return once(names.join('+'), at => {
    fs.writeFileSync(path.join(at, 'package.json'), '{ "private": true }')
    // --force: for packages of other machines, which run under an emulator here.
    const options = ['--force', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']
    execFileSync(npm, ['install', ...options, ...names], { cwd: at, stdio: 'inherit', shell: npm !== 'npm' })
  })
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

// → an environment in which `cargo-zigbuild` finds itself and zig.
function zigEnvironment() {
  const at = pythonPackages(['cargo-zigbuild==0.24.0', 'ziglang==0.17.0'])
  return {
    ...process.env,
    PATH: [path.join(at, 'bin'), process.env.PATH].join(path.delimiter),
    PYTHONPATH: at
  }
}

module.exports = { root, npm, npmPackages, pythonPackages, zigEnvironment }
