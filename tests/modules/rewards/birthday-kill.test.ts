import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { testEnvironment } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults } from '../points/receipts.ts'
import { couponsOf, pointsOf, switchOn } from './activities.ts'

// The night of the birthdays is killed −9 in the middle of a gift and between two: afterwards everybody has one gift, whole.
const DAY = '2026-12-01T04:00:00Z'
let env: Record<string, string>
let shop: ShopWithPeople
beforeEach(async () => {
  env = testEnvironment()
  shop = await shopWithPeople(env)
})
afterEach(() => shop.close())

/** A night in a process of its own; says by which signal it ended. */
async function night(faults = ''): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'birthday-night.ts'), DAY], {
    env: { ...process.env, ...env, DATA_DIR: shop.config.DATA_DIR, FAULT_POINTS: faults },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

test.each(['rewards.amidBirthdayGift', 'rewards.afterBirthdayGift'])(
  'a night that falls twice at %s, and two at once after it: one gift for each, never a half one',
  { timeout: 240_000 },
  async point => {
    const template = await newTemplate(shop)
    await switchOn(shop, { birthday: { points: 88, couponTemplateIds: [template] } })
    const members: Awaited<ReturnType<typeof newMember>>[] = []
    for (let n = 0; n < 6; n++) members.push(await newMember(shop))
    for (const member of members)
      await member.call(rewardsApi).changeMyBirthday({ body: { calendar: 'solar', month: 12, day: 1 } })
    const held = async (): Promise<string[]> =>
      Promise.all(
        members.map(async ({ memberId }) => `${await pointsOf(shop, memberId)} ${await couponsOf(shop, memberId)}`),
      )
    for (let fall = 1; fall <= 2; fall++) {
      expect(await night(`${point}:2`)).toBe('SIGKILL')
      // Whole gifts or none.
      expect((await held()).filter(one => one !== '88 1' && one !== '0 0')).toEqual([])
    }
    expect((await held()).filter(one => one === '0 0').length).toBeGreaterThan(0)
    shop.clock.set(DAY)
    const goOn = () => shop.modules.rewards.giveBirthdays(new AbortController().signal)
    await Promise.all([goOn(), goOn()])
    expect(await held()).toEqual(members.map(() => '88 1'))
    expect(await goOn()).toBe(0)
    expect(await held()).toEqual(members.map(() => '88 1'))
    expect(await shop.db.selectFrom('birthday_gift').select('memberId').execute()).toHaveLength(6)
    expect(await ledgerFaults(shop)).toEqual([])
  },
)
