'use strict'

// What a JSON reader meets, of every kind, in every place of a plaintext: decided as by JSON.parse behind
// valid UTF-8. The kinds are those of https://github.com/nst/JSONTestSuite, the cases our own.

const assert = require('node:assert')
const { describe, test } = require('node:test')
const { compare, outcome } = require('./differential')
const helper = require('./helpers/encrypt')
const { Reference, parseJson } = require('./helpers/reference')
const WXBizDataCrypt = require('..')

const appId = 'wx4f4bc4dec97d474b'
const sessionKey = Buffer.alloc(16, 1).toString('base64')
const iv = Buffer.alloc(16, 2)

const watermark = `"watermark":{"timestamp":1477314187,"appid":"${appId}"}`
const userInfo = (nickName, gender, avatarUrl) => [
  `{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":${nickName},"gender":${gender},"language":"zh_CN",`,
  `"city":"","province":"","country":"CN","avatarUrl":${avatarUrl},${watermark}}`
]

// Each place is what is in front of the value and what is behind it. A value that is JSON is accepted in
// all of them, one that is not in none.
const places = {
  'a string of a phone number': [
    '{"phoneNumber":"+8613580006666","purePhoneNumber":',
    `,"countryCode":"86",${watermark}}`
  ],
  'the first value of a form': ['{"phoneNumber":', `,"purePhoneNumber":"","countryCode":"86",${watermark}}`],
  'a nickname': userInfo('|', 1, '""').join('').split('|'),
  'a nickname before Chinese': userInfo('|', 1, '"张三😀"').join('').split('|'),
  'a gender': userInfo('"Band"', '|', '"/0"').join('').split('|'),
  'the last value of a form': userInfo('"Band"', 1, '|').join('').split('|'),
  'a step of a day': [
    '{"stepInfoList":[{"timestamp":1445866601,"step":100},{"timestamp":1445866601,"step":',
    `}],${watermark}}`
  ],
  'a list of days': ['{"stepInfoList":', `,${watermark}}`],
  'a member in front': ['{"a":', `,${watermark}}`],
  'a member behind': [`{${watermark},"a":`, '}'],
  'a member of the watermark': [`{"watermark":{"appid":"${appId}","timestamp":`, '}}'],
  'the only element': ['{"a":[', `],${watermark}}`],
  'an element between others': ['{"a":[0,', `,"",{}],"b":1,${watermark}}`],
  'deep inside': ['{"a":[[{"b":[{"c":', `}]}]],${watermark}}`]
}

const bytes = (...parts) =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))))
const quoted = (...parts) => bytes('"', ...parts, '"')
const nested = (open, inner, close, depth) => open.repeat(depth) + inner + close.repeat(depth)

