'use strict'

// Makes the packages of a release out of the binaries in release/artifacts:
//   release/npm/<platform>   one package for each platform
//   release/root             the main package, which names them as optional dependencies
//
//   node scripts/assemble.js [--partial]
//
// --partial  for the targets that there is a binary of; without it, a missing binary is an error
//
// The committed package.json does not name the platforms' packages: before their first release, and for
// every new version, `npm ci` in a clone would ask the registry for packages that are not there yet.

const { execFileSync, spawnSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { targets, platformOf } = require('./targets')
const { root, npm } = require('./tools')
const checkRelease = require('./check-release')

const release = path.join(root, 'release')
const partial = process.argv.includes('--partial')

const built = targets.filter(target =>
  fs.existsSync(path.join(release, 'artifacts', `wxbizdatacrypt-native.${platformOf(target)}.node`))
)
const names = partial ? built : targets
for (const folder of ['root', 'npm', 'package']) {
  fs.rmSync(path.join(release, folder), { recursive: true, force: true })
}
unpackRoot()
editManifest(manifest => {
  manifest.napi.targets = names
  // Provenance is refused where this is not the repository that the workflow runs in.
  const { GITHUB_REPOSITORY } = process.env
  if (GITHUB_REPOSITORY) {
    manifest.repository = { type: 'git', url: `git+https://github.com/${GITHUB_REPOSITORY}.git` }
  }
})
napi('create-npm-dirs')
napi('artifacts', '--output-dir', '../artifacts')
// Writes the optional dependencies; told so, it neither publishes nor makes a release on GitHub.
napi('pre-publish', '--skip-optional-publish', '--no-gh-release')
movePlatforms()
// Of use in a clone only.
editManifest(manifest => {
  for (const field of ['napi', 'scripts', 'devDependencies']) delete manifest[field]
})
for (const line of checkRelease(release, names)) console.log(line)

// What `npm pack` would take, and nothing else of the clone.
function unpackRoot() {
  const packed = execFileSync(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', release], {
    cwd: root,
    encoding: 'utf8',
    shell: npm !== 'npm'
  })
  const tarball = JSON.parse(packed)[0].filename
  execFileSync('tar', ['-xzf', tarball], { cwd: release })
  fs.rmSync(path.join(release, tarball))
  fs.renameSync(path.join(release, 'package'), path.join(release, 'root'))
}

function editManifest(edit) {
  const file = path.join(release, 'root/package.json')
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'))
  edit(manifest)
  fs.writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
}

// The napi CLI works inside the main package only, and leaves a copy of every binary there.
function movePlatforms() {
  const main = path.join(release, 'root')
  fs.renameSync(path.join(main, 'npm'), path.join(release, 'npm'))
  for (const file of fs.readdirSync(main).filter(name => name.endsWith('.node')))
    fs.rmSync(path.join(main, file))
  const licence = path.join(main, 'LICENSE')
  if (!fs.existsSync(licence)) return
  for (const platform of fs.readdirSync(path.join(release, 'npm'))) {
    fs.copyFileSync(licence, path.join(release, 'npm', platform, 'LICENSE'))
  }
}

function napi(command, ...options) {
  const cli = path.join(root, 'node_modules/@napi-rs/cli/dist/cli.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, command, ...options], {
    cwd: path.join(release, 'root'),
    encoding: 'utf8'
  })
  if (status !== 0) throw new Error(`napi ${command} failed:\n${stdout}${stderr}`)
}
