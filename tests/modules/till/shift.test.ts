import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { closes, key, receiptNo, refusalOf, sells, takesBack } from './around.ts'
import { giveCoupon, line, newTill, now, today } from './tills.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

test('a shift of sales, a coupon and a return balances to zero against its slip', async () => {
  const till = await newTill(shop, 'S01', '11')
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  await sells(till, '20')
  const withCoupon = await sells(till, '50.50', { coupon: coupon.code })
  expect(withCoupon).toMatchObject({ discount: 500, payable: 4550, points: { earned: 45 } })
  const whole = await sells(till, '30', { cardNo: member.cardNo })
  const back = await takesBack(till, whole)

  const open = await till.call(tillDeskApi).currentShift({})
  expect(open).toMatchObject({ state: 'open', balanced: null, totals: { sales: 3, salesFen: 9550, returns: 1 } })
  const slip = {
    sales: 3,
    salesFen: 9550,
    returns: 1,
    returnsFen: 3000,
    coupons: 1,
    couponFen: 500,
    pointsEarned: 75,
    pointsTaken: 30,
    pointsUsed: 0,
    pointsFen: 0,
    lossFen: 0,
    receipts: [
      { businessDate: today, receiptNo: withCoupon.receiptNo, net: 4550, couponFen: 500, points: 45 },
      { businessDate: today, receiptNo: whole.receiptNo, net: 3000 },
      { businessDate: today, receiptNo: back.receiptNo, net: -3000, points: -30 },
    ],
  }
  const missing = await closes(till, 'A', slip, 58)
  // One receipt is not on the slip's list: that is the only line.
  expect(missing.balanced).toBe(false)
  expect(missing.differences).toEqual([
    { figure: 'receipt', businessDate: today, receiptNo: expect.any(String) as string, ours: 2000, theirs: null },
  ])
  const { receipts: _, ...figures } = slip
  await sells(till, '5')
  const next = await closes(
    till,
    'B',
    {
      ...figures,
      sales: 1,
      salesFen: 500,
      returns: 0,
      returnsFen: 0,
      coupons: 0,
      couponFen: 0,
      pointsEarned: 0,
      pointsTaken: 0,
    },
    58,
  )
  expect(next).toMatchObject({ balanced: true, differences: [], totals: { sales: 1, salesFen: 500 } })
  expect(next.print?.join('\n')).toContain('核对一致，差异 0')
})

test('a close that is said again answers the same, and what was sold meanwhile is in the next shift', async () => {
  const till = await newTill(shop, 'S01', '12')
  await sells(till, '10')
  const slip = { sales: 1, salesFen: 1000 }
  const first = await closes(till, 'A', slip)
  await sells(till, '7')
  expect(await closes(till, 'A', slip)).toEqual(first)
  expect(await refusalOf(closes(till, 'A', { sales: 2, salesFen: 1700 }))).toBe('till.shiftClosed')
  const second = await closes(till, 'B', { sales: 1, salesFen: 700 })
  expect(second).toMatchObject({ balanced: true, totals: { salesFen: 700 } })
  expect(second.shiftId).not.toBe(first.shiftId)
})

test('of sales and closes at once every receipt is in exactly one shift, and the shifts together are all sales', async () => {
  const till = await newTill(shop, 'S01', '13')
  const sold = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      if (i % 6 === 5) return closes(till, `R${i}`, {}).then(() => null)
      return sells(till, `${i + 1}`)
    }),
  )
  await closes(till, 'last', {})
  const receipts = await shop.db.selectFrom('till_entry').selectAll().where('tillCode', '=', '13').execute()
  expect(receipts.length).toBe(sold.filter(one => one !== null).length)
  const shifts = (await (await shop.as('owner')).call(tillDeskApi).shifts({ query: { limit: 200 } })).items.filter(
    one => one.tillCode === '13',
  )
  expect(shifts.every(one => one.state === 'closed')).toBe(true)
  expect(shifts.reduce((sum, one) => sum + one.totals.salesFen, 0)).toBe(
    sold.reduce((sum, one) => sum + (one?.payable ?? 0), 0),
  )
  expect(shifts.reduce((sum, one) => sum + one.totals.sales, 0)).toBe(20)
})