const kinds = {
  'white space': {
    accepted: [' 1', '1 ', '\t1\n', '\r\n1\r\n', '[ ]', '{ }', '[\n1\t,\r2 ]', '{ "a" :\n1 ,\t"b"\r: 2 }'],
    rejected: ['\v1', '\f1', '\u00a01', '1\u3000', '\u20281', '[\u00a0]', '{"a"\u2000:1}', '\u00851', '1\0']
  },
  'a byte order mark': {
    accepted: ['"\ufeff"', '{"\ufeff":1}'],
    rejected: ['\ufeff1', '1\ufeff', '[\ufeff1]', bytes(0xfe, 0xff, 0, 0x31), bytes(0xff, 0xfe, 0x31, 0)]
  },
  numbers: {
    accepted: [
      ...['0', '-0', '1', '-1', '9', '10', '123456789', '1234567890', '2147483647', '2147483648'],
      ...[
        '4294967296',
        '9007199254740993',
        '-9223372036854775809',
        '1'.repeat(400),
        '0.0',
        '-0.0',
        '0.1',
        '1.0'
      ],
      ...['12345678.9', '1.5', '1.23456789012345678901234567890', '0e0', '0e1', '0E-1', '1e1', '1E1', '1e+1'],
      ...['1e-1', '1.5e300', '1e308', '1.7976931348623159e308', '1e309', '1e999', '-1e999', '1e9999999999'],
      ...['5e-324', '2e-324', '1e-999', '-1e-999', `0.${'0'.repeat(400)}1`, '1e0000000001', '-1.0E+2']
    ],
    rejected: [
      ...[
        '+1',
        '++1',
        '-',
        '--1',
        '- 1',
        '-a',
        '.1',
        '-.1',
        '1.',
        '-1.',
        '1.e1',
        '1..1',
        '1.1.1',
        '1e',
        '1e+'
      ],
      ...['1E-', '1e1.0', '1e+-1', '1ee1', '00', '01', '-01', '-00', '0123456789', '012345678', '0x1', '0b1'],
      ...[
        '1_000',
        '1a',
        '1,',
        '1 000',
        '0.1.',
        '1e١',
        '１',
        '١',
        '-１',
        'NaN',
        '-NaN',
        'Infinity',
        '-Infinity'
      ],
      ...[
        'nan',
        'inf',
        '1n',
        '1f',
        '0o7',
        '1/2',
        '(1)',
        '1+1',
        bytes('1', 0xff),
        bytes(0xe5),
        '-\n1',
        '1\u0000'
      ]
    ]
  },
  literals: {
    accepted: ['true', 'false', 'null', '[true,false,null]'],
    rejected: [
      ...[
        'tru',
        'truE',
        'True',
        'TRUE',
        'truee',
        'true1',
        't',
        'fals',
        'falsee',
        'False',
        'nul',
        'nulll',
        'Null'
      ],
      ...['undefined', 'nil', 'none', 'yes', 'a', '*', 'true false', 't\\u0072ue', 'tru\0e']
    ]
  },
  'escapes in strings': {
    accepted: [
      ...[
        '"\\""',
        '"\\\\"',
        '"\\/"',
        '"\\b\\f\\n\\r\\t"',
        '"\\u0000"',
        '"\\u001f"',
        '"\\u007f"',
        '"\\u00e9"'
      ],
      ...[
        '"\\uABCD\\uabcd\\uAbCd"',
        '"\\u0022\\u005c"',
        '"\\\\u0041"',
        '"\\\\\\u0041"',
        '"\\\\"',
        '"\\\\\\""'
      ],
      ...['"\\u2028\\u2029"', '"\\ufeff\\ufffe\\uffff"', '"\\u0061\\u0062"', '"a\\u4e2d中\\u4e2da"']
    ],
    rejected: [
      ...['"\\"', '"\\\\\\"', '"\\a"', '"\\v"', '"\\x41"', '"\\\'"', '"\\0"', '"\\U0041"', '"\\ "', '"\\\n"'],
      ...[
        '"\\u"',
        '"\\u1"',
        '"\\u12"',
        '"\\u123"',
        '"\\u123g"',
        '"\\u 123"',
        '"\\u+123"',
        '"\\u-123"',
        '"\\u0x41"'
      ],
      ...['"\\u{41}"', '"\\u00A', '"\\', '"\\u', '"\\é"', '"\\😀"', '\\"a"', '\\u0022a\\u0022', '"\\u００41"']
    ]
  },
  'surrogates as escapes': {
    accepted: [
      ...[
        '"\\ud83d\\ude00"',
        '"\\uD83D\\uDE00"',
        '"\\ud800"',
        '"\\udfff"',
        '"\\ud800\\ud800"',
        '"\\udc00\\ud800"'
      ],
      ...[
        '"\\ud800\\n"',
        '"\\ud800a"',
        '"a\\udc00"',
        '"\\ud800\\u0041"',
        '"\\ud83d\\ud83d\\ude00"',
        '"中\\ud800"'
      ],
      ...['"\\udbff\\udfff"', '"\\ud83d😀"', '"😀\\ude00"']
    ],
    rejected: ['"\\ud83d\\"', '"\\ud83d\\u"', '"\\ud83d\\ude0"', '"\\ud83d\\ude0g"', '"\\ud83']
  },
  'control characters': {
    accepted: ['"\x7f"', '"\x80\x85\x9f"', '"\u2028\u2029"', '"\u200b\u200e"', '"\\u0000\\u000a"'],
    rejected: Array.from({ length: 0x20 }, (_, code) => quoted('a', code, 'b')).concat([
      quoted(0),
      quoted('1234567', 0x1f),
      quoted('12345678', 0x0a),
      quoted('中', 0x09),
      '\0',
      '\x01',
      '"a\0'
    ])
  },
  'UTF-8': {
    accepted: [
      ...['"é"', '"中文"', '"😀"', '"\u0080\u07ff\u0800\ud7ff\ue000\ufffd\uffff"', '"\u{10000}\u{10ffff}"'],
      ...['"e\u0301"', '"👨‍👩‍👧‍👦"', '"\ufdd0\ufffe"', '["é","中"]', '{"é":"中"}']
    ],
    rejected: [
      ...[[0x80], [0xbf], [0xc0, 0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xc3], [0xe4, 0xbd], [0xe0, 0x80, 0x80]],
      ...[
        [0xe0, 0x9f, 0xbf],
        [0xed, 0xa0, 0x80],
        [0xed, 0xbf, 0xbf],
        [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]
      ],
      ...[
        [0xf0, 0x9f, 0x98],
        [0xf0, 0x80, 0x80, 0x80],
        [0xf0, 0x8f, 0xbf, 0xbf],
        [0xf4, 0x90, 0x80, 0x80]
      ],
      ...[
        [0xf5, 0x80, 0x80, 0x80],
        [0xf8, 0x88, 0x80, 0x80, 0x80],
        [0xfc],
        [0xfe],
        [0xff],
        [0xe9],
        [0xe4, 0x22]
      ]
    ].flatMap(sequence => [
      quoted(...sequence),
      quoted('中', ...sequence),
      quoted(...sequence, '12345678'),
      bytes(...sequence)
    ])
  },
  strings: {
    accepted: ['""', '"a"', '" "', '"\'"', '"{}"', '"//"', '"\\"quoted\\""', `"${'x'.repeat(9000)}"`],
    rejected: [
      ...["'a'", "''", "'", '"', '"a', 'a"', '"a""b"', '"a" "b"', '"a"b', 'a', '`a`', '“a”', '"a\n"', '""""'],
      ...['"a\'', '\'a"', '&quot;a&quot;', '"a",', '"a":1']
    ]
  },
  arrays: {
    accepted: ['[]', '[[]]', '[1]', '[[],[]]', '[null,[{}]]', '[1,[2,[3]]]', `[${'1,'.repeat(2000)}1]`],
    rejected: [
      ...[
        '[',
        ']',
        '[]]',
        '[[]',
        '[1',
        '[1,',
        '[,',
        '[,]',
        '[1,]',
        '[,1]',
        '[1,,2]',
        '[1 2]',
        '[1;2]',
        '[1:2]'
      ],
      ...[
        '[}',
        '[1}',
        '{]',
        '["a":1]',
        '[a]',
        '[1]]',
        '[1][2]',
        '[1],2]',
        '(1)',
        '[...[]]',
        '["a',
        '[\u00a01]'
      ]
    ]
  },
  objects: {
    accepted: [
      ...[
        '{}',
        '{"":0}',
        '{"a":{}}',
        '{"a":1,"b":2}',
        '{"a":1,"a":2}',
        '{"a":{"a":1},"a":[]}',
        '{"\\u0061":1}'
      ],
      ...[
        '{"__proto__":1}',
        '{"__proto__":{"a":1}}',
        '{"\\u005f_proto__":[]}',
        '{"constructor":1,"toString":2}'
      ],
      ...[
        '{"10":1,"2":2,"-1":3,"a":4,"1":5}',
        '{"4294967294":1,"4294967295":2}',
        '{"\\ud800":1}',
        '{"a\\"":1}'
      ]
    ],
    rejected: [
      ...['{', '}', '{}}', '{{}', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a"}', '{"a":}', '{"a":1,}', '{,}'],
      ...['{,"a":1}', '{"a":1,,"b":2}', '{"a":1 "b":2}', '{"a" 1}', '{"a",1}', '{"a"=1}', '{"a"::1}', '{:1}'],
      ...[
        '{a:1}',
        "{'a':1}",
        '{1:1}',
        '{null:1}',
        '{[]:1}',
        '{{}:1}',
        '{"a":1]',
        '{"a":1;"b":2}',
        '{"a\n":1}'
      ],
      ...['{"a\\x":1}', '{"a":1}{}', '{"a":1}{"b":2}', '{"a":a}', '{"a"/**/:1}', bytes('{"', 0xff, '":1}')]
    ]
  },
  nesting: {
    accepted: [1, 2, 31, 32, 63, 64, 65, 127, 128, 129, 191, 192, 193, 500, 1000].flatMap(depth => [
      nested('[', '', ']', depth),
      nested('{"a":', '1', '}', depth),
      nested('[{"a":', 'null', ',"b":2},3]', depth),
      nested('{"a":[[', '', ']]}', depth),
      nested('[1,', '"x"', ',{}]', depth)
    ]),
    rejected: [1, 63, 64, 65, 127, 128, 129, 1000].flatMap(depth => [
      '['.repeat(depth),
      ']'.repeat(depth),
      '{"a":'.repeat(depth),
      `${nested('[', '', ']', depth)}]`,
      nested('[', '', ']', depth).slice(1),
      nested('{"a":', '1', '}', depth).replace(/}$/, ']'),
      nested('[', '1', ']', depth).replace(']', '}'),
      nested('[{"a":', '1', '}]', depth).replace('}', ']')
    ])
  },
  'what only other readers take': {
    accepted: [],
    rejected: [
      ...[
        '/**/1',
        '1/**/',
        '// a\n1',
        '1//',
        '#\n1',
        '<1>',
        '<null/>',
        '[1]x',
        '1;',
        'a=1',
        'return 1',
        '=1'
      ],
      ...[
        'function(){}',
        'new Date()',
        '/a/',
        '{"a":1}//',
        '1 2',
        '1,2',
        '{}{}',
        '"a"+"b"',
        '@1',
        '%31',
        '&1'
      ]
    ]
  }
}

