import { couponCodeOf } from 'till-client/codes'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { payOf } from '../../sandbox/pay/state.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { shopDay } from '../../server/kernel/clock.ts'
import { ticketsApi } from '../../server/modules/tickets/contract.ts'
import { tillApi } from '../../server/modules/till/contract.ts'
import { wechatApi } from '../../server/modules/wechat/contract/index.ts'
import { importCards } from '../modules/members/card-file.ts'
import { stockShelf } from '../modules/points/receipts.ts'
import { giveCoupon, line, newTill, type Till } from '../modules/till/tills.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { readCodes } from '../support/miniprogram/screen-codes.ts'
import { stage, type Stage } from '../support/stage.ts'

let on: Stage
let till: Till
let phone: Phone | undefined

beforeAll(async () => {
  await buildMiniprogram()
  on = await stage({ env: { MINIPROGRAM_HOST_DIR: places.host } })
  await stockShelf(on.shop)
  till = await newTill(on.shop, 'S01', '01')
}, 240_000)
afterEach(async () => {
  await phone?.close()
  phone = undefined
})
afterAll(() => (on as Stage | undefined)?.close())

/** The shop's day. */
const today = (): string => shopDay(on.shop.clock.now(), on.shop.config.SHOP_ZONE)

/** Opens the mini-program on somebody's phone, as the sandbox's phone page does; `agreed` skips the privacy pop-up. */
async function opens(person: Person, { page = '', agreed = true } = {}): Promise<Phone['page']> {
  phone ??= await openPhone()
  if (agreed) {
    const key = `miniprogram:${person.id}:__privacy-agreed`
    await phone.page.addInitScript(`localStorage.setItem('${key}', 'true')`)
  }
  const query = new URLSearchParams({ sim: on.wechat.url, person: person.id, api: on.shop.url, appId: on.mini.appId, lang: 'zh_CN', ...(page ? { page } : {}) }) // prettier-ignore
  await phone.page.goto(`${on.shop.url}/m/?${query.toString()}`)
  return phone.page
}

/** The one coupon that the shop has signed for this phone; it is good only where the phone knows when it is over. */
async function signedOf(page: Phone['page']): Promise<string> {
  const kept = (): Promise<string> =>
    page.evaluate(`Object.entries(localStorage).find(([key]) => key.endsWith(':signedCoupons'))?.[1] ?? ''`)
  await expect.poll(kept, { timeout: 15_000 }).toMatch(/95\d{210}/)
  return /95\d{210}/.exec(await kept())?.[0] ?? ''
}

let receiptNo = 0
/** The page shows a turning code, computed on the phone, with or without a network; the signed one is read in codes.test.ts. */
async function turningCodes(page: Phone['page']): Promise<void> {
  await expect.poll(async () => (await readCodes(page)).barcode ?? '', { timeout: 15_000 }).toMatch(/^97\d{18}$/)
}

/** The till rings up a card and is paid. */
async function buys(cardNo: string, lines: ReturnType<typeof line>[], couponCode?: string): Promise<void> {
  const at = {
    businessDate: today(),
    receiptNo: `E2E${String((receiptNo += 1)).padStart(4, '0')}`,
  }
  const total = lines.reduce((sum, each) => sum + Math.round(Number(each.net) * 100), 0)
  await till.call(tillApi).commit({
    body: {
      key: `e2e-sale-${at.receiptNo}`, ...at, businessAt: on.shop.clock.now().toISOString(), memberCode: cardNo, lines,
      ...(couponCode === undefined ? {} : { couponCode }),
      payments: [{ method: '微信支付', amount: (total / 100).toFixed(2) }],
    },
  }) // prettier-ignore
  await on.settle()
}

async function cardOf(memberId: string): Promise<string> {
  const { cardNo } = await on.shop.db
    .selectFrom('member')
    .select('cardNo')
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow()
  return cardNo
}

