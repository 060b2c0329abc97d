import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sweepCoupons } from '../../../server/modules/coupons/jobs.ts'
import { couponGifts } from '../../../server/modules/coupons/service/gifts.ts'
import { untilSeen } from '../../support/seen.ts'
import { START } from '../../support/world.ts'
import {
  answersOf,
  basketOf,
  bringsBack,
  cancels,
  commits,
  faultsOf,
  locks,
  newBuyers,
  newReceipt,
  newTemplates,
  openDay,
  tillAt,
  told,
  type Buyer,
  type Day,
} from './day.ts'
import { riceFor, takesOff } from './simple.ts'

// One coupon, a few receipts at three tills, and everything that may become of a lock: paid, cancelled, forgotten, renewed,
// overtaken by the clock and by the sweep; at the same moment.
let day: Day
beforeAll(async () => {
  day = await openDay()
})
beforeEach(() => day.shop.clock.set(START))
afterAll(() => day.shop.close())

const MINUTE = 60_000
const lines = basketOf(riceFor(5_000))
const fiveOff = takesOff(500)

/** Somebody with one coupon that is good until then. */
async function somebody(validTo?: Date): Promise<{ buyer: Buyer; code: string }> {
  const columns = validTo === undefined ? {} : { validDays: null, validTo }
  const [buyer] = await newBuyers(day, 1, { templateIds: await newTemplates(day, [{ terms: fiveOff }], columns) })
  const code = buyer?.coupons[0]?.code
  if (buyer === undefined || code === undefined) throw new Error('nobody has a coupon')
  return { buyer, code }
}
const couponOf = (code: string) =>
  day.shop.db.selectFrom('coupon').selectAll().where('code', '=', code).executeTakeFirstOrThrow()
const eventsOf = (couponId: string) =>
  day.shop.db.selectFrom('coupon_event').selectAll().where('couponId', '=', couponId).orderBy('id').execute()
const saleOf = (docKey: string) =>
  day.shop.db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).executeTakeFirst()
const sweep = () =>
  sweepCoupons(day.shop.kernel, couponGifts(day.shop.kernel)).run({}, { signal: new AbortController().signal, progress: async () => undefined } as never) // prettier-ignore

/** The edges that tills and sweeps may take, step by step. */
const EDGES: Readonly<Record<string, string>> = {
  'issue ': 'issued',
  'lock issued': 'locked',
  'lock locked': 'locked',
  'release locked': 'issued',
  'redeem locked': 'redeemed',
  'restore redeemed': 'issued',
}

const anyAct = fc.record({
  what: fc.constantFrom('lock', 'lock', 'lock', 'cancel', 'cancel', 'pay', 'pay', 'sweep', 'bring back'),
  receipt: fc.nat(2),
})
const anyRounds = fc.array(
  fc.record({ acts: fc.array(anyAct, { minLength: 2, maxLength: 7 }), minutes: fc.constantFrom(0, 0, 0, 29, 31) }),
  { minLength: 1, maxLength: 4 },
)

test('invariants 18, 19, 20: a payment that fails, is cancelled or never comes frees the coupon, however tills and the sweep race; no receipt that is over holds it', async () => {
  let paid = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(anyRounds, async rounds => {
          day.shop.clock.set(START)
          const { buyer, code } = await somebody()
          const visit = { buyer, lines, codes: [code] }
          // A receipt that was cancelled is over; the till then takes the next number.
          const receipts = [0, 1, 2].map(n => ({ till: tillAt(day, n), at: newReceipt() }))
          const docKeys = ['S01|01', 'S01|02', 'S02|01'].map((till, n) => `${till}|${receipts[n]?.at.businessDate ?? ''}|${receipts[n]?.at.receiptNo ?? ''}`) // prettier-ignore
          let held: string | null = null
          for (const { acts, minutes } of rounds) {
            const before = await couponOf(code)
            const done = await Promise.all(
              acts.map(async ({ what, receipt: n }) => {
                const { till, at } = receipts[n] ?? { till: tillAt(day, 0), at: newReceipt() }
                if (what === 'sweep') return { what, n, ok: true, answer: await sweep() }
                if (what === 'lock') return { what, n, ...(await told<unknown>(locks(till, at, visit))) }
                if (what === 'cancel') return { what, n, ...(await told<unknown>(cancels(till, at))) }
                if (what === 'pay') return { what, n, ...(await told<unknown>(commits(till, at, visit))) }
                return { what, n, ...(await told<unknown>(bringsBack(till, docKeys[n] ?? ''))) }
              }),
            )
            const { state, docKey, lockedUntil } = await couponOf(code)
            const sales = await Promise.all(docKeys.map(saleOf))
            // 19: one live use at a time, and it is the one that the row names.
            const uses = await day.shop.db.selectFrom('coupon_redemption').select('docKey').where('couponId', '=', buyer.coupons[0]?.couponId ?? '').where('returnedAt', 'is', null).execute() // prettier-ignore
            expect(uses.map(use => use.docKey)).toEqual(state === 'redeemed' ? [docKey] : [])
            // 20: whoever is over holds nothing.
            const now = day.shop.clock.now()
            held = state === 'locked' && lockedUntil !== null && lockedUntil > now ? docKey : null
            if (held !== null) expect(sales[docKeys.indexOf(held)]).toBeUndefined()
            if (state === 'redeemed') expect(sales[docKeys.indexOf(docKey ?? '')]?.state).toBe('committed')
            // What was held alone, and cancelled or contended by nobody, was paid.
            const isAlone = before.state === 'locked' && (before.lockedUntil ?? now) > now && acts.every(({ what, receipt: n }) => docKeys[n] !== before.docKey || what === 'pay' || what === 'lock') // prettier-ignore
            const pays = done.filter(each => each.what === 'pay' && docKeys[each.n] === before.docKey)
            if (isAlone && pays.length > 0) expect(pays.filter(each => each.ok)).toHaveLength(1)
            paid += pays.filter(each => each.ok).length
            day.shop.clock.advance(minutes * MINUTE)
          }
          // In the end whatever is still held is cancelled or forgotten, whatever was sold comes back: and the coupon is good at once.
          const { state, docKey } = await couponOf(code)
          const n = docKeys.indexOf(docKey ?? '')
          if (state === 'locked' && rounds.length % 2 === 0)
            await cancels(tillAt(day, n), receipts[n]?.at ?? newReceipt())
          else if (state === 'locked') day.shop.clock.advance(31 * MINUTE)
          if (state === 'redeemed') await bringsBack(tillAt(day, n), docKey ?? '')
          const next = await Promise.all([0, 1, 2].map(at => told(commits(tillAt(day, at), newReceipt(), visit))))
          expect(answersOf(next).map(each => each.discount)).toEqual([500])
          // 18: its ledger is a path of the machine, read by the test itself.
          let at = ''
          for (const { kind } of await eventsOf(buyer.coupons[0]?.couponId ?? '')) {
            const edge = EDGES[`${kind} ${at}`]
            expect(edge, `${kind} from ${at}`).toBeDefined()
            at = edge ?? ''
          }
          expect(at).toBe('redeemed')
        }),
        { numRuns: 15, endOnFailure: true },
      ),
    () => paid > 0,
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)

