import { expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'

test('the whole story holds on a generated shop, from the follow to the ticket that is answered', async () => {
  const { code, output, last } = await runCommand('loop', ['--seed', '20261122'])
  expect(last['failed'], output).toEqual([])
  expect(last['passed']).toBeGreaterThan(60)
  expect(code).toBe(0)
}, 600_000)
