import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import type { Person } from '../../sandbox/state/person.ts'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { type Stage, stage } from '../support/stage.ts'

/** Automatic replies and the menu, written in the admin by somebody who has never seen an API, seen on the phone. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin-replies')
const pictures = join(root, '.local/screens/replies')
const password = 'the owner and nobody else'
let place: Stage
let browser: Browser
let page: Page
let phone: Page
let shopper: Person
const complaints: string[] = []

const shoot = async (name: string): Promise<void> => {
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
/** Opens the conversation on the shopper's phone. */
const chat = async (): Promise<void> => {
  await phone.goto(`${place.wechat.url}/`)
  await phone.click('[data-tab=contacts]')
  await phone.click('.cell')
  await phone.getByRole('button', { name: '发消息' }).click()
}
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).first().click()

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error', build: { outDir: folder } })
  place = await stage({ env: { ADMIN_DIR: folder } })
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
  shopper = place.person('王秀英')
  place.wechat.actions.follow(shopper, place.official)
  await place.settle()
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
  phone = await browser.newPage({ viewport: { width: 1200, height: 900 }, locale: 'zh-CN' })
  phone.setDefaultTimeout(20_000)
  await page.goto(`${place.shop.url}/wechat/replies`)
  await page.getByLabel('用户名').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.waitForURL('**/wechat/replies')
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await place?.close()
})

describe('a keyword', () => {
  it('is written as a sentence, tried, saved, and answers the phone', async () => {
    await page.getByText('关注欢迎语').first().waitFor()
    await shoot('list-first')
    await press('新建回复')
    await page.locator('[name=reply-word]').fill('停车')
    await page.locator('[name=reply-text]').fill('{会员名}，停车前两小时免费')
    await page.locator('[name=reply-name]').fill('停车')
    await page.locator('[data-save]').click()
    expect(await page.getByText('请填写这一项').count()).toBe(1)
    await page.locator('[name=reply-plain]').fill('停车前两小时免费')
    await page.locator('[data-try]').fill('请问能停车吗')
    await press('试一下')
    await page.locator('[data-answer]').getByText('停车前两小时免费').waitFor()
    await shoot('editor')
    await page.locator('[data-save]').click()
    await page.locator('[data-rule=停车]').waitFor()
    await chat()
    await phone.click('[data-act=toggle]')
    await phone.fill('.writer input', '能停车吗')
    await phone.keyboard.press('Enter')
    await place.settle()
    await phone.locator('.glass').getByText('停车前两小时免费').waitFor()
    await phone.screenshot({ path: join(pictures, 'phone-reply.png') })
    expect(shopper.entries.at(-1)).toMatchObject({ from: 'account', text: '停车前两小时免费' })
    await page.locator('[data-try]').fill('停车')
    await press('试一下')
    await page.getByText('由「停车」回答').waitFor()
    await page
      .getByText('为什么不是别的规则')
      .click()
      .catch(() => undefined)
    await shoot('list')
  })
})

describe('the menu', () => {
  it('is taken over, changed with the phone beside it, published, and stands on the phone', async () => {
    await page.goto(`${place.shop.url}/wechat/menu`)
    await page.getByText('还没有发布过').first().waitFor()
    await shoot('menu-empty')
    await press('和微信上比一比')
    await page.locator('[data-adopt]').click()
    await page.locator('[data-act]').click()
    await page.locator('[data-entry=会员码]').waitFor()
    await page.locator('[data-entry=会员码]').click()
    await page.locator('[name=entry-name]').fill('这个名字实在太长')
    await page.getByText('名称太长').first().waitFor()
    expect(await page.locator('[data-publish]').isDisabled()).toBe(true)
    await shoot('menu-wrong')
    await page.locator('[name=entry-name]').fill('我的卡')
    await page.locator('[data-phone-menu]').getByText('我的卡').waitFor()
    await page.locator('[data-publish]:not([disabled])').click()
    await page.locator('[data-act]').waitFor()
    await shoot('menu-publish')
    await page.locator('[data-act]').click()
    await page.getByText('线上是第 2 版').waitFor()
    await shoot('menu')
    await chat()
    await phone.locator('[data-menu=我的卡]').waitFor()
    await phone.screenshot({ path: join(pictures, 'phone-menu.png') })
    const menu = place.wechat.world.menus.get(place.official.appId)
    expect(JSON.stringify(menu)).toContain('我的卡')
  })

  it('goes back to an older version', async () => {
    await press('发布记录')
    await page.getByText('第 1 版').waitFor()
    await shoot('menu-versions')
    await press('退回这一版')
    await page.locator('[data-act]').click()
    await page.getByText('线上是第 3 版').waitFor()
    expect(JSON.stringify(place.wechat.world.menus.get(place.official.appId))).toContain('会员码')
  })

  it('reads well in the dark and in English; nothing has complained', async () => {
    await page.getByRole('button', { name: '切换明暗' }).click()
    await shoot('menu-dark')
    await page.getByRole('button', { name: '切换到英文' }).click()
    await shoot('menu-dark-en')
    await page.goto(`${place.shop.url}/wechat/replies`)
    await page.getByText('Automatic replies').first().waitFor()
    await page.locator('[data-rule=停车]').waitFor()
    await shoot('list-dark-en')
    await page.locator('[data-rule=停车] a').click()
    await page.locator('[name=reply-word]').waitFor()
    await shoot('editor-dark-en')
    expect(complaints).toEqual([])
  })
})
