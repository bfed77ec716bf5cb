'use strict'

// Makes text safe for a terminal. A nickname may contain control characters that move the cursor, and
// bidirectional ones that reverse what is read.

// Control and format characters and line separators; not the line feeds between lines, nor the joiners that
// emojis and Persian consist of.
const UNSAFE = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Returns `text` with these characters as JSON escapes: JSON remains the same JSON. */
function escapeControls(text) {
  return text.replace(UNSAFE, character =>
    character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  )
}

module.exports = { escapeControls }
