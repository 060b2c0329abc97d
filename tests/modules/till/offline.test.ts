import fc from 'fast-check'
import { readCouponCode } from 'till-client/codes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import { bearers } from '../../../server/modules/till/service/offline-caps.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { codePhone } from './phones.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
let other: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01', 'earn')
  other = await newTill(shop, 'S02', '01', 'earn')
})
beforeEach(() => shop.clock.set(now))
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
const purgeProofs = async (): Promise<void> => {
  const job = shop.modules.jobs.find(({ name }) => name === 'till.purgeProofs')
  if (job === undefined) throw new Error('no such job')
  await job.run({}, { jobId: '', attempt: 1, progress: () => Promise.resolve(), signal: new AbortController().signal })
}
const hours = (n: number): void => shop.clock.advance(n * 3_600_000)
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const grant = (memberId: string, points: number) =>
  inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `test:${memberId}`, memberId, points }]))

/** Somebody with a phone, a coupon of ¥5 from ¥39 on, and points, who has been online this morning. */
async function somebody(points = 0) {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  if (points > 0) await grant(member.memberId, points)
  const phone = await codePhone(shop, member)
  const signed = (await member.call(tillCodesApi).mySignedCoupons({})).items[0]
  if (signed === undefined) throw new Error('no signed coupon')
  return {
    member,
    coupon,
    phone,
    signed: signed.digits,
    couponState: async () => (await shop.modules.coupons.byCode(shop.db, coupon.code))?.state,
  }
}

interface Sold {
  memberCode?: string | null
  coupon?: { code: string; fen: number } | null
  points?: { points: number; fen: number } | null
  net?: string
  soldAt?: string
  key?: string
  payments?: { method: string; amount: string }[]
}
const settle = (
  at: Till,
  { net = '50', soldAt = shop.clock.now().toISOString(), ...sold }: Sold,
  receiptNo = number(),
) =>
  at.call(tillCodesApi).settleOffline({
    body: { key: `offline-${receiptNo}`, businessDate: today, receiptNo, soldAt, lines: [line(1, net)], ...sold },
  })

