import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { testEnvironment, world, type World } from '../../support/world.ts'
import { couponNow, eventFaults, newTemplate, oneCoupon, useOf } from './coupons.ts'

/** What `npm run loyalty:verify` finds of coupons when somebody alters rows past every rule. */
let env: Record<string, string>
let shop: World
let templateId: string
let fresh: HeldCoupon
let used: HeldCoupon
let back: HeldCoupon
beforeAll(async () => {
  env = testEnvironment()
  shop = await world(env)
  templateId = await newTemplate(shop, {
    perMemberLimit: 9,
    columns: { budget: 100_000, bearHq: 50, bearStore: 30, bearSupplier: 20 },
  })
  fresh = await oneCoupon(shop, templateId, 1)
  used = await oneCoupon(shop, templateId, 2)
  back = await oneCoupon(shop, templateId, 3)
  for (const coupon of [used, back])
    await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(coupon, `S01|01|2026-11-22|${coupon.id}`)))
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, `S01|01|2026-11-22|${back.id}`))
})
afterAll(() => shop.close())

const set = (table: string, key: string, id: string, column: string, value: unknown) =>
  sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where ${sql.ref(key)} = ${id}`.execute(shop.db)

/** Writes a value past every rule, says what is found, and puts the old one back. */
async function altered(table: string, key: string, id: string, column: string, value: unknown): Promise<string[]> {
  const { rows } = await sql<{ was: unknown }>`
    select ${sql.ref(column)} as was from ${sql.table(table)} where ${sql.ref(key)} = ${id}`.execute(shop.db)
  await set(table, key, id, column, value)
  const found = await eventFaults(shop)
  await set(table, key, id, column, rows[0]?.was)
  return found
}

test('coupons as they should be have no difference, whichever way they went', async () => {
  expect([fresh, used, back].map(({ state }) => state)).toEqual(['issued', 'issued', 'issued'])
  expect(await Promise.all([fresh, used, back].map(async each => (await couponNow(shop, each)).state))).toEqual([
    'issued',
    'redeemed',
    'issued',
  ])
  expect(await eventFaults(shop)).toEqual([])
})

test('whichever number is altered, it is named, and nothing else is', async () => {
  // A used coupon made usable again, an unused one used up, and one that came back made void.
  expect(await altered('coupon', 'id', used.id, 'state', 'issued')).toEqual([
    `coupons ${used.id}: issued 500 ≠ redeemed 500`,
  ])
  expect(await altered('coupon', 'id', fresh.id, 'state', 'redeemed')).toEqual([
    `coupons ${fresh.id}: redeemed 0 ≠ issued 0`,
  ])
  expect(await altered('coupon', 'id', back.id, 'state', 'void')).toEqual([`coupons ${back.id}: void 0 ≠ issued 0`])
  expect(await altered('coupon', 'id', used.id, 'discount', 400)).toEqual([
    `coupons ${used.id}: redeemed 400 ≠ redeemed 500`,
  ])
  expect(await altered('coupon_template', 'id', templateId, 'issued', 2)).toEqual([
    `couponTemplates ${templateId}: 2/500 ≠ 3/500`,
  ])
  expect(await altered('coupon_template', 'id', templateId, 'spent', 0)).toEqual([
    `couponTemplates ${templateId}: 3/0 ≠ 3/500`,
  ])
  expect(await altered('coupon_redemption', 'couponId', used.id, 'costStore', 151)).toEqual([
    `couponTemplates ${templateId}: 3/500 ≠ 3/500 (1 uneven)`,
  ])
  expect(await altered('coupon_redemption', 'couponId', used.id, 'takenBack', 100)).toEqual([
    `couponTemplates ${templateId}: 3/500 ≠ 3/400 (1 uneven)`,
  ])
  expect(await eventFaults(shop)).toEqual([])
})

test('a step that is gone or was never taken is missed, of every kind', async () => {
  for (const coupon of [fresh, used, back]) {
    const steps = await shop.db.selectFrom('coupon_event').selectAll().where('couponId', '=', coupon.id).execute()
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) {
      await shop.db.deleteFrom('coupon_event').where('id', '=', step.id).execute()
      const found = await eventFaults(shop)
      await shop.db.insertInto('coupon_event').values(step).execute()
      expect(found.map(fault => fault.split(':')[0])).toEqual([`coupons ${coupon.id}`])
    }
  }
  const twice = { id: shop.kernel.newId(), couponId: used.id, kind: 'redeem', docKey: 'S01|01|2026-11-22|2', fen: 500 }
  await shop.db
    .insertInto('coupon_event')
    .values({ ...twice, staffId: null, note: null, at: shop.clock.now() })
    .execute()
  expect(await eventFaults(shop)).toEqual([`coupons ${used.id}: redeemed 500 ≠ redeem from redeemed 500`])
  await shop.db.deleteFrom('coupon_event').where('id', '=', twice.id).execute()
  expect(await eventFaults(shop)).toEqual([])
})

/** The command itself, in a process of its own. */
async function command(): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../scripts/loyalty-verify.ts')], {
    env: { ...process.env, ...env, DATA_DIR: shop.config.DATA_DIR },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test('the command names the difference and ends with 1; put right, it ends with 0', { timeout: 120_000 }, async () => {
  await set('coupon', 'id', used.id, 'state', 'issued')
  const wrong = await command()
  expect(wrong.said).toContain('✗ 券状态 · States of coupons: 3 → 1')
  expect(wrong.said).toContain(`  coupons ${used.id}: issued 500 ≠ redeemed 500`)
  expect(wrong.said).toContain('✓ 券数量与预算 · Counts and budgets of coupons: 1 → 0')
  expect(wrong.code).toBe(1)
  await set('coupon', 'id', used.id, 'state', 'redeemed')
  const right = await command()
  expect([right.code, right.said.includes('✗')]).toEqual([0, false])
})