test('what a slip says that is not so is listed figure by figure and receipt by receipt', async () => {
  const till = await newTill(shop, 'S01', '14')
  const sold = await sells(till, '10')
  const closed = await closes(till, 'A', {
    sales: 2,
    salesFen: 1000,
    couponFen: 100,
    receipts: [
      { businessDate: today, receiptNo: sold.receiptNo, net: 900 },
      { businessDate: today, receiptNo: 'gone', net: 100 },
    ],
  })
  expect(closed.differences).toEqual([
    { figure: 'sales', businessDate: null, receiptNo: null, ours: 1, theirs: 2 },
    { figure: 'couponFen', businessDate: null, receiptNo: null, ours: 0, theirs: 100 },
    { figure: 'net', businessDate: today, receiptNo: sold.receiptNo, ours: 1000, theirs: 900 },
    { figure: 'receipt', businessDate: today, receiptNo: 'gone', ours: null, theirs: 100 },
  ])
})

test('staff sees the shifts of their own stores only, one by one, and as a file', async () => {
  const [west, east] = [await newTill(shop, 'S01', '15'), await newTill(shop, 'S02', '15')]
  await sells(west, '10')
  await sells(east, '20')
  const closed = await closes(east, 'A', { sales: 1 })
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  const { items } = await manager.shifts({ query: { limit: 200 } })
  expect([...new Set(items.map(one => one.storeCode))]).toEqual(['S01'])
  expect(await refusalOf(manager.shift({ params: { shiftId: closed.shiftId } }))).toBe('till.noShift')
  const owner = await shop.as('owner')
  const one = await owner.call(tillDeskApi).shift({ params: { shiftId: closed.shiftId } })
  expect(one).toMatchObject({ shift: { balanced: true }, receipts: [{ net: 2000, kind: 'sale' }] })
  const file = await fetch(`${shop.url}/api/admin/till-shifts.csv?storeCode=S02`, {
    headers: { cookie: owner.session.cookie, 'accept-language': 'zh-CN' },
  })
  const [head, ...rows] = (await file.text()).trim().split('\r\n')
  expect(head).toContain('销售金额,销售金额 (小票)')
  expect(rows).toEqual([expect.stringContaining(`S02,15,${today},A,小李`) as string])
})

test('the receipt of a sale and of its return come back ready to print, and print the same again', async () => {
  const till = await newTill(shop, 'S01', '16')
  const member = await newMember(shop, { name: '王小明' })
  const sold = await sells(till, '20', { cardNo: member.cardNo, print: 58 })
  expect(sold.print?.join('\n')).toContain('本次 +20 分，余 20 分')
  const again = await till
    .call(tillDeskApi)
    .printReceipt({ body: { businessDate: today, receiptNo: sold.receiptNo, paper: 58 } })
  expect(again).toEqual({ columns: 32, lines: sold.print })
  const back = await takesBack(till, sold, { print: 80 })
  expect(back.print?.join('\n')).toMatch(/退货单[\s\S]*应退 +20\.00[\s\S]*退回 20 分，余 0 分/)
  const guest = await sells(till, '20', { print: 58 })
  expect(guest.print?.join('')).toContain(`S01|16|${today}|${guest.receiptNo}|`)
})

test('a basket waits, is quoted anew when it is taken up, once, and is gone with its shift', async () => {
  const till = await newTill(shop, 'S01', '17')
  const other = await newTill(shop, 'S01', '18')
  const member = await newMember(shop)
  const lines = [line(1, '40'), line(2, '10')]
  const held = await till
    .call(tillDeskApi)
    .hold({ body: { key: key(), label: '红衣服', memberCode: member.cardNo, lines } })
  expect(held).toMatchObject({ label: '红衣服', lineCount: 2, total: 5000, hasMember: true })
  expect((await till.call(tillDeskApi).holds({})).items).toEqual([held])
  expect((await other.call(tillDeskApi).holds({})).items).toEqual([])
  expect(JSON.stringify(await shop.db.selectFrom('till_hold').selectAll().execute())).not.toContain(member.cardNo)

  const params = { holdId: held.holdId }
  expect(await refusalOf(other.call(tillDeskApi).resume({ params, body: { key: key() } }))).toBe('till.noHold')
  const tries = await Promise.allSettled(
    Array.from({ length: 6 }, () => till.call(tillDeskApi).resume({ params, body: { key: key() } })),
  )
  const taken = tries.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  expect(taken.length).toBe(1)
  expect(taken[0]).toMatchObject({
    memberGone: false,
    basket: { memberCode: member.cardNo, lines: [{ net: '40' }, { net: '10' }] },
    quote: { total: 5000, payable: 5000, points: 50 },
  })

  const late = await till.call(tillDeskApi).hold({ body: { key: key(), lines } })
  await closes(till, 'A', {})
  expect((await till.call(tillDeskApi).holds({})).items).toEqual([])
  expect(
    await refusalOf(till.call(tillDeskApi).resume({ params: { holdId: late.holdId }, body: { key: key() } })),
  ).toBe('till.holdGone')
})

