import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { newMember, shopper, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const code = (value: unknown): string => (value as { code: string }).code
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', code)
const seen = { evidence: 'idCard', note: '身份证与本人一致' } as const
const owner = async () => (await shop.as('owner')).call(membersApi)
const usable = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const grant = (memberId: string, points: number) =>
  inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `${memberId}:${points}`, memberId, points }]))

test('every identity says where it came from and how sure it is; a phone is changed with evidence, and only once it is free', async () => {
  const [ann, bob] = [await newMember(shop, { name: '安' }), await newMember(shop, { name: '波' })]
  const api = await owner()
  const head = await api.head({ params: { memberId: ann.memberId } })
  expect(head.identities.map(one => `${one.kind} ${one.strength} ${one.source}`).toSorted()).toContain(
    'phone proved miniprogram',
  )
  const params = { memberId: ann.memberId }
  const taken = { ...seen, phone: bob.phone }
  expect(await failure(api.changePhone({ params, body: taken }))).toBe('members.phoneTaken')
  const { items } = await api.cases({ query: {} })
  expect(items.map(item => item.kind)).toEqual(['phone'])
  expect(items[0]?.why).toEqual({
    zh: '换手机号时，新号码已属于另一位会员',
    en: 'A member’s new phone is another member’s',
  })
  // 二次放号: the number was sold again, so it leaves the one who had it.
  await api.changePhone({ params, body: { ...taken, recycled: true } })
  const phones = await shop.modules.members.idsByPhones(shop.db, [ann.phone, bob.phone])
  expect([...phones]).toEqual([[bob.phone, ann.memberId]])
  expect((await api.head({ params: { memberId: bob.memberId } })).phone).toBe('')
  const audit = await shop.db.selectFrom('audit_entry').select(['action', 'subjectId']).execute()
  const acts = audit.filter(row => row.subjectId === ann.memberId || row.subjectId === bob.memberId)
  expect(acts.map(row => row.action).toSorted()).toEqual(['members.changePhone', 'members.releasePhone'])
})

test('the reason of the list is kept with a change of phone and with a merge', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const api = await owner()
  const [params, otherId] = [{ memberId: ann.memberId }, bob.memberId]
  await api.changePhone({ params, body: { ...seen, reason: 'lostPhone', phone: '13911112222' } })
  await api.merge({ params, body: { ...seen, reason: 'duplicateCard', otherId } })
  const rows = await shop.db
    .selectFrom('audit_entry')
    .select(['action', 'detailsJson'])
    .where('subjectId', '=', ann.memberId)
    .where('action', 'in', ['members.changePhone', 'members.merge'])
    .orderBy('id')
    .execute()
  const whys = rows.map(row => (JSON.parse(row.detailsJson ?? '{}') as { why?: string }).why)
  expect(whys).toEqual(['lostPhone', 'duplicateCard'])
  const unknown = { ...seen, reason: 'because' as 'other', phone: '13911113333' }
  expect(await failure(api.changePhone({ params, body: unknown }))).toBe('common.invalidRequest')
})

test('a new WeChat: the old one is a guest at once, and proving the phone links the new one', async () => {
  const ann = await newMember(shop, { name: '安' })
  const api = await owner()
  await api.unlinkWechat({ params: { memberId: ann.memberId }, body: seen })
  expect((await ann.call(membersApi).me()).member).toBeNull()
  const again = await shopper(shop, { phone: ann.phone })
  const enrolled = await again.enrol()
  expect(enrolled.outcome === 'enrolled' ? enrolled.member.memberId : 'asked').toBe(ann.memberId)
})

