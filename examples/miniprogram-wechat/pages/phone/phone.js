// The button, what it gives, and what is sent to the server. 手机号按钮，以及提交给服务端的内容。

const app = getApp()

Page({
  data: { ready: false, phone: '', message: '' },

  // The button is enabled only while the login is valid: after a press it is too late to log in.
  // 登录有效时才启用按钮：点击之后再登录就晚了。
  async onShow() {
    this.setData({ ready: false })
    try {
      await app.ensureLogin()
      this.setData({ ready: true, message: '' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  },

  async onGetPhoneNumber({ detail }) {
    // No data: the user declined, or the app may not ask or has used up its quota. errMsg and errno say which.
    // 没有数据：用户拒绝、没有权限或额度用完，见 errMsg 和 errno。
    if (!detail.encryptedData) {
      console.warn(detail.errMsg, detail.errno)
      this.setData({ message: '未获得授权，可以改用短信验证码' })
      return
    }
    // `detail` has a `code` and perhaps a `cloudID` too, each for another way to the number. Send one of the
    // three, the one that your server uses: docs/guide.md.
    // detail 中还有 code，可能还有 cloudID，是另外两种方式的凭据。只发送服务端需要的那一种。
    const { encryptedData, iv } = detail
    this.setData({ ready: false })
    try {
      const { phone } = await app.post('/phone', { encryptedData, iv })
      this.setData({ ready: true, phone, message: '' })
    } catch (error) {
      await this.askAgain(error.status)
    }
  },

  // 401: the login has expired. 400: the data was rejected, most often because the session key was rotated. This
  // data is lost either way: log in, and let the user press the button again.
  // 401：登录已过期。400：数据被拒绝，多数是 session_key 已刷新。这份数据不能再用：重新登录，让用户再点一次。
  async askAgain(status) {
    const isOld = status === 400 || status === 401
    try {
      if (isOld) await app.logIn()
      this.setData({ ready: true, message: isOld ? '请再点一次按钮' : '请稍后再试' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  }
})
