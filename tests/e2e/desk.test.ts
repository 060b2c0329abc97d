import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import type { FromPanel, ToPanel } from 'till-client/panel'
import { inTransaction } from '../../server/kernel/db.ts'
import { tillDeskApi } from '../../server/modules/till/contract/desk-api.ts'
import { stockShelf } from '../modules/points/receipts.ts'
import { sells } from '../modules/till/around.ts'
import { giveCoupon, newTill, today } from '../modules/till/tills.ts'
import { stage, type Stage } from '../support/stage.ts'
import type { StaffUser } from '../support/world.ts'

/** 店员核销 on a phone, and the same desk as a panel beside a till, 1024 × 768, by keys and the till’s own messages. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const album = join(root, '.local/screens/desk')

let place: Stage
let browser: Browser
let guide: StaffUser

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  mkdirSync(album, { recursive: true })
  place = await stage({ env: { ADMIN_DIR: folder } })
  place.shop.clock.set(new Date(`${today}T04:00:00.000Z`))
  await stockShelf(place.shop)
  const till = await newTill(place.shop, 'S01', '01')
  // The store is known from its first receipt on.
  await sells(till, '10')
  guide = await place.shop.as('guide', { stores: ['S01'], name: '导购小陈' })
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}, 300_000)
afterAll(async () => {
  await browser.close()
  await place.close()
})

interface Look {
  readonly theme?: 'light' | 'dark'
  readonly language?: 'zh-CN' | 'en'
  readonly width?: number
  readonly height?: number
}
async function windowOf({ theme = 'light', language = 'zh-CN', width = 375, height = 812 }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, locale: language })
  const [name = '', ...value] = guide.session.cookie.split('=')
  await context.addCookies([{ name, value: value.join('='), url: place.shop.url }])
  const preferences = JSON.stringify({ language, theme, railOpen: true, columns: {} })
  await context.addInitScript(`localStorage.setItem('zg.preferences', ${JSON.stringify(preferences)})`)
  return context.newPage()
}
const picture = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(album, `${name}.png`), fullPage: true })

/** Somebody with points and two coupons that go together: ¥5 off ¥39, then a tenth off. */
async function customer(name: string, points = 3_000) {
  const { shop } = place
  const person = place.person(name)
  const { memberId } = await place.enrols(person)
  await inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `desk:${memberId}`, memberId, points }]))
  const give = async (columns: object) => (await giveCoupon(shop, memberId, { columns })).code
  const off = await give({ stackGroup: 'a', amountOff: 500, threshold: 3_900 })
  const tenth = await give({ stackGroup: 'b', kind: 'percentOff', amountOff: 0, payPercent: 90, threshold: 0, name: '9 折' }) // prettier-ignore
  const [brief] = [...(await shop.modules.members.briefs(shop.db, [memberId])).values()]
  return { memberId, off, tenth, cardNo: brief?.cardNo ?? '', phone: person.phone }
}
const stateOf = async (code: string) => (await place.shop.modules.coupons.byCode(place.shop.db, code))?.state
const newest = async () => (await guide.call(tillDeskApi).deskRedemptions({ query: {} })).items[0]

async function scan(page: Page, code: string): Promise<void> {
  await page.locator('.scan input').fill(code)
  await page.locator('.scan input').press('Enter')
}

