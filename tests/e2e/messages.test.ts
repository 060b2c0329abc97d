import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { inTransaction } from '../../server/kernel/db.ts'
import { type Stage, stage } from '../support/stage.ts'

/** A message of which nobody knows whether it arrived, settled in the admin; and how a member can be reached. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin-messages')
const pictures = join(root, '.local/screens/messages')
const password = 'the owner and nobody else'
const COUPON = 'tmpl_coupon_arrived'
let place: Stage
let browser: Browser
let page: Page
let memberId = ''
const complaints: string[] = []

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).first().click()

/** Sends a coupon message to the member; `lost` breaks the line before WeChat answers. */
async function send(key: string, thing1: string, lost: boolean): Promise<void> {
  if (lost) {
    place.wechat.world.faults.add({
      match: { path: '/cgi-bin/message/subscribe/send' },
      fault: { do: 'drop', when: 'before' },
      skip: 0,
      times: 1,
      chance: 1,
    })
  }
  const [person] = place.wechat.world.people.values()
  const openid = person?.openids[place.mini.appId] ?? ''
  await inTransaction(place.shop.db, tx =>
    place.shop.modules.wechat.plan(tx, [
      {
        key,
        group: 'e2e',
        appId: place.mini.appId,
        openid,
        route: 'subscribe',
        purpose: 'marketing',
        templateId: COUPON,
        body: { fields: { thing1, time2: '2026-12-31' } },
      },
    ]),
  )
  await place.shop.modules.wechat.deliverer.deliver('e2e', { limit: 10 })
}

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  if (!existsSync(join(folder, 'index.html')) || process.env['CI'] !== undefined)
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error', build: { outDir: folder } })
  place = await stage({ env: { ADMIN_DIR: folder }, settings: { resultEvents: false } })
  const { kernel } = place.shop
  await staffRepository(kernel.db).insert({
    id: kernel.newId(),
    username: 'owner',
    name: '店主',
    role: 'owner',
    allStores: true,
    passwordHash: await hashPassword(password),
    createdAt: kernel.clock.now(),
  })
  await kernel.db.updateTable('staff').set({ mustChange: 0 }).where('username', '=', 'owner').execute()
  const shopper = place.person('王秀英')
  place.wechat.actions.follow(shopper, place.official)
  const enrolled = await place.enrols(shopper)
  ;({ memberId } = enrolled)
  await place.allows(shopper, enrolled.headers, COUPON, 4)
  place.wechat.actions.say(shopper, place.official, '积分没到账')
  await place.settle()
  await send('e2e-1', '满39减5', false)
  await send('e2e-2', '鸡蛋兑换券', true)
  await send('e2e-3', '生日双倍积分', true)
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  await page.goto(`${place.shop.url}/wechat/unknown`)
  await page.getByLabel('用户名').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.waitForURL('**/wechat/unknown')
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await place?.close()
})

it('an unknown message is seen, judged as not arrived and sent again; it is no longer in the list', async () => {
  await page.getByText('鸡蛋兑换券').first().waitFor()
  await shoot('unknown')
  await page.getByRole('row').filter({ hasText: '鸡蛋兑换券' }).getByRole('button', { name: '处理' }).click()
  await page.getByRole('radio', { name: '没收到，重新发送' }).click()
  await shoot('decision')
  await page.locator('[data-act]').click()
  await page.getByText('鸡蛋兑换券').first().waitFor({ state: 'detached' })
  await place.settle()
  const [person] = place.wechat.world.people.values()
  expect(JSON.stringify(person?.entries)).toContain('鸡蛋兑换券')
})

it('the member’s page says how they can be reached, what was sent, and why not', async () => {
  await page.goto(`${place.shop.url}/members/${memberId}?tab=reach`)
  await page.getByText('现在可以怎么联系').waitFor()
  await page.getByText('待确认').first().waitFor()
  await page.getByText('客服消息').first().waitFor()
  await shoot('member')
  await page.getByText('营销消息', { exact: true }).first().click()
  await page.getByText('不可用的路线').click()
  expect(await page.getByText('平台不允许用于这个目的').count()).toBe(1)
  await shoot('member-marketing')
  expect(complaints).toEqual([])
})

it('the same in English and in the dark', async () => {
  expect(await page.locator('[data-channel=official]').textContent()).toContain('已关注')
  await page.locator('.top button, header button').filter({ hasText: 'EN' }).first().click()
  await page.getByText('Ways that are closed').waitFor()
  await page.evaluate(`document.documentElement.dataset.theme = 'dark'`)
  await shoot('member-dark-en')
  await page.goto(`${place.shop.url}/wechat/unknown`)
  await page.getByText('Messages to confirm').first().waitFor()
  await shoot('unknown-en')
  expect(complaints).toEqual([])
})
