import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import type { InvoiceBuyer } from '../../../server/modules/till/contract/invoice-request.ts'
import { isTaxNumber } from '../../../server/modules/till/contract/tax-number.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { refusalOf, sells, takesBack } from './around.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

const company: InvoiceBuyer = {
  kind: 'company',
  title: '杭州禾木餐饮管理有限公司',
  taxNo: '91330106MA2AX7Q458',
  email: 'caiwu@hemu.example',
}
const person: InvoiceBuyer = { kind: 'person', title: '王小明', email: 'xiaoming@mail.example' }
const finance = async () => (await shop.as('finance')).call(tillDeskApi)

/** A member with a receipt of so many yuan. */
async function buyer(yuan = '50') {
  const member = await newMember(shop)
  const sold = await sells(till, yuan, { cardNo: member.cardNo })
  const params = { documentId: sold.documentId }
  return { ...member, sold, params, desk: member.call(tillDeskApi) }
}
/** The request that waits for this receipt, as finance lists it. */
async function requestOf(documentId: string) {
  const { items } = await (await finance()).invoiceRequests({ query: {} })
  const found = items.find(item => item.documentId === documentId)
  if (found === undefined) throw new Error('no request')
  return found
}

const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'.split('')
const code = fc
  .tuple(
    fc.array(fc.constantFrom(...CHARACTERS), { minLength: 2, maxLength: 2 }),
    fc.array(fc.constantFrom(...CHARACTERS.slice(0, 10)), { minLength: 6, maxLength: 6 }),
    fc.array(fc.constantFrom(...CHARACTERS), { minLength: 9, maxLength: 9 }),
  )
  .map(parts => parts.flat().join(''))

test('law: a tax number has one right check character, and no single slip of a finger goes unseen', () => {
  // Numbers that everybody can look up: Tencent, Alibaba (China), Huawei, Baidu.
  for (const real of ['9144030071526726XG', '91330100799655058B', '914403001922038216', '91110000802100433B'])
    expect([real, isTaxNumber(real)]).toEqual([real, true])
  fc.assert(
    fc.property(code, fc.nat(16), fc.constantFrom(...CHARACTERS), (seventeen, at, other) => {
      const right = CHARACTERS.filter(last => isTaxNumber(seventeen + last))
      expect(right).toHaveLength(1)
      const number = seventeen + (right[0] ?? '')
      if (number[at] === other) return
      expect(isTaxNumber(number.slice(0, at) + other + number.slice(at + 1))).toBe(false)
    }),
  )
  for (const wrong of ['', '91330106MA2AX7Q45O', '91330106MA2AX7Q45', '330106MA2AX7Q45891'])
    expect(isTaxNumber(wrong)).toBe(false)
})

test('a shopper asks for what she paid without points and coupons, and what she wrote is sealed', async () => {
  const { memberId, cardNo, call } = await newMember(shop)
  const coupon = await giveCoupon(shop, memberId)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `invoice:${memberId}`, memberId, points: 1_000 }]),
  )
  const at = { businessDate: today, receiptNo: 'invoice-request', businessAt: now }
  const { documentId } = await till.call(tillApi).commit({
    body: {
      key: 'invoice-request-1',
      ...at,
      memberCode: cardNo,
      couponCode: coupon.code,
      points: 500,
      lines: [line(1, '50')],
    },
  })
  const params = { documentId }
  const desk = call(tillDeskApi)
  expect(await desk.myInvoiceRequest({ params })).toMatchObject({
    paid: 4_500,
    notInvoiced: 500,
    back: 0,
    invoiceable: 4_000,
    invoice: { state: 'none' },
    request: null,
    last: null,
  })
  const wrong = { ...company, taxNo: '91330106MA2AX7Q459' }
  expect(await refusalOf(desk.askInvoice({ params, body: wrong }))).toBe('till.badTaxNo')
  expect(await refusalOf(desk.askInvoice({ params, body: { ...person, email: 'xiaoming' } }))).toBe('till.badEmail')
  // As a person types it: small letters, blanks between.
  const typed = { ...company, taxNo: '9133 0106 ma2ax7 q458' }
  const asked = await desk.askInvoice({ params, body: typed })
  expect(asked.request).toMatchObject({ state: 'asked', amount: 4_000, buyer: company })
  expect(await desk.myInvoice({ params })).toMatchObject({ state: 'none', isAsked: true })
  const [row] = await shop.db.selectFrom('invoice_request').selectAll().where('documentId', '=', documentId).execute()
  expect(JSON.stringify(row)).not.toMatch(/禾木|MA2AX7Q458|hemu/)
  expect(await refusalOf((await newMember(shop)).call(tillDeskApi).askInvoice({ params, body: company }))).toBe(
    'till.noReceipt',
  )
})

