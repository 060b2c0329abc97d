import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import { wechatApi } from '../../server/modules/wechat/contract/index.ts'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { inTransaction } from '../../server/kernel/db.ts'
import { type Stage, stage } from '../support/stage.ts'

/** A code for a member of staff is made in the admin, scanned on the phone, and brings a member whose recruiter has a name. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const password = 'the owner and nobody else'
let place: Stage
let browser: Browser
let page: Page
const complaints: string[] = []

const see = (text: string) => page.getByText(text).first().waitFor()
const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click()
// oxlint-disable-next-line node/no-process-env
const shots = process.env['SHOTS'] ?? ''
async function shoot(name: string): Promise<void> {
  if (shots === '') return
  await page.waitForTimeout(500)
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  place = await stage({ env: { ADMIN_DIR: folder } })
  const { kernel } = place.shop
  await inTransaction(kernel.db, tx => place.shop.modules.catalog.ensureStores(tx, ['S01', 'S02']))
  await kernel.db.updateTable('store').set({ name: '城西社区店' }).where('code', '=', 'S01').execute()
  await kernel.db.updateTable('store').set({ name: '滨江路社区店' }).where('code', '=', 'S02').execute()
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
  await place.shop.as('guide', { stores: ['S01'], name: '陈小美' })
  await place.shop.as('guide', { stores: ['S02'], name: '林建国' })
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${place.shop.url}/wechat/codes`)
  await page.getByLabel('用户名').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.waitForURL('**/wechat/codes')
})
afterAll(async () => {
  await browser.close()
  await place.close()
})

it('a code is made, scanned, greets in its own words, and its member shows the recruiter’s name', async () => {
  await see('还没有渠道码')
  await shoot('codes-empty')
  await press('新建渠道码')
  await page.getByText('扫码后关注公众号').waitFor()
  await page.getByLabel('名称').fill('陈小美的员工码')
  await page.click('[data-store]')
  await page.getByRole('option', { name: '城西社区店' }).click()
  await page.click('[data-staff]')
  await page.getByRole('option', { name: '陈小美' }).click()
  await page.getByText('这张码自己说').click()
  await page.locator('textarea').first().fill('我是城西店小陈，有事找我')
  await shoot('codes-form')
  await press('生成这张码')
  await page.waitForURL(/\/wechat\/codes\/[0-9A-Z]{26}$/)
  await place.shop.drain()
  await page.locator('canvas').waitFor()

  const owner = await place.shop.as('owner')
  const codeId = page.url().split('/').at(-1) ?? ''
  const code = await owner.call(wechatApi).code({ params: { codeId } })
  const wang = place.person('王女士')
  place.wechat.actions.scan(wang, place.official, code.url)
  await place.settle()
  expect(wang.entries.filter(({ from }) => from === 'account').map(({ text }) => text)).toEqual([
    '我是城西店小陈，有事找我',
  ])
  const { memberId } = await place.enrols(wang)
  await place.shop.drain()

  await page.reload()
  await page.locator('canvas').waitFor()
  const counts = await page.locator('.funnel .count').allTextContents()
  expect(counts.map(text => text.trim())).toEqual(['1', '1', '1', '0', '0'])
  await shoot('codes-page')
  await page.goto(`${place.shop.url}/wechat/codes`)
  await see('陈小美的员工码')
  await shoot('codes-list')
  await page.goto(`${place.shop.url}/members/${memberId}`)
  await see('开卡人')
  await see('陈小美')
  await shoot('member-page')
  expect(complaints).toEqual([])
})

it('everybody gets a code at once; moments and tags are set by hand', async () => {
  await page.goto(`${place.shop.url}/wechat/codes/bulk`)
  await page.click('[data-people]')
  await page.getByRole('option', { name: '陈小美' }).click()
  await page.getByRole('option', { name: '林建国' }).click()
  await page.keyboard.press('Escape')
  await shoot('codes-bulk')
  await press('生成 2 张码')
  await page.waitForURL('**/wechat/codes')
  await place.shop.drain()
  await page.reload()
  await see('林建国')
  await page.goto(`${place.shop.url}/wechat/codes/print`)
  await page.locator('canvas').nth(1).waitFor()
  await shoot('codes-print')

  await page.goto(`${place.shop.url}/wechat/moments`)
  await see('领券 → 到期前提醒')
  await shoot('moments')
  await page.goto(`${place.shop.url}/wechat/tags`)
  await see('还没有标签')
  await press('新建标签')
  await page.getByPlaceholder('标签名称').fill('城西店')
  await press('保存')
  await see('待建到微信')
  await place.shop.drain()
  await see('已同步')
  await shoot('tags')
  expect(complaints).toEqual([])
})
