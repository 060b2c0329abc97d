import type { Liability } from '../contract/proof.ts'
import type { GraceLot, GraceSource, liabilityRepository } from '../repository/liability.ts'

export type Cohort = Liability['cohorts'][number]
type Sums = Omit<Cohort, 'month'>

/** Points of one month of earning. */
interface Part {
  readonly month: string
  points: number
}

/** Takes so many points off the front of a row of parts. */
function pull(parts: Part[], points: number): Part[] {
  const pulled: Part[] = []
  for (let rest = points; rest > 0;) {
    const [first] = parts
    if (first === undefined) break
    const part = Math.min(rest, first.points)
    pulled.push({ month: first.month, points: part })
    first.points -= part
    rest -= part
    if (first.points === 0) parts.shift()
  }
  return pulled
}

/**
 * Lays lots of grace to the months in which their points had been earned: there they have not expired, and there stands what
 * became of them. Where they were earned in several months, those of the first month are the first to expire again, then to be
 * used. Grace after grace is followed to its first month. What moved to another account after its grace counts there from the
 * month of the grace on, for a lot that was moved does not name the one it came from.
 */
function layGrace(of: (month: string) => Sums, lots: readonly GraceLot[], sources: readonly GraceSource[]): void {
  const sourcesOf = Map.groupBy(sources, source => source.lotId)
  /** What expired in lots of grace, by the month it is laid to: a later grace takes from there. */
  const lapsed = new Map<string, Part[]>()
  for (const lot of lots) {
    const origins = (sourcesOf.get(lot.lotId) ?? [])
      .flatMap(({ sourceId, month, points }) => {
        const again = lapsed.get(sourceId)
        return again === undefined ? [{ month, points }] : pull(again, points)
      })
      .toSorted((a, b) => (a.month < b.month ? -1 : a.month > b.month ? 1 : 0))
    for (const { month, points } of origins) of(month).expired -= points
    const { expired, used, takenBack, moved, granted } = lot
    const remaining = granted - expired - used - takenBack - moved
    const own = of(lot.month)
    own.granted -= granted - moved
    for (const [name, points] of Object.entries({ expired, used, takenBack, remaining }))
      own[name as keyof Sums] -= points
    const lost = pull(origins, expired)
    for (const { month, points } of lost) of(month).expired += points
    lapsed.set(lot.lotId, lost)
    for (const { month, points } of pull(origins, used)) of(month).used += points
    for (const { month, points } of pull(origins, takenBack)) of(month).takenBack += points
    for (const { month, points } of pull(origins, moved)) of(month).granted -= points
    for (const { month, points } of pull(origins, remaining)) of(month).remaining += points
  }
}

/**
 * What has become of points by the month of their earning: granted = used + taken back + expired + remaining. Points that were
 * moved (a merge and its undoing, a household) are granted once and stand where they are now; grace grants nothing anew; what a
 * write-off granted was nobody's to use. `taken back`: by returns, corrections of receipts and opening points, and by hand.
 */
export async function liabilityCohorts(from: ReturnType<typeof liabilityRepository>): Promise<Cohort[]> {
  const months = new Map<string, Sums>()
  const of = (month: string): Sums => {
    const sums = months.get(month) ?? { granted: 0, used: 0, takenBack: 0, expired: 0, remaining: 0 }
    months.set(month, sums)
    return sums
  }
  for (const { month, granted, remaining } of await from.lots()) {
    of(month).granted += granted
    of(month).remaining += remaining
  }
  for (const { month, fate, points } of await from.fates()) {
    if (fate === 'moved') of(month).granted -= points
    else of(month)[fate] += points
  }
  for (const { month, used, takenBack } of await from.writtenOff()) {
    of(month).granted -= used + takenBack
    of(month).used -= used
    of(month).takenBack -= takenBack
  }
  layGrace(of, await from.graceLots(), await from.graceSources())
  return [...months]
    .filter(([, sums]) => Object.values(sums).some(points => points !== 0))
    .map(([month, sums]) => ({ month, ...sums }))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1))
}

const TEN_THOUSAND = 10_000

/**
 * The share of points that expire unused, in ten-thousandths: of the months whose points are all settled or gone, expired ÷
 * (granted − taken back), for what was taken back is as if it had never been granted. Null while nothing has expired.
 */
export function breakageOf(cohorts: readonly Cohort[]): number | null {
  const finished = cohorts.filter(cohort => cohort.remaining === 0 && cohort.granted > cohort.takenBack)
  const lost = finished.reduce((all, cohort) => all + cohort.expired, 0)
  const base = finished.reduce((all, cohort) => all + cohort.granted - cohort.takenBack, 0)
  return lost === 0 ? null : Math.round((lost * TEN_THOUSAND) / base)
}