test('asked twice is asked once; something else has to wait until the first is taken back', async () => {
  const { desk, params } = await buyer()
  const all = await Promise.all(Array.from({ length: 6 }, () => desk.askInvoice({ params, body: company })))
  expect(new Set(all.map(one => JSON.stringify(one.request))).size).toBe(1)
  expect(await refusalOf(desk.askInvoice({ params, body: person }))).toBe('till.invoiceAsked')
  expect((await desk.withdrawInvoice({ params })).request?.state).toBe('withdrawn')
  expect((await desk.withdrawInvoice({ params })).request?.state).toBe('withdrawn')
  const again = await desk.askInvoice({ params, body: person })
  expect(again.request).toMatchObject({ state: 'asked', buyer: { kind: 'person', taxNo: null } })
  expect(again.last).toMatchObject({ title: '王小明' })
})

test('finance sees the stores it may see, names masked; reading whom it is for is written down; one number is given', async () => {
  const { desk, params, memberId } = await buyer()
  await desk.askInvoice({ params, body: person })
  const request = await requestOf(params.documentId)
  expect(request).toMatchObject({
    state: 'asked',
    kind: 'person',
    title: '王**',
    email: 'x***@mail.example',
    amount: 5_000,
    invoiceable: 5_000,
  })
  const foreign = (await shop.as('storeManager', { stores: ['S02'] })).call(tillDeskApi)
  expect((await foreign.invoiceRequests({ query: {} })).items).toEqual([])
  expect(await foreign.invoiceWork({})).toEqual({ asked: 0, redNeeded: 0 })
  const at = { params: { requestId: request.requestId } }
  const given = { ...at, body: { invoiceNo: 'E1' } }
  for (const call of [
    () => foreign.invoiceBuyer(at),
    () => foreign.issueInvoice(given),
    () => foreign.rejectInvoice({ ...at, body: { reason: '不开' } }),
  ])
    expect(await refusalOf(call())).toBe('till.noInvoiceRequest')
  const clerk = await shop.as('finance')
  expect(await clerk.call(tillDeskApi).invoiceBuyer(at)).toEqual({ ...person, taxNo: null })
  expect(
    await shop.db
      .selectFrom('audit_entry')
      .select(['subjectId', 'actorId'])
      .where('action', '=', 'till.invoiceBuyer')
      .execute(),
  ).toContainEqual({ subjectId: memberId, actorId: clerk.staffId })

  const before = await clerk.call(tillDeskApi).invoiceWork({})
  const numbers = ['E1', 'E2', 'E3', 'E4', 'E5']
  const answers = await Promise.allSettled(
    numbers.map(invoiceNo => clerk.call(tillDeskApi).issueInvoice({ ...at, body: { invoiceNo } })),
  )
  const made = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value.invoiceNo] : []))
  expect(made).toHaveLength(1)
  const [invoiceNo = ''] = made
  // The same said again answers the same.
  expect(await clerk.call(tillDeskApi).issueInvoice({ ...at, body: { invoiceNo: invoiceNo ?? '' } })).toMatchObject({
    state: 'issued',
  })
  expect((await clerk.call(tillDeskApi).invoiceWork({})).asked).toBe(before.asked - 1)
  expect(await desk.myInvoiceRequest({ params })).toMatchObject({
    invoice: { state: 'issued', invoiceNo, amount: 5_000 },
    request: { state: 'issued' },
  })
  expect(await refusalOf(desk.askInvoice({ params, body: company }))).toBe('till.invoiced')
  expect(await refusalOf(desk.withdrawInvoice({ params }))).toBe('till.requestClosed')
})

