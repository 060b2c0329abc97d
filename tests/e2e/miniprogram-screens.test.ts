import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { palettesOf } from '../../server/modules/brand/service/palette.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { fixtureShop } from '../support/miniprogram/fixture-shop.ts'

// Every screen is photographed full, empty, with a name of 40 characters, dark and in English, and looked over for what
// a picture would betray: overflow, small buttons, places not filled in.
const album = path.resolve(import.meta.dirname, '../../.local/screens/miniprogram')
const screens = {
  code: 'pages/code/code',
  receipts: 'pages/receipts/receipts',
  wallet: 'pages/wallet/wallet',
  help: 'pages/help/help',
  me: 'pages/me/me',
  enrol: 'packages/enrol/enrol/enrol',
  claim: 'packages/enrol/claim/claim?id=x&name=%E7%8E%8B**&ways=lastReceipt,name&left=3',
  'old-cards': 'packages/enrol/old-cards/old-cards',
  terms: 'packages/enrol/terms/terms',
  receipt: 'packages/shopping/receipt/receipt?id=x',
  invoice: 'packages/shopping/invoice/invoice?id=x',
  'invoice-asked': 'packages/shopping/invoice/invoice?id=asked',
  'invoice-issued': 'packages/shopping/invoice/invoice?id=issued',
  'invoice-red-needed': 'packages/shopping/invoice/invoice?id=redNeeded',
  'invoice-red': 'packages/shopping/invoice/invoice?id=red',
  'invoice-rejected': 'packages/shopping/invoice/invoice?id=rejected',
  'invoice-withdrawn': 'packages/shopping/invoice/invoice?id=withdrawn',
  'invoice-void': 'packages/shopping/invoice/invoice?id=void',
  'invoice-nothing': 'packages/shopping/invoice/invoice?id=nothing',
  points: 'packages/shopping/points/points',
  coupon: 'packages/shopping/coupon/coupon?id=01JD0000000000000000000301',
  'coupon-percent': 'packages/shopping/coupon/coupon?id=01JD0000000000000000000308',
  'coupon-giftable': 'packages/shopping/coupon/coupon?id=01JD0000000000000000000309',
  'coupon-gifting': 'packages/shopping/coupon/coupon?id=01JD0000000000000000000310',
  stores: 'packages/shopping/stores/stores',
  centre: 'packages/shopping/centre/centre',
  offer: 'packages/shopping/offer/offer?id=01JD0000000000000000000701',
  'offer-sold-out': 'packages/shopping/offer/offer?id=01JD0000000000000000000702',
  gift: 'packages/shopping/gift/gift?g=LINKCODE0123',
  ask: 'packages/service/ask/ask?kind=points&receipt=x&store=S01',
  thread: 'packages/service/thread/thread?ticketId=x',
  profile: 'packages/account/profile/profile',
  consents: 'packages/account/consents/consents',
  close: 'packages/account/close/close',
  missing: 'packages/shopping/missing/missing',
  family: 'packages/account/family/family',
  copy: 'packages/account/copy/copy',
  payments: 'packages/account/payments/payments',
  mall: 'packages/rewards/mall/mall',
  product: 'packages/rewards/product/product?id=01JE0000000000000000000001',
  'product-coupon': 'packages/rewards/product/product?id=01JE0000000000000000000003',
  exchanges: 'packages/rewards/orders/orders',
  exchange: 'packages/rewards/order/order?id=01JE0000000000000000000101',
  'exchange-prize': 'packages/rewards/order/order?id=01JE0000000000000000000102',
  lottery: 'packages/rewards/lottery/lottery',
  signin: 'packages/rewards/signin/signin',
  tier: 'packages/rewards/tier/tier',
  birthday: 'packages/rewards/birthday/birthday',
  referral: 'packages/rewards/referral/referral',
  invited: 'packages/rewards/invited/invited?r=7K3MWX9P',
  survey: 'packages/rewards/survey/survey?id=01JD0000000000000000000901',
  review: 'packages/rewards/survey/survey?documentId=x',
}
const longName = '欧阳'.repeat(20)

let shop: Awaited<ReturnType<typeof fixtureShop>>

beforeAll(async () => {
  await buildMiniprogram()
  shop = await fixtureShop(places.host)
  mkdirSync(album, { recursive: true })
}, 120_000)
afterAll(() => {
  shop.server.closeAllConnections()
  shop.server.close()
})

