import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { memberClosed, membersEnrolled } from '../members/events.ts'
import { documentsSettled } from '../sales/events.ts'
import { rewardsApi } from './contract/index.ts'
import { giveBirthdays, settleReferrals } from './jobs/activities.ts'
import { endLotteries, remindOfPickUps, sweepOrders } from './jobs/orders.ts'
import { orderReady } from './events.ts'
import { rewardsRoutes } from './routes/index.ts'
import type { Granting } from './service/grant.ts'
import { createRewardsService } from './service/index.ts'
import type { RewardsNeeds } from './service/ports.ts'

export type { RewardsNeeds } from './service/ports.ts'
export { rewardsPart } from './service/member-part.ts'

/** What other modules may ask of rewards: the one door by which a condition gives points and coupons, and takes points. */
export interface RewardsApi extends Granting {
  /** The night's birthday gifts, from wherever the night was left; says how many were given. */
  giveBirthdays(signal: AbortSignal): Promise<number>
  /** Decides the invitations that are due. */
  settleReferrals(signal: AbortSignal): Promise<void>
}

/** 会员权益: the points mall, the lottery, and what else turns a condition into points and coupons. */
export function createRewards(kernel: Kernel, needs: RewardsNeeds): Module<RewardsApi> {
  const rewards = createRewardsService(kernel, needs)
  return {
    name: 'rewards',
    api: {
      ...rewards.grants,
      giveBirthdays: signal => rewards.birthday.run(signal),
      settleReferrals: signal => rewards.referral.run(signal),
    },
    contracts: [rewardsApi],
    routes: router => rewardsRoutes(router, rewards),
    handlers: [
      on(orderReady, 'rewards.tellReady', ({ orderId }) => rewards.notices.ready(orderId)),
      on(membersEnrolled, 'rewards.invited', ({ members }) =>
        rewards.referral.enrolled(members.map(({ memberId }) => memberId)),
      ),
      on(documentsSettled, 'rewards.invitedBuys', ({ documentIds }) => rewards.referral.bought(documentIds)),
      on(memberClosed, 'rewards.forgetWords', ({ memberId }) => rewards.survey.forget(memberId)),
    ],
    jobs: [
      sweepOrders(kernel, rewards.desk),
      remindOfPickUps(rewards.notices),
      endLotteries(rewards.lottery.desk),
      giveBirthdays(rewards.birthday),
      settleReferrals(rewards.referral),
    ],
  }
}
