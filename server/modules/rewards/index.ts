import type { Kernel, Module } from '../../kernel/module.ts'
import { rewardsApi } from './contract/index.ts'
import { rewardsRoutes } from './routes/index.ts'
import type { Granting } from './service/grant.ts'
import { createRewardsService } from './service/index.ts'
import type { RewardsNeeds } from './service/ports.ts'

export type { RewardsNeeds } from './service/ports.ts'

/** What other modules may ask of rewards: the one door by which a condition gives points and coupons, and takes points. */
export type RewardsApi = Granting

/** 会员权益: the points mall, the lottery, and what else turns a condition into points and coupons. */
export function createRewards(kernel: Kernel, needs: RewardsNeeds): Module<RewardsApi> {
  const rewards = createRewardsService(kernel, needs)
  return {
    name: 'rewards',
    api: rewards.grants,
    contracts: [rewardsApi],
    routes: router => rewardsRoutes(router, rewards),
    handlers: [],
    jobs: [],
  }
}
