import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi, type NewTemplate } from '../../../server/modules/coupons/contract.ts'
import { isCouponCode, newCouponCode, plainCouponCode } from '../../../server/modules/coupons/service/code.ts'
import { sweepCoupons } from '../../../server/modules/coupons/jobs.ts'
import { couponGifts } from '../../../server/modules/coupons/service/gifts.ts'
import { START } from '../../support/world.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { writeReceipt } from '../points/receipts.ts'
import { campaignIssues, couponNow, eventFaults, goodsFor, memberId, newTemplate, oneCoupon, useOf } from './coupons.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const code = (value: unknown): string => (value as { code: string }).code
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', code)
const DAY = 86_400_000

test('a coupon code tells a wrong letter from a right one, and forgives how it is typed', () => {
  for (let i = 0; i < 300; i++) {
    const made = newCouponCode()
    expect(isCouponCode(made)).toBe(true)
    expect(plainCouponCode(` ${made.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `)).toBe(made)
    const at = 1 + (i % 12)
    const wrong = made.slice(0, at) + (made[at] === 'A' ? 'B' : 'A') + made.slice(at + 1)
    expect(isCouponCode(wrong)).toBe(false)
  }
})

test('the wallet shows first what ends today, then what this store takes, and says of the rest why not', async () => {
  const member = await newMember(shop)
  const give = async (more: Parameters<typeof newTemplate>[1]) => {
    const templateId = await newTemplate(shop, more)
    await inTransaction(shop.db, tx =>
      shop.modules.coupons.issue(tx, templateId, [{ memberId: member.memberId, key: `t:${templateId}` }]),
    )
    return templateId
  }
  const elsewhere = await give({ stores: ['S02'] })
  const later = await give({})
  const today = await give({ validTo: new Date('2026-11-22T15:00:00Z') })
  const todayElsewhere = await give({ stores: ['S02'], validTo: new Date('2026-11-22T14:00:00Z') })
  const { items, counts } = await member.call(couponsApi).wallet({ query: { storeCode: 'S01' } })
  // What ends today is first whether or not it fits here.
  expect(items.map(item => item.templateId)).toEqual([todayElsewhere, today, later, elsewhere])
  expect(items.map(item => [item.usableHere, item.refusal?.code ?? null])).toEqual([
    [false, 'wrongStore'],
    [true, null],
    [true, null],
    [false, 'wrongStore'],
  ])
  expect(counts).toEqual({ usable: 4, used: 0, gone: 0, endingToday: 2 })
  expect((await (await newMember(shop)).call(couponsApi).wallet({ query: {} })).items).toEqual([])

  // An end is an end when the clock says so, swept or not.
  shop.clock.set('2026-11-22T15:00:00Z')
  const after = await member.call(couponsApi).wallet({ query: { storeCode: 'S01', tab: 'gone' } })
  expect(after.items.map(item => [item.templateId, item.state]).toSorted()).toEqual(
    [today, todayElsewhere].map(templateId => [templateId, 'expired']).toSorted(),
  )
  shop.clock.set(START)
})

test('who names no store sees first what the own store takes, and nothing is refused for it', async () => {
  const member = await newMember(shop)
  const give = async (more: Parameters<typeof newTemplate>[1]) => {
    const templateId = await newTemplate(shop, more)
    await inTransaction(shop.db, tx =>
      shop.modules.coupons.issue(tx, templateId, [{ memberId: member.memberId, key: `t:${templateId}` }]),
    )
    return templateId
  }
  const sooner = await give({ stores: ['S02'], validTo: new Date('2026-11-24T15:00:00Z') })
  const later = await give({})
  const shown = async () => {
    const { items } = await member.call(couponsApi).wallet({ query: {} })
    expect(items.every(item => item.usableHere)).toBe(true)
    return items.map(item => item.templateId)
  }
  expect(await shown()).toEqual([sooner, later])
  await shop.db.updateTable('member').set({ homeStoreCode: 'S01' }).where('id', '=', member.memberId).execute()
  expect(await shown()).toEqual([later, sooner])
})

