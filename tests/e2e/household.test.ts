import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildMiniprogram, places } from '../../miniprogram/tools/build.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { inTransaction } from '../../server/kernel/db.ts'
import { membersApi } from '../../server/modules/members/contract.ts'
import { ledgerFaults } from '../modules/points/receipts.ts'
import { openPhone, type Phone } from '../support/miniprogram/browser.ts'
import { stage, type Stage } from '../support/stage.ts'

// What a family decides on its phones: who is in, who heads it, who leaves, and what becomes of the wallet.
interface Relative {
  readonly person: Person
  readonly memberId: string
  readonly headers: { authorization: string }
}
let on: Stage
const phones: Phone[] = []

beforeAll(async () => {
  await buildMiniprogram()
  on = await stage({ env: { MINIPROGRAM_HOST_DIR: places.host } })
}, 240_000)
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close()
}, 240_000)
afterAll(() => (on as Stage | undefined)?.close())

/** Opens a page of the mini-program on somebody's own phone. */
async function opens({ person }: Relative, page: string): Promise<Phone['page']> {
  const phone = await openPhone()
  phones.push(phone)
  await phone.page.addInitScript(`localStorage.setItem('miniprogram:${person.id}:__privacy-agreed', 'true')`)
  const query = new URLSearchParams({ sim: on.wechat.url, person: person.id, api: on.shop.url, appId: on.mini.appId, lang: 'zh_CN', page }) // prettier-ignore
  await phone.page.goto(`${on.shop.url}/m/?${query.toString()}`)
  // Nothing moves any more under the finger.
  await phone.page.waitForLoadState('networkidle')
  return phone.page
}
async function relative(name: string, points: number): Promise<Relative> {
  const person = on.person(name)
  const enrolled = await on.enrols(person)
  if (points > 0)
    await inTransaction(on.shop.db, tx =>
      on.shop.modules.points.grant(tx, [{ key: `family:${enrolled.memberId}`, memberId: enrolled.memberId, points }]),
    )
  return { person, ...enrolled }
}
const householdOf = ({ headers }: Relative) => on.shop.call(membersApi, headers).myHousehold()
const balance = async ({ memberId }: Relative): Promise<number> =>
  (await on.shop.modules.points.balances(on.shop.db, [memberId])).get(memberId) ?? 0
const stateOf = async ({ memberId }: Relative): Promise<string> =>
  (await on.shop.db.selectFrom('member').select('state').where('id', '=', memberId).executeTakeFirstOrThrow()).state
async function joins(head: Relative, other: Relative): Promise<void> {
  const { code } = await on.shop.call(membersApi, head.headers).inviteToHousehold()
  await on.shop.call(membersApi, other.headers).joinHousehold({ body: { code: code ?? '' } })
  await on.settle()
}
const family = 'packages/account/family/family'
// The button of the dialog, which says the act and lies over the page.
const sure = (page: Phone['page'], act: '移出' | '离开' | '解散'): Promise<void> =>
  page.getByText(act, { exact: true }).last().tap()

test('a head tells a word, somebody joins with it, and the points of both lie in one wallet', async () => {
  const [granny, ann] = [await relative('奶奶', 100), await relative('安', 30)]
  const head = await opens(granny, family)
  await head.getByText('邀请家人').tap()
  await head.getByText('邀请码', { exact: true }).waitFor()
  const word = (await householdOf(granny)).code ?? ''
  await head.getByText(word, { exact: true }).waitFor()
  const joining = await opens(ann, family)
  await joining.locator('wx-input input').fill(word)
  await joining.getByText('加入，积分转入家庭').tap()
  await joining.getByText(/^户主 /).waitFor()
  await on.settle()
  expect([await balance(granny), await balance(ann)]).toEqual([130, 0])
}, 240_000)

test('a head who leaves chooses who gets the wallet; who does not choose stays', async () => {
  const [granny, ann, bob] = [await relative('爷爷', 100), await relative('红', 0), await relative('明', 0)]
  await joins(granny, ann)
  await joins(granny, bob)
  const page = await opens(granny, family)
  await page.getByText('不再当户主').tap()
  await page.getByText('取消', { exact: true }).tap()
  expect(await householdOf(granny)).toMatchObject({ role: 'head' })
  await page.getByText('不再当户主').tap()
  await page
    .getByText(/^离开，把钱包交给/)
    .first()
    .tap()
  await page.getByText('积分留在家庭钱包，由户主使用').waitFor()
  await sure(page, '离开')
  await page.getByText('加入家人的账户').waitFor()
  await on.settle()
  expect(await householdOf(ann)).toMatchObject({ role: 'head', members: [{ memberId: bob.memberId }] })
  expect(await householdOf(granny)).toMatchObject({ role: 'none' })
  expect([await balance(granny), await balance(ann), await balance(bob)]).toEqual([0, 100, 0])
}, 240_000)

test('a member leaves and takes nothing along; a head sends somebody away, and dissolves what is left', async () => {
  const [granny, ann, bob, cat] = [
    await relative('外婆', 80),
    await relative('兰兰', 20),
    await relative('刚刚', 0),
    await relative('小小', 0),
  ]
  for (const one of [ann, bob, cat]) await joins(granny, one)
  const leaving = await opens(ann, family)
  await leaving.getByText('离开家庭', { exact: true }).tap()
  await sure(leaving, '离开')
  await leaving.getByText('加入家人的账户').waitFor()
  expect(await balance(granny)).toBe(100)

  const page = await opens(granny, family)
  await page.getByText('移出', { exact: true }).first().tap()
  await page.getByText('再想想', { exact: true }).waitFor()
  await sure(page, '移出')
  await expect.poll(async () => (await householdOf(granny)).members.length, { timeout: 30_000 }).toBe(1)
  await page.getByText('不再当户主').tap()
  await page.getByRole('option', { name: '解散家庭' }).tap()
  await sure(page, '解散')
  await page.getByText('加入家人的账户').waitFor()
  for (const one of [granny, bob, cat]) expect(await householdOf(one)).toMatchObject({ role: 'none' })
  expect(await balance(granny)).toBe(100)
}, 240_000)

test('a head closes the membership: who gets the wallet is asked on the same page, and the points are not lost', async () => {
  const [granny, ann] = [await relative('姥姥', 88), await relative('梅', 0)]
  await joins(granny, ann)
  const page = await opens(granny, 'packages/account/close/close')
  await page.getByText('家庭钱包交给').tap()
  await page.getByRole('option').first().tap()
  const act = page.getByText(/^注销会员，钱包交给/)
  await act.waitFor()
  await page.getByText('我已了解以上后果').tap()
  await act.tap()
  await page.getByText('买菜也有回报').waitFor()
  await on.settle()
  expect([await stateOf(granny), await stateOf(ann)]).toEqual(['closed', 'active'])
  expect(await balance(ann)).toBe(88)
  expect(await householdOf(ann)).toMatchObject({ role: 'head' })
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 240_000)
