import { contract } from '../../../kernel/http/contract.ts'
import { birthdayOperations } from './birthday.ts'
import { lotteryOperations } from './lottery.ts'
import { mallOperations } from './mall.ts'
import { orderOperations } from './orders.ts'
import { referralOperations } from './referral.ts'
import { signInOperations } from './signin.ts'
import { surveyOperations } from './survey.ts'

export * from './errors.ts'
export * from './lottery.ts'
export * from './mall.ts'
export * from './orders.ts'

/** Every operation of the module; each of its areas declares its own. */
export const rewardsApi = contract('rewards', {
  ...mallOperations,
  ...orderOperations,
  ...lotteryOperations,
  ...signInOperations,
  ...birthdayOperations,
  ...referralOperations,
  ...surveyOperations,
})
