import type { Log } from '../../../kernel/log.ts'
import { activities } from './activities.ts'
import { exchanging } from './exchange.ts'
import { granting } from './grant.ts'
import { lotteries } from './lottery/index.ts'
import { mallOfShopper } from './mall.ts'
import { orderViews } from './order-views.ts'
import { orderDesk } from './orders.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { mallPictures } from './pictures.ts'
import { mallProducts } from './products.ts'
import { pickupNotices } from './pickup-notice.ts'

/** The parts of rewards, made once; what gives or takes goes through `granting`. */
export function createRewardsService(kernel: RewardsKernel & { readonly log: Log }, needs: RewardsNeeds) {
  const grants = granting(kernel, needs)
  const mall = mallOfShopper(kernel, needs)
  const pictures = mallPictures(kernel, needs)
  const desk = orderDesk(kernel, needs, grants)
  return {
    grants,
    ...activities(kernel, needs, grants),
    lottery: lotteries(kernel, needs, grants),
    mall,
    desk,
    exchange: exchanging(kernel, needs, grants, mall),
    views: orderViews(kernel, needs, desk),
    notices: pickupNotices(kernel, needs),
    pictures,
    products: mallProducts(kernel, needs, pictures),
  }
}
export type Rewards = ReturnType<typeof createRewardsService>
