import process from 'node:process'
import { z } from 'zod'
import { AppError } from '../../server/kernel/errors.ts'
import { openModules } from '../loyalty/shop.ts'
import { patterns, type PatternName, type Track } from './patterns.ts'

// One client process of a race: does what it is told, many at a time, and says what has an answer. It may be killed.
const Order = z.object({ pattern: z.string(), numbers: z.array(z.int()), width: z.int(), track: z.unknown() })
const order = Order.parse(JSON.parse(process.argv[2] ?? '{}'))
const { kernel, modules, close } = openModules({ env: {} }, order.width)
const act = patterns[order.pattern as PatternName]
const waiting = [...order.numbers]
await Promise.all(
  Array.from({ length: order.width }, async () => {
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
      try {
        await act({ db: kernel.db, kernel, modules, track: order.track as Track }, n)
      } catch (error) {
        // A refusal is an answer; a deadlock that was retried in vain is none.
        if (!(error instanceof AppError)) continue
      }
      process.send?.(n)
    }
  }),
)
await close()
process.disconnect()