function encrypt(plaintext) {
  return { appId, sessionKey, ...helper.encrypt(plaintext, { sessionKey, iv }) }
}

// Whether it is decrypted, which must be as by the reference.
function isDecrypted(plaintext) {
  const input = encrypt(plaintext)
  const expected = outcome(Reference, input)
  assert.strictEqual(compare(expected, outcome(WXBizDataCrypt, input)), undefined, `${plaintext}`)
  return !expected.error
}

function isJson(plaintext) {
  try {
    parseJson(plaintext)
    return true
  } catch {
    return false
  }
}

for (const [kind, { accepted, rejected }] of Object.entries(kinds)) {
  describe(kind, () => {
    for (const [place, [front, back]] of Object.entries(places)) {
      test(`as ${place}`, () => {
        for (const value of accepted) assert.ok(isDecrypted(bytes(front, value, back)), `${value}`)
        for (const value of rejected) {
          const plaintext = bytes(front, value, back)
          assert.ok(!isDecrypted(plaintext) || isJson(plaintext), `${value}`)
        }
      })
    }

    test('as a key', () => {
      for (const value of [...accepted, ...rejected].map(value => bytes(value))) {
        if (value[0] !== 0x22) continue
        for (const [front, back] of [
          ['{', `:1,${watermark}}`],
          [`{${watermark},"a":[{"b":0,`, ':{}}]}'],
          [`{"watermark":{`, `:1,"appid":"${appId}"}}`]
        ]) {
          const plaintext = bytes(front, value, back)
          assert.strictEqual(isDecrypted(plaintext), isJson(plaintext), `${plaintext}`)
        }
      }
    })

    test('as the whole plaintext', () => {
      for (const value of [...accepted, ...rejected]) assert.ok(!isDecrypted(bytes(value)), `${value}`)
    })

    test('around a whole plaintext', () => {
      const own = `{${watermark}}`
      for (const value of [...accepted, ...rejected]) {
        for (const plaintext of [bytes(value, own), bytes(own, value), bytes('[', own, ',', value, ']')]) {
          assert.ok(!isDecrypted(plaintext) || isJson(plaintext), `${value}`)
        }
      }
    })
  })
}

