'use strict'

// Copies the version of package.json to the other files that contain it. `npm version` runs this; the packages of
// the platforms are made with the version of package.json when a release is assembled.

const fs = require('fs')
const path = require('path')

const root = path.join(__dirname, '../..')
const { name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))

rewrite('Cargo.toml', /^(version = )".+"$/m, `$1"${version}"`)
rewrite('Cargo.lock', new RegExp(`^(name = "${name}"\\nversion = )".+"$`, 'm'), `$1"${version}"`)
// What was unreleased is now this version's; a prerelease gathers nothing.
if (!version.includes('-')) {
  const today = new Date().toISOString().slice(0, 10)
  rewrite('CHANGELOG.md', /^## \[Unreleased\]$/m, `## [Unreleased]\n\n## [${version}] - ${today}`)
}

function rewrite(file, pattern, replacement) {
  const at = path.join(root, file)
  const text = fs.readFileSync(at, 'utf8')
  if (!pattern.test(text)) throw new Error(`${file} has no line for ${pattern}`)
  fs.writeFileSync(at, text.replace(pattern, replacement))
}
