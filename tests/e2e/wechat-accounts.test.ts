import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import { defaultAccounts, officialAccount, type SandboxAccount } from '../../sandbox/accounts.ts'
import { seal, verificationQuery } from '../../sandbox/callbacks/envelope.ts'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { type Stage, stage } from '../support/stage.ts'

/** Somebody who has never seen an API connects a second official account, and mends what is wrong by what the page says. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const password = 'the owner and nobody else'
const account = { ...officialAccount, appId: 'wx2c4e6a8b0d1f3579', secret: 'c0ffee00c0ffee00c0ffee00c0ffee00' }
let place: Stage
let browser: Browser
let page: Page
const complaints: string[] = []

const see = (text: string) => page.getByText(text).first().waitFor()
const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click()

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  place = await stage({ accounts: [...defaultAccounts, account], env: { ADMIN_DIR: folder } })
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
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${place.shop.url}/wechat/accounts`)
  await page.getByLabel('用户名').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await press('登录')
  await page.waitForURL('**/wechat/accounts')
})
afterAll(async () => {
  await browser.close()
  await place.close()
})

/** The account as WeChat's console has it, after the entries of the page were copied there. */
async function copied(): Promise<SandboxAccount> {
  const [, token = '', aesKey = ''] = await page.locator('.entries dd .zg-num').allTextContents()
  return { ...account, token: token.trim(), aesKey: aesKey.trim() }
}
const seconds = () => Math.floor(place.shop.clock.now().getTime() / 1000)

it('the wizard leads from AppID and secret to the first push, and each step shows whether WeChat agrees', async () => {
  await see('微信账号')
  await press('接入账号')
  await page.click('[data-next]')
  await page.click('[data-connect]')
  await see('应以 wx 开头，只含小写字母和数字')
  await page.getByLabel('名称').fill('城西店服务号')
  await page.getByLabel('AppID').fill(account.appId)
  await page.getByLabel('AppSecret').fill('0000000000000000')
  await page.click('[data-connect]')
  await see('AppSecret 不正确')
  await page.getByLabel('AppSecret').fill(account.secret)
  await page.click('[data-connect]')
  await see('AppID 和 AppSecret 有效')
  await page.click('[data-next]')
  await see('正在等待微信来验证这个地址')

  const wrong = { ...(await copied()), token: 'somethingElse' }
  const door = `${place.shop.url}/wechat/${account.appId}`
  expect((await fetch(`${door}?${verificationQuery(wrong, seconds(), 'echo')}`)).status).toBe(401)
  await see('微信来过，但没有通过')
  place.shop.clock.advance(1_000)
  const platform = await copied()
  expect(await (await fetch(`${door}?${verificationQuery(platform, seconds(), 'echo')}`)).text()).toBe('echo')
  await see('微信已验证这个地址')
  await page.click('[data-next]')
  await see('用微信关注这个公众号')
  const { query, body } = seal(platform, 'o-first', seconds(), {
    ToUserName: account.originalId,
    FromUserName: 'o-first',
    CreateTime: seconds(),
    MsgType: 'text',
    Content: '你好',
    MsgId: '1',
  })
  expect((await fetch(`${door}?${query}`, { method: 'POST', body })).status).toBe(200)
  await see('收到了第一条推送')
  await page.click('[data-next]')
  await page.click('[data-finish]')
  await page.waitForURL(`**/wechat/accounts/${account.appId}`)
}, 120_000)

it('the self-test is green where all is well and says what to do where it is not', async () => {
  await page.locator('[data-check=token][data-tone=good]').waitFor()
  await page.locator('[data-check=callback][data-tone=good]').waitFor()
  await page.locator('[data-check=materials][data-tone=good]').waitFor()
  // Nobody takes a shop that talks to a stand-in for one that talks to WeChat.
  expect(await page.locator('[data-elsewhere]').textContent()).toContain(place.wechat.url)
  await page.locator('[data-check=quota] tbody tr').first().waitFor()
  place.wechat.world.accounts.set(account.appId, { ...account, callbackUrl: null, ipWhitelist: ['203.0.113.9'] })
  await page.click('[data-check-all]')
  await page.locator('[data-check=token][data-tone=bad]').waitFor()
  await see('不在白名单里')
  await see('IP 白名单，把 127.0.0.1 加进去')
  // One thing is wrong: it is said once, and the other steps name it.
  await page.locator('[data-check=quota]').getByText('先修好「访问令牌」').waitFor()
  expect(await page.getByText('加进去').count()).toBe(1)
  place.wechat.world.accounts.set(account.appId, { ...account, callbackUrl: null })
}, 60_000)

it('a new key is shown once; the settings are saved; the account can be switched off', async () => {
  await page.click('[data-renew]')
  await page.click('.el-dialog:visible [data-act]')
  await see('新的密钥已生成')
  const shown = (await page.locator('.entries dd').last().textContent())?.trim() ?? ''
  expect(shown).toMatch(/^[A-Za-z0-9]{43}$/)
  await page.keyboard.press('Escape')
  await page.reload()
  await see('自检')
  expect(await page.content()).not.toContain(shown)
  await page.getByLabel('名称').fill('城西店公众号')
  await press('保存设置')
  await see('设置已保存')
  await page.getByRole('heading', { name: '城西店公众号' }).waitFor()
  await press('停用')
  await page.click('.el-dialog:visible [data-act]')
  await see('已停用')
  expect(complaints).toEqual([])
}, 60_000)
