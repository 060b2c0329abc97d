import type { EarningRules } from '../../../server/modules/points/contract/rules.ts'
import type { World } from '../../support/world.ts'

/** Writes rules of earning that have always been there, in the place of those that this version had. */
export async function ruled(shop: World, rules: Partial<EarningRules>, version = 1): Promise<void> {
  await shop.db.deleteFrom('points_rules').where('version', '=', version).execute()
  await shop.db
    .insertInto('points_rules')
    .values({
      version,
      validFrom: '2026-01-01',
      rulesJson: JSON.stringify(rules),
      note: null,
      staffId: null,
      createdAt: shop.clock.now(),
    })
    .execute()
}
