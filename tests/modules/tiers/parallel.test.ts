import fc from 'fast-check'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, shopDay, shopInstant } from '../../../server/kernel/clock.ts'
import { inTransaction, type Tx } from '../../../server/kernel/db.ts'
import { TierRules } from '../../../server/modules/tiers/contract.ts'
import { decideAll, decideTiers } from '../../../server/modules/tiers/service/decide.ts'
import { standing, type Fact, type Person, type Version } from '../../../server/modules/tiers/service/history.ts'
import { untilSeen } from '../../support/seen.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'

let shop: World
beforeAll(async () => {
  shop = await world({ DATABASE_POOL: '24' })
  await stockShelf(shop)
})
afterAll(() => shop.close())

const NOON = '2026-11-22T04:00:00.000Z'
const today = (): string => shopDay(shop.clock.now(), shop.config.SHOP_ZONE)
const name = (text: string) => ({ zh: text, en: text })
const THRESHOLDS = { spend: [4000, 12_000], points: [40, 120], visits: [2, 5] } as const

const someRules = fc
  .record({
    window: fc.oneof(
      fc.record({ kind: fc.constant('rolling'), months: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('calendar'), months: fc.constantFrom(1, 3) }),
      fc.record({ kind: fc.constant('anniversary') }),
    ),
    by: fc.constantFrom('spend' as const, 'points' as const, 'visits' as const),
    upgrade: fc.constantFrom('atOnce', 'atOnce', 'periodEnd'),
    downgrade: fc.constantFrom('oneStep', 'byValue'),
    graceDays: fc.constantFrom(0, 15),
  })
  .map(given =>
    TierRules.parse({
      ...given,
      tiers: [0, ...THRESHOLDS[given.by]].map((threshold, i) => {
        const code = ['basic', 'silver', 'gold'][i] ?? ''
        return { code, name: name(code), threshold }
      }),
    }),
  )

const act = fc.record({
  do: fc.constantFrom('buys', 'buys', 'buys', 'buysTier', 'decides', 'fails'),
  /** What it is where the past may change too. */
  orElse: fc.constantFrom(null, null, 'returns', 'boughtLongAgo', 'midnight'),
  who: fc.nat(2),
  yuan: fc.integer({ min: 10, max: 70 }),
})
const rounds = fc.array(
  fc.record({ days: fc.constantFrom(0, 1, 9, 25, 40), acts: fc.array(act, { minLength: 2, maxLength: 7 }) }),
  { minLength: 2, maxLength: 5 },
)

let numbers = 0
const newDoc = (): string => `W${String((numbers += 1)).padStart(25, '0')}`

/** What qualifies of each member, added up from the tables by the words of the rule alone. */
async function peopleOf(members: readonly string[], by: TierRules['by']): Promise<Map<string, Person>> {
  const documents = await shop.db.selectFrom('sales_document').selectAll().where('memberId', 'in', members).execute()
  const credits = new Map(
    (await shop.db.selectFrom('points_document').selectAll().execute()).map(row => [row.documentId, row.points]),
  )
  const paid = await shop.db.selectFrom('tier_paid').selectAll().where('memberId', 'in', members).execute()
  const dayOf = new Map(documents.map(one => [one.docKey, one.businessDate]))
  return new Map(
    members.map(memberId => {
      const own = documents.filter(one => one.memberId === memberId)
      const days = Map.groupBy(own, one => dayOf.get(one.originalDocKey ?? '') ?? one.businessDate)
      const facts = [...days].map(([day, bought]): Fact => {
        const fen = bought.reduce((sum, one) => sum + Math.round(Number(one.net) * 100), 0)
        const points = bought.reduce((sum, one) => sum + (credits.get(one.id) ?? 0), 0)
        return { day, value: { spend: fen, points, visits: fen > 0 ? 1 : 0 }[by] }
      })
      const bought = paid
        .filter(one => one.memberId === memberId)
        .map(one => ({ tier: one.tier, from: one.fromDay, until: one.untilDay }))
      return [memberId, { enrolledOn: '2026-11-22', facts: facts.toSorted((a, b) => (a.day < b.day ? -1 : 1)), bought }]
    }),
  )
}

