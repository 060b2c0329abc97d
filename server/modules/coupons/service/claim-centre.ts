import type { Kernel } from '../../../kernel/module.ts'
import { activeMembers } from '../../members/index.ts'
import type { CentreOffer, OfferShelf } from '../contract/claims.ts'
import { offersRepository, type OfferRule, type ReleaseRecord } from '../repository/offers.ts'
import { newUntil } from './claim.ts'
import { templateView } from './templates.ts'

/** Offers that a shopper is shown at most. */
const MOST = 100
const RANK = { claimable: 0, soldOut: 1, claimed: 2, notForYou: 3 } as const

/** 领券中心 as one member sees it: what can be had first, then what comes again, then what one has. */
export function claimCentre({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  return {
    async list(memberId: string, storeCode: string | null) {
      const now = clock.now()
      const offers = await offersRepository(db).open(now, MOST)
      const releases = Map.groupBy(
        await offersRepository(db).releases(offers.map(({ offer }) => offer.id)),
        ({ offerId }) => offerId,
      )
      const had = await offersRepository(db).hadOf(
        memberId,
        offers.map(({ template }) => template.id),
      )
      const member = await activeMembers(db).where('member.id', '=', memberId).executeTakeFirst()
      const isNew = (days: number | null): boolean =>
        days === null || (member !== undefined && newUntil(member.enrolledAt, days, config.SHOP_ZONE) > now)

      // Who names no store means the usual one, as in the wallet.
      const at = storeCode ?? member?.homeStoreCode ?? null

      const shown = offers.flatMap((rule): ReturnType<typeof view>[] => {
        const one = view(rule, releases.get(rule.offer.id) ?? [], had.get(rule.template.id) ?? 0, now)
        const isOver = rule.offer.shelf === 'newcomer' && !isNew(rule.offer.newDays)
        // An offer of other stores is none here; one that was for newcomers and never claimed says nothing to others.
        if (rule.offer.shelf === 'store' && at !== null && one.stores !== null && !one.stores.includes(at)) return []
        return isOver && one.mine === 0
          ? []
          : [isOver && one.standing !== 'claimed' ? { ...one, standing: 'notForYou' } : one]
      })
      return { items: shown.toSorted((a, b) => RANK[a.standing] - RANK[b.standing]) }
    },
  }
}

const standingOf = (mine: number, limit: number, room: number): CentreOffer['standing'] =>
  mine >= limit ? 'claimed' : room === 0 ? 'soldOut' : 'claimable'

function view({ offer, template }: OfferRule, releases: readonly ReleaseRecord[], mine: number, now: Date) {
  const released = releases.filter(({ at }) => at <= now).reduce((sum, { quantity }) => sum + quantity, 0)
  const room = Math.max(0, Math.min(released - offer.claimed, template.stock - template.issued))
  const later = releases.find(({ at }) => at > now)
  return {
    ...templateView(template),
    offerId: offer.id,
    shelf: offer.shelf as OfferShelf,
    closesAt: offer.closesAt,
    standing: standingOf(mine, template.perMemberLimit, room),
    gone: released === 0 ? 100 : Math.min(100, Math.round(100 - (100 * room) / Math.max(room, released))),
    mine,
    next: later === undefined ? null : { at: later.at, quantity: later.quantity },
  }
}