test('a rejected request says why, and may be asked anew', async () => {
  const { desk, params } = await buyer()
  await desk.askInvoice({ params, body: company })
  const { requestId } = await requestOf(params.documentId)
  const body = { reason: '税号与抬头对不上' }
  await (await finance()).rejectInvoice({ params: { requestId }, body })
  expect(await refusalOf((await finance()).rejectInvoice({ params: { requestId }, body }))).toBe('till.requestClosed')
  const rejected = await desk.myInvoiceRequest({ params })
  expect(rejected.request).toMatchObject({ state: 'rejected', reason: '税号与抬头对不上', buyer: company })
  expect((await desk.askInvoice({ params, body: person })).request).toMatchObject({ state: 'asked', reason: null })
})

test('what was taken back is not invoiced, though the same receipt is asked for anew for somebody else', async () => {
  const { desk, params } = await buyer()
  await desk.askInvoice({ params, body: company })
  const first = await requestOf(params.documentId)
  await desk.withdrawInvoice({ params })
  await desk.askInvoice({ params, body: person })
  const at = { params: { requestId: first.requestId } }
  expect(await refusalOf((await finance()).issueInvoice({ ...at, body: { invoiceNo: 'W1' } }))).toBe(
    'till.requestClosed',
  )
  // At the very moment: the clerk has opened the first while the shopper changes it.
  const second = await requestOf(params.documentId)
  const answers = await Promise.allSettled([
    (await finance()).issueInvoice({ params: { requestId: second.requestId }, body: { invoiceNo: 'W2' } }),
    desk.withdrawInvoice({ params }),
  ])
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  const mine = await desk.myInvoiceRequest({ params })
  expect(mine.request?.state).toBe(answers[0]?.status === 'fulfilled' ? 'issued' : 'withdrawn')
  expect(mine.invoice.state).toBe(answers[0]?.status === 'fulfilled' ? 'issued' : 'none')
})

test('goods of what was invoiced come back: the shopper and finance see that a red-letter note is due, and that it was made', async () => {
  const { desk, params, sold } = await buyer()
  await desk.askInvoice({ params, body: company })
  const { requestId } = await requestOf(params.documentId)
  const clerk = await finance()
  await clerk.issueInvoice({ params: { requestId }, body: { invoiceNo: 'R-1' } })
  const before = await clerk.invoiceWork({})
  await takesBack(till, sold)
  expect(await clerk.invoiceWork({})).toEqual({ ...before, redNeeded: before.redNeeded + 1 })
  const { items } = await clerk.invoiceRequests({ query: { state: 'redNeeded' } })
  expect(items).toMatchObject([{ requestId, state: 'redNeeded', invoiceNo: 'R-1', redAmount: 5_000 }])
  expect(await desk.myInvoiceRequest({ params })).toMatchObject({
    back: 5_000,
    invoiceable: 0,
    invoice: { state: 'redNeeded', redAmount: 5_000 },
    request: { state: 'redNeeded' },
  })
  await clerk.markRed({ params, body: { redNo: 'R-2' } })
  expect(await desk.myInvoiceRequest({ params })).toMatchObject({ invoice: { state: 'red', redNo: 'R-2' } })
  expect(await clerk.invoiceWork({})).toEqual(before)
})

