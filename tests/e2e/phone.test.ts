import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ticketsApi } from '../../server/modules/tickets/contract.ts'
import { type Stage, stage } from '../support/stage.ts'

let place: Stage
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  place = await stage()
  place.person('王秀英')
  place.person('李敏')
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${place.wechat.url}/`)
})
afterAll(async () => {
  await browser.close()
  await place.close()
})

const see = (text: string) => page.locator('.glass').getByText(text, { exact: false }).first().waitFor()

it('a shopper follows, is welcomed, writes, and reads the agent’s answer the moment it comes', async () => {
  await page.click('[data-tab=contacts]')
  await page.click('.cell')
  await page.click('[data-act=follow]')
  await see('欢迎光临')

  await page.click('[data-act=toggle]')
  await page.fill('.writer input', '昨天买的鸡蛋破了两个')
  await page.keyboard.press('Enter')
  await see('昨天买的鸡蛋破了两个')
  await place.settle()

  const agent = (await place.shop.as('agent')).call(ticketsApi)
  const { items } = await agent.list({ query: {} })
  const ticketId = items[0]?.id ?? ''
  await agent.answer({ params: { ticketId }, body: { text: '带上小票到服务台换新', key: 'phone-answer-1' } })
  await place.settle()
  await see('带上小票到服务台换新')
})

it('another phone knows nothing of it', async () => {
  await page.click('.person >> text=李敏')
  await see('还没有消息')
})

it('a text message pops up as a banner, and is counted at the person', async () => {
  await page.click('[data-tab=discover]')
  const phone = [...place.wechat.world.people.values()].find(one => one.name === '李敏')?.phone
  await fetch(`${place.wechat.url}/sms/send`, {
    method: 'POST',
    body: JSON.stringify({ phone, text: '您的验证码是 482913' }),
  })
  await page.locator('.banner').getByText('482913').waitFor()
  await page.locator('.person.chosen .badge').getByText('1').waitFor()
  await page.click('.banner')
  await page.locator('.chat.sms').getByText('482913').waitFor()
})

it('speaks English too, and nothing broke on the way', async () => {
  await page.click('.language')
  await page.getByText('Sandbox phone').waitFor()
  expect(complaints).toEqual([])
})
