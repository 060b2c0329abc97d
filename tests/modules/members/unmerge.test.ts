import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { consentsRepository } from '../../../server/modules/members/repository/consents.ts'
import { documentsSettled } from '../../../server/modules/sales/events.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { standingOf } from './standing.ts'

const name = (zh: string) => ({ zh, en: zh })
const benefits = { pointsPercent: 100, arrivalCoupons: [], birthdayCoupon: null, exclusiveRewards: false }
const RULES: TierRules = {
  window: { kind: 'calendar', months: 12 },
  by: 'spend',
  upgrade: 'atOnce',
  downgrade: 'oneStep',
  graceDays: 0,
  tiers: [
    { code: 'basic', name: name('普卡'), threshold: 0, benefits, paid: null },
    { code: 'gold', name: name('金卡'), threshold: 100_000, benefits, paid: { fen: 19_900, months: 12 } },
  ],
}

let shop: World
let owner: StaffUser
let templateId: string
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
  await stockShelf(shop)
  templateId = await newTemplate(shop, { stock: 100_000, perMemberLimit: 2 })
  const desk = owner.call(tiersApi)
  const { dryRunId } = await desk.startDryRun({ body: RULES })
  await shop.drain()
  await desk.adopt({ params: { dryRunId }, body: {} })
}, 60_000)
afterAll(() => shop.close())

let numbers = 0
const next = (): string => `u:${(numbers += 1)}`
const seen = { evidence: 'idCard', note: '身份证与两张卡一致' } as const
const merge = (keptId: string, otherId: string) =>
  owner.call(membersApi).merge({ params: { memberId: keptId }, body: { ...seen, otherId } })
const undo = (mergeId: string) =>
  owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
const tierOf = async (memberId: string) =>
  (await shop.db.selectFrom('tier_member').select('tier').where('memberId', '=', memberId).executeTakeFirst())?.tier

