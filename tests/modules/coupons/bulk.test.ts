import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { xlsxOf } from '../../../server/kernel/sheet.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { newTemplate } from './coupons.ts'

let on: Stage
let owner: StaffUser
beforeEach(async () => {
  on = await stage()
  owner = await on.shop.as('owner', { name: '店主' })
})
afterEach(() => on.close())

async function upload(user: StaffUser, name: string, content: string | Buffer): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
  const reply = await fetch(`${on.shop.url}/api/admin/coupon-bulks/file`, {
    method: 'POST',
    headers: { cookie: user.session.cookie, 'x-csrf-token': user.session.csrf },
    body: form,
  })
  return ((await reply.json()) as { fileId: string }).fileId
}
const api = (user = owner) => user.call(couponsApi)
async function checked(kind: 'issue' | 'void' | 'pool', content: string | Buffer, templateId: string | null = null) {
  const fileId = await upload(owner, `file.${typeof content === 'string' ? 'csv' : 'xlsx'}`, content)
  const { bulkId } = await api().startBulk({ body: { kind, fileId, templateId, reason: '周年庆补发' } })
  await on.shop.drain()
  return api().bulk({ params: { bulkId } })
}
const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : error
const held = async (memberId: string) =>
  (await on.shop.modules.coupons.ofMember(on.shop.db, memberId)).map(({ state, issueKey }) => ({ state, issueKey }))

test('a workbook of cards and phones is checked, then issued once, and the bad rows come back as a file', async () => {
  const templateId = await newTemplate(on.shop)
  const people = [on.person('林女士'), on.person('王先生')]
  const members = [await on.enrols(people[0] ?? on.person()), await on.enrols(people[1] ?? on.person())]
  const { cardNo } = (await on.shop.modules.members.briefs(on.shop.db, [members[0]?.memberId ?? ''])).get(
    members[0]?.memberId ?? '',
  ) ?? { cardNo: '' }
  const before = await checked(
    'issue',
    xlsxOf([
      ['会员卡号', '手机号'],
      [cardNo, ''],
      ['', people[1]?.phone ?? ''],
      ['', '13900000000'],
      [cardNo, ''],
      [' ', 'x'],
    ]),
    templateId,
  )
  expect(before.bulk).toMatchObject({
    state: 'ready',
    rows: { total: 5, bad: 3, done: 0 },
    worth: 1000,
    needsSecond: false,
  })
  expect(before.sample).toContainEqual({ line: 4, subject: '139****0000', reason: 'noMember' })
  expect(before.reasons.toSorted((a, b) => b.rows - a.rows)).toEqual([
    { reason: 'noMember', rows: 2 },
    { reason: 'duplicate', rows: 1 },
  ])
  expect(await held(members[0]?.memberId ?? '')).toEqual([])

  const { bulkId } = before.bulk
  await api().runBulk({ params: { bulkId } })
  await on.shop.drain()
  expect((await api().bulk({ params: { bulkId } })).bulk).toMatchObject({ state: 'done', rows: { done: 2, bad: 3 } })
  for (const [i, { memberId }] of members.entries())
    expect(await held(memberId)).toEqual([{ state: 'issued', issueKey: `bulk:${bulkId}:${i + 2}` }])
  // Asked for once more by a job that was lost and found: nothing happens twice.
  for (const job of on.shop.modules.jobs.filter(({ name }) => name === 'coupons.bulk'))
    await on.shop.kernel.enqueue(job, { bulkId })
  await on.shop.drain()
  expect(await held(members[0]?.memberId ?? '')).toHaveLength(1)
  const csv = await fetch(`${on.shop.url}/api/admin/coupon-bulks/${bulkId}/errors`, {
    headers: { cookie: owner.session.cookie },
  }).then(reply => reply.text())
  expect(csv.split('\r\n').slice(0, 2)).toEqual(['行号,内容,原因', '4,139****0000,找不到会员或已注销'])
})

