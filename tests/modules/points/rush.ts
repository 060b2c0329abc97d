import fc from 'fast-check'
import { setTimeout as pause } from 'node:timers/promises'
import { addDays, shopDay, shopInstant } from '../../../server/kernel/clock.ts'
import { inTransaction, type Tx } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { ledgerDesk } from '../../../server/modules/points/service/give.ts'
import type { StaffUser, World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { settle, writeReceipt } from './receipts.ts'

// A rush: a few members, and many counters that serve them at the same moment, each on a connection of its own.

const KINDS = [
  'grant',
  'spend',
  'giveBack',
  'takeAgain',
  'reverseReversal',
  'sell',
  'return',
  'correct',
  'settleAgain',
  'adjust',
  'open',
  'move',
  'sweep',
  'midnight',
] as const
type Kind = (typeof KINDS)[number]

/** One thing that happens at one counter; what it does not need of the rest is not looked at. */
export interface Step {
  readonly do: Kind
  readonly who: number
  readonly which: number
  readonly points: number
  readonly lives: number | null
  /** The same thing is told by two at once, under one key. */
  readonly twice: boolean
  /** The first transaction does it all and is then rolled back. */
  readonly fails: boolean
  /** Milliseconds after the others. */
  readonly late: number
}

/** What happens at once, some days after what was before. */
export interface Round {
  readonly days: number
  readonly steps: readonly Step[]
}

/** The first morning: everybody gets points that end soon, and points that stay. */
export const OPENING: Round = {
  days: 0,
  steps: [0, 1, 2].flatMap(who =>
    [3, 14, null].map((lives, which): Step => ({
      do: 'grant',
      who,
      which,
      points: 40,
      lives,
      twice: false,
      fails: false,
      late: which,
    })),
  ),
}

const seldom = (n: number): fc.Arbitrary<boolean> => fc.nat(n).map(one => one === n)

/** Histories of things of these kinds; a kind that is named twice comes twice as often. */
export const rushes = (kinds: readonly Kind[]): fc.Arbitrary<Round[]> =>
  fc.array(
    fc.record({
      days: fc.constantFrom(0, 0, 1, 2, 12),
      steps: fc.array(
        fc.record({
          do: fc.constantFrom(...kinds),
          who: fc.nat(2),
          which: fc.nat(30),
          points: fc.integer({ min: 1, max: 60 }),
          lives: fc.constantFrom(1, 2, 3, 3, 14, 60, null),
          twice: seldom(4),
          fails: seldom(5),
          late: fc.nat(4),
        }),
        { minLength: 3, maxLength: 10 },
      ),
    }),
    { minLength: 3, maxLength: 6 },
  )

/** What a counter asked for and what it was told. */
export interface Told {
  readonly kind: Kind
  readonly key: string
  readonly memberId: string
  /** What the entry must say when it was done. */
  readonly amount: number
  /** The first day on which granted points are worth nothing. */
  readonly expiresOn: string | null
  done: boolean
}

export interface Rush {
  readonly members: readonly string[]
  readonly told: readonly Told[]
  /** The receipt to which each document belongs: itself, or the one whose goods come back. */
  readonly rootOf: ReadonlyMap<string, string>
}

class Abandoned extends Error {
  override readonly name = 'Abandoned'
}
const REFUSALS = new Set(['points.notEnough', 'points.tooMuchBack', 'points.noEntry', 'points.debtLimit'])
let numbers = 0

/** Plays a history: the steps of a round at once, round after round; ends when everybody is served. */
export async function playRush(shop: World, owner: StaffUser, rounds: readonly Round[]): Promise<Rush> {
  const members = await addMembers(shop, 3)
  const { points } = shop.modules
  const zone = shop.config.SHOP_ZONE
  const told: Told[] = []
  const spends: { key: string; memberId: string; points: number; back: number }[] = []
  const reversals: string[] = []
  const documents: { id: string; root: string; memberId: string; yuan: number; left: number; written: boolean }[] = []
  const today = (): string => shopDay(shop.clock.now(), zone)
  const newKey = (kind: Kind): string => `rush-${kind}:${(numbers += 1)}`

  /** Does it as often as the step says; refusals of the ledger are answers, anything else is a failure of the test. */
  async function serve<T>(step: Step, asked: Omit<Told, 'kind' | 'done'>, work: (tx: Tx) => Promise<T>): Promise<Told> {
    const one: Told = { ...asked, kind: step.do, done: false }
    told.push(one)
    const tries = [step.fails, ...(step.twice ? [false] : [])]
    const answers = await Promise.allSettled(
      tries.map(fails =>
        inTransaction(shop.db, async tx => {
          await work(tx)
          if (fails) throw new Abandoned()
        }),
      ),
    )
    for (const answer of answers) {
      if (answer.status === 'fulfilled') one.done = true
      else if (!(answer.reason instanceof Abandoned) && !REFUSALS.has(String(answer.reason.code))) throw answer.reason
    }
    return one
  }

  /** Settles as the event does: what was rolled back is told again until it has happened. */
  async function settled(step: Step, ids: readonly string[]): Promise<void> {
    const once = async (fails: boolean): Promise<void> => {
      if (fails)
        await inTransaction(shop.db, async tx => {
          await points.settle(tx, ids)
          throw new Abandoned()
        }).catch((error: unknown) => {
          if (!(error instanceof Abandoned)) throw error
        })
      await settle(shop, ids)
    }
    await Promise.all([once(step.fails), ...(step.twice ? [once(false)] : [])])
  }

  async function write(document: (typeof documents)[number], yuan: number): Promise<void> {
    document.yuan = yuan
    await writeReceipt(shop, {
      id: document.id,
      memberId: document.memberId,
      businessDate: today(),
      type: document.root === document.id ? 'sale' : 'return',
      ...(document.root === document.id ? {} : { original: document.root }),
      lines: [{ product: 'rice', net: String(document.root === document.id ? yuan : -yuan) }],
    })
    document.written = true
  }

  const doing: Record<Kind, (step: Step, memberId: string) => Promise<unknown>> = {
    grant(step, memberId) {
      const expiresOn = step.lives === null ? '9999-12-31' : addDays(today(), step.lives)
      const grant = { key: newKey('grant'), memberId, points: step.points, expiresOn }
      return serve(step, { ...grant, amount: step.points }, tx => points.grant(tx, [grant]))
    },
    async spend(step, memberId) {
      const spend = { key: newKey('spend'), memberId, points: step.points }
      // Known to the others from the moment it is asked for, and forgotten when there was not enough.
      const known = { ...spend, back: 0 }
      spends.push(known)
      const asked = { key: spend.key, memberId, amount: -step.points, expiresOn: null }
      const { done } = await serve(step, asked, tx => points.spend(tx, spend))
      if (!done) spends.splice(spends.indexOf(known), 1)
    },
    async giveBack(step) {
      const spend = spends[step.which % spends.length]
      if (spend === undefined) return
      const back = { key: newKey('giveBack'), spendKey: spend.key, points: Math.min(step.points, spend.points) }
      const asked = { key: back.key, memberId: spend.memberId, amount: back.points, expiresOn: null }
      const { done } = await serve(step, asked, tx => points.giveBack(tx, back))
      if (!done) return
      spend.back += back.points
      reversals.push(back.key)
    },
    async takeAgain(step) {
      const free = spends.filter(one => one.back > 0)
      const spend = free[step.which % free.length]
      if (spend === undefined) return
      const again = { key: newKey('takeAgain'), spendKey: spend.key, points: Math.min(step.points, spend.back) }
      spend.back -= again.points
      const asked = { key: again.key, memberId: spend.memberId, amount: -again.points, expiresOn: null }
      const { done } = await serve(step, asked, tx => points.takeAgain(tx, again))
      if (done) reversals.push(again.key)
      else spend.back += again.points
    },
    async reverseReversal(step) {
      const spendKey = reversals[step.which % reversals.length]
      if (spendKey === undefined) return
      const asked = { key: newKey('reverseReversal'), memberId: '', amount: 0, expiresOn: null }
      const again = { key: asked.key, spendKey, points: 1 }
      if (step.which % 2 === 0) await serve(step, asked, tx => points.giveBack(tx, again))
      else await serve(step, asked, tx => points.takeAgain(tx, again))
    },
    async sell(step, memberId) {
      const id = `Q${String((numbers += 1)).padStart(25, '0')}`
      const document = { id, root: id, memberId, yuan: 0, left: step.points, written: false }
      documents.push(document)
      await write(document, step.points)
      await settled(step, [id])
    },
    async return(step) {
      const sales = documents.filter(one => one.left > 0)
      const sale = sales[step.which % sales.length]
      if (sale === undefined) return
      const yuan = Math.min(step.points, sale.left)
      sale.left -= yuan
      const id = `Q${String((numbers += 1)).padStart(25, '0')}`
      const document = { id, root: sale.id, memberId: sale.memberId, yuan, left: 0, written: false }
      documents.push(document)
      await write(document, yuan)
      await settled(step, [id])
    },
    async correct(step) {
      const known = documents.filter(one => one.written)
      const document = known[step.which % known.length]
      if (document === undefined) return
      await write(document, document.root === document.id ? step.points : step.points % (document.yuan + 1))
      await settled(step, [document.id])
    },
    settleAgain: step => settled(step, [...new Set(documents.map(one => one.id))]),
    async adjust(step, memberId) {
      const body = {
        key: newKey('adjust'),
        amount: step.which % 2 === 0 ? step.points : -step.points,
        reason: '盘点调整',
      }
      const asked = { key: `adjust:${memberId}:${body.key}`, memberId, amount: body.amount, expiresOn: null }
      const one: Told = { ...asked, kind: 'adjust', done: false }
      told.push(one)
      const call = () => owner.call(pointsApi).adjust({ params: { memberId }, body })
      for (const answer of await Promise.allSettled([call(), ...(step.twice ? [call()] : [])])) {
        if (answer.status === 'fulfilled') one.done = true
        else if (!REFUSALS.has(String(answer.reason.code))) throw answer.reason
      }
    },
    open(step, memberId) {
      const expiresOn = step.lives === null ? '9999-12-31' : addDays(today(), step.lives)
      const row = { key: newKey('open'), memberId, points: step.points, earnedOn: today(), expiresOn }
      return inTransaction(shop.db, tx => ledgerDesk(shop.kernel).open(tx, [row]))
    },
    async move(step, from) {
      const to = members[step.which % members.length] ?? ''
      const reason = step.points % 2 === 0 ? 'merge' : 'household'
      if (from !== to) await inTransaction(shop.db, tx => points.moveAll(tx, { key: newKey('move'), from, to, reason }))
    },
    sweep: () => points.sweep(new AbortController().signal),
    async midnight() {
      shop.clock.set(shopInstant(`${addDays(today(), 1)} 00:00`, zone) ?? shop.clock.now())
    },
  }

  for (const { days, steps } of rounds) {
    shop.clock.advance(days * 86_400_000)
    const served = await Promise.allSettled(
      steps.map(async step => {
        await pause(step.late)
        await doing[step.do](step, members[step.who] ?? '')
      }),
    )
    for (const one of served) if (one.status === 'rejected') throw one.reason
  }
  return { members, told, rootOf: new Map(documents.map(({ id, root }) => [id, root])) }
}

/** What counters were told beside the entries: done is one entry that says so, refused or rolled back is none. */
export async function toldOtherwise(shop: World, { told, members }: Rush): Promise<string[]> {
  const rows = await shop.db.selectFrom('points_entry').selectAll().where('memberId', 'in', members).execute()
  return told.flatMap(({ key, memberId, amount, done }) => {
    const found = rows.filter(row => row.key === key)
    const asDone = found.length === 1 && found[0]?.memberId === memberId && found[0].amount === amount
    return (done ? asDone : found.length === 0) ? [] : [`${key}: told ${String(done)}, ${found.length} entries`]
  })
}
