import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import type { Person } from '../../sandbox/state/person.ts'
import { dayText } from '../../admin-web/src/ui/format.ts'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { type Stage, stage } from '../support/stage.ts'

/** The admin in a browser on the real server: the marketer's, the importer's and the agent's day. */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.local/build/admin')
const password = 'the owner and nobody else'
const header = '门店编码,收银机号,营业日期,小票号,时间,会员卡号,行号,商品编码,商品名称,数量,单价,折扣,实收'
const sale = (day: string, no: string, net: string): string =>
  `S01,01,${day},${no},09:30:00,,1,1001,禾谷园长粒香米5kg,1,${net},0,${net}`
const file = [
  header,
  sale('2026-11-20', '0001', '32.90'),
  sale('20150229', '0002', '18.50'),
  sale('2026-11-20', '0003', '¥78.00'),
  sale('2026-11-20', '0004', '7.96'),
].join('\n')

let place: Stage
let browser: Browser
let page: Page
let shopper: Person
let memberId = ''
const complaints: string[] = []

const open = async (path: string): Promise<void> => {
  await page.goto(`${place.shop.url}${path}`)
}
const shows = async (text: string): Promise<boolean> => {
  await page.getByText(text, { exact: false }).first().waitFor()
  return true
}
const see = async (text: string): Promise<void> => {
  expect(await shows(text), text).toBe(true)
}
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).first().click()

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html')))
    await build({ configFile: join(root, 'admin-web/vite.config.ts'), logLevel: 'error' })
  place = await stage({ env: { ADMIN_DIR: folder } })
  const { kernel } = place.shop
  const people = staffRepository(kernel.db)
  await people.insert({
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
  const { memberId: enrolled, headers } = await place.enrols(shopper)
  memberId = enrolled
  const template = place.mini.templates['couponArrived']
  await place.allows(shopper, headers, template?.templateId ?? '')
  await place.settle()
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // A refused request is told to the person; the browser's own line about it says nothing more.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
})
afterAll(async () => {
  await browser.close()
  await place.close()
})

describe('the log-in', () => {
  it('says what is wrong in words, and lets the owner in', async () => {
    await open('/members')
    await page.getByLabel('用户名').fill('owner')
    await page.getByLabel('密码', { exact: true }).fill('not the password')
    await press('登录')
    await see('用户名或密码不对')
    await page.getByLabel('密码', { exact: true }).fill(password)
    await press('登录')
    // Whoever came for a page arrives at it.
    await page.waitForURL('**/members')
    expect(await shows('开过卡的顾客')).toBe(true)
  })
})

describe('an import', () => {
  it('guesses the columns, says which line is wrong and why, and takes the good ones', async () => {
    await open('/imports/new')
    await page.setInputFiles('input[type=file]', {
      name: 'sales-20261120.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(file),
    })
    await see('2 行有问题')
    await see('20150229 不存在')
    await page.click('[data-next]')
    await page.getByLabel('来源名称').fill('总部 ERP')
    await page.getByLabel('来源编码').fill('erp-main')
    await press('建立来源')
    await page.locator('[data-start]:not([disabled])').click()
    await page.waitForURL(/imports\/[0-9A-Z]{26}$/)
    await place.settle()
    await see('已完成')
    expect(await page.locator('.results strong').allTextContents()).toEqual(['2', '0', '0', '2'])
  })

  it('lets a quarantined line be corrected and replayed', async () => {
    await press('去隔离区处理')
    await page.getByText('20150229 不存在').first().click()
    await page.getByLabel('营业日期').fill('2026-11-20')
    await press('保存并重放这一行')
    expect(await shows('重放 1 行')).toBe(true)
    await place.settle()
    await expect.poll(async () => page.locator('tbody tr').count()).toBe(1)
  })

  it('shows the day in the arrival matrix and on the overview', async () => {
    await open('/')
    await see(`数据截至 ${dayText('2026-11-20', 'zh-CN')}`)
    // 32.90 + 18.50 + 7.96
    expect(await shows('¥59.36')).toBe(true)
  })

  it('is behind each number of the overview: the receipts of the day, and one of them with its lines', async () => {
    await page.getByRole('button', { name: /^口径：销售额/ }).waitFor()
    await page.getByRole('link', { name: '¥59.36' }).click()
    await page.waitForURL(/\/sales\?.*from=2026-11-20/)
    await expect.poll(async () => page.locator('tbody [data-row]').count()).toBe(3)
    await page.locator('tbody tr').filter({ hasText: '0001' }).click()
    expect(await shows('禾谷园长粒香米5kg')).toBe(true)
    await page.keyboard.press('Escape')
    // Nobody of that day is known: the members' part of it is an empty list that says how to widen it.
    await open('/sales?from=2026-11-20&to=2026-11-20&buyer=member')
    expect(await shows('没有符合条件的内容')).toBe(true)
    await open('/')
    await see(`数据截至 ${dayText('2026-11-20', 'zh-CN')}`)
  })
})

