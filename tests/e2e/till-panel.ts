import path from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import { startSandbox, type Sandbox } from '../../sandbox/index.ts'
import { inTransaction } from '../../server/kernel/db.ts'
import { tillApi } from '../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../server/modules/till/contract/codes-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../modules/members/shoppers.ts'
import { codePhone } from '../modules/till/phones.ts'
import { giveCoupon } from '../modules/till/tills.ts'

const ReceiptNumber = z.object({ businessDate: z.string(), receiptNo: z.string() })
const Receipt = z.object({
  storeCode: z.string(),
  tillCode: z.string(),
  businessDate: z.string(),
  receiptNo: z.string(),
  type: z.enum(['sale', 'return']),
  payment: z.string(),
})

/** A shop with two tills of two stores, and the cashier's panel in a browser. */
export interface TillPanel {
  readonly shop: ShopWithPeople
  readonly desk: Sandbox
  readonly browser: Browser
  readonly page: Page
  /** Sells rice for ¥65.80 at the till of a store without its panel: its own books know nothing of it. */
  sellBehind(storeCode: string, more?: { couponCodes?: string[] }): Promise<unknown>
  /** What the page has complained of. */
  readonly complaints: string[]
  /** The scanner reads a code, or somebody types it. */
  scan(code: string): Promise<void>
  /** Waits until the big line says this. */
  big(text: string): Promise<void>
  /** Goes to the till of that name. */
  goTo(till: string): Promise<unknown>
  /** Rice and eggs: ¥44.80. */
  bigBasket(): Promise<void>
  /** Somebody with 1000 points and a coupon of ¥5 from ¥39 on, who was online this morning. */
  somebody(name?: string): Promise<Somebody>
  /** Closes the shift: the slip is what the product says. */
  balances(): Promise<{ balanced: string | null; differing: string[] }>
  /** What the tills have printed so far, oldest first. */
  receipts(): Promise<z.output<typeof Receipt>[]>
  photograph(name: string): Promise<unknown>
  close(): Promise<void>
}
export type Somebody = Awaited<ReturnType<typeof somebodyOf>>

async function somebodyOf(shop: ShopWithPeople, name: string) {
  shop.clock.set(new Date())
  const member = await newMember(shop, { name })
  const coupon = await giveCoupon(shop, member.memberId)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `e2e:${member.memberId}`, memberId: member.memberId, points: 1000 }]),
  )
  const phone = await codePhone(shop, member)
  const { items } = await member.call(tillCodesApi).mySignedCoupons({})
  return { member, coupon, phone, signedCoupon: items[0]?.digits ?? '' }
}

/** Opens the panel on a till's screen of 1024 × 768. */
export async function openPanel(): Promise<TillPanel> {
  const shop = await shopWithPeople()
  // The till's own clock is the machine's: the shop must stand in the same moment to believe its signature.
  shop.clock.set(new Date())
  const owner = await shop.as('owner')
  const tills: { tillId: string; key: string; storeCode: string; tillCode: string; name: string }[] = []
  for (const at of [
    { storeCode: 'S01', tillCode: '01', name: '1 号台' },
    { storeCode: 'S02', tillCode: '01', name: '城东店' },
  ]) {
    const { till, key } = await owner.call(tillApi).registerTill({ body: at })
    tills.push({ tillId: till.tillId, key, ...at })
  }
  const desk = await startSandbox({ serverUrl: shop.url })
  await fetch(`${desk.url}/__sim/tills`, { method: 'POST', body: JSON.stringify({ tills }) })
  const browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage({ viewport: { width: 1024, height: 768 }, locale: 'zh-CN' })
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${desk.url}/till/`)
  await page.waitForSelector('[data-product]')

  const album = path.resolve(import.meta.dirname, '../../.local/screens/till')
  const big = (text: string): Promise<void> =>
    page.locator('[data-big]', { hasText: text }).waitFor({ timeout: 10_000 })
  return {
    shop,
    desk,
    browser,
    page,
    sellBehind: async (storeCode, more = {}) => {
      const tillId = tills.find(till => till.storeCode === storeCode)?.tillId
      const post = async (what: string, body: unknown): Promise<unknown> =>
        (await fetch(`${desk.url}/__sim/tills/${what}`, { method: 'POST', body: JSON.stringify(body) })).json()
      const number = ReceiptNumber.parse(await post('receipt-number', { tillId }))
      const body = {
        key: `behind-${storeCode}-${number.businessDate}-${number.receiptNo}`,
        ...number,
        businessAt: new Date().toISOString(),
        lines: [{ lineNo: 1, productCode: '120101002', name: '米', quantity: '2', unitPrice: '32.90', net: '65.80' }],
        payments: [],
        ...more,
      }
      return post('ask', { tillId, operation: 'sale', body })
    },
    complaints,
    big,
    scan: async code => {
      await page.fill('#scan', code)
      await page.press('#scan', 'Enter')
    },
    goTo: till => page.selectOption('header select', { label: till }),
    bigBasket: async () => {
      await page.click('[data-product="120101002"]')
      await page.click('[data-product="100304001"]')
      await big('应收 ¥44.80')
    },
    somebody: (name = '李桂兰') => somebodyOf(shop, name),
    balances: async () => {
      await page.click('[data-act=shift]')
      await page.click('[data-act=closeShift]')
      await page.locator('[data-balanced]').waitFor()
      const differing = await page.locator('.differs').allInnerTexts()
      const balanced = await page.locator('[data-balanced]').getAttribute('data-balanced')
      await page.click('[data-act=back]')
      return { balanced, differing }
    },
    receipts: async () => z.array(Receipt).parse(await (await fetch(`${desk.url}/__sim/tills/receipts`)).json()),
    photograph: name => page.screenshot({ path: path.join(album, `${name}.png`) }),
    close: async () => {
      await browser.close()
      await desk.stop()
      await shop.close()
    },
  }
}
