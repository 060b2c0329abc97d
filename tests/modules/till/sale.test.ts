import { afterAll, beforeAll, expect, test } from 'vitest'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, send, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
let receipts = 0
const receipt = () => ({ businessDate: today, receiptNo: String((receipts += 1)).padStart(4, '0') })
let keys = 0
const key = (): string => `request-${String((keys += 1))}`

test('only a till that signs with its key, on time, once, is let in; an altered body is not', async () => {
  const body = { code: '1' }
  expect(await send(shop, till, 'POST', '/till/identify', body)).toMatchObject({ kind: 'unknown' })
  expect(await failure(send(shop, till, 'POST', '/till/identify', body, { key: `${till.key}x` }))).toBe(
    'till.badSignature',
  )
  expect(await failure(send(shop, till, 'POST', '/till/identify', body, { signedBody: '{"code":"2"}' }))).toBe(
    'till.badSignature',
  )
  expect(
    await failure(
      send(shop, till, 'POST', '/till/identify', body, {
        timestamp: String(Math.floor(shop.clock.now().getTime() / 1000) - 301),
      }),
    ),
  ).toBe('till.staleRequest')
  expect(await failure(send(shop, { ...till, tillId: 'X'.repeat(26) }, 'POST', '/till/identify', body))).toBe(
    'till.badSignature',
  )
  const nonce = 'used0123456789abcdef'
  await send(shop, till, 'POST', '/till/identify', body, { nonce })
  const replays = await Promise.all(
    Array.from({ length: 5 }, () => failure(send(shop, till, 'POST', '/till/identify', body, { nonce }))),
  )
  expect(new Set(replays)).toEqual(new Set(['till.replayed']))
  expect(JSON.stringify(await shop.db.selectFrom('till').selectAll().execute())).not.toContain(till.key)
})

test('the scanner may read anything: a member, a coupon, a payment code, goods, a spoken phone', async () => {
  const member = await newMember(shop, { name: '王小明' })
  const coupon = await giveCoupon(shop, member.memberId)
  const identify = (code: string) => till.call(tillApi).identify({ body: { code } })
  expect(await identify(member.cardNo)).toMatchObject({
    kind: 'member',
    member: { name: '王**', points: 0, identifiedBy: 'card' },
    coupons: [{ code: coupon.code, usable: true }],
  })
  expect(await identify(coupon.code.toLowerCase())).toMatchObject({
    kind: 'coupon',
    coupon: { usable: true },
    member: { memberCode: member.cardNo },
  })
  expect(await identify(member.phone)).toMatchObject({
    kind: 'member',
    member: { identifiedBy: 'phone' },
    coupons: [{ usable: false, refusal: { code: 'phoneOnly' } }],
  })
  expect((await identify('134567890123456789')).kind).toBe('paymentCode')
  expect((await identify('6901234567892')).kind).toBe('goods')
  expect((await identify('9'.repeat(20))).kind).toBe('unknown')
})

test('a quote stores nothing, takes tobacco and gift cards out of the threshold, and says what is missing', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const quote = (lines: ReturnType<typeof line>[], couponCodes = [coupon.code]) =>
    till.call(tillApi).quote({ body: { memberCode: member.cardNo, couponCodes, lines } })
  const short = await quote([
    line(1, '32.80'),
    line(2, '100', { productCode: 'cigarettes' }),
    line(3, '200', { productCode: 'giftCard' }),
  ])
  expect(short).toMatchObject({
    total: 33280,
    discount: 0,
    payable: 33280,
    points: 32,
    applied: null,
    refusals: [{ refusal: { code: 'belowThreshold', missing: 620, text: { zh: '差 ¥6.20 可用此券' } } }],
    nextBest: { code: coupon.code },
  })
  const good = await quote([line(1, '30'), line(2, '20'), line(3, '-0.04', { productCode: 'odd' })])
  expect(good).toMatchObject({
    total: 4996,
    discount: 500,
    payable: 4496,
    points: 45,
    suggestion: { code: coupon.code, discount: 500 },
  })
  expect(good.shares.map(share => share.discount)).toEqual([300, 200, 0])
  const two = await quote([line(1, '50')], [coupon.code, (await giveCoupon(shop, member.memberId)).code])
  expect([two.applied?.code, two.refusals[0]?.refusal?.code]).toEqual([coupon.code, 'cannotStack'])
  expect(
    await shop.db
      .selectFrom('coupon_event')
      .select('id')
      .where('couponId', '=', coupon.couponId)
      .where('kind', '<>', 'issue')
      .execute(),
  ).toEqual([])
})

