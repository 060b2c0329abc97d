import { type Browser, chromium, type Frame, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { signLines } from '../../sandbox/pay/merchant.ts'
import { type Order, payOf } from '../../sandbox/pay/state.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { ticketsApi } from '../../server/modules/tickets/contract.ts'
import { type Stage, stage } from '../support/stage.ts'

/** The mini-program on the phone: its customer service, WeChat's pay sheet above it, and the dark theme. */
let place: Stage
let browser: Browser
let page: Page
let person: Person
const complaints: string[] = []

beforeAll(async () => {
  await buildMiniprogram()
  place = await stage({ env: { MINIPROGRAM_HOST_DIR: places.host } })
  place.wechat.world.addresses.serverUrl = place.shop.url
  place.wechat.world.addresses.miniprogramUrl = `${place.shop.url}/m/`
  person = place.person('王秀英')
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: null })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${place.wechat.url}/?person=${person.id}`)
}, 240_000)
afterAll(async () => {
  await browser.close()
  await place.close()
})

const tap = (selector: string) => page.click(`.first ${selector}`)

async function program(): Promise<Frame> {
  const frame = await (await page.waitForSelector('.first .miniprogram iframe')).contentFrame()
  if (frame === null) throw new Error('the frame is empty')
  await frame.waitForSelector('.mp-capsule')
  return frame
}

it('customer service of the mini-program: a message arrives as its push, the answer comes back, and the mini-program is as it was left', async () => {
  await tap('[data-tab=discover]')
  await tap('.pair-row .cell')
  const frame = await program()
  await frame.evaluate(`window.leftHere = 'yes'`)
  await frame.click('.mp-more')
  await tap('[data-act=programContact]')
  await page.waitForSelector('.first .writer input')
  await page.fill('.first .writer input', '小程序里的券怎么用不了')
  await page.keyboard.press('Enter')
  await place.settle()

  const pushed = place.wechat.world.journal.read({ kind: 'push', appId: place.mini.appId, after: 0, limit: 50 }).entries
  expect(pushed.map(entry => JSON.parse(entry.plain ?? '{}'))).toMatchObject([
    { MsgType: 'event', Event: 'user_enter_tempsession' },
    { MsgType: 'text', Content: '小程序里的券怎么用不了' },
  ])

  const agent = (await place.shop.as('agent')).call(ticketsApi)
  const { items } = await agent.list({ query: {} })
  const ticketId = items[0]?.id ?? ''
  await agent.answer({ params: { ticketId }, body: { text: '请在收银台出示券码', key: 'phone-program-1' } })
  await place.settle()
  await page.locator('.first .talk').getByText('请在收银台出示券码').waitFor()
  expect(person.entries.at(-1)).toMatchObject({ thread: place.mini.appId, way: 'custom' })

  await tap('.nav .back')
  await frame.waitForSelector('.mp-capsule')
  expect(await frame.evaluate('window.leftHere')).toBe('yes')
})

it('a contact button opens the chat with the page’s card ready, which is sent as a mini-program’s card', async () => {
  const frame = await program()
  const asked = {
    type: 'miniprogram.contact',
    from: 'wallet',
    card: { title: '我的券包', page: 'pages/wallet/wallet' },
  }
  await frame.evaluate(`window.parent.postMessage(${JSON.stringify(asked)}, '*')`)
  await tap('[data-act=send-card]')
  await page.waitForSelector('.first .said.mine .program')
  await place.wechat.pushes.settled()
  const [newest] = place.wechat.world.journal.newest(1, { kind: 'push', contains: 'miniprogrampage' })
  expect(JSON.parse(newest?.plain ?? '{}')).toMatchObject({ Title: '我的券包', PagePath: 'pages/wallet/wallet' })
  await page.locator('.first .card-to-send').waitFor({ state: 'detached' })
  await tap('.nav .back')
})

it('the help page leads to a person: its contact button opens the chat, and what is written there becomes a ticket', async () => {
  const frame = await program()
  await frame.getByRole('tab', { name: '帮助' }).click()
  await frame.getByText('在线客服').click()
  await page.locator('.first .card-to-send').getByText('帮助').waitFor()
  await page.fill('.first .writer input', '昨天买的米没有积分')
  await page.keyboard.press('Enter')
  await place.settle()
  const [entered] = place.wechat.world.journal.newest(1, { kind: 'push', contains: 'user_enter_tempsession' })
  expect(JSON.parse(entered?.plain ?? '{}')).toMatchObject({ Event: 'user_enter_tempsession', SessionFrom: 'help' })
  const agent = (await place.shop.as('agent')).call(ticketsApi)
  const { items } = await agent.list({ query: {} })
  const thread = await Promise.all(items.map(({ id }) => agent.get({ params: { ticketId: id } })))
  expect(JSON.stringify(thread)).toContain('昨天买的米没有积分')
  await tap('.nav .back')
  await frame.waitForSelector('.mp-capsule')
})

/** An order of the shop, as wx.requestPayment is given it. */
function order(number: string): { order: Order; request: Record<string, string> } {
  const { world } = place.wechat
  const pay = payOf(world)
  const made: Order = {
    mchid: pay.merchant().mchid,
    appid: place.mini.appId,
    outTradeNo: number,
    openid: person.openids[place.mini.appId] ?? '',
    description: '会员年费',
    attach: '',
    total: 1990,
    notifyUrl: `${place.shop.url}/nowhere`,
    prepayId: `prepay${number}`,
    transactionId: '',
    state: 'NOTPAY',
    expiresAt: world.now() + 600_000,
    paidAt: null,
    refunded: 0,
  }
  pay.orders.set(number, made)
  pay.byPrepay.set(made.prepayId, made)
  const [timeStamp, nonceStr, name] = [String(Math.floor(world.now() / 1000)), 'nonce', `prepay_id=${made.prepayId}`]
  const paySign = signLines(pay.merchant().privateKeyPem, [made.appid, timeStamp, nonceStr, name])
  return { order: made, request: { timeStamp, nonceStr, package: name, signType: 'RSA', paySign } }
}

/** Calls wx.requestPayment in the mini-program; what it was told is read later. */
async function asks(frame: Frame, request: Record<string, string>): Promise<() => Promise<unknown>> {
  // Its last value is nothing: the promise of a payment would be waited for.
  await frame.evaluate(`{
    window.paid = null
    const tell = ({ errMsg }) => (window.paid = errMsg)
    wx.requestPayment({ ...${JSON.stringify(request)}, success: tell, fail: tell })
    null
  }`)
  return () => frame.evaluate('window.paid')
}

it('wx.requestPayment: the sheet, a wrong password, the right one, the page after it; the order is paid', async () => {
  const frame = await program()
  const { order: made, request } = order('PHONE0001')
  const told = await asks(frame, request)
  await page.locator('.first .pay-box').getByText('19.90').waitFor()
  for (let digit = 0; digit < 6; digit++) await tap('[data-digit="0"]')
  await page.locator('.first .pay-wrong').getByText('支付密码错误').waitFor()
  for (const digit of '135790') await tap(`[data-digit="${digit}"]`)
  await page.locator('.first .paid').getByText('会员年费').waitFor()
  expect(made).toMatchObject({ state: 'SUCCESS', paidAt: expect.any(Number) })
  await tap('[data-act=paid]')
  await expect.poll(told).toBe('requestPayment:ok')
})

it('a closed sheet is "fail cancel" and pays nothing; a wrong signature shows no sheet', async () => {
  const frame = await program()
  const { order: made, request } = order('PHONE0002')
  const told = await asks(frame, request)
  await tap('.pay-close')
  await expect.poll(told).toBe('requestPayment:fail cancel')
  expect(made.state).toBe('NOTPAY')
  const forged = await asks(frame, { ...request, paySign: 'forged' })
  await expect.poll(forged).toContain('paySign is wrong')
  expect(await page.locator('.first .pay-box').count()).toBe(0)
})

it('in the dark theme every surface of the phone and of the mini-program is dark', async () => {
  const frame = await program()
  await frame.click('.mp-close')
  await tap('[data-tab=me]')
  await tap('[data-act=theme]')
  await page.waitForSelector('.first .device[data-theme=dark]')
  expect(person.theme).toBe('dark')
  const brightness = async (selector: string): Promise<number> => {
    const colour = String(
      await page.evaluate(`getComputedStyle(document.querySelector('.first ${selector}')).backgroundColor`),
    )
    const [red = 255, green = 255, blue = 255] = (colour.match(/\d+/g) ?? []).map(Number)
    return (red + green + blue) / 3
  }
  for (const surface of ['.glass', '.cell', '.tabs', '.my-card'])
    expect(await brightness(surface), surface).toBeLessThan(60)
  await tap('[data-tab=discover]')
  await tap('.pair-row .cell')
  const dark = await program()
  expect(await dark.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)).toBe(true)
})

it('the journal is read by kind, by path and by failure, and a push stands there decrypted', async () => {
  await page.goto(`${place.wechat.url}/journal/`)
  await page.waitForSelector('.row')
  await page.selectOption('[data-filter=kind]', 'push')
  await page.fill('[data-filter=contains]', '小程序里的券怎么用不了')
  await page.press('[data-filter=contains]', 'Enter')
  await expect.poll(() => page.locator('.row').count()).toBe(1)
  await page.click('.row')
  await page.locator('.details pre').first().getByText('小程序里的券怎么用不了').waitFor()
  await page.check('[data-filter=failed]')
  await page.getByText('没有符合条件的记录').waitFor()
  expect(complaints).toEqual([])
})
