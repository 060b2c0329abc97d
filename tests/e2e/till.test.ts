import path from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { startSandbox, type Sandbox } from '../../sandbox/index.ts'
import { tillApi } from '../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../server/modules/till/contract/codes-api.ts'
import { inTransaction } from '../../server/kernel/db.ts'
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
  const tills = []
  for (const at of [
    { storeCode: 'S01', tillCode: '01', name: '1 号台' },
    { storeCode: 'S02', tillCode: '01', name: '城东店' },
  ]) {
    const { till, key } = await owner.call(tillApi).registerTill({ body: at })
    tills.push({ tillId: till.tillId, key, ...at })
  }
  desk = await startSandbox({ serverUrl: shop.url })
  await fetch(`${desk.url}/__sim/tills`, { method: 'POST', body: JSON.stringify({ tills }) })
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

const album = path.resolve(import.meta.dirname, '../../.local/screens/till')
const photograph = (name: string): Promise<unknown> => page.screenshot({ path: path.join(album, `${name}.png`) })
const goTo = (till: string): Promise<unknown> => page.selectOption('header select', { label: till })
const balances = async (): Promise<void> => {
  await page.click('[data-act=shift]')
  await page.click('[data-act=closeShift]')
  await page.locator('[data-balanced]').waitFor()
  const differing = await page.locator('.differs').allInnerTexts()
  expect([await page.locator('[data-balanced]').getAttribute('data-balanced'), differing]).toEqual(['true', []])
  await page.click('[data-act=back]')
}

/** Somebody with points and a coupon of ¥5 from ¥39 on, who was online this morning. */
async function somebody() {
  shop.clock.set(new Date())
  const member = await newMember(shop, { name: '李桂兰' })
  const coupon = await giveCoupon(shop, member.memberId)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `e2e:${member.memberId}`, memberId: member.memberId, points: 1000 }]),
  )
  const phone = await codePhone(shop, member)
  const { items } = await member.call(tillCodesApi).mySignedCoupons({})
  return { member, coupon, phone, signedCoupon: items[0]?.digits ?? '' }
}
const bigBasket = async (): Promise<void> => {
  await page.click('[data-product="120101002"]')
  await page.click('[data-product="100304001"]')
  await big('应收 ¥44.80')
}

it('a signed coupon and points work without a network; the same coupon at a second till becomes a loss that is said', async () => {
  if (await page.locator('.over').isVisible()) await page.click('[data-act=back]')
  const { member, phone, signedCoupon } = await somebody()
  for (const till of ['1 号台 · 01', '城东店 · 01']) {
    await goTo(till)
    await page.click('[data-act=network]')
    await page.locator('.offline', { hasText: '单笔上限 ¥50.00' }).waitFor()
    await bigBasket()
    // Nobody of ours signed this one, and twenty digits nobody can check here.
    await scan(`${signedCoupon.slice(0, -1)}${signedCoupon.endsWith('1') ? '2' : '1'}`)
    await page.locator('.message.bad', { hasText: '签名不对' }).waitFor()
    await scan(phone.code())
    await page.locator('.message.bad', { hasText: '断网时请扫二维码' }).waitFor()
    await scan(phone.signed(till === '1 号台 · 01' ? 0 : 1))
    await page.locator('.who', { hasText: '离线会员' }).waitFor()
    await scan(signedCoupon)
    await big('用券 −¥5.00，应收 ¥39.80')
    await page.click('[data-points=more]')
    await page.click('[data-points=more]')
    await big('用券 −¥5.00，用 200 积分 −¥2.00，应收 ¥37.80')
    await photograph('till-offline')
    await page.click('[data-act=pay]')
    await page.click('[data-pay=cash]')
    await page.locator('.finished .paper', { hasText: '积分抵现 200' }).waitFor()
    await photograph('till-offline-paid')
    await page.click('[data-paper="80"]')
    const lines = (await page.locator('.finished .paper').innerText()).split('\n')
    expect(lines.some(text => /^合计 +44\.80$/.test(text) && text.length === 46)).toBe(true)
    await page.click('[data-paper="58"]')
    await page.click('[data-act=next]')
  }
  // What this till has taken it knows without asking anybody.
  await bigBasket()
  await scan(signedCoupon)
  await page.locator('.message.bad', { hasText: '本机已用过这个码' }).waitFor()
  await page.click('[data-act=clear]')

  await page.click('[data-act=network]')
  await page.locator('.message.good', { hasText: '已补报 1 笔，没有损失' }).waitFor()
  await balances()
  await goTo('1 号台 · 01')
  await page.click('[data-act=network]')
  const loss = page.locator('[data-told] .losses li')
  await loss.waitFor()
  expect(await page.locator('[data-lost]').getAttribute('data-lost')).toBe('500')
  await photograph('till-told')
  expect(await loss.innerText()).toContain('总部承担 ¥5.00，门店承担 ¥0.00')
  await page.click('[data-act=back]')
  await balances()

  const owner = await shop.as('owner')
  const { items } = await owner.call(tillCodesApi).losses({ query: { limit: 20 } })
  expect(items).toMatchObject([{ kind: 'coupon', amount: 500, company: 500, store: 0, memberId: member.memberId }])
  expect(complaints).toEqual([])
}, 120_000)

