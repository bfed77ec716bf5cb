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
    const [removed, added] = findNext(before, after, i, j)
    add('del', before.substr(i, removed))
    add('ins', after.substr(j, added))
    i += removed
    j += added
    add('same', before.charAt(i))
  }
  return runs
}

/** Returns how many characters of each text come before they agree again. */
function findNext(before, after, i, j) {
  if (before[i] === after[j]) return [0, 0]
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    for (let other = distance; other >= 0; other--) {
      if (agree(before.slice(i + distance), after.slice(j + other))) return [distance, other]
      if (agree(before.slice(i + other), after.slice(j + distance))) return [other, distance]
    }
  }
  return [before.length - i, after.length - j]
}

function agree(before, after) {
  return before === after || (before.length > ANCHOR && before.slice(0, ANCHOR) === after.slice(0, ANCHOR))
}

module.exports = compare
