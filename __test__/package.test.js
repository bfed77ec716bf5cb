'use strict'

// The package as it is published: its contents, its versions, and the check before it is published.

const { test, before, after } = require('node:test')
const assert = require('node:assert')
const { execFileSync, execSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const checkPackage = require('../scripts/release/check-release')
const manifest = require('../package.json')

const root = path.join(__dirname, '..')
const read = file => fs.readFileSync(path.join(root, file), 'utf8')
let folder

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'))
})
after(() => fs.rmSync(folder, { recursive: true }))

test('the package holds what users need and no more', t => {
  const [{ files, unpackedSize }] = JSON.parse(
    execSync('npm pack --dry-run --json --ignore-scripts', { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
  )
  const names = files.map(file => file.path)
  const unknown = names.filter(
    name =>
      !/^(index\.js|index\.d\.ts|bin\.js|lib\/(?:[\w-]+\/)*[\w-]+\.js)$/.test(name) &&
      !/^(package\.json|LICENSE|(README|CHANGELOG)(\.zh-CN)?\.md|docs\/[a-z-]+(\.zh-CN)?\.md)$/.test(name)
  )
  assert.deepStrictEqual(unknown, [])
  if (!names.includes('lib/wasm-core.js')) t.diagnostic('without lib/wasm-core.js: npm run build:wasm')
  for (const needed of ['index.js', 'lib/core.js', 'package.json', 'docs/guide.zh-CN.md', 'CHANGELOG.md'])
    assert.ok(names.includes(needed), needed)
  assert.ok(unpackedSize <= 768 * 1024, `${unpackedSize} bytes unpacked`)
})

test('the version is the same in all files', () => {
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
  fs.mkdirSync(path.join(clone, 'scripts/release'), { recursive: true })
  for (const file of ['scripts/release/version.js', 'Cargo.toml', 'Cargo.lock', 'CHANGELOG.md']) {
    fs.copyFileSync(path.join(root, file), path.join(clone, file))
  }
  fs.writeFileSync(path.join(clone, 'package.json'), JSON.stringify({ ...manifest, version: '98.7.6' }))
  execFileSync(process.execPath, [path.join(clone, 'scripts/release/version.js')])
  const found = file => fs.readFileSync(path.join(clone, file), 'utf8').match(/98\.7\.6/g)
  assert.deepStrictEqual(
    ['Cargo.toml', 'Cargo.lock', 'CHANGELOG.md'].map(file => found(file).length),
    [1, 1, 1]
  )
})

test('the lock file has the packages for every platform', () => {
  const { packages } = JSON.parse(read('package-lock.json'))
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`]
    )
  )
  assert.deepStrictEqual(missing, [])
})

/** Checks a package with a file of this content. */
function check(content) {
  const at = fs.mkdtempSync(path.join(folder, 'release-'))
  fs.writeFileSync(path.join(at, 'package.json'), JSON.stringify(manifest))
  fs.writeFileSync(path.join(at, 'addon.node'), content)
  return checkPackage(at)
}

test('a package that holds a path of a build machine is not published', () => {
  assert.ok(check('of any content') > 14)
  for (const file of [
    '/home/builder/.cargo/registry/src/crate/lib.rs',
    '/root/.cargo/registry/src/crate/lib.rs',
    '/Users/runner/work/package/src/lib.rs',
    'C:\\Users\\builder\\src\\lib.rs',
    'C:/Users/builder/src/lib.rs',
    'D:\\a\\package\\src\\lib.rs',
    '/builds/group/package/src/lib.rs',
    '/usr/local/cargo/registry/src/crate/lib.rs',
    path.join(os.homedir(), 'lib.rs'),
    path.join(root, 'src/lib.rs')
  ]) {
    const message = /path of a build machine/
    assert.throws(() => check(`\0\x7f${file}\0`), { message }, file)
    assert.throws(() => check(Buffer.concat([Buffer.from('\x7f'), Buffer.from(file, 'utf16le')])), {
      message
    })
  }
})

test('the addresses in package.json are those of one repository', () => {
  const address = manifest.repository.url.replace(/^git\+|\.git$/g, '')
  assert.strictEqual(manifest.homepage, `${address}#readme`)
  assert.strictEqual(manifest.bugs.url, `${address}/issues`)
  const [, slug] = /github\.com\/(.+)$/.exec(address)
  const docs = fs.readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`)
  for (const file of ['SECURITY.md', 'README.md', 'README.zh-CN.md', ...docs].filter(name =>
    name.endsWith('.md')
  )) {
    const named = read(file).match(/(?:--repo |github\.com\/)[\w-]+\/wxbizdatacrypt-native\b/g) || []
    for (const name of named) assert.ok(name.endsWith(slug), `${file}: ${name}`)
  }
})
