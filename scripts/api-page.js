'use strict'

// Writes the reference, docs/api.md, from the declarations and comments of index.d.ts.

const fs = require('fs')
const path = require('path')
const ts = require('typescript')

const file = path.join(__dirname, '../index.d.ts')

/** Returns the lines of the reference: a heading for each section of index.d.ts, and for each export and method. */
function renderApi() {
  const text = fs.readFileSync(file, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const [main, { body }] = source.statements
  const exported = body.statements.filter(isExported)
  const names = new Set(['WXBizDataCrypt', ...exported.map(({ name }) => name.text)])
  return [main, ...exported].flatMap(node => [
    ...sectionsBefore(node, text),
    `### ${node.name.text}`,
    '',
    ...renderDeclaration(node, names)
  ])
}

function isExported(node) {
  return (
    node.name !== undefined && (node.modifiers || []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  )
}

/** Finds the `// ── Title ──` above a declaration. */
function sectionsBefore(node, text) {
  const comments = text.slice(node.getFullStart(), node.getStart())
  return Array.from(comments.matchAll(/\/\/ ── (.*?) ──/g), ([, title]) => [`## ${title}`, '']).flat()
}

function renderDeclaration(node, names) {
  if (ts.isClassDeclaration(node)) {
    const members = node.members.filter(({ modifiers = [] }) =>
      modifiers.every(({ kind }) => kind !== ts.SyntaxKind.PrivateKeyword)
    )
    return [
      ...renderComment(node, names),
      ...members.flatMap(member => [
        `#### ${titleOf(node, member)}`,
        '',
        ...renderCode(member),
        ...renderComment(member, names)
      ])
    ]
  }
  return ts.isFunctionDeclaration(node)
    ? [...renderCode(node), ...renderComment(node, names)]
    : [...renderComment(node, names), ...renderCode(node)]
}

function titleOf({ name }, member) {
  if (ts.isConstructorDeclaration(member)) return `new ${name.text}`
  const isStatic = (member.modifiers || []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
  return `${isStatic ? `${name.text}.` : ''}${member.name.text}${ts.isMethodDeclaration(member) ? '()' : ''}`
}

/** Returns a declaration as it is in the file, without its own comment and without the markers of docs.js. */
function renderCode(node) {
  const { character } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
  const lines = node
    .getText()
    .split('\n')
    .map(line => line.replace(new RegExp(`^ {0,${character}}`), ''))
    .filter(line => !line.includes('<!--'))
  return ['```ts', ...lines, '```', '']
}

/** Returns the comment of a declaration as Markdown. */
function renderComment(node, names) {
  const [comment] = (node.jsDoc || []).slice(-1)
  if (comment === undefined) return []
  const format = text => linkNames(ts.getTextOfJSDocComment(text) || '', names)
  const tags = comment.tags || []
  const items = tags
    .map(tag => [tag, format(tag.comment).replace(/\s*\n\s*/g, ' ')])
    .flatMap(([tag, text]) => {
      if (ts.isJSDocParameterTag(tag)) return [`- \`${tag.name.getText()}\`: ${text}`]
      if (ts.isJSDocReturnTag(tag)) return [`- Returns ${text}`]
      if (ts.isJSDocThrowsTag(tag)) return [`- Throws ${describeThrown(tag, text, names)}`]
      return ts.isJSDocSeeTag(tag) ? [`- See ${tag.getText().replace(/^@see\s*|[\s*]+$/g, '')}`] : []
    })
  const examples = tags
    .filter(({ tagName }) => tagName.text === 'example')
    .flatMap(tag => [...ts.getTextOfJSDocComment(tag.comment).split('\n'), ''])
  return [
    ...[format(comment.comment), items.join('\n')].filter(Boolean).flatMap(text => [...text.split('\n'), '']),
    ...examples
  ]
}

function describeThrown({ typeExpression }, text, names) {
  const name = typeExpression === undefined ? '' : typeExpression.type.getText().replace(/^.*\./, '')
  return [linkNames(`{@link ${name}}`, names), text].filter(Boolean).join(' ')
}

/** Replaces `{@link Name}` by a link to the heading of that name. */
function linkNames(text, names) {
  return text.replace(/\{@link\s+([\w.]+)\s*\}/g, (_, target) => {
    const [name] = target.split('.')
    return names.has(name) ? `[\`${target}\`](#${name.toLowerCase()})` : `\`${target}\``
  })
}

module.exports = renderApi
