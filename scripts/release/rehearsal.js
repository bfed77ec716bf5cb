'use strict'

// Rehearses a release on this machine: builds the binaries, publishes the packages to a registry on the loopback
// address, and installs and uses them where there is no compiler.
//
//   node scripts/release/rehearsal.js [--host]     --host: only the binary of this machine

const assert = require('assert')
const { execFileSync, spawn } = require('child_process')
const { once } = require('events')
const fs = require('fs')
const net = require('net')
const os = require('os')
const path = require('path')
const { targets, hostTarget, platformOf } = require('../targets')
const { root, npmPackages, node, addTarget } = require('../tools')

const NAME = 'wxbizdatacrypt-native'
const host = hostTarget()
const ONE_OF_EACH_FORMAT = ['x86_64-unknown-linux-gnu', 'aarch64-apple-darwin', 'x86_64-pc-windows-gnullvm']
const artifacts = path.join(root, 'release/artifacts')

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})

async function main() {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'rehearsal-'))
  process.once('exit', () => fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  step('Build')
  const onlyHost = process.argv.includes('--host')
  buildAll(onlyHost ? [host] : targets)
  step('Assemble and check')
  runScript('scripts/release/assemble.js', '--partial')
  step('Reject binaries that have a fault')
  runScript('__test__/system/binaries.js')
  if (!onlyHost) {
    step('Build again in another folder, with another home folder')
    runScript('scripts/release/reproduce.js', '--elsewhere', ...ONE_OF_EACH_FORMAT)
  }
  step('Publish to a registry on the loopback address')
  const registry = await startRegistry(temporary)
  try {
    const env = environment(temporary, registry.url)
    execFileSync(process.execPath, ['scripts/release/publish.js', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
      env
    })
    step('Install without a compiler, and use')
    tryInstalled(temporary, env)
    console.log('\nrehearsal: passed')
  } finally {
    registry.stop()
  }
}

function step(title) {
  console.log(`\n— ${title}`)
}

function runScript(...args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
}

function buildAll(wanted) {
  execFileSync('npm', ['run', '--silent', 'build:wasm'], { cwd: root, stdio: 'inherit' })
  fs.rmSync(artifacts, { recursive: true, force: true })
  for (const target of wanted) {
    const zig = process.platform === 'linux' || target !== host ? ['--zig'] : []
    runScript('scripts/build.js', '--target', target, ...zig, ...addTarget(target), '--out', artifacts)
  }
}

/** Returns an environment without the npm settings of this machine. */
function environment(folder, url) {
  const userconfig = path.join(folder, 'npmrc')
  // npm publishes only with a token; the registry accepts any.
  fs.writeFileSync(userconfig, `registry=${url}/\n${url.replace('http:', '')}/:_authToken=rehearsal\n`)
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)))
  return {
    ...env,
    HOME: folder,
    npm_config_userconfig: userconfig,
    npm_config_globalconfig: path.join(folder, 'none'),
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_update_notifier: 'false'
  }
}

async function startRegistry(folder) {
  // It depends on a tag of node-fetch that no longer exists.
  const tool = npmPackages(['verdaccio@6.10.4'], { 'node-fetch': '2.7.0' })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = path.join(folder, 'verdaccio.json')
  const settings = {
    storage: path.join(folder, 'storage'),
    auth: { htpasswd: { file: path.join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all' } },
    log: { type: 'stdout', format: 'pretty', level: 'warn' }
  }
  fs.writeFileSync(config, JSON.stringify(settings))
  const script = path.join(tool, 'node_modules/verdaccio/bin/verdaccio')
  const logFile = path.join(folder, 'verdaccio.log')
  const log = fs.openSync(logFile, 'w')
  const server = spawn(node(24), [script, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', log, log]
  })
  const stop = () => server.kill()
  process.once('exit', stop)
  const answers = async () => (await fetch(`${url}/-/ping`).catch(() => ({ ok: false }))).ok
  for (let tries = 0; !(await answers()); tries += 1) {
    if (tries === 300 || server.exitCode !== null) {
      throw new Error(`The registry did not start:\n${fs.readFileSync(logFile, 'utf8')}`)
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return { url, stop }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

function tryInstalled(temporary, env) {
  const folder = path.join(temporary, 'user')
  const bin = path.join(temporary, 'bin')
  for (const at of [folder, bin]) fs.mkdirSync(at)
  // Nor a compiler.
  fs.symlinkSync(process.execPath, path.join(bin, 'node'))
  const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
  fs.symlinkSync(fs.realpathSync(npm), path.join(bin, 'npm'))
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...env, PATH: bin } })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
  run('npm', 'install', NAME, '--ignore-scripts', '--no-audit', '--no-fund')
  const installed = path.join(folder, 'node_modules', NAME)
  const manifest = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'))
  const packages = fs.readdirSync(path.join(folder, 'node_modules')).filter(name => !name.startsWith('.'))
  assert.deepStrictEqual(packages.sort(), [NAME, `${NAME}-${platformOf(host)}`])
  console.log(`installed: ${packages.join(', ')}, version ${manifest.version}`)

  process.stdout.write(run('node', path.join(root, '__test__/system/smoke.js'), NAME))

  for (const command of Object.keys(manifest.bin)) {
    assert.match(run('node', path.join('node_modules/.bin', command), '--help'), /\S/)
    console.log(`the command ${command} --help: ok`)
  }

  fs.rmSync(path.join(folder, 'node_modules', `${NAME}-${platformOf(host)}`), { recursive: true })
  assert.strictEqual(run('node', '--print', `require('${NAME}').backend`).trim(), 'wasm')
  console.log('WebAssembly without the addon: ok')
}
