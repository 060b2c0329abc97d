import fc from 'fast-check'
import type { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EarningRules } from '../../../server/modules/points/contract/rules.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'
import { CouponRules, couponsApi, NewTemplate, type CouponTemplate } from '../../../server/modules/coupons/contract.ts'
import { anyCoupons, anyGoods } from '../coupons/baskets.ts'
import { untilSeen } from '../../support/seen.ts'
import {
  answersOf,
  asks,
  basketOf,
  bringsBack,
  buyerAt,
  commits,
  faultsOf,
  locks,
  newBuyers,
  newReceipt,
  newTemplates,
  openDay,
  tillAt,
  told,
  type Day,
} from './day.ts'
import { riceFor, takesOff } from './simple.ts'

// What is said at one till holds while others sell, and while somebody in the office edits what was promised.
let day: Day
beforeAll(async () => {
  day = await openDay()
})
afterAll(() => day.shop.close())

const docKeyOf = (till: number, receipt: { businessDate: string; receiptNo: string }): string =>
  `${['S01|01', 'S01|02', 'S02|01'][till % 3] ?? ''}|${receipt.businessDate}|${receipt.receiptNo}`

/** Terms of everything on the shelf and from the first fen on, told apart by their groups: they all count. */
const anyPlain = (most: number) =>
  anyCoupons(most).map(all =>
    all.map(({ terms, ...candidate }, at) => ({
      ...candidate,
      terms: { ...terms, threshold: 0, stackGroup: `g${at}`, rules: CouponRules.parse({ gives: terms.rules.gives }) },
    })),
  )
/** One simple promise, to be told more about by its columns. */
const plain = takesOff(500)

/** A template as it would be saved with changes. */
const bodyOf = (template: CouponTemplate, change: Partial<CouponTemplate>): z.input<typeof NewTemplate> =>
  NewTemplate.parse({ ...template, validFrom: null, validTo: null, ...change })

const anyEdit = fc.record({
  template: fc.nat(2),
  amountOff: fc.integer({ min: 1, max: 40_000 }),
  payPercent: fc.integer({ min: 1, max: 99 }),
  threshold: fc.constantFrom(0, 0, 5_000, 99_000_000),
  /** Nobody may change a promise that is out, but a database can be edited: the till must not charge another price for it. */
  isBehindTheBack: fc.constantFrom(true, true, false),
})

test('invariant 25: the price that was shown is the price that is charged, or the sale is refused with a reason, whoever edits the template meanwhile', async () => {
  let [held, charged, refused] = [0, 0, 0]
  const office = (await day.shop.as('owner')).call(couponsApi)
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          anyPlain(3),
          fc.array(fc.record({ goods: anyGoods, locks: fc.boolean(), till: fc.nat(2) }), {
            minLength: 3,
            maxLength: 6,
          }),
          fc.array(anyEdit, { minLength: 1, maxLength: 4 }),
          async (candidates, visits, edits) => {
            const templateIds = await newTemplates(day, candidates)
            const buyers = await newBuyers(day, visits.length, { templateIds })
            const serves = async ({ goods, locks: isHeld, till: n }: (typeof visits)[number], at: number) => {
              const [till, buyer, receipt] = [tillAt(day, n), buyerAt(buyers, at), newReceipt()]
              const wish = { buyer, lines: basketOf(goods), codes: buyer.coupons.map(each => each.code) }
              let shown = await asks(till, wish, receipt)
              const codes = shown.coupons.map(each => each.code)
              const lock = isHeld ? await told(locks(till, receipt, { ...wish, codes })) : undefined
              if (lock?.ok === true) shown = lock.answer.quote
              const sold = await told(commits(till, receipt, { ...wish, codes, paid: shown.payable }))
              const docKey = docKeyOf(n, receipt)
              const row = await day.shop.db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).executeTakeFirst() // prettier-ignore
              if (sold.ok) {
                charged += 1
                expect([sold.answer.payable, sold.answer.shares]).toEqual([shown.payable, shown.shares])
                expect(row?.discount).toBe(shown.discount)
              } else {
                refused += 1
                expect(['till.totalsDiffer', 'coupons.refused', 'till.couponRefused']).toContain(sold.code)
                expect([sold.zh.length > 0, sold.en.length > 0, row]).toEqual([true, true, undefined])
                const used = await day.shop.db.selectFrom('coupon').select('id').where('docKey', '=', docKey).where('state', '=', 'redeemed').execute() // prettier-ignore
                expect(used).toEqual([])
              }
              // Who holds a promise has it: no edit takes it away.
              if (lock?.ok === true) {
                held += 1
                expect(sold.ok).toBe(true)
              }
            }
            const edit = async (
              { template: n, isBehindTheBack, ...change }: (typeof edits)[number],
              isBack: boolean,
            ) => {
              const [at, templateId = ''] = [n % templateIds.length, templateIds[n % templateIds.length]]
              const terms = candidates[at]?.terms
              if (terms === undefined) return
              const columns = isBack ? { threshold: 0, amountOff: terms.amountOff, payPercent: terms.payPercent } : { threshold: change.threshold, amountOff: terms.kind === 'amountOff' ? change.amountOff : 0, payPercent: terms.kind === 'percentOff' ? change.payPercent : null } // prettier-ignore
              if (isBehindTheBack)
                return day.shop.db
                  .updateTable('coupon_template')
                  .set(eb => ({ ...columns, rulesVersion: eb('rulesVersion', '+', 1) }))
                  .where('id', '=', templateId)
                  .execute()
              const { template } = await office.template({ params: { templateId } })
              return told(
                office.updateTemplate({
                  params: { templateId },
                  body: bodyOf(template, { threshold: template.threshold + 1_000_000 }),
                }),
              ).then(done => expect(done.ok || done.code).toBe('coupons.notDraft'))
            }
            // The office edits for as long as anybody is being served.
            const door = { isOpen: true }
            const edited = (async () => {
              for (let n = 0; door.isOpen; n++) for (const each of edits) await edit(each, n % 2 === 1)
            })()
            const served = Promise.all(visits.map(serves)).finally(() => {
              door.isOpen = false
            })
            await Promise.all([served, edited])
          },
        ),
        { numRuns: 8, endOnFailure: true },
      ),
    () => held > 2 && charged > 5 && refused > 0,
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)