test('invariant 20: a till that gives up while its lock is still on its way has not locked anything', async () => {
  for (let round = 0; round < 12; round++) {
    const { buyer, code } = await somebody()
    const receipt = newReceipt()
    const [till, visit] = [tillAt(day, round), { buyer, lines, codes: [code] }]
    const wait = new Promise(resolve => setTimeout(resolve, round * 2))
    const [, gone] = await Promise.all([told(locks(till, receipt, visit)), wait.then(() => cancels(till, receipt))])
    const { state } = await couponOf(code)
    expect(state, `round ${round}, released: ${gone.released}`).toBe('issued')
  }
}, 60_000)

test('invariant 26: whether a coupon has expired is the clock’s to say at that instant, at every till, whether the sweep runs at the same moment or not', async () => {
  let [late, inTime] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      // Milliseconds from the end, rising; what is tried then, and whether the sweep runs beside it.
      fc.array(fc.record({ at: fc.constantFrom(-20 * MINUTE, -1, 0, 1, 9 * MINUTE, 31 * MINUTE), sweeps: fc.boolean() }), { minLength: 2, maxLength: 4 }), // prettier-ignore
      fc.boolean(),
      async (drawn, isLocked) => {
        day.shop.clock.set(START)
        const end = new Date(day.shop.clock.now().getTime() + 60 * MINUTE)
        const free = await Promise.all(drawn.map(() => somebody(end)))
        const held = await somebody(end)
        const receipt = newReceipt()
        day.shop.clock.set(new Date(end.getTime() - 20 * MINUTE))
        if (isLocked) await locks(tillAt(day, 0), receipt, { buyer: held.buyer, lines, codes: [held.code] })
        for (const [n, { at, sweeps }] of drawn.toSorted((a, b) => a.at - b.at).entries()) {
          day.shop.clock.set(new Date(end.getTime() + at))
          const mine = free[n] ?? held
          const visit = { buyer: mine.buyer, lines, codes: [mine.code] }
          const [, ...tries] = await Promise.all([
            sweeps ? sweep() : undefined,
            ...[0, 1, 2].map(till => told(commits(tillAt(day, till), newReceipt(), visit))),
          ])
          expect(answersOf(tries)).toHaveLength(at < 0 ? 1 : 0)
          if (at >= 0) for (const each of tries) expect(each.ok || each.refusal).toBe('expired')
          if (at < 0) inTime += 1
          else late += 1
        }
        // A lock that was taken in time carries its sale past the end, as long as it lasts; swept or not.
        const last = Math.max(...drawn.map(each => each.at))
        const paid = await told(commits(tillAt(day, 0), receipt, { buyer: held.buyer, lines, codes: [held.code] }))
        expect(paid.ok).toBe(last < 0 || (isLocked && last < 10 * MINUTE))
      },
    ),
    { numRuns: 10, endOnFailure: true },
  )
  expect([late > 0, inTime > 0]).toEqual([true, true])
  expect(await faultsOf(day)).toEqual([])
}, 120_000)
