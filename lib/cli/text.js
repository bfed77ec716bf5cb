'use strict'

// What the command line prints, in English and in Chinese.

const en = {
  help: `Decrypts and checks the open data of WeChat and Alipay mini programs.

Usage
  wxbizdatacrypt-native decrypt  session.json
  wxbizdatacrypt-native decrypt  --ndjson [--app-id <id>] [records.ndjson …]
  wxbizdatacrypt-native diagnose session.json
  wxbizdatacrypt-native encrypt  [--app-id <id>] [data.json]

Commands
  decrypt            prints the decrypted object
  diagnose           says why data does not decrypt and what to do; shows no keys and no data
  encrypt            encrypts an object (without one, a phone number) as test data for decrypt

Input
  JSON from the file, or from standard input if there is none or it is "-":
    WeChat  {"appId", "sessionKey", "encryptedData", "iv"}, also as "appid", "session_key", "encrypted_data"
    Alipay  {"aesKey", "alipayPublicKey", "message"}, or the message itself: {"response", "sign"}
  From the environment, unless the JSON contains them:
    WX_SESSION_KEY, ALIPAY_AES_KEY, ALIPAY_PUBLIC_KEY
  Keys are never arguments: those stay in the shell history and are visible in the process list.

Options
  --app-id <id>      the app id of the mini program, also from WX_APP_ID; data for another app is rejected
  --data <base64>    encryptedData
  --iv <base64>      iv
  --max-age <s>      reject data whose watermark is older than so many seconds
  --ndjson           one JSON record per line. Each gives one line of output, in order:
                     {"line", "id", "data"} or {"line", "id", "error": {"code", …}}
  --json             diagnose: print JSON
  --show-data        diagnose: print the decrypted data too
  -h, --help         this text
  -v, --version      the version

Exit status: 0 success, 1 something did not decrypt or could not be read, 2 wrong usage.
`,
  tryHelp: 'For help, type: wxbizdatacrypt-native --help',
  noCommand:
    'Unknown or missing command. Use decrypt, diagnose or encrypt; for example, type: wxbizdatacrypt-native decrypt session.json',
  keyInArgument:
    'A key must not be an argument: arguments stay in the shell history and are visible in the process list. Put it into the JSON file, or into the environment variable WX_SESSION_KEY.',
  badOption: name => `Unknown option, or an option without its value: ${name}`,
  badCombination: names => `Not for this command: ${names}`,
  manyFiles: 'Only one file. For records, one per line, use --ndjson.',
  badMaxAge: '--max-age must be a number of seconds, 0 or more.',
  badJson: 'The input is not a JSON object. For records, one per line, use --ndjson.',
  tooLong: 'The input is longer than 16 MiB. For records, one per line, use --ndjson.',
  spelledTwice: name => `The input contains ${name} in two spellings with different values.`,
  otherApp: 'The input names another app than --app-id or WX_APP_ID.',
  notForAlipay:
    '--app-id and --max-age do not apply to Alipay: its messages contain neither app id nor time.',
  missing: ({ names, others }) =>
    `Missing: ${names}.${others === '' ? '' : ` Names that are not understood: ${others}.`}`,
  unreadable: file => `Cannot read ${file}`,
  records: (done, failed, codes) => `${done} records, ${failed} failed${codes === '' ? '' : ` (${codes})`}`,
  rate: (rate, percent) => `, ${rate}/s${percent === undefined ? '' : `, ${percent} %`}`,
  repairable: 'Corrected in this way, it decrypts.',
  next: 'Then there is also:',
  hintOf: error => error.hint
}

const zh = {
  help: `解密并校验微信、支付宝小程序的开放数据。

用法
  wxbizdatacrypt-native decrypt  session.json
  wxbizdatacrypt-native decrypt  --ndjson [--app-id <id>] [records.ndjson …]
  wxbizdatacrypt-native diagnose session.json
  wxbizdatacrypt-native encrypt  [--app-id <id>] [data.json]

命令
  decrypt            输出解密后的对象
  diagnose           说明数据为什么无法解密、该怎么办；不显示密钥和数据
  encrypt            加密一个对象（缺省为手机号），生成供 decrypt 使用的测试数据

输入
  JSON，从文件读取；没有指定文件或文件为“-”时从标准输入读取：
    微信    {"appId", "sessionKey", "encryptedData", "iv"}，也可写成 "appid"、"session_key"、"encrypted_data"
    支付宝  {"aesKey", "alipayPublicKey", "message"}，或报文本身：{"response", "sign"}
  JSON 中没有时从环境变量读取：
    WX_SESSION_KEY、ALIPAY_AES_KEY、ALIPAY_PUBLIC_KEY
  密钥不能写在命令行参数里：参数会留在 shell 历史和进程列表中。

选项
  --app-id <id>      小程序的 appId，也可用环境变量 WX_APP_ID；其他小程序的数据会被拒绝
  --data <base64>    encryptedData
  --iv <base64>      iv
  --max-age <秒>     拒绝水印时间早于该秒数的数据
  --ndjson           每行一条 JSON 记录，按顺序每条输出一行：
                     {"line", "id", "data"} 或 {"line", "id", "error": {"code", …}}
  --json             diagnose：输出 JSON
  --show-data        diagnose：同时输出解密后的数据
  -h, --help         显示本帮助
  -v, --version      显示版本

退出状态：0 成功，1 有数据无法解密或无法读取，2 用法错误。
`,
  tryHelp: '查看帮助请输入：wxbizdatacrypt-native --help',
  noCommand:
    '未指定命令，或命令不存在。可用 decrypt、diagnose、encrypt，例如输入：wxbizdatacrypt-native decrypt session.json',
  keyInArgument:
    '密钥不能写在命令行参数里：参数会留在 shell 历史和进程列表中。请写入 JSON 文件，或设置环境变量 WX_SESSION_KEY。',
  badOption: name => `未知选项，或选项缺少值：${name}`,
  badCombination: names => `不能用于该命令：${names}`,
  manyFiles: '只能指定一个文件。每行一条记录的文件请用 --ndjson。',
  badMaxAge: '--max-age 应为不小于 0 的秒数。',
  badJson: '输入不是 JSON 对象。每行一条记录的文件请用 --ndjson。',
  tooLong: '输入超过 16 MiB。每行一条记录的文件请用 --ndjson。',
  spelledTwice: name => `输入中有 ${name} 的两种写法，且值不同。`,
  otherApp: '输入中的 appId 与 --app-id 或 WX_APP_ID 不一致。',
  notForAlipay: '--app-id 和 --max-age 不适用于支付宝：其报文中没有 appId 和时间。',
  missing: ({ names, others }) => `缺少：${names}。${others === '' ? '' : `无法识别的字段：${others}。`}`,
  unreadable: file => `无法读取 ${file}`,
  records: (done, failed, codes) => `${done} 条，失败 ${failed} 条${codes === '' ? '' : `（${codes}）`}`,
  rate: (rate, percent) => `，每秒 ${rate} 条${percent === undefined ? '' : `，${percent} %`}`,
  repairable: '按此修正后可以解密。',
  next: '修正后还存在：',
  hintOf: error => error.hintZh
}

// As GNU gettext chooses the language. If none of the variables is set, as on Windows, the system's language.
function textFor(env) {
  const locale =
    env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale
  const isPlain = /^(?:C|POSIX)(?:\.|$)/.test(locale)
  return /^zh/i.test((!isPlain && env.LANGUAGE) || locale) ? zh : en
}

module.exports = { textFor, isChinese: text => text === zh }
