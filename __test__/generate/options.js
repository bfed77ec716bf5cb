'use strict'

// Options for decryptData and the time at which it is called: most often ones that the plaintext obeys or
// only just misses.

const { hasOwn } = require('../../lib/own')

function createOptions({ int, chance, pick }) {
  const ages = [0, 1, 60, 300, 86_400, 0.5, 1e9, 1e12, Number.MAX_VALUE, Number.POSITIVE_INFINITY]
  const wrongAges = [-1, -0.001, NaN, null, '300', '', true, [], {}, 300n, new Number(300)]
  const wrongIds = [undefined, null, '', 0, true, [], {}, new String('oGZUI0egBJY1zhBYw2KhdUfwVJJE')]

  // What the plaintext claims, where it is JSON.
  function readClaims(plaintext) {
    try {
      const { openId, watermark } = JSON.parse(plaintext)
      return { openId, timestamp: watermark.timestamp }
    } catch {
      return {}
    }
  }

  const createMaxAge = () => (chance(0.9) ? pick(ages) : pick(wrongAges))

  function createOpenId(openId) {
    const id = typeof openId === 'string' ? openId : 'oGZUI0egBJY1zhBYw2KhdUfwVJJE'
    return chance(0.6)
      ? id
      : pick([
          () => `${id} `,
          () => id.slice(1),
          () => id.toLowerCase(),
          () => `${id.slice(0, -1)}\ud800`,
          () => pick(wrongIds)
        ])()
  }

  // Returns `{ options, now }`, of which `now` is in milliseconds.
  return function next(plaintext) {
    if (chance(0.6)) return { options: undefined, now: 1e12 }
    const { openId, timestamp } = readClaims(plaintext)
    // Defined rather than assigned: the prototypes may be polluted.
    const options = {
      ...(chance(0.7) && { maxAge: createMaxAge() }),
      ...(chance(0.5) && { openId: createOpenId(openId) })
    }

    const made = typeof timestamp === 'number' ? timestamp : 1477314187
    const maxAge = hasOwn(options, 'maxAge') && typeof options.maxAge === 'number' ? options.maxAge : 300
    const age = pick([-61, -60.001, -60, -59.999, 0, 1, maxAge, maxAge + 0.001, int(1000)])
    const now = Math.round((made + age) * 1000)
    if (chance(0.95)) return { options, now }

    const odd = pick([
      () => Object.create(options),
      () => ({ __proto__: null, ...options }),
      () => ({ __proto__: { maxAge: 0 }, ...options }),
      () => ({ ...options, maxage: 300 }),
      () => ({ ...options, __proto__: { openid: openId } }),
      () => ({ ...options, maxAge: undefined }),
      () => ({ ...options, openId: undefined }),
      () => pick([null, 300, '300', true, [], [options], () => options, Symbol('options')])
    ])
    return { options: odd(), now }
  }
}

module.exports = { createOptions }
