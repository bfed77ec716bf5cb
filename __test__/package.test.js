'use strict'

// The package as it is published: its contents, its versions, and the check that stands before publishing.

const { test, before, after } = require('node:test')
const assert = require('node:assert')
const { execFileSync, execSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { targets, platformOf, glibcOf } = require('../scripts/targets')
const checkRelease = require('../scripts/check-release')
const { neededGlibc, compareVersions } = require('../scripts/elf')
const manifest = require('../package.json')

const root = path.join(__dirname, '..')
const read = file => fs.readFileSync(path.join(root, file), 'utf8')
let folder

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'))
})
after(() => fs.rmSync(folder, { recursive: true }))

test('the package holds what users need and no more', () => {
  const [{ files, unpackedSize }] = JSON.parse(
    execSync('npm pack --dry-run --json --ignore-scripts', { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
  )
  const names = files.map(file => file.path)
  const unknown = names.filter(
    name =>
      !/^(index\.js|index\.d\.ts|binding\.js|bin\.js|lib\/(?:[\w-]+\/)?[\w-]+\.js)$/.test(name) &&
      !/^(package\.json|LICENSE|(README|CHANGELOG)(\.zh-CN)?\.md)$/.test(name)
  )
  assert.deepStrictEqual(unknown, [])
  for (const needed of ['index.js', 'binding.js', 'package.json']) assert.ok(names.includes(needed), needed)
  assert.ok(unpackedSize <= 168 * 1024, `${unpackedSize} bytes unpacked`)
})

test('every room that the shipped files require is shipped', () => {
  for (const file of manifest.files) assert.doesNotMatch(file, /__test__|scripts|src|bench/)
  const shipped = [
    'index.js',
    'binding.js',
    'bin.js',
    ...fs
      .readdirSync(path.join(root, 'lib'), { recursive: true })
      .filter(name => name.endsWith('.js'))
      .map(name => `lib/${name.replaceAll(path.sep, '/')}`)
  ]
  for (const file of shipped) {
    for (const [, wanted] of read(file).matchAll(/require\('(\.[^']*)'\)/g)) {
      const resolved = path.relative(root, require.resolve(path.resolve(root, path.dirname(file), wanted)))
      const isShipped = [...shipped, 'package.json'].includes(resolved.replaceAll(path.sep, '/'))
      assert.ok(isShipped, `${file}: ${wanted}`)
    }
  }
})

test('installing runs nothing and brings nothing along', () => {
  assert.strictEqual(manifest.dependencies, undefined)
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublishOnly']) {
    assert.strictEqual(manifest.scripts[hook], undefined, hook)
  }
})

test('the version is the same wherever it stands', () => {
  const { name, version } = manifest
  assert.strictEqual(/^version = "(.+)"$/m.exec(read('Cargo.toml'))[1], version)
  assert.strictEqual(
    new RegExp(`name = "${name}"\\r?\\nversion = "(.+)"`).exec(read('Cargo.lock'))[1],
    version
  )
  const lock = JSON.parse(read('package-lock.json'))
  assert.deepStrictEqual([lock.version, lock.packages[''].version], [version, version])
})

test('npm version carries the version on', () => {
  const clone = path.join(folder, 'clone')
  fs.mkdirSync(path.join(clone, 'scripts'), { recursive: true })
  for (const file of ['scripts/version.js', 'Cargo.toml', 'Cargo.lock', 'CHANGELOG.md']) {
    fs.copyFileSync(path.join(root, file), path.join(clone, file))
  }
  fs.writeFileSync(path.join(clone, 'package.json'), JSON.stringify({ ...manifest, version: '98.7.6' }))
  execFileSync(process.execPath, [path.join(clone, 'scripts/version.js')])
  const found = file => fs.readFileSync(path.join(clone, file), 'utf8').match(/98\.7\.6/g)
  assert.deepStrictEqual(
    ['Cargo.toml', 'Cargo.lock', 'CHANGELOG.md'].map(file => found(file).length),
    [1, 1, 1]
  )
})

test('the lock files name no address to fetch from', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved"/)
})