interface Look {
  overflow: number
  lowButtons: string[]
  text: string
}

const look = `(() => {
  const page = [...document.querySelectorAll('.wx-page')].find(each => each.offsetParent !== null)
  const buttons = [...page.querySelectorAll('wx-button')].filter(each => each.offsetParent !== null)
  return {
    overflow: page.scrollWidth - page.clientWidth,
    lowButtons: buttons.filter(each => each.getBoundingClientRect().height < 44).map(each => each.textContent),
    text: page.innerText,
  }
})()`

async function photograph(phone: Phone, name: string, screen: string): Promise<void> {
  const query = new URLSearchParams({ sim: shop.base, api: `${shop.base}/api`, person: 'p1', page: screen })
  if ((await phone.page.evaluate('navigator.language')) === 'zh-CN') query.set('lang', 'zh_CN')
  await phone.page.goto(`${shop.base}/?${query.toString()}`)
  await phone.page.waitForLoadState('networkidle')
  const seen = await phone.page.evaluate<Look>(look)
  await phone.page.screenshot({ path: path.join(album, `${name}.png`) })
  expect(seen.overflow, `${name} is wider than the screen`).toBe(0)
  expect(seen.lowButtons, `${name} has buttons below 88 rpx`).toEqual([])
  expect(seen.text.trim(), name).not.toBe('')
  expect(seen.text, name).not.toMatch(/undefined|NaN|null|\{\w+\}|\[object/)
}

type Screen = keyof typeof screens
const all = Object.keys(screens) as Screen[]
const lists: Screen[] = ['code', 'receipts', 'wallet', 'centre', 'help', 'points', 'old-cards']
const withName: Screen[] = ['code', 'me', 'profile']

const variants: [string, Screen[], Parameters<typeof openPhone>[0], () => void][] = [
  ['full', all, {}, () => {}],
  ['empty', lists, {}, () => (shop.state.empty = true)],
  ['long-name', withName, { height: 812 }, () => shop.state.member && (shop.state.member.name = longName)],
  ['dark', all, { dark: true, height: 812 }, () => {}],
  ['english', all, { locale: 'en-US' }, () => {}],
]

test.each(variants)('every screen stands: %s', async (variant, shown, size, prepare) => {
  shop.state.empty = false
  if (shop.state.member) shop.state.member.name = '王小满'
  prepare()
  const phone = await openPhone(size)
  try {
    await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
    for (const name of shown) await photograph(phone, `${name}-${variant}`, screens[name])
    expect(phone.complaints).toEqual([])
  } finally {
    await phone.close()
  }
})

test('长辈版: larger type, and only the code, the points and help; one tap leads back', async () => {
  const phone = await openPhone()
  try {
    await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
    await photograph(phone, 'me-before-large', screens.me)
    await phone.page.getByText('长辈版').tap()
    await phone.page.getByRole('tab', { name: '会员码' }).tap()
    await phone.page.getByText('换回普通版').waitFor()
    await phone.page.screenshot({ path: path.join(album, 'code-large.png') })
    expect(await phone.page.locator('.wx-page:visible').innerText()).not.toMatch(/优惠券|小票|最近一笔|签到|积分商城/)
    await phone.page.getByText('有问题找客服').tap()
    await phone.page.getByText('我的问题').waitFor()
    await phone.page.getByRole('tab', { name: '会员码' }).tap()
    await phone.page.getByText('换回普通版').tap()
    await phone.page.getByText('最近一笔').waitFor()
    expect(phone.complaints).toEqual([])
  } finally {
    await phone.close()
  }
})

test('the chosen tab is written in the shop’s colour, on every tab and in the dark', async () => {
  const colour = '#b4282d'
  shop.state.brand = { version: 1, name: '红果超市', colour, logo: null, ...palettesOf(colour) }
  const chosen = (phone: Phone) =>
    phone.page.evaluate<string>(`getComputedStyle(document.querySelector('[role=tab][aria-selected=true]')).color`)
  const rgb = (hex: string) => `rgb(${[1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ')})`
  try {
    for (const dark of [false, true]) {
      const phone = await openPhone({ dark })
      try {
        await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
        await photograph(phone, `code-red-${dark ? 'dark' : 'light'}`, screens.code)
        const primary = rgb(palettesOf(colour)[dark ? 'dark' : 'light'].primary)
        await expect.poll(() => chosen(phone)).toBe(primary)
        await phone.page.getByRole('tab', { name: '券包' }).tap()
        await expect.poll(() => chosen(phone)).toBe(primary)
      } finally {
        await phone.close()
      }
    }
  } finally {
    shop.state.brand = null
  }
})

test('below what belongs to the till are doors to sign-in and the mall; without a network the figures say when they are from', async () => {
  const phone = await openPhone()
  const { page } = phone
  try {
    await page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
    await photograph(phone, 'code-doors', screens.code)
    await page.getByText('签到', { exact: true }).tap()
    await page.getByText('每日签到').first().waitFor()
    await photograph(phone, 'code-doors', screens.code)
    await page.getByText('积分商城', { exact: true }).tap()
    await page.getByText('东北大米').first().waitFor()

    await photograph(phone, 'code-doors', screens.code)
    expect(await page.locator('.wx-page:visible').innerText()).not.toContain('数据截至')
    await page.route(/\/api\/|\/__sim\//, route => route.abort())
    await page.reload()
    await page.getByText(/^数据截至 今天 \d\d:\d\d$/).waitFor()
    // The tier is of last time too, not gone.
    await page.getByText('银卡').waitFor()
    await page.getByText('再消费 ¥214 升金卡').waitFor()
    await page.screenshot({ path: path.join(album, 'code-offline.png') })

    // Two days later.
    await page.evaluate(`(() => {
      const card = JSON.parse(localStorage.getItem('miniprogram:p1:card'))
      localStorage.setItem('miniprogram:p1:card', JSON.stringify({ ...card, askedAt: card.askedAt - 2 * 86400000 }))
    })()`)
    await page.reload()
    await page.locator('.truth.old', { hasText: '数据截至' }).waitFor()
    await page.screenshot({ path: path.join(album, 'code-offline-old.png') })
  } finally {
    await phone.close()
  }
})

test('a receipt in its order: goods, 优惠, 抹零, 实付, points, the coupons used; months are chosen by their names', async () => {
  const phone = await openPhone({ height: 1400 })
  const { page } = phone
  try {
    await page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
    await photograph(phone, 'receipt-long', screens.receipt)
    await page.getByText('用了哪张券').waitFor()
    const slip = await page.locator('.wx-page:visible').innerText()
    expect(slip).toMatch(
      /优惠[^抹]*抹零\s*−¥0\.01\s*实付\s*¥63\.40.*积分怎么来的.*用了哪张券.*−¥5\.00.*退货扣回 ¥1\.80/s,
    )
    expect(slip).not.toMatch(/抹零不积分/)
    expect(await page.locator('.earned .back').allInnerTexts()).toEqual([expect.stringMatching(/^积 6 分/)])
    expect(await page.locator('.taken').allInnerTexts()).toEqual(['−6 分', '−8 分'])

    await photograph(phone, 'receipts-month', screens.receipts)
    await page.getByText('全部月份').tap()
    const month = page.getByText(/^\d{4}年\d{1,2}月$/).first()
    const name = (await month.innerText()).trim()
    await month.tap()
    await page.locator('.filter', { hasText: name }).waitFor()
    await page.locator('.receipt').first().waitFor()
    expect(phone.complaints).toEqual([])
  } finally {
    await phone.close()
  }
})

test('a yes to being reminded is answered with what was agreed to, in the shop’s words', async () => {
  const phone = await openPhone()
  try {
    await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
    await photograph(phone, 'wallet-remind', screens.wallet)
    await phone.page.getByText('新券到账提醒我').tap()
    await phone.page.getByRole('button', { name: '允许', exact: true }).tap()
    await phone.page.getByText('已同意：新券到账提醒我（一次）').waitFor()
    await phone.page.screenshot({ path: path.join(album, 'wallet-reminded.png') })
  } finally {
    await phone.close()
  }
})

test('a guest sees what the card gives, with the privacy guide before it', async () => {
  const { member } = shop.state
  shop.state.member = null
  const phone = await openPhone()
  try {
    await photograph(phone, 'guest-privacy', screens.code)
    await phone.page.getByText('暂不同意').tap()
    await phone.page.getByText('买菜也有回报').waitFor()
    await phone.page.screenshot({ path: path.join(album, 'guest.png') })
    expect(shop.state.calls.filter(call => call.path === '/api/shop/enrolment')).toEqual([])
  } finally {
    shop.state.member = member
    await phone.close()
  }
})
