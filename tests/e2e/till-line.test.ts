import { type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tillCodesApi } from '../../server/modules/till/contract/codes-api.ts'
import { giveCoupon } from '../modules/till/tills.ts'
import { openPanel, type TillPanel } from './till-panel.ts'

/** What the panel says in one line: what is to be paid, that there is no network, how far the shift is off. */
let panel: TillPanel
let page: Page

beforeAll(async () => {
  panel = await openPanel()
  ;({ page } = panel)
})
afterAll(() => panel.close())

const press = (key: string): Promise<void> => page.keyboard.press(key)
const bar = async (): Promise<string> => page.locator('.offline').innerText()
const sells = async (sign: string): Promise<void> => {
  await page.click('[data-product="140301002"]')
  await panel.big(sign)
  await press('Enter')
  await page.locator('[data-pay=cash]').waitFor()
  await page.keyboard.type('1')
  await press('Enter')
  await page.locator('.finished').waitFor()
  await press('Enter')
  await page.locator('.finished').waitFor({ state: 'detached' })
}

it('what is used stands on one line and what is to be paid, whole and bigger, on the next; keys and hint are in sight', async () => {
  const { member, phone } = await panel.somebody()
  // Nearly in reach: the hint says what is missing.
  await giveCoupon(panel.shop, member.memberId, { name: '满49减8', threshold: 4900, amountOff: 800 })
  await panel.bigBasket()
  await panel.scan(phone.code())
  await page.locator('[data-big=proposal] .uses').waitFor()
  await page.locator('.hint').waitFor()
  const linesOf = (selector: string): Promise<number> =>
    page.locator(selector).evaluate(element => new Set([...element.getClientRects()].map(box => box.top)).size)
  const bottomOf = async (selector: string): Promise<number> => {
    const box = await page.locator(selector).last().boundingBox()
    return box === null ? Number.POSITIVE_INFINITY : box.y + box.height
  }
  for (const [language, uses, sum] of [
    ['zh', ['用券 −¥5.00，', '用 1000 积分 −¥10.00，'], '应收 ¥29.80'],
    ['en', ['Coupons −¥5.00, ', '1000 points −¥10.00, '], 'To pay ¥29.80'],
  ] as const) {
    for (const [width, height] of [
      [1024, 768],
      [1280, 800],
    ] as const) {
      // prettier-ignore
      await page.setViewportSize({ width, height })
      const of = `${language} at ${width}`
      expect(await page.locator('.uses span').allTextContents(), of).toEqual(uses)
      expect(await page.locator('.sum').innerText(), of).toBe(sum)
      const box = await page.locator('.uses').boundingBox()
      const sumBox = await page.locator('.sum').boundingBox()
      expect((sumBox?.y ?? 0) >= (box?.y ?? 0) + (box?.height ?? 0), of).toBe(true)
      expect(box?.height, of).toBeLessThan(sumBox?.height ?? 0)
      expect(await linesOf('.uses span:last-child'), of).toBe(1)
      for (const part of ['[data-use]', '.hint', '.actions .pay'])
        expect(await bottomOf(part), `${part}, ${of}`).toBeLessThanOrEqual(height)
      // Nothing of the panel is hidden behind a scroll.
      const isWhole = await page.locator('.panel').evaluate(one => one.scrollWidth <= one.clientWidth)
      expect(isWhole, of).toBe(true)
      await panel.photograph(`till-line-${language}-${width}`)
    }
    await page.click('header > button.language:last-child')
  }
  await page.setViewportSize({ width: 1024, height: 768 })

  // However many coupons there are, whatever is said and whatever lies on the scale.
  for (const amountOff of [100, 200, 300])
    await giveCoupon(panel.shop, member.memberId, { name: `满30减${amountOff / 100}`, threshold: 3000, amountOff })
  await panel.scan(phone.code())
  await page.locator('[data-coupon]').nth(4).waitFor()
  await page.locator('[data-big=proposal] .uses').waitFor()
  await press('Enter')
  await page.locator('.message.bad').waitFor()
  await press('F10')
  await page.click('[data-product="100101001"]')
  await page.locator('.scale').waitFor()
  await panel.photograph('till-line-crowded')
  for (const part of ['[data-use]', '.hint', '.actions .pay']) expect(await bottomOf(part)).toBeLessThanOrEqual(768)
  const boxOf = async (selector: string): Promise<{ y: number; height: number }> =>
    (await page.locator(selector).boundingBox()) ?? { y: Number.NaN, height: Number.NaN }
  const [above, below] = [await boxOf('.member'), await boxOf('.big')]
  expect(above.y + above.height).toBeLessThanOrEqual(below.y)
  // Esc takes what is weighed off the scale, then keeps the member.
  await press('Escape')
  await page.locator('.scale').waitFor({ state: 'detached' })
  await press('Escape')
  await page.locator('.changing').waitFor({ state: 'detached' })
  await page.click('[data-act=clear]')
  expect(panel.complaints).toEqual([])
})

