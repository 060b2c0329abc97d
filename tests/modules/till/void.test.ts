import { readCouponCode } from 'till-client/codes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { DEFAULT_FRAUD_RULES } from '../../../server/modules/till/contract/fraud.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { key, receiptNo, refusalOf, sells } from './around.ts'
import { codePhone } from './phones.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const rules = structuredClone(DEFAULT_FRAUD_RULES)
  rules.limits.card.receipts = 1
  await owner.changeFraudRules({ body: { version: 0, rules } })
})
beforeEach(() => shop.clock.set(now))
afterAll(() => shop.close())

const manager = async (store: string) => (await shop.as('storeManager', { stores: [store] })).call(tillDeskApi)

/** A card that was over its limit, the alert that was raised by it, and what its member has. */
async function suspect() {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:${member.memberId}`, memberId: member.memberId, points: 2_000 }]),
  )
  for (let i = 0; i < 2; i++) await sells(till, '10', { cardNo: member.cardNo })
  const { items } = await (await manager('S01')).alerts({ query: { state: 'open', limit: 100 } })
  const alert = items.find(one => one.memberId === member.memberId)
  if (alert === undefined) throw new Error('no alert')
  return { member, coupon, params: { alertId: alert.alertId } }
}

test('a card that an alert blocks earns nothing and spends nothing at any till, until somebody of its store lets it in again', async () => {
  const { member, coupon, params } = await suspect()
  const west = await manager('S01')
  const other = await newTill(shop, 'S02', '02')
  expect(await west.closeAlert({ params, body: { note: '收银员自用卡', block: true } })).toMatchObject({
    state: 'closed',
    blocked: true,
  })
  const said = { zh: '此卡已停用，请到服务台' }
  const asked = { memberCode: member.cardNo, couponCodes: [coupon.code], points: 100, lines: [line(1, '50')] }
  expect(await other.call(tillApi).quote({ body: asked })).toMatchObject({
    payable: 5_000,
    points: 0,
    notices: [said],
    refusals: [{ refusal: { text: said } }],
    pointsPay: { points: 0, most: { points: 0 }, refusal: said },
  })
  const at = { key: key(), businessDate: today, receiptNo: receiptNo(), businessAt: now, lines: asked.lines }
  const sale = { ...at, memberCode: member.cardNo }
  expect(await refusalOf(other.call(tillApi).commit({ body: { ...sale, points: 100 } }))).toBe('till.pointsRefused')
  // The coupon's own code is no way round it.
  expect(await refusalOf(sells(other, '50', { coupon: coupon.code }))).toBe('till.couponRefused')
  expect(await other.call(tillApi).commit({ body: sale })).toMatchObject({ points: { earned: 0 }, notices: [said] })

  expect((await west.blockedCards({})).items).toMatchObject([
    { memberId: member.memberId, storeCode: 'S01', reason: '收银员自用卡' },
  ])
  const east = await manager('S02')
  const card = { params: { memberId: member.memberId } }
  expect((await east.blockedCards({})).items).toEqual([])
  expect(await refusalOf(east.unblockCard(card))).toBe('common.notFound')
  await west.unblockCard(card)
  expect(await refusalOf(west.unblockCard(card))).toBe('common.notFound')
  expect(await other.call(tillApi).quote({ body: asked })).toMatchObject({ discount: 500, pointsPay: { points: 100 } })
  const acts = await shop.db
    .selectFrom('audit_entry')
    .select('action')
    .where('subjectId', '=', member.memberId)
    .where('action', 'in', ['till.blockCard', 'till.unblockCard'])
    .orderBy('id')
    .execute()
  expect(acts.map(one => one.action)).toEqual(['till.blockCard', 'till.unblockCard'])
})

test('of those who close one alert at once, some with the card and some without, one decides both', async () => {
  const { member, params } = await suspect()
  const west = await manager('S01')
  const tries = await Promise.allSettled(
    [true, false, true, false].map(block => west.closeAlert({ params, body: { note: `停用：${block}`, block } })),
  )
  const done = tries.filter(one => one.status === 'fulfilled')
  expect(done).toHaveLength(1)
  const isBlocked = (await west.blockedCards({})).items.some(one => one.memberId === member.memberId)
  expect(done[0]?.value.note).toBe(`停用：${isBlocked}`)
})

test('a new key signs and the old one is believed on; retired, what it has signed is a loss from then on, and not before', async () => {
  const owner = (await shop.as('owner')).call(tillCodesApi)
  const member = await newMember(shop)
  await giveCoupon(shop, member.memberId)
  await codePhone(shop, member)
  const signed = async (): Promise<string> =>
    (await member.call(tillCodesApi).mySignedCoupons({})).items[0]?.digits ?? ''
  const kit = async () => (await till.call(tillCodesApi).offlineKit({})).keys
  const first = await signed()
  const [newest] = (await owner.signingKeys({})).items
  const body = { after: newest?.kid ?? 0, retireOlder: false, reason: '每半年一换' }
  const tries = await Promise.allSettled([owner.rotateSigningKey({ body }), owner.rotateSigningKey({ body })])
  expect(tries.map(one => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect((await owner.signingKeys({})).items.map(one => one.state)).toEqual(['signs', 'verifies'])
  expect(readCouponCode(first, await kit(), shop.clock.now()).ok).toBe(true)
  const second = await signed()
  expect(second.slice(0, 60)).not.toBe(first.slice(0, 60))

  shop.clock.advance(3_600_000)
  const stolen = { after: body.after + 1, retireOlder: true, reason: '密钥可能外泄' }
  expect((await owner.rotateSigningKey({ body: stolen })).items.map(one => one.state)).toEqual([
    'signs',
    'retired',
    'retired',
  ])
  expect(Object.keys(await kit())).toHaveLength(1)
  expect(readCouponCode(second, await kit(), shop.clock.now())).toMatchObject({ ok: false })
  shop.clock.advance(3_600_000)
  const settles = (soldAt: string) => {
    const no = receiptNo()
    const coupon = { code: second, fen: 500 }
    return till.call(tillCodesApi).settleOffline({
      body: { key: `void-${no}`, businessDate: today, receiptNo: no, soldAt, lines: [line(1, '50')], coupon },
    })
  }
  expect((await settles('2026-11-22T05:30:00.000Z')).losses).toMatchObject([{ amount: 500, cause: 'forged' }])
  // Sold an hour before anybody knew: the coupon is taken, nothing is lost.
  expect((await settles('2026-11-22T04:10:00.000Z')).losses).toEqual([])
})

test('what was made void when and why is one list: phones, tills, keys; each store sees its own', async () => {
  const owner = await shop.as('owner')
  const member = await newMember(shop)
  await codePhone(shop, member)
  await owner.call(tillCodesApi).revokeCodes({ params: { memberId: member.memberId }, body: { reason: '手机丢失' } })
  const gone = await newTill(shop, 'S02', '77')
  await owner.call(tillApi).revokeTill({ params: { tillId: gone.tillId }, body: { reason: '收银机失窃' } })
  expect(await refusalOf(gone.call(tillCodesApi).offlineKit({}))).toBe('till.badSignature')
  const [newest] = (await owner.call(tillCodesApi).signingKeys({})).items
  await owner
    .call(tillCodesApi)
    .rotateSigningKey({ body: { after: newest?.kid ?? 0, retireOlder: false, reason: '例行更换' } })
  const { items } = await owner.call(tillCodesApi).revocations({ query: { limit: 3 } })
  expect(items.map(one => [one.kind, one.reason, one.ended])).toEqual([
    ['key', '例行更换', 0],
    ['till', '收银机失窃', 1],
    ['member', '手机丢失', 1],
  ])
  const east = (await shop.as('storeManager', { stores: ['S02'] })).call(tillCodesApi)
  expect((await east.revocations({ query: {} })).items.map(one => [one.kind, one.name])).toEqual([['till', '77']])
  expect(await refusalOf(east.rotateSigningKey({ body: { after: 1, retireOlder: true, reason: '不该可以' } }))).toBe(
    'common.forbidden',
  )
})

test('a loss is written off once, with a reason, by whoever may; it stays in the book with its receipt and its bearer', async () => {
  const owner = (await shop.as('owner')).call(tillCodesApi)
  const no = receiptNo()
  const sale = { key: `loss-${no}`, businessDate: today, receiptNo: no, soldAt: now, lines: [line(1, '50')] }
  const settled = await till
    .call(tillCodesApi)
    .settleOffline({ body: { ...sale, coupon: { code: '95'.padEnd(212, '0'), fen: 800 } } })
  const row = (await owner.losses({ query: { state: 'open' } })).items.find(one => one.docKey === settled.docKey)
  expect(row).toMatchObject({ amount: 800, cause: 'forged', documentId: settled.documentId, writtenOff: null })
  const asked = { params: { lossId: row?.lossId ?? '' }, body: { reason: '金额小，总部承担' } }
  const store = (await shop.as('storeManager', { stores: ['S01'] })).call(tillCodesApi)
  expect(await refusalOf(store.writeOffLoss(asked))).toBe('common.forbidden')
  const tries = await Promise.allSettled(Array.from({ length: 4 }, () => owner.writeOffLoss(asked)))
  expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  expect(await refusalOf(owner.writeOffLoss(asked))).toBe('till.lossWrittenOff')
  const after = (await owner.losses({ query: { state: 'writtenOff' } })).items.find(one => one.lossId === row?.lossId)
  expect(after).toMatchObject({ amount: 800, company: row?.company, writtenOff: { reason: '金额小，总部承担' } })
  const { items } = await owner.lossSummary({ query: { from: today, to: today } })
  expect(items.find(one => one.storeCode === 'S01')?.writtenOff).toBe(800)
})