it('a guide scans, says what is used with one tap, holds it, takes the money and reads the balance; two coupons and points', async () => {
  const who = await customer('李小红')
  for (const [theme, language] of [
    ['dark', 'en'],
    ['light', 'zh-CN'],
  ] as const) {
    const phone = await windowOf({ theme, language })
    await phone.goto(`${place.shop.url}/desk`)
    await phone.getByText('S01').first().waitFor()
    await scan(phone, who.cardNo)
    // A little is missing: the guide has something to say.
    await phone.locator('[data-amount] input, input[data-amount]').first().fill('36')
    await phone.locator('[data-hint]').waitFor()
    await phone.locator('[data-amount] input, input[data-amount]').first().fill('50')
    await phone.locator('[data-offer=open]', { hasText: '¥20.50' }).waitFor()
    // Until something is said nothing can be held.
    expect(await phone.locator('[data-hold]').count()).toBe(0)
    expect(await phone.locator('[data-act]').isEnabled()).toBe(false)
    await picture(phone, `phone-offer-${theme}-${language}`)
    await phone.locator('[data-use=coupons]').click()
    await phone.locator('[data-offer=chosen]', { hasText: '¥40.50' }).waitFor()
    await phone.locator('[data-use=nothing]').click()
    await phone.locator('[data-offer=chosen]', { hasText: '¥50.00' }).waitFor()
    await phone.locator('[data-use=all]').click()
    await phone.locator('[data-offer=chosen]', { hasText: '¥20.50' }).waitFor()
    await picture(phone, `phone-chosen-${theme}-${language}`)
    if (language === 'en') continue
    await phone.locator('[data-hold]').click()
    await phone.locator('[data-let-go]').waitFor()
    await phone.getByLabel('机号', { exact: true }).first().fill('60')
    await phone.getByLabel('小票号', { exact: true }).first().fill('0042')
    await picture(phone, 'phone-held')
    await phone.locator('[data-act]').click()
    await phone.locator('[data-done]', { hasText: '本次 +40 分，余 1,040 分' }).waitFor()
    await phone.getByText('60 / 0042').waitFor()
    await phone.locator('[data-print="58"]').click()
    await phone.locator('[data-done] pre', { hasText: '20.50' }).waitFor()
    await picture(phone, 'phone-done')
  }
  expect(await newest()).toMatchObject({
    kind: 'sale',
    couponCount: 2,
    discount: 950,
    pointsFen: 2_000,
    balance: 1_040,
  })
  expect([await stateOf(who.off), await stateOf(who.tenth)]).toEqual(['redeemed', 'redeemed'])
})

it('a code read before the stores are known waits in the field; without a network the page says what to do', async () => {
  const phone = await windowOf()
  let let_go = (): void => undefined
  const gate = new Promise<void>(resolve => {
    let_go = resolve
  })
  await phone.route('**/api/admin/catalog/stores*', async route => {
    await gate
    await route.continue()
  })
  await phone.goto(`${place.shop.url}/desk`)
  const who = await customer('周小满')
  await scan(phone, who.cardNo)
  await phone.getByText('门店还没有载入，请稍后再扫').waitFor()
  expect(await phone.locator('.scan input').inputValue()).toBe(who.cardNo)
  let_go()
  await phone.getByText('S01').first().waitFor()
  await phone.locator('.scan input').press('Enter')
  await phone.getByText('周**').first().waitFor()
  await phone.context().setOffline(true)
  await phone.getByText('没有网络：券和积分先不用').waitFor()
  await picture(phone, 'phone-offline')
  await phone.context().setOffline(false)
  await phone.getByText('没有网络：券和积分先不用').waitFor({ state: 'detached' })
})

it('one is put aside while the next is served, and taken up with a new price; the page may be loaded anew between', async () => {
  const [first, second] = [await customer('王小川'), await customer('赵小麦')]
  const phone = await windowOf()
  await phone.goto(`${place.shop.url}/desk`)
  await phone.getByText('S01').first().waitFor()
  await scan(phone, first.cardNo)
  await phone.locator('input[data-amount], [data-amount] input').first().fill('80')
  await phone.locator('[data-offer=open]').waitFor()
  await phone.locator('[data-tool=wait]').click()
  await phone.locator('[data-waiting]', { hasText: '¥80' }).waitFor()
  await scan(phone, second.cardNo)
  await phone.getByText('赵**').first().waitFor()
  await picture(phone, 'phone-waiting')
  await phone.reload()
  await phone.locator('[data-take-up]').click()
  await phone.locator('[data-offer=open]', { hasText: '应收' }).waitFor()
  await phone.getByText('王**').first().waitFor()
  await phone.locator('[data-waiting]').waitFor({ state: 'detached' })
})

