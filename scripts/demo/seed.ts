import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from '../services/index.ts'
import { tail } from '../services/instance.ts'
import type { Lifetime } from '../services/lifetime.ts'
import { Refusal, step } from '../terminal.ts'

/** Fills the shop once per database, by scripts/seed-demo.ts, whose last line of output is shown as progress. */
export async function seedOnce(
  lifetime: Lifetime,
  home: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<void> {
  const marker = path.join(home, 'seeded.json')
  const database = env['DATABASE_URL']?.replace(/:\/\/.*@/, '://') ?? ''
  if (existsSync(marker) && JSON.parse(readFileSync(marker, 'utf8')).database === database) return
  await step('装入一年的门店数据', 'Loading a year of the shop', async progress => {
    const child = spawn(process.execPath, [path.join(root, 'scripts/seed-demo.ts'), ...flags], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: lifetime.signal,
    })
    let output = ''
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000)
      progress(tail(output, 1))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    const code = await new Promise(resolve => {
      child.on('error', error => resolve(String(error)))
      child.on('close', resolve)
    })
    if (code !== 0) throw new Refusal(`seed-demo (${String(code)}):\n${tail(output, 30)}`)
    writeFileSync(marker, JSON.stringify({ database, at: new Date().toISOString() }))
  })
}