/** Where the tables leave members by the pure function. */
async function replayed(versions: readonly Version[], members: readonly string[]) {
  const people = new Map<string, Map<string, Person>>()
  for (const by of ['spend', 'points', 'visits'] as const) people.set(by, await peopleOf(members, by))
  return (memberId: string) => {
    const person = (by: string): Person =>
      people.get(by)?.get(memberId) ?? { enrolledOn: '2026-11-22', facts: [], bought: [] }
    const found = standing(versions, person(versions[0]?.rules.by ?? ''), today(), person)
    if (found === null) throw new Error('every version begins before the first day')
    return found
  }
}

/** The tier at the end of each day on which it changed. */
const byDay = (changes: readonly { day: string; tier: string }[]): string[] =>
  [...new Map(changes.map(({ day, tier }) => [day, tier]))].flatMap(([day, tier], i, all) =>
    all[i - 1]?.[1] === tier ? [] : [`${day} ${tier}`],
  )

/** Makes these the only versions of the rules. */
async function ruled(versions: readonly Version[]): Promise<void> {
  await shop.db.deleteFrom('tier_rules').execute()
  await shop.db
    .insertInto('tier_rules')
    .values(
      versions.map(({ version, validFrom, rules }) => ({
        version,
        validFrom,
        rulesJson: JSON.stringify(rules),
        note: null,
        staffId: null,
        createdAt: shop.clock.now(),
      })),
    )
    .execute()
}

/** A tier that was bought today, for so many days. */
const buysTier = (tx: Tx, memberId: string, days: number) =>
  tx
    .insertInto('tier_paid')
    .values({
      id: shop.kernel.newId(),
      memberId,
      tier: 'silver',
      fromDay: today(),
      untilDay: addDays(today(), days),
      fen: 100,
      key: `test:${(numbers += 1)}`,
      staffId: null,
      at: shop.clock.now(),
    })
    .execute()

