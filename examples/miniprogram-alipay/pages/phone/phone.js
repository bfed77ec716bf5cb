// The button, what my.getPhoneNumber gives, and what is sent of it.

const app = getApp()

Page({
  data: { canAsk: my.canIUse('button.open-type.getAuthorize'), ready: false, phone: '', message: '' },

  async onShow() {
    this.setData({ ready: false })
    try {
      await app.ensureLogin()
      this.setData({ ready: true, message: '' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  },

  // The user has agreed; only now my.getPhoneNumber answers with a number.
  onGetAuthorize() {
    my.getPhoneNumber({
      success: ({ response }) => this.send(response),
      fail: error => {
        console.warn(error.error, error.errorMessage)
        this.setData({ message: '获取失败，请稍后再试' })
      }
    })
  },

  // The user declined, or Alipay had trouble: there is nothing to send.
  onAuthError() {
    this.setData({ message: '未获得授权，可以改用短信验证码' })
  },

  // `response` is a text that Alipay has signed: send it as it is. Parsed and put together again, it may change.
  async send(response) {
    this.setData({ ready: false })
    try {
      const { phone } = await app.post('/phone', { message: response })
      this.setData({ ready: true, phone, message: '' })
    } catch (error) {
      await this.askAgain(error.status)
    }
  },

  async askAgain(status) {
    try {
      if (status === 401) await app.logIn()
      this.setData({ ready: true, message: status === 404 ? '请先在支付宝绑定手机号' : '请再点一次按钮' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  }
})
