import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepMedia } from '../../sandbox/wechat/media.ts'
import { qrPng } from '../../sandbox/wechat/picture.ts'
import { ticketsApi } from '../../server/modules/tickets/contract.ts'
import { type Stage, stage } from '../support/stage.ts'

let place: Stage
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  place = await stage()
  place.person('王秀英')
  place.person('李敏')
  browser = await chromium.launch({
    // oxlint-disable-next-line node/no-process-env
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(`${place.wechat.url}/`)
})
afterAll(async () => {
  await browser.close()
  await place.close()
})

const ask = async (method: string, path: string, body: unknown): Promise<Record<string, unknown>> =>
  (await (await fetch(place.wechat.url + path, { method, body: JSON.stringify(body) })).json()) as Record<
    string,
    unknown
  >

const shows = async (where: string, text: string): Promise<boolean> => {
  const found = page.locator(where).getByText(text, { exact: false }).first()
  await found.waitFor()
  return found.isVisible()
}

it('a shopper follows, is welcomed, writes, and reads the agent’s answer the moment it comes', async () => {
  await page.click('[data-tab=contacts]')
  await page.click('.cell')
  await page.click('[data-act=follow]')
  await page.waitForSelector('.first .chat')
  // The welcome is the answer to the push, or comes right after it where the shop needs a moment longer.
  await place.settle()
  expect(await shows('.glass', '欢迎光临')).toBe(true)

  await page.click('[data-act=toggle]')
  await page.fill('.writer input', '昨天买的鸡蛋破了两个')
  await page.keyboard.press('Enter')
  expect(await shows('.glass', '昨天买的鸡蛋破了两个')).toBe(true)
  await place.settle()

  const agent = (await place.shop.as('agent')).call(ticketsApi)
  const { items } = await agent.list({ query: {} })
  const ticketId = items[0]?.id ?? ''
  await agent.answer({ params: { ticketId }, body: { text: '带上小票到服务台换新', key: 'phone-answer-1' } })
  await place.settle()
  expect(await shows('.glass', '带上小票到服务台换新')).toBe(true)
})

it('another phone knows nothing of it', async () => {
  await page.click('.person >> text=李敏')
  expect(await shows('.glass', '还没有消息')).toBe(true)
})

it('a text message pops up as a banner, and is counted at the person', async () => {
  await page.click('[data-tab=discover]')
  const phone = [...place.wechat.world.people.values()].find(one => one.name === '李敏')?.phone
  await fetch(`${place.wechat.url}/sms/send`, {
    method: 'POST',
    body: JSON.stringify({ phone, text: '您的验证码是 482913' }),
  })
  expect(await shows('.banner', '482913')).toBe(true)
  expect(await shows('.person.chosen .badge', '1')).toBe(true)
  await page.click('.banner')
  expect(await shows('.chat.sms', '482913')).toBe(true)
})

const tap = (selector: string) => page.click(`.first ${selector}`)

