import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { defaultAccounts, readAccounts, serverAccounts } from '../../sandbox/index.ts'

const at = (file: string): string => path.join(import.meta.dirname, '../..', file)

/** Runs the sandbox with an environment until it says something or ends. */
const run = (env: Record<string, string>, file = 'sandbox/main.ts'): Promise<{ code: number | null; said: string }> =>
  new Promise(resolve => {
    // oxlint-disable-next-line node/no-process-env
    const child = spawn(process.execPath, [at(file), '--port', '0'], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
    })
    let said = ''
    child.stderr.on('data', (part: Buffer) => (said += part.toString()))
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString()
      child.kill('SIGTERM')
    })
    child.on('exit', code => resolve({ code, said }))
  })

describe('the process', () => {
  it.each(['sandbox/main.ts', 'scripts/sandbox.ts'])(
    'refuses to stand where the platform is expected: %s',
    async file => {
      const { code, said } = await run({ NODE_ENV: 'production' }, file)
      expect(code).toBe(1)
      expect(said).toContain('生产环境')
    },
  )

  it('listens on this machine only, and ends cleanly', async () => {
    const { code, said } = await run({ SANDBOX_ACCOUNTS: JSON.stringify(defaultAccounts) })
    expect(said).toMatch(/^sandbox http:\/\/127\.0\.0\.1:\d+/)
    expect(code).toBe(0)
  })
})

it('npm run sandbox tells a stranger where the phone, the till and the journal are, and what the product must be told', async () => {
  const child = spawn(process.execPath, [at('scripts/sandbox.ts'), '--port', '0'])
  let said = ''
  child.stdout.on('data', (part: Buffer) => (said += part.toString()))
  try {
    await expect.poll(() => said, { timeout: 30_000 }).toContain('Ctrl+C')
    const address = /sandbox (\S+)/.exec(said)?.[1] ?? ''
    for (const page of ['/', '/till/', '/journal/']) {
      expect(said).toContain(`${address}${page} `)
      expect((await fetch(address + page)).status).toBe(200)
    }
    expect(await (await fetch(`${address}/__sim/server-accounts`)).json()).toEqual(serverAccounts(address))
  } finally {
    child.kill('SIGTERM')
  }
})

it('accounts from the environment are checked, and every problem is told', () => {
  expect(readAccounts(JSON.stringify(defaultAccounts))).toEqual(defaultAccounts)
  const broken = [{ ...defaultAccounts[0], aesKey: 'short', mode: 'none' }]
  expect(() => readAccounts(JSON.stringify(broken))).toThrow(/43 letters[\s\S]*mode|mode[\s\S]*43 letters/)
})
