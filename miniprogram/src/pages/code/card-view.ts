import type { CardSnapshot } from '../../lib/card-snapshot.ts'
import { dayText, isZero, signedPoints, whole, yuan } from '../../lib/format.ts'
import { fill, language, words } from '../../lib/i18n/index.ts'

/** The card as the first tab shows it. */
export interface CardView {
  cardNo: string
  holder: string
  store: string
  points: string
  pointsNote: string
  coupons: string
  couponsNote: string
  receipts: string
  truth: string
  waiting: string
}

/** Puts a snapshot of the card into words; `pointsPerYuan` is 0 where the phone has not been told. */
export function cardView(card: CardSnapshot, storeName: (code: string) => string, pointsPerYuan = 0): CardView {
  const t = words().code
  return {
    cardNo: card.cardNo,
    holder: card.name || t.member,
    store: card.homeStore ? storeName(card.homeStore) : t.noStore,
    points: card.points === null ? '—' : whole(card.points),
    pointsNote: pointsNote(card, pointsPerYuan),
    coupons: card.coupons === null ? '—' : fill(t.countCoupons, { count: card.coupons }),
    couponsNote: card.endingToday > 0 ? fill(t.endingToday, { count: card.endingToday }) : '',
    receipts: card.receiptsThisMonth ?? '—',
    truth: truthLine(card),
    waiting: card.waitingCards > 0 ? fill(t.waiting, { count: card.waitingCards }) : '',
  }
}

// What is owed comes first; else what the points are worth at a till, once they are worth a fen.
function pointsNote({ points, debt }: CardSnapshot, perYuan: number): string {
  const t = words().code
  if (debt > 0) return fill(t.debt, { points: whole(debt) })
  const fen = points === null || perYuan === 0 ? 0 : Math.floor((points * 100) / perYuan)
  return fen > 0 ? fill(t.worth, { amount: yuan((fen / 100).toFixed(2)) }) : ''
}

// One line that is true now: the last receipt and its points, or when points come.
function truthLine({ latest, asOf }: CardSnapshot): string {
  const t = words().code
  const comma = language() === 'en' ? ', ' : '，'
  if (!latest) return asOf ? `${t.nextDay} · ${fill(t.asOf, { day: dayText(asOf) })}` : t.nextDay
  const receipt = fill(t.latest, { day: dayText(latest.businessDate), store: latest.storeName, net: yuan(latest.net) })
  if (latest.points === null) return `${receipt}${comma}${isZero(latest.net) ? t.noPoints : t.pending}`
  const earned = latest.points === 0 ? t.noPoints : fill(t.credited, { points: signedPoints(latest.points) })
  return `${receipt}${comma}${earned}`
}
