import type { Granting } from '../grant.ts'
import type { RewardsKernel, RewardsNeeds } from '../ports.ts'
import { lotteryDesk } from './desk.ts'
import { drawing } from './draw.ts'
import { lotteryOfShopper } from './shop.ts'
import { lotteryProof } from './verify.ts'

/** Lotteries: the desk of the staff, the draw, the shopper's side, the proof. */
export function lotteries(kernel: RewardsKernel, needs: RewardsNeeds, grants: Granting) {
  const desk = lotteryDesk(kernel, needs)
  return {
    desk,
    draw: drawing(kernel, grants),
    shop: lotteryOfShopper(kernel, needs),
    verify: lotteryProof(kernel, desk),
  }
}