describe('a member', () => {
  it('is found from anywhere by phone, and read in clear only with a reason that is kept', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill(shopper.phone)
    await page.getByRole('option').filter({ hasText: '会员' }).filter({ hasText: '王' }).waitFor()
    await page.getByRole('option').filter({ hasText: '王' }).click()
    await page.waitForURL(`**/members/${memberId}`)
    await see(`${shopper.phone.slice(0, 3)}****${shopper.phone.slice(-4)}`)
    expect(await page.getByText(shopper.phone).count()).toBe(0)
    await page.locator('dd').filter({ hasText: '****' }).getByRole('button', { name: '查看' }).first().click()
    await press('核对身份')
    await see(shopper.phone)
    await open('/audit')
    await see('查看明文信息')
    await see('核对身份')
  })

  it('is given points, once', async () => {
    await open(`/members/${memberId}?tab=points`)
    await press('调整积分')
    await page.getByLabel('积分', { exact: true }).last().fill('120')
    await page.keyboard.press('Tab')
    await press('补 120 分')
    await see('积分已调整')
    await see('人工调整')
    expect(await shows('+120')).toBe(true)
  })
})

describe('a campaign', () => {
  it('begins with a segment built as a sentence and counted while building', async () => {
    await open('/segments/new')
    await see('全部会员')
    await page.locator('[data-group=all]').getByRole('button', { name: '加条件' }).click()
    await page.getByRole('menuitem', { name: '积分' }).click()
    await see('积分 ≥ 1,000')
    await expect.poll(async () => page.locator('.hero').textContent()).toBe('0')
    await page.getByLabel('分', { exact: true }).fill('100')
    await page.keyboard.press('Tab')
    expect(await shows('积分 ≥ 100')).toBe(true)
    await expect.poll(async () => page.locator('.hero').textContent()).toBe('1')
    await page.getByLabel('人群名称').fill('积分多的')
    await press('保存人群')
    await page.waitForURL(/segments\/[0-9A-Z]{26}$/)
  })

  it('needs a coupon, whose face is seen before it exists', async () => {
    await open('/coupons/new')
    await page.getByLabel('券名称').fill('满39减5生鲜券')
    expect(await page.locator('.coupon').textContent()).toContain('满39减5生鲜券')
    await press('保存草稿')
    await page.waitForURL(/coupons\/[0-9A-Z]{26}$/)
    await press('启用')
    await see('全部核销最多抵扣 ¥5,000.00')
    await press('启用，允许发放 1,000 张')
    await see('可发放')
  })

  it('locks the routes its purpose forbids, checks before it sends, and says what became of everybody', async () => {
    await open('/campaigns/new')
    await page.getByLabel('活动名称').fill('周末满39减5')
    await page.getByRole('radio', { name: '营销消息' }).click()
    await page.click('[data-next]')
    // Saved a moment ago, and counted by whoever saved it.
    expect(await page.getByRole('radio', { name: '积分多的' }).textContent()).toContain('1 人')
    await page.getByRole('radio', { name: '积分多的' }).click()
    await page.click('[data-next]')
    await page.getByRole('radio', { name: '满39减5生鲜券' }).click()
    await page.click('[data-next]')
    expect(await page.getByRole('radio', { name: '公众号模板消息' }).isDisabled()).toBe(true)
    await page.getByRole('radio', { name: '小程序订阅消息' }).click()
    await page.click('[data-next]')
    await page.getByLabel('有效期至').last().fill('2026-12-31 22:00')
    await page.keyboard.press('Enter')
    expect(await page.locator('.phone').textContent()).toContain('满39减5')
    await page.click('[data-next]')
    await page.click('[data-next]')
    await see('1 = 1')
    await page.click('[data-launch]')
    await see('1 张券立刻进入券包，面额合计 ¥5.00')
    await page.click('[data-act]')
    await page.waitForURL(/campaigns\/[0-9A-Z]{26}$/)
    await place.settle()
    await expect.poll(async () => page.locator('main').textContent(), { timeout: 20_000 }).toContain('已完成')
    expect(await page.locator('.bars').textContent()).toMatch(/已到券包.*1.*已送达微信.*1/)
    await open(`/members/${memberId}?tab=coupons`)
    await see('满39减5生鲜券')
    await see('未使用')
    await open(`/members/${memberId}?tab=reach`)
    await see('周末满39减5')
    await see('已送达微信')
  })
})

