import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi, Reason } from '../../../server/modules/points/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

// An accountant follows every balance back: each entry names its accounts, its lots and what granted them, its receipt or
// file, the version of the rules, and the hash that it carries on. Over every reason there is.
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const doc = (n: number): string => `R${n}`.padEnd(26, '0')
const days = (n: number): void => shop.clock.set(new Date(shop.clock.now().getTime() + n * 86_400_000))

test('every entry of every reason leads to where its points came from', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  const points = () => shop.modules.points
  const { memberId: ann } = await newMember(shop)
  const { memberId: bob } = await newMember(shop)
  const sale = async (n: number, net: string, more: object = {}) => {
    await writeReceipt(shop, { id: doc(n), memberId: ann, lines: [{ product: 'rice', net }], ...more })
    await settle(shop, [doc(n)])
  }
  await owner.changeRules({ body: { pendingDays: 2, graceDays: 10 } })
  await sale(1, '100', { businessDate: '2026-11-22' })
  await sale(1, '80', { businessDate: '2026-11-22' })
  await sale(2, '-30', { type: 'return', original: doc(1), businessDate: '2026-11-22' })
  await inTransaction(shop.db, tx =>
    points().grant(tx, [
      { key: 'gift-for-ann', memberId: ann, points: 40, expiresOn: '2026-11-26' },
      { key: 'gift-for-bob', memberId: bob, points: 70, expiresOn: '2026-11-29' },
    ]),
  )
  await inTransaction(shop.db, tx => points().spend(tx, { key: 'mall-1', memberId: ann, points: 25 }))
  await inTransaction(shop.db, tx => points().spend(tx, { key: 'mall-2', memberId: ann, points: 10 }))
  await owner.adjust({ params: { memberId: ann }, body: { key: 'adjust-1', amount: 15, reason: '补登漏记' } })
  await shop.db
    .insertInto('card')
    .values({
      cardNo: 'OLD7',
      state: 'bound',
      memberId: ann,
      boundAt: shop.clock.now(),
      contentHash: '',
      importedAt: shop.clock.now(),
    })
    .execute()
  const applier = points().openingStream.applier({
    importId: 'I'.padEnd(26, '0'),
    sourceId: 'S'.padEnd(26, '0'),
    version: 1,
    arrivedAt: shop.clock.now(),
    mapping: {} as never,
  })
  const opening = { cardNo: 'OLD7', points: 500, earnedOn: '2026-01-01', expiresOn: '2027-01-01' }
  await inTransaction(shop.db, tx => applier.apply(tx, [opening]))
  days(5)
  await points().sweep(new AbortController().signal)
  // What was spent comes back after its day: it lapses, and lives for the days of grace.
  await inTransaction(shop.db, tx =>
    shop.modules.points.giveBack(tx, { key: 'mall-1-back', spendKey: 'mall-1', points: 25 }),
  )
  // Without grace it is gone again; and when the return turns out to be none, that expiry is undone and the points are used.
  await owner.changeRules({ body: { graceDays: 0 } })
  await inTransaction(shop.db, tx => points().giveBack(tx, { key: 'mall-2-back', spendKey: 'mall-2', points: 10 }))
  await inTransaction(shop.db, tx => points().takeAgain(tx, { key: 'mall-2-none', spendKey: 'mall-2', points: 10 }))
  const { memberId: cat } = await newMember(shop)
  await sale(3, '-60', { type: 'return', memberId: cat, businessDate: '2026-11-22' })
  await owner.writeOff({ params: { memberId: cat }, body: { key: 'write-off-cat', points: 20, reason: '误操作' } })
  await inTransaction(shop.db, tx => points().moveAll(tx, { key: 'merge:1', from: bob, to: ann }))
  const { memberId: head } = await newMember(shop)
  await inTransaction(shop.db, tx =>
    points().moveAll(tx, { key: 'household:1', from: ann, to: head, reason: 'household' }),
  )

  const entries = await shop.db.selectFrom('points_entry').select(['id', 'memberId', 'seq', 'hash']).execute()
  const seen = new Set<string>()
  for (const { id, memberId, seq, hash } of entries) {
    const told = await owner.explainEntry({ params: { memberId, entryId: id } })
    const { entry, legs, made, took, debt } = told
    seen.add(entry.reason)
    const sum = (of: (leg: (typeof legs)[number]) => number): number => legs.reduce((all, leg) => all + of(leg), 0)
    expect([entry.reason, sum(leg => leg.debit)]).toEqual([entry.reason, sum(leg => leg.credit)])
    // The lots answer for the amount, to the point.
    const granted = made.reduce((all, lot) => all + lot.granted, 0)
    const taken = took.reduce((all, one) => all + one.points, 0)
    if (entry.amount < 0 && entry.reason !== 'merge' && entry.reason !== 'household')
      expect([entry.reason, taken + (debt?.open ?? 0)]).toEqual([entry.reason, -entry.amount])
    if (entry.amount > 0) expect([entry.reason, granted - taken]).toEqual([entry.reason, entry.amount])
    if (entry.reason === 'activation') expect(took.length).toBeGreaterThan(0)
    // The chain: this hash, and the one before it.
    expect(told.hash).toBe(hash === null ? null : Buffer.from(hash).toString('hex'))
    const before = entries.find(one => one.memberId === memberId && one.seq === seq - 1)
    expect(told.hashBefore).toBe(before?.hash ? Buffer.from(before.hash).toString('hex') : null)
    // A receipt's points name the receipt and the rules; all others name what they came from.
    const source =
      told.receipt?.documentId ??
      told.opening?.cardNo ??
      told.other?.entryId ??
      entry.note ??
      (took.length > 0 ? 'lots' : told.key)
    expect(source).not.toBe('')
    if (['sale', 'return', 'correction'].includes(entry.reason))
      expect(told.receipt).toMatchObject({ documentId: entry.documentId, rulesVersion: 1, rulesFrom: '2026-11-22' })
    if (entry.reason === 'opening') expect(told.opening).toMatchObject({ cardNo: 'OLD7', stated: 500 })
    if (['merge', 'household', 'giveBack', 'grace'].includes(entry.reason)) expect(told.other).not.toBe(null)
    // And every lot on the way leads on, with what granted it.
    for (const { lot, reason } of took) {
      const made = await owner.explainEntry({
        params: { memberId: entries.find(one => one.id === lot.entryId)?.memberId ?? '', entryId: lot.entryId },
      })
      expect(made.entry.reason).toBe(reason)
      expect(made.made.map(one => one.lotId)).toContain(lot.lotId)
    }
  }
  expect([...seen].toSorted()).toEqual([...Reason.options].toSorted())
  expect(await ledgerFaults(shop)).toEqual([])
})
