import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { runTool, type Verdict } from './checks/tool.ts'
import { root } from './services/index.ts'
import { tail } from './services/instance.ts'
import { Refusal, step } from './terminal.ts'

/** Where the built clients lie, as ADMIN_DIR and MINIPROGRAM_HOST_DIR of the server. */
export const builtClients = {
  ADMIN_DIR: path.join(root, '.local/build/admin'),
  MINIPROGRAM_HOST_DIR: path.join(root, '.local/build/miniprogram-host'),
}

interface Build {
  zh: string
  en: string
  /** Folders and files whose content decides whether a build is still good. */
  sources: string[]
  results: string[]
  command: [string, ...string[]]
}

const builds: Record<string, Build> = {
  admin: {
    zh: '构建管理后台',
    en: 'Building the admin',
    sources: ['admin-web', 'server/kernel/http', 'package-lock.json'],
    results: [builtClients.ADMIN_DIR],
    command: ['vite', 'build', '--config', 'admin-web/vite.config.ts', '--logLevel', 'warn'],
  },
  miniprogram: {
    zh: '构建小程序',
    en: 'Building the mini-program',
    sources: ['miniprogram', 'server/kernel/http', 'package-lock.json'],
    results: [builtClients.MINIPROGRAM_HOST_DIR, path.join(root, '.local/build/miniprogram')],
    command: [process.execPath, 'miniprogram/tools/build.ts'],
  },
}

/** Builds the admin and the mini-program (with its browser host) where their sources have changed since the last time. */
export async function buildClients(signal: AbortSignal): Promise<void> {
  for (const [name, build] of Object.entries(builds)) {
    if (isCurrent(name)) continue
    await step(build.zh, build.en, async () => {
      const verdict = await buildClient(name, signal)
      if (!verdict.passed) throw new Refusal(`${build.en}:\n${tail(verdict.output, 40)}`)
    })
  }
}

/** The same as checks, one verdict a client. */
export async function checkBuilds(signal: AbortSignal): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const name of Object.keys(builds)) {
    const current = { name: `build ${name}`, passed: true, output: '', seconds: 0 }
    verdicts.push(isCurrent(name) ? current : await buildClient(name, signal))
  }
  return verdicts
}

function isCurrent(name: string): boolean {
  const build = builds[name]
  const stamp = stampOf(name)
  if (!build || !existsSync(stamp) || !build.results.every(result => existsSync(result))) return false
  return readFileSync(stamp, 'utf8') === contentHash(build.sources)
}

async function buildClient(name: string, signal: AbortSignal): Promise<Verdict> {
  const build = builds[name]
  if (!build) throw new Error(`no client ${name}`)
  // The sources as they are now: what changes while the build runs is built the next time.
  const hash = contentHash(build.sources)
  const verdict = await runTool({ name: `build ${name}`, command: build.command }, signal)
  if (verdict.passed) {
    mkdirSync(path.dirname(stampOf(name)), { recursive: true })
    writeFileSync(stampOf(name), hash)
  }
  return verdict
}

function stampOf(name: string): string {
  return path.join(root, '.local/build', `${name}.hash`)
}

function contentHash(sources: string[]): string {
  const hash = createHash('sha256')
  for (const source of sources) {
    const top = path.join(root, source)
    const files = path.extname(source)
      ? [top]
      : readdirSync(top, { recursive: true, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(entry => path.join(entry.parentPath, entry.name))
          .toSorted()
    for (const file of files)
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}
