'use strict'

// Publishes what scripts/release/assemble.js made: the platforms' packages first, the main package last, so
// that nobody can install a main package without its binary. Run again, it continues where it stopped.
//
//   node scripts/release/publish.js [--stage] [options of npm publish]
//
// --stage  `npm stage publish`: a maintainer has to approve each package before it is public

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { root, npm } = require('../tools')

const release = path.join(root, 'release')
const options = process.argv.slice(2).filter(option => option !== '--stage')
const publish = process.argv.includes('--stage') ? ['stage', 'publish'] : ['publish']
const shell = npm !== 'npm'

const folders = fs.readdirSync(path.join(release, 'npm')).map(platform => path.join(release, 'npm', platform))
for (const folder of [...folders, path.join(release, 'root')]) {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  if (isPublished(`${name}@${version}`)) {
    console.log(`${name}@${version} is published already`)
    continue
  }
  execFileSync(npm, [...publish, '--ignore-scripts', '--tag', tagOf(version), ...options], {
    cwd: folder,
    stdio: 'inherit',
    shell
  })
}

function isPublished(spec) {
  try {
    const view = ['view', spec, 'version', ...options.filter(option => option.startsWith('--registry'))]
    return execFileSync(npm, view, { cwd: release, stdio: ['ignore', 'pipe', 'ignore'], shell }).length > 0
  } catch {
    return false
  }
}

// `npm install` without a version must not install a prerelease.
function tagOf(version) {
  return version.includes('-') ? 'next' : 'latest'
}
