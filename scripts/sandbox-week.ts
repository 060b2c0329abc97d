import { parseArgs } from 'node:util'
import { command } from './services/lifetime.ts'
import { openWeek } from './week/instance.ts'
import { play } from './week/play.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '2000' },
    hours: { type: 'string', default: '168' },
    /** The share of calls that go wrong in each of the ways. */
    faults: { type: 'string', default: '0.02' },
    seed: { type: 'string' },
  },
})

/**
 * `npm run sandbox:week`: a week of WeChat on a clock that is moved from event to event, with faults, killed tokens,
 * killed processes, and the database and Redis falling; exit 0 only if every message has exactly one known end.
 */
await command(async lifetime => {
  const started = performance.now()
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const people = Number(values.people)
  const week = await openWeek(lifetime)
  console.log(`   seed ${seed}`)
  const size = {
    people,
    hours: Number(values.hours),
    faults: Number(values.faults),
    // 2,000 people in 168 hours: 21,000 in; 34,000 notices in 17 campaigns, 17,000 answers and 6,000 offers out.
    written: Math.ceil(people * 0.0625),
    answered: Math.ceil(people * 0.052),
  }
  const outcome = await play(week, size, seed, line => console.log(line))

  const table = (title: string, rows: Iterable<readonly [string, number]>): void => {
    console.log(`\n${title}`)
    for (const [what, count] of rows) console.log(`  ${String(count).padStart(9)}  ${what}`)
  }
  table(
    '一周的账 · The books of the week',
    outcome.lines.map(({ what, count }) => [what, count]),
  )
  table('故障 · Faults that struck', outcome.faults)
  table('倒下 · What fell', outcome.falls)
  if (outcome.untaken.size > 0) table('未受理的回复 · Answers that were not taken', outcome.untaken)
  table('差异 · Differences', [['', outcome.differences.length]])
  for (const difference of outcome.differences.slice(0, 20)) console.log(`             ${difference}`)
  console.log(
    JSON.stringify({
      week: people,
      ok: outcome.differences.length === 0,
      seconds: Math.round((performance.now() - started) / 1000),
      seed,
      ...Object.fromEntries(outcome.lines.map(({ what, count }) => [what.trim(), count])),
      differences: outcome.differences.length,
    }),
  )
  return outcome.differences.length === 0 ? 0 : 1
})
