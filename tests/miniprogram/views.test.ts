import { beforeAll, expect, test } from 'vitest'
import { couponView, scopeText, type WalletCoupon } from '../../miniprogram/src/lib/coupon-view.ts'
import { enrolBody } from '../../miniprogram/src/packages/enrol/enrol/enrol-body.ts'
import { slipView, usedCoupons } from '../../miniprogram/src/packages/shopping/receipt/receipt-detail-view.ts'
import app from '../../miniprogram/src/app.json' with { type: 'json' }
import { chooseLanguage } from '../../miniprogram/src/lib/i18n/index.ts'
import { bannerView } from '../../miniprogram/src/pages/code/banner-view.ts'
import { cardView } from '../../miniprogram/src/pages/code/card-view.ts'
import { receiptView, recentMonths } from '../../miniprogram/src/pages/receipts/receipt-view.ts'
import { BANNER_PAGES } from '../../server/modules/brand/contract.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

const now = Date.parse('2026-11-22T04:00:00Z')
const names: Record<string, string> = { S01: '城西店', S03: '城东店', S04: '滨江店' }
const storeName = (code: string) => names[code] ?? code
const goods: Record<string, string> = { C01: '蔬菜', C02: '水果', C03: '粮油', P9: '进口车厘子' }
const both = { store: storeName, goods: (code: string) => goods[code] ?? code }

beforeAll(() => void stubWx())

const coupon: WalletCoupon = {
  couponId: 'c', name: '会员日 5 元券', kind: 'amountOff', amountOff: 500, payPercent: null, threshold: 3900, stores: null,
  rules: { categories: { include: [], exclude: [] }, products: { include: [], exclude: [] } }, validTo: '2026-11-22T14:00:00Z',
  state: 'usable', usedAt: null, usedStore: null, usableHere: true, refusal: null,
} // prettier-ignore

test('a usable coupon says how much, from how much, until when, and offers to be used', () => {
  expect(couponView(coupon, both, now)).toMatchObject({
    amount: '5', threshold: '满 39 元可用', scope: '全部门店可用', validity: '今天 22:00 前', today: true, action: '去使用', why: '', dim: false,
  }) // prettier-ignore
})

test('one that does not fit here stays in the list and says why in the server’s words', () => {
  const elsewhere = {
    ...coupon,
    stores: ['S03'],
    usableHere: false,
    refusal: { text: { zh: '仅限城东店', en: 'Only in the east' } },
  }
  expect(couponView(elsewhere, both, now)).toMatchObject({ scope: '限城东店', why: '仅限城东店', dim: true })
  expect(scopeText(['S01', 'S03', 'S04'], storeName)).toBe('限城西店、城东店等 3 家店')
  // Where it is kept out of some stores, the card does not say it is good everywhere.
  const kept = { ...coupon, rules: { ...coupon.rules, stores: { exclude: ['S03'] } } }
  expect(couponView(kept, both, now).scope).toBe('城东店不能用')
  expect(scopeText(null, storeName, ['S01', 'S03', 'S04'])).toBe('城西店、城东店等 3 家店不能用')
})

test('a grey card names the stores, days and hours; other reasons are the server’s words', () => {
  const told = { zh: '本店不能用此券', en: 'Not for this store' }
  const grey = (more: Partial<WalletCoupon>, code = 'wrongStore') =>
    couponView({ ...coupon, usableHere: false, refusal: { code, text: told }, ...more }, both, now).why
  const rules = (more: Partial<WalletCoupon['rules']>) => ({ rules: { ...coupon.rules, ...more } })
  expect(grey({ stores: ['S03'] })).toBe('仅限城东店')
  expect(grey({ stores: ['S03', 'S04'] })).toBe('仅限城东店、滨江店')
  expect(grey({ stores: ['S01', 'S03', 'S04'] })).toBe('仅限城西店、城东店等 3 店')
  // A store that is taken out again is not said to take it.
  expect(grey({ stores: ['S01', 'S03'], ...rules({ stores: { exclude: ['S01'] } }) })).toBe('仅限城东店')
  expect(grey(rules({ stores: { exclude: ['S01'] } }))).toBe('城西店不能用')
  const at = (more: Partial<WalletCoupon['rules']>) => grey(rules(more), 'wrongTime')
  expect(at({ weekdays: [2, 1] })).toBe('周一、周二可用')
  expect(at({ weekdays: [1, 2, 3, 4, 5] })).toBe('周一至周五可用')
  expect(at({ hours: { from: '10:00', to: '12:00' } })).toBe('10:00–12:00 可用')
  expect(at({ weekdays: [6, 7], hours: { from: '22:00', to: '02:00' } })).toBe('周六、周日 22:00–02:00 可用')
  chooseLanguage('en')
  expect(at({ weekdays: [1, 2], hours: { from: '10:00', to: '12:00' } })).toBe('Good Mon, Tue 10:00–12:00')
  chooseLanguage('zh')
  expect(grey({ stores: ['S03'] }, 'dayLimit')).toBe(told.zh)
  // A coupon that an earlier version kept knows neither days nor hours.
  expect(grey({}, 'wrongTime')).toBe(told.zh)
})