describe('the desk', () => {
  it('shows who waits with the member beside it; the answer tells its way and fate', async () => {
    place.wechat.actions.say(shopper, place.official, '昨天买的鸡蛋破了两个')
    await place.settle()
    await open('/tickets')
    await page.locator('.row').filter({ hasText: '鸡蛋' }).click()
    await page.locator('.bubble').filter({ hasText: '昨天买的鸡蛋破了两个' }).waitFor()
    await see('看会员 360°')
    await see('走公众号客服消息')
    await page.getByLabel('写回复').fill('带上小票到服务台换新')
    await page.keyboard.press('Control+Enter')
    await page.locator('.bubble').filter({ hasText: '带上小票到服务台换新' }).waitFor()
    await place.settle()
    await expect.poll(async () => page.locator('.messages').textContent(), { timeout: 20_000 }).toContain('已送达微信')
    await press('关闭工单')
    expect(await shows('重新打开后可以继续回复')).toBe(true)
  })
})

describe('staff', () => {
  let once = ''
  it('are added with a one-time password that is shown once', async () => {
    await open('/staff')
    await press('添加员工')
    await page.getByLabel('姓名', { exact: true }).last().fill('李店长')
    await page.getByLabel('用户名').last().fill('manager')
    await page.getByRole('radio', { name: '店长' }).check({ force: true })
    await press('添加并生成一次性密码')
    await see('请至少选一家门店')
    await page.locator('.el-drawer .el-select').click()
    await page.getByRole('option').filter({ hasText: 'S01' }).click()
    await page.keyboard.press('Escape')
    await press('添加并生成一次性密码')
    await see('关闭后无法再次查看')
    once = (await page.locator('.secret .zg-num').textContent()) ?? ''
    expect(once.length).toBeGreaterThan(10)
    await press('我已转交')
    await see('待改密码')
  })

  it('set their own password first, and see only what their role may', async () => {
    const theirs = await browser.newPage({ viewport: { width: 1024, height: 768 }, locale: 'zh-CN' })
    await theirs.goto(`${place.shop.url}/`)
    await theirs.getByLabel('用户名').fill('manager')
    await theirs.getByLabel('密码', { exact: true }).fill(once)
    await theirs.getByRole('button', { name: '登录' }).click()
    await theirs.getByText('一次性密码只能用来登录这一次').waitFor()
    await theirs.locator('input[name=current]').fill(once)
    await theirs.locator('input[name=next]').fill('my own long words')
    await theirs.locator('input[name=again]').fill('my own long words')
    await theirs.getByRole('button', { name: '修改密码' }).click()
    await theirs.getByText('密码已修改').waitFor()
    const rail = (await theirs.locator('nav').first().textContent()) ?? ''
    expect(rail).toContain('会员')
    expect(rail).not.toContain('操作记录')
    await theirs.goto(`${place.shop.url}/audit`)
    await theirs.getByText('需要「查看操作记录」权限').waitFor()
    await theirs.goto(`${place.shop.url}/members`)
    // No store of theirs, so no member of the chain is theirs to see.
    await theirs.getByText('还没有会员').waitFor()
    await theirs.close()
  })
})

describe('every room', () => {
  const rooms = [
    '/',
    '/members',
    '/segments',
    '/campaigns',
    '/coupons',
    '/tickets',
    '/imports',
    '/imports?tab=imports',
    '/imports?tab=mappings',
    '/imports/quarantine',
    '/staff',
    '/audit',
  ]
  it.each(['zh-CN', 'en'])('fits 1024 pixels and has no bare key (%s)', async language => {
    await page.evaluate(kept => localStorage.setItem('zg.preferences', JSON.stringify(kept)), {
      language,
      theme: 'dark',
      railOpen: true,
      columns: {},
    })
    await page.setViewportSize({ width: 1024, height: 768 })
    for (const room of rooms) {
      await open(room)
      await page.locator('main :text-matches(".")').first().waitFor()
      await page.waitForLoadState('networkidle')
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'))
      const text = await page.locator('body').innerText()
      expect(width, room).toBeLessThanOrEqual(1024)
      expect(
        text.match(
          /\b(?:app|kit|members|campaigns|coupons|segments|tickets|erp|overview|staff)\.[a-z]+(?:\.[A-Za-z]+)+/g,
        ),
        room,
      ).toBeNull()
    }
  })

  it('never complained in the console', () => {
    expect(complaints).toEqual([])
  })
})
