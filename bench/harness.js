'use strict'

// Times variants against one another in one run: small batches, in a new order every round, so that the
// processor's clock, the optimising compiler and the garbage collector weigh on all alike. Own code,
// because mitata and tinybench finish one variant before they begin the next: what runs alone in a young
// process measures a third slower than in a long run, and the ratios with it.

const batchLength = 50

// `variants` is a list of `{ name, run, isAsync }`, and `inputs` what `run` is called with in turn, one
// batch of them. Returns the median ns of one `run` by name.
async function measure(variants, inputs, { rounds, warmUp }) {
  const samples = new Map(variants.map(variant => [variant, []]))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const variant of shuffle([...variants])) {
      const elapsed = await (variant.isAsync ? timeAsyncBatch : timeBatch)(variant.run, inputs)
      if (round >= 0) samples.get(variant).push(elapsed / batchLength)
    }
  }
  return Object.fromEntries([...samples].map(([{ name }, times]) => [name, median(times)]))
}

// What the calls returned, so that none can be optimised away.
const results = new Array(batchLength)

function timeBatch(run, inputs) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < batchLength; i += 1) results[i] = run(inputs[i])
  return Number(process.hrtime.bigint() - start)
}

async function timeAsyncBatch(run, inputs) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < batchLength; i += 1) results[i] = await run(inputs[i])
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

module.exports = { batchLength, measure, median, shuffle }
