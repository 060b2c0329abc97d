import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { fixtureShop } from '../support/miniprogram/fixture-shop.ts'

// How far the stores are is a matter of the phone: asked for by a tap, reckoned there, and told to nobody.
const album = path.resolve(import.meta.dirname, '../../.local/screens/miniprogram')
let shop: Awaited<ReturnType<typeof fixtureShop>>
let phone: Phone
beforeAll(async () => {
  await buildMiniprogram()
  shop = await fixtureShop(places.host)
  mkdirSync(album, { recursive: true })
}, 240_000)
beforeEach(async () => {
  phone = await openPhone({ height: 812 })
})
afterEach(() => phone.close())
afterAll(() => {
  shop.server.closeAllConnections()
  shop.server.close()
})

async function opens(screen: string, { agreed = true } = {}): Promise<Phone['page']> {
  if (agreed) await phone.page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
  const query = new URLSearchParams({
    sim: shop.base,
    api: `${shop.base}/api`,
    person: 'p1',
    page: screen,
    lang: 'zh_CN',
  })
  await phone.page.goto(`${shop.base}/?${query.toString()}`)
  await phone.page.waitForLoadState('networkidle')
  return phone.page
}
const near = async (): Promise<void> => {
  await phone.context.grantPermissions(['geolocation'])
  await phone.context.setGeolocation({ latitude: 30.2101, longitude: 120.2099 })
}
const listed = (page: Phone['page']): Promise<string> => page.locator('store-list').innerText()
const coupon = 'packages/shopping/coupon/coupon?id=01JD0000000000000000000301'

test('the stores of a coupon go by name until somebody asks for the distance; then the nearest is first, and nobody is told where', async () => {
  await near()
  const page = await opens(coupon)
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('按店名排列')
  expect(await listed(page)).not.toContain('km')
  const sent: string[] = []
  page.on('request', request => sent.push(`${request.url()} ${request.postData() ?? ''}`))
  await page.getByText('按距离排序').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('由近到远')
  const lines = (await listed(page)).split('\n')
  const at = (name: string): number => lines.findIndex(line => line.includes(name))
  expect(at('滨江店')).toBeLessThan(at('城西店'))
  expect(at('城西店')).toBeLessThan(at('城东店'))
  expect(lines[at('滨江店') + 2]).toMatch(/^\d+ m$/)
  await page.locator('store-list').scrollIntoViewIfNeeded()
  await page.screenshot({ path: path.join(album, 'coupon-distance.png') })
  expect(sent).toEqual([])
  expect(await page.evaluate('JSON.stringify(localStorage)')).not.toMatch(/30\.21|120\.2/)
  expect(phone.complaints).toEqual([])
}, 120_000)

test('without the permission the list stays by name and says so', async () => {
  const page = await opens(coupon)
  await page.getByText('按距离排序').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('没有位置权限，按店名排列')
  expect(await listed(page)).not.toContain('km')
}, 120_000)

test('a store is chosen as one’s own from the same list, by distance too', async () => {
  await near()
  const page = await opens('packages/shopping/stores/stores')
  await page.getByText('按距离排序').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('由近到远')
  await page.screenshot({ path: path.join(album, 'stores-distance.png') })
  const asked = page.waitForRequest(request => request.method() === 'PUT')
  await page.getByText('滨江店').tap()
  expect((await asked).postDataJSON()).toEqual({ homeStore: 'S02' })
}, 120_000)

test('the wallet’s store is chosen from the same list, by distance too; a refit is said, and no store is a choice', async () => {
  await near()
  const page = await opens('pages/wallet/wallet')
  await page.locator('store-picker').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('装修停业至')
  await page.getByText('按距离排序').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('由近到远')
  await page.screenshot({ path: path.join(album, 'store-choice.png') })
  const asked = page.waitForRequest(request => request.url().includes('storeCode=S02'))
  await page.locator('store-list').getByText('滨江店').tap()
  await asked
  await expect.poll(() => page.locator('store-picker').innerText()).toContain('滨江店')
  await page.locator('store-picker').tap()
  await page.locator('store-list').getByText('不限门店').tap()
  await expect.poll(() => page.locator('store-picker').innerText()).not.toContain('滨江店')
  expect(phone.complaints).toEqual([])
}, 120_000)

test('the profile’s store is chosen from the same list', async () => {
  const page = await opens('packages/account/profile/profile')
  await page.locator('store-picker').tap()
  await expect.poll(() => listed(page), { timeout: 30_000 }).toContain('城西店')
  const asked = page.waitForRequest(request => request.method() === 'PUT')
  await page.locator('store-list').getByText('滨江店').tap()
  expect((await asked).postDataJSON()).toEqual({ homeStore: 'S02' })
}, 120_000)