test('lock, pay, and the receipt knows its discount and its points; said again it answers the same', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const at = receipt()
  const lines = [line(1, '30'), line(2, '20.50'), line(3, '45', { productCode: 'cigarettes' })]
  const locked = await till
    .call(tillApi)
    .lock({ body: { key: key(), ...at, memberCode: member.cardNo, couponCode: coupon.code, lines } })
  expect(locked.quote.payable).toBe(9050)
  const [inWallet] = (await member.call(couponsApi).wallet({ query: { storeCode: 'S01' } })).items
  expect([inWallet?.state, inWallet?.refusal?.code]).toEqual(['locked', 'lockedElsewhere'])

  const body = {
    key: key(),
    ...at,
    businessAt: now,
    memberCode: member.cardNo,
    couponCode: coupon.code,
    lines,
    payments: [{ method: '微信支付', amount: '90.50' }],
  }
  expect(
    await failure(
      till.call(tillApi).commit({ body: { ...body, key: key(), payments: [{ method: '现金', amount: '95.50' }] } }),
    ),
  ).toBe('till.totalsDiffer')
  const sold = await till.call(tillApi).commit({ body })
  expect(sold).toMatchObject({
    docKey: `S01|01|${today}|${at.receiptNo}`,
    total: 9550,
    discount: 500,
    payable: 9050,
    points: { earned: 45, balance: 45 },
  })
  expect(await till.call(tillApi).commit({ body })).toEqual(sold)
  expect(await failure(till.call(tillApi).commit({ body: { ...body, lines: [line(1, '99')] } }))).toBe('till.keyReused')
  expect(await failure(till.call(tillApi).commit({ body: { ...body, key: key() } }))).toBe('till.alreadyCommitted')

  await shop.drain()
  expect((await member.call(pointsApi).myBalance({})).balance).toBe(45)
  const explained = await member.call(pointsApi).myReceipt({ params: { documentId: sold.documentId } })
  expect(explained).toMatchObject({
    state: 'credited',
    points: 45,
    base: '45.5000',
    lines: [{ earns: true }, { earns: true }, { earns: false, reason: { zh: '烟草不积分' } }],
  })
  expect((await member.call(couponsApi).wallet({ query: { tab: 'used' } })).items.map(item => item.code)).toEqual([
    coupon.code,
  ])
})

test('a sale that does not come about lets its coupon go, and its receipt number cannot come back with it', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const at = receipt()
  const lines = [line(1, '50')]
  await till
    .call(tillApi)
    .lock({ body: { key: key(), ...at, memberCode: member.cardNo, couponCode: coupon.code, lines } })
  const cancel = { key: key(), ...at }
  expect(await till.call(tillApi).cancel({ body: cancel })).toMatchObject({ released: true })
  expect(await till.call(tillApi).cancel({ body: cancel })).toMatchObject({ released: true })
  expect(
    await failure(
      till.call(tillApi).commit({
        body: { key: key(), ...at, businessAt: now, memberCode: member.cardNo, couponCode: coupon.code, lines },
      }),
    ),
  ).toBe('till.cancelled')
  expect((await member.call(couponsApi).wallet({ query: {} })).items.map(item => item.state)).toEqual(['usable'])
})

test('a refused coupon fails the whole commit: no document, no points, no lock', async () => {
  const member = await newMember(shop)
  const stranger = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const at = receipt()
  const commit = (memberCode: string, lines: ReturnType<typeof line>[]) =>
    till
      .call(tillApi)
      .commit({ body: { key: key(), ...at, businessAt: now, memberCode, couponCode: coupon.code, lines } })
  expect(await failure(commit(stranger.cardNo, [line(1, '50')]))).toBe('coupons.refused')
  expect(await failure(commit(member.phone, [line(1, '50')]))).toBe('till.couponRefused')
  expect(await failure(commit(member.cardNo, [line(1, '38.99')]))).toBe('coupons.refused')
  expect(
    await shop.db
      .selectFrom('sales_document')
      .select('id')
      .where('docKey', '=', `S01|01|${today}|${at.receiptNo}`)
      .execute(),
  ).toEqual([])
  expect((await member.call(couponsApi).wallet({ query: {} })).items.map(item => item.state)).toEqual(['usable'])
})

test('twelve commits of one receipt at once, from the same key and from others, make one sale', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const at = receipt()
  const body = { ...at, businessAt: now, memberCode: member.cardNo, couponCode: coupon.code, lines: [line(1, '50')] }
  const same = key()
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) =>
      till.call(tillApi).commit({ body: { ...body, key: i % 2 === 0 ? same : key() } }),
    ),
  )
  const sold = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value.documentId] : []))
  expect(new Set(sold).size).toBe(1)
  await shop.drain()
  expect((await member.call(pointsApi).myBalance({})).balance).toBe(45)
  expect(
    (
      await shop.db
        .selectFrom('coupon_event')
        .select('id')
        .where('couponId', '=', coupon.couponId)
        .where('kind', '=', 'redeem')
        .execute()
    ).length,
  ).toBe(1)
})

test('paid or cancelled, never both: of the two at once, one is refused', async () => {
  const member = await newMember(shop)
  for (let round = 0; round < 8; round++) {
    const coupon = await giveCoupon(shop, member.memberId)
    const at = receipt()
    const sale = { memberCode: member.cardNo, couponCode: coupon.code, lines: [line(1, '50')] }
    await till.call(tillApi).lock({ body: { key: key(), ...at, ...sale } })
    const [paid, cancelled] = await Promise.allSettled([
      till.call(tillApi).commit({ body: { key: key(), ...at, businessAt: now, ...sale } }),
      till.call(tillApi).cancel({ body: { key: key(), ...at } }),
    ])
    expect([paid.status, cancelled.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    const state = (await shop.modules.coupons.byCode(shop.db, coupon.code))?.state
    expect(state).toBe(paid.status === 'fulfilled' ? 'redeemed' : 'issued')
  }
})
