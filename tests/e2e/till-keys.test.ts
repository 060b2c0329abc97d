import { type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TierRules } from '../../server/modules/tiers/contract.ts'
import { newMember } from '../modules/members/shoppers.ts'
import { codePhone } from '../modules/till/phones.ts'
import { openPanel, type TillPanel } from './till-panel.ts'

/** The cashier has no mouse: everything here is a key or a scanner. */
let panel: TillPanel
let page: Page

beforeAll(async () => {
  panel = await openPanel()
  ;({ page } = panel)
})
afterAll(() => panel.close())

const rice = '6929651019718'
const eggs = '6929469256855'
const tissues = '6929764824834'
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
/** As a scanner does it: into whatever has the focus, which must be the scanner's input. */
const type = async (code: string): Promise<void> => {
  await page.keyboard.type(code)
  await press('Enter')
}
const basket = async (payable: string, ...codes: string[]): Promise<void> => {
  for (const code of codes) {
    await type(code)
    await expect.poll(() => page.locator('#scan').inputValue()).toBe('')
  }
  await panel.big(`应收 ${payable}`)
}
const gone = (selector: string): Promise<void> => page.locator(selector).waitFor({ state: 'detached' })
const begin = async (): Promise<void> => {
  await press('Enter')
  await page.locator('[data-pay=cash]').waitFor()
}
const next = async (way: string): Promise<void> => {
  await page.locator('.finished .paper', { hasText: way }).waitFor()
  await press('Enter')
  await gone('.finished')
}
const sales = async (): Promise<number> => (await panel.receipts()).filter(one => one.type === 'sale').length
const chosen = (row: Locator): Promise<string | null> => row.getAttribute('aria-current')

/** Whoever stands on the silver step is called so at the till. */
async function silver(memberId: string): Promise<void> {
  const { db, clock } = panel.shop
  const step = (code: string, zh: string, threshold: number): TierRules['tiers'][number] => ({
    code,
    name: { zh, en: code },
    threshold,
    benefits: { pointsPercent: 100, arrivalCoupons: [], birthdayCoupon: null, exclusiveRewards: false },
    paid: null,
  })
  const rules: TierRules = {
    window: { kind: 'calendar', months: 12 },
    by: 'spend',
    upgrade: 'atOnce',
    downgrade: 'oneStep',
    graceDays: 0,
    tiers: [step('basic', '普通会员', 0), step('silver', '银卡会员', 1000)],
  }
  const at = clock.now()
  await db
    .insertInto('tier_rules')
    .values({ version: 1, validFrom: '2026-01-01', rulesJson: JSON.stringify(rules), createdAt: at })
    .execute()
  await db
    .insertInto('tier_member')
    .values({
      memberId,
      tier: 'silver',
      since: '2026-01-01',
      reviewOn: '2027-12-01',
      value: 0,
      rulesVersion: 1,
      computedAt: at,
    })
    .execute()
}

