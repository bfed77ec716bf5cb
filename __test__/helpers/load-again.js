'use strict'

// Loads the package once more, with nothing of the copy that is loaded.

const path = require('node:path')

const root = path.dirname(require.resolve('../..'))

function loadAgain() {
  for (const file of Object.keys(require.cache)) {
    if (file === path.join(root, 'index.js') || file.startsWith(path.join(root, 'lib') + path.sep)) {
      delete require.cache[file]
    }
  }
  return require('../..')
}

module.exports = { loadAgain, root }
