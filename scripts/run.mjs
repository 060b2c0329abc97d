// Every command of package.json starts here, on whatever Node the machine has (>= 20), before anything is installed:
// makes node_modules what package-lock.json says, then hands over to scripts/<command>.ts under the Node 24 it brought.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const modules = path.join(root, 'node_modules')
const [command = '', ...rest] = process.argv.slice(2)
/** Millions of rows stream through these: a heap that grows slowly weighs a third less, and takes no longer. */
const FLAGS = { 'loyalty-verify': ['--max-semi-space-size=8', '--heap-growing-percent=50'] }

main().then(
  code => process.exit(code),
  error => {
    console.error(`✗ ${error.message}`)
    process.exit(1)
  },
)

async function main() {
  if (major(process.versions.node) < 20) {
    throw new Error(`需要 Node.js 20 或更高，现在是 ${process.versions.node} · Node.js 20 or later is needed`)
  }
  const script = path.join(root, 'scripts', `${command}.ts`)
  if (!/^[a-z][a-z-]*$/.test(command) || !existsSync(script)) throw new Error(`no such command: ${command}`)
  const differing = differences()
  if (differing.length > 0) await install(differing)
  return run(node24(), [...(FLAGS[command] ?? []), script, ...rest])
}

/** The packages of the lockfile that are not installed in its version; npm's own hidden lockfile says what is. */
function differences() {
  const wanted = packagesOf(path.join(root, 'package-lock.json'))
  const installed = packagesOf(path.join(modules, '.package-lock.json'))
  return Object.entries(wanted)
    .filter(([name, entry]) => {
      if (name === '' || entry.link || !name.startsWith('node_modules/')) return false
      const found = installed[name]
      if (found === undefined) return !entry.optional || name === `node_modules/${nodePackage()}`
      return found.version !== entry.version || found.integrity !== entry.integrity
    })
    .map(([name]) => name.replace('node_modules/', ''))
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
}

/** Runs `npm ci` by a Node outside of node_modules, for node_modules is about to be replaced; tells how far it is. */
async function install(differing) {
  const total = topLevel(packagesOf(path.join(root, 'package-lock.json')))
  const some = differing.slice(0, 3).join(', ') + (differing.length > 3 ? ' …' : '')
  console.log(`→ 安装依赖包 · Installing packages: npm ci (${differing.length}: ${some})`)
  const started = Date.now()
  const timer = setInterval(
    () => {
      const seconds = Math.round((Date.now() - started) / 1000)
      const line = `  ${Math.min(99, Math.round((countInstalled() / total) * 100))} % · ${seconds} s`
      if (process.stdout.isTTY) process.stdout.write(`\r${line} `)
      else console.log(line)
    },
    process.stdout.isTTY ? 500 : 10_000,
  )
  const npm = process.env.npm_execpath ?? outsideOf(modules, 'npm')
  if (!npm) throw new Error('找不到 npm · npm was not found')
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const code = /\.[cm]?js$/.test(npm)
    ? await run(outsideOf(modules, 'node') ?? process.execPath, [npm, ...flags])
    : await run(npm, flags)
  clearInterval(timer)
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
  if (code !== 0) throw new Error(`npm ci 失败，见上文 · npm ci failed (exit code ${code}), see above`)
  console.log(`✓ 依赖包就绪 · Packages are ready (${Math.round((Date.now() - started) / 1000)} s)`)
}

/** How many packages of the lockfile come to lie directly in node_modules on this platform. */
function topLevel(packages) {
  return Object.entries(packages).filter(
    ([name, entry]) =>
      name.lastIndexOf('node_modules/') === 0 && (!entry.os || [entry.os].flat().includes(process.platform)),
  ).length
}

function countInstalled() {
  if (!existsSync(modules)) return 0
  const names = readdirSync(modules).filter(name => !name.startsWith('.'))
  return names.reduce((sum, name) => sum + (name.startsWith('@') ? readdirSync(path.join(modules, name)).length : 1), 0)
}

function outsideOf(folder, program) {
  const places = (process.env.PATH ?? '').split(path.delimiter).filter(place => place && !place.startsWith(folder))
  return places.map(place => path.join(place, program)).find(file => existsSync(file))
}

function nodePackage() {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}

/** The Node that runs TypeScript: the one of the lockfile; where none is published, the system's from 24 on. */
function node24() {
  const brought = path.join(modules, nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(brought)) return brought
  if (major(process.versions.node) >= 24) return process.execPath
  throw new Error(
    `此平台请自行安装 Node.js 24（如 brew install node@24）· On this platform please install Node.js 24 yourself, e.g. brew install node@24 (this is ${process.versions.node})`,
  )
}

function major(version) {
  return Number(version.split('.')[0])
}

/**
 * Runs to its end and answers the exit code. Ctrl-C reaches the child by the terminal, other signals are handed on;
 * should this process be killed, the closing channel tells the child.
 */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const bin = path.join(modules, '.bin')
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
    })
    process.on('SIGINT', () => undefined)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    if (process.env.npm_lifecycle_event) stopWithParent(child)
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

/** npm that is killed cannot tell: its death shows only in that the system gives this process another parent. */
function stopWithParent(child) {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref()
}