it('F4 puts a basket aside, F5 lists what waits; arrows choose, Esc leaves, Enter takes up: the member with tier, priced anew', async () => {
  const { member, coupon, phone } = await panel.somebody()
  await silver(member.memberId)
  await basket('¥15.90', tissues)
  await press('F4')
  await page.locator('.empty').waitFor()

  await basket('¥44.80', rice, eggs)
  await type(phone.code())
  const tier = page.locator('.who [data-tier]', { hasText: '银卡会员' })
  await tier.waitFor()
  await press('F2')
  await panel.big('用券 −¥5.00，应收 ¥39.80')
  await press('F4')
  await page.locator('.empty').waitFor()
  await gone('.who')

  // Meanwhile the coupon is used in another store.
  expect(await panel.sellBehind('S02', { couponCodes: [coupon.code] })).toMatchObject({
    status: 200,
    reply: { payable: 6080 },
  })

  await press('F5')
  const rows = page.locator('[data-held]')
  await expect.poll(() => rows.count()).toBe(2)
  const isAt = async (): Promise<(string | null)[]> => [await chosen(rows.nth(0)), await chosen(rows.nth(1))]
  expect(await isAt()).toEqual(['true', 'false'])
  await press('ArrowDown', 'ArrowDown')
  expect(await isAt()).toEqual(['false', 'true'])
  await press('ArrowUp', 'ArrowUp')
  expect(await isAt()).toEqual(['true', 'false'])
  await press('Escape')
  await gone('.over')
  expect(await page.locator('.empty').count()).toBe(1)

  await press('F5')
  await expect.poll(() => rows.count()).toBe(2)
  const totals = await rows.locator('b').allInnerTexts()
  if (totals.indexOf('¥44.80') === 1) await press('ArrowDown')
  await press('Enter')
  await gone('.over')
  await tier.waitFor()
  expect(await page.locator('.who').innerText()).toContain('李**')
  // The coupon is no longer there to be used; the points are.
  await panel.big('应收 ¥44.80')
  await press('F1')
  await panel.big('用 1000 积分 −¥10.00，应收 ¥34.80')
  await begin()
  await type('1')
  await next('积分抵现 1000')

  // The other basket waits still; with one on the panel there is nothing to take up.
  await basket('¥11.90', eggs)
  await press('F5')
  await press('F4')
  await page.locator('.empty').waitFor()
  await press('F5')
  await expect
    .poll(() =>
      rows
        .locator('b')
        .allInnerTexts()
        .then(all => all.toSorted()),
    )
    .toEqual(['¥11.90', '¥15.90'])
  await press('Escape')
  expect(panel.complaints).toEqual([])
})

it('the digits 1 to 4 and Enter are the four ways to pay, a fifth is none', async () => {
  for (const [digit, way] of [
    ['1', '现金'],
    ['2', '微信支付'],
    ['3', '支付宝'],
    ['4', '银行卡'],
  ] as const) {
    // prettier-ignore
    await basket('¥11.90', eggs)
    await begin()
    const before = await sales()
    await type('5')
    await page.locator('.message.bad', { hasText: '正在收款，请扫付款码' }).waitFor()
    expect(await sales()).toBe(before)
    await type(digit)
    await next(way)
    expect((await panel.receipts()).at(-1)).toMatchObject({ type: 'sale', payment: way })
  }
  expect(panel.complaints).toEqual([])
})

it('a payment code of WeChat or of Alipay pays by its own way; one of neither is refused, and nothing is paid', async () => {
  const codes = [
    ['100123456789012345', '微信支付'],
    ['159876543210987654', '微信支付'],
    ['250123456789012345', '支付宝'],
    ['309876543210987654', '支付宝'],
  ] as const
  // Neither's first digits, or not as long as a payment code is.
  const strangers = ['160123456789012345', '240123456789012345', '310123456789012345', '10012345678901234', '28012345']
  for (const [code, way] of codes) {
    await basket('¥15.90', tissues)
    await begin()
    const before = await sales()
    for (const stranger of strangers) {
      // The refusal of the one before says nothing of this one.
      await page.evaluate(`document.querySelector('.message')?.setAttribute('data-old', '')`)
      await type(stranger)
      await page.locator('.message.bad:not([data-old])', { hasText: '正在收款，请扫付款码' }).waitFor()
    }
    expect(await sales()).toBe(before)
    await page.locator('[data-pay=cash]').waitFor()
    await type(code)
    await next(way)
    expect((await panel.receipts()).at(-1)).toMatchObject({ type: 'sale', payment: way })
    expect(await sales()).toBe(before + 1)
  }
  expect(panel.complaints).toEqual([])
})