/** Two coupons for the same delivery: whether the second has anything left to take is the first one's to say. */
const withTwoOfOneDelivery = (all: Candidate[]): Candidate[] =>
  all.map((each, at) =>
    at > 1
      ? each
      : { ...each, terms: { ...each.terms, kind: 'freeShipping' as const, amountOff: 0, payPercent: null } },
  )
const withDelivery = (goods: Goods): Goods => [
  ...goods,
  { lineNo: 99, productCode: 'post', categories: [], amount: 200_000, quantity: 10_000, takes: 'delivery' as const },
]

test('invariant 25: a code that the quote leaves out is not used up behind it: typed as they are, the codes cost what was shown or are refused', async () => {
  let sold = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          anyPlain(4).map(withTwoOfOneDelivery),
          fc.array(anyGoods.map(withDelivery), { minLength: 2, maxLength: 5 }),
          async (candidates, baskets) => {
            const templateIds = await newTemplates(day, candidates)
            const buyers = await newBuyers(day, baskets.length, { templateIds })
            await Promise.all(
              baskets.map(async (goods, at) => {
                const buyer = buyerAt(buyers, at)
                const wish = { buyer, lines: basketOf(goods), codes: buyer.coupons.map(each => each.code) }
                const shown = await asks(tillAt(day, at), wish)
                const done = await told(commits(tillAt(day, at), newReceipt(), wish))
                if (!done.ok) return expect(shown.refusals.map(each => each.refusal?.code)).toContain(done.refusal)
                sold += 1
                expect(shown.refusals).toEqual([])
                expect([done.answer.payable, done.answer.shares]).toEqual([shown.payable, shown.shares])
              }),
            )
          },
        ),
        { numRuns: 20, endOnFailure: true },
      ),
    () => sold > 2,
  )
}, 120_000)