it('goods come back by the code on the slip: what it gives back is said before, and happens', async () => {
  const who = await customer('孙小满')
  const { shop } = place
  const lines = [
    { lineNo: 1, productCode: 'rice', name: '长粒香米', quantity: '1', unitPrice: '30', net: '30' },
    { lineNo: 2, productCode: 'salt', name: '海盐', quantity: '2', unitPrice: '10', net: '20' },
  ]
  await guide.call(tillDeskApi).deskSell({
    body: { key: 'desk-return-sale', storeCode: 'S01', tillCode: '60', receiptNo: '0077', memberCode: who.cardNo, couponCodes: [who.off], amount: 5_000, lines }, // prettier-ignore
  })
  const slip = shop.modules.points.receiptCode(`S01|60|${today}|0077`)
  const phone = await windowOf()
  await phone.goto(`${place.shop.url}/desk`)
  await phone.getByText('S01').first().waitFor()
  await scan(phone, slip)
  await phone.locator('[data-brings]', { hasText: '退款 ¥45.00' }).waitFor()
  await phone.getByText('「满39减5」退回券包').waitFor()
  // Only the rice: its price after the coupon, the coupon stays used.
  const salt = phone.getByRole('spinbutton', { name: '海盐' })
  await salt.fill('0')
  await salt.blur()
  await phone.locator('[data-brings]', { hasText: '退款 ¥27.00' }).waitFor()
  await picture(phone, 'phone-return')
  await phone.getByLabel('退货小票号', { exact: true }).fill('0078')
  await phone.locator('[data-take-back]').click()
  await phone.locator('[data-returned]', { hasText: '已退 ¥27.00' }).waitFor()
  await picture(phone, 'phone-returned')
  expect(await stateOf(who.off)).toBe('redeemed')
  const documents = await shop.db.selectFrom('sales_document').select('net').where('receiptNo', '=', '0078').execute()
  expect(documents).toEqual([{ net: '-27.0000' }])
  // A receipt that was never told here is said to be so, with what to do.
  await phone.getByLabel('小票号', { exact: true }).first().fill('9999')
  await phone.locator('[data-find]').click()
  await phone.getByText('当晚的收银数据会扣回积分、退回券').waitFor()
})

it('a spoken phone earns only, until the code that its SMS brings is said', async () => {
  const who = await customer('吴小豆')
  const { world } = place.wechat
  const phone = await windowOf()
  await phone.goto(`${place.shop.url}/desk`)
  await phone.getByText('S01').first().waitFor()
  await scan(phone, who.phone)
  await phone.getByText('仅积分（报号）').waitFor()
  await phone.locator('input[data-amount], [data-amount] input').first().fill('50')
  await phone.locator('[data-offer=chosen]', { hasText: '¥50.00' }).waitFor()
  await picture(phone, 'phone-spoken')
  await phone.locator('[data-sms]').click()
  await phone.getByPlaceholder('会员报的 6 位验证码').waitFor()
  const text = world.sms.findLast(sms => sms.phone === who.phone)?.text ?? ''
  await phone.getByPlaceholder('会员报的 6 位验证码').fill(/\d{6}/.exec(text)?.[0] ?? '')
  await phone.getByRole('button', { name: '验证', exact: true }).click()
  await phone.locator('[data-offer=open]', { hasText: '应收' }).waitFor()
  await phone.locator('[data-use=coupons]').click()
  await phone.locator('[data-hold]').click()
  await phone.locator('[data-let-go]').waitFor()
  expect(await stateOf(who.off)).toBe('locked')
})

/** The side of a till that embeds the panel: hears what it says, and speaks in its window. */
async function tillBeside(page: Page) {
  const heard: FromPanel[] = []
  await page.exposeFunction('tellTill', (message: FromPanel) => void heard.push(message))
  await page.addInitScript(`addEventListener('message', ({ source, data }) => {
    if (source === window && data?.from === 'panel') window.tellTill(data)
  })`)
  const says = (message: ToPanel): Promise<unknown> =>
    page.evaluate(`window.postMessage(${JSON.stringify(message)}, location.origin)`)
  const last = <Say extends FromPanel['say']>(say: Say) =>
    heard.findLast((one): one is Extract<FromPanel, { say: Say }> => one.say === say)
  return { heard, says, last }
}