test('invariant 15: whoever recomputes at once, twice, rolled back or over midnight, one history is written, and it is the replay of the tables', async () => {
  let changed = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(someRules, fc.option(someRules), rounds, fc.boolean(), async (one, two, played, clean) => {
          shop.clock.set(NOON)
          const [first, later] = [today(), addDays(today(), 45)]
          const versions: Version[] = [
            { version: 1, validFrom: first, rules: one },
            ...(two === null ? [] : [{ version: 2, validFrom: later, rules: two }]),
          ]
          await ruled(versions)
          const before = shop.kernel.newId()
          const members = await addMembers(shop, 3)
          const decide = (...ids: string[]) => inTransaction(shop.db, tx => decideTiers(shop.kernel, tx, ids))
          const receipts: { id: string; memberId: string; yuan: number }[] = []

          /** Written down, credited and decided, as the events of a receipt do. */
          async function buys(memberId: string, yuan: number, more: { businessDate?: string; original?: string } = {}) {
            const id = newDoc()
            await writeReceipt(shop, {
              id,
              memberId,
              type: more.original === undefined ? 'sale' : 'return',
              businessDate: today(),
              lines: [{ product: 'rice', net: String(yuan) }],
              ...more,
            })
            await shop.db
              .updateTable('sales_document')
              .set({ net: String(yuan) })
              .where('id', '=', id)
              .execute()
            receipts.push({ id, memberId, yuan })
            await settle(shop, [id])
            await Promise.all([decide(memberId), decide(...members)])
          }

          for (const { days, acts } of played) {
            shop.clock.advance(days * 86_400_000)
            const served = await Promise.allSettled(
              acts.map(async ({ do: what, orElse, who, yuan }) => {
                const memberId = members[who] ?? ''
                const does = clean ? what : (orElse ?? what)
                if (does === 'buys') await buys(memberId, yuan)
                if (does === 'boughtLongAgo') await buys(memberId, yuan, { businessDate: addDays(today(), -yuan) })
                const sale = receipts.find(receipt => receipt.memberId === memberId && receipt.yuan > 0)
                if (does === 'returns' && sale !== undefined) {
                  const back = sale.yuan
                  sale.yuan = 0
                  await buys(memberId, -back, { original: sale.id })
                }
                if (does === 'buysTier')
                  await inTransaction(shop.db, async tx => {
                    await buysTier(tx, memberId, yuan)
                    await decideTiers(shop.kernel, tx, [memberId])
                  })
                if (does === 'fails')
                  await inTransaction(shop.db, async tx => {
                    await decideTiers(shop.kernel, tx, members)
                    throw new Error('rolled back')
                  }).catch((error: unknown) => expect(error).toMatchObject({ message: 'rolled back' }))
                if (does === 'midnight')
                  shop.clock.set(shopInstant(`${addDays(today(), 1)} 00:00`, shop.config.SHOP_ZONE) ?? NOON)
                if (does === 'decides') await decide(...members.toReversed())
              }),
            )
            for (const answer of served) if (answer.status === 'rejected') throw answer.reason
            // The night: what has its day is decided though nobody bought, by two workers that meet.
            const night = () => decideAll(shop.kernel, new AbortController().signal, before)
            await Promise.all([night(), decide(...members), night()])

            const replay = await replayed(versions, members)
            for (const memberId of members) {
              const rows = await shop.db
                .selectFrom('tier_change')
                .selectAll()
                .where('memberId', '=', memberId)
                .orderBy('seq')
                .execute()
              for (const [i, row] of rows.entries()) {
                const last = rows[i - 1]
                expect([row.seq, row.fromTier]).toEqual([i + 1, last?.toTier ?? null])
                expect(row.toTier).not.toBe(row.fromTier)
                if (last !== undefined) expect(row.day >= last.day).toBe(true)
              }
              const now = replay(memberId)
              expect(rows.at(-1)?.toTier).toBe(now.tier)
              const kept = await shop.db
                .selectFrom('tier_member')
                .selectAll()
                .where('memberId', '=', memberId)
                .executeTakeFirstOrThrow()
              expect([kept.tier, kept.reviewOn, Number(kept.value), kept.rulesVersion]).toEqual([
                now.tier,
                now.reviewOn,
                now.value,
                now.rulesVersion,
              ])
              // Where nothing of the past was told late, the whole history is the one that is replayed.
              if (clean)
                expect(byDay(rows.map(row => ({ day: row.day, tier: row.toTier })))).toEqual(byDay(now.changes))
              changed += Math.max(0, rows.length - 1)
            }
          }
        }),
        { numRuns: 20, endOnFailure: true },
      ),
    () => changed > 0,
  )
  await shop.db.deleteFrom('tier_rules').execute()
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('invariant 15: who has waited for a member over midnight decides on the new day, and takes nothing of it back', async () => {
  shop.clock.set('2026-11-22T15:59:59.000Z')
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
  const rules = TierRules.parse({
    window: { kind: 'calendar', months: 1 },
    by: 'visits',
    upgrade: 'atOnce',
    downgrade: 'oneStep',
    tiers: ['basic', 'silver'].map((code, i) => ({ code, name: name(code), threshold: i * 2 })),
  })
  await ruled([{ version: 1, validFrom: today(), rules }])
  const [memberId = ''] = await addMembers(shop, 1)
  await inTransaction(shop.db, async tx => {
    await buysTier(tx, memberId, 1)
    await decideTiers(shop.kernel, tx, [memberId])
  })
  const night = inTransaction(shop.db, async tx => {
    await tx.selectFrom('tier_member').select('tier').where('memberId', '=', memberId).forUpdate().execute()
    held()
    // The other one stands in line by now, or comes later: it is the new day either way.
    await pause(150)
    shop.clock.set('2026-11-22T16:00:00.000Z')
    await decideTiers(shop.kernel, tx, [memberId])
  })
  await isHeld
  await inTransaction(shop.db, tx => decideTiers(shop.kernel, tx, [memberId]))
  await night
  const rows = await shop.db
    .selectFrom('tier_change')
    .selectAll()
    .where('memberId', '=', memberId)
    .orderBy('seq')
    .execute()
  expect(rows.map(({ day, reason, toTier }) => `${day} ${reason} ${toTier}`)).toEqual([
    '2026-11-22 start silver',
    '2026-11-23 paidEnded basic',
  ])
  await shop.db.deleteFrom('tier_rules').execute()
})
