'use strict'

// Session keys: one, or a list that is tried in turn, as text for the core or as bytes.

const { decode } = require('./bytes')
const { createArgumentError } = require('./errors')
const { property } = require('./own')

// Each key is tried, and a rejection takes as long as all of them.
const MAX_KEYS = 100

/**
 * Joins the session keys of a list into one text.
 *
 * @returns {{ text: string, count: number } | undefined} `undefined` if they are not texts of one length
 */
function joinKeys(sessionKey) {
  if (!isKeyList(sessionKey) || sessionKey.length > MAX_KEYS) return undefined
  let text = ''
  let count = 0
  for (let i = 0; i < sessionKey.length; i++) {
    const key = sessionKey[i]
    if (isMissing(key)) continue
    if (typeof key !== 'string' || key.length * count !== text.length) return undefined
    text += key
    count++
  }
  return count === 0 ? undefined : { text, count }
}

/** Returns the bytes of every session key, at least one. The caller wipes them. */
function decodeKeys(sessionKey, { encoding }) {
  const keys = []
  // Defined rather than pushed: a polluted prototype may have setters for indices.
  const add = key => Object.defineProperty(keys, keys.length, property(key, true))
  if (!isKeyList(sessionKey)) {
    add(decode('sessionKey', sessionKey, encoding))
    return keys
  }
  if (sessionKey.length > MAX_KEYS) {
    throw createArgumentError('sessionKey', 'many-keys', sessionKey, { max: MAX_KEYS })
  }
  try {
    // The list may grow while it is read, if an element is an object with a `valueOf`.
    for (let i = 0, { length } = sessionKey; i < length; i++) {
      const key = sessionKey[i]
      if (!isMissing(key)) add(decode(`sessionKey[${i}]`, key, encoding))
    }
  } catch (error) {
    wipe(keys)
    throw error
  }
  if (keys.length === 0) throw createArgumentError('sessionKey', 'keys', [])
  return keys
}

/** Whether a session key is a list of keys. An array of numbers is the bytes of one key, as in the sample. */
function isKeyList(sessionKey) {
  return Array.isArray(sessionKey) && typeof sessionKey[0] !== 'number'
}

/** A server that keeps [current, previous] has no previous key at first. */
function isMissing(key) {
  return key === undefined || key === null || key === ''
}

function wipe(keys) {
  for (let i = 0; i < keys.length; i++) keys[i].fill(0)
}

module.exports = { MAX_KEYS, decodeKeys, isKeyList, isMissing, joinKeys, wipe }
