import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { COMPENSATION_ALONE } from '../../../server/modules/coupons/contract/compensations.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { memberClosed } from '../../../server/modules/members/events.ts'
import { addMembers } from '../points/people.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { eventFaults, newTemplate } from './coupons.ts'

const NOON = '2026-11-22T04:00:00.000Z'
let shop: World
let agent: StaffUser
let marketer: StaffUser
let member = ''
beforeAll(async () => {
  shop = await world({ DATABASE_POOL: '24' })
  ;[agent, marketer] = [await shop.as('agent', { name: '小林' }), await shop.as('marketer', { name: '运营' })]
})
afterAll(() => shop.close())
beforeEach(async () => {
  shop.clock.set(NOON)
  for (const table of ['coupon_allowance', 'coupon_compensation'] as const) await shop.db.deleteFrom(table).execute()
  ;[member = ''] = await addMembers(shop, 1)
})

let numbers = 0
const key = (): string => `form-${String((numbers += 1)).padStart(6, '0')}`
type Asked = Parameters<ReturnType<typeof couponApi>['compensate']>[0]['body']
const couponApi = (user: StaffUser) => user.call(couponsApi)
const give = (templateId: string, more: Partial<Asked> & { to?: string; by?: StaffUser } = {}) => {
  const { to = member, by = agent, ...body } = more
  return couponApi(by).compensate({
    params: { memberId: to },
    body: { key: key(), templateId, reason: 'quality', note: '酸奶过期', ...body },
  })
}
const decide = (user: StaffUser, compensationId: string, agree: boolean) =>
  couponApi(user).decideCompensation({ params: { compensationId }, body: { agree, note: '看过照片' } })
const left = async (user = agent): Promise<number> => (await couponApi(user).allowance({})).left
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const wallet = (memberId = member) => shop.modules.coupons.ofMember(shop.db, memberId)

test('a coupon within the limit is in the wallet at once, and its ledger says who gave it and why', async () => {
  const templateId = await newTemplate(shop)
  expect(await give(templateId)).toMatchObject({
    state: 'given',
    worth: 500,
    templateName: '满39减5',
    requestedByName: '小林',
    note: '酸奶过期',
  })
  const [coupon] = await wallet()
  expect(coupon).toMatchObject({ state: 'issued', templateId })
  const { items } = await couponApi(marketer).couponEvents({ params: { couponId: coupon?.id ?? '' } })
  expect(items).toMatchObject([{ kind: 'issue', staffId: agent.staffId, note: '酸奶过期' }])
  expect(await left()).toBe(COMPENSATION_ALONE.day - 500)
  const log = await shop.db.selectFrom('audit_entry').selectAll().where('action', '=', 'coupons.compensate').execute()
  expect(log).toMatchObject([{ actorId: agent.staffId, subjectId: member, reason: '酸奶过期' }])
  expect(await eventFaults(shop)).toEqual([])
})

test('above one coupon’s limit, or where nobody can say what it takes off, a second person agrees, and nobody to their own', async () => {
  const templates = [
    await newTemplate(shop, { amountOff: COMPENSATION_ALONE.each + 1 }),
    await newTemplate(shop, { amountOff: 0, columns: { kind: 'percentOff', payPercent: 90 } }),
  ]
  for (const templateId of templates) {
    const { compensationId, state } = await give(templateId)
    expect(state).toBe('waiting')
    expect((await wallet()).filter(one => one.templateId === templateId)).toEqual([])
    expect(await failure(decide(agent, compensationId, true))).toBe('common.forbidden')
    const answers = await Promise.allSettled([1, 2, 3].map(() => decide(marketer, compensationId, true)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [coupon, ...more] = (await wallet()).filter(one => one.templateId === templateId)
    expect([coupon?.state, more.length]).toEqual(['issued', 0])
  }
  expect(await left()).toBe(COMPENSATION_ALONE.day)
  const own = await give(templates[0] ?? '', { by: marketer })
  expect(await failure(decide(marketer, own.compensationId, true))).toBe('coupons.compensationOwn')
  expect(await decide(await shop.as('owner'), own.compensationId, false)).toMatchObject({
    state: 'refused',
    decision: '看过照片',
    couponId: null,
  })
  expect(await wallet()).toHaveLength(2)
})

test('many small ones at once are as one large: nobody passes the day’s limit, and no room is left that one would have fitted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(500, 1500, 2000, 2500, 1900), { minLength: 4, maxLength: 16 }),
      async worths => {
        await shop.db.deleteFrom('coupon_allowance').execute()
        await shop.db.deleteFrom('coupon_compensation').execute()
        const [person = ''] = await addMembers(shop, 1)
        const templates = new Map<number, string>()
        for (const worth of new Set(worths))
          templates.set(worth, await newTemplate(shop, { amountOff: worth, perMemberLimit: 99 }))
        const told = await Promise.all(worths.map(worth => give(templates.get(worth) ?? '', { to: person })))
        const given = told.filter(({ state }) => state === 'given')
        const sum = given.reduce((all, { worth }) => all + worth, 0)
        expect(sum).toBeLessThanOrEqual(COMPENSATION_ALONE.day)
        expect(await left()).toBe(COMPENSATION_ALONE.day - sum)
        for (const { state, worth } of told)
          if (state === 'waiting' && worth <= COMPENSATION_ALONE.each)
            expect(sum + worth).toBeGreaterThan(COMPENSATION_ALONE.day)
        const coupons = await wallet(person)
        expect(coupons.map(({ id }) => id).toSorted()).toEqual(given.map(({ couponId }) => couponId).toSorted())
      },
    ),
    { numRuns: 10 },
  )
  shop.clock.set('2026-11-23T04:00:00.000Z')
  expect(await left()).toBe(COMPENSATION_ALONE.day)
}, 120_000)

