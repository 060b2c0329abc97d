import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addDays } from '../../../server/kernel/clock.ts'
import { insertRows } from '../../../server/kernel/db/bulk.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { receiptCode } from '../../../server/modules/points/service/claims.ts'
import { START } from '../../support/world.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf, writeReceipt } from './receipts.ts'

// 补积分: by the shopper's own scan, and what waits for a receipt that the night's file may bring.
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
beforeEach(async () => {
  shop.clock.set(START)
  await shop.db.deleteFrom('points_claim').execute()
})
afterAll(() => shop.close())

const DAY = 86_400_000
const today = '2026-11-22'
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const usable = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0

let receipts = 0
/** A receipt of rice that nobody's card was shown with, at noon; returns the code that is printed on it. */
async function anonymous(yuan: number, businessDate = today): Promise<string> {
  const id = `RC${String((receipts += 1)).padStart(4, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: null, businessDate, lines: [{ product: 'rice', net: String(yuan) }] })
  await shop.db
    .updateTable('sales_document')
    .set({ net: String(yuan), businessAt: new Date(`${businessDate}T04:00:00.000Z`) })
    .where('id', '=', id)
    .execute()
  const { docKey } = await shop.db
    .selectFrom('sales_document')
    .select('docKey')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return receiptCode(shop.kernel.vault, docKey)
}

/** Claims that wait, written down as they would be; the first is the oldest. */
async function waiting(claims: readonly { memberId: string; amount: number; at: Date }[]): Promise<void> {
  const rows = claims.map(({ memberId, amount, at }) => {
    const id = shop.kernel.newId()
    const claim = { storeCode: 'S01', businessDate: today, amount, time: '12:00' }
    return [id, memberId, 'S01', JSON.stringify(claim), id, 'noReceipt', 'waiting', at, addDays(today, 1)]
  })
  await insertRows(
    shop.db,
    'points_claim',
    ['id', 'memberId', 'storeCode', 'claimJson', 'claimKey', 'reason', 'state', 'requestedAt', 'dueOn'],
    rows,
    { update: ['claimKey'] },
  )
}

test('the shopper scans the code of a receipt: its points at once, the same again, nothing for another; a code that is not ours never waits', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const code = await anonymous(64)
  const scan = (who: typeof ann, scanned = code) => who.call(pointsApi).askForReceipt({ body: { code: scanned } })
  expect((await Promise.all([scan(ann), scan(ann)])).map(({ outcome }) => outcome)).toEqual(['credited', 'credited'])
  expect(await scan(ann)).toEqual({ outcome: 'credited', points: 64, balance: 64 })
  expect(await failure(scan(bob))).toBe('points.claimed')
  const other = await anonymous(30)
  expect(await failure(scan(bob, `${other.slice(0, -1)}${other.endsWith('A') ? 'B' : 'A'}`))).toBe('points.noReceipt')
  expect(await failure(scan(bob, `${code.slice(0, code.lastIndexOf('|'))}9${code.slice(-9)}`))).toBe('points.noReceipt')
  expect((await bob.call(pointsApi).myLateClaims()).items).toEqual([])
  expect([await usable(ann.memberId), await usable(bob.memberId)]).toEqual([64, 0])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('guessing is slow: after ten tries a day the eleventh is refused, even a right one, until the next day', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const code = await anonymous(22)
  const tries = []
  for (let i = 0; i < 10; i++)
    tries.push(await failure(ann.call(pointsApi).askForReceipt({ body: { code: `${code.slice(0, -8)}guess${i}00` } })))
  expect(new Set(tries)).toEqual(new Set(['points.noReceipt']))
  const right = (who: typeof ann) => who.call(pointsApi).askForReceipt({ body: { code } })
  expect(await failure(right(ann))).toBe('points.claimTooOften')
  expect(await usable(ann.memberId)).toBe(0)
  shop.clock.advance(DAY)
  expect(await right(ann)).toMatchObject({ outcome: 'credited', points: 22 })
  // Everybody has tries of their own.
  expect(await failure(right(bob))).toBe('points.claimed')
})

test('more dead claims than a retry reads at once do not starve a newer one', async () => {
  const [ann, nobody] = [await newMember(shop), await newMember(shop)]
  const now = shop.clock.now().getTime()
  // Many at the very same moment too: the end of a reading may fall among them.
  const dead = Array.from({ length: 520 }, (_, i) => ({
    memberId: nobody.memberId,
    amount: 1_000_000 + i,
    at: new Date(now - (i < 20 ? 2 : 1) * 3_600_000),
  }))
  await waiting([...dead, { memberId: ann.memberId, amount: 4_700, at: new Date(now) }])
  await anonymous(47)
  await shop.modules.points.retryClaims()
  expect(await usable(ann.memberId)).toBe(47)
  expect((await ann.call(pointsApi).myLateClaims()).items).toMatchObject([{ state: 'credited', points: 47 }])
  // Nothing is decided for those whose receipt has not come.
  const { n } = await shop.db
    .selectFrom('points_claim')
    .select(eb => eb.fn.countAll<string>().as('n'))
    .where('memberId', '=', nobody.memberId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  expect(Number(n)).toBe(520)
}, 60_000)

test('a claim is tried again for as long as its receipt may be claimed, and is a person’s after that', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const days = shop.config.POINTS_CLAIM_DAYS
  const ago = (n: number): Date => new Date(shop.clock.now().getTime() - n * DAY)
  await waiting([
    { memberId: bob.memberId, amount: 3_100, at: ago(days + 2) },
    { memberId: ann.memberId, amount: 3_200, at: ago(days) },
  ])
  await anonymous(31)
  await anonymous(32)
  await shop.modules.points.retryClaims()
  expect([await usable(ann.memberId), await usable(bob.memberId)]).toEqual([32, 0])
  const desk = (await shop.as('owner')).call(pointsApi)
  const left = (await desk.lateClaims({ query: { limit: 200 } })).items.find(item => item.memberId === bob.memberId)
  expect(left).toMatchObject({ state: 'waiting', reason: 'noReceipt' })
  const { items } = await desk.claimCandidates({ params: { claimId: left?.claimId ?? '' } })
  const documentId = items.find(item => item.net.startsWith('31'))?.documentId ?? ''
  const credited = await desk.creditClaim({ params: { claimId: left?.claimId ?? '' }, body: { documentId } })
  expect(credited).toMatchObject({ state: 'credited', points: 31 })
  expect(await ledgerFaults(shop)).toEqual([])
})
