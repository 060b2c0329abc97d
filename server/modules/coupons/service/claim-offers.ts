import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { claimErrors, type NewOffer, type OfferShelf } from '../contract/claims.ts'
import { couponsErrors } from '../contract/errors.ts'
import { codesRepository } from '../repository/codes.ts'
import { offersRepository, type OfferRecord, type ReleaseRecord } from '../repository/offers.ts'
import { templatesRepository } from '../repository/templates.ts'
import type { CouponClaims } from './claim.ts'
import { codeView } from './pool.ts'

const viewOf = (offer: OfferRecord, releases: readonly ReleaseRecord[], now: Date) => ({
  offerId: offer.id,
  templateId: offer.templateId,
  shelf: offer.shelf as OfferShelf,
  hot: offer.hot === 1,
  open: offer.state === 'open',
  closesAt: offer.closesAt,
  newDays: offer.newDays,
  claimed: offer.claimed,
  released: releases.filter(({ at }) => at <= now).reduce((sum, { quantity }) => sum + quantity, 0),
  releases: releases.map(({ at, quantity }) => ({ at, quantity })),
})

/** What marketing puts into the claim centre. Every change is audited; what has been released stays released. */
export function couponOffers(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  audit: Audit,
  claims: Pick<CouponClaims, 'settling' | 'prime'>,
) {
  async function view(templateId: string) {
    const offer = await offersRepository(db).ofTemplate(templateId)
    if (offer === undefined) return null
    return viewOf(offer, await offersRepository(db).releases([offer.id]), clock.now())
  }

  return {
    /** How a template can be had: in the centre, by codes, from a pool. */
    async of(templateId: string) {
      if ((await templatesRepository(db).find(templateId)) === undefined) throw couponsErrors.noTemplate()
      const codes = await codesRepository(db).ofTemplate(templateId)
      return {
        offer: await view(templateId),
        codes: codes.map(codeView),
        pool: await codesRepository(db).pool(templateId),
      }
    },

    async put(caller: StaffCaller, templateId: string, given: NewOffer) {
      const template = await templatesRepository(db).find(templateId)
      if (template === undefined) throw couponsErrors.noTemplate()
      if (template.state === 'ended') throw couponsErrors.notActive()
      const now = clock.now()
      const columns = {
        shelf: given.shelf,
        state: given.open ? 'open' : 'closed',
        hot: given.hot ? 1 : 0,
        closesAt: given.closesAt === null ? null : new Date(given.closesAt),
        newDays: given.newDays,
        updatedAt: now,
      }
      const releases = given.releases
        .map(({ at, quantity }) => ({ at: new Date(at), quantity }))
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
      const id = await inTransaction(db, async tx => {
        const offers = offersRepository(tx)
        const before = await offers.ofTemplate(templateId)
        const offerId = before?.id ?? newId()
        if (before === undefined)
          await offers.insert({ id: offerId, templateId, ...columns, createdBy: caller.staffId, createdAt: now })
        else await offers.change(offerId, columns)
        // Held now: no claim counts against releases that are being changed.
        await offers.room(offerId, now)
        const sum = releases.filter(({ at }) => at <= now).reduce((all, { quantity }) => all + quantity, 0)
        const claimed = (await offers.find(offerId))?.claimed ?? 0
        if (sum < claimed) throw claimErrors.releasedPast()
        await offers.setReleases(offerId, releases)
        await audit(tx, caller, {
          action: 'coupons.putOffer',
          subjectKind: 'couponTemplate',
          subjectId: templateId,
          details: given,
        })
        return offerId
      })
      claims.settling.forget(id)
      if (given.hot) await claims.prime(id).catch(() => undefined)
      const after = await view(templateId)
      if (after === null) throw claimErrors.noOffer()
      return after
    },
  }
}
