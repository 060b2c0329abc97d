import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { readCodes } from '../support/miniprogram/screen-codes.ts'
import { fixtureShop } from '../support/miniprogram/fixture-shop.ts'

const album = path.resolve(import.meta.dirname, '../../.local/screens/miniprogram')
const pictureId = '01JF0000000000000000000001'
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1029" height="343"><rect width="1029" height="343" fill="#d9572b"/><circle cx="820" cy="170" r="120" fill="#f7c873"/><rect x="90" y="110" width="420" height="44" rx="8" fill="#fff"/><rect x="90" y="190" width="260" height="32" rx="8" fill="#fceee8"/></svg>`

let shop: Awaited<ReturnType<typeof fixtureShop>>
let phone: Phone | undefined

beforeAll(async () => {
  await buildMiniprogram()
  shop = await fixtureShop(places.host)
  mkdirSync(album, { recursive: true })
}, 120_000)
afterAll(async () => {
  await phone?.close()
  shop.server.closeAllConnections()
  shop.server.close()
})

/** Opens the first tab on a phone that has accepted the privacy guide; `hasPicture` says whether the banner's picture comes. */
async function opens(options: Parameters<typeof openPhone>[0] = {}, hasPicture = true): Promise<Phone['page']> {
  await phone?.close()
  phone = await openPhone(options)
  const { page } = phone
  await page.addInitScript(`localStorage.setItem('miniprogram:p1:__privacy-agreed', 'true')`)
  await page.route(/\/public\/brand\/pictures\//, route =>
    hasPicture ? route.fulfill({ contentType: 'image/svg+xml', body: drawing }) : route.fulfill({ status: 404 }),
  )
  const lang: Record<string, string> = options.locale === undefined ? { lang: 'zh_CN' } : {}
  const query = new URLSearchParams({ sim: shop.base, api: `${shop.base}/api`, person: 'p1', page: 'pages/code/code', ...lang }) // prettier-ignore
  await page.goto(`${shop.base}/?${query.toString()}`)
  await page.waitForLoadState('networkidle')
  return page
}

const overflow = `(() => {
  const page = [...document.querySelectorAll('.wx-page')].find(each => each.offsetParent !== null)
  return page.scrollWidth - page.clientWidth
})()`

const banner = {
  pictureId,
  text: { zh: '周末蔬菜第二件半价', en: 'Second vegetable at half price this weekend' },
  leadsTo: 'coupons' as const,
}

test('the banner stands below the tier and above the doors, in light and dark, and leads to its page', async () => {
  shop.state.banner = banner
  for (const [name, options] of [
    ['light', {}],
    ['dark', { dark: true }],
    ['english', { locale: 'en-US' }],
  ] as const) {
    const page = await opens(options)
    const line = page.locator('.banner')
    await line.waitFor()
    const top = async (selector: string): Promise<number> => (await page.locator(selector).boundingBox())?.y ?? -1
    expect(await top('.banner')).toBeGreaterThan(await top('.tier'))
    expect(await top('.doors')).toBeGreaterThan(await top('.banner'))
    await page.locator('.doors').scrollIntoViewIfNeeded()
    await page.screenshot({ path: path.join(album, `code-banner-${name}.png`) })
    expect(await page.evaluate<number>(overflow)).toBe(0)
    expect(phone?.complaints).toEqual([])
  }
  expect(await phone?.page.locator('.banner').innerText()).toContain(banner.text.en)
  const page = await opens()
  await page.locator('.banner').tap()
  await page.getByText('领券中心').first().waitFor()
})

test('a banner that leads nowhere has no arrow; one whose picture does not come is its line', async () => {
  shop.state.banner = { ...banner, leadsTo: 'none' }
  const page = await opens({}, false)
  await page.locator('.banner').waitFor()
  await expect.poll(() => page.locator('.banner-picture').count()).toBe(0)
  expect(await page.locator('.banner .arrow').count()).toBe(0)
  await page.locator('.banner').tap()
  await page.getByText('积分商城', { exact: true }).waitFor()
})

test('the code does not wait for it; without a network and in 长辈版 there is none', async () => {
  shop.state.banner = banner
  const page = await opens()
  await page.locator('.banner').waitFor()
  await page.route(/\/api\/public\/brand\/banner/, () => undefined)
  await page.reload()
  await expect.poll(async () => (await readCodes(page)).barcode ?? '').toMatch(/^97\d{18}$/)
  await page.getByText('最近一笔').waitFor()
  expect(await page.locator('.banner').count()).toBe(0)

  await page.unroute(/\/api\/public\/brand\/banner/)
  await page.reload()
  await page.locator('.banner').waitFor()
  await page.getByRole('tab', { name: '我的' }).tap()
  await page.getByText('长辈版').tap()
  await page.getByRole('tab', { name: '会员码' }).tap()
  await page.getByText('换回普通版').waitFor()
  expect(await page.locator('.banner').count()).toBe(0)
  await page.getByText('换回普通版').tap()
  await page.locator('.banner').waitFor()

  await page.route(/\/api\/|\/__sim\//, route => route.abort())
  await page.getByRole('tab', { name: '小票' }).tap()
  await page.getByRole('tab', { name: '会员码' }).tap()
  await page.getByText('无网络也可出示').waitFor()
  expect(await page.locator('.banner').count()).toBe(0)
})

test('where the shop shows none there is none', async () => {
  shop.state.banner = null
  const page = await opens()
  await page.getByText('积分商城', { exact: true }).waitFor()
  expect(await page.locator('.banner').count()).toBe(0)
})