async function buys(memberId: string, net: string, tell = true): Promise<void> {
  const id = `RU${String((numbers += 1)).padStart(5, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId, businessDate: '2026-11-22', lines: [{ product: 'rice', net }] })
  await shop.db.updateTable('sales_document').set({ net }).where('id', '=', id).execute()
  await settle(shop, [id])
  if (tell) await inTransaction(shop.db, tx => publish(tx, documentsSettled, { documentIds: [id] }))
}

test('the higher tier is kept, won or bought, whichever of the two is kept; undone, each has their own again', async () => {
  for (const [keptIsGold, how] of [
    [true, 'won'],
    [false, 'won'],
    [true, 'bought'],
    [false, 'bought'],
  ] as const) {
    const [gold = '', plain = ''] = await addMembers(shop, 2)
    if (how === 'won') await buys(gold, '1500')
    else
      await owner
        .call(tiersApi)
        .sellTier({ params: { memberId: gold }, body: { tier: 'gold', key: next().padEnd(16, '0') } })
    await buys(plain, '20')
    await shop.drain()
    expect([await tierOf(gold), await tierOf(plain)]).toEqual(['gold', 'basic'])
    const [kept, other] = keptIsGold ? [gold, plain] : [plain, gold]
    const { mergeId } = await merge(kept, other)
    expect(await tierOf(kept)).toBe('gold')
    await undo(mergeId)
    expect([await tierOf(gold), await tierOf(plain)]).toEqual(['gold', 'basic'])
  }
}, 120_000)

test('a merge moves the place in a household; who heads it, or sits in another, needs no second; undone the place is theirs again', async () => {
  const [head = '', ann = '', bob = ''] = await addMembers(shop, 3)
  const now = shop.clock.now()
  await shop.db.insertInto('household').values({ headId: head, createdAt: now }).execute()
  const sits = (memberId: string, place: number) =>
    shop.db.insertInto('household_member').values({ memberId, headId: head, place, joinedAt: now }).execute()
  const seats = async () =>
    (
      await shop.db
        .selectFrom('household_member')
        .select(['memberId', 'place'])
        .where('headId', '=', head)
        .orderBy('place')
        .execute()
    ).map(row => `${row.memberId === ann ? 'ann' : row.memberId === bob ? 'bob' : 'head'} ${row.place}`)
  await sits(bob, 1)
  const taken = await merge(ann, bob)
  expect(await seats()).toEqual(['ann 1'])
  await undo(taken.mergeId)
  expect(await seats()).toEqual(['bob 1'])
  await sits(ann, 2)
  const both = await merge(ann, bob)
  expect(await seats()).toEqual(['ann 2'])
  await undo(both.mergeId)
  expect(await seats()).toEqual(['bob 1', 'ann 2'])
  const own = await merge(head, bob)
  expect(await seats()).toEqual(['ann 2'])
  await undo(own.mergeId)
  expect(await seats()).toEqual(['bob 1', 'ann 2'])
})

// Places in a household have the story above: what sits there flows on to the head by itself, at its own time.
test('law: of two drawn people nothing is lost by merging and undoing: members, identities, cards, consents, coupons, points, receipts and tiers stand as before', async () => {
  const one = fc.record({
    points: fc.array(fc.record({ n: fc.integer({ min: 1, max: 99 }), day: fc.integer({ min: 1, max: 28 }) }), {
      maxLength: 3,
    }),
    coupons: fc.nat(2),
    spent: fc.constantFrom(5, 30, 1200),
    phone: fc.boolean(),
    birthday: fc.boolean(),
    identities: fc.subarray(['openid', 'unionid', 'erp']),
    cards: fc.nat(2),
    marketing: fc.constantFrom(null, true, false),
  })
  await fc.assert(
    fc.asyncProperty(one, one, fc.boolean(), async (a, b, older) => {
      const both = await addMembers(shop, 2)
      const now = shop.clock.now()
      for (const [i, drawn] of [a, b].entries()) {
        const memberId = both[i] ?? ''
        for (const { n, day } of drawn.points)
          await inTransaction(shop.db, tx =>
            shop.modules.points.grant(tx, [
              { key: next(), memberId, points: n, expiresOn: `2027-02-${String(day).padStart(2, '0')}` },
            ]),
          )
        for (let c = 0; c < drawn.coupons; c++)
          await inTransaction(shop.db, tx => shop.modules.coupons.issue(tx, templateId, [{ memberId, key: next() }]))
        await buys(memberId, String(drawn.spent), false)
        const hash = (): string => next().padEnd(43, 'x')
        await shop.db
          .updateTable('member')
          .set({
            updatedAt: now,
            ...(drawn.phone ? { phoneHash: hash(), phoneLast4Hash: hash(), phoneSealed: 'sealed' } : {}),
            ...(drawn.birthday ? { birthdayHash: hash(), birthdaySealed: 'sealed' } : {}),
          })
          .where('id', '=', memberId)
          .execute()
        for (const kind of drawn.identities)
          await shop.db
            .insertInto('member_identity')
            .values({
              id: shop.kernel.newId(),
              memberId,
              kind,
              appId: kind === 'openid' ? 'wxa' : '',
              value: next(),
              linkedAt: now,
              source: 'wechat',
              strength: 'proved',
            })
            .execute()
        for (let c = 0; c < drawn.cards; c++)
          await shop.db
            .insertInto('card')
            .values({
              cardNo: next(),
              memberId,
              state: 'bound',
              boundAt: now,
              balancePoints: 0,
              contentHash: '',
              importedAt: now,
            })
            .execute()
        if (drawn.marketing !== null)
          await inTransaction(shop.db, tx =>
            consentsRepository(tx).record([
              {
                id: shop.kernel.newId(),
                memberId,
                purpose: 'marketing',
                channel: 'wechat',
                granted: drawn.marketing === true ? 1 : 0,
                version: '1',
                source: 'miniprogram',
                // Whether the no came before or after the other's yes.
                at: new Date(now.getTime() + ((i === 0) === older ? 0 : 1000)),
              },
            ]),
          )
      }
      const { tiers: _, ...before } = await standingOf(shop, both)
      const { mergeId } = await merge(both[0] ?? '', both[1] ?? '')
      const merged = await standingOf(shop, [both[1] ?? ''])
      expect([
        merged.identities,
        merged.cards,
        merged.coupons,
        merged.lots,
        merged.receipts,
        merged.households,
      ]).toEqual([[], [], [], [], [], []])
      await undo(mergeId)
      const { tiers, ...after } = await standingOf(shop, both)
      expect(after).toEqual(before)
      // Each has the tier that their own receipts are worth.
      const own = [a, b].map((drawn, i) => ({ memberId: both[i] ?? '', tier: drawn.spent > 1000 ? 'gold' : 'basic' }))
      expect(tiers).toEqual(own)
    }),
    { numRuns: 8, endOnFailure: true },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 600_000)