test('invariant 28: coupons of one promotion share its budget and the limit of a day, though every till uses another one at the same moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ budget: fc.integer({ min: 100, max: 1_600 }), perDayLimit: fc.option(fc.integer({ min: 1, max: 3 })), percent: fc.boolean() }), // prettier-ignore
      fc.array(fc.record({ who: fc.nat(1), fen: fc.integer({ min: 1_000, max: 9_000 }), till: fc.nat(2), comesBack: fc.boolean() }), { minLength: 4, maxLength: 10 }), // prettier-ignore
      async ({ budget, perDayLimit, percent }, uses) => {
        const kind = percent ? { kind: 'percentOff', amountOff: 0, payPercent: 80 } : { kind: 'amountOff', amountOff: 500 } // prettier-ignore
        const [templateId = ''] = await newTemplates(day, [{ terms: plain }], { ...kind, maxOff: null, threshold: 0, budget, perDayLimit }) // prettier-ignore
        const buyers = await newBuyers(day, 2, { templateIds: [templateId], each: uses.length })
        const off = (fen: number): number => (percent ? Math.floor((fen * 20 + 50) / 100) : 500)
        const done = await Promise.all(
          uses.map(async ({ who, fen, till }, at) => {
            const buyer = buyerAt(buyers, who)
            const codes = [buyer.coupons[at]?.code ?? '']
            return told(commits(tillAt(day, till), newReceipt(), { buyer, lines: basketOf(riceFor(fen)), codes }))
          }),
        )
        const live = () => day.shop.db.selectFrom('coupon_redemption').selectAll().where('templateId', '=', templateId).where('returnedAt', 'is', null).execute() // prettier-ignore
        const spent = async (): Promise<number> =>
          (await day.shop.db.selectFrom('coupon_template').select('spent').where('id', '=', templateId).executeTakeFirstOrThrow()).spent // prettier-ignore
        const rows = await live()
        const took = rows.reduce((total, { discount }) => total + discount, 0)
        expect(took).toBeLessThanOrEqual(budget)
        expect(await spent()).toBe(took)
        expect(rows).toHaveLength(answersOf(done).length)
        const usesOf = (memberId: string): number => rows.filter(row => row.memberId === memberId).length
        for (const [at, each] of done.entries()) {
          const { who = 0, fen = 0 } = uses[at] ?? {}
          const used = usesOf(buyerAt(buyers, who).memberId)
          if (perDayLimit !== null) expect(used).toBeLessThanOrEqual(perDayLimit)
          if (each.ok) expect(each.answer.discount).toBe(off(fen))
          // Nobody is refused what there still is.
          else if (each.refusal === 'budgetSpent') expect(took + off(fen)).toBeGreaterThan(budget)
          else expect([each.refusal, used]).toEqual(['dayLimit', perDayLimit])
        }
        // What comes back gives its part of the budget back while others spend it.
        const back = done.flatMap((each, at) => (each.ok && uses[at]?.comesBack === true ? [each.answer] : []))
        await Promise.all([
          ...back.map(({ docKey }, at) => bringsBack(tillAt(day, at), docKey)),
          ...buyers.map(buyer => told(commits(tillAt(day, 0), newReceipt(), { buyer, lines: basketOf(riceFor(4_000)), codes: [buyer.coupons.at(-1)?.code ?? ''] }))), // prettier-ignore
        ])
        const left = (await live()).reduce((total, { discount }) => total + discount, 0)
        expect(left).toBeLessThanOrEqual(budget)
        expect(await spent()).toBe(left)
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)

test('invariant 28: the stock and the budget of what is out only grow, though several in the office change them at the same moment', async () => {
  const office = (await day.shop.as('owner')).call(couponsApi)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ stock: fc.integer({ min: 1_000, max: 1_500 }), budget: fc.integer({ min: 5_000, max: 9_000 }) }), { minLength: 2, maxLength: 6 }), // prettier-ignore
      async changes => {
        const [templateId = ''] = await newTemplates(day, [{ terms: plain }], { threshold: 500, budget: 5_000 })
        const { template } = await office.template({ params: { templateId } })
        const done = await Promise.all(
          changes.map(change =>
            told(office.updateTemplate({ params: { templateId }, body: bodyOf(template, change) })),
          ),
        )
        const taken = changes.filter((_, at) => done[at]?.ok === true)
        for (const each of done) if (!each.ok) expect(each.code).toBe('coupons.notDraft')
        const { template: now } = await office.template({ params: { templateId } })
        expect(taken.length).toBeGreaterThan(0)
        expect(now.stock).toBe(Math.max(...taken.map(each => each.stock)))
        expect(now.budget).toBe(Math.max(...taken.map(each => each.budget)))
      },
    ),
    { numRuns: 12, endOnFailure: true },
  )
}, 60_000)