test('the lock file knows the packages of every platform', () => {
  const { packages } = JSON.parse(read('package-lock.json'))
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`]
    )
  )
  assert.deepStrictEqual(missing, [])
})

// The check needs a binary of this machine; on others than Linux it has no glibc to look at.
const local = fs.readdirSync(root).find(name => name.endsWith('.node') && loads(path.join(root, name)))
const target = targets.find(name => local === `wxbizdatacrypt-native.${platformOf(name)}.node`)
const withGlibc = { skip: glibcOf(target) === null && 'this machine has no glibc' }

function loads(file) {
  try {
    return Boolean(require(file))
  } catch {
    return false
  }
}

// As if the binary had been built for glibc `version`.
function builtFor(version) {
  const bytes = fs.readFileSync(path.join(root, local))
  return Buffer.from(bytes.toString('latin1').replace(/GLIBC_2\.(\d\d)\0/g, `GLIBC_${version}\0`), 'latin1')
}

// A release for this machine alone, changed by `change` before it is checked.
function check(change = () => {}) {
  const release = fs.mkdtempSync(path.join(folder, 'release-'))
  const name = `${manifest.name}-${platformOf(target)}`
  const contents = {
    root: { name: manifest.name, version: '1.2.3', optionalDependencies: { [name]: '1.2.3' } },
    platform: { name, version: '1.2.3', main: local },
    binary: builtFor('2.17')
  }
  change(contents)
  const at = path.join(release, 'npm', platformOf(target))
  fs.mkdirSync(path.join(release, 'root'))
  fs.mkdirSync(at, { recursive: true })
  fs.writeFileSync(path.join(release, 'root/package.json'), JSON.stringify(contents.root))
  fs.writeFileSync(path.join(at, 'package.json'), JSON.stringify(contents.platform))
  if (contents.binary) fs.writeFileSync(path.join(at, local), contents.binary)
  return checkRelease(release, [target])
}

test('a whole release passes the check', () => {
  const lines = check()
  assert.strictEqual(lines.length, 2)
  assert.match(lines[0], new RegExp(`${platformOf(target)}@1\\.2\\.3: \\d+ bytes`))
})

for (const [what, message, change] of [
  ['a version that disagrees', /has version 1\.2\.4/, release => (release.platform.version = '1.2.4')],
  [
    'a range in place of the exact version',
    /names .*\^1\.2\.3/,
    ({ root }) => {
      for (const key of Object.keys(root.optionalDependencies)) root.optionalDependencies[key] = '^1.2.3'
    }
  ],
  ['a platform that is not named', /names \{\}/, release => (release.root.optionalDependencies = {})],
  ['a platform too many', /names .*other/, ({ root }) => (root.optionalDependencies.other = '1.2.3')],
  ['a package without its binary', /does not hold/, release => (release.binary = null)],
  ['the binary of another machine', /is not made for/, ({ binary }) => binary.fill(1, 0, 512)],
  [
    'a binary that is too large',
    /has \d+ bytes/,
    release => {
      release.binary = Buffer.concat([release.binary, Buffer.alloc(2 * 1024 * 1024)])
    }
  ],
  ['a script', /has scripts/, release => (release.root.scripts = { postinstall: 'true' })],
  ['a dependency', /has dependencies/, release => (release.root.dependencies = { a: '1' })]
]) {
  test(`${what} fails the check`, () => assert.throws(() => check(change), { message }))
}

test('a binary that needs a newer glibc fails the check', withGlibc, () => {
  assert.throws(() => check(release => (release.binary = builtFor('2.99'))), { message: /needs glibc 2\.99/ })
})

test('the needed glibc is the newest version that the file names', withGlibc, () => {
  const bytes = fs.readFileSync(path.join(root, local))
  const named = [...bytes.toString('latin1').matchAll(/GLIBC_(\d[\d.]+)\0/g)].map(([, version]) => version)
  assert.ok(named.length > 0)
  assert.strictEqual(neededGlibc(bytes), named.sort(compareVersions).pop())
})

test('versions are compared as numbers', () => {
  assert.ok(compareVersions('2.9', '2.17') < 0)
  assert.ok(compareVersions('2.17', '2.2.5') > 0)
  assert.strictEqual(compareVersions('2.17', '2.17'), 0)
})
