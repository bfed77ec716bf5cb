'use strict'

// Runs Windows programs by Debian's Wine, which is fetched and set up on first use.

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { root, once, npmPackages, debianPackages, zigEnvironment } = require('../../scripts/tools')

// Rust's standard library gets random numbers from a DLL that Wine 8 lacks. `advapi32` has the function
// under its old name.
const BCRYPTPRIMITIVES = `
  #include <stddef.h>
  __declspec(dllimport) unsigned char __stdcall SystemFunction036(void *, unsigned long);
  __declspec(dllexport) int __stdcall ProcessPrng(unsigned char *data, size_t length) {
    return SystemFunction036(data, (unsigned long)length);
  }
`

// A 32-bit Wine needs the 32-bit Linux libraries in their standard places, so it runs in a separate root, where this
// clone has the same path.
const ENTER = `
  mkdir -p "$0/dev" "$0/proc" "$0$1" && mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" &&
  mount --bind "$1" "$0$1" && shift && exec chroot "$0" "$@"
`

const wines = {
  x64: {
    packages: ['wine64', 'wine'],
    options: { dependencies: true },
    mingw: 'x86_64-w64-mingw32',
    zig: 'x86_64-windows-gnu',
    run: installed => [path.join(installed, 'usr/lib/wine/wine64')]
  },
  x86: {
    packages: ['wine32', 'wine'],
    options: { arch: 'i386', dependencies: true },
    mingw: 'i686-w64-mingw32',
    zig: 'x86-windows-gnu',
    run: installed => ['unshare', '--mount', 'sh', '-c', ENTER, installed, root, '/usr/lib/wine/wine']
  }
}

// Returns the { command, env } that run a Windows Node for `cpu`. Standard output and error must be files.
function windowsNode(cpu, version) {
  if (cpu === 'x86' && process.getuid() !== 0)
    throw new Error('32-bit Wine needs the user root, to change the root folder')
  const name = `node-win-${cpu}`
  const program = path.join(npmPackages([`${name}@${version}`]), 'node_modules', name, 'bin/node.exe')
  const { command, env } = setUp(cpu)
  return { command: [...command, program], env }
}

function setUp(cpu) {
  const { packages, options, mingw, zig, run } = wines[cpu]
  const installed = debianPackages(packages, options)
  useServer(path.join(installed, 'usr/lib/wine'))
  const command = run(installed)
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: path.join(installed, 'usr/lib/x86_64-linux-gnu'),
    WINEDEBUG: '-all',
    // Neither .NET nor a browser, whose installers would ask for a window.
    WINEDLLOVERRIDES: 'mscoree=;mshtml='
  }
  const prefix = once(`wine-prefix-${cpu}`, at => {
    const system = path.join(at, 'drive_c/windows/system32')
    fs.mkdirSync(system, { recursive: true })
    fs.copyFileSync(path.join(installed, 'usr', mingw, 'lib/zlib1.dll'), path.join(system, 'zlib1.dll'))
    const source = path.join(at, 'bcryptprimitives.c')
    fs.writeFileSync(source, BCRYPTPRIMITIVES)
    const library = path.join(system, 'bcryptprimitives.dll')
    const compile = ['-m', 'ziglang', 'cc', '-target', zig, '-shared', '-O1', '-s', '-o', library, source]
    execFileSync('python3', [...compile, '-ladvapi32'], {
      env: zigEnvironment(process.env, ''),
      stdio: 'pipe'
    })
    const log = fs.openSync(path.join(at, 'set-up.log'), 'w')
    const [file, ...first] = command
    const wine = (...args) =>
      execFileSync(file, [...first, ...args], {
        env: { ...env, WINEPREFIX: at },
        stdio: ['ignore', log, log],
        timeout: 120000
      })
    wine('wineboot', '--init')
    // Node rejects Windows 7, which Wine claims to be.
    wine('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f')
    // Waits until it is written.
    wine('wineboot', '--shutdown')
  })
  return { command, env: { ...env, WINEPREFIX: prefix } }
}

// Debian starts the server by a script that looks for it in /usr/lib.
function useServer(folder) {
  const server = path.join(folder, 'wineserver')
  if (!fs.readFileSync(server).subarray(0, 2).equals(Buffer.from('#!'))) return
  fs.rmSync(server)
  fs.symlinkSync(
    fs.readdirSync(folder).find(name => /^wineserver\d\d$/.test(name)),
    server
  )
}

module.exports = windowsNode
