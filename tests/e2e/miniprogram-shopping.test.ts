import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { fixtureShop } from '../support/miniprogram/fixture-shop.ts'

const album = path.resolve(import.meta.dirname, '../../.local/screens/miniprogram')
let shop: Awaited<ReturnType<typeof fixtureShop>>
let phone: Phone | undefined

beforeAll(async () => {
  await buildMiniprogram()
  shop = await fixtureShop(places.host)
  mkdirSync(album, { recursive: true })
}, 120_000)
afterEach(() => phone?.close())
afterAll(() => {
  shop.server.closeAllConnections()
  shop.server.close()
})

/** A phone that has accepted the privacy guide; `large` is 长辈版. */
async function opens(options: Parameters<typeof openPhone>[0] = {}, large = false): Promise<Phone['page']> {
  phone = await openPhone(options)
  await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
  if (large) await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:large', 'true')`)
  return phone.page
}

async function show(page: Phone['page'], screen: string): Promise<void> {
  const query = new URLSearchParams({ sim: shop.base, api: `${shop.base}/api`, person: 'p1', page: screen, lang: 'zh_CN' }) // prettier-ignore
  await page.goto(`${shop.base}/?${query.toString()}`)
  await page.waitForLoadState('networkidle')
}

const photograph = (page: Phone['page'], name: string) => page.screenshot({ path: path.join(album, `${name}.png`) })

test('a purchase is rated from its receipt, and then says so', async () => {
  const page = await opens({ height: 812 })
  await show(page, 'packages/shopping/receipt/receipt?id=x')
  await page.locator('.review', { hasText: '评价本次购物' }).scrollIntoViewIfNeeded()
  await photograph(page, 'receipt-review')
  await page.locator('.review').tap()
  await page.getByText('每笔购物评价一次').waitFor()
  await page.locator('.score', { hasText: '9' }).tap()
  await photograph(page, 'review-form')
  await page.locator('.submit').tap()
  await page.getByText('已收到，谢谢').waitFor()
  const sent = shop.state.calls.find(call => call.path.endsWith('/answers'))
  expect(sent?.body).toEqual({ answers: [{ questionId: 'nps', score: 9 }], documentId: 'x' })
  await show(page, 'packages/shopping/receipt/receipt?id=x')
  await page.locator('.review', { hasText: '已评价' }).waitFor()
  await page.locator('.review').scrollIntoViewIfNeeded()
  await photograph(page, 'receipt-reviewed')
  await show(page, 'packages/rewards/survey/survey?documentId=x')
  await page.getByText('已评价').waitFor()
  expect(phone?.complaints).toEqual([])
})

test.each(['light', 'dark'])(
  'an offer is read before it is claimed: rules, part returns, stores, the button below: %s',
  async look => {
    const page = await opens({ dark: look === 'dark' })
    await show(page, 'packages/shopping/centre/centre')
    await page.getByText('会员日 5 元券').tap()
    await page.getByText('部分退货时怎么算').waitFor()
    const told = await page.locator('.wx-page:visible').innerText()
    expect(told).toMatch(/使用说明.*满 \d+ 元可用.*有效期.*领取后 7 天内有效.*部分退货，.*适用门店.*按距离排序/s)
    await photograph(page, `offer-${look}`)
    const button = page.locator('.act-bar .button', { hasText: '立即领取' })
    const box = await button.boundingBox()
    expect(box === null ? 0 : box.y + box.height).toBeGreaterThan(600)
    await button.tap()
    await expect.poll(() => shop.state.calls.some(call => call.path.endsWith('/claim'))).toBe(true)
    shop.state.calls.length = 0
    // The button of the list claims where it stands and opens nothing.
    await show(page, 'packages/shopping/centre/centre')
    await page.locator('.act.claim').first().tap()
    await expect.poll(() => shop.state.calls.some(call => call.path.endsWith('/claim'))).toBe(true)
    expect(await page.getByText('部分退货时怎么算').count()).toBe(0)
  },
)

const measure = `(() => {
  const page = [...document.querySelectorAll('.wx-page')].find(each => each.offsetParent !== null)
  const size = each => Number.parseFloat(getComputedStyle(each).fontSize)
  // In how many lines the text of an element stands.
  const linesOf = element => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    const bottoms = new Set()
    while (texts.nextNode()) {
      range.selectNodeContents(texts.currentNode)
      for (const box of range.getClientRects()) if (box.width > 0) bottoms.add(Math.round(box.bottom / 4))
    }
    return bottoms.size
  }
  return {
    overflow: page.scrollWidth - page.clientWidth,
    body: size(page.querySelector('.page')),
    second: Math.min(...[...page.querySelectorAll('.page .second')].map(size)),
    broken: [...page.querySelectorAll('.row-main > wx-view, .figures > wx-view, .kind, .subject, .told')]
      .filter(each => each.offsetParent !== null && each.children.length < 2 && linesOf(each) > 1)
      .map(each => each.textContent),
  }
})()`

test.each([
  ['points', 'packages/shopping/points/points'],
  ['help', 'pages/help/help'],
  ['ask', 'packages/service/ask/ask?kind=points'],
  ['thread', 'packages/service/thread/thread?ticketId=x'],
])('长辈版 is bigger on the pages that it leads to: %s', async (name, screen) => {
  const page = await opens({}, true)
  await show(page, screen)
  await photograph(page, `${name}-large`)
  const seen = await page.evaluate<{ overflow: number; body: number; second: number; broken: string[] }>(measure)
  expect(seen.overflow).toBe(0)
  // 36 and 32 rpx on a screen of 375.
  expect(seen.body).toBeCloseTo(18, 1)
  expect(seen.second).toBeGreaterThanOrEqual(16)
  expect(seen.broken).toEqual([])
})

test('the list of receipts turns amber when sales data is older than promised', async () => {
  const page = await opens()
  const screen = 'pages/receipts/receipts'
  await show(page, screen)
  await page.getByText('数据截至').waitFor()
  expect(await page.locator('.truth.old').count()).toBe(0)
  await page.route(/\/api\/shop\/receipts(\?|$)/, async route => {
    const reply = await route.fetch()
    await route.fulfill({ response: reply, json: { ...(await reply.json()), asOf: '2026-01-05' } })
  })
  await show(page, screen)
  await page.locator('.truth.old', { hasText: '数据截至' }).waitFor()
  await photograph(page, 'receipts-behind')
})

test('a tap on a figure’s small line says what it means; the number itself stays a door', async () => {
  const page = await opens()
  await show(page, 'packages/shopping/points/points')
  for (const [line, meaning] of [
    ['待生效 63 分', /到生效日自动转为可用/],
    ['将过期 320 分', /先到期的先用/],
  ] as const) {
    await page.getByText(line).tap()
    await page.getByText(meaning).waitFor()
    if (line.startsWith('待')) await photograph(page, 'points-meaning')
  }
  await show(page, 'pages/code/code')
  for (const [note, meaning] of [
    ['≈¥12.86', /在收银台能抵的金额/],
    ['1 张今天到期', /过了今天就失效/],
    ['截至', /门店数据已到这一天/],
  ] as const) {
    await page.locator('.hint', { hasText: note }).tap()
    await page.getByText(meaning).waitFor()
  }
  await photograph(page, 'code-meaning')
  // A second tap takes the sentence away.
  await page.locator('.hint', { hasText: '截至' }).tap()
  await page.getByText(/门店数据已到这一天/).waitFor({ state: 'detached' })
  await page.locator('.number').first().locator('.value').tap()
  await page.getByText('可用积分').waitFor()
})
