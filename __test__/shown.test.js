'use strict'

// What is shown of an instance never holds its keys: every exported class, in every way in which Node prints or
// serialises an object by itself. The ways that show them are named in docs/security.md.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const util = require('node:util')
const alipay = require('./helpers/alipay-messages')
const { platforms } = require('./helpers/platforms')
const { AlipayDataCrypt } = require('..')

const ways = {
  inspect: util.inspect,
  'inspect, nested': value => util.inspect({ nested: [value] }),
  'inspect, hidden properties': value =>
    util.inspect(value, { showHidden: true, depth: 9, showProxy: false }),
  'inspect, one line': value => util.inspect(value, { breakLength: Infinity, compact: false, colors: true }),
  'inspect, no depth': value => util.inspect({ value }, { depth: 0 }),
  format: value => util.format('%s %o %O %j', value, value, value, value),
  'JSON.stringify': value => JSON.stringify({ nested: [value] }),
  String: value => `${value}`
}

const found = platforms.map(({ name, Class, appId, randomText }) => {
  const secret = randomText()
  class Session extends Class {
    user = 7
  }
  const instances = {
    one: new Class(appId, secret),
    list: new Class(appId, [secret, secret]),
    bytes: new Class(appId, Buffer.from(secret)),
    frozen: Object.freeze(new Class(appId, secret)),
    proxy: new Proxy(new Class(appId, secret), {}),
    derived: new Session(appId, secret)
  }
  return { name, instances, secrets: [secret], seen: [appId, '[redacted]'] }
})
const { aesKey, alipayPublicKey } = alipay.config
found.push({
  name: 'AlipayDataCrypt',
  instances: {
    one: new AlipayDataCrypt(alipay.config),
    list: new AlipayDataCrypt({ aesKey: [aesKey], alipayPublicKey })
  },
  secrets: [aesKey, alipayPublicKey],
  seen: ['RSA2', 'aesKeys']
})

for (const { name, instances, secrets, seen } of found) {
  describe(name, () => {
    for (const [way, show] of Object.entries(ways)) {
      test(`shows no key by ${way}`, () => {
        for (const [kind, instance] of Object.entries(instances)) {
          const text = show(instance)
          for (const secret of secrets) {
            for (const piece of [
              secret.slice(0, 8),
              Buffer.from(secret).toString('hex', 0, 8),
              [...Buffer.from(secret)].slice(0, 8).join()
            ]) {
              assert.ok(!text.replace(/[\s\n]/g, '').includes(piece), `${kind}: ${text}`)
            }
          }
          const isWhole = !/depth$|String/.test(way)
          if (isWhole) for (const part of seen) assert.ok(text.includes(part), `${kind}: ${text}`)
        }
      })
    }

    test('shows its class, and everything else', () => {
      assert.match(util.inspect(instances.one), new RegExp(`^${name} {`))
      if (instances.derived === undefined) return
      assert.match(util.inspect(instances.derived), /^Session {/)
      assert.strictEqual(JSON.parse(JSON.stringify(instances.derived)).user, 7)
    })
  })
}
