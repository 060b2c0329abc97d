import type Router from '@koa/router'
import type { Rewards } from '../service/index.ts'
import { activityRoutes } from './activities.ts'
import { lotteryRoutes } from './lottery.ts'
import { mallRoutes } from './mall.ts'
import { orderRoutes } from './orders.ts'

/** Mounts the operations of every area of the module. */
export function rewardsRoutes(router: Router, rewards: Rewards): void {
  mallRoutes(router, rewards)
  orderRoutes(router, rewards)
  lotteryRoutes(router, rewards)
  activityRoutes(router, rewards)
}
