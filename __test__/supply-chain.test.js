'use strict'

// The package's dependencies, its `unsafe` code, and how its release workflow is protected.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const semver = require('semver')
const { hasCargo } = require('./helpers/build-addon')

const root = path.join(__dirname, '..')
const read = file => fs.readFileSync(path.join(root, file), 'utf8')
const files = folder =>
  fs.readdirSync(path.join(root, folder), { recursive: true }).map(file => path.join(folder, file))
const manifest = JSON.parse(read('package.json'))

// README, "Development": Node 20.
const OLDEST_NODE = '20.19.0'

test('the package needs no other at run time', () => {
  assert.deepStrictEqual(manifest.dependencies || {}, {})
  assert.deepStrictEqual(manifest.peerDependencies || {}, {})
  // The same addon, built for one platform each.
  for (const name of Object.keys(manifest.optionalDependencies || {})) {
    assert.ok(name.includes(manifest.name), name)
  }
})

test('installing runs nothing', () => {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'prepublishOnly', 'publish']
  for (const hook of hooks) assert.ok(!(hook in manifest.scripts), hook)
})

test('the lock files name no address', () => {
  for (const file of ['package-lock.json', 'bench/package-lock.json', 'examples/package-lock.json']) {
    assert.doesNotMatch(read(file), /"resolved": "(?!file:|\.\.")/)
  }
  for (const file of ['Cargo.lock', 'fuzz/Cargo.lock']) {
    for (const [, source] of read(file).matchAll(/^source = "(.*)"$/gm)) {
      assert.strictEqual(source, 'registry+https://github.com/rust-lang/crates.io-index')
    }
  }
})

const ALLOWED_LICENSES = ['Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'Unicode-3.0']

test('crates are there once each, and under allowed licences', { skip: !hasCargo && 'no cargo' }, () => {
  const { status, stdout, stderr } = spawnSync('cargo', ['metadata', '--locked', '--format-version', '1'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26
  })
  assert.strictEqual(status, 0, stderr)
  const { packages } = JSON.parse(stdout)
  const names = packages.map(({ name }) => name)
  assert.deepStrictEqual(names, [...new Set(names)])
  for (const { name, license } of packages) {
    // Such as (MIT OR Apache-2.0) AND Unicode-3.0; the slash is an old OR.
    const isAllowed = license
      .replace(/[()]/g, '')
      .split(' AND ')
      .every(part => part.split(/ OR |\//).some(one => ALLOWED_LICENSES.includes(one)))
    assert.ok(isAllowed, `${name}: ${license}`)
  }
})

test('the tools for development run on the oldest Node that the README names for it', () => {
  const { packages } = JSON.parse(read('package-lock.json'))
  const rejecting = Object.entries(packages)
    .filter(([, { engines = {} }]) => engines.node && !semver.satisfies(OLDEST_NODE, engines.node))
    .map(([at, { engines }]) => `${at}: ${engines.node}`)
  assert.deepStrictEqual(rejecting, [])
})

test('a panic unwinds, so that it can be caught', () => {
  assert.doesNotMatch(read('Cargo.toml'), /^\s*panic\s*=/m)
})

// Clippy requires the reason of each (`undocumented_unsafe_blocks`).
test('`unsafe` is at the boundaries alone, as often as docs/security.md says', () => {
  const code = file => read(file).replace(/\/\/.*$/gm, '')
  const blocks = file => code(file).match(/\bunsafe\b/g) || []
  const sources = files('src').filter(file => file.endsWith('.rs'))
  const count = folder =>
    sources.filter(file => path.dirname(file) === path.join('src', folder)).flatMap(blocks).length
  const counts = [count('node'), count('wasm')]
  assert.strictEqual(sources.flatMap(blocks).length, counts[0] + counts[1])
  for (const [file, pattern] of [
    ['docs/security.md', /Node-API boundary has (\d+) places with `unsafe`, the WebAssembly boundary (\d+)/],
    ['docs/security.zh-CN.md', /Node-API 边界有 (\d+) 处 `unsafe`，WebAssembly 边界有 (\d+) 处/]
  ]) {
    assert.deepStrictEqual(pattern.exec(read(file)).slice(1).map(Number), counts, file)
  }
})

const workflows = path.join(root, '.github', 'workflows')
const skip = !fs.existsSync(workflows)
const readWorkflows = () =>
  fs.readdirSync(workflows).map(name => [name, fs.readFileSync(path.join(workflows, name), 'utf8')])

// The jobs of the release workflow by name, without comments.
function releaseJobs() {
  const text = read('.github/workflows/release.yml').replace(/^ *#.*\n| +#.*$/gm, '')
  const [, jobs] = text.split(/^jobs:\n/m)
  const parts = jobs.split(/^ {2}([\w-]+):\n/m).slice(1)
  return Object.fromEntries(
    parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1]]] : []))
  )
}

