import { shop } from '../api/index.ts'
import { shopDay } from './format.ts'
import type { CardSnapshot } from './card-snapshot.ts'
import { store, stored } from './storage.ts'
import type { TierStanding } from './tier-line.ts'

interface Holder {
  cardNo: string
  name: string
  homeStore: string | null
  waitingCards: number
}

const page = 50

/** Keeps who holds the card; figures known for the same card stay until they are asked again. */
export function keepHolder({ cardNo, name, homeStore, waitingCards }: Holder): CardSnapshot {
  const known = stored('card')
  const figures =
    known?.cardNo === cardNo
      ? known
      : { points: null, debt: 0, coupons: null, endingToday: 0, receiptsThisMonth: null, latest: null, asOf: null }
  const card = { ...figures, cardNo, name, homeStore, waitingCards }
  store('card', card)
  return card
}

// Of a tier only what the first tab shows is kept on the phone.
const glance = ({ tier, by, next, reviewOn }: TierStanding) => ({ tier, by, next, reviewOn })

/** Asks the shop for the card and all its figures and keeps them; null when the shopper has no card. Rejects with ApiError. */
export async function refreshCard(): Promise<CardSnapshot | null> {
  const { member } = await shop.members.me()
  if (!member) return null
  const holder = keepHolder(member)
  const [balance, wallet, receipts, standing] = await Promise.all([
    shop.points.myBalance(),
    shop.coupons.wallet({ query: { tab: 'usable' } }),
    shop.sales.myReceipts({ query: { limit: page } }),
    shop.tiers.myTier().catch(() => null),
  ])
  const thisMonth = shopDay(Date.now()).slice(0, 7)
  const count = receipts.items.filter(receipt => receipt.businessDate.startsWith(thisMonth)).length
  const last = receipts.items.find(receipt => receipt.type === 'sale')
  const earned = last ? await shop.points.myReceipt({ params: { documentId: last.id } }).catch(() => null) : null
  const card: CardSnapshot = {
    ...holder,
    points: balance.active,
    debt: balance.debt,
    coupons: wallet.counts.usable,
    endingToday: wallet.counts.endingToday,
    receiptsThisMonth: count === page ? `${page}+` : String(count),
    latest: last
      ? {
          storeName: last.storeName,
          businessDate: last.businessDate,
          net: last.net,
          points: earned === null || earned.state === 'pending' ? null : earned.points,
        }
      : null,
    asOf: receipts.asOf,
    tier: standing && glance(standing),
    askedAt: Date.now(),
  }
  store('card', card)
  return card
}
