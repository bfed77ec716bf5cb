'use strict'

// Times variants against one another in one run: small batches, in a new order every round, so that the
// processor's clock, the optimising compiler and the garbage collector weigh on all alike. Own code,
// because mitata and tinybench finish one variant before they begin the next: what runs alone in a young
// process measures a third slower than in a long run, and the ratios with it.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const batchLength = 50

/**
 * Calls each of `variants`, `{ name, run, isAsync }`, with a batch of inputs in turn. Returns the median ns of one call
 * by name. An error is a result like any other.
 */
async function measure(variants, inputs, { rounds, warmUp }) {
  const samples = new Map(variants.map(variant => [variant, []]))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const variant of shuffle([...variants])) {
      const elapsed = await (variant.isAsync ? timeAsyncBatch : timeBatch)(variant.run, inputs)
      if (round >= 0) samples.get(variant).push(elapsed / batchLength)
    }
  }
  return Object.fromEntries([...samples].map(([{ name }, times]) => [name, Math.round(median(times))]))
}

// What the calls returned, so that none can be optimised away.
const results = new Array(batchLength)

function timeBatch(run, inputs) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < batchLength; i += 1) {
    try {
      results[i] = run(inputs[i])
    } catch (error) {
      results[i] = error
    }
  }
  return Number(process.hrtime.bigint() - start)
}

async function timeAsyncBatch(run, inputs) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < batchLength; i += 1) {
    try {
      results[i] = await run(inputs[i])
    } catch (error) {
      results[i] = error
    }
  }
  return Number(process.hrtime.bigint() - start)
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[list[i], list[j]] = [list[j], list[i]]
  }
  return list
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1]
}

const file = path.join(__dirname, 'results.json')

/** Changes results.json, of which `npm run docs` makes the tables and charts of the documents. */
function save(change) {
  const found = JSON.parse(fs.readFileSync(file, 'utf8'))
  found.machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores`
  change(found)
  fs.writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`)
}

const [node] = process.versions.node.split('.')

module.exports = { batchLength, measure, median, node, save, shuffle }
