'use strict'

// Builds the core for WebAssembly and writes it, compressed and in base64, to lib/wasm-core.js.
//
//   node scripts/build-wasm.js [--out FILE]

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { parseArgs } = require('util')
const { remapPaths } = require('./build')
const { addTarget, root } = require('./tools')

const TARGET = 'wasm32-unknown-unknown'

// What Node 12 compiles. rustc's own output has an encoding of `call_indirect` that it does not know, nor does Node 16.
const FEATURES = ['sign-ext', 'mutable-globals', 'bulk-memory', 'nontrapping-float-to-int']

const { values } = parseArgs({
  options: { out: { type: 'string', default: path.join(root, 'lib/wasm-core.js') } }
})

main()

async function main() {
  const file = optimise(build())
  // 6 % smaller than by zlib. Loaded here, since it prints itself where a rejection is not handled.
  const core = await require('@gfx/zopfli').deflateAsync(file, {})
  const lines = [
    "'use strict'",
    '',
    '// The core for lib/wasm.js: `npm run build:wasm` writes this file.',
    '',
    `module.exports = '${Buffer.from(core).toString('base64')}'`,
    ''
  ]
  fs.writeFileSync(values.out, lines.join('\n'))
}

/** @returns {string} the file */
function build() {
  const args = ['rustc', '--locked', '--lib', '--crate-type', 'cdylib', '--release', '--no-default-features']
  const standardLibrary = addTarget(TARGET).includes('--build-std') ? ['-Z', 'build-std=std,panic_abort'] : []
  const target = ['--target', TARGET, ...standardLibrary]
  execFileSync('cargo', [...args, ...target, ...remapPaths()], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(standardLibrary.length > 0 && { RUSTC_BOOTSTRAP: '1' }) }
  })
  const folder = process.env.CARGO_TARGET_DIR || path.join(root, 'target')
  return path.join(folder, TARGET, 'release/wxbizdatacrypt_native.wasm')
}

/** Optimises and lowers what rustc has built. */
function optimise(file) {
  const optimised = file.replace(/\.wasm$/, '.optimised.wasm')
  const features = ['--mvp-features', ...FEATURES.map(name => `--enable-${name}`)]
  const strip = ['--strip-debug', '--strip-producers', '--strip-target-features']
  const wasmOpt = path.join(root, 'node_modules/binaryen/bin/wasm-opt')
  execFileSync(process.execPath, [wasmOpt, file, '-o', optimised, '-O3', ...features, ...strip], {
    stdio: 'inherit'
  })
  return fs.readFileSync(optimised)
}
