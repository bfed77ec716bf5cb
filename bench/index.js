'use strict'

// `npm run bench`: every variant on every payload, as Markdown tables, and in results.json. ROUNDS sets the length. A
// process has one core, so the core in WebAssembly is measured by a second one, with WXBIZDATACRYPT_WASM=1.

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const os = require('node:os')
const { renderGroup } = require('../scripts/benchmarks')
const { batchLength, measure, node, save } = require('./harness')
const { groups, webAssembly } = require('./open-data')

const rounds = Number(process.env.ROUNDS || 2000)

async function main() {
  const isWasm = process.env.WXBIZDATACRYPT_WASM === '1'
  for (const group of isWasm ? [webAssembly] : [...groups, require('./alipay')]) {
    const payloads = await measureGroup(group)
    console.log(`**${group.title}**\n\n${renderGroup(payloads).join('\n')}\n`)
    save(({ hot }) => {
      hot[node] = { ...hot[node], [group.title]: payloads }
    })
  }
  if (!isWasm) {
    const env = { ...process.env, WXBIZDATACRYPT_WASM: '1' }
    process.exitCode = spawnSync(process.execPath, [__filename], { env, stdio: 'inherit' }).status
    console.log(
      `Node ${process.version}, ${process.platform} ${process.arch}, ${os.cpus()[0].model.trim()}: medians of ` +
        `${rounds} interleaved batches of ${batchLength} calls.`
    )
  }
}

/** Returns the times by payload and by variant. */
async function measureGroup({ payloads, variants }) {
  const races = payloads.map(payload => ({
    ...payload,
    variants: variants.filter(({ neverRejects }) => !(payload.isRejected && neverRejects))
  }))
  for (const race of races) await check(race)
  // The sample gets to its steady speed only after some hundred thousand calls; nobody is timed before.
  for (const { variants, inputs } of races) {
    await measure(variants, inputs, { rounds: 0, warmUp: Math.ceil(rounds / 4) })
  }
  const found = {}
  for (const { name, variants, inputs } of races) {
    found[name] = await measure(variants, inputs, { rounds, warmUp: 50 })
  }
  return found
}

/** Throws unless every variant gives the same result. */
async function check({ variants, inputs, isRejected }) {
  for (const { name, run } of variants) {
    for (const input of inputs) {
      if (isRejected) {
        await assert.rejects(async () => run(input), name)
      } else {
        const { watermark, ...data } = await run(input)
        assert.deepStrictEqual(data, input.expected, name)
      }
    }
  }
}

main()
