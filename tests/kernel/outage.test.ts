import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { sql } from 'kysely'
import { inTransaction } from '../../server/kernel/db.ts'
import { newCardNo } from '../../server/modules/members/service/card-number.ts'
import { staffApi } from '../../server/modules/staff/contract.ts'
import { cableTo, type Cable } from '../support/proxy.ts'
import { testEnvironment, world, type World } from '../support/world.ts'

/**
 * The cable to the database, or to Redis, is pulled in the middle of the work: requests answer 503 with a code, and when
 * it is plugged in again everything goes on by itself, with nothing lost and nothing done twice.
 */
const MEMBERS = 5
const SALES = 400
let shop: World
let cable: Cable

afterEach(async () => {
  await shop.close()
  await cable.close()
})

async function open(variable: 'DATABASE_URL' | 'REDIS_URL'): Promise<void> {
  cable = await cableTo(String(testEnvironment()[variable]))
  shop = await world({ [variable]: cable.url })
}

/** Members of the counter, and many sales with their cards: each is one event, and points for each. */
async function sellMuch(): Promise<void> {
  const at = shop.clock.now()
  const cards = Array.from({ length: MEMBERS }, newCardNo)
  await shop.db
    .insertInto('member')
    .values(
      cards.map(cardNo => ({
        id: shop.kernel.newId(),
        state: 'active',
        cardNo,
        source: 'staff',
        termsVersion: '1',
        termsAcceptedAt: at,
        enrolledAt: at,
        updatedAt: at,
      })),
    )
    .execute()
  for (let i = 0; i < SALES; i++) {
    await inTransaction(shop.db, tx =>
      shop.modules.sales.record(tx, {
        storeCode: 'S1',
        tillCode: '1',
        businessDate: '2026-11-21',
        receiptNo: `R${i}`,
        type: 'sale',
        businessAt: at,
        memberRef: { kind: 'card', value: cards[i % MEMBERS] ?? '' },
        lines: [{ productCode: 'P1', name: '上海青', quantity: '1', unitPrice: '10.90' }],
      }),
    )
  }
}

async function expectAllPoints(): Promise<void> {
  const { rows } = await sql<{ balance: string; entries: string }>`
    select (select sum(balance) from points_account) as balance, (select count(*) from points_entry) as entries`.execute(
    shop.db,
  )
  expect([Number(rows[0]?.balance), Number(rows[0]?.entries)]).toEqual([SALES * 10, SALES])
}

it.each([
  ['DATABASE_URL', 'common.databaseDown'],
  ['REDIS_URL', 'common.redisDown'],
] as const)(
  'without %s requests are told %s, and afterwards every point is there once',
  async (variable, code) => {
    await open(variable)
    await sellMuch()
    const owner = await shop.as('owner')
    const draining = shop.drain(60_000).then(
      () => 'drained',
      (error: unknown) => error,
    )
    for (let i = 0; i < 4; i++) {
      await sleep(150)
      cable.pull()
      const refused = owner.call(staffApi).list()
      await expect(refused).rejects.toMatchObject({ status: 503, code })
      await sleep(300)
      cable.plug()
      await expect
        .poll(
          () =>
            owner
              .call(staffApi)
              .list()
              .then(
                page => page.items.length,
                () => 0,
              ),
          { timeout: 10_000 },
        )
        .toBe(1)
    }
    // What waited for the cable counts as trouble of the watch, not of the work: the work itself must end.
    await draining
    await expect
      .poll(
        () =>
          shop.drain(20_000).then(
            () => 'drained',
            () => 'not yet',
          ),
        { timeout: 60_000 },
      )
      .toBe('drained')
    await expect
      .poll(async () => (await shop.db.selectFrom('points_entry').select('id').execute()).length, { timeout: 60_000 })
      .toBe(SALES)
    await expectAllPoints()
  },
  180_000,
)
