'use strict'

// Compares the packages in release/ with the SHA-256 hashes that earlier jobs of the release workflow output, so
// that a replaced artifact cannot be published.
//
//   BUILT='{"TARGET":"HASH",…}' [PACKAGES=HASH] node scripts/release/sums.js
//
// BUILT     the binaries' hashes, as the build jobs computed them
// PACKAGES  the hash of all packages' files, as this script printed it where they were assembled
//
// Prints `sha256=HASH`, the hash of all packages' files.

const { createHash } = require('crypto')
const fs = require('fs')
const path = require('path')
const { targets, platformOf } = require('../targets')
const { filesIn } = require('./check-release')

/**
 * @param {string} release the folder of the packages
 * @param {Record<string, string>} built
 * @param {string} [packages]
 * @returns {string} the hash of all packages' files
 */
function checkSums(release, built, packages) {
  for (const target of targets) {
    const platform = platformOf(target)
    const file = path.join(release, 'npm', platform, `wxbizdatacrypt-native.${platform}.node`)
    if (sha256(fs.readFileSync(file)) !== built[target]) {
      throw new Error(`The binary for ${platform} is not the one that was built`)
    }
  }
  const files = ['npm', 'root'].flatMap(folder => filesIn(path.join(release, folder)))
  const list = files.map(file => `${sha256(fs.readFileSync(file))}  ${path.relative(release, file)}\n`)
  const hash = sha256(list.sort().join(''))
  if (packages !== undefined && hash !== packages) {
    throw new Error('The packages are not the ones that were assembled')
  }
  return hash
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex')
}

module.exports = checkSums

if (require.main === module) {
  const { BUILT, PACKAGES } = process.env
  console.log(`sha256=${checkSums(path.join(__dirname, '../../release'), JSON.parse(BUILT), PACKAGES)}`)
}
