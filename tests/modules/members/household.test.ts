import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

type Person = Awaited<ReturnType<typeof newMember>>
let shop: ShopWithPeople
let granny: Person
let ann: Person
let bob: Person
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const seen = { evidence: 'idCard', note: '两位都到场，身份证一致' } as const
const balances = async (...people: Person[]): Promise<number[]> => {
  const all = await shop.modules.points.balances(
    shop.db,
    people.map(one => one.memberId),
  )
  return people.map(one => all.get(one.memberId) ?? 0)
}
const grant = (memberId: string, points: number, expiresOn?: string) =>
  inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `grant:${memberId}:${points}`, memberId, points, expiresOn }]),
  )
const householdOf = (person: Person) => person.call(membersApi).myHousehold()
const manager = async (stores: string[]) => (await shop.as('storeManager', { stores })).call(membersApi)

/** Granny heads a household of three, whose wallet holds a hundred points that live until New Year's Eve. */
beforeEach(async () => {
  const people = []
  for (const name of ['奶奶', '安', '波']) people.push(await newMember(shop, { name, storeCode: 'S01' }))
  const [first, second, third] = people
  if (first === undefined || second === undefined || third === undefined) throw new Error('three people')
  ;[granny, ann, bob] = [first, second, third]
  for (const one of [ann, bob]) {
    const { code } = await granny.call(membersApi).inviteToHousehold()
    await one.call(membersApi).joinHousehold({ body: { code: code ?? '' } })
  }
  await grant(granny.memberId, 100, '2026-12-31')
  await shop.drain()
})

