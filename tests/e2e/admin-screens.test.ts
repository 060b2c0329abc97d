import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'
import { furnish, longName, type Furnished } from '../support/admin/furnish.ts'
import { faultsOf } from '../support/admin/look.ts'
import { ROLE_PERMISSIONS } from '../../server/modules/staff/contract.ts'
import { stage, type Stage } from '../support/stage.ts'
import type { StaffUser } from '../support/world.ts'

// Every page that the admin's router knows is photographed empty, full, with names of 40 characters, dark, in English,
// narrow, and by somebody who may see nothing; and looked over for what a picture would betray. A new page is walked by
// itself; one whose path has a new parameter must be furnished first (tests/support/admin/furnish.ts).
const root = path.resolve(import.meta.dirname, '../..')
const album = path.join(root, '.local/screens/admin')
const built = path.join(root, '.local/build/admin')
const rooms = ['app', 'kit', ...readdirSync(path.join(root, 'admin-web/src/modules'))]

interface Route {
  readonly path: string
  readonly needs: string | null
}

let place: Stage
let owner: StaffUser
let nobody: StaffUser
let browser: Browser
let routes: Route[] = []
let furnished: Furnished = { usual: {}, long: {} }

beforeAll(async () => {
  if (!existsSync(path.join(built, 'index.html')))
    await build({ configFile: path.join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  mkdirSync(album, { recursive: true })
  place = await stage({ env: { ADMIN_DIR: built } })
  owner = await place.shop.as('owner', { name: longName })
  nobody = await place.shop.as('cashier', { stores: [] })
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}, 180_000)
afterAll(async () => {
  await browser.close()
  await place.close()
})

const mayOf = (who: StaffUser): readonly string[] => ROLE_PERMISSIONS[who === owner ? 'owner' : 'cashier']

interface Looks {
  readonly who?: StaffUser
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  readonly language?: 'zh-CN' | 'en'
}

const cookiesOf = ({ session }: StaffUser) => {
  const [name = '', ...value] = session.cookie.split('=')
  return [{ name, value: value.join('='), url: place.shop.url }]
}

async function open({
  who = owner,
  width = 1440,
  theme = 'light',
  language = 'zh-CN',
}: Looks): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language,
    reducedMotion: 'reduce',
  })
  await context.addCookies(cookiesOf(who))
  await context.addInitScript(
    `localStorage.setItem('zg.preferences', ${JSON.stringify(
      JSON.stringify({ language, theme, railOpen: width > 1100, columns: {} }),
    )})`,
  )
  return context
}

/** What the router of the running admin knows, without the page for paths that are none. */
async function routesOf(page: Page): Promise<Route[]> {
  await page.goto(place.shop.url)
  await page.locator('main').waitFor()
  return page.evaluate<Route[]>(`document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
    .filter(route => !route.path.includes('(') && Object.values(route.components ?? {}).length > 0)
    .map(route => ({ path: route.path, needs: route.meta.needs ?? null }))`)
}

/** The address of a route with its parameters filled in; null where an empty shop has none of the kind. */
function addressOf(route: string, values: Readonly<Record<string, string>>): string | null {
  let missing: string | null = null
  const address = route.replaceAll(/:(\w+)(\?)?/g, (_all, name: string, optional: string | undefined) => {
    const value = values[name]
    if (value === undefined && optional === undefined) missing = name
    return value ?? ''
  })
  if (missing !== null && values !== nothing)
    throw new Error(`${route}: nothing is furnished for :${String(missing)} (tests/support/admin/furnish.ts)`)
  return missing === null ? address : null
}
const nothing: Readonly<Record<string, string>> = {}

/** So many windows walk at once: most of a page's time is waiting for it to come to rest. */
const WINDOWS = 3

