import type Router from '@koa/router'
import type { Rewards } from '../service/index.ts'
import { mallRoutes } from './mall.ts'

/** Mounts the operations of every area of the module. */
export function rewardsRoutes(router: Router, rewards: Rewards): void {
  mallRoutes(router, rewards)
}
