import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { importCards } from './card-file.ts'
import { newMember, newPhone, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

// 待核对: one piece of evidence that points to two members is queued for a person, once, and moves nothing by itself.
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const seen = { evidence: 'idCard', note: '身份证与本人一致' } as const
const owner = async () => (await shop.as('owner')).call(membersApi)
/** What waits for a person about a member. */
async function casesOf(memberId: string) {
  const { items } = await (await owner()).cases({ query: { limit: 200 } })
  return items.filter(({ a, b }) => [a.memberId, b.memberId].includes(memberId))
}
const identity = async (memberId: string, kind: 'openid' | 'unionid') =>
  shop.db
    .selectFrom('member_identity')
    .select(['id', 'appId', 'value'])
    .where('memberId', '=', memberId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
const pair = (a: string, b: string): string[] => [a, b].toSorted()

test('an openid of one member with the unionid of another: queued once, however often and at once they come; nobody’s identity moves', async () => {
  const [ann, bob] = [await newMember(shop, { name: '安' }), await newMember(shop, { name: '波' })]
  // Ann enrolled before the accounts shared a platform; the unionid that comes with her now is on Bob's card.
  const openid = await identity(ann.memberId, 'openid')
  const mine = await identity(ann.memberId, 'unionid')
  await shop.db.deleteFrom('member_identity').where('id', '=', mine.id).execute()
  const { value: unionid } = await identity(bob.memberId, 'unionid')
  const comes = () => shop.modules.members.memberIdOf(openid.appId, openid.value, unionid)
  // The openid says who it is: it was proved in this very app.
  expect(await Promise.all([comes(), comes(), comes(), comes()])).toEqual(Array.from({ length: 4 }, () => ann.memberId))
  expect(await comes()).toBe(ann.memberId)
  const open = await casesOf(ann.memberId)
  expect(open).toMatchObject([{ kind: 'unionid', state: 'open', why: { zh: '同一个微信开了两张会员卡' } }])
  expect(pair(open[0]?.a.memberId ?? '', open[0]?.b.memberId ?? '')).toEqual(pair(ann.memberId, bob.memberId))
  expect((await identity(bob.memberId, 'unionid')).value).toBe(unionid)
  expect(await failure(identity(ann.memberId, 'unionid'))).not.toBe('no failure')

  // A person has looked: it is not asked again.
  await (await owner()).keepApart({ params: { caseId: open[0]?.caseId ?? '' }, body: { note: '母女共用一部手机' } })
  expect(await comes()).toBe(ann.memberId)
  expect(await casesOf(ann.memberId)).toEqual([])
})

test('a customer number of the ERP that is another member’s is refused and queued, once', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const api = await owner()
  const link = (memberId: string) => api.linkNumber({ params: { memberId }, body: { ...seen, value: 'ERP-10086' } })
  await link(ann.memberId)
  expect(await Promise.all([failure(link(bob.memberId)), failure(link(bob.memberId))])).toEqual([
    'members.numberTaken',
    'members.numberTaken',
  ])
  expect(await failure(link(ann.memberId))).toBe('no failure')
  expect(await casesOf(bob.memberId)).toMatchObject([{ kind: 'card', why: { zh: 'ERP 会员号已登记在另一位会员名下' } }])
  const numbers = await shop.db.selectFrom('member_identity').select('memberId').where('kind', '=', 'erp').execute()
  expect(numbers).toEqual([{ memberId: ann.memberId }])
})

test('an old card that another member has is refused at the desk and queued, once; it stays where it was', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  await importCards(shop, [{ cardNo: 'TW1', phone: newPhone(), name: '安' }])
  const api = await owner()
  const bind = (memberId: string) =>
    api.bindCard({ params: { memberId }, body: { cardNo: 'TW1', reason: '实体卡与身份证一致' } })
  await bind(ann.memberId)
  expect([await failure(bind(bob.memberId)), await failure(bind(bob.memberId))]).toEqual([
    'members.cardTaken',
    'members.cardTaken',
  ])
  const [found, ...more] = await casesOf(bob.memberId)
  expect(more).toEqual([])
  expect(found).toMatchObject({ kind: 'card', why: { zh: '同一张旧卡，两位会员都说是自己的' } })
  expect((await shop.modules.members.idsByCards(shop.db, ['TW1'])).get('TW1')).toBe(ann.memberId)
  // They were one person after all: merged, the case is decided and the card opens the account that is kept.
  await api.merge({ params: { memberId: bob.memberId }, body: { ...seen, otherId: ann.memberId } })
  expect(await casesOf(bob.memberId)).toEqual([])
  expect((await shop.modules.members.idsByCards(shop.db, ['TW1'])).get('TW1')).toBe(bob.memberId)
})
