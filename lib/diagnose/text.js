'use strict'

// Text of people and programs: JSON, URL encoding and HTML that may be invalid, and what it was before changes.
// Requires nothing.

const MAX_CANDIDATES = 40

/** Returns what a function returns, or `undefined` if it throws. */
function attempt(run) {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** Parses JSON; `undefined` if it is none. */
const parseJson = text => attempt(() => JSON.parse(text))

/** Returns the JSON of a value; `undefined` if it has none, such as a circular one. */
const toJson = value => attempt(() => JSON.stringify(value))

/** Decodes text as `decodeURIComponent`; `undefined` if it is not URL-encoded. */
const decodeUrl = text => attempt(() => decodeURIComponent(text))

const isObject = value => value !== null && typeof value === 'object'

const isAbsent = value => value === undefined || value === null || value === ''

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

/** By name, the characters that base64 and JSON consist of, besides letters and digits, and what is around them. */
const ENTITIES = {
  ...{ amp: '&', plus: '+', sol: '/', equals: '=', nbsp: ' ' },
  ...{ lt: '<', gt: '>', quot: '"', apos: "'" }
}

/** Undoes HTML's entities, by name or by number. */
function unescapeHtml(text) {
  return text.replace(
    /&(?:(amp|plus|sol|equals|nbsp|lt|gt|quot|apos)|#(\d{2,3})|#x([0-9a-f]{2}));/gi,
    (_all, name, decimal, hex) =>
      name === undefined
        ? String.fromCharCode(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
        : ENTITIES[name.toLowerCase()]
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

/** Yields what a text may have been before one change, by a table of functions from a text to a list of these. */
function* undoOnce(text, table, form) {
  for (const change of Object.keys(table)) {
    for (const undone of table[change](text, form)) yield [undone, change]
  }
}

module.exports = {
  attempt,
  decodeUrl,
  isAbsent,
  isObject,
  parseJson,
  toHalfWidth,
  toJson,
  undoChanges,
  undoOnce,
  unescapeHtml,
  unescapeUnicode
}