test('the phone of a merged member opens the account that was kept, in the shop and when somebody enrols with it', async () => {
  const [ann, bob] = [await newMember(shop, { name: '安' }), await newMember(shop, { name: '波' })]
  const api = await owner()
  await api.merge({ params: { memberId: ann.memberId }, body: { ...seen, otherId: bob.memberId } })
  expect((await bob.call(membersApi).me()).member?.memberId).toBe(ann.memberId)
  expect((await shop.modules.members.idsByPhones(shop.db, [bob.phone])).get(bob.phone)).toBe(ann.memberId)
  const twin = await (await shopper(shop, { phone: bob.phone })).enrol()
  // Another WeChat with this phone has to show that it is the same person: no second card, no error.
  expect(twin.outcome).toBe('proofNeeded')
  expect((await api.head({ params: { memberId: bob.memberId } })).mergedInto).toBe(ann.memberId)
  // Each phone that opens the account is shown as itself, and each openid says whose account it is of.
  const { identities } = await api.head({ params: { memberId: ann.memberId } })
  expect(identities.flatMap(one => (one.kind === 'phone' ? [one.value.slice(-4)] : [])).toSorted()).toEqual(
    [ann.phone.slice(-4), bob.phone.slice(-4)].toSorted(),
  )
  expect(identities.flatMap(one => (one.kind === 'openid' ? [one.account?.kind] : []))).toEqual([
    'miniprogram',
    'miniprogram',
  ])
})

test('a copy of all that is kept: asked twice it is one, sealed on disk, read by nobody else; leaving erases and says what', async () => {
  const [ann, bob] = [await newMember(shop, { name: '安' }), await newMember(shop)]
  await grant(ann.memberId, 30)
  const asked = await ann.call(membersApi).askExport()
  expect((await ann.call(membersApi).askExport()).requestId).toBe(asked.requestId)
  await shop.drain()
  const params = { requestId: asked.requestId }
  const copy = await ann.call(membersApi).myExport({ params })
  expect(copy.text).toContain('【个人资料】')
  expect(copy.json).toContain(ann.phone)
  expect(await failure(bob.call(membersApi).myExport({ params }))).toBe('members.noExport')
  const api = await owner()
  const { items } = await api.requests({ query: { state: 'open' } })
  expect(items).toMatchObject([{ kind: 'export', state: 'ready', askedBy: null, late: false }])
  const handed = await api.request({ params: { requestId: items[0]?.requestId ?? '' } })
  expect(handed.report.some(row => row.part === 'points' && row.rows === 1 && row.label.zh === '积分')).toBe(true)
  expect(handed.retained).toEqual([])

  await ann.call(membersApi).closeMe({ body: { confirm: true } })
  expect(await failure(api.undoMerge({ params: { mergeId: 'x'.repeat(26) }, body: { note: '没有' } }))).toBe(
    'members.noMerge',
  )
  const done = await api.requests({ query: { state: 'done' } })
  expect(done.items.map(row => row.kind).toSorted()).toEqual(['erasure', 'export'])
  const row = await shop.db.selectFrom('member').selectAll().where('id', '=', ann.memberId).executeTakeFirstOrThrow()
  expect([row.phoneSealed, row.nameSealed, row.birthdaySealed]).toEqual([null, null, null])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a membership is closed by staff with what was shown; the audit keeps which evidence it was', async () => {
  const ann = await newMember(shop, { name: '安' })
  const api = await owner()
  const params = { memberId: ann.memberId }
  await api.close({ params, body: { reason: '本人到店要求注销', evidence: 'phoneInHand' } })
  const entry = await shop.db
    .selectFrom('audit_entry')
    .select(['reason', 'detailsJson'])
    .where('subjectId', '=', ann.memberId)
    .where('action', '=', 'members.close')
    .executeTakeFirstOrThrow()
  expect([entry.reason, JSON.parse(entry.detailsJson ?? '{}')]).toEqual([
    '本人到店要求注销',
    { evidence: 'phoneInHand' },
  ])
})

