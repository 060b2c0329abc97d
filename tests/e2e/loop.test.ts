import { spawn } from 'node:child_process'
import process from 'node:process'
import { expect, test } from 'vitest'

/** Runs the loop on its small generated shop; answers the exit code and what it printed. */
function playLoop(args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/loop.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

test('the whole story holds on a generated shop, from the follow to the ticket that is answered', async () => {
  const { code, output } = await playLoop(['--seed', '20261122'])
  const last: { ok: boolean; failed: string[]; passed: number } = JSON.parse(
    output.trimEnd().split('\n').at(-1) ?? '{}',
  )
  expect(last.failed, output).toEqual([])
  expect(last.passed).toBeGreaterThan(60)
  expect(code).toBe(0)
}, 600_000)
