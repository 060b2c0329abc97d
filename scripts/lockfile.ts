// Completes package-lock.json with the optional packages of other platforms (`--check` only looks).
// npm leaves out of the lockfile what the registry at hand does not hold, and `npm ci` then refuses the lockfile
// everywhere. Their versions are exact in the package that wants them, and nothing here ever installs them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const file = path.join(import.meta.dirname, '../package-lock.json')
interface Entry {
  version?: string
  license?: string
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const lockfile: { packages: Record<string, Entry> } = JSON.parse(readFileSync(file, 'utf8'))
const missing = new Map<string, string>()
for (const [place, entry] of Object.entries(lockfile.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!found(place, name) && /^\d/.test(version)) missing.set(`node_modules/${name}`, version)
  }
}
if (missing.size > 0 && process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${missing.size} packages of other platforms: run node scripts/lockfile.ts`)
  process.exit(1)
}
if (missing.size > 0) {
  for (const [place, version] of missing) {
    lockfile.packages[place] = { version, license: 'MIT', optional: true, ...platformOf(place) }
  }
  const [root, ...rest] = Object.entries(lockfile.packages)
  const sorted = rest.toSorted(([left], [right]) => (left < right ? -1 : 1))
  lockfile.packages = Object.fromEntries([...(root ? [root] : []), ...sorted])
  writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`)
}
console.log(`package-lock.json: ${missing.size} added, ${Object.keys(lockfile.packages).length} packages`)

/** Whether a package at `place` would find `name`, in its own node_modules or further out. */
function found(place: string, name: string): boolean {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in lockfile.packages) return true
    if (!at.includes('/node_modules/')) return `node_modules/${name}` in lockfile.packages
  }
}

function platformOf(place: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const words = place.split(/[/-]/)
  const os = words.find(word => ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openharmony', 'aix'].includes(word))
  const cpu = words.find(word =>
    ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'].includes(word),
  )
  const libc = words.some(word => word.startsWith('musl')) ? 'musl' : 'glibc'
  if (!os || !cpu) throw new Error(`${place}: its platform cannot be told from its name`)
  return os === 'linux' ? { os: [os], cpu: [cpu], libc: [libc] } : { os: [os], cpu: [cpu] }
}
