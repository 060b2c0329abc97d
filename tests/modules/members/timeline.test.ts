import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { membersRepository } from '../../../server/modules/members/repository/members.ts'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})
afterEach(() => on.close())

type Row = { kind: string; what: string; at: string; entryId: string; text: string | null; note: string | null }
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )

/** Somebody who enrolled, bought in two stores at the same instant, was given points and a coupon, and asked for help. */
async function somebody(owner: StaffUser): Promise<string> {
  const { shop } = on
  const person = on.person('王秀英')
  on.wechat.actions.follow(person, on.official)
  const { memberId, headers } = await on.enrols(person)
  await inTransaction(shop.db, tx => membersRepository(tx).moveHome(memberId, 'S01', shop.clock.now()))
  const { member } = await shop.call(membersApi, headers).me()
  shop.clock.advance(3_600_000)
  const buy = (storeCode: string) =>
    inTransaction(shop.db, tx =>
      shop.modules.sales.record(tx, {
        storeCode,
        tillCode: '1',
        businessDate: '2026-11-22',
        receiptNo: `${storeCode}-R1`,
        type: 'sale',
        businessAt: shop.clock.now(),
        memberRef: { kind: 'card', value: member?.cardNo ?? '' },
        lines: [{ productCode: 'P1', name: '上海青', quantity: '2', unitPrice: '30' }],
      }),
    )
  await buy('S01')
  await buy('S02')
  await on.settle()
  shop.clock.advance(3_600_000)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(
      tx,
      Array.from({ length: 5 }, (_, n) => ({ key: `gift-${n}`, memberId, points: 10 + n })),
    ),
  )
  const coupons = owner.call(couponsApi)
  const { templateId } = await coupons.createTemplate({
    body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 10 },
  })
  await coupons.activateTemplate({ params: { templateId } })
  await inTransaction(shop.db, tx => shop.modules.coupons.issue(tx, templateId, [{ memberId, key: 'gift' }]))
  shop.clock.advance(3_600_000)
  const ticket = await shop
    .call(ticketsApi, headers)
    .submit({ body: { key: 'the-ticket', kind: 'other', text: '鸡蛋破了', storeCode: 'S01' } })
  await owner.call(ticketsApi).close({ params: { ticketId: ticket.id } })
  await owner.call(membersApi).reveal({ params: { memberId }, body: { field: 'phone', reason: '联系会员' } })
  await on.settle()
  return memberId
}

async function everything(
  user: StaffUser,
  memberId: string,
  limit: number,
  kind?: 'points' | 'receipt',
): Promise<Row[]> {
  const rows: Row[] = []
  for (let cursor: string | undefined; ;) {
    const page = await user.call(membersApi).timeline({
      params: { memberId },
      query: { limit, ...(kind === undefined ? {} : { kind }), ...(cursor === undefined ? {} : { cursor }) },
    })
    rows.push(...page.items)
    if (page.next === null) return rows
    cursor = page.next
  }
}

describe('the timeline of a member', () => {
  it('tells everything once and in order, however small the pages are', async () => {
    const owner = await on.shop.as('owner')
    const memberId = await somebody(owner)
    const whole = await everything(owner, memberId, 200)
    expect(new Set(whole.map(row => row.kind))).toEqual(
      new Set(['receipt', 'points', 'coupon', 'message', 'ticket', 'consent', 'identity', 'log']),
    )
    expect(whole.map(row => row.at)).toEqual(
      whole
        .map(row => row.at)
        .toSorted()
        .toReversed(),
    )
    expect(new Set(whole.map(row => row.entryId)).size).toBe(whole.length)
    for (const limit of [1, 2, 3, 7])
      expect((await everything(owner, memberId, limit)).map(row => row.entryId)).toEqual(whole.map(row => row.entryId))
    const said = (kind: string): string[] => whole.filter(row => row.kind === kind).map(row => row.what)
    expect(said('ticket').toSorted()).toEqual(['closed', 'opened'])
    expect(said('coupon')).toEqual(['issue'])
    expect(said('receipt')).toEqual(['sale', 'sale'])
    expect(said('log')).toEqual(['members.reveal'])
    expect(said('identity')).toContain('enrolled')
    // A phone and an openid stand there as what they are, never in clear.
    expect(whole.filter(row => row.kind === 'identity' && row.what === 'linked').map(row => row.text)).toEqual(
      expect.arrayContaining([null]),
    )
    const points = await everything(owner, memberId, 3, 'points')
    expect(points.map(row => row.entryId)).toEqual(whole.filter(row => row.kind === 'points').map(row => row.entryId))
  })

  it('leaves out what the caller may not see, and what is another store’s', async () => {
    const owner = await on.shop.as('owner')
    const memberId = await somebody(owner)
    const cashier = await on.shop.as('cashier', { stores: ['S01'] })
    const seen = await everything(cashier, memberId, 200)
    expect(new Set(seen.map(row => row.kind))).not.toContain('receipt')
    expect(seen.map(row => row.kind)).toEqual(expect.arrayContaining(['points', 'identity']))
    expect(seen.some(row => ['ticket', 'log'].includes(row.kind))).toBe(false)
    expect(await failure(everything(cashier, memberId, 9, 'receipt'))).toBe('common.forbidden')

    const guide = await on.shop.as('guide', { stores: ['S01'] })
    expect((await everything(guide, memberId, 9, 'receipt')).map(row => row.text)).toEqual(['S01-R1'])
    const stranger = await on.shop.as('storeManager', { stores: ['S02'] })
    expect(await failure(everything(stranger, memberId, 9))).toBe('members.notFound')
  })
})
