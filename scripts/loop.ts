import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { demoDataset } from './loop/demo.ts'
import { openInstance } from './loop/instance.ts'
import { play } from './loop/play.ts'
import { uciDataset } from './loop/uci.ts'
import { command } from './services/lifetime.ts'
import { step } from './terminal.ts'

const { values } = parseArgs({
  options: {
    /** A folder of daily .csv.gz files; without it, a small generated shop. */
    sales: { type: 'string' },
    people: { type: 'string' },
    seed: { type: 'string' },
  },
})

/** `npm run loop -- --sales <folder>`: the whole story on private instances; exit 0 only if everything holds. */
await command(async lifetime => {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const instance = await step('私有实例', 'Private instances', () =>
    openInstance(lifetime, { CAMPAIGN_RATE: values.sales === undefined ? '5' : '30' }),
  )
  const work = path.join(instance.folder, 'files')
  mkdirSync(work, { recursive: true })
  const sales = values.sales
  const yesterday = new Date(Date.now() - 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)
  const data = await step('独立核算原始文件', 'Own sums over the raw files', async () =>
    sales === undefined ? demoDataset(work, yesterday) : uciDataset(path.resolve(sales), work),
  )
  const people = Number(values.people ?? (sales === undefined ? 60 : 500))
  const size =
    sales === undefined
      ? { people, redeem: 12, back: 4, kills: 1, thorough: false }
      : { people, redeem: 50, back: 10, kills: 2, thorough: true }
  const outcome = await play(instance, data, size, seed, line => console.log(line))
  console.log(`\n${JSON.stringify(outcome)}`)
  return outcome.ok ? 0 : 1
})
