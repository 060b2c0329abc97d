import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { newCardNo } from '../../../server/modules/members/service/card-number.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import type { StaffUser, World } from '../../support/world.ts'
import { world } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'

let shop: World
let owner: StaffUser
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
  await stockShelf(shop)
})
afterAll(() => shop.close())

const code = (value: unknown): string => (value as { code: string }).code
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', code)
let numbers = 0
const next = (): string => `m:${(numbers += 1)}`
const points = () => shop.modules.points
const grant = (memberId: string, amount: number, expiresOn?: string) =>
  inTransaction(shop.db, tx => points().grant(tx, [{ key: next(), memberId, points: amount, expiresOn }]))
const spend = (memberId: string, amount: number, key = next()) =>
  inTransaction(shop.db, tx => points().spend(tx, { key, memberId, points: amount }))
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0
const lots = async (memberId: string) => {
  const rows = await shop.db
    .selectFrom('points_lot')
    .select(['remaining', 'expiresOn', 'state'])
    .where('memberId', '=', memberId)
    .where('state', '<>', 'closed')
    .execute()
  return rows.map(row => `${row.state} ${row.remaining} until ${row.expiresOn}`).toSorted()
}
const merge = (keptId: string, otherId: string) =>
  owner.call(membersApi).merge({
    params: { memberId: keptId },
    body: { otherId, evidence: 'idCard', note: '身份证与两张卡一致' },
  })
const undo = (mergeId: string) =>
  owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
const people = (n: number) => addMembers(shop, n)
let receipts = 0
async function buys(memberId: string, yuan: number): Promise<string> {
  const id = `RM${String((receipts += 1)).padStart(4, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId, lines: [{ product: 'rice', net: String(yuan) }] })
  await settle(shop, [id])
  return id
}
async function bringsBack(original: string, memberId: string, yuan: number): Promise<void> {
  const id = `RR${String((receipts += 1)).padStart(4, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId, type: 'return', original, lines: [{ product: 'rice', net: String(-yuan) }] })
  await settle(shop, [id])
}

