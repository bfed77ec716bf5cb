'use strict'

// Tries an example server without a WeChat app: npm run try, or npm run try -- koa (fastify, hono, nestjs, midway).
// 无需小程序即可试用示例：npm run try，或 npm run try -- koa（fastify、hono、nestjs、midway）。

const { execSync, spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { PHONE, WeChat } = require('./wechat')

const folder = path.join(__dirname, '..')

const SERVERS = {
  express: 'express/server.js',
  koa: 'koa/server.js',
  fastify: 'fastify/server.mjs',
  hono: 'hono/server.mjs',
  nestjs: 'dist/nestjs/server.mjs',
  midway: 'dist/midway/server.js'
}

async function main(name = 'express') {
  if (!Object.hasOwn(SERVERS, name)) throw new Error(`Choose one of ${Object.keys(SERVERS).join(', ')}`)
  const wechat = await WeChat.start()
  const file = SERVERS[name]
  if (file.startsWith('dist')) execSync('npm run --silent compile', { cwd: folder, stdio: 'inherit' })
  const { child, url } = await start(file, wechat.environment)
  try {
    await play(wechat, url)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    wechat.stop()
  }
}

// Posts as a mini program would, and compares the answers with what they should be.
// 像小程序一样发请求，并与预期结果比较。
async function play(wechat, url) {
  let token
  const post = (route, body) =>
    fetch(url + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body)
    })
  async function step(title, expected, route, body) {
    console.log(`\n${title}`)
    const response = await post(route, body)
    const text = await response.text()
    const good = response.status === expected
    console.log(`  ${good ? '✔' : '✘'} ${response.status} ${text}${good ? '' : `  (expected ${expected})`}`)
    if (!good) process.exitCode = 1
    await new Promise(resolve => setTimeout(resolve, 100)) // for the line of its log, which comes last
    return JSON.parse(text)
  }

  const user = 'openid-of-ann'
  const logIn = () => post('/login', { code: wechat.code(user) }).then(response => response.json())

  ;({ token } = await step('Login · 登录', 200, '/login', { code: wechat.code(user) }))
  const data = wechat.data(user)
  await step('A phone number · 正常的手机号', 200, '/phone', data)
  await step('The same data again · 重放同一份数据', 400, '/phone', data)

  const early = wechat.data(user)
  wechat.rotate(user)
  ;({ token } = await logIn())
  await step(
    'Data under the session key before the last login · 用上一个 session_key 加密的数据',
    200,
    '/phone',
    early
  )

  wechat.rotate(user)
  await step(
    'Data under a session key that the server does not have · session_key 已刷新，服务端没有新的',
    400,
    '/phone',
    wechat.data(user)
  )

  ;({ token } = await logIn())
  const otherApp = wechat.data(user, PHONE, { appId: 'wx0000000000000000' })
  await step('Data of another app · 其他小程序的数据', 400, '/phone', otherApp)
  await step('Garbage · 无效数据', 400, '/phone', { encryptedData: 'garbage', iv: 'AAAA' })
  await step('Logout · 退出登录', 200, '/logout', {})
  await step('A phone number after logout · 退出登录之后的手机号', 401, '/phone', wechat.data(user))
}

// Starts the server and shows what it logs. 启动服务并显示其日志。
async function start(file, environment) {
  const child = spawn(process.execPath, [path.join(folder, file)], {
    env: { ...process.env, ...environment, REDIS_URL: '', HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  process.on('exit', () => child.kill('SIGKILL'))
  const port = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${file} has ended`)))
    setTimeout(() => reject(new Error(`${file} does not listen`)), 15000).unref()
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        const [, found] = text.match(/Listening on \S+:(\d+)/) ?? []
        if (found) resolve(found)
        console.log(text.trimEnd().replace(/^/gm, '  log: '))
      })
    }
  })
  return { child, url: `http://127.0.0.1:${port}` }
}

main(...process.argv.slice(2)).catch(error => {
  console.error(error.message)
  process.exitCode = 1
})
