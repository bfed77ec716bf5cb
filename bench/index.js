'use strict'

// `npm run bench`: every variant on every payload, as a Markdown table, and in results.json. ROUNDS sets the
// length.

const assert = require('node:assert')
const os = require('node:os')
const { batchLength, measure } = require('./harness')
const { major, save } = require('./results')

const groups = [require('./wechat'), require('./alipay')]
const rounds = Number(process.env.ROUNDS || 2000)

async function main() {
  const started = Date.now()
  let calls = 0
  for (const group of groups) {
    const races = await Promise.all(group.payloads.map(payload => prepare(group, payload)))
    // The sample gets to its steady speed only after some hundred thousand calls; nobody is timed before.
    for (const { variants, payload } of races) {
      await measure(variants, payload.inputs, { rounds: 0, warmUp: Math.ceil(rounds / 4) })
    }
    for (const race of races) {
      race.medians = await measure(race.variants, race.payload.inputs, { rounds, warmUp: 50 })
      calls += race.variants.length * rounds * batchLength
    }
    console.log(`${table(group, races)}\n`)
    save(['hot', major, group.title], nanoseconds(races))
  }
  const seconds = Math.round((Date.now() - started) / 1000)
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${os.cpus()[0].model.trim()}: medians of ` +
      `${rounds} interleaved batches of ${batchLength} calls, ${calls.toLocaleString('en')} timed calls in ${seconds} s.`
  )
}

// The variants that take part in a payload's race, once all have given the same result.
async function prepare(group, payload) {
  const variants = []
  for (const { name, run, isAsync, neverRejects } of group.variants) {
    if (payload.isRejected && neverRejects) continue
    for (const input of payload.inputs) {
      if (payload.isRejected) await assert.rejects(async () => run(input), name)
      else assert.deepStrictEqual(await run(input), input.expected, name)
    }
    const timed = payload.isRejected ? (isAsync ? caughtAsync(run) : caught(run)) : run
    variants.push({ name, isAsync, run: timed })
  }
  return { payload, variants }
}

function caught(run) {
  return input => {
    try {
      return run(input)
    } catch (error) {
      return error
    }
  }
}

function caughtAsync(run) {
  return async input => {
    try {
      return await run(input)
    } catch (error) {
      return error
    }
  }
}

/** Returns the times by payload and by variant. */
function nanoseconds(races) {
  const round = medians =>
    Object.entries(medians).map(([name, time]) => [name.replace(/[*`]/g, ''), Math.round(time)])
  return Object.fromEntries(
    races.map(({ payload, medians }) => [payload.name, Object.fromEntries(round(medians))])
  )
}

function table(group, races) {
  const row = (name, cell) => `| ${name} | ${races.map(({ medians }) => cell(medians)).join(' | ')} |`
  const time = name => medians => (name in medians ? Math.round(medians[name]).toLocaleString('en') : '')
  const ratio = (over, under) => medians =>
    over in medians && under in medians ? `${(medians[over] / medians[under]).toFixed(2)}` : ''
  return [
    `| ${group.title}, ns | ${races.map(({ payload }) => payload.name).join(' | ')} |`,
    `|---|${'--:|'.repeat(races.length)}`,
    ...group.variants.map(({ name }) => row(name, time(name))),
    ...group.fasterThan.map(name => row(`times faster than ${name}`, ratio(name, group.ours))),
    ...group.timesOf.map(name => row(`time, as a multiple of ${name}`, ratio(group.ours, name)))
  ].join('\n')
}

main()
