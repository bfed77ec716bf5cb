'use strict'

// The memory of another process, searched as an outsider would (Linux only).

const fs = require('node:fs')

const skip =
  (process.platform !== 'linux' && 'the memory of a process can be read on Linux only') ||
  (process.env.LLVM_PROFILE_FILE !== undefined && 'code that is built for coverage keeps copies')

// Returns for each of `patterns`, Buffers, how often its bytes occur in memory that the process can write to.
function countInMemory(pid, patterns) {
  const counts = patterns.map(() => 0)
  const longest = Math.max(...patterns.map(pattern => pattern.length))
  const memory = fs.openSync(`/proc/${pid}/mem`, 'r')
  const chunk = Buffer.allocUnsafeSlow(1 << 22)
  for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const region = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)
    if (region === null) continue
    const [start, end] = region.slice(1).map(address => Number.parseInt(address, 16))
    let kept = 0
    for (let at = start; at < end; ) {
      let length
      try {
        length = fs.readSync(memory, chunk, kept, Math.min(chunk.length - kept, end - at), at)
      } catch {
        break
      }
      if (length === 0) break
      at += length
      const seen = chunk.subarray(0, kept + length)
      for (const [index, pattern] of patterns.entries()) {
        // One that ends in what was kept has been counted.
        let i = seen.indexOf(pattern, Math.max(0, kept - pattern.length + 1))
        for (; i !== -1; i = seen.indexOf(pattern, i + 1)) counts[index] += 1
      }
      // So that nothing is missed between two chunks.
      kept = Math.min(longest - 1, seen.length)
      chunk.copyWithin(0, seen.length - kept, seen.length)
    }
  }
  fs.closeSync(memory)
  return counts
}

module.exports = { countInMemory, skip }
