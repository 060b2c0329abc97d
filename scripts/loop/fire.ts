import { setTimeout as wait } from 'node:timers/promises'
import type { Story } from './story.ts'

/** The jobs process under fire: it falls at each named point in turn, then at moments drawn from the seed. */
export interface Fire {
  /** Keeps it going; to be called again and again with how far the work is (0 to 1). */
  tend(progress: number): void
  /** Lets it run unharmed again, and notes whether it fell at every named point. */
  cease(what: string): Promise<void>
}

/** Opens fire: `points` are the product's fault points with their count, e.g. `erp.inBatch:3`. */
export async function openFire(
  { instance: { jobs }, random, say, checks }: Story,
  points: readonly string[],
  randomKills: number,
): Promise<Fire> {
  const left = [...points]
  const moments = Array.from({ length: randomKills }, () => 0.1 + random() * 0.4).sort((a, b) => a - b)
  let armed = ''
  let aim: Promise<void> | undefined
  const arm = () => {
    armed = left.shift() ?? ''
    jobs.start(armed)
  }
  await jobs.kill()
  const before = jobs.falls()
  arm()
  return {
    tend: progress => {
      if (aim !== undefined) return
      if (!jobs.isRunning()) {
        if (armed !== '') say(`     the jobs process fell at ${armed}`)
        arm()
        return
      }
      const next = moments[0]
      if (armed !== '' || next === undefined || progress < next) return
      moments.shift()
      aim = wait(random() * 300)
        .then(() => jobs.kill())
        .then(() => {
          say(`     kill −9 of the jobs process at ${Math.round(progress * 100)} %`)
          aim = undefined
        })
    },
    cease: async what => {
      await aim
      // A point that was never passed would strike later, when nobody expects it.
      if (armed !== '') await jobs.kill()
      if (!jobs.isRunning()) jobs.start()
      if (points.length > 0)
        checks.holds(
          `${what}: it fell at ${points.join(', ')}`,
          left.length === 0 && armed === '',
          `not at ${[armed, ...left].join(', ')}`,
        )
      checks.figure(`${what}: falls`, jobs.falls() - before)
    },
  }
}
