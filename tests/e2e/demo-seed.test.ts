import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { testEnvironment } from '../support/world.ts'

test('the demo stands from an empty database, with something in every room', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/small-demo.ts')], {
    env: { ...process.env, ...testEnvironment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const code = await new Promise(resolve => child.once('close', resolve))
  expect(code, said).toBe(0)
  const stands = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '{}') as Record<string, number>
  expect(Object.entries(stands).filter(([, n]) => n === 0)).toEqual([])
  // Amount off, percentage, exchange, free delivery, gift.
  expect(stands['kinds']).toBe(5)
}, 300_000)
