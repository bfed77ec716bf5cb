'use strict'

// Compares a value with what it should be, character by character.

/** So many equal characters in a row are taken for the same place in both texts. */
const ANCHOR = 3
/** If the texts do not agree again within so many characters, the rest counts as changed. */
const MAX_DISTANCE = 48

/** @returns {{ text: string, kind: 'same' | 'del' | 'ins' }[]} */
function compare(before, after) {
  const runs = []
  const add = (kind, text) => {
    const last = runs[runs.length - 1]
    if (last !== undefined && last.kind === kind) last.text += text
    else if (text !== '') runs.push({ kind, text })
  }
  for (let i = 0, j = 0; i < before.length || j < after.length; i++, j++) {
    const [removed, added] = before[i] === after[j] ? [0, 0] : findNext(before.slice(i), after.slice(j))
    add('del', before.substr(i, removed))
    add('ins', after.substr(j, added))
    i += removed
    j += added
    add('same', before.charAt(i))
  }
  return runs
}

/** Returns how many characters of each text come before they agree again. */
function findNext(before, after) {
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    // Characters that were replaced one by one are more likely than a text that has moved.
    if (before.length === after.length && before[distance] === after[distance]) return [distance, distance]
    for (let other = distance; other >= 0; other--) {
      if (agree(before.slice(distance), after.slice(other))) return [distance, other]
      if (agree(before.slice(other), after.slice(distance))) return [other, distance]
    }
  }
  return [before.length, after.length]
}

function agree(before, after) {
  return before === after || (before.length > ANCHOR && before.slice(0, ANCHOR) === after.slice(0, ANCHOR))
}

module.exports = compare