test('two become one: lots keep their expiry, receipts follow, the old card opens the kept account; undone, each has what was theirs', async () => {
  const [ann = '', bob = ''] = await people(2)
  await grant(ann, 100, '2027-03-01')
  await grant(bob, 70, '2026-12-24')
  const rice = await buys(bob, 30)
  const before = [await lots(ann), await lots(bob)]
  const oldCard = newCardNo()
  await shop.db.updateTable('member').set({ cardNo: oldCard }).where('id', '=', bob).execute()

  const { mergeId } = await merge(ann, bob)
  expect(await lots(ann)).toEqual([...before[0]!, ...before[1]!].toSorted())
  expect(await lots(bob)).toEqual([])
  expect((await shop.modules.members.idsByCards(shop.db, [oldCard])).get(oldCard)).toBe(ann)
  const owned = await shop.db.selectFrom('sales_document').select('memberId').where('id', '=', rice).executeTakeFirst()
  expect(owned?.memberId).toBe(ann)
  expect((await merge(ann, bob)).mergeId).toBe(mergeId)
  expect(await ledgerFaults(shop)).toEqual([])

  // Forty of Bob's seventy, which expire first, are used under Ann's name.
  await spend(ann, 40)
  const preview = await owner.call(membersApi).undoPreview({ params: { mergeId } })
  expect(preview.stays.map(words => words.zh).join()).toContain('已用或抵欠 40 分')
  await undo(mergeId)
  await undo(mergeId)
  expect([await usable(ann), await usable(bob)]).toEqual([100, 60])
  expect(await lots(ann)).toEqual(before[0])
  expect((await shop.modules.members.idsByCards(shop.db, [oldCard])).get(oldCard)).toBe(bob)
  const back = await shop.db.selectFrom('sales_document').select('memberId').where('id', '=', rice).executeTakeFirst()
  expect(back?.memberId).toBe(bob)
  // The receipt comes back to who bought it, so its return is theirs too.
  await bringsBack(rice, bob, 30)
  expect([await usable(ann), await usable(bob)]).toEqual([100, 30])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a debt of one that the other’s points paid on merging is owed again when the merge is undone', async () => {
  const [ann = '', bob = ''] = await people(2)
  const rice = await buys(ann, 80)
  await spend(ann, 80)
  await bringsBack(rice, ann, 80)
  await grant(bob, 300, '2027-01-01')
  expect([await usable(ann), await usable(bob)]).toEqual([-80, 300])
  const { mergeId } = await merge(ann, bob)
  expect(await usable(ann)).toBe(220)
  await undo(mergeId)
  expect([await usable(ann), await usable(bob)]).toEqual([-80, 300])
  const other = await merge(bob, ann)
  expect(await usable(bob)).toBe(220)
  await undo(other.mergeId)
  expect([await usable(ann), await usable(bob)]).toEqual([-80, 300])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('law: in any order of buying, bringing back, spending, merging and undoing, the ledger proves itself and no point is made or lost', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('grant' as const), who: fc.nat(2), n: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ do: fc.constant('spend' as const), who: fc.nat(2), n: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('buy' as const), who: fc.nat(2), n: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('return' as const), who: fc.nat(2), n: fc.nat(5) }),
    fc.record({ do: fc.constant('merge' as const), who: fc.nat(2), n: fc.nat(2) }),
    fc.record({ do: fc.constant('undo' as const), who: fc.nat(2), n: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async steps => {
      const group = await people(3)
      const who = (n: number): string => group[n] ?? ''
      const merges: string[] = []
      const bought: { id: string; yuan: number }[] = []
      let expected = 0
      for (const { do: act, who: w, n } of steps) {
        const found = await shop.modules.members.briefs(shop.db, [who(w)])
        const isActive = found.get(who(w))?.state === 'active'
        if (act === 'grant' && isActive) {
          await grant(who(w), n)
          expected += n
        }
        if (act === 'spend' && (await failure(spend(who(w), n))) === 'no failure') expected -= n
        if (act === 'buy' && isActive) {
          bought.push({ id: await buys(who(w), n), yuan: n })
          expected += n
        }
        if (act === 'return' && bought.length > 0) {
          const [one] = bought.splice(n % bought.length, 1)
          const document = await shop.db
            .selectFrom('sales_document')
            .select('memberId')
            .where('id', '=', one?.id ?? '')
            .executeTakeFirst()
          await bringsBack(one?.id ?? '', document?.memberId ?? '', one?.yuan ?? 0)
          expected -= one?.yuan ?? 0
        }
        if (act === 'merge') {
          const done = await merge(who(w), who(n)).catch(() => null)
          if (done !== null && !merges.includes(done.mergeId)) merges.push(done.mergeId)
        }
        if (act === 'undo' && merges.length > 0) await undo(merges[n % merges.length] ?? '').catch(() => null)
      }
      const balances = await points().balances(shop.db, group)
      expect([...balances.values()].reduce((sum, one) => sum + one, 0)).toBe(expected)
      // Undone to the last, everybody is a member of their own again.
      for (const mergeId of merges.toReversed()) await undo(mergeId).catch(() => null)
      const after = await points().balances(shop.db, group)
      expect([...after.values()].reduce((sum, one) => sum + one, 0)).toBe(expected)
    }),
    { numRuns: 15 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 240_000)

test('law: a merge undone at once leaves lots, debts, receipts and coupons as they were', async () => {
  const account = fc.record({
    lots: fc.array(fc.record({ n: fc.integer({ min: 1, max: 99 }), days: fc.integer({ min: 1, max: 28 }) }), {
      maxLength: 4,
    }),
    owes: fc.integer({ min: 0, max: 50 }),
  })
  await fc.assert(
    fc.asyncProperty(account, account, async (a, b) => {
      const both = await people(2)
      for (const [i, { lots: held, owes }] of [a, b].entries()) {
        const memberId = both[i] ?? ''
        if (owes > 0) {
          const id = await buys(memberId, owes)
          await spend(memberId, owes)
          await bringsBack(id, memberId, owes)
        }
        for (const { n, days } of held) await grant(memberId, n, `2027-02-${String(days).padStart(2, '0')}`)
      }
      const state = async () => [
        await lots(both[0] ?? ''),
        await lots(both[1] ?? ''),
        [...(await points().balances(shop.db, both))].filter(([, n]) => n !== 0).toSorted(),
        await shop.db
          .selectFrom('points_debt')
          .select(({ fn }) => ['memberId', fn.sum<string>('open').as('open')])
          .where('memberId', 'in', both)
          .groupBy('memberId')
          .orderBy('memberId')
          .execute(),
        await shop.db
          .selectFrom('sales_document')
          .select(['id', 'memberId'])
          .where('memberId', 'in', both)
          .orderBy('id')
          .execute(),
      ]
      const before = await state()
      const { mergeId } = await merge(both[0] ?? '', both[1] ?? '')
      await undo(mergeId)
      const [x, y, z, debts, sales] = await state()
      expect([x, y, z, sales]).toEqual([before[0], before[1], before[2], before[4]])
      const openOf = (rows: unknown) =>
        (rows as { memberId: string; open: string }[]).filter(row => Number(row.open) > 0)
      expect(openOf(debts)).toEqual(openOf(before[3]))
    }),
    { numRuns: 15 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 240_000)

test('coupons move with a place of their own; what passes the limit is marked and stays good; undone they go back, less the used', async () => {
  const [ann = '', bob = ''] = await people(2)
  const templateId = shop.kernel.newId()
  const now = shop.clock.now()
  await shop.db
    .insertInto('coupon_template')
    .values({
      id: templateId,
      name: '满39减5',
      kind: 'amountOff',
      amountOff: 500,
      threshold: 3900,
      validDays: 30,
      stock: 10,
      perMemberLimit: 1,
      description: '',
      state: 'active',
      createdBy: owner.staffId,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await inTransaction(shop.db, tx =>
    shop.modules.coupons.issue(tx, templateId, [
      { memberId: ann, key: next() },
      { memberId: bob, key: next() },
    ]),
  )
  const preview = await owner.call(membersApi).mergePreview({ params: { memberId: ann, otherId: bob } })
  expect(preview.warnings.map(words => words.zh).join()).toContain('1 张券超过每人限领')
  const { mergeId } = await merge(ann, bob)
  const places = async (memberId: string) =>
    (
      await shop.db
        .selectFrom('coupon')
        .select(['seq', 'state'])
        .where('memberId', '=', memberId)
        .orderBy('seq')
        .execute()
    ).map(row => `${row.seq} ${row.state}`)
  expect(await places(ann)).toEqual(['1 issued', '2 issued'])
  const marks = await shop.db.selectFrom('coupon_event').select('kind').where('kind', '=', 'overLimit').execute()
  expect(marks).toHaveLength(1)
  await undo(mergeId)
  expect([await places(ann), await places(bob)]).toEqual([['1 issued'], ['1 issued']])
})

test('two merges of one pair at once, in both directions: one stands, the other is told; nobody is lost', async () => {
  for (let round = 0; round < 6; round++) {
    const [ann = '', bob = ''] = await people(2)
    await grant(ann, 10)
    await grant(bob, 20)
    const answers = await Promise.allSettled([merge(ann, bob), merge(bob, ann), merge(ann, bob)])
    const stands = new Set(answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value.mergeId] : [])))
    expect(stands.size).toBe(1)
    const balances = [await usable(ann), await usable(bob)].toSorted((a, b) => a - b)
    expect(balances).toEqual([0, 30])
  }
  expect(await ledgerFaults(shop)).toEqual([])
})

test('buying and spending in the very moment of a merge: nothing is lost, what came late is brought after', async () => {
  for (let round = 0; round < 8; round++) {
    const [ann = '', bob = ''] = await people(2)
    await grant(bob, 50)
    const late = async () => {
      await new Promise(resolve => setTimeout(resolve, round * 4))
      return buys(bob, 25)
    }
    const [merged, , spent] = await Promise.allSettled([merge(ann, bob), late(), spend(bob, 10)])
    expect(merged.status).toBe('fulfilled')
    await shop.modules.members.gather()
    expect(await usable(bob)).toBe(0)
    expect(await usable(ann)).toBe(75 - (spent.status === 'fulfilled' ? 10 : 0))
    expect(await shop.modules.members.gather()).toBe(0)
  }
  expect(await ledgerFaults(shop)).toEqual([])
}, 60_000)

test('points given back of a spend from before the merge reach the one who was kept', async () => {
  const [ann = '', bob = ''] = await people(2)
  await grant(bob, 50, '2027-05-05')
  const key = `spend-${randomBytes(4).toString('hex')}`
  await spend(bob, 30, key)
  const { mergeId } = await merge(ann, bob)
  await inTransaction(shop.db, tx => points().giveBack(tx, { key: next(), spendKey: key, points: 30 }))
  await shop.modules.members.gather()
  expect([await usable(ann), await usable(bob)]).toEqual([50, 0])
  await undo(mergeId)
  expect([await usable(ann), await usable(bob)]).toEqual([0, 50])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('who has taken others in is the one to keep; nobody is merged with themselves or with who has left', async () => {
  const [ann = '', bob = '', cid = ''] = await people(3)
  await merge(ann, bob)
  expect(await failure(merge(cid, ann))).toBe('members.mergeKeepOther')
  expect(await failure(merge(ann, ann))).toBe('members.mergeSelf')
  expect(await failure(merge(cid, bob))).toBe('members.mergeNotActive')
  const second = await merge(ann, cid)
  expect(second.state).toBe('merged')
  const manager = await shop.as('storeManager', { stores: ['S99'] })
  expect(
    await failure(manager.call(membersApi).undoMerge({ params: { mergeId: second.mergeId }, body: { note: '试试' } })),
  ).toBe('members.noMerge')
})

test('a card that says another member’s phone is queued once for a person; decided apart, the pair stays aside', async () => {
  const [ann = '', bob = ''] = await people(2)
  await shop.db
    .updateTable('member')
    .set({ phoneHash: `phone-of-${ann}` })
    .where('id', '=', ann)
    .execute()
  await shop.db
    .insertInto('card')
    .values({
      cardNo: `C-${bob.slice(-8)}`,
      phoneHash: `phone-of-${ann}`,
      state: 'bound',
      memberId: bob,
      boundAt: shop.clock.now(),
      contentHash: 'x',
      importedAt: shop.clock.now(),
    })
    .execute()
  await shop.modules.members.findCases()
  await shop.modules.members.findCases()
  const api = owner.call(membersApi)
  const open = await api.cases({ query: {} })
  const mine = open.items.filter(item => [item.a.memberId, item.b.memberId].includes(bob))
  expect(mine.map(item => item.kind)).toEqual(['card'])
  await api.keepApart({ params: { caseId: mine[0]?.caseId ?? '' }, body: { note: '母女两人,共用号码' } })
  await shop.modules.members.findCases()
  expect((await api.cases({ query: {} })).items.some(item => item.caseId === mine[0]?.caseId)).toBe(false)
  expect((await api.cases({ query: { state: 'apart' } })).items[0]?.decision).toBe('母女两人,共用号码')
})