test('every refusal is a sentence of at most 14 characters', async () => {
  const templateId = await newTemplate(shop, { threshold: 123_456_78, amountOff: 100, stores: ['S01'] })
  const coupon = await oneCoupon(shop, templateId, 7)
  const { refusalOf } = shop.modules.coupons
  const at = (more: object) =>
    refusalOf(
      { ...coupon, ...(more as { coupon?: object }).coupon },
      {
        now: shop.clock.now(),
        zone: 'Asia/Shanghai',
        storeCode: 'S01',
        memberId: memberId(7),
        channel: 'till',
        goods: goodsFor(100),
        ...more,
      },
    )
  const refusals = [
    at({}),
    at({ goods: goodsFor(0) }),
    at({ storeCode: 'S09' }),
    at({ memberId: memberId(8) }),
    at({ now: new Date(coupon.validTo.getTime()) }),
    at({ now: new Date(coupon.validFrom.getTime() - 40 * DAY) }),
    ...['redeemed', 'void', 'lapsed'].map(state => at({ coupon: { state } })),
    at({ coupon: { state: 'locked', docKey: 'x', lockedUntil: new Date(shop.clock.now().getTime() + 1) } }),
  ]
  expect(refusals.map(refusal => refusal?.code)).toEqual([
    'belowThreshold',
    'nothingEligible',
    'wrongStore',
    'notYours',
    'expired',
    'notYet',
    'redeemed',
    'void',
    'lapsed',
    'lockedElsewhere',
  ])
  for (const refusal of refusals) expect((refusal?.text.zh ?? '').length, refusal?.text.zh).toBeLessThanOrEqual(14)
  expect(at({ goods: goodsFor(123_456_78 - 620) })?.text.zh).toBe('差 ¥6.20 可用此券')
})

test('a sale that comes back gives its coupon back while its time lasts; later it lapses', async () => {
  const { lock, redeem, giveBack } = shop.modules.coupons
  const templateId = await newTemplate(shop)
  for (const [n, wait, outcome, state] of [
    [20, 5 * DAY, 'restored', 'issued'],
    [21, 15 * DAY, 'lapsed', 'lapsed'],
  ] as const) {
    const coupon = await oneCoupon(shop, templateId, n)
    const docKey = `S01|01|2026-11-22|G${n}`
    await inTransaction(shop.db, tx => lock(tx, useOf(coupon, docKey)))
    await inTransaction(shop.db, async tx => redeem(tx, useOf(await couponNow(shop, coupon), docKey)))
    shop.clock.advance(wait)
    expect((await inTransaction(shop.db, tx => giveBack(tx, docKey))).map(each => each.outcome)).toEqual([outcome])
    expect(await inTransaction(shop.db, tx => giveBack(tx, docKey))).toEqual([])
    expect((await couponNow(shop, coupon)).state).toBe(state)
    shop.clock.set(START)
  }
})

test('a lock whose time is over hinders nobody, and the sweep tidies what the clock has ended', async () => {
  const { lock } = shop.modules.coupons
  const coupon = await oneCoupon(shop, await newTemplate(shop), 30)
  const at = (docKey: string) =>
    inTransaction(shop.db, async tx => lock(tx, useOf(await couponNow(shop, coupon), docKey)))
  await at('S01|01|2026-11-22|W1')
  expect(await failure(at('S01|02|2026-11-22|W2'))).toBe('coupons.refused')
  shop.clock.advance(30 * 60_000)
  await at('S01|02|2026-11-22|W2')
  shop.clock.advance(31 * 60_000)
  const sweep = sweepCoupons(shop.kernel, couponGifts(shop.kernel))
  const context = { jobId: 'j', attempt: 1, progress: () => Promise.resolve(), signal: new AbortController().signal }
  await sweep.run({}, context)
  expect((await couponNow(shop, coupon)).state).toBe('issued')
  shop.clock.advance(20 * DAY)
  await sweep.run({}, context)
  expect((await couponNow(shop, coupon)).state).toBe('expired')
  expect(await eventFaults(shop)).toEqual([])
  shop.clock.set(START)
})

