import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { officialAccount } from '../sandbox/accounts.ts'
import { contracts } from '../server/contracts.ts'
import { inTransaction } from '../server/kernel/db.ts'
import type { Operation } from '../server/kernel/http/contract.ts'
import { campaignsApi } from '../server/modules/campaigns/contract.ts'
import { couponsApi } from '../server/modules/coupons/contract.ts'
import { membersApi } from '../server/modules/members/contract.ts'
import { membersRepository } from '../server/modules/members/repository/members.ts'
import { segmentsApi } from '../server/modules/segments/contract.ts'
import { rewardsApi } from '../server/modules/rewards/contract/index.ts'
import { ROLE_PERMISSIONS, ROLES, type Role } from '../server/modules/staff/contract.ts'
import { ticketsApi } from '../server/modules/tickets/contract.ts'
import { tillApi } from '../server/modules/till/contract.ts'
import { tillDeskApi } from '../server/modules/till/contract/desk-api.ts'
import { stage, type Stage } from './support/stage.ts'
import type { StaffUser } from './support/world.ts'

/**
 * Row scope: every list and every count is asked as every role. One shop has two stores, 西店 and 东店, with the same
 * things in each; who works in 西店 must never see a word of 东店, and headquarters sees both.
 */
const [WEST, EAST] = ['WEST1', 'EAST1']
/** Set where a store's own words are sought in replies. */
const marks: Record<string, Set<string>> = { [WEST]: new Set([WEST]), [EAST]: new Set([EAST]) }
/** Ids to put into paths, by the name of the parameter. */
const ids: Record<string, Record<string, string>> = { [WEST]: {}, [EAST]: {} }
let on: Stage
const people = new Map<string, StaffUser>()

async function furnish(store: string, name: string): Promise<void> {
  const { shop } = on
  const owner = people.get(`owner ${store}`) ?? (await shop.as('owner'))
  const mark = (key: string, value: string): string => {
    ids[store] = { ...ids[store], [key]: value }
    marks[store]?.add(value)
    return value
  }
  const person = on.person(`${name}顾客`)
  on.wechat.actions.follow(person, on.official)
  const { memberId, headers } = await on.enrols(person)
  mark('memberId', memberId)
  await inTransaction(shop.db, async tx => {
    await membersRepository(tx).moveHome(memberId, store, shop.clock.now())
    await membersRepository(tx).update(memberId, { enrolledStoreCode: store })
  })
  const asked = await owner
    .call(membersApi)
    .exportMember({ params: { memberId }, body: { evidence: 'idCard', note: `${name}身份证` } })
  mark('requestId', asked.requestId)
  const { member } = await shop.call(membersApi, headers).me()
  const cardNo = member?.cardNo ?? ''
  marks[store]?.add(cardNo)

  const sale = await inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: store,
      tillCode: '1',
      businessDate: '2026-11-21',
      receiptNo: `${store}-R1`,
      type: 'sale',
      businessAt: shop.clock.now(),
      memberRef: { kind: 'card', value: cardNo },
      lines: [{ productCode: 'P1', name: '上海青', quantity: '2', unitPrice: '30' }],
    }),
  )
  mark('documentId', sale.id)
  marks[store]?.add(`${store}-R1`)
  // A sale finds its member by the card once it is settled.
  await shop.drain()
  await shop.call(tillDeskApi, headers).askInvoice({
    params: { documentId: sale.id },
    body: { kind: 'company', title: `${name}公司`, taxNo: '91330106MA2AX7Q458', email: 'caiwu@hemu.example' },
  })
  marks[store]?.add(`${name}公司`)
  const { till } = await owner
    .call(tillApi)
    .registerTill({ body: { storeCode: store, tillCode: '9', name: `${name}收银机` } })
  mark('tillId', till.tillId)

  const ticket = await shop
    .call(ticketsApi, headers)
    .submit({ body: { key: `ticket-of-${store}`, kind: 'complaint', text: `${name}的问题`, storeCode: store } })
  mark('ticketId', ticket.id)
  marks[store]?.add(`${name}的问题`)

  const marketer = await shop.as('marketer', { stores: [store], name: `${name}运营` })
  mark('staffId', marketer.staffId)
  const segment = await marketer.call(segmentsApi).create({ body: { name: `${name}人群`, rules: {} } })
  mark('segmentId', segment.id)
  const template = await owner
    .call(couponsApi)
    .createTemplate({ body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 10 } })
  await owner.call(couponsApi).activateTemplate({ params: { templateId: template.templateId } })
  const campaign = await marketer.call(campaignsApi).create({
    body: {
      name: `${name}活动`,
      purpose: 'marketing',
      segmentId: segment.id,
      couponTemplateId: template.templateId,
      route: 'none',
    } as never,
  })
  mark('campaignId', campaign.id)
  await marketer.call(campaignsApi).launch({ params: { campaignId: campaign.id } })
  await on.settle()
  const coupon = await shop.db
    .selectFrom('coupon')
    .select(['id', 'code'])
    .where('memberId', '=', memberId)
    .executeTakeFirst()
  if (coupon !== undefined) {
    mark('couponId', coupon.id)
    marks[store]?.add(coupon.code)
  }
  await furnishRewards(store, memberId)
  // Each store's member exchanges something to be picked up there, and draws once.
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `points-of-${store}`, memberId, points: 500 }]),
  )
  const rewards = owner.call(rewardsApi)
  const { productId } = await rewards.createProduct({ body: { name: '抽纸', kind: 'goods', points: 100, stock: 9 } })
  await rewards.switchProduct({ params: { productId }, body: { state: 'on' } })
  const mine = shop.call(rewardsApi, headers)
  const exchange = await mine.exchange({
    params: { productId },
    body: { key: `exchange-of-${store}`, way: 'pickUp', storeCode: store },
  })
  mark('orderId', exchange.orderId)
  const now = shop.clock.now().getTime()
  const { lotteryId } = await rewards.createLottery({
    body: {
      name: '店庆抽奖',
      organiser: '禾谷生鲜',
      rules: '每位会员每天可免费抽一次。',
      opensAt: new Date(now - 1000).toISOString(),
      closesAt: new Date(now + 86_400_000).toISOString(),
      budgetFen: 1000,
      prizes: [{ name: '积分', kind: 'points', points: 1, odds: 1, stock: 1 }],
    },
  })
  await rewards.publishLottery({ params: { lotteryId } })
  const drawn = await mine.draw({ params: { lotteryId }, body: { key: `draw-of-${store}`, way: 'free' } })
  // A lottery is the whole chain's, its draws are not.
  ids[store] = { ...ids[store], productId, lotteryId }
  marks[store]?.add(drawn.drawId)
  marks[store]?.add(name)
}