test('above the limit a second person agrees; nobody agrees to their own; many small files count as one', async () => {
  const templateId = await newTemplate(on.shop, { amountOff: 400_000, threshold: 400_000 })
  const rows: string[] = []
  const memberIds: string[] = []
  for (const name of ['林女士', '王先生', '赵女士']) {
    const person = on.person(name)
    memberIds.push((await on.enrols(person)).memberId)
    rows.push(person.phone)
  }
  const small = await checked('issue', `手机号\n${rows.slice(0, 2).join('\n')}\n`, templateId)
  expect(small.bulk.needsSecond).toBe(false)
  await api().runBulk({ params: { bulkId: small.bulk.bulkId } })
  await on.shop.drain()
  const more = await checked('issue', `手机号\n${rows[2]}\n`, templateId)
  const { bulkId } = more.bulk
  expect(more.bulk.needsSecond).toBe(true)
  expect(await api().runBulk({ params: { bulkId } })).toMatchObject({ state: 'waiting' })
  await on.shop.drain()
  expect(await held(memberIds[2] ?? '')).toEqual([])
  const decision = { params: { bulkId }, body: { agree: true, note: '同意发放' } }
  expect(
    codeOf(
      await api()
        .decideBulk(decision)
        .catch((error: unknown) => error),
    ),
  ).toBe('coupons.bulkOwn')
  const second = await on.shop.as('marketer', { name: '李经理' })
  const said = await Promise.allSettled([api(second).decideBulk(decision), api(second).decideBulk(decision)])
  expect(said.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await on.shop.drain()
  expect(await held(memberIds[2] ?? '')).toHaveLength(1)
  expect((await api().bulk({ params: { bulkId } })).bulk).toMatchObject({ state: 'done', decidedByName: '李经理' })
})

test('who works for some stores brings no files and sees none of others', async () => {
  const manager = await on.shop.as('marketer', { stores: ['WEST1'] })
  const { bulk } = await checked('void', '券码\nX\n')
  expect(
    codeOf(
      await api(manager)
        .bulk({ params: { bulkId: bulk.bulkId } })
        .catch((error: unknown) => error),
    ),
  ).toBe('coupons.noBulk')
  expect((await api(manager).bulks({ query: {} })).items).toEqual([])
  expect((await api().bulks({ query: {} })).items).toHaveLength(1)
})

test('coupons are made void from a file: unused ones, once, with who and why in their life', async () => {
  const templateId = await newTemplate(on.shop)
  const { memberId } = await on.enrols(on.person('林女士'))
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(tx, templateId, [{ memberId, key: 'campaign:x:1' }]),
  )
  const [coupon] = await on.shop.modules.coupons.ofMember(on.shop.db, memberId)
  const { bulk, reasons } = await checked('void', `券码\n${coupon?.code.toLowerCase()}\nK0000\n${coupon?.code}\n`)
  expect(bulk).toMatchObject({ state: 'ready', rows: { total: 3, bad: 2 } })
  expect(reasons.map(({ reason }) => reason).toSorted()).toEqual(['duplicate', 'malformed'])
  await api().runBulk({ params: { bulkId: bulk.bulkId } })
  await on.shop.drain()
  expect((await held(memberId))[0]?.state).toBe('void')
  const { items } = await api().couponEvents({ params: { couponId: coupon?.id ?? '' } })
  expect(items.at(-1)).toMatchObject({ kind: 'void', note: '周年庆补发', staffId: owner.staffId })
})

test('a pool of codes comes from a file; malformed, repeated and known ones do not', async () => {
  const templateId = await newTemplate(on.shop)
  await api().addPublicCode({ params: { templateId }, body: { code: 'WELCOME26', maxUses: 5 } })
  const { bulk, reasons } = await checked(
    'pool',
    '兑换码\nleaf-0001\nLEAF-0001\nab\nWELCOME26\nLEAF-0002\n',
    templateId,
  )
  expect(bulk).toMatchObject({ state: 'ready', rows: { total: 5, bad: 3 } })
  expect(reasons.map(({ reason }) => reason).toSorted()).toEqual(['duplicate', 'exists', 'malformed'])
  await api().runBulk({ params: { bulkId: bulk.bulkId } })
  await on.shop.drain()
  expect((await api().offer({ params: { templateId } })).pool).toEqual({ total: 2, taken: 0 })
  const { headers } = await on.enrols(on.person('林女士'))
  const typed = await on.shop.call(couponsApi, headers).redeemCode({ body: { code: 'leaf-0002', key: 'tap-000001' } })
  expect(typed.isNew).toBe(true)
  expect((await api().offer({ params: { templateId } })).pool).toEqual({ total: 2, taken: 1 })
})

test('a file without the column says so; one that is stopped goes on where it was', async () => {
  const templateId = await newTemplate(on.shop)
  const wrong = await checked('issue', '姓名\n林\n', templateId)
  expect(wrong.bulk).toMatchObject({ state: 'failed' })
  expect(wrong.bulk.problem).toContain('会员卡号')
  const person = on.person('林女士')
  const { memberId } = await on.enrols(person)
  const { bulk } = await checked('issue', `手机号\n${person.phone}\n`, templateId)
  const { bulkId } = bulk
  await on.shop.db.updateTable('coupon_bulk').set({ state: 'running' }).where('id', '=', bulkId).execute()
  await api().stopBulk({ params: { bulkId } })
  expect(await held(memberId)).toEqual([])
  await api().resumeBulk({ params: { bulkId } })
  await on.shop.drain()
  expect(await held(memberId)).toHaveLength(1)
})