test('a template is drawn up, switched on, and then changes only in words and upwards', async () => {
  const owner = (await shop.as('owner')).call(couponsApi)
  const draft: z.input<typeof NewTemplate> = {
    name: '满39减5',
    amountOff: 500,
    threshold: 3900,
    validDays: 10,
    validFrom: null,
    validTo: null,
    stock: 10,
    perMemberLimit: 1,
    description: '限本月',
  }
  const { templateId } = await owner.createTemplate({ body: draft })
  await expect(campaignIssues(shop, templateId, 'early', [1])).rejects.toMatchObject({ code: 'coupons.notActive' })
  expect((await owner.updateTemplate({ params: { templateId }, body: { ...draft, amountOff: 600 } })).amountOff).toBe(
    600,
  )
  await owner.activateTemplate({ params: { templateId } })
  expect(await failure(owner.updateTemplate({ params: { templateId }, body: { ...draft, amountOff: 700 } }))).toBe(
    'coupons.notDraft',
  )
  expect(
    await failure(owner.updateTemplate({ params: { templateId }, body: { ...draft, amountOff: 600, stock: 9 } })),
  ).toBe('coupons.notDraft')
  expect(
    await owner.updateTemplate({
      params: { templateId },
      body: { ...draft, amountOff: 600, stock: 12, name: '周末满39减6' },
    }),
  ).toMatchObject({ stock: 12, name: '周末满39减6' })
  const given = await campaignIssues(shop, templateId, 'now', [40, 41])
  expect(given.issued.size).toBe(2)
  const voided = (await shop.modules.coupons.ofMember(shop.db, memberId(40)))[0]?.id ?? ''
  expect((await owner.voidCoupon({ params: { couponId: voided }, body: { reason: '顾客投诉后换发' } })).state).toBe(
    'void',
  )
  expect(await failure(owner.voidCoupon({ params: { couponId: voided }, body: { reason: '再来一次' } }))).toBe(
    'coupons.notVoidable',
  )
  await owner.endTemplate({ params: { templateId } })
  expect((await owner.template({ params: { templateId } })).counts).toMatchObject({
    issued: 2,
    usable: 1,
    void: 1,
    redeemed: 0,
  })
  expect(await failure(owner.createTemplate({ body: { ...draft, validDays: null } }))).toBe('common.invalidRequest')
})

test('the wallet says no where the till would: the hour, the day’s limit, the first purchase', async () => {
  shop.clock.set('2026-11-22T04:00:00.000Z')
  const member = await newMember(shop)
  const give = async (more: Parameters<typeof newTemplate>[1]) => {
    const templateId = await newTemplate(shop, { perMemberLimit: 9, ...more })
    for (const n of [1, 2])
      await inTransaction(shop.db, tx =>
        shop.modules.coupons.issue(tx, templateId, [{ memberId: member.memberId, key: `w:${templateId}:${n}` }]),
      )
    return templateId
  }
  const early = await give({ rules: { hours: { from: '07:00', to: '10:00' } } })
  const once = await give({ columns: { perDayLimit: 1 } })
  const first = await give({ rules: { firstPurchase: true } })
  const said = async () =>
    new Map(
      (await member.call(couponsApi).wallet({ query: { storeCode: 'S01' } })).items.map(item => [
        item.templateId,
        item.refusal?.code ?? null,
      ]),
    )
  expect(await said()).toEqual(
    new Map([
      [early, 'wrongTime'],
      [once, null],
      [first, null],
    ]),
  )
  const [coupon] = (await shop.modules.coupons.ofMember(shop.db, member.memberId)).filter(
    one => one.templateId === once,
  )
  const use = useOf(coupon ?? expect.unreachable(), 'S01|01|2026-11-22|W1')
  await inTransaction(shop.db, tx => shop.modules.coupons.lock(tx, use))
  const held = await couponNow(shop, coupon ?? expect.unreachable())
  await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, { ...use, coupons: [held] }))
  await writeReceipt(shop, { id: 'W1'.padEnd(26, '0'), memberId: member.memberId, lines: [{ product: 'rice', net: '50' }] }) // prettier-ignore
  shop.clock.set('2026-11-22T23:30:00.000Z')
  // Half past seven the next day: the hour is right, the limit is of another day, the first purchase is made.
  expect(await said()).toEqual(
    new Map([
      [early, null],
      [once, null],
      [first, 'notFirstPurchase'],
    ]),
  )
  shop.clock.set('2026-11-22T05:00:00.000Z')
  expect((await said()).get(once)).toBe('dayLimit')
  shop.clock.set(START)
})
