import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { BirthdayRules } from '../../../server/modules/rewards/contract/birthday.ts'
import type { ReferralRules } from '../../../server/modules/rewards/contract/referral.ts'
import type { SignInRules } from '../../../server/modules/rewards/contract/signin.ts'
import type { World } from '../../support/world.ts'

interface Rules {
  readonly signIn?: Partial<SignInRules>
  readonly birthday?: Partial<BirthdayRules>
  readonly referral?: Partial<ReferralRules>
}

/** Headquarters switches activities on with these rules. */
export async function switchOn(shop: World, rules: Rules): Promise<void> {
  const call = (await shop.as('owner')).call(rewardsApi)
  if (rules.signIn !== undefined) {
    const { version, rules: before } = await call.signInRules({})
    await call.changeSignInRules({ body: { version, rules: { ...before, isOn: true, ...rules.signIn } } })
  }
  if (rules.birthday !== undefined) {
    const { version, rules: before } = await call.birthdayRules({})
    await call.changeBirthdayRules({ body: { version, rules: { ...before, isOn: true, ...rules.birthday } } })
  }
  if (rules.referral !== undefined) {
    const { version, rules: before } = await call.referralRules({})
    await call.changeReferralRules({ body: { version, rules: { ...before, isOn: true, ...rules.referral } } })
  }
}

/** Points that a member may use now. */
export const pointsOf = async (shop: World, memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0

/** Coupons in a member's wallet. */
export const couponsOf = async (shop: World, memberId: string): Promise<number> =>
  (await shop.modules.coupons.ofMember(shop.db, memberId)).length