test('invariant 29: however the codes were typed, at whatever till, there is one answer, and it is what each of them charges', async () => {
  let several = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          anyCoupons(6),
          anyGoods,
          fc.array(fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), { minLength: 3, maxLength: 5 }),
          async (candidates, goods, shuffles) => {
            const templateIds = await newTemplates(day, candidates)
            const buyers = await newBuyers(day, shuffles.length, { templateIds })
            const typed = (n: number): string[] =>
              (buyers[n]?.coupons ?? [])
                .map((each, at) => ({ code: each.code, at: shuffles[n]?.[at] ?? 0 }))
                .toSorted((a, b) => a.at - b.at)
                .slice(0, 5)
                .map(each => each.code)
            const first = buyerAt(buyers, 0)
            const some = typed(0)
            const orders = [some, some.toReversed(), some.toSorted(), ...some.map((_, at) => [...some.slice(at), ...some.slice(0, at)])] // prettier-ignore
            // The same codes of one person at every till, in every order.
            const quotes = await Promise.all(
              orders.map((codes, n) => asks(tillAt(day, n), { buyer: first, lines: basketOf(goods), codes })),
            )
            // Which store it is changes nothing here: no rule names one.
            const plain = quotes.map(({ refusals, ...quote }) => ({
              ...quote,
              refusals: refusals.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
            }))
            for (const each of plain) expect(each).toEqual(plain[0])
            if ((plain[0]?.coupons.length ?? 0) > 1) several += 1
            // And people whose wallets are alike pay alike, each typing their own way at the same moment.
            const chosen = plain[0]?.coupons.map(each => first.coupons.findIndex(own => own.code === each.code)) ?? []
            const sold = await Promise.all(
              buyers.map((buyer, n) => {
                const codes = chosen.map(at => buyer.coupons[at]?.code ?? '').toSorted((a, b) => (typed(n).indexOf(a) - typed(n).indexOf(b)) * (n % 2 === 0 ? 1 : -1)) // prettier-ignore
                return commits(tillAt(day, n), newReceipt(), { buyer, lines: basketOf(goods), codes })
              }),
            )
            for (const each of sold) {
              expect([each.discount, each.payable, each.shares]).toEqual([
                plain[0]?.discount,
                plain[0]?.payable,
                plain[0]?.shares,
              ])
              expect(each.coupons.map(({ discount }) => discount)).toEqual(plain[0]?.coupons.map(one => one.discount))
            }
          },
        ),
        { numRuns: 10, endOnFailure: true },
      ),
    () => several > 0,
  )
}, 120_000)

test('invariant 10: what sales earn that are committed at the same moment is the rule of each, whatever coupons and points have paid of it', async () => {
  const owner = (await day.shop.as('owner')).call(pointsApi)
  await fc.assert(
    fc.asyncProperty(
      fc.record({ policy: fc.constantFrom('share', 'receipt', null), points: fc.integer({ min: 1, max: 5 }), fen: fc.constantFrom(30, 100, 700) }), // prettier-ignore
      fc.array(fc.record({ who: fc.nat(2), fen: fc.integer({ min: 200, max: 20_000 }), wish: fc.constantFrom(0, 100, 300), coupon: fc.boolean(), till: fc.nat(2) }), { minLength: 3, maxLength: 9 }), // prettier-ignore
      async ({ policy, ...rate }, visits) => {
        const tenders = policy === null ? [] : [{ method: '积分抵扣', policy }]
        await owner.changeRules({ body: EarningRules.parse({ rate, tenders }) })
        const templateIds = await newTemplates(day, [{ terms: plain }], { kind: 'amountOff', amountOff: 133, payPercent: null, maxOff: null, threshold: 0 }) // prettier-ignore
        const buyers = await newBuyers(day, 3, { templateIds, points: 1_000, each: visits.length })
        const sold = await Promise.all(
          visits.map(({ who, fen, wish, coupon, till }, at) => {
            const buyer = buyerAt(buyers, who)
            const codes = coupon ? [buyer.coupons[at]?.code ?? ''] : []
            return told(commits(tillAt(day, till), newReceipt(), { buyer, lines: basketOf(riceFor(fen)), codes, points: wish })) // prettier-ignore
          }),
        )
        const held = new Map(buyers.map(({ memberId }) => [memberId, 1_000]))
        for (const [at, each] of sold.entries()) {
          const { who = 0, fen = 0, wish = 0, coupon = false } = visits[at] ?? {}
          const { memberId } = buyerAt(buyers, who)
          if (!each.ok) {
            expect([wish > 0, each.code.startsWith('till.points') || each.code.startsWith('points.')]).toEqual([true, true]) // prettier-ignore
            continue
          }
          // A hundred points are a yuan; the coupon is off the price, whatever the rule says of points.
          const cost = fen - (coupon ? 133 : 0)
          const counts = policy === 'receipt' && wish > 0 ? 0 : cost - (policy === 'share' ? wish : 0)
          const earned = Math.floor((counts * rate.points) / rate.fen)
          expect([each.answer.payable, each.answer.points?.earned]).toEqual([cost - wish, earned])
          held.set(memberId, (held.get(memberId) ?? 0) + earned - wish)
        }
        const balances = await day.shop.modules.points.balances(day.shop.db, [...held.keys()])
        for (const [memberId, points] of held) expect(balances.get(memberId)).toBe(points)
      },
    ),
    { numRuns: 10, endOnFailure: true },
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)