test('locked, used and expired ones have one clear state and nothing to tap', () => {
  expect(couponView({ ...coupon, state: 'locked' }, both, now)).toMatchObject({
    mark: '已锁定',
    action: '',
    why: '正在一笔结账中使用',
  })
  const used = { ...coupon, state: 'used' as const, usedAt: '2026-11-20T05:00:00Z', usedStore: 'S01' }
  expect(couponView(used, both, now)).toMatchObject({
    mark: '已使用',
    validity: '11月20日 周五 在城西店使用',
    action: '',
  })
  expect(couponView({ ...coupon, state: 'expired' }, both, now)).toMatchObject({ mark: '已过期', dim: true })
})

const card = {
  cardNo: '88010203040506070809', name: '王小满', homeStore: 'S01', points: 1286, debt: 0, coupons: 4, endingToday: 1,
  receiptsThisMonth: '12', latest: { storeName: '城西店', businessDate: '2026-11-21', net: '63.4000', points: 63 }, asOf: '2026-11-21', waitingCards: 0,
} // prettier-ignore

test('the line of truth tells the last receipt and its points, or that they come the next day', () => {
  expect(cardView(card, storeName).truth).toBe('最近一笔：11月21日 城西店 ¥63.40，积分 +63 已到账')
  expect(cardView({ ...card, latest: { ...card.latest, points: null } }, storeName).truth).toMatch(/积分待到账$/)
  expect(cardView({ ...card, latest: null }, storeName).truth).toBe('积分通常次日到账 · 数据截至 11月21日')
  expect(cardView({ ...card, latest: null, asOf: null }, storeName).truth).toBe('积分通常次日到账')
})

test('beside the points stands what they are worth at a till, unless the member owes some or the phone has not been told', () => {
  expect(cardView(card, storeName, 100).pointsNote).toBe('≈¥12.86')
  expect(cardView({ ...card, points: 128_650 }, storeName, 1000).pointsNote).toBe('≈¥128.65')
  expect(cardView({ ...card, points: 3 }, storeName, 1000).pointsNote).toBe('')
  expect(cardView({ ...card, points: 0, debt: 30 }, storeName, 100).pointsNote).toBe('欠 30')
  expect(cardView(card, storeName).pointsNote).toBe('')
})

test('the tier is kept with the card; figures say when they were asked and are old after a day', () => {
  const kept = {
    ...card,
    askedAt: Date.parse('2026-11-21T22:40:00Z'),
    tier: { tier: { code: 's', name: { zh: '银卡', en: 'Silver' } }, by: 'spend' as const, reviewOn: null, next: { code: 'g', name: { zh: '金卡', en: 'Gold' }, missing: 21_400 } },
  } // prettier-ignore
  expect(cardView(kept, storeName, 0, now)).toMatchObject({
    rank: '银卡', tier: '再消费 ¥214 升金卡', asked: '数据截至 今天 06:40', old: false, couponsNote: '1 张今天到期',
  }) // prettier-ignore
  expect(cardView(kept, storeName, 0, now + 86_400_000)).toMatchObject({
    asked: '数据截至 11月22日 周日 06:40',
    old: true,
    couponsNote: '',
  })
  // A card kept by an earlier version knows neither.
  expect(cardView(card, storeName, 0, now)).toMatchObject({ rank: '', tier: '', asked: '', old: true })
})

test('before the figures have come the card shows none, never a zero', () => {
  const fresh = { ...card, points: null, coupons: null, receiptsThisMonth: null }
  expect(cardView(fresh, storeName)).toMatchObject({ points: '—', coupons: '—', receipts: '—' })
})

const receipt = {
  id: 'd',
  storeName: '城西店',
  businessDate: '2026-11-21',
  businessAt: '2026-11-21T10:06:00Z',
  type: 'sale' as const,
  discount: '8.6000',
  net: '63.4000',
  lineCount: 6,
}

test('a receipt in the list: paid, saved, earned; a return takes back', () => {
  expect(receiptView(receipt, 63)).toMatchObject({
    time: '11月21日 周六 18:06', items: '6 件', net: '¥63.40', saved: '省 ¥8.60', points: '积分 +63', gain: true, mark: '',
  }) // prettier-ignore
  expect(receiptView({ ...receipt, type: 'return', net: '-15.9000', discount: '0.0000' }, -15)).toMatchObject({
    net: '−¥15.90',
    saved: '',
    points: '积分 −15',
    mark: '退货',
    gain: false,
  })
})