test('nothing is asked of the shop before the privacy guide is accepted; then a card is opened and its code can be scanned', async () => {
  const person = on.person('王小满')
  phone = await openPhone()
  const asked: string[] = []
  phone.page.on('request', request => {
    if (/\/api\/|\/__sim\//.test(request.url())) asked.push(request.url())
  })
  const page = await opens(person, { agreed: false })
  await page.getByText('隐私保护提示').waitFor()
  await page.getByText('暂不同意').tap()
  for (const [tab, seen] of [
    ['小票', '开卡后，每次购物的小票'],
    ['券包', '开卡后，优惠券'],
    ['帮助', '遇到问题'],
    ['我的', '开卡后，可在这里'],
    ['会员码', '买菜也有回报'],
  ]) {
    // prettier-ignore
    await page.getByRole('tab', { name: tab ?? '' }).tap()
    await page.getByText(seen ?? '').waitFor()
  }
  expect(asked).toEqual([])

  await page.getByText('免费开卡').first().tap()
  await page.getByText('同意并继续').tap()
  await page.getByText('免费开卡').first().tap()
  await page.getByText('我已阅读并同意').waitFor()
  // no box is ticked beforehand, and without the terms there is no phone button
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0)
  await page.getByText('手机号一键开卡').tap()
  await page.getByText('请先勾选会员协议').waitFor()
  await page.getByText('我已阅读并同意').tap()
  await page.getByText('手机号一键开卡').tap()
  await page.getByText('获取你的手机号').waitFor()
  await page.getByRole('button', { name: '允许', exact: true }).tap()
  await page.getByText('开卡成功').waitFor()

  const member = await on.shop.db
    .selectFrom('member')
    .select(['id', 'cardNo'])
    .orderBy('enrolledAt', 'desc')
    .executeTakeFirstOrThrow()
  const consents = await on.shop.db.selectFrom('consent').select('granted').where('memberId', '=', member.id).execute()
  expect(consents.length).toBeGreaterThan(0)
  expect(consents.every(each => each.granted === 0)).toBe(true)

  await page.getByText('查看会员码').tap()
  await page.getByText('点击刷新').waitFor()
  await turningCodes(page)
  expect(phone.complaints).toEqual([])
})

test('two old cards: one is merged by choosing it, the rich one after a second proof', async () => {
  const person = on.person('赵六')
  await importCards(on.shop, [
    { cardNo: 'E100000001', phone: person.phone, name: '赵六', lastUsedOn: today(), balancePoints: '120' },
    { cardNo: 'E100000002', phone: person.phone, name: '赵六', lastUsedOn: today(), lastAmount: '63.40', balancePoints: '9000' }, // prettier-ignore
  ])
  const page = await opens(person, { page: 'packages/enrol/enrol/enrol' })
  await page.getByText('我已阅读并同意').tap()
  await page.getByText('手机号一键开卡').tap()
  await page.getByRole('button', { name: '允许', exact: true }).tap()
  await page.getByText('还找到 2 张旧卡').tap()
  await page.getByText('120 积分').waitFor()
  expect(await page.getByText('9,000').count()).toBe(0)
  await page.getByText('合并这张卡').tap()
  await page.getByText('已合并', { exact: true }).waitFor()
  await page.getByText('核验后合并').tap()
  await page.getByText('登记的姓名').tap()
  await page.locator('wx-input input').fill('李四')
  await page.getByText('核验', { exact: true }).tap()
  await page.getByText('信息不符').waitFor()
  await page.locator('wx-input input').fill('赵六')
  await page.getByText('核验', { exact: true }).tap()
  await page.getByText('9,000 积分').waitFor()
})

