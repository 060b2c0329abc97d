import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build } from 'vite'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { tillDeskApi } from '../../server/modules/till/contract/desk-api.ts'
import { stockShelf } from '../modules/points/receipts.ts'
import { sells, takesBack } from '../modules/till/around.ts'
import { newTill, today, type Till } from '../modules/till/tills.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { stage, type Stage } from '../support/stage.ts'
import type { StaffUser } from '../support/world.ts'

/** 开发票 from the shopper's receipt to finance and back, on a phone of 375 px and in the admin. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const album = join(root, '.local/screens/invoice')

let place: Stage
let till: Till
let clerk: StaffUser
let browser: Browser
let phone: Phone

beforeAll(async () => {
  await buildMiniprogram()
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  mkdirSync(album, { recursive: true })
  place = await stage({ env: { ADMIN_DIR: folder, MINIPROGRAM_HOST_DIR: places.host } })
  place.shop.clock.set(new Date(`${today}T04:00:00.000Z`))
  await stockShelf(place.shop)
  till = await newTill(place.shop, 'S01', '01')
  clerk = await place.shop.as('finance', { name: '财务小周' })
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  phone = await openPhone()
}, 300_000)
afterAll(async () => {
  await phone.close()
  await browser.close()
  await place.close()
})

async function admin(theme: 'light' | 'dark', language: 'zh-CN' | 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: language })
  const [name = '', ...value] = clerk.session.cookie.split('=')
  await context.addCookies([{ name, value: value.join('='), url: place.shop.url }])
  const preferences = JSON.stringify({ language, theme, railOpen: true, columns: {} })
  await context.addInitScript(`localStorage.setItem('zg.preferences', ${JSON.stringify(preferences)})`)
  return context.newPage()
}

it('a shopper asks at her receipt, finance makes the invoice, goods come back, and both see what is due', async () => {
  const person = place.person('王小明')
  const { memberId } = await place.enrols(person)
  const [brief] = [...(await place.shop.modules.members.briefs(place.shop.db, [memberId])).values()]
  const sold = await sells(till, '50', { cardNo: brief?.cardNo ?? '' })
  await place.settle()

  const { page } = phone
  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(album, `phone-${name}.png`), fullPage: true })
  await page.addInitScript(`localStorage.setItem('miniprogram:${person.id}:__privacy-agreed', 'true')`)
  const query = new URLSearchParams({
    sim: place.wechat.url,
    person: person.id,
    api: place.shop.url,
    appId: place.mini.appId,
    lang: 'zh_CN',
    page: `packages/shopping/receipt/receipt?id=${sold.documentId}`,
  })
  await page.goto(`${place.shop.url}/m/?${query.toString()}`)
  await page.getByText('开发票').tap()
  await page.locator('wx-input input').nth(0).fill('杭州禾木餐饮管理有限公司')
  await page.locator('wx-input input').nth(1).fill('91330106MA2AX7Q459')
  await page.locator('wx-input input').nth(2).fill('caiwu@hemu.example')
  await picture('form')
  await page.getByText('申请开票', { exact: true }).tap()
  await page.getByText('税号不对，请核对').waitFor()
  await page.locator('wx-input input').nth(1).fill('91330106 ma2ax7q458')
  await page.getByText('申请开票', { exact: true }).tap()
  await page.getByText('申请已提交').waitFor()
  await picture('asked')

  // The overview tells finance, and leads there.
  const desk = await admin('light', 'zh-CN')
  await desk.goto(place.shop.url)
  await desk.getByText('待开的发票').click()
  await desk.getByText('杭州禾木餐饮管理有限公司').click()
  await desk.getByRole('button', { name: '查看完整开票信息' }).click()
  await desk.getByText('91330106MA2AX7Q458').waitFor()
  await desk.getByLabel('发票号').fill('26332000000012345678')
  await desk.screenshot({ path: join(album, 'admin-request.png') })
  await desk.getByRole('button', { name: '标记已开票' }).click()
  // What was done stays on the page; the word that it was done goes after seconds.
  await desk.getByRole('dialog').getByText('已开票', { exact: true }).waitFor()

  await takesBack(till, sold)
  await desk.goto(place.shop.url)
  await desk.getByText('需红冲的发票').waitFor()
  await desk.screenshot({ path: join(album, 'admin-overview.png') })
  await desk.goto(`${place.shop.url}/tills?tab=requests`)
  await desk.locator('td').getByText('需红冲').waitFor()
  await desk.screenshot({ path: join(album, 'admin-list.png') })
  await page.reload()
  await page.getByText('待红冲').first().waitFor()
  await picture('red-needed')
  await desk.getByText('杭州禾木餐饮管理有限公司').click()
  await desk.getByLabel('红字发票号').fill('26332000000087654321')
  await desk.screenshot({ path: join(album, 'admin-red.png') })
  await desk.getByRole('button', { name: '标记已红冲' }).click()
  await desk.getByRole('dialog').getByText('已红冲', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('已红冲').first().waitFor()
  await picture('red')

  const { items } = await clerk.call(tillDeskApi).invoiceRequests({ query: {} })
  expect(items).toMatchObject([{ state: 'red', invoiceNo: '26332000000012345678', redNo: '26332000000087654321' }])
  const dark = await admin('dark', 'en')
  await dark.goto(`${place.shop.url}/tills?tab=requests`)
  await dark.locator('td').getByText('Red-letter made').waitFor()
  await dark.screenshot({ path: join(album, 'admin-list-dark-en.png') })
  await dark.getByText('杭州禾木餐饮管理有限公司').click()
  await dark.getByText('Red-letter no.').waitFor()
  await dark.screenshot({ path: join(album, 'admin-request-dark-en.png') })
})

it('finance turns a request down, and the shopper reads why', async () => {
  const person = place.person('李小红')
  const { memberId, headers } = await place.enrols(person)
  const [brief] = [...(await place.shop.modules.members.briefs(place.shop.db, [memberId])).values()]
  const sold = await sells(till, '20', { cardNo: brief?.cardNo ?? '' })
  const params = { documentId: sold.documentId }
  const body = { kind: 'person', title: '李小红', email: 'xiaohong@mail.example' } as const
  await place.shop.call(tillDeskApi, headers).askInvoice({ params, body })
  const desk = await admin('light', 'zh-CN')
  await desk.goto(`${place.shop.url}/tills?tab=requests&state=asked`)
  await desk.getByText('李**').click()
  await desk.getByRole('button', { name: '驳回', exact: true }).click()
  await desk.getByLabel('驳回原因').fill('请提供单位抬头')
  await desk.screenshot({ path: join(album, 'admin-reject.png') })
  await desk.locator('[data-act]').last().click()
  await desk.getByRole('dialog').getByText('已驳回').waitFor()
  const mine = await place.shop.call(tillDeskApi, headers).myInvoiceRequest({ params })
  expect(mine.request).toMatchObject({ state: 'rejected', reason: '请提供单位抬头' })
})
