import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { importCards } from './card-file.ts'
import { newMember, newPhone, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const code = (value: unknown): string => (value as { code: string }).code
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', code)

test('the list obeys the stores of whoever asks, page by page, newest first', async () => {
  const signed = (n: number) => ({
    cardNo: `D${n}`,
    phone: newPhone(),
    name: n % 2 === 0 ? '李雷' : '韩梅梅',
    storeCode: `S0${n % 4}`,
    signedOn: `2026-10-${String(10 + (n % 20)).padStart(2, '0')}`,
  })
  await importCards(
    shop,
    Array.from({ length: 40 }, (_, n) => signed(n)),
  )
  const owner = (await shop.as('owner')).call(membersApi)
  const manager = (await shop.as('storeManager', { stores: ['S01', 'S03'] })).call(membersApi)
  const one = (await shop.as('storeManager', { stores: ['S02'] })).call(membersApi)
  const nobody = (await shop.as('storeManager', { stores: ['S99'] })).call(membersApi)

  async function everyone(caller: typeof owner, sort: '-enrolledAt' | 'enrolledAt') {
    const rows: { memberId: string; homeStore: string | null; enrolledAt: string }[] = []
    for (let cursor: string | undefined; ;) {
      const page = await caller.list({ query: { limit: 7, sort, ...(cursor === undefined ? {} : { cursor }) } })
      rows.push(...page.items)
      if (page.next === null) return rows
      cursor = page.next
    }
  }
  for (const sort of ['-enrolledAt', 'enrolledAt'] as const) {
    const all = await everyone(owner, sort)
    expect(new Set(all.map(row => row.memberId)).size).toBe(40)
    const times = all.map(row => row.enrolledAt)
    expect(times).toEqual(sort === 'enrolledAt' ? times.toSorted() : times.toSorted().toReversed())
    // Two stores are asked one by one and merged: the order must be that of the whole list.
    const own = all.filter(row => row.homeStore === 'S01' || row.homeStore === 'S03')
    expect((await everyone(manager, sort)).map(row => row.memberId)).toEqual(own.map(row => row.memberId))
  }
  expect(await everyone(one, 'enrolledAt')).toHaveLength(10)
  expect(await everyone(nobody, 'enrolledAt')).toEqual([])
  const someone = (await everyone(one, 'enrolledAt'))[0]?.memberId ?? ''
  expect(await failure(manager.head({ params: { memberId: someone } }))).toBe('members.notFound')
  expect(
    await failure(manager.reveal({ params: { memberId: someone }, body: { field: 'phone', reason: '好奇' } })),
  ).toBe('members.notFound')
  const summary = await manager.summary({ query: { from: '2026-10-01', to: '2026-10-31' } })
  expect([summary.total, summary.fresh, summary.byStore.map(row => row.storeCode).toSorted()]).toEqual([
    20,
    20,
    ['S01', 'S03'],
  ])
  expect(summary.byDay.reduce((sum, day) => sum + day.count, 0)).toBe(20)
  expect(summary.definition.zh).toContain('当日开卡')
  // The list behind a day's number holds as many, and a store that is named is one of the caller's or nothing.
  for (const { day, count } of summary.byDay)
    expect((await manager.list({ query: { enrolledFrom: day, enrolledTo: day } })).items).toHaveLength(count)
  const named = (storeCode: string) => manager.summary({ query: { from: '2026-10-01', to: '2026-10-31', storeCode } })
  expect([(await named('S01')).fresh, (await named('S02')).fresh, (await named('S02')).total]).toEqual([10, 0, 0])
})

test('a search is exact: phone, last four, our number, an old card, the full name; and it never leaves one’s stores', async () => {
  const phone = newPhone()
  await importCards(shop, [{ cardNo: 'OLD-77', phone, name: '欧阳 修', storeCode: 'S05', signedOn: '2026-05-05' }])
  const owner = (await shop.as('owner')).call(membersApi)
  const elsewhere = (await shop.as('storeManager', { stores: ['S06'] })).call(membersApi)
  const found = async (search: string, caller = owner) =>
    (await caller.list({ query: { search } })).items.map(row => row.name)
  const { items } = await owner.list({ query: { search: phone } })
  for (const search of [phone, `+86 ${phone}`, phone.slice(-4), items[0]?.cardNo ?? '', 'OLD-77', '欧阳修']) {
    expect(await found(search), search).toEqual(['欧**'])
    expect(await found(search, elsewhere), search).toEqual([])
  }
  expect(await found('欧阳')).toEqual([])
})

test('a reading of personal data needs a reason and is written down before it is shown', async () => {
  const { memberId, phone } = await newMember(shop, { name: '白居易', storeCode: 'S01' })
  const manager = await shop.as('storeManager', { stores: ['S01'] })
  const { value } = await manager
    .call(membersApi)
    .reveal({ params: { memberId }, body: { field: 'phone', reason: '顾客来店核对' } })
  expect(value).toBe(phone)
  const notes = await shop.db
    .selectFrom('audit_entry')
    .select(['action', 'reason', 'subjectId'])
    .where('action', '=', 'members.reveal')
    .execute()
  expect(notes).toEqual([{ action: 'members.reveal', reason: '顾客来店核对', subjectId: memberId }])
  expect(
    await failure(manager.call(membersApi).reveal({ params: { memberId }, body: { field: 'phone', reason: '' } })),
  ).toBe('common.invalidRequest')
  const cashier = await shop.as('cashier', { stores: ['S01'] })
  expect(
    await failure(cashier.call(membersApi).reveal({ params: { memberId }, body: { field: 'phone', reason: '看看' } })),
  ).toBe('common.forbidden')
})

test('consents change and are withdrawn with their history; the birthday is told once', async () => {
  const member = await newMember(shop)
  const call = member.call(membersApi)
  await call.changeConsents({ body: { consents: [{ purpose: 'marketing', channel: 'wechat', granted: true }] } })
  shop.clock.advance(1000)
  const { items, history } = await call.changeConsents({
    body: {
      consents: [
        { purpose: 'marketing', channel: 'wechat', granted: false },
        { purpose: 'marketing', channel: 'sms', granted: false },
      ],
    },
  })
  expect(items.some(item => item.granted)).toBe(false)
  // Three at enrolment, one given, one withdrawn; what did not change is not written again.
  expect(history).toHaveLength(5)
  expect(await call.updateMe({ body: { birthday: '1980-02-29', gender: 'female', homeStore: 'S03' } })).toMatchObject({
    birthday: '1980-02-29',
    homeStore: 'S03',
  })
  expect(await failure(call.updateMe({ body: { birthday: '1980-03-01' } }))).toBe('members.birthdayFixed')
})

test('a consent taken back at the desk or by phone is written as staff’s, with what was seen; nobody gives one so', async () => {
  const member = await newMember(shop)
  const given = [
    { purpose: 'marketing', channel: 'wechat' },
    { purpose: 'marketing', channel: 'sms' },
  ] as const
  await member.call(membersApi).changeConsents({ body: { consents: given.map(one => ({ ...one, granted: true })) } })
  shop.clock.advance(1000)
  const params = { memberId: member.memberId }
  const owner = await shop.as('owner')
  const body = { evidence: 'phoneCall' as const, note: '本人来电，不再接收短信', consents: [given[1]] }
  const withdraw = () => owner.call(membersApi).withdrawConsents({ params, body })
  const sms = (await withdraw()).consents.find(row => row.purpose === 'marketing' && row.channel === 'sms')
  expect(sms).toMatchObject({ granted: false, source: 'staff' })
  // Said twice, at once even, it is written once.
  await Promise.all([withdraw(), withdraw()])
  const { items, history } = await member.call(membersApi).myConsents({})
  expect(items.filter(row => row.granted)).toMatchObject([given[0]])
  expect(history.filter(row => row.source === 'staff')).toHaveLength(1)
  const audited = await shop.db
    .selectFrom('audit_entry')
    .select(['subjectId', 'reason', 'detailsJson'])
    .where('action', '=', 'members.withdrawConsents')
    .execute()
  expect(audited.map(row => ({ ...row, detailsJson: JSON.parse(row.detailsJson ?? '') }))).toEqual([
    {
      subjectId: member.memberId,
      reason: '本人来电，不再接收短信',
      detailsJson: { evidence: 'phoneCall', consents: ['marketing:sms'] },
    },
  ])
  const elsewhere = await shop.as('storeManager', { stores: ['S99'] })
  expect(await failure(elsewhere.call(membersApi).withdrawConsents({ params, body }))).toBe('members.notFound')

  // Closing takes back what is left, in the name of who closes.
  await owner.call(membersApi).close({ params, body: { reason: '本人到店要求注销', evidence: 'idCard' } })
  const last = await owner.call(membersApi).consentHistory({ params })
  expect(last.items[0]).toMatchObject({ ...given[0], granted: false, source: 'staff' })
  const other = await newMember(shop)
  await other.call(membersApi).changeConsents({ body: { consents: [{ ...given[0], granted: true }] } })
  shop.clock.advance(1000)
  await other.call(membersApi).closeMe({ body: { confirm: true } })
  const own = await owner.call(membersApi).consentHistory({ params: { memberId: other.memberId } })
  expect(own.items[0]).toMatchObject({ granted: false, source: 'miniprogram' })
})

test('closing erases the person and keeps the books; the phone may enrol anew', async () => {
  const member = await newMember(shop, { name: '杜甫' })
  await member.call(membersApi).closeMe({ body: { confirm: true } })
  expect(await member.call(membersApi).me({})).toEqual({ member: null })
  const row = await shop.db.selectFrom('member').selectAll().where('id', '=', member.memberId).executeTakeFirstOrThrow()
  expect(row).toMatchObject({
    state: 'closed',
    phoneSealed: null,
    phoneHash: null,
    phoneLast4Hash: null,
    nameSealed: null,
    nameHash: null,
    birthdaySealed: null,
  })
  expect(
    await shop.db.selectFrom('member_identity').select('id').where('memberId', '=', member.memberId).execute(),
  ).toEqual([])
  const again = await member.enrol()
  expect(again.outcome === 'enrolled' && again.member.memberId).not.toBe(member.memberId)
})

test('nothing personal lies in the database in clear', async () => {
  const phone = newPhone()
  await newMember(shop, { phone, name: '李清照' })
  await importCards(shop, [{ cardNo: 'Z9', phone: newPhone(), name: '辛弃疾' }])
  const dump = JSON.stringify([
    await shop.db.selectFrom('member').selectAll().execute(),
    await shop.db.selectFrom('card').selectAll().execute(),
    await shop.db.selectFrom('outbox').selectAll().execute(),
  ])
  for (const secret of [phone, '李清照', '辛弃疾']) expect(dump).not.toContain(secret)
})

test('a card file names the recruiter by user name, by name, or as somebody who has left', async () => {
  const chen = await shop.as('guide', { stores: ['S07'], name: '陈小导' })
  const signed = { storeCode: 'S07', signedOn: '2026-06-06' }
  await importCards(shop, [
    { cardNo: 'R1', phone: newPhone(), name: '苏轼', recruiter: '陈小导', ...signed },
    { cardNo: 'R2', phone: newPhone(), name: '苏辙', recruiter: chen.staffId, ...signed },
    { cardNo: 'R3', phone: newPhone(), name: '苏洵', recruiter: '早已离职的人', ...signed },
    { cardNo: 'R4', phone: newPhone(), name: '苏小妹', ...signed },
  ])
  const api = (await shop.as('owner')).call(membersApi)
  const { items } = await api.list({ query: { homeStore: 'S07' } })
  expect(items.map(row => row.recruiterName).sort()).toEqual([null, '早已离职的人', '陈小导', '陈小导'].sort())
  const his = await api.list({ query: { recruitedBy: chen.staffId } })
  expect(his.items).toHaveLength(2)
  const west = (await shop.as('storeManager', { stores: ['S07'] })).call(membersApi)
  expect((await west.recruiters()).items.map(({ name }) => name)).toContain('陈小导')
  const other = (await shop.as('storeManager', { stores: ['S99'] })).call(membersApi)
  expect((await other.recruiters()).items.map(({ name }) => name)).not.toContain('陈小导')
})