/** What the member of a store has had of birthdays, invitations and surveys. */
async function furnishRewards(store: string, memberId: string): Promise<void> {
  const { db, clock, kernel } = on.shop
  const surveyId = 'SURVEY'.padEnd(26, '0')
  const at = clock.now()
  if (ids[WEST]?.['surveyId'] === undefined && ids[EAST]?.['surveyId'] === undefined)
    await db
      .insertInto('survey')
      .values({
        id: surveyId,
        title: '购物怎么样',
        intro: '',
        questionsJson: JSON.stringify([{ id: 'q1', kind: 'text', title: '想说的' }]),
        asked: 'link',
        askDays: 7,
        points: 0,
        state: 'open',
        createdBy: 'S'.padEnd(26, '0'),
        createdAt: at,
      })
      .execute()
  for (const own of [ids[WEST], ids[EAST]]) if (own !== undefined) own['surveyId'] = surveyId
  const words = `${store} 的话`
  marks[store]?.add(words)
  await db
    .insertInto('survey_answer')
    .values({
      id: kernel.newId(),
      surveyId,
      memberId,
      storeCode: store,
      answersJson: JSON.stringify([{ questionId: 'q1', text: words }]),
      at,
    })
    .execute()
  const day = '2026-11-22'
  await db
    .insertInto('birthday_gift')
    .values({
      memberId,
      year: 2026,
      birthday: day,
      givenOn: day,
      points: 1,
      coupons: 0,
      storeCode: store,
      version: 1,
      at,
    })
    .execute()
  await db
    .insertInto('referral')
    .values({
      inviteeId: memberId,
      inviterId: memberId,
      version: 1,
      state: 'waiting',
      marks: '',
      deviceHash: store,
      openid: store,
      storeCode: store,
      enrolledOn: day,
      dueOn: day,
      at,
    })
    .execute()
}

