import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { logIn } from '../callers.ts'
import { seeded } from '../services/seeded.ts'
import { type Book, count, openBook } from './book.ts'
import { agentsAnswer, launch, peopleAccept, peopleAct, type Stage } from './hour.ts'
import type { Week } from './instance.ts'
import { openLook } from './look.ts'
import { enrol } from './people.ts'
import { reckon, type Reckoning } from './reckoning.ts'
import { openTroubles } from './troubles.ts'

/** How large a week is played. */
export interface Size {
  readonly people: number
  readonly hours: number
  /** The share of calls that go wrong in each of the ways. */
  readonly faults: number
  /** Messages in and answers out in an hour. */
  readonly written: number
  readonly answered: number
}

export interface Outcome extends Reckoning {
  readonly faults: ReadonlyMap<string, number>
  readonly falls: ReadonlyMap<string, number>
  readonly untaken: ReadonlyMap<string, number>
}

const MINUTE = 60_000

/** Plays a week on the platform's clock, hour by hour, with everything going wrong, and reckons at its end. */
export async function play(week: Week, size: Size, seed: number, say: (line: string) => void): Promise<Outcome> {
  const random = seeded(seed)
  const book = openBook()
  const look = openLook(week)
  const troubles = openTroubles(week, book, random)
  try {
    const owner = await logIn(week.server, week.owner.username, week.owner.password, `week-${randomUUID()}`)
    const people = await enrol(week, size.people)
    const segment = await owner.call<{ id: string }>('POST', '/api/admin/segments', { name: '全部会员', rules: {} })
    await look.quiet(60, () => troubles.tend())
    say(`   ${people.length} people follow and have enrolled`)
    await troubles.begin(size.faults)
    const stage: Stage = {
      week,
      owner,
      people,
      book,
      random,
      segmentId: segment.id,
      pace: { written: size.written, answered: size.answered },
    }

    for (let hour = 0; hour < size.hours; hour++) {
      const fall = fallAt(hour, size.hours)
      if (hour % 3 === 1) await troubles.arm('worker')
      if (hour % 11 === 5) await troubles.arm('server')
      await troubles.killTokens()
      const tending = setInterval(() => troubles.tend(), 200)
      try {
        const acts = [peopleAct(stage), agentsAnswer(stage)]
        if (hour % 10 === 2) {
          await troubles.tooLate(size.faults, people.length)
          acts.push(launch(stage, 'template'))
        }
        if (hour % 24 === 6) acts.push(peopleAccept(stage).then(() => launch(stage, 'subscribe')))
        if (fall !== null) {
          acts.push(week.fallOf(fall))
          count(book.falls, fall)
        }
        await Promise.all(acts)
      } finally {
        clearInterval(tending)
      }
      await passHour(week, look, () => troubles.tend())
      if (hour % 12 === 11 || hour === size.hours - 1)
        say(
          `   hour ${hour + 1} of ${size.hours}: ${book.written.size} in, ${book.answered.size} answers, ${book.campaigns.length} campaigns`,
        )
    }

    const faults = await troubles.struck()
    await troubles.cease()
    await untilAllIsKnown(week, look, () => troubles.tend(), say)
    const outcome = await reckon(week, look, book, people)
    const differences = [...outcome.differences, ...tooSmall(size, outcome, book)]
    return { lines: outcome.lines, differences, faults, falls: book.falls, untaken: book.untaken }
  } finally {
    await look.close()
  }
}

/** A whole week of two thousand people is one only with 20,000 messages in, 50,000 out, and every fall that was announced. */
function tooSmall(size: Size, { lines }: Reckoning, book: Book): string[] {
  const of = (what: string): number => lines.find(line => line.what.includes(what))?.count ?? 0
  const enough: readonly (readonly [string, number, number])[] = [
    ['falls of the database', book.falls.get('database') ?? 0, 2],
    ['falls of Redis', book.falls.get('redis') ?? 0, 2],
    ...(size.people < 2000 || size.hours < 168
      ? []
      : ([
          ['messages in', of('written by people'), 20_000],
          ['messages on phones', of('on the phones'), 50_000],
        ] as const)),
  ]
  return enough.flatMap(([what, count, least]) => (count < least ? [`only ${count} ${what}, not ${least}`] : []))
}

/** The database falls at a quarter and three quarters of the week, Redis at a third and two thirds. */
function fallAt(hour: number, hours: number): 'database' | 'redis' | null {
  const at = (part: number): boolean => hour === Math.floor(hours * part)
  if (at(0.25) || at(0.75)) return 'database'
  return at(0.35) || at(0.65) ? 'redis' : null
}

/** An hour goes by in steps, each when nobody is in the midst of something: repeats come within their minutes. */
async function passHour(week: Week, look: ReturnType<typeof openLook>, tend: () => void): Promise<void> {
  for (const minutes of [1, 2, 4, 53]) {
    await look.quiet(30, tend)
    await week.advance(minutes * MINUTE)
  }
}

async function untilAllIsKnown(
  week: Week,
  look: ReturnType<typeof openLook>,
  tend: () => void,
  say: (line: string) => void,
): Promise<void> {
  for (const deadline = performance.now() + 240_000; ;) {
    await look.quiet(30, tend)
    const { planned, sending } = await look.open()
    const [busy] = await look.rows("SELECT COUNT(*) AS n FROM campaign WHERE state NOT IN ('done', 'draft')")
    if (planned + sending + Number(busy?.['n']) === 0) return
    if (performance.now() > deadline) {
      say(`   still open after four minutes: ${planned} planned, ${sending} on their way`)
      return
    }
    await week.advance(MINUTE)
    await wait(1_000)
  }
}
