import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadTables } from '../../../bench/lists/fill.ts'
import { ledgerTables, memberIdOf } from '../../../bench/loyalty/ledger.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { world, type World } from '../../support/world.ts'

/** `npm run loyalty:verify` on a ledger that was written without the ledger's code. */
let shop: World
const MEMBERS = 500
const ROUNDS = 10
/** In the fifth and tenth round everybody spends 150; else they earn 100. */
const EARNING = [0, 1, 2, 3, 5, 6, 7, 8]
beforeAll(async () => {
  shop = await world()
  await loadTables(
    shop.config.DATABASE_URL,
    ledgerTables({ members: MEMBERS, rounds: ROUNDS, spends: true, expiresOn: '2099-01-01' }),
  )
})
afterAll(() => shop.close())

const idOf = (letter: string, round: number, member: number): string =>
  letter + String(round * MEMBERS + member).padStart(25, '0')

/** What is found: checks, and of what. */
async function found(): Promise<string[]> {
  const { differences } = await shop.modules.points.verify()
  return [...new Set(differences.map(({ check, subject }) => `${check} ${subject}`))].toSorted()
}

/** Alters rows past every rule, asks, and puts them back. */
async function altered(changes: readonly { table: string; id: [string, string]; set: string; to: string }[]) {
  const run = async (which: 'there' | 'back'): Promise<void> => {
    for (const { table, id, set, to } of changes)
      await sql`update ${sql.table(table)} set ${sql.raw(which === 'there' ? `${set} = ${set} ${to}` : `${set} = ${set} ${opposite(to)}`)}
        where ${sql.ref(id[0])} = ${id[1]}`.execute(shop.db)
  }
  await run('there')
  const said = await found()
  await run('back')
  return said
}
const opposite = (to: string): string => (to.startsWith('+') ? to.replace('+', '-') : to.replace('-', '+'))

const someone = fc.nat(MEMBERS - 1)
const earning = fc.constantFrom(...EARNING)
const spending = fc.constantFrom(4, 9)
const points = fc.integer({ min: 1, max: 49 })

test('a ledger as it should be has no difference, and its book sums to zero', async () => {
  const report = await shop.modules.points.verify()
  expect(report.differences).toEqual([])
  const looked = Object.fromEntries(report.checks.map(({ check, looked: rows }) => [check, rows]))
  expect(looked).toMatchObject({
    chain: MEMBERS * ROUNDS,
    accounts: MEMBERS,
    lots: MEMBERS * EARNING.length,
    debits: MEMBERS * ROUNDS,
    documents: MEMBERS * EARNING.length,
  })
  expect(Object.fromEntries(report.book.map(({ account, points: sum }) => [account, sum]))).toEqual({
    members: MEMBERS * 500,
    issued: MEMBERS * -800,
    redeemed: MEMBERS * 300,
  })
})

test('whichever number is altered, wherever, it is named, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(someone, earning, spending, points, async (member, round, spend, more) => {
      const [who, entry, lot] = [memberIdOf(member), idOf('E', round, member), idOf('E', round, member)]
      const [spent, receipt] = [idOf('E', spend, member), idOf('D', round, member)]
      const plus = `+ ${more}`
      const cases: [Parameters<typeof altered>[0][number], string[]][] = [
        [
          { table: 'points_entry', id: ['id', entry], set: 'pending', to: plus },
          [`accounts ${who}`, `chain ${entry}`, `running ${entry}`],
        ],
        [{ table: 'points_entry', id: ['id', entry], set: 'balanceAfter', to: plus }, [`running ${entry}`]],
        [
          { table: 'points_account', id: ['memberId', who], set: 'balance', to: plus },
          [`accounts ${who}`, `holdings ${who}`],
        ],
        [
          { table: 'points_account', id: ['memberId', who], set: 'pending', to: plus },
          [`accounts ${who}`, `holdings ${who}`],
        ],
        [{ table: 'points_account', id: ['memberId', who], set: 'seq', to: plus }, [`accounts ${who}`]],
        [{ table: 'points_lot', id: ['id', lot], set: 'granted', to: plus }, [`lots ${lot}`]],
        [{ table: 'points_document', id: ['documentId', receipt], set: 'points', to: plus }, [`documents ${receipt}`]],
      ]
      for (const [change, expected] of cases)
        expect(
          (await altered([change])).filter(one => !one.startsWith(`running`) || one === `running ${entry}`),
        ).toEqual(expected)
      const allocation = await altered([
        { table: 'points_allocation', id: ['entryId', spent], set: 'points', to: plus },
      ])
      expect(allocation).toContain(`debits ${spent}`)
      expect(allocation.filter(one => one.startsWith('lots ')).length).toBeGreaterThan(0)
    }),
    { numRuns: 5 },
  )
}, 120_000)

