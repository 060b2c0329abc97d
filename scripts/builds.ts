import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { runTool } from './checks/tool.ts'
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
    const stamp = path.join(root, '.local/build', `${name}.hash`)
    const hash = contentHash(build.sources)
    const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && build.results.every(existsSync)
    if (current) continue
    await step(build.zh, build.en, async () => {
      const verdict = await runTool({ name: `build ${name}`, command: build.command }, signal)
      if (!verdict.passed) throw new Refusal(`${build.en}:\n${tail(verdict.output, 40)}`)
      mkdirSync(path.dirname(stamp), { recursive: true })
      writeFileSync(stamp, hash)
    })
  }
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