const lastReceipt = async (): Promise<{ businessDate: string; receiptNo: string }> => {
  const receipts = z
    .array(z.object({ businessDate: z.string(), receiptNo: z.string() }))
    .parse(await (await fetch(`${desk.url}/__sim/tills/receipts`)).json())
  return receipts.at(-1) ?? { businessDate: '', receiptNo: '' }
}

it('a receipt of another store comes back here, line by line, and the member can be changed before payment', async () => {
  const first = await somebody()
  const second = await newMember(shop, { name: '陈建国' })
  const phone = await codePhone(shop, second)
  await goTo('城东店 · 01')
  await bigBasket()
  await scan(first.phone.code())
  await page.locator('.who', { hasText: '李**' }).waitFor()
  await scan(phone.code())
  await page.locator('.message.good', { hasText: '换会员：李** → 陈**' }).waitFor()
  await big('应收 ¥44.80')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=alipay]')
  await page.locator('.finished .paper').waitFor()
  const receipt = await lastReceipt()
  await page.click('[data-act=next]')

  const slip = shop.modules.points.receiptCode(`S02|01|${receipt.businessDate}|${receipt.receiptNo}`)
  await goTo('1 号台 · 01')
  await scan(slip)
  await page.locator('.elsewhere', { hasText: 'S02 店 01 号机售出' }).waitFor()
  await page.click('[data-less="1"]')
  await page.locator('[data-will]', { hasText: '退款 ¥11.90' }).waitFor()
  await page.click('[data-act=confirmReturn]')
  await page.locator('.over .paper').waitFor()
  await page.click('[data-act=back]')
  await scan(slip)
  await page.locator('.back small', { hasText: '已退 1' }).waitFor()
  await page.click('[data-act=back]')
  await balances()

  // With coupon and points: all of it comes back in the other store, points as points.
  await goTo('城东店 · 01')
  await bigBasket()
  await scan(first.phone.code(1))
  await page.locator('.who', { hasText: '李**' }).waitFor()
  await page.keyboard.press('F1')
  await big('用券 −¥5.00，用 1000 积分 −¥10.00，应收 ¥29.80')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=wechatPay]')
  await page.locator('.finished .paper', { hasText: '积分抵现 1000' }).waitFor()
  const printed = await page.locator('.finished .paper').innerText()
  expect(printed).toMatch(/合计 +44\.80/)
  expect(printed).toMatch(/应收 +29\.80\n微信支付 +29\.80\n/)
  await photograph('till-paid')
  await page.click('[data-act=next]')
  const paid = await lastReceipt()
  await goTo('1 号台 · 01')
  await scan(shop.modules.points.receiptCode(`S02|01|${paid.businessDate}|${paid.receiptNo}`))
  const will = page.locator('[data-will]', { hasText: '退回 1000 积分（抵 ¥10.00）' })
  await will.waitFor()
  expect(await will.innerText()).toContain('退款 ¥29.80')
  await photograph('till-return')
  await page.click('[data-act=confirmReturn]')
  await page.locator('.over .paper').waitFor()
  await photograph('till-return-slip')
  await page.click('[data-act=back]')
  await balances()
  expect(complaints).toEqual([])
}, 120_000)

