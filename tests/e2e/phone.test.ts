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

const shows = async (where: string, text: string): Promise<boolean> => {
  const found = page.locator(where).getByText(text, { exact: false }).first()
  await found.waitFor()
  return found.isVisible()
}

it('a shopper follows, is welcomed, writes, and reads the agent’s answer the moment it comes', async () => {
  await page.click('[data-tab=contacts]')
  await page.click('.cell')
  await page.click('[data-act=follow]')
  expect(await shows('.glass', '欢迎光临')).toBe(true)

  await page.click('[data-act=toggle]')
  await page.fill('.writer input', '昨天买的鸡蛋破了两个')
  await page.keyboard.press('Enter')
  expect(await shows('.glass', '昨天买的鸡蛋破了两个')).toBe(true)
  await place.settle()

  const agent = (await place.shop.as('agent')).call(ticketsApi)
  const { items } = await agent.list({ query: {} })
  const ticketId = items[0]?.id ?? ''
  await agent.answer({ params: { ticketId }, body: { text: '带上小票到服务台换新', key: 'phone-answer-1' } })
  await place.settle()
  expect(await shows('.glass', '带上小票到服务台换新')).toBe(true)
})

it('another phone knows nothing of it', async () => {
  await page.click('.person >> text=李敏')
  expect(await shows('.glass', '还没有消息')).toBe(true)
})

it('a text message pops up as a banner, and is counted at the person', async () => {
  await page.click('[data-tab=discover]')
  const phone = [...place.wechat.world.people.values()].find(one => one.name === '李敏')?.phone
  await fetch(`${place.wechat.url}/sms/send`, {
    method: 'POST',
    body: JSON.stringify({ phone, text: '您的验证码是 482913' }),
  })
  expect(await shows('.banner', '482913')).toBe(true)
  expect(await shows('.person.chosen .badge', '1')).toBe(true)
  await page.click('.banner')
  expect(await shows('.chat.sms', '482913')).toBe(true)
})

it('speaks English too, and nothing broke on the way', async () => {
  await page.click('.language')
  await page.getByText('Sandbox phone').waitFor()
  expect(complaints).toEqual([])
})
