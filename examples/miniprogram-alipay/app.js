// Logs in when the app starts. The number's message names no user: the server must know who sends it.
// 启动时登录。手机号报文中没有用户信息，服务端必须知道是谁提交的。

const SERVER = 'https://example.com' // yours; allow it in the console too. 改为你的域名，并在 开发设置 › 服务器域名白名单 中添加

App({
  onLaunch() {
    this.logIn().catch(() => {}) // without a network the page tries again. 没有网络时由页面重试
  },

  // Resolves once there is a login. Call it before a button is shown. 确保已登录。在按钮出现之前调用。
  async ensureLogin() {
    if (this.loggingIn || !this.token) await this.logIn()
  },

  // One login at a time. `auth_base` asks the user nothing. 同时只进行一次登录；auth_base 为静默授权。
  logIn() {
    if (!this.loggingIn) {
      this.loggingIn = this.requestToken().finally(() => {
        this.loggingIn = undefined
      })
    }
    return this.loggingIn
  },

  async requestToken() {
    const { authCode } = await new Promise((success, fail) =>
      my.getAuthCode({ scopes: 'auth_base', success, fail })
    )
    const { token } = await this.post('/login', { authCode })
    this.token = token
  },

  // Rejects with the `status` of the answer; without one there was no answer. 失败时带 status；没有 status 表示没有收到响应。
  post(path, data) {
    return new Promise((resolve, reject) => {
      const rejectWith = status => reject(Object.assign(new Error(path), { status }))
      my.request({
        url: SERVER + path,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        data,
        dataType: 'json',
        success: ({ status, data }) => (status === 200 ? resolve(data) : rejectWith(status)),
        fail: ({ status }) => rejectWith(status) // error 19: a status other than 200. 状态码不是 200
      })
    })
  }
})
