import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../sandbox/index.ts'
import { tillApi } from '../../server/modules/till/contract.ts'
import { giveCoupon } from '../modules/till/tills.ts'
import { codePhone } from '../modules/till/phones.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../modules/members/shoppers.ts'

let shop: ShopWithPeople
let desk: Sandbox
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  shop = await shopWithPeople()
  // The till's own clock is the machine's: the shop must stand in the same moment to believe its signature.
  shop.clock.set(new Date())
  const owner = await shop.as('owner')
  const { till, key } = await owner
    .call(tillApi)
    .registerTill({ body: { storeCode: 'S01', tillCode: '01', name: '1 号台' } })
  desk = await startSandbox({ serverUrl: shop.url })
  await fetch(`${desk.url}/__sim/tills`, {
    method: 'POST',
    body: JSON.stringify({ tills: [{ tillId: till.tillId, key, storeCode: 'S01', tillCode: '01', name: '1 号台' }] }),
  })
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  page = await browser.newPage({ viewport: { width: 1024, height: 768 }, locale: 'zh-CN' })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${desk.url}/till/`)
  await page.waitForSelector('[data-product]')
})
afterAll(async () => {
  await browser.close()
  await desk.stop()
  await shop.close()
})

const scan = async (code: string): Promise<void> => {
  await page.fill('#scan', code)
  await page.press('#scan', 'Enter')
}
const big = async (text: string): Promise<void> =>
  page.locator('[data-big]', { hasText: text }).waitFor({ timeout: 10_000 })

it('a cashier scans, chooses by key, takes money, takes one thing back, holds a basket and balances the shift', async () => {
  const member = await newMember(shop, { name: '王秀英' })
  await giveCoupon(shop, member.memberId)
  const phone = await codePhone(shop, member)

  await page.click('[data-product="120101002"]')
  await page.click('[data-product="100304001"]')
  await big('应收 ¥44.80')
  await scan(phone.code())
  await page.locator('.who', { hasText: '王**' }).waitFor()
  await page.keyboard.press('F1')
  await big('用券 −¥5.00，应收 ¥39.80')
  await page.keyboard.press('F3')
  await big('应收 ¥44.80')
  await page.keyboard.press('F2')
  await big('用券 −¥5.00，应收 ¥39.80')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=wechatPay]')
  await page.locator('.finished .paper', { hasText: '优惠券 满39减5' }).waitFor()
  expect(await page.locator('.finished .paper').innerText()).toContain('应收                       39.80')
  await page.click('[data-act=next]')

  // Another basket waits meanwhile, and is priced anew when it is taken up.
  await page.click('[data-product="150101002"]')
  await big('应收 ¥15.90')
  await page.click('[data-act=hold]')
  await page.locator('.empty').waitFor()

  await page.locator('[data-act=return]').first().click()
  await page.locator('[data-will]', { hasText: '退款 ¥39.80' }).waitFor()
  await page.click('[data-less="1"]')
  const will = page.locator('[data-will]')
  await will.getByText('「满39减5」').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.message.good').waitFor()

  await page.click('[data-act=resume]')
  await page.click('[data-held]')
  await big('应收 ¥15.90')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=cash]')
  await page.locator('.finished').waitFor()
  await page.keyboard.press('Enter')

  await page.click('[data-act=shift]')
  await page.click('[data-act=closeShift]')
  await page.locator('[data-balanced]').waitFor()
  expect(await page.locator('[data-balanced]').getAttribute('data-balanced')).toBe('true')
  expect(complaints).toEqual([])
})

it('without a network it goes on selling under an amber bar, and tells the sales when the network is back', async () => {
  await page.click('[data-act=back]')
  await page.click('[data-act=network]')
  await page.locator('.offline', { hasText: '已存 0 笔' }).waitFor()
  await page.click('[data-product="140301002"]')
  await big('应收 ¥5.50')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=cash]')
  await page.locator('.finished').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.offline', { hasText: '已存 1 笔' }).waitFor()
  await page.click('[data-act=network]')
  await page.locator('.message.good', { hasText: '已补报 1 笔' }).waitFor()
  await page.click('[data-act=shift]')
  await page.click('[data-act=closeShift]')
  await page.locator('[data-balanced]').waitFor()
  expect(await page.locator('[data-balanced]').getAttribute('data-balanced')).toBe('true')
  expect(complaints).toEqual([])
})
