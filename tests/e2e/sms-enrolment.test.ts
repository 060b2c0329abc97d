import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import { membersApi } from '../../server/modules/members/contract.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { stage, type Stage } from '../support/stage.ts'

// A shopper who does not give WeChat's phone number opens her card by a text message: the mini-program in Chromium, the
// real server, and the sandbox as WeChat and as the SMS gateway.
let on: Stage
let phone: Phone | undefined

beforeAll(async () => {
  await buildMiniprogram()
  on = await stage({ env: { MINIPROGRAM_HOST_DIR: places.host } })
}, 240_000)
afterEach(async () => {
  await phone?.close()
  phone = undefined
})
afterAll(() => (on as Stage | undefined)?.close())

const textsTo = (number: string): string[] =>
  on.wechat.world.sms.filter(one => one.phone === number).map(one => one.text)
const members = () => on.shop.db.selectFrom('member').select(['id', 'cardNo', 'source']).execute()

test('who refuses the phone button gets a code by SMS; a wrong code opens nothing, the right one opens the card', async () => {
  const person = on.person('周小云')
  phone = await openPhone()
  const { page } = phone
  await page.addInitScript(`localStorage.setItem('miniprogram:${person.id}:__privacy-agreed', 'true')`)
  const query = new URLSearchParams({
    sim: on.wechat.url,
    person: person.id,
    api: on.shop.url,
    appId: on.mini.appId,
    lang: 'zh_CN',
    page: 'packages/enrol/enrol/enrol',
  })
  await page.goto(`${on.shop.url}/m/?${query.toString()}`)

  await page.getByText('我已阅读并同意').tap()
  await page.getByText('手机号一键开卡').tap()
  await page.getByRole('button', { name: '不允许', exact: true }).tap()
  await page.getByText('可以改用短信验证码').waitFor()
  expect(textsTo(person.phone)).toEqual([])

  await page.getByPlaceholder('11 位手机号').fill(person.phone)
  await page.getByText('获取验证码').tap()
  await page.getByText('验证码已发送').waitFor()
  await page.getByText(/\d+ 秒后重发/).waitFor()
  await expect.poll(() => textsTo(person.phone).length).toBe(1)
  const code = /\d{6}/.exec(textsTo(person.phone)[0] ?? '')?.[0] ?? ''
  expect(code).toMatch(/^\d{6}$/)

  const wrong = code === '000000' ? '111111' : '000000'
  await page.getByPlaceholder('6 位数字').fill(wrong)
  await page.getByText('开卡', { exact: true }).last().tap()
  await page.getByText('验证码不对').first().waitFor()
  await expect.poll(async () => (await members()).length).toBe(0)

  await page.getByPlaceholder('6 位数字').fill(code)
  await page.getByText('开卡', { exact: true }).last().tap()
  await page.getByText('开卡成功').waitFor()
  const [member, ...others] = await members()
  expect(others).toEqual([])
  expect(await page.getByText((member?.cardNo ?? 'no card').replaceAll(/(.{4})(?=.)/g, '$1 ')).count()).toBeGreaterThan(
    0,
  )
  // The number that was proved is hers, sealed: the desk finds her by it.
  const owner = await on.shop.as('owner')
  const found = await owner.call(membersApi).list({ query: { search: person.phone } })
  expect(found.items.map(one => one.memberId)).toEqual([member?.id])
})
