'use strict'

// Runs the real code of a mini program's app and page with what the phone would give it: `App`, `Page`,
// `getApp`, and `wx` or `my`.

const fs = require('node:fs')
const path = require('node:path')

const read = (...names) => fs.readFileSync(path.join(__dirname, '..', '..', 'examples', ...names), 'utf8')

function load(folder, markup, globals) {
  let app
  let page
  const names = {
    App: definition => {
      app = definition
    },
    Page: definition => {
      page = definition
    },
    getApp: () => app,
    console: { ...console, warn() {} },
    ...globals
  }
  const run = source => new Function(...Object.keys(names), source)(...Object.values(names))
  run(read(folder, 'app.js'))
  app.onLaunch()
  run(read(folder, 'pages', 'phone', 'phone.js'))
  page.setData = function (data) {
    Object.assign(this.data, data)
  }
  const button = read(folder, 'pages', 'phone', `phone.${markup}`).match(/<button\s[\s\S]*?>/)[0]
  return { app, page, attribute: name => button.match(new RegExp(`${name}="([^"]*)"`))?.[1] }
}

/** Sends as wx.request does, to the server in place of https://example.com. */
async function send(port, { url, method, data }, headers) {
  const response = await fetch(url.replace('https://example.com', `http://127.0.0.1:${port}`), {
    method,
    headers,
    body: JSON.stringify(data)
  })
  return { status: response.status, data: await response.json() }
}

/** A user's phone; `requests` holds what it has sent. */
class Phone {
  requests = []

  /** Opens the page and waits until the button can be pressed. */
  async open() {
    await this.page.onShow()
    return this
  }
}

/** A user's phone with the WeChat mini program open. */
class WeChatPhone extends Phone {
  sessionExpired = false

  constructor(wechat, port, openid) {
    super()
    this.wechat = wechat
    this.openid = openid
    const wx = {
      login: async () => ({ errMsg: 'login:ok', code: wechat.code(openid) }),
      checkSession: async () => {
        if (this.sessionExpired) throw { errMsg: 'checkSession:fail session_key expired' }
      },
      request: options => {
        this.requests.push(options)
        send(port, options, options.header).then(
          ({ status, data }) => options.success({ statusCode: status, data, errMsg: 'request:ok' }),
          error => options.fail({ errMsg: `request:fail ${error.message}` })
        )
      }
    }
    Object.assign(this, load('miniprogram-wechat', 'wxml', { wx }))
  }

  /** Returns what the button gives to its handler if the user agrees. */
  agree() {
    const code = 'a code for getuserphonenumber'
    return { detail: { errMsg: 'getPhoneNumber:ok', code, ...this.wechat.data(this.openid) } }
  }

  async deliver(event) {
    await this.page[this.attribute('bindgetphonenumber')](event)
  }
}

/** A user's phone with the Alipay mini program open. */
class AlipayPhone extends Phone {
  constructor(alipay, port, user, response) {
    super()
    const my = {
      canIUse: name => name === 'button.open-type.getAuthorize',
      getAuthCode: ({ success }) => success({ authCode: alipay.code(user) }),
      getPhoneNumber: ({ success }) => success({ response: response() }),
      request: options => {
        this.requests.push(options)
        send(port, options, options.headers).then(
          // Alipay's clients call `fail`, with error 19, for an answer with another status than 200.
          ({ status, data }) =>
            status === 200 ? options.success({ status, data }) : options.fail({ error: 19, status, data }),
          () => options.fail({ error: 12, errorMessage: 'network' })
        )
      }
    }
    Object.assign(this, load('miniprogram-alipay', 'axml', { my }))
  }
}

module.exports = { AlipayPhone, WeChatPhone }