it('every kind of message stands on the phone as WeChat draws it, and an answer of a menu is tapped', async () => {
  const [one] = [...place.wechat.world.people.values()]
  if (one === undefined) throw new Error('nobody')
  const appId = place.official.appId
  await page.click('.person >> text=王秀英')
  await tap(`[data-thread=${appId}]`)
  const picture = keepMedia(place.wechat.world, appId, { type: 'image', name: 'a.png', bytes: qrPng('x', 200) })
  const voice = keepMedia(place.wechat.world, appId, { type: 'voice', name: 'a.mp3', bytes: Buffer.from('x') })
  const film = keepMedia(place.wechat.world, appId, { type: 'video', name: 'a.mp4', bytes: Buffer.from('x') })
  place.wechat.world.settings.messageWindowCount = 20
  place.wechat.actions.say(one, place.official, '在吗')
  const { access_token: token } = await ask('POST', '/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid: appId,
    secret: place.official.secret,
  })
  const send = (msgtype: string, body: object) =>
    ask('POST', `/cgi-bin/message/custom/send?access_token=${String(token)}`, {
      touser: one.openids[appId],
      msgtype,
      [msgtype]: body,
    })
  const thumb_media_id = picture.mediaId
  await send('image', { media_id: picture.mediaId })
  await send('voice', { media_id: voice.mediaId })
  await send('video', { media_id: film.mediaId, thumb_media_id, title: '新店开业' })
  await send('music', {
    title: '好日子',
    description: '',
    musicurl: 'http://a',
    hqmusicurl: 'http://a',
    thumb_media_id,
  })
  await send('news', { articles: [{ title: '会员日', description: '周五', url: 'https://a.example', picurl: '' }] })
  await send('miniprogrampage', {
    title: '领券',
    appid: place.mini.appId,
    pagepath: 'pages/wallet/wallet',
    thumb_media_id,
  })
  await send('wxcard', { card_id: 'pCard' })
  await send('link', { title: '怎么选菜', description: '', url: 'https://a.example', thumb_url: '' })
  await send('msgmenu', { head_content: '满意吗？', list: [{ id: '101', content: '满意' }], tail_content: '' })
  await page.waitForSelector('.first [data-choice="101"]')
  for (const kind of [
    '.photo',
    '.bubble.voice',
    '.film',
    '.plate.music',
    '.news',
    '.program',
    '.coupon',
    '.plate',
    '.choices',
  ])
    expect(await page.locator(`.first ${kind}`).first().boundingBox(), kind).toMatchObject({
      width: expect.any(Number),
    })
  const heights = await page.locator('.first .talk > *').evaluateAll(all => all.map(each => each.clientHeight))
  expect(Math.min(...heights)).toBeGreaterThan(10)
  await tap('[data-choice="101"]')
  await expect.poll(() => page.locator('.first .said.mine .bubble').last().textContent()).toBe('满意')
  await place.wechat.pushes.settled()
  const pushed = place.wechat.world.journal.newest(5).find(entry => entry.plain?.includes('bizmsgmenuid'))
  expect(pushed?.plain).toContain('<bizmsgmenuid><![CDATA[101]]></bizmsgmenuid>')
})

it('总是保持以上选择: the pop-up is not shown again, and each answer is worth one message', async () => {
  const [one] = [...place.wechat.world.people.values()]
  const key = `${place.official.appId} tmpl_points_arrived`
  await tap('.nav .more')
  await tap('[data-act=subscribe]')
  await tap('.ask-row.keep input')
  await tap('[data-act=allow]')
  await expect.poll(() => one?.choices[key]).toBe('accept')
  expect(one?.credits[key]).toBe(1)
  await tap('[data-act=subscribe]')
  await expect.poll(() => one?.credits[key]).toBe(2)
  expect(await page.locator('.first .sheet').count()).toBe(0)
})

it('a code that the shop made is scanned from the list, and a second phone stands beside', async () => {
  const code = await ask('POST', '/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid: place.official.appId,
    secret: place.official.secret,
  })
  await ask('POST', `/cgi-bin/qrcode/create?access_token=${String(code['access_token'])}`, {
    action_name: 'QR_LIMIT_STR_SCENE',
    action_info: { scene: { scene_str: 'shelf:A12' } },
  })
  await page.click('.person >> text=李敏')
  await tap('[data-tab=discover]')
  await tap('.tool')
  await tap('[data-scene="shelf:A12"]')
  const li = [...place.wechat.world.people.values()].find(one => one.name === '李敏')
  await expect.poll(() => li?.following[place.official.appId]?.scene).toBe('shelf:A12')
  const other = page.locator('.person', { hasText: '王秀英' })
  await other.hover()
  await other.locator('[data-beside]').click()
  const beside = page.frameLocator('.second iframe')
  await beside.locator('.chat-row').first().waitFor()
  await page.click('.put-away')
})

it('授权管理: what an account was let know is taken back in the settings, and the platform tells the account', async () => {
  await page.click('.person >> text=王秀英')
  await tap('[data-tab=me]')
  await tap('[data-act=subscriptions]')
  await tap('[data-act=take-back-8]')
  await page.locator('.first').getByText('已撤回').waitFor()
  await place.wechat.pushes.settled()
  const one = [...place.wechat.world.people.values()].find(person => person.name === '王秀英')
  const pushed = place.wechat.world.journal.newest(5).find(entry => entry.plain?.includes('user_authorization_revoke'))
  expect(JSON.parse(pushed?.plain ?? '{}')).toMatchObject({
    OpenID: one?.openids[place.mini.appId],
    AppID: place.mini.appId,
    RevokeInfo: '8',
  })
})

it('speaks English too, and nothing broke on the way', async () => {
  await page.click('.language')
  await page.getByText('Sandbox phone').waitFor()
  expect(complaints).toEqual([])
})
