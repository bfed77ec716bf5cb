// Logs in when the app starts. The number's message names no user: the server must know who sends it.

const SERVER = 'https://example.com' // yours; allow it in the console too: 开发设置 › 服务器域名白名单

App({
  onLaunch() {
    this.logIn().catch(() => {}) // without a network the page tries again
  },

  // Resolves once there is a login. Call it before a button is shown.
  async ensureLogin() {
    if (this.loggingIn || !this.token) await this.logIn()
  },

  // One login at a time, whoever asks. `auth_base` asks the user nothing.
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

  // Rejects with the `status` of the answer; without one there was no answer.
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
        fail: ({ status }) => rejectWith(status) // error 19 is an answer with a status other than 200
      })
    })
  }
})
