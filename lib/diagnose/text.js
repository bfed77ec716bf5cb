'use strict'

// Text of people and programs: JSON and URL encoding that may be invalid, and what it was before changes. Requires
// nothing.

const MAX_CANDIDATES = 40

/** Parses JSON; `undefined` if it is none. */
function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the JSON of a value; `undefined` if it has none, such as a circular one. */
function toJson(value) {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Decodes text as `decodeURIComponent`; `undefined` if it is not URL-encoded. */
function decodeUrl(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const isObject = value => value !== null && typeof value === 'object'

/** Writes full-width characters as ASCII. */
function toHalfWidth(text) {
  return text.replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
}

/** Undoes the escapes `\uXXXX`. */
function unescapeUnicode(text) {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_all, digits) =>
    String.fromCharCode(Number.parseInt(digits, 16))
  )
}

/**
 * Undoes changes, one on top of the other, and yields what `value` may have been: the value itself first, then the
 * fewest changes first.
 *
 * @param {(value: unknown, seen: Set<unknown>) => Iterable<[unknown, unknown]>} undo yields what a value may have been
 *   before one change, and the change
 * @param {{ maxDepth: number, budget?: { left: number } }} limits how many changes, and how many characters to look at
 * @returns {Iterable<{ value: unknown, changes: unknown[] }>}
 */
function* undoChanges(value, undo, { maxDepth, budget = { left: Number.POSITIVE_INFINITY } }) {
  const found = [{ value, changes: [] }]
  const seen = new Set([value])
  yield found[0]
  for (let i = 0; i < found.length && found.length < MAX_CANDIDATES; i++) {
    const { value: current, changes } = found[i]
    budget.left -= typeof current === 'string' ? current.length : 16
    if (changes.length === maxDepth || budget.left < 0) return
    for (const [undone, change] of undo(current, seen)) {
      if (undone === undefined || undone.length === 0 || seen.has(undone)) continue
      seen.add(undone)
      const next = { value: undone, changes: [...changes, change] }
      found.push(next)
      yield next
    }
  }
}

module.exports = { decodeUrl, isObject, parseJson, toHalfWidth, toJson, undoChanges, unescapeUnicode }
