'use strict'

// Makes the packages of a release out of the binaries in release/artifacts:
//   release/npm/<platform>   one package for each platform
//   release/root             the main package, which names them as optional dependencies
//
//   node scripts/release/assemble.js [--partial]
//
// --partial  for the targets that there is a binary of; without it, a missing binary is an error
//
// The committed package.json does not name the platforms' packages: before their first release, and for
// every new version, `npm ci` in a clone would ask the registry for packages that are not there yet.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { targets, platformOf } = require('../targets')
const { root, npm } = require('../tools')
const checkBinary = require('./check-binary')
const checkPackage = require('./check-release')

// What package.json holds for work in a clone, or for tools that read it there.
const CLONE_FIELDS = ['scripts', 'devDependencies', 'overrides']

const release = path.join(root, 'release')
const partial = process.argv.includes('--partial')

const wanted = targets.filter(target => !partial || fs.existsSync(artifactOf(target)))
for (const folder of ['root', 'npm']) fs.rmSync(path.join(release, folder), { recursive: true, force: true })
unpackMain()
const manifest = JSON.parse(fs.readFileSync(path.join(release, 'root/package.json'), 'utf8'))
for (const field of CLONE_FIELDS) delete manifest[field]
manifest.optionalDependencies = Object.fromEntries(
  wanted.map(target => [`${manifest.name}-${platformOf(target)}`, manifest.version])
)
writeManifest(path.join(release, 'root'), manifest)
console.log(`${manifest.name}@${manifest.version}: ${checkPackage(path.join(release, 'root'))} bytes`)
for (const target of wanted) {
  checkPackage(makePlatform(target))
  console.log(`${platformOf(target)}: ${checkBinary(artifactOf(target), target)}`)
}

function artifactOf(target) {
  return path.join(release, 'artifacts', `wxbizdatacrypt-native.${platformOf(target)}.node`)
}

// What `npm pack` would take, and nothing else of the clone.
function unpackMain() {
  if (!fs.existsSync(path.join(root, 'lib/wasm-core.js'))) throw new Error('Run `npm run build:wasm` first')
  fs.mkdirSync(release, { recursive: true })
  const packed = execFileSync(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', release], {
    cwd: root,
    encoding: 'utf8',
    shell: npm !== 'npm'
  })
  const tarball = JSON.parse(packed)[0].filename
  fs.rmSync(path.join(release, 'package'), { recursive: true, force: true })
  execFileSync('tar', ['-xzf', tarball], { cwd: release })
  fs.rmSync(path.join(release, tarball))
  fs.renameSync(path.join(release, 'package'), path.join(release, 'root'))
}

/** Returns the folder of the package. */
function makePlatform(target) {
  const platform = platformOf(target)
  const [os, cpu] = platform.split('-')
  const folder = path.join(release, 'npm', platform)
  const main = path.basename(artifactOf(target))
  const { version, license, homepage, repository, bugs, engines, publishConfig } = manifest
  fs.mkdirSync(folder, { recursive: true })
  writeManifest(folder, {
    name: `${manifest.name}-${platform}`,
    version,
    description: `The native addon of ${manifest.name} for ${platform}`,
    license,
    homepage,
    repository,
    bugs,
    engines,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' && { libc: [target.endsWith('-musl') ? 'musl' : 'glibc'] }),
    main,
    files: [main],
    publishConfig
  })
  fs.copyFileSync(artifactOf(target), path.join(folder, main))
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'))
  const about = `Installed by [${manifest.name}](https://www.npmjs.com/package/${manifest.name}); use that.`
  fs.writeFileSync(path.join(folder, 'README.md'), `# ${manifest.name}-${platform}\n\n${about}\n`)
  return folder
}

function writeManifest(folder, content) {
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
}