test('without a network the code of last time is on the screen and says so', async () => {
  const person = on.person()
  await on.enrols(person)
  const page = await opens(person)
  await page.getByText('点击刷新').waitFor()
  await page.route(/\/api\/|\/__sim\//, route => route.abort())
  await page.reload()
  await page.getByText('无网络也可出示').waitFor()
  await page.getByText(/^数据截至 今天/).waitFor()
  await turningCodes(page)
  await page.getByRole('tab', { name: '小票' }).tap()
  await page.getByText('网络不通，请检查后重试').waitFor()
})

test('a sale at the till becomes a receipt, and each line says whether it earned', async () => {
  const person = on.person('李大姐')
  const { memberId } = await on.enrols(person)
  await buys(await cardOf(memberId), [
    line(1, '50.70'),
    line(2, '12', { productCode: 'cigarettes', name: '红塔山' }),
    line(3, '0.70', { productCode: 'bag', name: '购物袋' }),
  ])
  const page = await opens(person)
  await page.getByText('积分 +50 已到账').waitFor()
  await page.getByRole('tab', { name: '小票' }).tap()
  await page.getByText('¥63.40', { exact: true }).tap()
  await page.getByText('积分怎么来的').waitFor()
  const slip = (await page.locator('[data-page="packages/shopping/receipt/receipt"]').textContent()) ?? ''
  expect(slip).toContain('禾谷园长粒香米')
  expect(slip).toMatch(/红塔山.*不积分.*购物袋.*不积分/s)
  expect(slip).toMatch(/积分怎么来的\s*50/)
})

test('a coupon is in the wallet, its code can be scanned, and after the sale it is used', async () => {
  const person = on.person()
  const { memberId } = await on.enrols(person)
  const coupon = await giveCoupon(on.shop, memberId)
  const page = await opens(person, { page: 'pages/wallet/wallet' })
  await page.getByText('满39减5').tap()
  await page.getByText('使用说明').waitFor()
  // The digits are for tills with a network; the square is the same coupon signed, for a till without one.
  const signed = await signedOf(page)
  expect(couponCodeOf(signed)).toBe(coupon.code)
  await page.getByText('二维码无网络也能核销').waitFor()
  expect(await readCodes(page, [signed])).toEqual({ barcode: coupon.code, qr: signed })

  // And so it is without a network: the wallet of last time, the coupon, and its code.
  await page.route(/\/api\/|\/__sim\//, route => route.abort())
  await page.reload()
  await page.getByText('无网络，显示的是上次的内容').waitFor()
  await page.getByText('满39减5').tap()
  await page.getByText('无网络也可出示，以结账时为准').waitFor()
  expect(await readCodes(page, [signed])).toEqual({ barcode: coupon.code, qr: signed })
  await page.unroute(/\/api\/|\/__sim\//)
  const cardNo = await cardOf(memberId)
  const lines = [line(1, '40')]
  const at = {
    businessDate: today(),
    receiptNo: 'E2EC01',
  }
  await till
    .call(tillApi)
    .lock({ body: { key: 'e2e-lock-1', ...at, memberCode: cardNo, couponCode: coupon.code, lines } })
  await page.getByRole('button', { name: '返回' }).tap()
  await page.getByText('已锁定').waitFor()
  const paid = { method: '微信支付', amount: '35.00' }
  await till.call(tillApi).commit({ body: { key: 'e2e-sale-c1', ...at, businessAt: on.shop.clock.now().toISOString(), memberCode: cardNo, couponCode: coupon.code, lines, payments: [paid] } }) // prettier-ignore
  await on.settle()
  await page.getByRole('tab', { name: '已用' }).tap()
  await page.getByText('已使用').waitFor()
  // And on its receipt stands what it took off.
  await page.getByRole('tab', { name: '小票' }).tap()
  await page.locator('.receipt').first().tap()
  await page.getByText('用了哪张券').waitFor()
  expect(await page.locator('[data-page="packages/shopping/receipt/receipt"]').innerText()).toMatch(
    /用了哪张券\s*满39减5\s*−¥5\.00/,
  )
})

test('a question with one yes to being told: the answer arrives on the phone and stands in the thread', async () => {
  const person = on.person('赵叔')
  await on.enrols(person)
  const page = await opens(person)
  await page.getByRole('tab', { name: '帮助' }).tap()
  await page.getByText('价签不符').tap()
  await page.locator('textarea').fill('价签写 7.96，结账收了 9.90')
  await page.getByText('提交', { exact: true }).tap()
  await page.getByText('发送一次性订阅消息').waitFor()
  await page.getByRole('button', { name: '允许', exact: true }).tap()
  await page.getByText('问题详情').first().waitFor()
  await page.getByText('价签写 7.96').last().waitFor()

  const agent = await on.shop.as('agent', { name: '小陈' })
  const { items } = await agent.call(ticketsApi).list({ query: { state: 'open' } })
  const ticket = items.find(each => each.subject.includes('价签写'))
  await agent
    .call(ticketsApi)
    .answer({ params: { ticketId: ticket?.id ?? '' }, body: { key: 'answer-e2e-1', text: '差价已退，抱歉' } })
  await on.settle()
  await page.getByText('差价已退，抱歉').waitFor()
  expect(person.entries.some(entry => entry.kind === 'subscribe')).toBe(true)
})

test('closing the membership says what is lost, asks for a tick, and leaves a guest', async () => {
  const person = on.person()
  const { memberId } = await on.enrols(person)
  await buys(await cardOf(memberId), [line(1, '88')])
  await giveCoupon(on.shop, memberId)
  const page = await opens(person, { page: 'packages/account/close/close' })
  const act = page.getByText('注销会员，放弃 88 积分和 1 张券')
  await act.tap()
  expect(
    (await on.shop.db.selectFrom('member').select('state').where('id', '=', memberId).executeTakeFirstOrThrow()).state,
  ).toBe('active')
  await page.getByText('我已了解以上后果').tap()
  await act.tap()
  await page.getByText('买菜也有回报').waitFor()
  expect(
    (await on.shop.db.selectFrom('member').select('state').where('id', '=', memberId).executeTakeFirstOrThrow()).state,
  ).toBe('closed')
})

test('what the shop asks a member to pay is paid in the mini-program, and only WeChat’s word makes it paid', async () => {
  const person = on.person('王秀英')
  await on.enrols(person)
  const owner = await on.shop.as('owner', { name: '店主' })
  const api = owner.call(wechatApi)
  const { mchid, serial, privateKeyPem, apiV3Key, platformSerial, platformPublicKeyPem } = payOf(
    on.wechat.world,
  ).merchant()
  const keys = { privateKey: privateKeyPem, apiV3Key, platformSerial, platformKey: platformPublicKeyPem }
  await api.saveMerchant({ body: { version: 0, mchId: mchid, serial, ...keys, baseUrl: on.wechat.url } })
  await api.testPayment({ body: { key: 'on-the-phone', member: person.phone } })

  const page = await opens(person, { page: 'pages/me/me' })
  await page.getByText('待支付').tap()
  await page.getByText('支付 ¥0.01').tap()
  await page.getByText('取消', { exact: true }).tap()
  await page.getByText('没有支付，随时可以回来付').waitFor()
  expect((await api.pay()).payments[0]?.state).toBe('open')

  await page.getByText('支付 ¥0.01').tap()
  await page.getByText('确定', { exact: true }).tap()
  await page.getByText('已支付，正在确认到账').waitFor()
  await api.askPayment({ params: { orderNo: (await api.pay()).payments[0]?.orderNo ?? '' } })
  await page.getByText('已支付', { exact: true }).waitFor()
  expect((await api.pay()).payments[0]?.state).toBe('paid')
})

test('English: the same screens in the phone’s language, and back again by hand', async () => {
  const person = on.person()
  await on.enrols(person)
  phone = await openPhone({ locale: 'en-US' })
  const page = await opens(person)
  await page.getByRole('tab', { name: '我的' }).tap()
  await page.getByText('简体中文').tap()
  await page.getByText('Consents and privacy').first().waitFor()
  expect(await page.getByRole('tab').allTextContents()).toEqual(['Card', 'Receipts', 'Coupons', 'Help', 'Me'])
  await page.getByRole('tab', { name: 'Card' }).tap()
  await page.getByText(/Show this to the cashier|show it at the till/).waitFor()
})
