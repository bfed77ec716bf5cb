// Logs in when the app starts, long before a button is pressed. wx.login may rotate the session key, so it must
// never be called between the button and the request with its data: the data would not decrypt.
// 启动时就登录。wx.login 可能刷新 session_key，不要在点击按钮之后、提交数据之前调用，否则数据无法解密。

const SERVER = 'https://example.com' // yours; allow it in the console too. 改为你的域名，并在 开发管理 › 服务器域名 中添加

App({
  onLaunch() {
    this.logIn().catch(() => {}) // without a network the page tries again. 没有网络时由页面重试
  },

  // Resolves once there is a login whose session key WeChat still uses. Call it before a button is shown.
  // 确保登录有效且 session_key 未过期。在按钮出现之前调用。
  async ensureLogin() {
    if (this.loggingIn || !this.token) return this.logIn()
    try {
      await wx.checkSession()
    } catch (_expired) {
      await this.logIn()
    }
  },

  // One login at a time. 同时只进行一次登录。
  logIn() {
    if (!this.loggingIn) {
      this.loggingIn = this.requestToken().finally(() => {
        this.loggingIn = undefined
      })
    }
    return this.loggingIn
  },

  // The server keeps the session key. This token only identifies the login. session_key 留在服务端，token 只用来标识登录。
  async requestToken() {
    const { code } = await wx.login()
    const { token } = await this.post('/login', { code })
    this.token = token
  },

  // Rejects with the `status` of the answer; without one there was no answer. 失败时带 status；没有 status 表示没有收到响应。
  post(path, data) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: SERVER + path,
        method: 'POST',
        header: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        data, // as JSON, in which a `+` of base64 stays a `+`. 用 JSON 提交，base64 中的 + 不会变成空格
        success: ({ statusCode, data }) =>
          statusCode === 200 ? resolve(data) : reject(Object.assign(new Error(path), { status: statusCode })),
        fail: ({ errMsg }) => reject(new Error(errMsg))
      })
    })
  }
})
