'use strict'

// Tries an installed package on any runtime that loads it, Node 12 included: no test runner, plain `assert`.
//
//   node __test__/system/smoke.js [PACKAGE]     the package's name or path; by default, this clone

const assert = require('assert')
const { createRequire } = require('module')
const path = require('path')
const { pathToFileURL } = require('url')
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads')
const demo = require('../demo.json')
const { run } = require('../differential')

// As the program in this folder would find it. A plain `require` of the package's name would find this clone.
const entry = isMainThread
  ? createRequire(path.join(process.cwd(), 'program.js')).resolve(
      process.argv[2] || path.join(__dirname, '../..')
    )
  : workerData
const WXBizDataCrypt = require(entry)

const THREADS = 4

function decryptDemo(Class) {
  return new Class(demo.appId, demo.sessionKey).decryptData(demo.encryptedData, demo.iv)
}

function checkGenerated() {
  const { outcomes, differences } = run({ WXBizDataCrypt, cases: 3000, seed: 20240601 })
  assert.deepStrictEqual(differences, [])
  return outcomes.decrypted
}

async function checkImport() {
  const imported = await import(pathToFileURL(entry))
  assert.strictEqual(imported.default, WXBizDataCrypt)
  assert.strictEqual(WXBizDataCrypt.WXBizDataCrypt, WXBizDataCrypt)
}

function checkThreads() {
  const runs = Array.from({ length: THREADS }, () => {
    return new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: entry })
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`The thread ended with ${code} and without a word`)))
    })
  })
  return Promise.all(runs).then(results => {
    for (const data of results) assert.deepStrictEqual(data, decryptDemo(WXBizDataCrypt))
  })
}

function describeRuntime() {
  const { bun, deno, node } = process.versions
  const name = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`
  return `${name}, ${process.platform} ${process.arch}`
}

async function main() {
  assert.deepStrictEqual(decryptDemo(WXBizDataCrypt), demo.data)
  const decrypted = checkGenerated()
  await checkImport()
  await checkThreads()
  console.log(
    `smoke: ok on ${describeRuntime()}: the official vector, 3000 generated cases, ${decrypted} of them decrypted, ` +
      `import, ${THREADS} threads`
  )
}

if (isMainThread) {
  main().catch(error => {
    console.error(error)
    process.exitCode = 1
  })
} else {
  parentPort.postMessage(decryptDemo(WXBizDataCrypt))
}
