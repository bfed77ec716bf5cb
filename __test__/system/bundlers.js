'use strict'

// Bundles the packed package without configuration by each bundler that docs/install.md names, builds a Next.js app with
// it, and installs it by pnpm and by Yarn Plug'n'Play, with and without the addon.

const assert = require('assert')
const { execFileSync, spawnSync } = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { promisify } = require('util')
const { root, npm, npmPackages } = require('../../scripts/tools')
const { hostTarget, platformOf } = require('../../scripts/targets')
const demo = require('../demo.json')

const NAME = 'wxbizdatacrypt-native'
const platform = platformOf(hostTarget())
const addon = `${NAME}.${platform}.node`

const bundlerTools = npmPackages([
  'esbuild@0.28',
  '@vercel/ncc@0.45',
  'webpack@5.113',
  'rollup@4.68',
  '@rollup/plugin-commonjs@29',
  '@rollup/plugin-node-resolve@16',
  '@rollup/plugin-json@6'
])
const managerTools = npmPackages(['pnpm@12.21', '@yarnpkg/cli-dist@4.18'])
const nextTools = npmPackages(['next@16.4', 'react@19.3', 'react-dom@19.3'])
const tool = name => require(path.join(bundlerTools, 'node_modules', name))

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundlers-'))
const app = path.join(folder, 'app/index.js')
const source = fs
  .readFileSync(path.join(root, 'examples/demo.js'), 'utf8')
  .replace("require('..')", `require('${NAME}')`)

// Each writes `out`/index.js and leaves the packages `external` outside of it.
const bundlers = {
  async esbuild(out, external) {
    const outfile = path.join(out, 'index.js')
    await tool('esbuild').build({ entryPoints: [app], bundle: true, platform: 'node', outfile, external })
  },
  async webpack(out, external) {
    const stats = await promisify(tool('webpack'))({
      entry: app,
      context: path.dirname(app),
      target: 'node',
      mode: 'production',
      output: { path: out, filename: 'index.js' },
      externalsType: 'commonjs',
      externals: external
    })
    assert.ok(!stats.hasErrors(), stats.toString())
  },
  async rollup(out, external) {
    const plugins = ['commonjs', 'node-resolve', 'json'].map(name => tool(`@rollup/plugin-${name}`).default())
    const bundle = await tool('rollup').rollup({ input: app, plugins, external, logLevel: 'silent' })
    await bundle.write({ file: path.join(out, 'index.js'), format: 'cjs' })
  },
  async ncc(out, external) {
    const { code, assets } = await tool('@vercel/ncc')(app, {
      externals: external,
      quiet: true,
      cache: false
    })
    fs.mkdirSync(out, { recursive: true })
    fs.writeFileSync(path.join(out, 'index.js'), code)
    for (const [name, { source }] of Object.entries(assets)) fs.writeFileSync(path.join(out, name), source)
  }
}

// Each installs the packed package into a folder and returns the options with which Node finds it.
const managers = {
  pnpm(at) {
    const pnpm = path.join(managerTools, 'node_modules/pnpm/bin/pnpm.mjs')
    execute(at, process.execPath, pnpm, 'install', '--store-dir', path.join(folder, 'pnpm'))
    return []
  },
  'Yarn PnP'(at) {
    fs.writeFileSync(path.join(at, 'yarn.lock'), '')
    // Where the environment has CI, Yarn would refuse to write its lock file.
    const settings = `enableTelemetry: false\nenableImmutableInstalls: false\nglobalFolder: ${folder}/yarn\n`
    fs.writeFileSync(path.join(at, '.yarnrc.yml'), settings)
    const yarn = path.join(managerTools, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js')
    execute(at, process.execPath, yarn, 'install')
    return ['-r', path.join(at, '.pnp.cjs')]
  }
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})

