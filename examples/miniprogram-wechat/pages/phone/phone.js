// The button, what it gives, and what is sent of it.

const app = getApp()

Page({
  data: { ready: false, phone: '', message: '' },

  // The button can be pressed only while the login is good: there is no time to log in afterwards.
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
    if (!detail.encryptedData) {
      console.warn(detail.errMsg, detail.errno)
      this.setData({ message: '未获得授权，可以改用短信验证码' })
      return
    }
    // `detail` has a `code` and perhaps a `cloudID` too, each for another way to the number. Send one of the
    // three, the one that your server uses: docs/flows.md.
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
  async askAgain(status) {
    try {
      if (status === 400 || status === 401) await app.logIn()
      this.setData({ ready: true, message: '请再点一次按钮' })
    } catch (_error) {
      this.setData({ message: '网络异常，请稍后再试' })
    }
  }
})
