import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const DAY = 86_400_000
const seen = { evidence: 'idCard', note: '身份证与本人一致' } as const
const desk = async (role: 'owner' | 'storeManager', stores: string[] = [], name?: string) =>
  (await shop.as(role, { ...(role === 'owner' ? {} : { stores }), ...(name === undefined ? {} : { name }) })).call(
    membersApi,
  )
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )

test('what persons asked for: the most urgent first, who asked, what is late; the done ones stay with their report', async () => {
  const [ann, bob, far] = [
    await newMember(shop, { name: '安静', storeCode: 'S01' }),
    await newMember(shop, { name: '波涛', storeCode: 'S01' }),
    await newMember(shop, { name: '远山', storeCode: 'S02' }),
  ]
  const owner = await desk('owner', [], '老板娘')
  const first = await owner.exportMember({ params: { memberId: ann.memberId }, body: seen })
  await far.call(membersApi).askExport()
  shop.clock.set(new Date(shop.clock.now().getTime() + 3 * DAY))
  const second = await bob.call(membersApi).askExport()
  await shop.drain()

  const manager = await desk('storeManager', ['S01'])
  const open = await manager.requests({ query: { state: 'open' } })
  expect(open.items).toMatchObject([
    { requestId: first.requestId, askedBy: '老板娘', source: 'staff', late: false, member: { name: '安**' } },
    { requestId: second.requestId, askedBy: null, source: 'miniprogram', state: 'ready', member: { name: '波**' } },
  ])
  // Page by page it is the same list.
  const page = await manager.requests({ query: { state: 'open', limit: 1 } })
  const next = await manager.requests({ query: { state: 'open', limit: 1, cursor: page.next ?? '' } })
  expect([...page.items, ...next.items].map(row => row.requestId)).toEqual([first.requestId, second.requestId])
  expect(next.next).toBeNull()

  await owner.close({ params: { memberId: ann.memberId }, body: { reason: '本人到店要求注销', evidence: 'idCard' } })
  const erasures = await manager.requests({ query: { kind: 'erasure' } })
  expect(erasures.items).toMatchObject([{ state: 'done', kind: 'erasure', member: { state: 'closed', name: '' } }])
  expect((await manager.requests({ query: { state: 'done' } })).items.map(row => row.kind)).toEqual([
    'erasure',
    'export',
  ])

  const params = { requestId: erasures.items[0]?.requestId ?? '' }
  const report = await manager.request({ params })
  expect(report).toMatchObject({ note: '本人到店要求注销', evidence: 'idCard', source: 'staff' })
  expect(report.report.slice(0, 2)).toEqual([
    { part: 'person', rows: 1, label: { zh: '姓名、手机号、生日、性别', en: 'Name, phone, birthday, gender' } },
    { part: 'identities', rows: 3, label: { zh: '微信和其他身份', en: 'WeChat and other identities' } },
  ])
  expect(report.retained.map(one => one.what.zh)).toContain('小票、退货和收款，不再对应到这个人')
  expect(JSON.stringify([report, erasures])).not.toMatch(new RegExp(`安静|${ann.phone}`))

  // Nobody of another store sees it, and every reading is in the audit.
  const elsewhere = await desk('storeManager', ['S02'])
  expect(await failure(elsewhere.request({ params }))).toBe('members.noRequest')
  const audit = await shop.db
    .selectFrom('audit_entry')
    .select(['subjectId', 'detailsJson'])
    .where('action', '=', 'members.readRequest')
    .execute()
  expect(audit.map(row => [row.subjectId, JSON.parse(row.detailsJson ?? '')])).toEqual([[ann.memberId, params]])
})

test('a request that nobody has answered on its last day is late from the shop’s midnight on', async () => {
  const ann = await newMember(shop, { name: '安', storeCode: 'S03' })
  const asked = await ann.call(membersApi).askExport()
  const manager = await desk('storeManager', ['S03'])
  const lateOf = async () => (await manager.requests({ query: {} })).items.map(row => row.late)
  // The copy could not be prepared: it still waits.
  await shop.drain()
  await shop.db
    .updateTable('member_request')
    .set({ state: 'waiting', finishedAt: null })
    .where('id', '=', asked.requestId)
    .execute()
  shop.clock.set(`${asked.dueOn}T15:59:00.000Z`)
  expect(await lateOf()).toEqual([false])
  shop.clock.set(`${asked.dueOn}T16:01:00.000Z`)
  expect(await lateOf()).toEqual([true])
})
