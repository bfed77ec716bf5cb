'use strict'

// Reads from an ELF file which versions of glibc it needs.

const SHT_GNU_VERNEED = 0x6ffffffe

// → the newest glibc that `bytes`, a little-endian ELF file, needs a symbol of, such as '2.17'; null where
// it needs none.
function neededGlibc(bytes) {
  if (bytes.readUInt32BE(0) !== 0x7f454c46) throw new TypeError('Not an ELF file')
  const wide = bytes[4] === 2
  const sections = readSections(bytes, wide)
  let newest = null
  for (const section of sections.filter(({ type }) => type === SHT_GNU_VERNEED)) {
    const names = sections[section.link].offset
    for (const name of readNeeds(bytes, section, names)) {
      const version = /^GLIBC_([\d.]+)$/.exec(name)
      if (version && (newest === null || compareVersions(version[1], newest) > 0)) newest = version[1]
    }
  }
  return newest
}

function readSections(bytes, wide) {
  const start = wide ? Number(bytes.readBigUInt64LE(40)) : bytes.readUInt32LE(32)
  const size = bytes.readUInt16LE(wide ? 58 : 46)
  const count = bytes.readUInt16LE(wide ? 60 : 48)
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * size
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: wide ? Number(bytes.readBigUInt64LE(at + 24)) : bytes.readUInt32LE(at + 16),
      link: bytes.readUInt32LE(at + (wide ? 40 : 24))
    }
  })
}

// The section is a list of libraries (Elf_Verneed), each with a list of versions (Elf_Vernaux); both link
// by distances in bytes, and 0 ends them.
function* readNeeds(bytes, { offset }, names) {
  for (let library = offset, toNext = -1; toNext !== 0; library += toNext) {
    toNext = bytes.readUInt32LE(library + 12)
    let version = library + bytes.readUInt32LE(library + 8)
    for (let more = -1; more !== 0; version += more) {
      more = bytes.readUInt32LE(version + 12)
      const name = names + bytes.readUInt32LE(version + 8)
      yield bytes.toString('latin1', name, bytes.indexOf(0, name))
    }
  }
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map(version => version.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] || 0) - (right[i] || 0)
    if (difference !== 0) return difference
  }
  return 0
}

module.exports = { neededGlibc, compareVersions }