beforeAll(async () => {
  on = await stage()
  await furnish(WEST, '西店')
  await furnish(EAST, '东店')
  for (const role of ROLES) {
    people.set(
      role,
      await on.shop.as(role, role === 'owner' ? { name: '店主' } : { stores: [WEST], name: `西店${role}` }),
    )
  }
  people.set('headquarters', await on.shop.as('analyst', { name: '总部' }))
}, 120_000)
afterAll(() => on.close())

const lists = contracts.flatMap(({ module, operations }) =>
  Object.entries<Operation>(operations)
    .filter(
      ([, { method, access, raw, path }]) =>
        method === 'GET' && access.startsWith('staff:') && raw !== true && path.startsWith('/admin/'),
    )
    .map(([name, operation]) => ({ name: `${module}.${name}`, ...operation })),
)

async function ask(
  user: StaffUser,
  path: string,
  store: string,
  query = '',
): Promise<{ status: number; text: string }> {
  const filled = path.replaceAll(/:(\w+)/g, (_, key: string) => ids[store]?.[key] ?? 'NOSUCHIDNOSUCHIDNOSUCHIDNO')
  const reply = await fetch(`${on.shop.url}/api${filled}${query}`, { headers: { cookie: user.session.cookie } })
  return { status: reply.status, text: await reply.text() }
}

/** What some lists cannot be asked without; others would not understand it. */
const DAYS = '?from=2026-11-01&to=2026-11-22'
const FULL = `${DAYS}&date=2026-11-22&day=2026-11-22&appId=${officialAccount.appId}&kind=image`
const OF_TILL = `?storeCode=${WEST}&tillCode=9`
const foreign = (text: string): string[] => [...(marks[EAST] ?? [])].filter(word => text.includes(word))

describe.each(ROLES.filter(role => role !== 'owner'))('%s of one store', role => {
  const user = (): StaffUser => people.get(role) as StaffUser
  const may = (access: string): boolean =>
    (ROLE_PERMISSIONS[role] as readonly string[]).includes(access.slice('staff:'.length))

  // oxlint-disable-next-line vitest/expect-expect -- the rule does not look into a loop
  it.each(lists.filter(({ path }) => !path.includes(':')))(
    '$name shows nothing of the other store',
    async ({ path, access }) => {
      const answers: number[] = []
      for (const query of ['', DAYS, FULL, OF_TILL]) {
        const { status, text } = await ask(user(), path, WEST, query)
        answers.push(status)
        if (!may(access)) expect(status).toBe(403)
        else if (status !== 400) expect([status, foreign(text)]).toEqual([200, []])
      }
      if (may(access)) expect(answers, 'asked so that it answers').toContain(200)
    },
  )

  it.each(lists.filter(({ path }) => /:\w+Id/.test(path)))(
    '$name does not open what is the other store’s',
    async ({ path, access, name }) => {
      const { status, text } = await ask(user(), path, EAST)
      if (!may(access)) expect(status).toBe(403)
      else if (status === 200) {
        // A list below something foreign may be empty, but never speak of it.
        expect([name, foreign(text)]).toEqual([name, []])
      } else expect([404, 403], name).toContain(status)
    },
  )
})

describe('headquarters', () => {
  it.each([
    'members.list',
    'sales.documents',
    'segments.list',
    'campaigns.list',
    'staff.list',
    'till.tills',
    'tillDesk.invoiceRequests',
    'tickets.list',
  ])('%s shows both stores', async name => {
    const operation = lists.find(list => list.name === name)
    if (operation === undefined) throw new Error(`no such list: ${name}`)
    const user = people.get('owner') as StaffUser
    const { text } = await ask(user, operation.path, WEST)
    for (const store of [WEST, EAST])
      expect([store, [...(marks[store] ?? [])].some(word => text.includes(word))]).toEqual([store, true])
  })
})

describe('counts', () => {
  it('a segment counts only the members of one’s stores', async () => {
    const count = async (role: string): Promise<number> =>
      (await (people.get(role) as StaffUser).call(segmentsApi).preview({ body: { rules: {} } })).count
    expect([await count('storeManager'), await count('owner')]).toEqual([1, 2])
  })
  it('the members’ summary counts only those', async () => {
    const roles: Role[] = ['storeManager', 'owner']
    const totals = await Promise.all(
      roles.map(
        async role =>
          await (people.get(role) as StaffUser)
            .call(membersApi)
            .summary({ query: { from: '2026-11-01', to: '2026-12-31' } }),
      ),
    )
    expect(totals.map(({ total }) => total)).toEqual([1, 2])
  })
})
