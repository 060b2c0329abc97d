import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { file, importFile, line as fileLine } from '../erp/shop-files.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { key, receiptNo, refusalOf } from './around.ts'
import { giveCoupon, newTill, today } from './tills.ts'

/** 店员核销 for a store whose tills cannot call us: earning, paying with points and coupons, on a phone. */
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

const at = { storeCode: 'S01', tillCode: '70' }
const staff = async (role: 'guide' | 'cashier' = 'guide') =>
  (await shop.as(role, { stores: ['S01'], name: '导购小陈' })).call(tillDeskApi)
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
async function memberWith(points: number) {
  const member = await newMember(shop)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:${member.memberId}`, memberId: member.memberId, points }]),
  )
  return { ...member, coupon: await giveCoupon(shop, member.memberId) }
}

test('quote, hold, take: an amount, a coupon and points become one receipt under the staff’s name, once for its key', async () => {
  const desk = await staff()
  const member = await memberWith(2_000)
  const wish = { storeCode: 'S01', memberCode: member.cardNo, couponCodes: [member.coupon.code], amount: 5_000 }
  const quote = await desk.deskQuote({ body: { ...wish, points: 1_000 } })
  expect(quote).toMatchObject({ total: 5_000, discount: 500, payable: 3_500, points: 45 })
  const lockKey = key()
  const lock = await desk.deskLock({ body: { key: lockKey, ...wish, points: 1_000 } })
  expect(await desk.deskLock({ body: { key: lockKey, ...wish, points: 1_000 } })).toMatchObject({
    quote: { payable: lock.quote.payable },
  })
  // Nobody else may use the coupon now, and its own lock is no hindrance.
  const other = await staff('cashier')
  expect((await other.deskQuote({ body: wish })).refusals[0]?.refusal?.code).toBe('lockedElsewhere')
  expect((await desk.deskQuote({ body: { ...wish, lockKey } })).discount).toBe(500)
  const body = { key: key(), ...at, ...wish, points: 1_000, receiptNo: receiptNo(), lockKey }
  const told = await Promise.all(Array.from({ length: 5 }, () => desk.deskSell({ body })))
  expect(new Set(told.map(one => one.redemptionId)).size).toBe(1)
  expect(told[0]).toMatchObject({ kind: 'sale', discount: 500, points: 1_000, pointsFen: 1_000, payable: 3_500, earned: 45 }) // prettier-ignore
  expect(await refusalOf(desk.deskSell({ body: { ...body, points: 0 } }))).toBe('common.keyReused')
  expect(await refusalOf(desk.deskSell({ body: { ...body, key: key(), couponCodes: [], points: 0 } }))).toBe(
    'till.alreadyCommitted',
  )
  expect(await balance(member.memberId)).toBe(2_000 - 1_000 + 45)
  const docKey = `S01|70|${today}|${body.receiptNo}`
  const document = await shop.modules.sales.byKey(shop.db, docKey)
  expect(document).toMatchObject({ memberId: member.memberId, cashier: '导购小陈', net: '45.0000' })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('the night’s file tells the same receipt: it stays one document, and its points are what the file says, once', async () => {
  const desk = await staff()
  const member = await memberWith(1_000)
  const no = receiptNo()
  const body = { key: key(), ...at, receiptNo: no, memberCode: member.cardNo, points: 1_000, amount: 6_000 }
  await desk.deskSell({ body })
  await shop.drain()
  expect(await balance(member.memberId)).toBe(60)
  const own = { date: today, time: '11:42:05', till: '70', receipt: no }
  await importFile(
    shop,
    file(
      fileLine({ ...own, code: 'rice', quantity: '1', price: '45.00', net: '45.00' }),
      fileLine({ ...own, code: 'cigarettes', quantity: '1', price: '15.00', net: '15.00' }),
    ),
  )
  await shop.drain()
  const documents = await shop.db.selectFrom('sales_document').select(['id', 'docKey', 'memberId', 'net']).where('receiptNo', '=', no).execute() // prettier-ignore
  expect(documents).toMatchObject([{ docKey: `S01|70|${today}|${no}`, memberId: member.memberId, net: '60.0000' }])
  // Tobacco earns nothing; that it was among the ¥60 nobody could know on the phone.
  expect(await balance(member.memberId)).toBe(45)
  expect(await shop.modules.points.creditedFor(shop.db, documents[0]?.id ?? '')).toBe(45)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('typed wrong and undone, the receipt is told anew, and in the end stands once; the ledger has all of it', async () => {
  const desk = await staff()
  const member = await memberWith(1_000)
  const no = receiptNo()
  const sells = (amount: number, more: { points?: number; couponCodes?: string[] } = {}) =>
    desk.deskSell({ body: { key: key(), ...at, tillCode: '71', receiptNo: no, memberCode: member.cardNo, amount, ...more } }) // prettier-ignore
  for (const amount of [50_000, 5_500]) {
    const { redemptionId } = await sells(amount, { points: 1_000, couponCodes: [member.coupon.code] })
    await shop.drain()
    const undone = await desk.deskUndo({ params: { redemptionId } })
    expect(undone).toMatchObject({ state: 'undone' })
    await shop.drain()
    expect(await balance(member.memberId)).toBe(1_000)
    expect((await shop.modules.coupons.byCode(shop.db, member.coupon.code))?.state).toBe('issued')
  }
  await sells(5_000, { points: 1_000, couponCodes: [member.coupon.code] })
  await shop.drain()
  expect(await balance(member.memberId)).toBe(45)
  const slip = { coupons: 1, couponFen: 500, pointsFen: 1_000 }
  const closed = await desk.deskShift({ body: { key: key(), storeCode: 'S01', tillCode: '71', shiftNo: 'A', slip } })
  expect(closed).toMatchObject({ balanced: true, totals: { sales: 1, salesFen: 4_500, coupons: 1, pointsFen: 1_000 } })
  const [newest] = (await desk.deskRedemptions({ query: {} })).items
  expect(await refusalOf(desk.deskUndo({ params: { redemptionId: newest?.redemptionId ?? '' } }))).toBe(
    'till.undoShiftClosed',
  )
  expect(await ledgerFaults(shop)).toEqual([])
})

test('what was undone is nobody’s when the file tells it, and what the file has told is undone no more', async () => {
  const desk = await staff()
  const member = await memberWith(1_000)
  const sells = (no: string) =>
    desk.deskSell({ body: { key: key(), ...at, receiptNo: no, memberCode: member.cardNo, amount: 3_000 } })
  async function tells(no: string): Promise<void> {
    const own = { date: today, time: '11:42:05', till: '70', receipt: no }
    const told = file(fileLine({ ...own, code: 'rice', quantity: '1', price: '30.00', net: '30.00' }))
    await importFile(shop, told, { name: `${no}.csv` })
    await shop.drain()
  }
  const wrong = receiptNo()
  const { redemptionId } = await sells(wrong)
  await desk.deskUndo({ params: { redemptionId } })
  shop.clock.advance(1_000)
  await tells(wrong)
  const document = await shop.modules.sales.byKey(shop.db, `S01|70|${today}|${wrong}`)
  expect(document).toMatchObject({ status: 'confirmed', memberId: null })
  expect(await balance(member.memberId)).toBe(1_000)

  const right = receiptNo()
  const told = await sells(right)
  shop.clock.advance(1_000)
  await tells(right)
  expect(await refusalOf(desk.deskUndo({ params: { redemptionId: told.redemptionId } }))).toBe('till.undoTold')
  expect(await balance(member.memberId)).toBe(1_030)
})

test('goods of a sale on a phone come back by the file: by what it says came back, all of it when all the money is', async () => {
  const desk = await staff()
  const member = await memberWith(1_000)
  const no = receiptNo()
  await desk.deskSell({ body: { key: key(), ...at, receiptNo: no, memberCode: member.cardNo, couponCodes: [member.coupon.code], points: 1_000, amount: 5_000 } }) // prettier-ignore
  const back = (net: string) =>
    inTransaction(shop.db, tx =>
      shop.modules.sales.record(tx, {
        ...at,
        businessDate: today,
        receiptNo: receiptNo(),
        type: 'return',
        businessAt: shop.clock.now(),
        originalDocKey: `S01|70|${today}|${no}`,
        lines: [{ productCode: 'rice', name: '米', quantity: '-1', unitPrice: '1', net }],
      }),
    )
  await back('-18')
  await shop.drain()
  expect(await balance(member.memberId)).toBe(400 + 27)
  await back('-27')
  await shop.drain()
  expect(await balance(member.memberId)).toBe(1_000)
  expect((await shop.modules.coupons.byCode(shop.db, member.coupon.code))?.state).toBe('issued')
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a spoken phone earns only, a foreign store is refused, an amount that points may not pay is refused; nothing is sold then', async () => {
  const desk = await staff()
  const member = await memberWith(5_000)
  const wish = { storeCode: 'S01', memberCode: member.phone, amount: 5_000 }
  const body = { key: key(), ...at, receiptNo: receiptNo(), ...wish }
  expect(await refusalOf(desk.deskSell({ body: { ...body, points: 1_000 } }))).toBe('till.pointsRefused')
  expect(await refusalOf(desk.deskSell({ body: { ...body, couponCodes: [member.coupon.code] } }))).toBe(
    'till.couponRefused',
  )
  expect(await refusalOf(desk.deskLock({ body: { key: key(), ...wish, couponCodes: [member.coupon.code] } }))).toBe(
    'till.couponRefused',
  )
  const tooMuch = { ...body, memberCode: member.cardNo, points: 3_000 }
  expect(await refusalOf(desk.deskSell({ body: tooMuch }))).toBe('till.pointsRefused')
  expect(await refusalOf(desk.deskSell({ body: { ...body, storeCode: 'S02' } }))).toBe('till.notYourStore')
  expect(await refusalOf(desk.deskSell({ body: { ...body, memberCode: null } }))).toBe('till.noMember')
  expect(await shop.modules.sales.byKey(shop.db, `S01|70|${today}|${body.receiptNo}`)).toBeUndefined()
  expect(await desk.deskSell({ body })).toMatchObject({ earned: 50, discount: 0, points: 0 })
  expect(await balance(member.memberId)).toBe(5_050)
})

test('what was held is free again when the customer does not pay, and ten phones spend the same points once', async () => {
  const desk = await staff()
  const member = await memberWith(1_000)
  const lockKey = key()
  const wish = { storeCode: 'S01', memberCode: member.cardNo, couponCodes: [member.coupon.code], amount: 5_000 }
  await desk.deskLock({ body: { key: lockKey, ...wish } })
  const stranger = await staff('cashier')
  expect(await stranger.deskRelease({ params: { lockKey }, body: { storeCode: 'S01' } })).toEqual({ released: false })
  expect(await desk.deskRelease({ params: { lockKey }, body: { storeCode: 'S01' } })).toEqual({ released: true })
  const sold = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      desk.deskSell({ body: { key: key(), ...at, receiptNo: receiptNo(), ...wish, couponCodes: [], points: 1_000 } }),
    ),
  )
  expect(sold.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  expect(await balance(member.memberId)).toBe(50)
  expect(await ledgerFaults(shop)).toEqual([])
})
