'use strict'

// Writes the fuzz targets' seeds: the inputs that were kept in fuzz/corpora/.
//
//   node fuzz/seeds.js keep TARGET FOLDER     keeps the inputs in FOLDER rather than writing seeds

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const corpora = path.join(__dirname, 'corpora')
const readLines = name => fs.readFileSync(path.join(corpora, name), 'latin1').trim().split('\n')

// An input a line, in base64, the shortest first.
function keep(target, folder) {
  const lines = fs.readdirSync(folder).map(file => fs.readFileSync(path.join(folder, file), 'base64'))
  lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  fs.writeFileSync(path.join(corpora, `${target}.txt`), lines.map(line => `${line}\n`).join(''))
}

function write(target) {
  const folder = path.join(__dirname, 'seeds', target)
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  const chosen = readLines('chosen.txt').map(line => line.split(' '))
  const lines = readLines(`${target}.txt`)
  lines.push(...chosen.filter(([name]) => name === target).map(([, line]) => line))
  for (const line of lines) {
    const input = Buffer.from(line, 'base64')
    fs.writeFileSync(path.join(folder, createHash('sha1').update(input).digest('hex')), input)
  }
}

const [command, ...args] = process.argv.slice(2)
if (command === 'keep') keep(...args)
else for (const file of fs.readdirSync(path.join(__dirname, 'targets'))) write(path.parse(file).name)
