import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { file, importFile, line as fileLine } from '../erp/shop-files.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { key, receiptNo, refusalOf } from './around.ts'
import { giveCoupon, line, newTill, today } from './tills.ts'

/** 店员核销 as a panel beside a till: its goods, several coupons, what comes back, the slip, the SMS. */
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

const at = { storeCode: 'S01', tillCode: '80' }
const staff = async (name = '导购小陈') => (await shop.as('guide', { stores: ['S01'], name })).call(tillDeskApi)
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const stateOf = async (code: string) => (await shop.modules.coupons.byCode(shop.db, code))?.state

/** A member with points, and two coupons that go together: ¥5 off ¥30 of rice, then a tenth off. */
async function memberWithTwo(points = 1_000) {
  const member = await newMember(shop)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:${member.memberId}`, memberId: member.memberId, points }]),
  )
  const give = async (columns: object) => (await giveCoupon(shop, member.memberId, { columns })).code
  const off = await give({ stackGroup: 'a', amountOff: 500, threshold: 3_000 })
  const tenth = await give({ stackGroup: 'b', kind: 'percentOff', amountOff: 0, payPercent: 90, threshold: 0 })
  return { ...member, off, tenth }
}
const rice = [line(1, '30'), line(2, '20.50', { productCode: 'cigarettes', name: '香烟' })]

test('goods that the till has told are priced as goods: two coupons, tobacco left out, each line with its share', async () => {
  const desk = await staff()
  const member = await memberWithTwo()
  const wish = { storeCode: 'S01', memberCode: member.cardNo, amount: 5_050, lines: rice }
  const quote = await desk.deskQuote({ body: { ...wish, couponCodes: [member.tenth, member.off] } })
  // Tobacco takes part in nothing: 30 − 5 = 25, a tenth of that is 2.50.
  expect([quote.discount, quote.payable, quote.points]).toEqual([750, 4_300, 22])
  expect(quote.shares.map(share => share.discount)).toEqual([750, 0])
  expect(await refusalOf(desk.deskQuote({ body: { ...wish, amount: 5_000 } }))).toBe('till.amountDiffers')

  const no = receiptNo()
  const body = { key: key(), ...at, ...wish, receiptNo: no, couponCodes: [member.off, member.tenth], points: 1_000 }
  const told = await Promise.all(Array.from({ length: 4 }, () => desk.deskSell({ body })))
  expect(new Set(told.map(one => one.redemptionId)).size).toBe(1)
  expect(told[0]).toMatchObject({ couponCount: 2, discount: 750, pointsFen: 1_000, payable: 3_300, balance: 22 })
  for (const couponCodes of [[member.off], []])
    expect(await refusalOf(desk.deskSell({ body: { ...body, couponCodes } }))).toBe('common.keyReused')
  expect([await stateOf(member.off), await stateOf(member.tenth)]).toEqual(['redeemed', 'redeemed'])
  // What it said of the balance is said again when others have happened since.
  await desk.deskSell({ body: { key: key(), ...at, receiptNo: receiptNo(), memberCode: member.cardNo, amount: 1_000 } })
  expect((await desk.deskSell({ body })).balance).toBe(22)

  const [redemption] = told
  const slip = await desk.deskPrint({ params: { redemptionId: redemption?.redemptionId ?? '' }, body: { paper: 80 } })
  expect(slip.columns).toBe(48)
  expect(slip.lines.join('\n')).toMatch(/香烟[\s\S]*满39减5[\s\S]*33\.00/)
  const stranger = (await shop.as('guide', { stores: ['S02'] })).call(tillDeskApi)
  expect(
    await refusalOf(stranger.deskPrint({ params: { redemptionId: redemption?.redemptionId ?? '' }, body: {} })),
  ).toBe('till.noRedemption')
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a lock that its release has overtaken holds nothing, and of the two at one moment nothing stays held', async () => {
  const desk = await staff()
  const member = await memberWithTwo()
  const wish = { storeCode: 'S01', memberCode: member.cardNo, couponCodes: [member.off], amount: 5_000 }
  const release = (lockKey: string) => desk.deskRelease({ params: { lockKey }, body: { storeCode: 'S01' } })
  const early = key()
  expect(await release(early)).toEqual({ released: false })
  expect(await refusalOf(desk.deskLock({ body: { key: early, ...wish } }))).toBe('till.cancelled')
  for (let round = 0; round < 12; round++) {
    const lockKey = key()
    const both = [desk.deskLock({ body: { key: lockKey, ...wish } }), release(lockKey)]
    await Promise.allSettled(round % 2 === 0 ? both : both.toReversed())
    expect(await stateOf(member.off)).toBe('issued')
  }
  // Held and let go as usual, and the sale that names its lock ends it too.
  const lockKey = key()
  await desk.deskLock({ body: { key: lockKey, ...wish } })
  await desk.deskSell({ body: { key: key(), ...at, receiptNo: receiptNo(), ...wish, lockKey } })
  expect(await refusalOf(desk.deskLock({ body: { key: lockKey, ...wish, couponCodes: [member.tenth] } }))).toBe('till.cancelled') // prettier-ignore
  expect(await stateOf(member.tenth)).toBe('issued')
})

test('undone, both coupons and the points are the member’s again', async () => {
  const desk = await staff()
  const member = await memberWithTwo()
  const { redemptionId } = await desk.deskSell({
    body: { key: key(), ...at, receiptNo: receiptNo(), memberCode: member.cardNo, couponCodes: [member.off, member.tenth], points: 1_000, amount: 5_000 }, // prettier-ignore
  })
  await desk.deskUndo({ params: { redemptionId } })
  expect([await stateOf(member.off), await stateOf(member.tenth)]).toEqual(['issued', 'issued'])
  expect(await balance(member.memberId)).toBe(1_000)
})

test('goods come back at the desk: what is said beforehand is what happens, once for its key, and the file’s word on it is no second return', async () => {
  const desk = await staff()
  const member = await memberWithTwo()
  const lines = [line(1, '30'), line(2, '20')]
  const no = receiptNo()
  await desk.deskSell({
    body: { key: key(), ...at, receiptNo: no, memberCode: member.cardNo, couponCodes: [member.off], amount: 5_000, lines }, // prettier-ignore
  })
  await shop.drain()
  expect(await balance(member.memberId)).toBe(1_045)
  const original = { tillCode: '80', businessDate: today, receiptNo: no }
  const all = await desk.deskQuoteReturn({ body: { storeCode: 'S01', original } })
  expect(all).toMatchObject({ refund: 4_500, full: true, coupons: [{ code: member.off, outcome: 'restored' }] })
  expect(all.lines.map(({ name, quantity, left, net }) => [name, quantity, left, net])).toEqual([
    ['禾谷园长粒香米', '1.0000', '1.0000', '27.0000'],
    ['禾谷园长粒香米', '1.0000', '1.0000', '18.0000'],
  ])
  const part = { storeCode: 'S01', original, lines: [{ lineNo: 2, quantity: '1' }] }
  const quoted = await desk.deskQuoteReturn({ body: part })
  const back = { ...part, key: key(), tillCode: '80', receiptNo: receiptNo() }
  const told = await Promise.all(Array.from({ length: 4 }, () => desk.deskReturn({ body: back })))
  expect(new Set(told.map(one => one.documentId)).size).toBe(1)
  expect(told[0]).toMatchObject({
    refund: quoted.refund,
    coupons: quoted.coupons,
    points: { taken: quoted.points?.taken },
  })
  await shop.drain()
  expect(await balance(member.memberId)).toBe(1_045 - (quoted.points?.taken ?? 0))
  expect((await desk.deskQuoteReturn({ body: { storeCode: 'S01', original } })).lines.map(one => one.left)).toEqual([
    '1.0000',
    '0.0000',
  ])
  // The night's file has the same return under its own number: it is there already.
  const money = ((quoted.refund ?? 0) / 100).toFixed(2)
  const own = { date: today, time: '11:42:05', till: '80', receipt: back.receiptNo }
  await importFile(
    shop,
    file(fileLine({ ...own, type: '退货', code: 'rice', quantity: '-1', price: money, net: `-${money}` })),
    { name: 'back.csv' },
  )
  await shop.drain()
  const documents = await shop.db.selectFrom('sales_document').select(['type', 'importId', 'net']).where('receiptNo', '=', back.receiptNo).execute() // prettier-ignore
  expect(documents).toEqual([{ type: 'return', importId: expect.any(String), net: `-${money}00` }])
  expect(await balance(member.memberId)).toBe(1_045 - (quoted.points?.taken ?? 0))
  expect(await refusalOf(desk.deskReturn({ body: { ...back, key: key(), receiptNo: receiptNo() } }))).toBe(
    'till.tooMuch',
  )
  expect(await refusalOf(desk.deskReturn({ body: { ...back, lines: [{ lineNo: 1, quantity: '1' }] } }))).toBe(
    'till.keyReused',
  )
  const audits = await shop.db.selectFrom('audit_entry').select('action').where('action', '=', 'till.deskReturn').execute() // prettier-ignore
  expect(audits).toHaveLength(1)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a return needs the caller’s store and a receipt that was told here; it stands in the shift of its till', async () => {
  const desk = await staff()
  const no = receiptNo()
  const member = await memberWithTwo()
  await desk.deskSell({ body: { key: key(), ...at, tillCode: '81', receiptNo: no, memberCode: member.cardNo, amount: 2_000 } }) // prettier-ignore
  const original = { tillCode: '81', businessDate: today, receiptNo: no }
  const body = { key: key(), storeCode: 'S01', tillCode: '81', receiptNo: receiptNo(), original }
  expect(await refusalOf(desk.deskQuoteReturn({ body: { storeCode: 'S02', original } }))).toBe('till.notYourStore')
  expect(await refusalOf(desk.deskReturn({ body: { ...body, original: { ...original, receiptNo: 'no' } } }))).toBe(
    'till.noSale',
  )
  expect(await desk.deskReturn({ body })).toMatchObject({ refund: 2_000, full: true, points: { taken: 20 } })
  const shiftAt = { storeCode: 'S01', tillCode: '81' }
  const { shift } = await desk.deskShiftNow({ query: shiftAt })
  expect(shift?.totals).toMatchObject({ sales: 1, returns: 1, returnsFen: 2_000 })
  expect(await refusalOf(desk.deskShiftNow({ query: { ...shiftAt, storeCode: 'S02' } }))).toBe('till.notYourStore')
  const slip = { coupons: 0, couponFen: 0 }
  const closed = await desk.deskShift({ body: { key: key(), storeCode: 'S01', tillCode: '81', shiftNo: 'A', slip } })
  expect(closed.totals).toMatchObject({ sales: 1, salesFen: 2_000, returns: 1, returnsFen: 2_000 })
  expect(await desk.deskShiftNow({ query: shiftAt })).toEqual({ shift: null })
})

test('a spoken phone earns only; what its SMS says lets it spend at this desk, in one sale', async () => {
  const desk = await staff()
  const member = await memberWithTwo()
  const told = { storeCode: 'S01', memberCode: member.phone }
  const sells = (memberCode: string) =>
    desk.deskSell({ body: { key: key(), ...at, receiptNo: receiptNo(), memberCode, couponCodes: [member.off], amount: 5_000 } }) // prettier-ignore
  expect(await refusalOf(sells(member.phone))).toBe('till.couponRefused')
  await desk.deskSms({ body: told })
  const text = shop.sandbox.world.sms.find(sms => sms.phone === member.phone)?.text ?? ''
  const code = /\d{6}/.exec(text)?.[0] ?? ''
  expect(await refusalOf(desk.deskSmsProof({ body: { ...told, code: code === '000000' ? '000001' : '000000' } }))).toBe(
    'members.smsWrong',
  )
  const { memberCode } = await desk.deskSmsProof({ body: { ...told, code } })
  expect(await refusalOf((await staff('别人')).deskSell({ body: { key: key(), ...at, receiptNo: receiptNo(), memberCode, amount: 5_000 } }))).toBe('till.noMember') // prettier-ignore
  expect((await sells(memberCode)).discount).toBe(500)
  expect(await refusalOf(sells(memberCode))).not.toBe('no refusal')
})