test('sold without a network, told hours later: the coupon and the points are taken, the sale earns, nothing is lost', async () => {
  const { member, phone, signed, coupon, couponState } = await somebody(1000)
  const soldAt = shop.clock.now().toISOString()
  const { keys } = await till.call(tillCodesApi).offlineKit({})
  expect(readCouponCode(signed, keys, shop.clock.now())).toMatchObject({
    ok: true,
    code: { code: coupon.code, amountOff: 500, threshold: 3900, handle: phone.secret.handle },
  })
  const sold = {
    memberCode: phone.signed(),
    coupon: { code: signed, fen: 500 },
    points: { points: 300, fen: 300 },
    soldAt,
  }
  hours(6)
  const receiptNo = number()
  const told = await settle(till, sold, receiptNo)
  expect(told).toMatchObject({ payable: 4200, losses: [], points: { earned: 45, used: 300, balance: 745 } })
  expect(await couponState()).toBe('redeemed')
  // The till did not hear the answer and tells it again: by the same key it is the same, by another it is known.
  expect(await settle(till, sold, receiptNo)).toEqual(told)
  expect(await failure(settle(till, { ...sold, key: 'another-key-of-it' }, receiptNo))).toBe('till.alreadyCommitted')
  expect(await balance(member.memberId)).toBe(745)
  // And it comes back as any other sale does.
  const back = await till.call(tillApi).returnSale({
    body: {
      key: `return-${number()}`,
      businessDate: today,
      receiptNo: `R${number()}`,
      businessAt: now,
      original: { businessDate: today, receiptNo },
    },
  })
  expect(back).toMatchObject({ refund: 4200, pointsBack: { points: 300, fen: 300 }, coupon: { outcome: 'restored' } })
  expect(await balance(member.memberId)).toBe(1000)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('one coupon at two tills without a network: one of them redeems it, the other’s five yuan are a loss that somebody bears', async () => {
  const { phone, signed, couponState } = await somebody()
  const first = {
    memberCode: phone.signed(),
    coupon: { code: signed, fen: 500 },
    soldAt: shop.clock.now().toISOString(),
  }
  shop.clock.advance(60_000)
  const second = { ...first, memberCode: phone.signed(), soldAt: shop.clock.now().toISOString() }
  hours(1)
  const told = await Promise.all([settle(till, first), settle(other, second)])
  expect(told.flatMap(each => each.losses)).toEqual([
    expect.objectContaining({
      kind: 'coupon',
      amount: 500,
      company: 500,
      store: 0,
      cause: 'redeemed',
      text: expect.objectContaining({ zh: '此券已用过' }),
    }),
  ])
  expect(await couponState()).toBe('redeemed')
  const redeemed = await shop.db
    .selectFrom('coupon_event')
    .select('id')
    .where('kind', '=', 'redeem')
    .where(
      'docKey',
      'in',
      told.map(each => each.docKey),
    )
    .execute()
  expect(redeemed).toHaveLength(1)
})

test('conflicts are named: points gone, phone revoked, code shown twice, code of another hour, forged, only a phone spoken', async () => {
  const gone = await somebody(300)
  const soldAt = shop.clock.now().toISOString()
  const spent = { memberCode: gone.phone.signed(), points: { points: 300, fen: 300 }, soldAt }
  await inTransaction(shop.db, tx =>
    shop.modules.points.spend(tx, { key: 'mall:1', memberId: gone.member.memberId, points: 200 }),
  )
  expect(await settle(till, spent)).toMatchObject({
    losses: [{ kind: 'points', amount: 200, cause: 'notEnough' }],
    points: { used: 100, balance: 50 },
  })

  const thief = await somebody(500)
  const owner = await shop.as('owner')
  await owner
    .call(tillCodesApi)
    .revokeCodes({ params: { memberId: thief.member.memberId }, body: { reason: '手机丢失' } })
  shop.clock.advance(1000)
  const stolen = {
    memberCode: thief.phone.signed(),
    coupon: { code: thief.signed, fen: 500 },
    points: { points: 500, fen: 500 },
  }
  expect(await settle(till, stolen)).toMatchObject({
    losses: [
      { kind: 'coupon', cause: 'revoked' },
      { kind: 'points', cause: 'revoked' },
    ],
    points: null,
  })
  expect([await thief.couponState(), await balance(thief.member.memberId)]).toEqual(['issued', 500])

  const twice = await somebody()
  const shown = { memberCode: twice.phone.signed(), coupon: { code: twice.signed, fen: 500 } }
  expect((await settle(other, { memberCode: shown.memberCode })).losses).toEqual([])
  expect((await settle(till, shown)).losses).toMatchObject([{ cause: 'replayed', amount: 500 }])
  expect(await twice.couponState()).toBe('issued')

  const late = await somebody()
  const old = { memberCode: late.phone.signed(), coupon: { code: late.signed, fen: 500 } }
  shop.clock.advance(600_000)
  expect((await settle(till, old)).losses).toMatchObject([{ cause: 'late' }])
  const forged = `${late.phone.signed().slice(0, 70)}${'1'.repeat(174)}`
  expect((await settle(till, { ...old, memberCode: forged })).losses).toMatchObject([{ cause: 'forged' }])
  expect(
    (await settle(till, { memberCode: late.member.phone, points: { points: 100, fen: 100 } })).losses,
  ).toMatchObject([{ cause: 'unproven' }])
  expect((await settle(till, { payments: [{ method: '现金', amount: '49' }] })).losses).toMatchObject([
    { kind: 'total', amount: 100, cause: 'underpaid' },
  ])
  // All of it stands as a sale, whatever it gave away.
  const lost = await shop.db.selectFrom('till_loss').select(['docKey', 'amount', 'company', 'store']).execute()
  for (const { docKey, amount, company, store } of lost) {
    expect(company + store).toBe(amount)
    expect(
      await shop.db.selectFrom('till_sale').select('documentId').where('docKey', '=', docKey).executeTakeFirst(),
    ).toMatchObject({ documentId: expect.any(String) })
  }
})

test('told again five weeks later, when its proof is forgotten: a loss; told late but in time, it is taken', async () => {
  const { member, phone, signed, couponState } = await somebody(1000)
  const soldAt = shop.clock.now().toISOString()
  const first = { memberCode: phone.signed(), points: { points: 300, fen: 300 }, soldAt }
  shop.clock.advance(60_000)
  const slow = { ...first, memberCode: phone.signed(), soldAt: shop.clock.now().toISOString() }
  expect((await settle(till, first)).losses).toEqual([])
  hours(33 * 24)
  await purgeProofs()
  expect(await settle(till, slow)).toMatchObject({ losses: [], points: { used: 300 } })
  hours(3 * 24)
  await purgeProofs()
  expect(
    await shop.db.selectFrom('till_proof').select('id').where('memberId', '=', member.memberId).execute(),
  ).toHaveLength(1)
  expect(await settle(till, { ...first, coupon: { code: signed, fen: 500 } })).toMatchObject({
    losses: [
      { kind: 'coupon', cause: 'late', amount: 500 },
      { kind: 'points', cause: 'late', amount: 300 },
    ],
    points: { used: 0 },
  })
  // Nor does a coupon pass that nobody's code came with.
  expect((await settle(till, { coupon: { code: signed, fen: 500 }, soldAt })).losses).toMatchObject([{ cause: 'late' }])
  expect(await couponState()).not.toBe('redeemed')
  expect(await ledgerFaults(shop)).toEqual([])
})

test('over the cap the store bears it: within a sale, and within the day of a till', async () => {
  const owner = await shop.as('owner')
  const capped = await newTill(shop, 'S01', '09', 'earn')
  await owner.call(tillCodesApi).setTerms({ body: { offline: { saleCap: 300, dayCap: 900, hours: 12 } } })
  expect(await capped.call(tillCodesApi).offlineKit({})).toMatchObject({ saleCap: 300, dayCap: 900 })
  const used = await somebody()
  const loss = { memberCode: null, coupon: { code: `${used.signed.slice(0, 60)}${'3'.repeat(152)}`, fen: 500 } }
  expect((await settle(capped, loss)).losses).toMatchObject([{ amount: 500, company: 300, store: 200 }])
  expect(await capped.call(tillCodesApi).offlineKit({})).toMatchObject({ dayCap: 400 })
  expect((await settle(capped, loss)).losses).toMatchObject([{ company: 300, store: 200 }])
  expect((await settle(capped, loss)).losses).toMatchObject([{ company: 0, store: 500 }])
  await owner.call(tillCodesApi).setTerms({ body: {} })
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000).map(amount => ({ amount }))),
      fc.integer({ min: -100, max: 20_000 }),
      (losses, allowed) => {
        const borne = bearers(losses, allowed)
        for (const each of borne)
          expect([each.company + each.store, each.company >= 0, each.store >= 0]).toEqual([each.amount, true, true])
        const total = losses.reduce((sum, each) => sum + each.amount, 0)
        expect(borne.reduce((sum, each) => sum + each.company, 0)).toBe(Math.min(total, Math.max(0, allowed)))
      },
    ),
  )
})