test('a plaintext that is cut short anywhere', () => {
  for (const [front, back] of Object.values(places)) {
    const plaintext = bytes(front, '"\\u4e2d中"', back)
    assert.ok(isDecrypted(plaintext))
    for (let length = 0; length < plaintext.length; length += 1) {
      assert.ok(!isDecrypted(plaintext.subarray(0, length)))
    }
  }
})

test('a watermark in every spelling', () => {
  const own = `{"appid":"${appId}"}`
  const escaped = text =>
    Array.from(text, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  const cases = {
    [`{"${escaped('watermark')}":${own}}`]: true,
    [`{"watermark":{"${escaped('appid')}":"${escaped(appId)}"}}`]: true,
    [`{"watermark":1,"watermark":${own}}`]: true,
    [`{"watermark":${own},"watermark":1}`]: false,
    [`{"watermark":${own},"w\\u0061termark":{}}`]: false,
    [`{"watermark":{"appid":"","appid":"${appId}"}}`]: true,
    [`{"watermark":{"appid":"${appId}","appid":""}}`]: false,
    [`{"watermark":{"appid":"${appId}","\\u0061ppid":null}}`]: false,
    [`{"__proto__":{"watermark":${own}}}`]: false,
    [`{"watermark":{"__proto__":${own}}}`]: false,
    [`{"watermark":[${own}]}`]: false,
    [`{"watermark":["${appId}"]}`]: false,
    [`{"watermark":"${appId}"}`]: false,
    [`[{"watermark":${own}}]`]: false,
    [`{"a":{"watermark":${own}}}`]: false,
    [`{"Watermark":${own}}`]: false,
    [`{"watermark ":${own}}`]: false,
    [`{"watermark":{"appid":["${appId}"]}}`]: false,
    [`{"watermark":{"appid":"${appId}\\u0000"}}`]: false
  }
  for (const [plaintext, expected] of Object.entries(cases)) {
    assert.strictEqual(isDecrypted(plaintext), expected, plaintext)
  }
})