async function main() {
  try {
    assert.ok(fs.existsSync(path.join(root, 'lib/wasm-core.js')), 'npm run build:wasm')
    const packed = pack(root)
    // In a folder that no bundle is run in, nor below it.
    const installed = path.join(folder, 'app/node_modules', NAME)
    fs.mkdirSync(installed, { recursive: true })
    execute(folder, 'tar', '-xzf', packed, '-C', installed, '--strip-components=1')
    fs.writeFileSync(app, source)
    for (const name of Object.keys(bundlers)) await tryBundler(name, installed)
    const released = packReleased(installed)
    for (const name of Object.keys(managers)) {
      runsOnWasm(/there is no package/, ...install(name, packed))
      runsOnAddon(...install(name, released))
      console.log(`${name}: ok without and with the addon's package`)
    }
    assert.strictEqual(buildNext(packed), 'wasm')
    assert.strictEqual(buildNext(released), 'native')
    console.log("Next.js: ok without and with the addon's package")
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

async function tryBundler(name, installed) {
  const out = path.join(folder, name)
  await bundlers[name](out, [])
  runsOnWasm(/there is no package/, out)
  fs.writeFileSync(path.join(out, addon), 'broken')
  runsOnWasm(/file too short|invalid ELF header|not a valid/, out)
  fs.copyFileSync(path.join(root, addon), path.join(out, addon))
  runsOnAddon(out)

  const outside = path.join(folder, `${name}-outside`)
  await bundlers[name](outside, [NAME])
  fs.cpSync(installed, path.join(outside, 'node_modules', NAME), { recursive: true })
  fs.copyFileSync(path.join(root, addon), path.join(outside, 'node_modules', NAME, addon))
  runsOnAddon(outside)
  console.log(
    `${name}: ok without the addon, with a broken one, with one beside it, and with the package outside`
  )
}

/** Returns a folder with the app and the package, and Node's options. */
function install(manager, packed) {
  const at = fs.mkdtempSync(path.join(folder, 'installed-'))
  writeJson(at, { private: true, dependencies: { [NAME]: `file:${packed}` } })
  fs.writeFileSync(path.join(at, 'index.js'), source)
  return [at, managers[manager](at)]
}

/** Builds an app whose static route decrypts during the build, by Turbopack, and returns the core that it used. */
function buildNext(packed) {
  // Turbopack follows no links out of its root, so the app is below the folder that Next.js is installed in.
  const at = fs.mkdtempSync(path.join(nextTools, 'app-'))
  try {
    writeJson(at, { private: true, dependencies: { [NAME]: `file:${packed}` } })
    execute(at, npm, 'install', '--no-audit', '--no-fund', '--ignore-scripts')
    const config = { turbopack: { root: nextTools } }
    fs.writeFileSync(path.join(at, 'next.config.js'), `module.exports = ${JSON.stringify(config)}`)
    fs.mkdirSync(path.join(at, 'app/api'), { recursive: true })
    const route = `
      import WXBizDataCrypt from '${NAME}'
      export const dynamic = 'force-static'
      export function GET() {
        const { appId, sessionKey, encryptedData, iv } = ${JSON.stringify(demo)}
        const { openId } = new WXBizDataCrypt(appId, sessionKey).decryptData(encryptedData, iv)
        return Response.json({ openId, backend: WXBizDataCrypt.backend })
      }`
    fs.writeFileSync(path.join(at, 'app/api/route.js'), route)
    execute(at, process.execPath, path.join(nextTools, 'node_modules/next/dist/bin/next'), 'build')
    const body = fs.readFileSync(path.join(at, '.next/server/app/api.body'), 'utf8')
    const { openId, backend } = JSON.parse(body)
    assert.strictEqual(openId, demo.data.openId)
    return backend
  } finally {
    fs.rmSync(at, { recursive: true })
  }
}

/** Packs a folder as `npm publish` does, and returns the file. */
function pack(at) {
  const out = fs.mkdtempSync(path.join(folder, 'packed-'))
  const options = ['--json', '--ignore-scripts', '--pack-destination', out]
  const [{ filename }] = JSON.parse(execute(at, npm, 'pack', ...options))
  return path.join(out, filename)
}

/** Returns the package as it is released: it depends on the platform's. */
function packReleased(installed) {
  const own = path.join(folder, 'platform')
  fs.mkdirSync(own)
  fs.copyFileSync(path.join(root, addon), path.join(own, addon))
  const { version } = require('../../package.json')
  writeJson(own, { name: `${NAME}-${platform}`, version, main: addon, files: [addon] })
  const released = path.join(folder, 'released')
  fs.cpSync(installed, released, { recursive: true })
  const manifest = JSON.parse(fs.readFileSync(path.join(released, 'package.json'), 'utf8'))
  const optionalDependencies = { [`${NAME}-${platform}`]: `file:${pack(own)}` }
  writeJson(released, { ...manifest, optionalDependencies })
  return pack(released)
}

function writeJson(at, content) {
  fs.writeFileSync(path.join(at, 'package.json'), JSON.stringify(content))
}

function runsOnAddon(at, options) {
  assert.doesNotMatch(run(at, options), /WXBIZDATACRYPT_NO_ADDON/)
}

function runsOnWasm(why, at, options) {
  const warning = run(at, options)
  assert.match(warning, /WXBIZDATACRYPT_NO_ADDON/)
  assert.match(warning, why)
}

/** Runs index.js and returns its warnings. */
function run(at, options = []) {
  const { stdout, stderr } = spawnSync(process.execPath, [...options, 'index.js'], {
    cwd: at,
    encoding: 'utf8'
  })
  assert.ok(stdout.includes(demo.data.openId), stderr)
  return stderr
}

function execute(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
}