test('every receipt says its points: credited, still to come, or none; nothing where nobody could be asked', () => {
  expect(receiptView(receipt, null)).toMatchObject({ points: '积分待到账', gain: false })
  expect(receiptView(receipt, 0)).toMatchObject({ points: '不积分', gain: false })
  expect(receiptView({ ...receipt, type: 'return' }, null).points).toBe('')
  expect(receiptView(receipt, undefined).points).toBe('')
})

test('the banner says its line in the phone’s language, and leads to a page of the mini-program or nowhere', () => {
  const banner = {
    pictureId: 'P1',
    text: { zh: '周末蔬菜半价', en: 'Half-price vegetables' },
    leadsTo: 'coupons' as const,
  }
  expect(bannerView(banner)).toEqual({
    text: '周末蔬菜半价',
    picture: 'http://shop/api/public/brand/pictures/P1',
    page: '/packages/shopping/centre/centre',
  })
  expect(bannerView({ ...banner, pictureId: null, leadsTo: 'none' })).toMatchObject({ picture: '', page: '' })
  chooseLanguage('en')
  expect(bannerView(banner).text).toBe('Half-price vegetables')
  chooseLanguage('zh')
})

test('every page that a banner may lead to is one of the package', () => {
  const { pages, subPackages } = app
  const all = [...pages, ...subPackages.flatMap(({ root, pages: own }) => own.map(page => `${root}/${page}`))]
  for (const leadsTo of BANNER_PAGES) {
    const { page } = bannerView({ pictureId: null, text: { zh: '去看看', en: 'Look' }, leadsTo })
    if (leadsTo === 'none') expect(page).toBe('')
    else expect(all).toContain(page.slice(1))
  }
})