it('F6 lists receipts; arrows choose one, then a line, + and − count it within what was sold, Esc leaves, Enter takes back', async () => {
  await basket('¥56.70', rice, eggs, eggs)
  await begin()
  await type('1')
  await next('现金')
  await basket('¥15.90', tissues)
  await begin()
  await type('1')
  await next('现金')
  const before = (await panel.receipts()).length

  await press('F6')
  const picks = page.locator('[data-pick]')
  await picks.nth(1).waitFor()
  await press('ArrowDown')
  expect([await chosen(picks.nth(0)), await chosen(picks.nth(1))]).toEqual(['false', 'true'])
  await press('Enter')
  const will = (text: string): Promise<void> => page.locator('[data-will]', { hasText: text }).waitFor()
  await will('退款 ¥56.70')
  const counts = (): Promise<string[]> => page.locator('.back .step b').allInnerTexts()
  expect(await counts()).toEqual(['1', '2'])
  await press('ArrowDown', '-')
  await will('退款 ¥44.80')
  expect(await counts()).toEqual(['1', '1'])
  await press('-', '-')
  await will('退款 ¥32.90')
  expect(await counts()).toEqual(['1', '0'])
  await press('+', '+', '+')
  await will('退款 ¥56.70')
  expect(await counts()).toEqual(['1', '2'])
  await press('Escape')
  await gone('.over')
  expect((await panel.receipts()).length).toBe(before)

  await press('F6')
  await picks.nth(1).waitFor()
  await press('ArrowDown', 'Enter')
  await will('退款 ¥56.70')
  await press('-')
  await will('退款 ¥23.80')
  await press('Enter')
  await page.locator('.over .paper').waitFor()
  expect((await panel.receipts()).slice(before)).toMatchObject([{ type: 'return' }])
  await press('Escape')
  await gone('.over')
  expect(panel.complaints).toEqual([])
})

it('F10 asks for another member and takes no money until it is scanned or Esc says no; F7 lets the member go', async () => {
  const first = await panel.somebody('周小燕')
  const second = await newMember(panel.shop, { name: '陈建国' })
  const phone = await codePhone(panel.shop, second)
  const who = (name: string): Promise<void> => page.locator('.who', { hasText: name }).waitFor()
  await basket('¥15.90', tissues)
  await type(first.phone.code())
  await who('周**')
  await press('F3')
  await page.locator('[data-big=chosen]').waitFor()

  await press('F10')
  await page.locator('.changing', { hasText: '请扫另一位会员的码' }).waitFor()
  await panel.photograph('till-change-member')
  await press('Enter')
  await page.locator('.message.bad', { hasText: '先扫另一位会员，或按 Esc' }).waitFor()
  expect(await page.locator('[data-pay]').count()).toBe(0)
  await press('Escape')
  await gone('.changing')
  await who('周**')

  // The scanner is what F10 listens to, also while the code of an SMS is waited for.
  await type(first.member.phone)
  await page.locator('[data-act=sms]').focus()
  await press('Enter')
  await page.locator('.sms input').waitFor()
  await press('F10')
  await page.locator('.changing').waitFor()
  await type(phone.code())
  await page.locator('.message.good', { hasText: '换会员：周** → 陈**' }).waitFor()
  await gone('.changing')
  await who('陈**')
  await begin()
  // The basket stands, and Esc gives the payment up.
  await panel.photograph('till-ways')
  await press('F10', 'F7')
  await who('陈**')
  await press('Escape')
  await gone('[data-pay=cash]')
  await press('F7')
  await page.locator('.member.nobody').waitFor()
  await panel.big('应收 ¥15.90')
  await begin()
  await type('4')
  await next('银行卡')
  expect(panel.complaints).toEqual([])
})

it('each exception stands there with its key', async () => {
  const keyOf = (act: string): Promise<string> => page.locator(`[data-act=${act}]`).innerText()
  const said = (...acts: string[]): Promise<string[]> => Promise.all(acts.map(keyOf))
  const second = await newMember(panel.shop, { name: '陈建国' })
  await basket('¥15.90', tissues)
  await type(second.phone)
  await page.locator('.who').waitFor()
  const acts = ['hold', 'resume', 'returns', 'noOne', 'shift', 'network', 'anotherMember']
  expect(await said(...acts)).toEqual(['F4挂单', 'F5取单', 'F6退货', 'F7取消会员', 'F8交班', 'F9离线', 'F10换会员'])
  await begin()
  expect(await said('cancel')).toEqual(['Esc取消交易'])
  await press('Escape')
  await gone('[data-pay=cash]')
  expect(panel.complaints).toEqual([])
})