async function walk(variant: string, looks: Looks, values: Readonly<Record<string, string>>): Promise<string[]> {
  if (routes.length === 0) routes = await allRoutes()
  expect(routes.length).toBeGreaterThan(15)
  const waiting = [...routes]
  const found = await Promise.all(
    Array.from({ length: WINDOWS }, async () => {
      const faults: string[] = []
      for (let route = waiting.shift(); route !== undefined; route = waiting.shift())
        faults.push(...(await visit(route, variant, looks, values)))
      return faults
    }),
  )
  return found.flat()
}

async function allRoutes(): Promise<Route[]> {
  const context = await open({})
  try {
    return await routesOf(await context.newPage())
  } finally {
    await context.close()
  }
}

/** One page, photographed and looked over; what is wrong with it. */
async function visit(
  route: Route,
  variant: string,
  looks: Looks,
  values: Readonly<Record<string, string>>,
): Promise<string[]> {
  const address = addressOf(route.path, values)
  if (address === null) return []
  const context = await open(looks)
  const page = await context.newPage()
  const faults: string[] = []
  const at = `${variant} ${route.path}`
  page.on('pageerror', error => faults.push(`${at}: ${error.message}`))
  page.on('console', message => {
    // A refused request is told to the person; the browser's own line about it says nothing more.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`${at}: console: ${message.text()}`)
  })
  try {
    // Whoever is logged in never sees the page where one logs in.
    if (route.path === '/login') await context.clearCookies()
    await page.goto(`${place.shop.url}${address}`)
    await page.locator('main, form').first().waitFor()
    await page.waitForLoadState('networkidle')
    await page
      .locator('.el-skeleton, [aria-busy=true]')
      .first()
      .waitFor({ state: 'hidden', timeout: 10_000 })
      .catch(() => {
        faults.push(`${at}: is still loading`)
      })
    const name = route.path.replaceAll(/[/:?]+/g, '-').replaceAll(/^-|-$/g, '') || 'overview'
    await page.screenshot({ path: path.join(album, `${name}-${variant}.png`), fullPage: true })
    for (const fault of await faultsOf(page, rooms)) faults.push(`${at}: ${fault}`)
    if (route.needs !== null && !mayOf(looks.who ?? owner).includes(route.needs)) {
      const told = await page.locator('main').innerText()
      if (!/需要「.+」权限/.test(told)) faults.push(`${at}: does not say which permission it needs`)
    }
  } finally {
    await context.close()
  }
  return faults
}

test('the eyes see what is wrong with a page', async () => {
  const page = await browser.newPage({ viewport: { width: 600, height: 400 } })
  await page.setContent(`<main style="font:16px sans-serif"><p style="width:700px">宽过窗口</p>
    <p class="cut" style="width:60px;overflow:hidden;white-space:nowrap">一个被切断的很长的名字</p>
    <p style="position:absolute;top:200px">叠在一起的字</p><b style="position:absolute;top:204px">压在上面</b>
    <p style="position:absolute;top:300px">members.list.title undefined</p></main>`)
  const seen = (await faultsOf(page, rooms)).join('\n')
  await page.close()
  for (const fault of [
    'wider than the window',
    'cut off',
    'upon each other',
    'bare key members.list.title',
    'says undefined',
  ])
    expect(seen).toContain(fault)
})

test('an empty shop', async () => {
  expect(await walk('empty', {}, nothing)).toEqual([])
}, 240_000)

test('a shop with one of everything', async () => {
  furnished = await furnish(place, owner)
  expect(await walk('full', {}, furnished.usual)).toEqual([])
}, 300_000)

test.each<[string, Looks]>([
  ['long', {}],
  ['dark', { theme: 'dark' }],
  ['english', { language: 'en' }],
  ['narrow', { width: 1024 }],
])(
  'names of 40 characters: %s',
  async (variant, looks) => {
    expect(await walk(variant, looks, furnished.long)).toEqual([])
  },
  300_000,
)

test('somebody who may see nothing is told which permission it needs, on every page that needs one', async () => {
  expect(await walk('no-permission', { who: nobody }, furnished.usual)).toEqual([])
}, 240_000)