test('the months to choose from go back over the new year', () => {
  expect(recentMonths('2026-02-10', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11'])
})

test('the slip keeps the paper’s order and says at the line why it earned nothing', () => {
  const line = (lineNo: number, name: string, net: string, more = {}) => ({
    lineNo,
    name,
    quantity: '0.8300',
    unit: 'kg',
    unitPrice: '7.9600',
    discount: '0.0000',
    net,
    isGift: false,
    kind: 'goods',
    ...more,
  })
  const detail = { ...receipt, receiptNo: '0004520', tillCode: '03', gross: '72.0000', payments: [{ method: 'wechat', amount: '63.4000' }, { method: '储值卡', amount: '5.0000' }], lines: [line(1, '上海青', '6.6000'), line(2, '红塔山', '12.0000')], returned: [{ documentId: 'r', businessDate: '2026-11-22', lineNo: 2, quantity: '-0.8300', net: '-12.0000' }] } // prettier-ignore
  const earned = {
    state: 'credited' as const, points: 6, base: '6.6000', explanation: { zh: '每满 1 元积 1 分', en: '1 a yuan' },
    lines: [{ lineNo: 1, earns: true, points: 6, back: 0, multipliers: ['蔬菜双倍'], reason: null }, { lineNo: 2, earns: false, points: 0, back: 0, multipliers: [], reason: { zh: '香烟不积分', en: 'no points on tobacco' } }],
  } // prettier-ignore
  const slip = slipView(detail, earned)
  expect(slip.lines.map(each => [each.name, each.quantity, each.points])).toEqual([
    ['上海青', '0.83 kg × ¥7.96', '积 6 分 · 蔬菜双倍'],
    ['红塔山', '0.83 kg × ¥7.96', '香烟不积分'],
  ])
  expect(slip).toMatchObject({
    points: '6',
    pointsNote: '计积分金额 ¥6.60',
    payments: [{ method: '微信支付' }, { method: '储值卡' }],
  })
  // What has come back is struck through, and its return is a door.
  expect(slip.lines.map(each => [each.back, each.returned])).toEqual([
    [false, ''],
    [true, '已退 0.83'],
  ])
  expect(slip.returns).toMatchObject([{ documentId: 'r', net: '−¥12.00' }])
  expect(slip.lines.map(each => each.pointsBack)).toEqual([false, false])
  expect(slipView(detail, { ...earned, state: 'pending' })).toMatchObject({
    points: '',
    pointsNote: '还没有计算，积分通常次日到账',
  })
  expect(slipView(detail, null).explanation).toBe('')
})

const slipLine = (lineNo: number, kind: string, net: string, discount = '0.0000') => ({
  lineNo, name: `商品 ${lineNo}`, quantity: '1.0000', unit: null, unitPrice: net, discount, net, isGift: false, kind,
}) // prettier-ignore
const slip = { ...receipt, receiptNo: '1', tillCode: '01', payments: [], returned: [] }

test('抹零 is no product: it has its own row before what was paid, and the sums above it are without it', () => {
  const lines = [slipLine(1, 'goods', '10.0000', '2.0000'), slipLine(2, 'rounding', '-0.0400')]
  const seen = slipView({ ...slip, gross: '11.9600', discount: '2.0000', net: '9.9600', lines }, null)
  expect(seen.lines.map(each => each.lineNo)).toEqual([1])
  expect(seen).toMatchObject({ gross: '¥12.00', discount: '2.00', rounding: '−¥0.04', net: '¥9.96' })
  // A till may tell it as a discount on nothing: then it is not 优惠 either.
  const asDiscount = [slipLine(1, 'goods', '10.0000'), slipLine(2, 'rounding', '-0.0400', '0.0400')]
  expect(
    slipView({ ...slip, gross: '10.0000', discount: '0.0400', net: '9.9600', lines: asDiscount }, null),
  ).toMatchObject({ gross: '¥10.00', discount: '', rounding: '−¥0.04', net: '¥9.96' })
  const plain = slipView({ ...slip, gross: '12.0000', discount: '2.0000', net: '10.0000', lines: lines.slice(0, 1) }, null) // prettier-ignore
  expect(plain.rounding).toBe('')
})

test('what came back whole has its points struck through and says what went back with it; a return says what it took', () => {
  const lines = [slipLine(1, 'goods', '33.0000'), slipLine(2, 'tobacco', '12.0000')]
  const returned = [1, 2].map(lineNo => ({ documentId: 'r', businessDate: '2026-11-22', lineNo, quantity: '-1.0000', net: '-1.0000' })) // prettier-ignore
  const how = (points: number, back = 0) => ({
    state: 'credited' as const, points, base: '33.0000', explanation: { zh: '', en: '' },
    lines: [{ lineNo: 1, earns: true, points, back, multipliers: [], reason: null }, { lineNo: 2, earns: false, points: 0, back: 0, multipliers: [], reason: { zh: '香烟不积分', en: 'none' } }],
  }) // prettier-ignore
  const seen = slipView({ ...slip, gross: '45.0000', discount: '0.0000', net: '45.0000', lines, returned }, how(33, 33))
  expect(seen.lines.map(each => [each.back, each.points, each.pointsBack, each.taken])).toEqual([
    [true, '积 33 分', true, '−33 分'],
    [true, '香烟不积分', false, ''],
  ])
  // Of three one came back: what it earned still stands, and beside it what went.
  const three = [{ ...slipLine(1, 'goods', '33.0000'), quantity: '3.0000' }]
  const partly = slipView({ ...slip, gross: '33.0000', discount: '0.0000', net: '33.0000', lines: three, returned: returned.slice(0, 1) }, how(33, 11)) // prettier-ignore
  expect(partly.lines[0]).toMatchObject({ returned: '已退 1', points: '积 33 分', pointsBack: false, taken: '−11 分' })
  // A return that the ledger has not counted yet has taken nothing.
  const waiting = slipView({ ...slip, gross: '45.0000', discount: '0.0000', net: '45.0000', lines, returned }, how(33))
  expect(waiting.lines[0]).toMatchObject({ back: true, pointsBack: false, taken: '' })
  const back = { ...slip, type: 'return' as const, gross: '-33.0000', discount: '0.0000', net: '-33.0000', lines: [slipLine(1, 'goods', '-33.0000')] } // prettier-ignore
  expect(slipView(back, how(-33)).lines[0]).toMatchObject({ points: '扣 33 分', pointsBack: false })
})

test('用了哪张券: each coupon with what it took off, and what a return took back', () => {
  const coupons = [
    { couponId: 'a', name: '满39减5', discount: 500, takenBack: 0 },
    { couponId: 'b', name: '牛奶半价', discount: 360, takenBack: 180 },
  ]
  expect(usedCoupons(coupons)).toEqual([
    { couponId: 'a', name: '满39减5', off: '−¥5.00', back: '' },
    { couponId: 'b', name: '牛奶半价', off: '−¥3.60', back: '退货扣回 ¥1.80' },
  ])
})

test('opening a card answers every consent question, and what was not ticked is a no', () => {
  const questions = [{ purpose: 'marketing', channel: 'wechat' }, { purpose: 'marketing', channel: 'sms' }, { purpose: 'personalRecommendation', channel: 'all' }] as const // prettier-ignore
  const body = enrolBody({
    termsVersion: '1',
    phone: { by: 'wechat', code: 'x' },
    questions: [...questions],
    granted: [true],
    origin: { storeCode: 'S01' },
  })
  expect(body.consents.map(each => each.granted)).toEqual([true, false, false])
  expect(body).toMatchObject({ storeCode: 'S01', termsVersion: '1' })
  expect(
    enrolBody({ termsVersion: '1', phone: { by: 'wechat', code: 'x' }, questions: [], granted: [], origin: null }),
  ).not.toHaveProperty('storeCode')
})
