import type { Job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { couponBulks, sweepBulks, type BulkNeeds } from './bulk.ts'
import { claimCentre } from './claim-centre.ts'
import { settleClaimsJob, sweepClaims } from './claim-drain.ts'
import { couponNames } from './claim-names.ts'
import { couponOffers } from './claim-offers.ts'
import { couponClaims, type ClaimAnswer } from './claim.ts'
import { couponCodes } from './pool.ts'

export type ClaimNeeds = BulkNeeds

/** What belongs to claiming, made once: the centre, claims, codes, files, and their jobs. */
export function claimRoom(kernel: Kernel, needs: ClaimNeeds, audit: Audit) {
  const settle = settleClaimsJob(() => claims)
  const claims = couponClaims(kernel, offerId => kernel.enqueue(settle, { offerId }))
  const bulks = couponBulks(kernel, needs, audit)
  const jobs: readonly Job[] = [settle, sweepClaims(kernel, () => claims), bulks.job, sweepBulks(kernel, bulks.job)]
  return {
    claims,
    bulks,
    jobs,
    centre: claimCentre(kernel),
    names: couponNames(kernel),
    codes: couponCodes(kernel, audit),
    offers: couponOffers(kernel, audit, claims),
    /** An answer as the phone reads it. */
    answer: (said: ClaimAnswer) => ({
      outcome: said.is,
      couponId: said.is === 'claimed' ? said.couponId : null,
    }),
  }
}
export type ClaimRoom = ReturnType<typeof claimRoom>
