'use strict'

// What the page says in English and in Chinese, besides index.html and lib/messages.js.

module.exports = {
  title: ['Why does it not decrypt?', '小程序数据为什么解不开？'],
  anyPlatform: ['found by the values', '自动识别'],
  alipay: ['Alipay', '支付宝'],
  noExample: ['choose one', '请选择'],
  right: ['Right values', '正确的数据'],
  wrong: ['Frequent mistakes', '常见错误'],
  pasted: ['from the paste: {path} ({encoding})', '来自粘贴内容：{path}（{encoding}）'],
  kept: ['from an earlier paste: {path}', '来自之前粘贴的内容：{path}'],
  typed: ['entered here', '手动输入'],
  spaces: ['; + is a space there, as a server reads it', '；其中的 + 表示空格，服务端也这样读'],
  unknown: ['Not used: {names}.', '没有用到：{names}。'],
  repeated: [
    'Again with another value: {names}. The first counts.',
    '多次出现且值不同：{names}。以第一个为准。'
  ],
  nothing: ['No value was recognised. Enter the values below.', '没有识别到任何参数，请在下面逐项填写。'],
  empty: ['Paste something, or choose an example.', '请粘贴内容，或选择一个示例。'],
  ok: ['✓ Nothing is wrong', '✓ 没有问题'],
  repairable: ['! It decrypts once this is corrected', '! 按提示改正后即可解密'],
  mistaken: ['✗ This is wrong', '✗ 问题在这里'],
  failed: ['✗ The diagnosis failed: reload the page.', '✗ 诊断出错，请刷新页面。'],
  signed: ['The signature of rawData fits.', 'rawData 的签名一致。'],
  steps: ['What is wrong, in the order in which it is corrected', '依次有哪些问题'],
  changes: ['Changed characters', '被改动的字符'],
  del: ['given', '原值'],
  ins: ['corrected', '改正后'],
  data: ['Decrypted data: {kind}', '解密结果：{kind}'],
  field: ['field', '字段'],
  value: ['value', '值'],
  code: ['The same in Node.js', '对应的 Node.js 代码'],
  codeNote: [
    'sessionKey is from the session, the rest from the request',
    'sessionKey 取自会话，其余来自请求'
  ],
  'phone-number': ['phone number', '手机号'],
  'user-info': ['user info', '用户信息'],
  stepInfo: ['steps', '步数'],
  'share-info': ['share info', '转发信息'],
  'group-info': ['group info', '群信息'],
  mobile: ['mobile number', '企业手机号'],
  email: ['e-mail address', '企业邮箱'],
  'enterprise-user-info': ['member of an enterprise', '企业成员信息'],
  other: ['other data', '其他数据']
}
