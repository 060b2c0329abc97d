import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepBooks } from '../../../server/modules/points/service/books.ts'
import { NEVER, type Account, type Lot } from '../../../server/modules/points/service/ledger.ts'

/** An account that has nothing yet. */
const fresh = (memberId = 'ANN'): Account => ({
  memberId,
  balance: 0,
  pending: 0,
  earned: 0,
  seq: 0,
  head: '',
  lots: [],
  debts: [],
})

let numbers = 0
const newId = (): string => String((numbers += 1)).padStart(26, '0')
const AT = new Date('2026-11-22T04:00:00Z')
const day = (n: number): string => new Date(Date.UTC(2026, 10, 22 + n)).toISOString().slice(0, 10)
const posting = (key: string) => ({ key, reason: 'sale', contra: 'issued' }) as const

/** A life of an account: credits with and without expiry, pending ones, debits with and without debt, give-backs, days. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('credit' as const),
    points: fc.integer({ min: 1, max: 500 }),
    pendingDays: fc.constantFrom(0, 0, 3),
    lives: fc.constantFrom(1, 5, 20, null),
    document: fc.nat(3),
  }),
  fc.record({ do: fc.constant('debit' as const), points: fc.integer({ min: 1, max: 700 }), document: fc.nat(3) }),
  fc.record({ do: fc.constant('spend' as const), points: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ do: fc.constant('giveBack' as const), which: fc.nat(5), share: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ do: fc.constant('days' as const), days: fc.integer({ min: 1, max: 6 }) }),
)

interface Life {
  readonly account: Account
  readonly lots: ReadonlySet<Lot>
  readonly entries: readonly ReturnType<typeof keepBooks>['written']['entries'][number][]
  readonly allocations: readonly { entryId: string; lotId: string; points: number }[]
  readonly open: number
  readonly lapsed: number
}

function live(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Life {
  const account = fresh()
  const [lots, entries, allocations] = [
    new Set<Lot>(),
    [] as Life['entries'][number][],
    [] as Life['allocations'][number][],
  ]
  const spends: { id: string; points: number; back: number }[] = []
  let now = 0
  let lapsed = 0
  for (const [i, each] of steps.entries()) {
    if (each.do === 'days') now += each.days
    const books = keepBooks({ newId, at: AT, today: day(now) })
    books.tidy(account)
    if (each.do === 'credit')
      books.credit(
        account,
        each.points,
        {
          earnedOn: day(now),
          activeFrom: each.pendingDays === 0 ? null : day(now + each.pendingDays),
          expiresOn: each.lives === null ? NEVER : day(now + each.pendingDays + each.lives),
        },
        { ...posting(`k${i}`), documentId: `D${each.document}` },
      )
    if (each.do === 'debit')
      books.debit(account, each.points, posting(`k${i}`), { first: `D${each.document}`, mayOwe: true })
    if (each.do === 'spend' && account.balance >= each.points)
      spends.push({
        id: books.debit(account, each.points, posting(`k${i}`), { mayOwe: false }).id,
        points: each.points,
        back: 0,
      })
    const spend = each.do === 'giveBack' ? spends[each.which] : undefined
    if (each.do === 'giveBack' && spend !== undefined && spend.back < spend.points) {
      const points = Math.max(1, Math.floor(((spend.points - spend.back) * each.share) / 100))
      const taken = new Map<string, number>()
      const own = [...allocations, ...books.written.allocations].filter(
        one => one.entryId === spend.id || one.entryId.startsWith(`${spend.id}/`),
      )
      for (const one of own) taken.set(one.lotId, (taken.get(one.lotId) ?? 0) + one.points)
      const result = books.giveBack(
        account,
        points,
        [...taken].flatMap(([lotId, part]) =>
          [...lots].filter(lot => lot.id === lotId).map(lot => ({ lot, points: part })),
        ),
        posting(`k${i}`),
      )
      // Known by the spend it belongs to, as refEntryId does in the tables.
      for (const one of books.written.allocations)
        if (one.entryId === result.entry.id) allocations.push({ ...one, entryId: `${spend.id}/${one.entryId}` })
      spend.back += points
      lapsed += result.lapsing
      books.tidy(account)
      for (const one of books.written.allocations) if (one.entryId !== result.entry.id) allocations.push(one)
    } else allocations.push(...books.written.allocations)
    for (const lot of books.written.lots) lots.add(lot)
    entries.push(...books.written.entries)
  }
  return { account, lots, entries, allocations, open: account.debts.reduce((sum, debt) => sum + debt.open, 0), lapsed }
}

const lives = fc.array(step, { maxLength: 40 })
const sum = (numbersOf: Iterable<number>): number => [...numbersOf].reduce((a, b) => a + b, 0)

test('invariant 1: a balance is the sum of its entries at every entry; active, pending and debt are apart', () => {
  fc.assert(
    fc.property(lives, steps => {
      const { account, entries, open } = live(steps)
      let total = 0
      for (const [i, entry] of entries.entries()) {
        total += entry.amount
        expect(entry.seq).toBe(i + 1)
        expect(entry.balanceAfter).toBe(total)
        expect(entry.amount).toBe(entry.active + entry.pending - entry.debt)
      }
      expect(account.balance + account.pending).toBe(total)
      expect(Math.max(0, -account.balance)).toBe(open)
      expect(account.pending).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 300 },
  )
})

test('invariant 2: granted = remaining + allocations for every lot, none below zero, and lots and debts make the balance', () => {
  fc.assert(
    fc.property(lives, steps => {
      const { account, lots, allocations, open } = live(steps)
      for (const lot of lots) {
        const taken = sum(allocations.filter(one => one.lotId === lot.id).map(one => one.points))
        expect(lot.remaining).toBe(lot.granted - taken)
        expect(lot.remaining).toBeGreaterThanOrEqual(0)
        expect(lot.state === 'closed').toBe(lot.remaining === 0)
      }
      const held = (state: string): number =>
        sum([...lots].filter(lot => lot.state === state).map(lot => lot.remaining))
      expect(held('open') - open).toBe(account.balance)
      expect(held('pending')).toBe(account.pending)
      // Who owes has nothing to use.
      expect(open === 0 || held('open') === 0).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('invariant 3: what expires first is used first, then the older, and what never expires last', () => {
  const account = fresh()
  const books = keepBooks({ newId, at: AT, today: day(0) })
  for (const [points, expires] of [
    [10, NEVER],
    [20, day(30)],
    [30, day(5)],
  ] as const)
    books.credit(account, points, { earnedOn: day(0), expiresOn: expires }, posting(`c${points}`))
  books.debit(account, 45, posting('d'), { mayOwe: false })
  expect(account.lots.map(lot => [lot.granted, lot.remaining])).toEqual([
    [10, 10],
    [20, 5],
    [30, 0],
  ])
})

test('invariant 6: a return takes from its own lot first, pending before usable, and what is missing stands as a debt', () => {
  const account = fresh()
  const books = keepBooks({ newId, at: AT, today: day(0) })
  const terms = { earnedOn: day(0), expiresOn: NEVER }
  books.credit(account, 50, { ...terms, activeFrom: day(7) }, { ...posting('a'), documentId: 'D1' })
  books.credit(account, 40, terms, { ...posting('b'), documentId: 'D2' })
  const own = books.debit(account, 30, posting('r1'), { first: 'D1', mayOwe: true })
  expect([own.pending, own.active, own.debt]).toEqual([-30, 0, 0])
  const more = books.debit(account, 100, posting('r2'), { first: 'D1', mayOwe: true })
  expect([more.pending, more.active, more.debt]).toEqual([-20, -40, 40])
  expect(account).toMatchObject({ balance: -40, pending: 0 })
  // The next points pay the debt, and the lot that paid says so.
  const paying = books.credit(account, 60, terms, posting('c'))
  expect([paying.active, paying.debt]).toEqual([20, -40])
  expect(books.written.allocations.at(-1)).toMatchObject({ entryId: more.id, points: 40 })
})

test('an entry that is changed afterwards breaks the chain of all that follow', () => {
  const account = fresh()
  const books = keepBooks({ newId, at: AT, today: day(0) })
  for (const n of [1, 2, 3]) books.credit(account, n, { earnedOn: day(0), expiresOn: NEVER }, posting(`c${n}`))
  const hashes = books.written.entries.map(entry => entry.hash)
  const other = fresh()
  const again = keepBooks({ newId, at: AT, today: day(0) })
  for (const n of [1, 20, 3])
    again.credit(other, n, { earnedOn: day(0), expiresOn: NEVER }, posting(`c${n === 20 ? 2 : n}`))
  const theirs = again.written.entries.map(entry => entry.hash)
  expect(theirs.map((hash, i) => hash === hashes[i])).toEqual([true, false, false])
})
