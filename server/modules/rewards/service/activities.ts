import type { Log } from '../../../kernel/log.ts'
import { birthdays } from './birthday.ts'
import type { Granting } from './grant.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { referralViews } from './referral-views.ts'
import { referrals } from './referral.ts'
import { signIns } from './signin.ts'
import { surveys } from './survey.ts'

/** Conditions that are met by members themselves: signing in, a birthday, an invitation, an answer. */
export function activities(kernel: RewardsKernel & { readonly log: Log }, needs: RewardsNeeds, grants: Granting) {
  const referral = referrals(kernel, needs, grants)
  return {
    signIn: signIns(kernel, needs, grants),
    birthday: birthdays(kernel, needs, grants),
    referral,
    referralViews: referralViews(kernel, needs, referral),
    survey: surveys(kernel, needs, grants),
  }
}