test('the workflows pin actions and images and grant no more than they say', { skip }, () => {
  for (const [name, text] of readWorkflows()) {
    assert.match(text, /^permissions:/m, `${name} says no permissions`)
    for (const [, action] of text.matchAll(/^\s*(?:- )?uses: *(.+)/gm)) {
      assert.match(action, /^\.\/|@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${action}`)
    }
    // Of `image:` and of the lists below it.
    const images = text.matchAll(/\bimage: *(?:\[(.*)\]|(\S.*)|((?:\n +- .+)+))/g)
    for (const image of [...images].flatMap(([, ...found]) =>
      found
        .join('')
        .trim()
        .split(/\n *- |, */)
    )) {
      assert.match(image, /^(?:- )?[\w./:-]+@sha256:[0-9a-f]{64}$/, `${name}: ${image}`)
    }
    // `docker run` gets an image from the lists above.
    assert.doesNotMatch(text, /docker run (?!.*"\$IMAGE")/, name)
  }
})

test('packages from PyPI are installed by their hashes only', { skip }, () => {
  const installing = [...files('.github/workflows'), ...files('scripts')]
    .filter(file => /\.(?:js|sh|yml)$/.test(file))
    .filter(file => /'pip'|\b(?:pip3?|pipx|uvx?) (?:install|run|tool)\b/.test(read(file)))
  assert.deepStrictEqual(installing, [path.join('scripts', 'tools.js')])
  assert.match(read('scripts/tools.js'), /'--require-hashes', '--no-deps', '--only-binary=:all:'/)
  for (const file of fs.readdirSync(path.join(root, 'scripts/requirements'))) {
    const requirements = read(`scripts/requirements/${file}`)
      .replace(/^#.*\n/gm, '')
      .split(/\n(?=\S)/)
    for (const requirement of requirements) {
      assert.match(requirement, /^[\w-]+==[\d.]+(?: \\\n +--hash=sha256:[0-9a-f]{64})+\s*$/, file)
    }
  }
})

const SUMS = 'echo "$SHA256  SHA256SUMS" | sha256sum --check && sha256sum --check SHA256SUMS'
// The job, the output of another job that has the hash, and the command that compares it.
const checks = [
  ['packages', 'build.outputs.sha256', `cd release/artifacts && ${SUMS}`],
  ['packages', 'wasm.outputs.sha256', 'echo "$SHA256  lib/wasm-core.js" | sha256sum --check'],
  [
    'stage',
    'packages.outputs.sha256',
    'echo "$SHA256  packages.tar" | sha256sum --check && tar --extract --file packages.tar'
  ],
  ['stage', 'wasm.outputs.page', `cd release/page && ${SUMS}`]
]

test('only one job can attest and publish, and it runs nothing of others', { skip }, () => {
  const jobs = releaseJobs()
  const granted = Object.keys(jobs).filter(name => /^ +[\w-]+: write$/m.test(jobs[name]))
  assert.deepStrictEqual(granted, ['stage'])
  assert.match(jobs.stage, /^ +environment: npm$/m)
  const runs = jobs.stage.match(/^ +(?:- )?run: .+/gm).map(line => line.replace(/^.*run: /, ''))
  const compare = checks.filter(([job]) => job === 'stage').map(([, , run]) => run)
  assert.deepStrictEqual(runs, [...compare, 'node scripts/release/publish.js --stage', '|'])
  // Nor does the job that assembles what is published.
  for (const job of [jobs.packages, jobs.stage]) {
    assert.doesNotMatch(job, /\b(?:npm (?:ci|i|install|run|exec)|npx|cargo|rustup|pip|apt-get|docker)\b/)
    const owners = [...job.matchAll(/uses: ([\w-]+)\//g)].map(([, owner]) => owner)
    assert.deepStrictEqual([...new Set(owners)], ['actions'])
  }
})

test('what is attested and published is compared with the hashes that its builders output', { skip }, () => {
  const jobs = releaseJobs()
  for (const [job, output, run] of checks) {
    assert.ok(jobs[job].includes(`SHA256: \${{ needs.${output} }}\n        run: ${run}\n`), output)
  }
  assert.match(jobs.build, /sha256sum -- \*\.node > SHA256SUMS\n +echo "sha256=\$\(sha256sum SHA256SUMS /)
  assert.match(
    jobs.packages,
    /SHA256SUMS.*wasm-core.*assemble\.js.*packages\.tar release\/root release\/npm\n +echo "sha256=\$\(sha256sum packages\.tar /s
  )
  assert.match(jobs.stage, /packages\.tar.*actions\/attest@.*publish\.js.*name: bom/s)
})
