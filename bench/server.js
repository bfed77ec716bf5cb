'use strict'

// `npm run bench:server`: what decryption costs a real server. A route that receives a posted phone number, over
// loopback, in Fastify and in Express: without any decryption, with Tencent's sample, and with the package;
// and again with every tenth post rejected. One process for each, loaded in turn for SECONDS (4), over ROUNDS
// (5); medians. What a variant adds to a request is the difference of the times per request, since the server
// is the bottleneck.

const { fork } = require('node:child_process')
const { randomBytes } = require('node:crypto')
const os = require('node:os')
const { encrypt } = require('../__test__/helpers/encrypt')
const { renderServer } = require('../scripts/benchmarks')
const { median, node, save } = require('./harness')

const appId = 'wx4f4bc4dec97d474b'
const USERS = 500
const seconds = Number(process.env.SECONDS || 4)
const rounds = Number(process.env.ROUNDS || 5)

const frameworks = {
  fastify(answer) {
    const app = require('fastify')()
    app.post('/phone', async (request, reply) => {
      const { status, body } = answer(request.body)
      reply.code(status)
      return body
    })
    return app.listen({ port: 0, host: '127.0.0.1' }).then(() => app.server.address().port)
  },
  express(answer) {
    const express = require('express')
    const app = express()
    app.post('/phone', express.json(), (request, response) => {
      const { status, body } = answer(request.body)
      response.status(status).json(body)
    })
    return new Promise(resolve => {
      const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port))
    })
  }
}

const classes = {
  bare: () => undefined,
  sample: () => require('./sample'),
  package: () => require('..')
}

// The server: as small as it can be, so that the decryption shows.
async function serve(framework, variant) {
  const Class = classes[variant]()
  const keys = await new Promise(resolve => process.once('message', resolve))
  const accepted = { status: 200, body: { ok: true } }
  const rejected = { status: 400, body: { error: 'rejected' } }
  const port = await frameworks[framework](({ user, encryptedData, iv }) => {
    if (Class === undefined) return accepted
    try {
      const data = new Class(appId, keys[user]).decryptData(encryptedData, iv)
      return data.countryCode === '86' ? accepted : rejected
    } catch {
      return rejected
    }
  })
  process.send(port)
}

function createPosts() {
  const keys = Array.from({ length: USERS }, () => randomBytes(16))
  const posts = keys.map((key, user) => {
    const number = String(13_580_006_666 + user * 7919)
    const data = { phoneNumber: number, purePhoneNumber: number, countryCode: '86' }
    return { user, ...encrypt(data, { appId, sessionKey: key }) }
  })
  return { keys: keys.map(key => key.toString('base64')), posts }
}

// Returns requests a second and the 99th percentile of the latency, in ms.
async function load(framework, variant, posts, keys) {
  const server = fork(__filename, ['--serve', framework, variant])
  try {
    server.send(keys)
    const port = await new Promise((resolve, reject) => {
      server.once('message', resolve)
      server.once('exit', reject)
    })
    const request = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const requests = posts.map(post => ({ ...request, path: '/phone', body: JSON.stringify(post) }))
    const options = { url: `http://127.0.0.1:${port}/phone`, ...request, connections: 50, requests }
    await require('autocannon')({ ...options, duration: 1 })
    const { requests: counted, latency } = await require('autocannon')({ ...options, duration: seconds })
    return { perSecond: counted.average, p99: latency.p99 }
  } finally {
    server.kill()
  }
}

async function main() {
  const { keys, posts } = createPosts()
  // Every tenth user posts what another user's key has encrypted.
  const spoilt = posts.map((post, i) => (i % 10 === 9 ? { ...posts[i - 1], user: post.user } : post))
  const variants = [
    ['bare', 'bare', posts],
    ['sample', 'sample', posts],
    ['package', 'package', posts],
    ['sample, 10 % rejected', 'sample', spoilt],
    ['package, 10 % rejected', 'package', spoilt]
  ]
  const server = { node }
  for (const framework of Object.keys(frameworks)) {
    const loads = variants.map(() => [])
    for (let round = 0; round < rounds; round += 1) {
      for (const [i, [, variant, posts]] of variants.entries()) {
        loads[i].push(await load(framework, variant, posts, keys))
      }
    }
    const medianOf = (i, name) => Math.round(median(loads[i].map(load => load[name])))
    server[framework] = Object.fromEntries(
      variants.map(([title], i) => [title, { perSecond: medianOf(i, 'perSecond'), p99: medianOf(i, 'p99') }])
    )
  }
  save(results => Object.assign(results, { server }))
  console.log(renderServer(server).join('\n'))
  console.log(
    `Node ${process.version}, ${os.cpus()[0].model.trim()}, ${os.cpus().length} cores: ${rounds} rounds of ${seconds} s.`
  )
}

if (process.argv[2] === '--serve') serve(process.argv[3], process.argv[4])
else main()
