import { granting } from './grant.ts'
import { mallOfShopper } from './mall.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { mallProducts } from './products.ts'

/** The parts of rewards, made once; what gives or takes goes through `granting`. */
export function createRewardsService(kernel: RewardsKernel, needs: RewardsNeeds) {
  const grants = granting(kernel, needs)
  return {
    grants,
    mall: mallOfShopper(kernel, needs),
    products: mallProducts(kernel, needs),
  }
}
export type Rewards = ReturnType<typeof createRewardsService>
