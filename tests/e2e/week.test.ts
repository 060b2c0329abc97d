import { expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'

test('ten hours on the sandbox: faults, killed tokens and processes, database and Redis fall; every message has one known end', async () => {
  const { code, output, last } = await runCommand('sandbox-week', [
    '--people=60',
    '--hours=10',
    '--faults=0.02',
    '--seed=20261122',
  ])
  expect(last['differences'], output).toBe(0)
  expect(last['sent'], output).toBeGreaterThan(60)
  expect(code).toBe(0)
}, 600_000)
