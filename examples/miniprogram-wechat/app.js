// Logs in when the app starts, long before a button is pressed. wx.login may rotate the session key, so it must
// never be called between the button and the request with its data: the data would not decrypt.

const SERVER = 'https://example.com' // yours; allow it in the console too: 开发管理 › 服务器域名

App({
  onLaunch() {
    this.logIn().catch(() => {}) // without a network the page tries again
  },

  // Resolves once there is a login whose session key WeChat still uses. Call it before a button is shown.
  async ensureLogin() {
    if (this.loggingIn || !this.token) return this.logIn()
    try {
      await wx.checkSession()
    } catch (_expired) {
      await this.logIn()
    }
  },

  // One login at a time, whoever asks.
  logIn() {
    if (!this.loggingIn) {
      this.loggingIn = this.requestToken().finally(() => {
        this.loggingIn = undefined
      })
    }
    return this.loggingIn
  },

  // The server keeps the session key. This token only names the login, and decrypts nothing.
  async requestToken() {
    const { code } = await wx.login()
    const { token } = await this.post('/login', { code })
    this.token = token
  },

  // Rejects with the `status` of the answer; without one there was no answer.
  post(path, data) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: SERVER + path,
        method: 'POST',
        header: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        data, // as JSON, in which a `+` of base64 stays a `+`
        success: ({ statusCode, data }) =>
          statusCode === 200 ? resolve(data) : reject(Object.assign(new Error(path), { status: statusCode })),
        fail: ({ errMsg }) => reject(new Error(errMsg))
      })
    })
  }
})