it('beside a till: the basket comes from the till, F1 uses all, Enter holds, the till says paid and prints; a forged window is not heard', async () => {
  const who = await customer('何小谷')
  const page = await windowOf({ width: 1024, height: 768 })
  const till = await tillBeside(page)
  await page.goto(`${place.shop.url}/till-panel?store=S01`)
  await expect.poll(() => till.heard.map(({ say }) => say)).toEqual(['ready'])
  await page.getByText('导购小陈').first().waitFor()
  const basket = (net: string): ToPanel => ({
    to: 'panel',
    say: 'basket',
    tillCode: '61',
    receiptNo: '1001',
    lines: [
      { lineNo: 1, productCode: 'rice', name: '长粒香米', quantity: '1', unitPrice: net, net },
      { lineNo: 2, productCode: 'cigarettes', name: '香烟', quantity: '1', unitPrice: '15', net: '15' },
    ],
  })
  await till.says(basket('40'))
  await till.says({ to: 'panel', say: 'code', code: who.cardNo })
  await page.locator('[data-offer=open]').waitFor()
  expect(till.last('due')).toBeUndefined()
  await picture(page, 'panel-offer')
  await page.keyboard.press('F1')
  // ¥40 of rice: −5, a tenth of 35; points may pay half of what is left, in hundreds.
  await expect
    .poll(() => till.last('due'))
    .toMatchObject({ total: 5_500, discount: 850, isHeld: false, pointsFen: 2_300 })
  await page.keyboard.press('F2')
  await expect.poll(() => till.last('due')).toMatchObject({ payable: 4_650, pointsFen: 0 })
  await page.locator('.scan input').press('Enter')
  await expect.poll(() => till.last('due')).toMatchObject({ isHeld: true, payable: 4_650 })
  expect(await stateOf(who.off)).toBe('locked')
  await picture(page, 'panel-held')
  // One more in the basket: what was held is free, and the price is another.
  await till.says(basket('60'))
  await expect.poll(() => till.last('due')).toMatchObject({ total: 7_500, isHeld: false })
  await expect.poll(() => stateOf(who.off)).toBe('issued')
  await page.locator('.scan input').press('Enter')
  await expect.poll(() => till.last('due')).toMatchObject({ isHeld: true, payable: 7_500 - 500 - 550 })

  // A frame in the page, or a page that opened it, may say what it likes.
  const forged = { to: 'panel', say: 'dropped', receiptNo: '1001' }
  await page.evaluate(`{
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const data = ${JSON.stringify(forged)}
    dispatchEvent(new MessageEvent('message', { data, origin: location.origin, source: frame.contentWindow }))
    dispatchEvent(new MessageEvent('message', { data, origin: 'https://elsewhere.example', source: window }))
  }`)
  await till.says({ to: 'panel', say: 'paid', receiptNo: '1001', print: 80 })
  await expect.poll(() => till.last('done')).toMatchObject({ payable: 6_450, discount: 1_050, receiptNo: '1001' })
  expect(till.last('done')?.print?.join('\n')).toMatch(/香烟/)
  await till.says({ to: 'panel', say: 'paid', receiptNo: '1001', print: 80 })
  await expect.poll(() => till.heard.filter(({ say }) => say === 'done').length).toBe(2)
  expect(new Set(till.heard.flatMap(one => (one.say === 'done' ? [one.redemptionId] : []))).size).toBe(1)
  await page.locator('[data-done]').waitFor()
  await picture(page, 'panel-done')
  expect(await newest()).toMatchObject({ receiptNo: '1001', tillCode: '61', couponCount: 2, amount: 7_500 })
})