test('the desk gives a household another head in one act: the wallet moves with its expiry, and what is earned from then on', async () => {
  const desk = await manager(['S01'])
  const params = { memberId: granny.memberId }
  await granny.call(membersApi).inviteToHousehold()
  const now = await desk.changeHouseholdHead({ params, body: { ...seen, newHeadId: ann.memberId } })
  expect(now).toMatchObject({ role: 'member', headId: ann.memberId })
  expect(await balances(granny, ann, bob)).toEqual([0, 100, 0])
  const lots = await shop.db.selectFrom('points_lot').selectAll().where('memberId', '=', ann.memberId).execute()
  expect(lots.map(lot => [lot.remaining, lot.expiresOn])).toEqual([[100, '2026-12-31']])
  // The word that the old head told somebody is good no more; the new head says her own.
  expect(await householdOf(ann)).toMatchObject({ role: 'head', code: null, members: [{}, {}] })
  expect((await ann.call(membersApi).inviteToHousehold()).code).not.toBeNull()

  // Asked again it is done already: nothing moves and nothing more is written down.
  await desk.changeHouseholdHead({ params, body: { ...seen, newHeadId: ann.memberId } })
  const audit = await shop.db
    .selectFrom('audit_entry')
    .select(['subjectId', 'reason', 'detailsJson'])
    .where('action', '=', 'members.changeHouseholdHead')
    .where('subjectId', 'in', [granny.memberId, ann.memberId])
    .execute()
  const details = { from: granny.memberId, to: ann.memberId, evidence: 'idCard' }
  expect(audit.map(row => [row.subjectId, row.reason, JSON.parse(row.detailsJson ?? '')])).toEqual([
    [granny.memberId, seen.note, details],
    [ann.memberId, seen.note, details],
  ])

  // Granny shows her own code as before; what she earns goes to the new head.
  const id = shop.kernel.newId()
  await writeReceipt(shop, { id, memberId: granny.memberId, lines: [{ product: 'rice', net: '20' }] })
  await settle(shop, [id])
  await shop.drain()
  expect(await balances(granny, ann, bob)).toEqual([0, 120, 0])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a debt of the wallet goes with it; who is not of the household, or of another store, is refused', async () => {
  const id = shop.kernel.newId()
  await writeReceipt(shop, { id, memberId: granny.memberId, lines: [{ product: 'rice', net: '30' }] })
  await settle(shop, [id])
  await inTransaction(shop.db, tx =>
    shop.modules.points.spend(tx, { key: `spend:${id}`, memberId: granny.memberId, points: 130 }),
  )
  const back = { id: shop.kernel.newId(), type: 'return' as const, original: id }
  await writeReceipt(shop, { ...back, memberId: granny.memberId, lines: [{ product: 'rice', net: '-30' }] })
  await settle(shop, [back.id])
  await shop.drain()
  expect(await balances(granny, ann)).toEqual([-30, 0])
  const desk = await manager(['S01'])
  const params = { memberId: bob.memberId }
  const stranger = await newMember(shop, { name: '路人', storeCode: 'S01' })
  const other = { params, body: { ...seen, newHeadId: stranger.memberId } }
  expect(await failure(desk.changeHouseholdHead(other))).toBe('members.householdNotMember')
  const none = { params: { memberId: stranger.memberId }, body: { ...seen, newHeadId: ann.memberId } }
  expect(await failure(desk.changeHouseholdHead(none))).toBe('members.householdNoHead')
  const call = { params, body: { ...seen, newHeadId: ann.memberId } }
  expect(await failure((await manager(['S02'])).changeHouseholdHead(call))).toBe('members.notFound')
  expect((await desk.changeHouseholdHead(call)).headId).toBe(ann.memberId)
  expect(await balances(granny, ann)).toEqual([0, -30])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('two desks at once, each with another heir: one household, one head, and not a point more or less', async () => {
  const desk = await manager(['S01'])
  const params = { memberId: granny.memberId }
  await Promise.allSettled(
    [ann, bob, ann, bob].map(({ memberId }) =>
      desk.changeHouseholdHead({ params, body: { ...seen, newHeadId: memberId } }),
    ),
  )
  const { headId, members } = await householdOf(granny)
  expect([headId, ...members.map(one => one.memberId)].toSorted()).toEqual(
    [granny, ann, bob].map(one => one.memberId).toSorted(),
  )
  const held = await balances(granny, ann, bob)
  expect(held.filter(points => points !== 0)).toEqual([100])
  expect([granny, ann, bob][held.indexOf(100)]?.memberId).toBe(headId)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('points that were earned before and are booked after the change find the new head', async () => {
  const id = shop.kernel.newId()
  await writeReceipt(shop, { id, memberId: bob.memberId, lines: [{ product: 'rice', net: '20' }] })
  await settle(shop, [id])
  const desk = await manager(['S01'])
  const call = { params: { memberId: granny.memberId }, body: { ...seen, newHeadId: ann.memberId } }
  await Promise.all([shop.drain(), desk.changeHouseholdHead(call)])
  await shop.drain()
  expect(await balances(granny, ann, bob)).toEqual([0, 120, 0])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a head who leaves or closes the membership hands the wallet on, or the household ends', async () => {
  await granny.call(membersApi).leaveHousehold({ body: { newHeadId: ann.memberId } })
  expect((await householdOf(granny)).role).toBe('none')
  expect(await householdOf(ann)).toMatchObject({ role: 'head', members: [{ memberId: bob.memberId }] })
  expect(await balances(granny, ann, bob)).toEqual([0, 100, 0])

  const desk = (await shop.as('owner')).call(membersApi)
  const close = { reason: '本人到店要求', evidence: 'idCard' } as const
  const params = { memberId: ann.memberId }
  // Refused, nothing of the closing has happened.
  expect(await failure(desk.close({ params, body: { ...close, newHeadId: granny.memberId } }))).toBe(
    'members.householdNotMember',
  )
  expect((await ann.call(membersApi).me()).member).not.toBeNull()
  await desk.close({ params, body: { ...close, newHeadId: bob.memberId } })
  expect(await householdOf(bob)).toMatchObject({ role: 'head', members: [] })
  expect(await balances(ann, bob)).toEqual([0, 100])

  await bob.call(membersApi).closeMe({ body: { confirm: true } })
  const ids = [granny, ann, bob].map(one => one.memberId)
  expect(await shop.db.selectFrom('household').select('headId').where('headId', 'in', ids).execute()).toEqual([])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('who joins a household heads none: an invitation of one’s own ends', async () => {
  const [carl, dora] = [await newMember(shop, { name: '卡' }), await newMember(shop, { name: '朵' })]
  const { code: own } = await carl.call(membersApi).inviteToHousehold()
  const { code } = await granny.call(membersApi).inviteToHousehold()
  await carl.call(membersApi).joinHousehold({ body: { code: code ?? '' } })
  expect(await failure(dora.call(membersApi).joinHousehold({ body: { code: own ?? '' } }))).toBe(
    'members.householdNoCode',
  )
})
