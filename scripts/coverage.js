'use strict'

// Runs all tests with coverage and prints which lines of src/ and lib/ they do not reach, and the two figures.
// What the JavaScript tests reach in src/ counts too: they run on an addon that is built with coverage.

const { execFileSync, spawnSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { npmPackages, root } = require('./tools')

const folder = path.join(root, 'target/coverage')
// What c8 and cargo-llvm-cov write: for each file the lines that were counted, and how often each was run.
const reports = { 'src/': path.join(folder, 'rust.lcov'), 'lib/': path.join(folder, 'lcov.info') }

function main() {
  fs.rmSync(path.join(folder, 'v8'), { recursive: true, force: true })
  const env = prepareRust()
  // Without the Node-API boundary: with coverage no linker leaves out what calls Node.
  run('cargo', ['test', '--release', '--locked', '--no-default-features', '--lib', '--tests'], env)
  try {
    run(process.execPath, ['scripts/build.js'], env)
    const c8 = path.join(npmPackages(['c8@12.0.0']), 'node_modules/c8/bin/c8.js')
    const options = ['--all', '--include=lib/**', '--include=*.js', '--reporter=lcovonly']
    options.push(`--temp-directory=${folder}/v8`, `--reports-dir=${folder}`)
    // A test that fails is no reason not to see what the others reach.
    const { status } = spawnSync(process.execPath, [c8, ...options, process.execPath, '--test'], {
      cwd: root,
      env,
      stdio: 'inherit'
    })
    process.exitCode = status
    run('cargo', ['llvm-cov', 'report', '--release', '--lcov', `--output-path=${reports['src/']}`], env)
  } finally {
    run(process.execPath, ['scripts/build.js'])
  }
  for (const name of Object.keys(reports)) print(name, reports[name])
}

// Returns the environment in which cargo builds with coverage, without link-time optimisation: that builds faster
// and keeps every line.
function prepareRust() {
  if (spawnSync('cargo', ['llvm-cov', '--version']).status !== 0) {
    run('cargo', ['install', 'cargo-llvm-cov', '--locked'])
  }
  run('rustup', ['component', 'add', 'llvm-tools'])
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: folder,
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    CARGO_PROFILE_RELEASE_STRIP: 'none'
  }
  const settings = execFileSync('cargo', ['llvm-cov', 'show-env'], { cwd: root, env, encoding: 'utf8' })
  for (const [, name, value] of settings.matchAll(/^(\w+)=(.*)$/gm)) {
    env[name] = value.replace(/^(['"])(.*)\1$/, '$2')
  }
  run('cargo', ['llvm-cov', 'clean', '--workspace'], env)
  return env
}

function run(command, args, env = process.env) {
  execFileSync(command, args, { cwd: root, env, stdio: 'inherit' })
}

// A file of src/ is in the report twice, from the addon under its remapped path and from the tests of Rust: a
// line counts as covered where either reaches it.
function print(name, report) {
  const files = new Map()
  let lines
  for (const record of fs.readFileSync(report, 'utf8').split('\n')) {
    const [, key, value] = /^(\w+):(.*)$/.exec(record) || []
    if (key === 'SF') {
      const file = path.relative(root, path.resolve(root, value.replace(/^\/src\//, '')))
      if (!files.has(file)) files.set(file, new Map())
      lines = files.get(file)
    } else if (key === 'DA') {
      const [number, count] = value.split(',').map(Number)
      lines.set(number, lines.get(number) || count > 0)
    }
  }
  let found = 0
  let covered = 0
  for (const [file, lines] of files) {
    if (!file.startsWith(name)) continue
    const end = findTests(file)
    for (const [number, isCovered] of lines) {
      if (number > end) continue
      found += 1
      if (isCovered) covered += 1
      else console.log(`not covered: ${file}:${number}`)
    }
  }
  console.log(`${name}: ${((100 * covered) / found).toFixed(2)} % of ${found} lines`)
}

// Returns the line at which a file's tests begin, which do not count.
function findTests(file) {
  const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n')
  const tests = lines.findIndex((text, i) => text === '#[cfg(test)]' && /^mod /.test(lines[i + 1]))
  return tests < 0 ? lines.length : tests
}

main()