test('what moves from one to another is found though every sum stays: receipts, lots, members', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(someone, { minLength: 2, maxLength: 2 }), points, async ([a = 0, b = 0], more) => {
      const [one, other] = [idOf('D', 0, a), idOf('D', 8, b)]
      const swap = (table: string, column: string, set: string, from: string, to: string) =>
        altered([
          { table, id: [column, from], set, to: `- ${more}` },
          { table, id: [column, to], set, to: `+ ${more}` },
        ])
      expect(await swap('points_document', 'documentId', 'points', one, other)).toEqual(
        [`documents ${one}`, `documents ${other}`].toSorted(),
      )
      // Two lots that are open (of the last round of earning, untouched): the lots, and what their members hold.
      const [lot, another] = [idOf('E', 8, a), idOf('E', 8, b)]
      const [who, whom] = [memberIdOf(a), memberIdOf(b)]
      expect(await swap('points_lot', 'id', 'remaining', lot, another)).toEqual(
        [`holdings ${who}`, `holdings ${whom}`, `lots ${lot}`, `lots ${another}`].toSorted(),
      )
      expect(await swap('points_account', 'memberId', 'balance', who, whom)).toEqual(
        [`accounts ${who}`, `accounts ${whom}`, `holdings ${who}`, `holdings ${whom}`].toSorted(),
      )
    }),
    { numRuns: 5 },
  )
}, 120_000)

test('an entry that is gone is a gap in its chain; points without an account are somebody’s too', async () => {
  const [gone, next] = [idOf('E', 5, 7), idOf('E', 6, 7)]
  const entry = await shop.db.selectFrom('points_entry').selectAll().where('id', '=', gone).executeTakeFirstOrThrow()
  await shop.db.deleteFrom('points_entry').where('id', '=', gone).execute()
  expect(await found()).toEqual(
    expect.arrayContaining([`accounts ${memberIdOf(7)}`, `chain ${next}`, `documents ${idOf('D', 5, 7)}`]),
  )
  await shop.db.insertInto('points_entry').values(entry).execute()
  const who = memberIdOf(9)
  const account = await shop.db
    .selectFrom('points_account')
    .selectAll()
    .where('memberId', '=', who)
    .executeTakeFirstOrThrow()
  await shop.db.deleteFrom('points_account').where('memberId', '=', who).execute()
  expect(await found()).toEqual([`accounts ${who}`, `holdings ${who}`])
  await shop.db.insertInto('points_account').values(account).execute()
  expect(await found()).toEqual([])
})

test('a shop that is open while it is verified has no difference', async () => {
  const till = { open: true }
  let n = 0
  const counter = async (): Promise<void> => {
    while (till.open) {
      const key = `open:${n++}`
      const memberId = memberIdOf(n % 40)
      await inTransaction(shop.db, async tx => {
        if (n % 3 === 0) await shop.modules.points.grant(tx, [{ key, memberId, points: 5 }])
        else await shop.modules.points.spend(tx, { key, memberId, points: 1 })
      })
    }
  }
  const counters = [counter(), counter(), counter()]
  try {
    for (let round = 0; round < 8; round++) expect(await found()).toEqual([])
  } finally {
    till.open = false
    await Promise.all(counters)
  }
  expect(n).toBeGreaterThan(50)
  expect(await found()).toEqual([])
}, 60_000)