test('staff see the losses of their stores, and headquarters what every store gave and lost', async () => {
  const [mine, all] = [await shop.as('storeManager', { stores: ['S02'] }), await shop.as('owner')]
  const { items } = await mine.call(tillCodesApi).losses({ query: {} })
  expect(new Set(items.map(row => row.storeCode))).toEqual(new Set(items.length === 0 ? [] : ['S02']))
  const everything = await all.call(tillCodesApi).losses({ query: { limit: 3 } })
  expect([everything.items.length, everything.next === null]).toEqual([3, false])
  const summary = await all.call(tillCodesApi).lossSummary({ query: { from: today, to: today } })
  const south = summary.items.find(row => row.storeCode === 'S01')
  expect(south).toBeDefined()
  for (const row of summary.items) expect(row.company + row.store).toBe(row.lost)
  expect(
    (await mine.call(tillCodesApi).lossSummary({ query: { from: today, to: today } })).items.map(row => row.storeCode),
  ).toEqual(['S02'])
})

// However offline and online sales of the same coupons and points fall over each other: nothing is used twice, every fen is covered or a loss.
test('any mixture of tills, online and off, told in any order at once: given = covered + lost, and each coupon is redeemed once', async () => {
  const plan = fc.array(
    fc.record({
      who: fc.nat(1),
      coupon: fc.boolean(),
      points: fc.constantFrom(0, 100, 300),
      at: fc.nat(1),
      online: fc.boolean(),
    }),
    { minLength: 3, maxLength: 7 },
  )
  await fc.assert(
    fc.asyncProperty(plan, async sales => {
      shop.clock.set(now)
      const people = [await somebody(400), await somebody(400)]
      const before = new Map(
        await shop.modules.points.balances(
          shop.db,
          people.map(each => each.member.memberId),
        ),
      )
      const told = sales.map(({ who, coupon, points, at, online }) => {
        const person = people[who]
        if (person === undefined) throw new Error('nobody')
        shop.clock.advance(60_000)
        return {
          person,
          coupon,
          points,
          till: at === 0 ? till : other,
          online,
          memberCode: person.phone.signed(),
          soldAt: shop.clock.now().toISOString(),
        }
      })
      const done = await Promise.allSettled(
        told.map(async ({ person, coupon, points, till: here, online, memberCode, soldAt }) => {
          if (online) {
            const receiptNo = number()
            await here.call(tillApi).commit({
              body: {
                key: `sale-${receiptNo}`,
                businessDate: today,
                receiptNo,
                businessAt: now,
                memberCode,
                couponCode: coupon ? person.coupon.code : null,
                points,
                lines: [line(1, '50')],
              },
            })
            return { given: 0, lost: 0 }
          }
          const answer = await settle(here, {
            memberCode,
            soldAt,
            coupon: coupon ? { code: person.signed, fen: 500 } : null,
            points: points === 0 ? null : { points, fen: points },
          })
          return { given: (coupon ? 500 : 0) + points, lost: answer.losses.reduce((sum, loss) => sum + loss.amount, 0) }
        }),
      )
      // What was sold offline is always taken down.
      done.forEach((each, i) => expect(told[i]?.online === true || each.status === 'fulfilled').toBe(true))
      for (const { member, coupon } of people) {
        const redeemed = await shop.db
          .selectFrom('coupon_event')
          .select('docKey')
          .where('couponId', '=', coupon.couponId)
          .where('kind', '=', 'redeem')
          .execute()
        expect(redeemed.length).toBeLessThanOrEqual(1)
        expect(await balance(member.memberId)).toBeGreaterThanOrEqual(0)
        const used = await shop.db
          .selectFrom('till_sale_points')
          .select(eb => eb.fn.sum<string>('points').as('points'))
          .where('memberId', '=', member.memberId)
          .executeTakeFirstOrThrow()
        expect(Number(used.points ?? 0)).toBeLessThanOrEqual((before.get(member.memberId) ?? 0) + 500)
        const books = await shop.db
          .selectFrom('till_offline_sale')
          .select(eb => [eb.fn.sum<string>('given').as('given'), eb.fn.sum<string>('lost').as('lost')])
          .where('memberId', '=', member.memberId)
          .executeTakeFirstOrThrow()
        const covered = await shop.db
          .selectFrom('till_offline_sale as s')
          .leftJoin('till_sale_points as p', 'p.docKey', 's.docKey')
          .leftJoin('till_sale_coupon as c', 'c.docKey', 's.docKey')
          .select(eb => [eb.fn.sum<string>('p.fen').as('points'), eb.fn.sum<string>('c.discount').as('coupons')])
          .where('s.memberId', '=', member.memberId)
          .executeTakeFirstOrThrow()
        expect(Number(books.given ?? 0)).toBe(
          Number(books.lost ?? 0) + Number(covered.points ?? 0) + Number(covered.coupons ?? 0),
        )
      }
      expect(await ledgerFaults(shop)).toEqual([])
    }),
    { numRuns: 6 },
  )
}, 120_000)