it('beside a till: a basket put aside takes its customer along, and brings them back; nobody else pays with them', async () => {
  const who = await customer('高小麦')
  const page = await windowOf({ width: 1024, height: 768 })
  const till = await tillBeside(page)
  await page.goto(`${place.shop.url}/till-panel?store=S01`)
  await page.getByText('S01').first().waitFor()
  const basket = (receiptNo: string, net: string): ToPanel => ({
    to: 'panel',
    say: 'basket',
    tillCode: '62',
    receiptNo,
    lines: [{ lineNo: 1, productCode: 'rice', name: '长粒香米', quantity: '1', unitPrice: net, net }],
  })
  await till.says(basket('2001', '40'))
  await till.says({ to: 'panel', say: 'code', code: who.cardNo })
  await page.locator('[data-offer=open]').waitFor()
  await page.keyboard.press('F2')
  await page.locator('[data-hold]').click()
  await expect.poll(() => till.last('due')).toMatchObject({ receiptNo: '2001', isHeld: true })
  // The next customer’s goods: the first one is gone from the panel, and their coupon is free.
  await till.says(basket('2002', '60'))
  await page.getByText('高**').first().waitFor({ state: 'detached' })
  await expect.poll(() => stateOf(who.off)).toBe('issued')
  await till.says({ to: 'panel', say: 'paid', receiptNo: '2001' })
  await till.says(basket('2001', '44'))
  await page.getByText('高**').first().waitFor()
  await page.locator('[data-offer=open]').waitFor()
  expect(till.last('done')).toBeUndefined()
  const lines = await place.shop.db.selectFrom('desk_redemption').select('id').where('receiptNo', 'in', ['2001', '2002']).execute() // prettier-ignore
  expect(lines).toEqual([])
  // What the scanner types after a tap on a coupon still lands in its field; Esc lets go.
  await page.locator('.coupon').first().click()
  await page.locator('[data-hold]').click()
  await page.locator('[data-let-go]').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('[data-let-go]').waitFor({ state: 'detached' })
  await page.locator('.coupon').first().click()
  await page.keyboard.type('98000000000000000000')
  await page.keyboard.press('Enter')
  await page.getByText('会员码无效').waitFor()
})

it('交班 says what the shift came to before it is closed, and lists what differs from the slip', async () => {
  const who = await customer('何小田')
  await guide.call(tillDeskApi).deskSell({
    body: { key: 'desk-shift-sale', storeCode: 'S01', tillCode: '63', receiptNo: '0001', memberCode: who.cardNo, couponCodes: [who.off], points: 1_000, amount: 5_000 }, // prettier-ignore
  })
  const page = await windowOf({ width: 1024, height: 768 })
  await page.goto(`${place.shop.url}/till-panel?store=S01`)
  await page.getByText('S01').first().waitFor()
  await page.keyboard.press('F8')
  const shift = page.locator('[data-shift]')
  await shift.getByLabel('机号', { exact: true }).fill('63')
  await shift.locator('[data-now]', { hasText: '本班核销 1 张 ¥5.00，积分抵扣 ¥10.00' }).waitFor()
  await shift.getByLabel('班次号', { exact: true }).fill('A')
  await shift.getByLabel('收银小票上的张数', { exact: true }).fill('2')
  await shift.getByLabel('收银小票上的金额').fill('5')
  await picture(page, 'panel-shift')
  await shift.getByRole('button', { name: '交班并核对' }).click()
  await shift.locator('[data-report]', { hasText: '核销张数：我们 1，小票 2' }).waitFor()
  await picture(page, 'panel-shift-differs')
})

it('beside a till: who does not pay holds nothing, a refusal is told to the till, and without the right there is no panel', async () => {
  const who = await customer('林小禾')
  const page = await windowOf({ width: 1024, height: 768, theme: 'dark', language: 'en' })
  const till = await tillBeside(page)
  await page.goto(`${place.shop.url}/till-panel?store=S01`)
  await expect.poll(() => till.heard.length).toBeGreaterThan(0)
  const lines = [{ lineNo: 1, productCode: 'rice', name: '长粒香米', quantity: '1', unitPrice: '40', net: '40' }]
  await till.says({ to: 'panel', say: 'basket', tillCode: '61', receiptNo: '1002', lines })
  await page.getByText('S01').first().waitFor()
  await scan(page, '98000000000000000000')
  await expect.poll(() => till.last('refused')).toMatchObject({ receiptNo: '1002', text: 'No such member code' })
  await scan(page, who.cardNo)
  await page.locator('[data-offer=open]').waitFor()
  await page.keyboard.press('F1')
  await page.locator('[data-hold]').click()
  await expect.poll(() => till.last('due')).toMatchObject({ isHeld: true })
  await picture(page, 'panel-held-dark-en')
  await till.says({ to: 'panel', say: 'dropped', receiptNo: '1002' })
  await expect.poll(() => stateOf(who.off)).toBe('issued')
  await page.getByText('林**').waitFor({ state: 'detached' })

  const analyst = await place.shop.as('analyst')
  const [name = '', ...value] = analyst.session.cookie.split('=')
  await page.context().addCookies([{ name, value: value.join('='), url: place.shop.url }])
  await page.reload()
  await page.locator('.scan').waitFor({ state: 'detached' })
  await picture(page, 'panel-forbidden')
})