test('one form gives one coupon, however often it is sent; the same form for another coupon is refused', async () => {
  const [templateId, other] = [await newTemplate(shop, { perMemberLimit: 9 }), await newTemplate(shop)]
  const form = key()
  const told = await Promise.all(Array.from({ length: 12 }, () => give(templateId, { key: form })))
  expect(new Set(told.map(({ compensationId }) => compensationId)).size).toBe(1)
  expect(await wallet()).toHaveLength(1)
  expect(await left()).toBe(COMPENSATION_ALONE.day - 500)
  expect(await failure(give(other, { key: form }))).toBe('coupons.compensationKey')
})

test('what cannot be given costs nothing and leaves nothing: none left, the member’s limit, a template that ended', async () => {
  const gone = await newTemplate(shop, { stock: 1 })
  await give(gone)
  expect(await failure(give(gone, { to: (await addMembers(shop, 1))[0] ?? '' }))).toBe('coupons.compensationStock')
  expect(await failure(give(await newTemplate(shop, { state: 'ended' })))).toBe('coupons.notActive')
  const once = await newTemplate(shop)
  await give(once)
  expect(await failure(give(once))).toBe('coupons.compensationLimit')
  expect(await left()).toBe(COMPENSATION_ALONE.day - 1000)
  expect((await couponApi(agent).compensations({ query: { memberId: member } })).items).toHaveLength(2)

  // Agreed to when none are left any more: it waits on, and can be refused.
  const large = await newTemplate(shop, { amountOff: 9900, stock: 1 })
  const [first, second] = [await give(large), await give(large, { to: (await addMembers(shop, 1))[0] ?? '' })]
  await decide(marketer, first.compensationId, true)
  expect(await failure(decide(marketer, second.compensationId, true))).toBe('coupons.compensationStock')
  expect(await decide(marketer, second.compensationId, false)).toMatchObject({ state: 'refused' })
  expect(await eventFaults(shop)).toEqual([])
})

test('who works for some stores gives to their members only and sees theirs only; who has left gets nothing', async () => {
  const templateId = await newTemplate(shop, { perMemberLimit: 9 })
  const [theirs = '', others = ''] = [
    ...(await addMembers(shop, 1, { homeStoreCode: 'S02' })),
    ...(await addMembers(shop, 1, { homeStoreCode: 'S01' })),
  ]
  const manager = await shop.as('storeManager', { stores: ['S02'] })
  await give(templateId, { to: theirs })
  await give(templateId, { to: others })
  expect(await failure(give(templateId, { to: others, by: manager }))).toBe('members.notFound')
  expect(await give(templateId, { to: theirs, by: manager })).toMatchObject({ state: 'given' })
  expect((await couponApi(manager).compensations({ query: {} })).items.map(({ memberId }) => memberId)).toEqual([
    theirs,
    theirs,
  ])
  expect((await couponApi(agent).compensations({ query: {} })).items).toHaveLength(3)
  expect(await failure(give(templateId, { by: await shop.as('cashier') }))).toBe('common.forbidden')

  await shop.db.updateTable('member').set({ state: 'closed' }).where('id', '=', others).execute()
  expect(await failure(give(templateId, { to: others }))).toBe('coupons.memberGone')
  await inTransaction(shop.db, tx => publish(tx, memberClosed, { memberId: theirs }))
  await shop.drain()
  const notes = await shop.db.selectFrom('coupon_compensation').select(['memberId', 'note']).execute()
  expect(notes.filter(({ memberId }) => memberId === theirs).map(({ note }) => note)).toEqual(['', ''])
})

test('another reason is written down: the server asks for it as the form does, and says which field', async () => {
  const templateId = await newTemplate(shop)
  for (const note of ['', ' 好 ']) {
    const refused: unknown = await give(templateId, { reason: 'other', note }).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'common.invalidRequest',
      reply: {
        details: { fields: [{ where: 'body.note', message: expect.stringMatching(/至少两个字 \/ .*two characters/) }] },
      },
    })
  }
  expect(await wallet()).toEqual([])
  expect(await give(templateId, { reason: 'other', note: '停电' })).toMatchObject({ state: 'given', reason: 'other' })
  // A reason of the list speaks for itself.
  expect(await give(await newTemplate(shop), { note: '' })).toMatchObject({ state: 'given', note: '' })
})
