'use strict'

// Finds and loads the native addon: the local build first, then the platform's package.

module.exports = require('./wxbizdatacrypt-native.linux-x64-gnu.node')
