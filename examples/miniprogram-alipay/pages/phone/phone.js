// The button, and what my.getPhoneNumber gives. 授权按钮，以及 my.getPhoneNumber 返回的内容。

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

  // The user has agreed; only now my.getPhoneNumber answers with a number. 用户同意之后才能获取手机号。
  onGetAuthorize() {
    my.getPhoneNumber({
      success: ({ response }) => this.send(response),
      fail: error => {
        console.warn(error.error, error.errorMessage)
        this.setData({ message: '获取失败，请稍后再试' })
      }
    })
  },

  // The user declined, or Alipay had trouble. 用户拒绝，或支付宝出错。
  onAuthError() {
    this.setData({ message: '未获得授权，可以改用短信验证码' })
  },

  // `response` is a text that Alipay has signed: send it as it is. Parsed and put together again, it may change.
  // response 是支付宝签名的文本，原样提交；解析后重新序列化可能会改变内容，导致验签失败。
  async send(response) {
    this.setData({ ready: false })
    try {
      const { phone } = await app.post('/phone', { message: response })
      this.setData({ ready: true, phone, message: '' })
    } catch (error) {
      await this.askAgain(error.status)
    }
  },

  // 401: the login has expired. 404: the account has no number. 409: another account has this number.
  // 401：登录已过期。404：支付宝账号没有手机号。409：该号码属于其他账号。
  async askAgain(status) {
    const messages = { 404: '请先在支付宝绑定手机号', 409: '该手机号已绑定其他账号' }
    try {
      if (status === 401) await app.logIn()
      this.setData({ ready: true, message: messages[status] ?? '请再点一次按钮' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  }
})
