import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import { DEFAULT_FRAUD_RULES } from '../../server/modules/till/contract/fraud.ts'
import { tillCodesApi } from '../../server/modules/till/contract/codes-api.ts'
import { tillDeskApi } from '../../server/modules/till/contract/desk-api.ts'
import { receiptNo, sells } from '../modules/till/around.ts'
import { line, newTill, today, type Till } from '../modules/till/tills.ts'
import { stage, type Stage } from '../support/stage.ts'
import type { StaffUser } from '../support/world.ts'

/** What headquarters does about tills, in the browser: rules, an odd card, keys, losses. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const album = join(root, '.local/screens/till-desk')

let place: Stage
let owner: StaffUser
let browser: Browser
let page: Page
let till: Till

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  mkdirSync(album, { recursive: true })
  place = await stage({ env: { ADMIN_DIR: folder } })
  const { shop } = place
  shop.clock.set(new Date(`${today}T04:00:00.000Z`))
  owner = await shop.as('owner', { name: '店主' })
  till = await newTill(shop, 'S01', '01')
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  page = await windowOf('light', 'zh-CN')
}, 300_000)
afterAll(async () => {
  await browser.close()
  await place.close()
})

async function windowOf(
  theme: 'light' | 'dark',
  language: 'zh-CN' | 'en',
  { width = 1440, height = 1000, who = owner }: { width?: number; height?: number; who?: StaffUser } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, locale: language })
  const [name = '', ...value] = who.session.cookie.split('=')
  await context.addCookies([{ name, value: value.join('='), url: place.shop.url }])
  const preferences = JSON.stringify({ language, theme, railOpen: true, columns: {} })
  await context.addInitScript(`localStorage.setItem('zg.preferences', ${JSON.stringify(preferences)})`)
  return context.newPage()
}
const open = (tab: string, on: Page = page): Promise<unknown> => on.goto(`${place.shop.url}/tills?tab=${tab}`)
const picture = (name: string, on: Page = page): Promise<unknown> =>
  on.screenshot({ path: join(album, `${name}.png`), fullPage: true })
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).last().click()
const desk = () => owner.call(tillDeskApi)

it('a limit is changed in its sentence and holds from the next receipt', async () => {
  await open('rules')
  const limit = page.getByRole('spinbutton', { name: '一张会员卡一天最多积分 次' })
  await limit.fill('1')
  await limit.blur()
  await page.getByRole('spinbutton', { name: '一名收银员一天有 笔退货找不到原小票' }).fill('')
  await picture('rules')
  await press('保存')
  await page.getByText('已保存，从下一张小票起生效').waitFor()
  const { version, rules } = await desk().fraudRules({})
  expect([version, rules.limits.card.receipts, rules.alerts.returnWithoutSale]).toEqual([1, 1, null])
  expect(rules.limits.cardAtTill).toEqual(DEFAULT_FRAUD_RULES.limits.cardAtTill)
})

it('a card over its limit is looked at, closed with a word, and blocked; and let in again', async () => {
  const person = place.person('王小明')
  const { memberId } = await place.enrols(person)
  const [member] = [...(await place.shop.modules.members.briefs(place.shop.db, [memberId])).values()]
  const cardNo = member?.cardNo ?? ''
  for (let i = 0; i < 2; i++) await sells(till, '10', { cardNo })
  await open('alerts')
  await press('处理')
  await page.getByLabel('处理结果').fill('收银员自用卡，多次代刷')
  await page.getByText('同时停用这张卡').click()
  await picture('alert')
  await page.locator('[data-act]').last().click()
  await page.getByRole('button', { name: '恢复使用' }).waitFor()
  await picture('blocked')
  expect((await sells(till, '10', { cardNo })).points?.earned).toBe(0)
  await press('恢复使用')
  await page.getByText('没有停用的卡').waitFor()
  expect((await desk().blockedCards({})).items).toEqual([])
})

it('the signing key is turned and the list says when and why', async () => {
  await open('codes')
  await page.getByText('1 号密钥').first().waitFor()
  await press('更换密钥')
  await page.getByText('旧密钥可能已泄露，全部作废').click()
  await page.getByLabel('原因').fill('门店电脑失窃')
  await picture('turn')
  await page.locator('[data-act]').last().click()
  await page.getByText('门店电脑失窃').waitFor()
  await page.getByText('2 号密钥').first().waitFor()
  await picture('codes')
  expect((await owner.call(tillCodesApi).signingKeys({})).items.map(one => one.state)).toEqual(['signs', 'retired'])
})

it('a loss is opened as its receipt and written off with a reason', async () => {
  const no = receiptNo()
  await till.call(tillCodesApi).settleOffline({
    body: {
      key: `desk-loss-${no}`,
      businessDate: today,
      receiptNo: no,
      soldAt: `${today}T04:00:00.000Z`,
      lines: [line(1, '50')],
      coupon: { code: '95'.padEnd(212, '0'), fen: 800 },
    },
  })
  await open('losses')
  await page.getByRole('button', { name: no, exact: true }).waitFor()
  await picture('losses')
  await press('核销')
  await page.getByLabel('核销原因').fill('金额小，总部承担')
  await page.locator('[data-act]').last().click()
  await page.getByText('店主：金额小，总部承担').waitFor()
  await picture('written-off')
  for (const [theme, language] of [
    ['dark', 'zh-CN'],
    ['light', 'en'],
  ] as const) {
    const other = await windowOf(theme, language)
    for (const tab of ['rules', 'alerts', 'codes', 'losses']) {
      await open(tab, other)
      await other.locator('main h2, main table').first().waitFor()
      await picture(`${tab}-${theme}-${language}`, other)
    }
  }
  const { items } = await owner.call(tillCodesApi).losses({ query: { state: 'writtenOff' } })
  expect(items).toHaveLength(1)
})
