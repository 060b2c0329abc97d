import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { openServices, root } from './services/index.ts'
import { command } from './services/lifetime.ts'
import { Refusal } from './terminal.ts'

/** What is measured is found by its usual word too. */
const alias: Readonly<Record<string, string>> = { campaign: 'send', callback: 'intake' }

/** `npm run bench -- NAME`: one measurement on private, durable instances; its figures are JSON lines on stdout. */
await command(async lifetime => {
  const [asked = '', ...rest] = process.argv.slice(2)
  const name = alias[asked] ?? asked
  const folder = path.join(root, 'bench')
  const names = readdirSync(folder)
    .filter(file => file.endsWith('.ts') && !['figure.ts', 'shop.ts'].includes(file))
    .map(file => file.replace('.ts', ''))
  if (!names.includes(name) || !existsSync(folder)) throw new Refusal(`npm run bench -- ${names.join(' | ')}`)
  const services = await openServices(lifetime, { home: 'bench', database: 'zg_bench', durable: true, large: true })
  const child = spawn(process.execPath, [path.join(folder, `${name}.ts`), ...rest], {
    cwd: root,
    env: { ...process.env, ...services },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: lifetime.signal,
  })
  return new Promise<number>(resolve => {
    child.on('error', () => resolve(1))
    child.on('close', code => resolve(code ?? 1))
  })
})