it('F9 cuts the network: the amber bar says what one more sale may give and how many wait, and F9 again tells them', async () => {
  await press('F9')
  await expect.poll(bar).toBe('离线：单笔上限 ¥50，已存 0 笔')
  for (const count of [1, 2, 3]) {
    await sells('应收 ¥5.50')
    await expect.poll(bar).toBe(`离线：单笔上限 ¥50，已存 ${count} 笔`)
  }
  await page.click('header > button.language:last-child')
  await expect.poll(bar).toBe('Offline: at most ¥50 a sale, 3 stored')
  await page.click('header > button.language:last-child')
  await panel.photograph('till-offline-bar')
  // Once the receipt has its number the sale ends as it began.
  await page.click('[data-product="140301002"]')
  await panel.big('应收 ¥5.50')
  await press('Enter')
  await page.locator('[data-pay=cash]').waitFor()
  await press('F9')
  expect(await bar()).toBe('离线：单笔上限 ¥50，已存 3 笔')
  await press('Escape')
  await page.locator('[data-pay=cash]').waitFor({ state: 'detached' })
  await press('F9')
  await page.locator('.message.good', { hasText: '已补报 3 笔，没有损失' }).waitFor()
  await page.locator('.offline').waitFor({ state: 'detached' })
  await page.click('[data-act=clear]')
  expect(panel.complaints).toEqual([])
})

it('the bar’s cap is the shop’s, and what is left of the day once that is less; + and − say the points', async () => {
  const owner = await panel.shop.as('owner')
  await owner.call(tillCodesApi).setTerms({ body: { offline: { saleCap: 1250, dayCap: 1500, hours: 24 } } })
  const { phone } = await panel.somebody()
  await press('F9')
  await expect.poll(bar).toBe('离线：单笔上限 ¥12.50，已存 0 笔')
  await panel.bigBasket()
  await panel.scan(phone.signed())
  await page.locator('[data-points=more]').waitFor()
  const points = (): Promise<string> => page.locator('.points .step b').innerText()
  for (const after of ['100', '200', '300']) {
    await press('+')
    await expect.poll(points).toBe(after)
  }
  await press('-')
  await expect.poll(points).toBe('200')
  await press('+')
  await panel.big('用 300 积分 −¥3.00，应收 ¥41.80')
  // What the scanner has begun to read is its own.
  await page.keyboard.type('1-')
  expect([await page.locator('#scan').inputValue(), await points()]).toEqual(['1-', '300'])
  await page.fill('#scan', '')
  await press('Enter')
  await page.locator('[data-pay=cash]').waitFor()
  await page.keyboard.type('1')
  await press('Enter')
  await page.locator('.finished').waitFor()
  await press('Enter')
  await expect.poll(bar).toBe('离线：单笔上限 ¥12，已存 1 笔')
  await press('F9')
  await page.locator('.message.good', { hasText: '已补报 1 笔，没有损失' }).waitFor()
  expect(panel.complaints).toEqual([])
})

it('a shift whose slip differs is closed with the difference listed, figure by figure', async () => {
  expect(await panel.balances()).toEqual({ balanced: 'true', differing: [] })
  await sells('应收 ¥5.50')
  // The product knows of a sale that this till's own books have lost.
  expect(await panel.sellBehind('S01')).toMatchObject({ status: 200, reply: { payable: 6580 } })
  const off = page.locator('[data-off]')
  const rows = async (): Promise<string[][]> => {
    const texts = await page.locator('.differs').allInnerTexts()
    return texts.map(text => text.split(/\s+/))
  }
  const differing = [['销售笔数', '1', '2'], ['销售金额', '¥5.50', '¥71.30']] // prettier-ignore
  await press('F8')
  await expect.poll(() => off.innerText()).toBe('与会员系统差：销售笔数 −1、销售金额 −¥65.80')
  expect(await rows()).toEqual(differing)
  await press('Enter')
  const result = page.locator('[data-balanced]')
  await result.waitFor()
  expect([await result.getAttribute('data-balanced'), await result.innerText()]).toEqual(['false', '差异 2 处'])
  expect(await rows()).toEqual(differing)
  expect(await off.innerText()).toBe('与会员系统差：销售笔数 −1、销售金额 −¥65.80')
  await panel.photograph('till-shift-differs')
  await press('Enter')
  await page.locator('.over').waitFor({ state: 'detached' })
  // The next shift begins even.
  await sells('应收 ¥5.50')
  await press('F8')
  await expect.poll(() => off.innerText()).toBe('核对一致，差异 0')
  await press('Escape')
  expect(panel.complaints).toEqual([])
})