test('a basket that waits keeps the points that were to pay, and they are asked for anew when it is taken up', async () => {
  const till = await newTill(shop, 'S01', '20')
  const { memberId, cardNo: memberCode } = await newMember(shop)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:hold:${memberId}`, memberId, points: 1_000 }]),
  )
  const hold = () =>
    till.call(tillDeskApi).hold({ body: { key: key(), memberCode, points: 1_000, lines: [line(1, '50')] } })
  const resume = async (holdId: string) => till.call(tillDeskApi).resume({ params: { holdId }, body: { key: key() } })
  const [first, second] = [await hold(), await hold()]
  expect(await resume(first.holdId)).toMatchObject({
    basket: { points: 1_000 },
    quote: { payable: 4_000, pointsPay: { points: 1_000, fen: 1_000, refusal: null } },
  })
  // Used elsewhere while the other one waited.
  await inTransaction(shop.db, tx =>
    shop.modules.points.spend(tx, { key: `test:elsewhere:${memberId}`, memberId, points: 900 }),
  )
  expect(await resume(second.holdId)).toMatchObject({
    basket: { points: 1_000 },
    quote: { payable: 5_000, pointsPay: { points: 0, most: { points: 100 }, refusal: { zh: '积分不够' } } },
  })
})

test('a coupon that staff redeems on a phone is in the till’s shift, once for its key, and may be undone for minutes', async () => {
  const guide = await shop.as('guide', { stores: ['S01'], name: '导购小陈' })
  const desk = guide.call(tillDeskApi)
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const at = { storeCode: 'S01', tillCode: '88' }
  expect(await desk.deskIdentify({ body: { storeCode: 'S01', code: coupon.code } })).toMatchObject({
    kind: 'coupon',
    coupon: { usable: true },
  })
  expect(await refusalOf(desk.deskIdentify({ body: { storeCode: 'S02', code: coupon.code } }))).toBe(
    'till.notYourStore',
  )
  const short = await desk.deskQuote({ body: { storeCode: 'S01', couponCodes: [coupon.code], amount: 3_280 } })
  expect(short.refusals[0]?.refusal?.text.zh).toBe('差 ¥6.20 可用此券')
  const body = { key: key(), ...at, receiptNo: receiptNo(), couponCode: coupon.code, amount: 5_000 }
  expect(await refusalOf(desk.deskRedeem({ body: { ...body, amount: 3_280 } }))).toBe('coupons.refused')
  const all = await Promise.all(Array.from({ length: 5 }, () => desk.deskRedeem({ body })))
  expect(new Set(all.map(one => one.redemptionId)).size).toBe(1)
  expect(all[0]).toMatchObject({ discount: 500, state: 'redeemed', staffName: '导购小陈' })
  expect(await refusalOf(desk.deskRedeem({ body: { ...body, receiptNo: 'other' } }))).toBe('common.keyReused')

  const params = { redemptionId: all[0]?.redemptionId ?? '' }
  const cashier = (await shop.as('cashier', { stores: ['S01'] })).call(tillDeskApi)
  expect(await refusalOf(cashier.deskUndo({ params }))).toBe('till.noRedemption')
  const undone = await Promise.allSettled(Array.from({ length: 4 }, () => desk.deskUndo({ params })))
  expect(undone.filter(one => one.status === 'fulfilled').length).toBe(1)
  expect((await shop.modules.coupons.byCode(shop.db, coupon.code))?.state).toBe('issued')

  await desk.deskRedeem({ body: { ...body, key: key(), receiptNo: receiptNo() } })
  const closed = await desk.deskShift({
    body: { key: key(), ...at, shiftNo: 'A', slip: { coupons: 1, couponFen: 500 } },
  })
  expect(closed).toMatchObject({ balanced: true, totals: { coupons: 1, couponFen: 500, sales: 0 } })
  const [newest] = (await desk.deskRedemptions({ query: {} })).items
  expect(await refusalOf(desk.deskUndo({ params: { redemptionId: newest?.redemptionId ?? '' } }))).toBe(
    'till.undoShiftClosed',
  )
  shop.clock.advance(11 * 60_000)
  expect(await refusalOf(desk.deskUndo({ params: { redemptionId: newest?.redemptionId ?? '' } }))).toBe('till.undoLate')
})

test('no receipt number takes a second coupon on a phone, not even at the same moment', async () => {
  const desk = (await shop.as('cashier', { stores: ['S01'] })).call(tillDeskApi)
  const member = await newMember(shop)
  const coupons = [await giveCoupon(shop, member.memberId), await giveCoupon(shop, member.memberId)]
  const at = { storeCode: 'S01', tillCode: '89', receiptNo: receiptNo(), amount: 5_000 }
  const tries = await Promise.allSettled(
    coupons.map(coupon => desk.deskRedeem({ body: { key: key(), ...at, couponCode: coupon.code } })),
  )
  expect(tries.filter(one => one.status === 'fulfilled').length).toBe(1)
  const states = await Promise.all(
    coupons.map(async coupon => (await shop.modules.coupons.byCode(shop.db, coupon.code))?.state),
  )
  expect(states.toSorted()).toEqual(['issued', 'redeemed'])
})

test('undone because the amount was typed wrong, the same receipt takes the same coupon again, and the shift still balances', async () => {
  const desk = (await shop.as('cashier', { stores: ['S01'] })).call(tillDeskApi)
  const member = await newMember(shop)
  const [coupon, second] = [await giveCoupon(shop, member.memberId), await giveCoupon(shop, member.memberId)]
  const at = { storeCode: 'S01', tillCode: '90', receiptNo: receiptNo() }
  const redeems = (couponCode: string, amount: number) =>
    desk.deskRedeem({ body: { key: key(), ...at, couponCode, amount } })
  for (const amount of [50_000, 5_000, 4_500]) {
    const { redemptionId } = await redeems(coupon.code, amount)
    await desk.deskUndo({ params: { redemptionId } })
  }
  const { redemptionId } = await redeems(second.code, 5_000)
  expect(await refusalOf(redeems(coupon.code, 5_000))).toBe('till.couponRefused')
  await desk.deskUndo({ params: { redemptionId } })
  expect(await redeems(coupon.code, 5_000)).toMatchObject({ state: 'redeemed', discount: 500 })
  const slip = { coupons: 1, couponFen: 500 }
  const body = { key: key(), storeCode: 'S01', tillCode: '90', shiftNo: 'A', slip }
  expect(await desk.deskShift({ body })).toMatchObject({ balanced: true, totals: { coupons: 1, couponFen: 500 } })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a store’s day is nought by till, whatever races the close; what only the file knows is the difference', async () => {
  const [one, two] = [await newTill(shop, 'S03', '1'), await newTill(shop, 'S03', '2')]
  // A sale that comes while the shift is being closed falls into one shift or the next, never into none.
  await Promise.all([sells(one, '10'), closes(one, 'A', {}), sells(one, '20'), sells(two, '7'), closes(two, 'A', {})])
  await takesBack(one, await sells(one, '5'))
  const manager = (await shop.as('storeManager', { stores: ['S03'] })).call(tillDeskApi)
  const day = async () => (await manager.tillDay({ query: { date: today } })).items
  expect((await day()).map(row => [row.storeCode, row.tillCode, row.net, row.documentsNet, row.difference])).toEqual([
    ['S03', '1', 3_000, 3_000, 0],
    ['S03', '2', 700, 700, 0],
  ])
  await closes(one, 'B', { sales: 99 })
  await shop.db.transaction().execute(tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S03',
      tillCode: '2',
      businessDate: today,
      receiptNo: 'only-in-the-file',
      type: 'sale',
      businessAt: new Date(now),
      lines: [{ productCode: 'rice', name: '米', quantity: '1', unitPrice: '8', net: '8' }],
    }),
  )
  const [first, second] = await day()
  expect(first).toMatchObject({ receipts: 4, documents: 4, openShifts: 0, differing: 1, difference: 0 })
  expect(second).toMatchObject({ receipts: 1, documents: 2, difference: 800 })
  const elsewhere = (await shop.as('storeManager', { stores: ['S02'] })).call(tillDeskApi)
  expect((await elsewhere.tillDay({ query: { date: today } })).items.some(row => row.storeCode === 'S03')).toBe(false)
})

test('a till that has nothing to close closes an empty shift', async () => {
  const till = await newTill(shop, 'S01', '19')
  expect(await closes(till, 'A', { sales: 0 })).toMatchObject({ balanced: true, totals: { sales: 0 } })
  expect(await till.call(tillApi).identify({ body: { code: 'x' } })).toMatchObject({ kind: 'unknown' })
  expect(now).toContain(today)
})
