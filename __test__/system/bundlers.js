'use strict'

// Tries the two ways of docs/install.md for real, with esbuild and ncc: the package left outside of the
// bundle, and the package in the bundle with the addon's file beside it.

const assert = require('assert')
const { execFileSync } = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { root, npmPackages } = require('../../scripts/tools')
const demo = require('../demo.json')

const NAME = 'wxbizdatacrypt-native'
const tools = path.join(npmPackages(['esbuild@0.28', '@vercel/ncc@0.45']), 'node_modules')

// Both write `out`/index.js.
const bundlers = {
  esbuild: (out, external) => [
    path.join(tools, 'esbuild/bin/esbuild'),
    ['app.js', '--bundle', '--platform=node', '--log-level=warning', `--outfile=${out}/index.js`],
    external ? [`--external:${NAME}`] : []
  ],
  ncc: (out, external) => [
    process.execPath,
    [path.join(tools, '@vercel/ncc/dist/ncc/cli.js'), 'build', 'app.js', '--quiet', '--out', out],
    external ? ['--external', NAME] : []
  ]
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundlers-'))
try {
  layOut()
  for (const name of Object.keys(bundlers)) {
    tryBundler(name)
    console.log(`${name}: ok with the package outside, and with the addon beside the bundle`)
  }
} finally {
  fs.rmSync(folder, { recursive: true })
}

// The app is the official demo; the package is installed as from the registry.
function layOut() {
  const installed = path.join(folder, 'node_modules', NAME)
  for (const file of ['package.json', ...require('../../package.json').files]) {
    if (!fs.existsSync(path.join(root, file))) continue
    fs.cpSync(path.join(root, file), path.join(installed, file), { recursive: true })
  }
  const app = fs.readFileSync(path.join(root, 'examples/demo.js'), 'utf8')
  fs.writeFileSync(path.join(folder, 'app.js'), app.replace("require('..')", `require('${NAME}')`))
}

function tryBundler(name) {
  const addons = fs.readdirSync(root).filter(file => file.endsWith('.node'))
  const beside = bundle(name, false)
  // Without configuration: on WebAssembly.
  assert.ok(run(beside).includes(demo.data.openId))
  for (const addon of addons) fs.copyFileSync(path.join(root, addon), path.join(beside, addon))
  assert.ok(run(beside).includes(demo.data.openId))

  const outside = bundle(name, true)
  assert.throws(() => run(outside), /Cannot find module/)
  fs.cpSync(path.join(folder, 'node_modules'), path.join(outside, 'node_modules'), { recursive: true })
  for (const addon of addons)
    fs.copyFileSync(path.join(root, addon), path.join(outside, 'node_modules', NAME, addon))
  assert.ok(run(outside).includes(demo.data.openId))
}

/** Returns the folder of the bundle. */
function bundle(name, external) {
  const out = path.join(folder, `${name}-${external}`, 'out')
  const [command, args, options] = bundlers[name](out, external)
  execFileSync(command, [...args, ...options], { cwd: folder, stdio: 'pipe' })
  return out
}

// Away from the folder whose node_modules the bundle would find.
function run(out) {
  const away = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'))
  try {
    fs.cpSync(out, away, { recursive: true })
    return execFileSync(process.execPath, ['index.js'], { cwd: away, encoding: 'utf8', stdio: 'pipe' })
  } finally {
    fs.rmSync(away, { recursive: true })
  }
}
