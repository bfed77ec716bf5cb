'use strict'

// One thing that is wrong with the values of a diagnosis. Requires nothing.

/**
 * Creates a finding: a change that was undone, or what is left. Every property is its own, so that none is read from a
 * prototype.
 *
 * @param {string} reason a name in `diagnosis` of the messages
 * @param {string[]} [inputs] the names of the values that it is about
 * @param {object} [found] what programs are told about it, and what fills its hint
 * @param {string} [variant] a name in `variants` of the messages, if the case has a separate hint
 * @param {{ texts?: { en: string, zh: string }, corrected?: object }} [others] the hint, if it is in neither table; the
 *   values as they should be, if they are known although nothing was undone
 */
function finding(reason, inputs = [], found = {}, variant = undefined, others = {}) {
  return { reason, inputs, found, variant, texts: undefined, corrected: undefined, ...others }
}

module.exports = finding