test('a family shares a wallet: what a member has and earns goes to the head, a return too; the limit holds for two at once', async () => {
  const [head, ...others] = [await newMember(shop, { name: '户主' }), await newMember(shop), await newMember(shop)]
  const [first, second] = others
  if (head === undefined || first === undefined || second === undefined) throw new Error('three people')
  await grant(first.memberId, 40)
  const { code: word } = await head.call(membersApi).inviteToHousehold()
  const joins = await Promise.allSettled(
    [first, second].map(one => one.call(membersApi).joinHousehold({ body: { code: word ?? '' } })),
  )
  expect(joins.filter(join => join.status === 'fulfilled')).toHaveLength(1)
  const joined = joins[0]?.status === 'fulfilled' ? first : second
  await shop.drain()
  const base = joined === first ? 40 : 0
  expect([await usable(head.memberId), await usable(joined.memberId)]).toEqual([base, 0])
  const id = 'RF0001'.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: joined.memberId, lines: [{ product: 'rice', net: '20' }] })
  await settle(shop, [id])
  await shop.drain()
  expect([await usable(head.memberId), await usable(joined.memberId)]).toEqual([base + 20, 0])
  const back = 'RF0002'.padEnd(26, '0')
  await writeReceipt(shop, {
    id: back,
    memberId: joined.memberId,
    type: 'return',
    original: id,
    lines: [{ product: 'rice', net: '-20' }],
  })
  await settle(shop, [back])
  await shop.drain()
  expect([await usable(head.memberId), await usable(joined.memberId)]).toEqual([base, 0])
  await joined.call(membersApi).leaveHousehold({ body: {} })
  expect((await joined.call(membersApi).myHousehold()).role).toBe('none')
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a receipt that is not there yet waits; it is credited by itself when it comes, once, or by a person', async () => {
  const [ann, bob] = [await newMember(shop), await newMember(shop)]
  const claim = { storeCode: 'S01', businessDate: '2026-11-20', amount: 5000, time: '12:00' }
  const asked = await ann.call(pointsApi).askForReceipt({ body: claim })
  expect(asked).toMatchObject({ outcome: 'waiting', dueOn: '2026-11-23' })
  const again = await ann.call(pointsApi).askForReceipt({ body: claim })
  expect('claimId' in again && 'claimId' in asked && again.claimId === asked.claimId).toBe(true)
  const late = await bob.call(pointsApi).askForReceipt({ body: { ...claim, amount: 7000 } })

  for (const [id, net] of [
    ['RL0001', '50'],
    ['RL0002', '70.3'],
  ] as const) {
    await writeReceipt(shop, { id: id.padEnd(26, '0'), memberId: null, lines: [{ product: 'rice', net }] })
    await shop.db
      .updateTable('sales_document')
      .set({ net, businessAt: new Date('2026-11-20T04:05:00.000Z') })
      .where('id', '=', id.padEnd(26, '0'))
      .execute()
  }
  await shop.modules.points.retryClaims()
  await shop.modules.points.retryClaims()
  expect(await usable(ann.memberId)).toBe(50)
  const mine = await ann.call(pointsApi).myLateClaims()
  expect(mine.items.map(item => `${item.state} ${item.points}`)).toEqual(['credited 50'])

  const desk = (await shop.as('owner')).call(pointsApi)
  const params = { claimId: 'claimId' in late ? late.claimId : '' }
  const { items } = await desk.claimCandidates({ params })
  expect(items.map(item => item.documentId)).toEqual(['RL0002'.padEnd(26, '0')])
  const credit = () => desk.creditClaim({ params, body: { documentId: items[0]?.documentId ?? '' } })
  const answers = await Promise.allSettled([credit(), credit()])
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  expect(await usable(bob.memberId)).toBe(70)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('who may not see both may neither compare, merge nor undo', async () => {
  const [ann, bob] = [await newMember(shop, { storeCode: 'S01' }), await newMember(shop, { storeCode: 'S02' })]
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(membersApi)
  const params = { memberId: ann.memberId, otherId: bob.memberId }
  expect(await failure(manager.mergePreview({ params }))).toBe('members.notFound')
  const body = { ...seen, otherId: bob.memberId }
  expect(await failure(manager.merge({ params: { memberId: ann.memberId }, body }))).toBe('members.notFound')
  const analyst = (await shop.as('analyst')).call(membersApi)
  expect(await failure(analyst.merge({ params: { memberId: ann.memberId }, body }))).toBe('common.forbidden')
})
