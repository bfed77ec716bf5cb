'use strict'

// Builds the page, one file with everything in it: page/dist/index.html.

const { execFileSync } = require('child_process')
const { createHash } = require('crypto')
const esbuild = require('esbuild')
const fs = require('fs')
const lzma = require('lzma')
const path = require('path')
const zlib = require('zlib')

const root = path.join(__dirname, '..')
const source = path.join(root, 'page/src')
const read = file => fs.readFileSync(file, 'utf8')

/** Builds the core for size, in a folder by itself. Compressed by LZMA it is 12 KB shorter than by deflate. */
function buildCore() {
  const folder = path.join(root, 'target/page')
  const file = path.join(folder, 'wasm-core.js')
  fs.mkdirSync(folder, { recursive: true })
  const env = { ...process.env, CARGO_PROFILE_RELEASE_OPT_LEVEL: 's', CARGO_TARGET_DIR: folder }
  execFileSync(process.execPath, [path.join(__dirname, 'build-wasm.js'), '--out', file], {
    env,
    stdio: 'inherit'
  })
  const core = lzma.compress(zlib.inflateRawSync(Buffer.from(require(file), 'base64')), 9)
  return `module.exports = '${Buffer.from(core).toString('base64')}'`
}

/** What a browser has in place of files of lib/. */
const replace = {
  addon: () => "module.exports = require('./wasm')",
  host: () => "module.exports = require('../page/src/host.mjs')",
  // Without what the command line says.
  messages: file => read(file).replace(/^exports\.cli = \{[\s\S]*?^\}/m, ''),
  'wasm-core': buildCore
}

const plugin = {
  name: 'browser',
  setup(build) {
    // It need not exist, since it is replaced.
    build.onResolve({ filter: /^\.\/wasm-core$/ }, () => ({ path: path.join(root, 'lib/wasm-core.js') }))
    build.onLoad({ filter: /[\\/]lib[\\/](addon|host|messages|wasm-core)\.js$/ }, ({ path: file }) => ({
      contents: replace[path.basename(file, '.js')](file),
      resolveDir: path.join(root, 'lib')
    }))
  }
}

/** Returns what `options` name, and everything that it requires, as one text. */
async function bundle(options) {
  const { outputFiles } = await esbuild.build({
    bundle: true,
    charset: 'utf8',
    // Nothing else may use what Node alone has.
    define: { Buffer: 'undefined', process: 'undefined' },
    logLevel: 'warning',
    minify: true,
    plugins: [plugin],
    // The first browsers with 'wasm-unsafe-eval'.
    target: ['chrome97', 'firefox102', 'safari16'],
    write: false,
    ...options
  })
  return outputFiles[0].text.trim()
}

async function buildPage() {
  const script = await bundle({ entryPoints: [path.join(source, 'main.js')], format: 'iife' })
  const style = await bundle({ entryPoints: [path.join(source, 'style.css')] })
  // Either would end the script.
  if (/<\/script|<!--/i.test(script)) throw new Error('The script contains </script or <!--')
  const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const sources = `script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data:`
  const policy = `default-src 'none'; ${sources}; connect-src 'none'; form-action 'none'; base-uri 'none'`
  // Functions, since a $ has a meaning in a text.
  const html = read(path.join(source, 'index.html'))
    .replace('content=""', () => `content="${policy}"`)
    .replace('<style>', () => `<style>${style}`)
    .replace('<script>', () => `<script>${script}`)
  const file = path.join(root, 'page/dist/index.html')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, html)
  const sum = createHash('sha256').update(html).digest('hex')
  console.log(
    `${sum}  ${html.length} characters, ${zlib.gzipSync(html, { level: 9 }).length} bytes with gzip`
  )
}

if (require.main === module) buildPage()

module.exports = { bundle }
