import type { CardSnapshot } from '../../lib/card-snapshot.ts'
import { clockText, dayAndTime, dayText, isZero, shopDay, signedPoints, whole, yuan } from '../../lib/format.ts'
import { isBehind } from '../../lib/fresh.ts'
import { fill, inLanguage, language, words } from '../../lib/i18n/index.ts'
import { tierLine } from '../../lib/tier-line.ts'

/** The card as the first tab shows it. */
export interface CardView {
  cardNo: string
  holder: string
  store: string
  points: string
  pointsNote: string
  /** which of the two meanings the note has */
  pointsOf: 'worth' | 'debt'
  coupons: string
  couponsNote: string
  receipts: string
  /** up to which day they are counted, and whether that is older than promised */
  receiptsNote: string
  behind: boolean
  truth: string
  waiting: string
  /** the tier beside the name, and what is missing to the next */
  rank: string
  tier: string
  /** when the figures were asked, and whether that is longer ago than one may rely on */
  asked: string
  old: boolean
}

/** Figures of a day ago turn amber where they cannot be asked anew. */
const freshFor = 86_400_000

/** Puts a snapshot of the card into words; `pointsPerYuan` is 0 where the phone has not been told. */
export function cardView(
  card: CardSnapshot,
  storeName: (code: string) => string,
  pointsPerYuan = 0,
  now: number = Date.now(),
): CardView {
  const t = words().code
  // What ended on the day of asking says nothing of a later day.
  const isToday = card.askedAt === undefined || shopDay(card.askedAt) === shopDay(now)
  return {
    cardNo: card.cardNo,
    holder: card.name || t.member,
    store: card.homeStore ? storeName(card.homeStore) : t.noStore,
    points: card.points === null ? '—' : whole(card.points),
    pointsNote: pointsNote(card, pointsPerYuan),
    pointsOf: card.debt > 0 ? 'debt' : 'worth',
    coupons: card.coupons === null ? '—' : fill(t.countCoupons, { count: card.coupons }),
    couponsNote: card.endingToday > 0 && isToday ? fill(t.endingToday, { count: card.endingToday }) : '',
    receipts: card.receiptsThisMonth ?? '—',
    receiptsNote: card.asOf === null ? '' : fill(t.upTo, { day: dayText(card.asOf, now) }),
    behind: card.asOf !== null && isBehind(card.asOf, shopDay(now)),
    truth: truthLine(card),
    waiting: card.waitingCards > 0 ? fill(t.waiting, { count: card.waitingCards }) : '',
    rank: card.tier?.tier ? inLanguage(card.tier.tier.name) : '',
    tier: card.tier ? tierLine(card.tier) : '',
    asked: card.askedAt === undefined ? '' : fill(t.asOf, { day: askedText(card.askedAt, now) }),
    old: card.askedAt === undefined || now - card.askedAt > freshFor,
  }
}

// 今天 06:40; of another day with its date.
function askedText(askedAt: number, now: number): string {
  const at = new Date(askedAt).toISOString()
  return shopDay(at) === shopDay(now) ? fill(words().code.today, { time: clockText(at) }) : dayAndTime(at, now)
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
