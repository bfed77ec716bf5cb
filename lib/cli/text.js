'use strict'

// What the command line says, in English and in Chinese.

const en = {
  help: `Decrypts and checks the open data of WeChat mini programs.

Usage
  wxbizdatacrypt-native decrypt  --app-id <id> --data <base64> --iv <base64>
  wxbizdatacrypt-native decrypt  < session.json
  wxbizdatacrypt-native decrypt  --ndjson [--app-id <id>] [file …]
  wxbizdatacrypt-native diagnose [--json] < session.json

The session key comes from the environment variable WX_SESSION_KEY or from the JSON on standard input,
never from an argument: arguments stay in the shell history and show in the list of processes.
The JSON is {"appId", "sessionKey", "encryptedData", "iv"}. Arguments go before it, it before the environment.

Commands
  decrypt            prints the decrypted object
  diagnose           says why data does not decrypt and what to do, and shows neither keys nor data

Options
  --app-id <id>      the app id that the watermark must name; also from WX_APP_ID
  --data <base64>    encryptedData
  --iv <base64>      iv
  --max-age <s>      refuse data whose watermark is older, in seconds
  --ndjson           one JSON record a line, from the files or from standard input; one line of output for
                     each, in order. A record that fails becomes {"line", "error": {"code", …}}.
  --json             diagnose: print JSON
  --show-data        diagnose: print the decrypted data, too
  -h, --help         this text
  -v, --version      the version

Exit status: 0 all is well, 1 something did not decrypt, 2 wrong usage.
`,
  tryHelp: 'Try: wxbizdatacrypt-native --help',
  noCommand: 'No command, or one that does not exist: it is decrypt or diagnose.',
  keyInArgument:
    'A session key does not belong in an argument: arguments stay in the shell history and show in the list of processes. Set WX_SESSION_KEY, or hand over JSON on standard input.',
  badOption: name => `Unknown option, or one without its value: ${name}`,
  badCombination: name => `It does not go with this command: ${name}`,
  badMaxAge: '--max-age is a number of seconds, 0 or more.',
  badJson: 'Standard input is not a JSON object.',
  tooLong: 'Standard input is longer than 16 MiB. For many records there is --ndjson.',
  missing: names => `Missing: ${names}`,
  records: (done, failed, rate, percent) =>
    `${done} records, ${failed} failed, ${rate}/s${percent === undefined ? '' : `, ${percent} %`}`,
  repairable: 'Repaired in this way, it decrypts.',
  besides: 'And once that is repaired:'
}

const zh = {
  help: `解密并校验微信小程序的开放数据。

用法
  wxbizdatacrypt-native decrypt  --app-id <id> --data <base64> --iv <base64>
  wxbizdatacrypt-native decrypt  < session.json
  wxbizdatacrypt-native decrypt  --ndjson [--app-id <id>] [文件 …]
  wxbizdatacrypt-native diagnose [--json] < session.json

session_key 只从环境变量 WX_SESSION_KEY 或标准输入的 JSON 读取，不接受命令行参数：
参数会留在 shell 历史和进程列表里。
JSON 的格式为 {"appId", "sessionKey", "encryptedData", "iv"}。优先级：参数、JSON、环境变量。

命令
  decrypt            输出解密后的对象
  diagnose           说明数据为什么无法解密、该怎么办；不显示密钥和数据

选项
  --app-id <id>      水印中应有的 appId；也可用环境变量 WX_APP_ID
  --data <base64>    encryptedData
  --iv <base64>      iv
  --max-age <秒>     拒绝水印早于该时长的数据
  --ndjson           每行一条 JSON 记录，来自文件或标准输入；按顺序每条输出一行。
                     失败的记录输出 {"line", "error": {"code", …}}
  --json             diagnose：输出 JSON
  --show-data        diagnose：同时输出解密后的数据
  -h, --help         显示本帮助
  -v, --version      显示版本

退出状态：0 全部成功，1 有数据无法解密，2 用法错误。
`,
  tryHelp: '查看帮助：wxbizdatacrypt-native --help',
  noCommand: '没有命令，或命令不存在：可用 decrypt 或 diagnose。',
  keyInArgument:
    'session_key 不能写在命令行参数里：参数会留在 shell 历史和进程列表中。请设置环境变量 WX_SESSION_KEY，或从标准输入传入 JSON。',
  badOption: name => `未知选项，或选项缺少值：${name}`,
  badCombination: name => `不能与该命令一起使用：${name}`,
  badMaxAge: '--max-age 应为不小于 0 的秒数。',
  badJson: '标准输入不是 JSON 对象。',
  tooLong: '标准输入超过 16 MiB。大量记录请用 --ndjson。',
  missing: names => `缺少：${names}`,
  records: (done, failed, rate, percent) =>
    `${done} 条，失败 ${failed} 条，每秒 ${rate} 条${percent === undefined ? '' : `，${percent} %`}`,
  repairable: '按此修复后可以解密。',
  besides: '修复之后还有：'
}

// The variables that POSIX names, in its order; where none is set, as on Windows, what the system says.
function textFor(env) {
  const locale =
    env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale
  return /^zh/i.test(locale) ? zh : en
}

module.exports = { textFor, isChinese: text => text === zh }