it('a phone that is only spoken earns; with the code of its SMS the coupon counts', async () => {
  const member = await newMember(shop, { name: '周小燕' })
  await giveCoupon(shop, member.memberId)
  await goTo('1 号台 · 01')
  await bigBasket()
  await scan(member.phone)
  await page.locator('.who', { hasText: '仅积分' }).waitFor()
  await photograph('till-spoken')
  await page.click('[data-act=sms]')
  await page.locator('.sms input').waitFor()
  const text = shop.sandbox.world.sms.find(sms => sms.phone === member.phone)?.text ?? ''
  const code = /\d{6}/.exec(text)?.[0] ?? ''
  await page.fill('.sms input', code === '000000' ? '000001' : '000000')
  await page.press('.sms input', 'Enter')
  await page.locator('.message.bad').waitFor()
  await page.fill('.sms input', code)
  await photograph('till-sms')
  await page.press('.sms input', 'Enter')
  await page.locator('.who', { hasText: '周**' }).waitFor()
  await page.locator('.sms').waitFor({ state: 'detached' })
  await page.keyboard.press('F1')
  await big('用券 −¥5.00，应收 ¥39.80')
  await page.click('[data-act=pay]')
  await page.click('[data-pay=cash]')
  await page.locator('.finished .paper', { hasText: '优惠券 满39减5' }).waitFor()
  await page.click('[data-act=next]')
  expect(complaints).toEqual([])
})

it('without a mouse: what could be used is said before a key, Enter waits for it, a payment code pays, arrows take back, F8 says the shift', async () => {
  const { phone, member } = await somebody()
  await goTo('1 号台 · 01')
  await page.locator('#scan').focus()
  await page.keyboard.press('F8')
  const before = await page.locator('[data-shift]').innerText()
  expect(before).toMatch(/^本班核销 \d+ 张 ¥[\d.]+，积分抵扣 ¥[\d.]+$/)
  expect(await page.locator('[data-off]').getAttribute('data-off')).toBe('0')
  await page.keyboard.press('Escape')
  await page.locator('.over').waitFor({ state: 'detached' })
  await bigBasket()
  await scan(phone.code())
  const proposal = page.locator('[data-big=proposal]', { hasText: '用券 −¥5.00，用 1000 积分 −¥10.00，应收 ¥29.80' })
  await proposal.waitFor()
  expect(await page.locator('[data-use] b').allInnerTexts()).toEqual(['¥29.80', '¥39.80', '¥44.80'])
  await photograph('till-proposal')
  await page.keyboard.press('Enter')
  await page.locator('.message.bad', { hasText: '先按 F1、F2 或 F3' }).waitFor()
  await page.keyboard.press('F2')
  await page.locator('[data-big=chosen]', { hasText: '用券 −¥5.00，应收 ¥39.80' }).waitFor()
  // What a key has decided is found anew for another basket.
  await page.click('[data-product="150101002"]')
  await page.locator('[data-big=chosen]', { hasText: '用券 −¥5.00，应收 ¥55.70' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('[data-pay=alipay]').waitFor()
  await scan('97000000000000000000')
  await page.locator('.message.bad', { hasText: '请扫微信或支付宝付款码' }).waitFor()
  await scan('281234567890123456')
  await page.locator('.finished .paper', { hasText: '支付宝' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.finished').waitFor({ state: 'detached' })

  await page.keyboard.press('F6')
  await page.locator('[data-pick]').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('[data-will]', { hasText: '退款 ¥55.70' }).waitFor()
  // The first line stays with the customer.
  await page.keyboard.press('-')
  await page.locator('[data-will]', { hasText: '退款 ¥55.70' }).waitFor({ state: 'detached' })
  await page.locator('[data-will]', { hasText: '退款' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.over .paper').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.over').waitFor({ state: 'detached' })

  // A namesake is another member, and F7 lets both go.
  const namesake = await newMember(shop, { name: '李建国' })
  const other = await codePhone(shop, namesake)
  await bigBasket()
  await scan(member.phone)
  await page.locator('.who', { hasText: '仅积分' }).waitFor()
  await scan(other.code())
  await page
    .locator('.message.good', {
      hasText: `李** 尾号 ${member.phone.slice(-4)} → 李** 尾号 ${namesake.phone.slice(-4)}`,
    })
    .waitFor()
  await page.keyboard.press('F7')
  await page.locator('.member.nobody').waitFor()
  await page.click('[data-act=clear]')
  await balances()
  expect(complaints).toEqual([])
}, 120_000)