test('all comes back before the invoice is made: nobody waits for it any more', async () => {
  const { desk, params, sold } = await buyer()
  await desk.askInvoice({ params, body: company })
  const { requestId } = await requestOf(params.documentId)
  await takesBack(till, sold)
  expect(await desk.myInvoiceRequest({ params })).toMatchObject({ invoiceable: 0, request: { state: 'void' } })
  const given = { params: { requestId }, body: { invoiceNo: 'V1' } }
  expect(await refusalOf((await finance()).issueInvoice(given))).toBe('till.requestClosed')
  expect(await refusalOf(desk.askInvoice({ params, body: company }))).toBe('till.notInvoiceable')
})

test('the till makes the invoice itself: who waits for it sees it, also when both happen at one moment', async () => {
  const { desk, params, sold } = await buyer()
  await desk.askInvoice({ params, body: company })
  const told = { businessDate: sold.businessDate, receiptNo: sold.receiptNo, invoiceNo: 'T1' }
  await till.call(tillDeskApi).tellInvoice({ body: told })
  expect((await desk.myInvoiceRequest({ params })).request?.state).toBe('issued')

  // The till has written its invoice and not committed yet when the shopper asks.
  const other = await buyer()
  let asked: Promise<string> = Promise.resolve('')
  await inTransaction(shop.db, async tx => {
    await tx
      .insertInto('receipt_invoice')
      .values({
        documentId: other.params.documentId,
        docKey: other.sold.docKey,
        storeCode: 'S01',
        invoiceNo: 'T2',
        amount: 5_000,
        state: 'issued',
        redAmount: 0,
        redNo: null,
        issuedBy: 'till',
        issuedAt: shop.clock.now(),
        updatedAt: shop.clock.now(),
      })
      .execute()
    asked = refusalOf(other.desk.askInvoice({ params: other.params, body: company }))
    await Promise.race([asked, new Promise(resolve => setTimeout(resolve, 300))])
  })
  expect(await asked).toBe('till.invoiced')
  expect((await other.desk.myInvoiceRequest({ params: other.params })).request).toBeNull()
})

test('who leaves takes title, tax number and e-mail along; the amounts stay for the books', async () => {
  const { desk, params, memberId, call } = await buyer()
  await desk.askInvoice({ params, body: person })
  const { requestId } = await requestOf(params.documentId)
  await call(membersApi).closeMe({ body: { confirm: true } })
  expect(
    await shop.db
      .selectFrom('invoice_request')
      .select(['state', 'buyerSealed', 'amount', 'memberId'])
      .where('id', '=', requestId)
      .executeTakeFirst(),
  ).toEqual({ state: 'withdrawn', buyerSealed: null, amount: 5_000, memberId })
  expect(await requestOf(params.documentId)).toMatchObject({ title: '', email: '', state: 'withdrawn' })
  expect(await refusalOf((await finance()).invoiceBuyer({ params: { requestId } }))).toBe('till.noInvoiceRequest')
})

test('two cards of one person become one: what was asked with either is hers, until they are parted again', async () => {
  const [ann, bob] = [await newMember(shop), await buyer()]
  await bob.desk.askInvoice({ params: bob.params, body: company })
  const owner = (await shop.as('owner')).call(membersApi)
  const evidence = { evidence: 'idCard', note: '身份证与两张卡一致' } as const
  const { mergeId } = await owner.merge({
    params: { memberId: ann.memberId },
    body: { ...evidence, otherId: bob.memberId },
  })
  const desk = ann.call(tillDeskApi)
  expect((await desk.myInvoiceRequest({ params: bob.params })).request).toMatchObject({
    state: 'asked',
    buyer: company,
  })
  await owner.undoMerge({ params: { mergeId }, body: { note: '弄错了，是两个人' } })
  expect(await refusalOf(desk.myInvoiceRequest({ params: bob.params }))).toBe('till.noReceipt')
  expect((await bob.desk.myInvoiceRequest({ params: bob.params })).request?.state).toBe('asked')
})
