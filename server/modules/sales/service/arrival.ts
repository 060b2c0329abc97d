import type { z } from 'zod'
import { addDays, daysBetween, shopDay, shopInstant } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { scopeWhere } from '../../../kernel/scope.ts'
import { storeNames } from '../../catalog/index.ts'
import { decimalText, quarantinedByDay, readDecimal } from '../../erp/index.ts'
import { salesErrors, type ArrivalCell } from '../contract.ts'
import { arrivalsByStore, daysByStore } from '../repository/numbers.ts'
import { comparedTrailers } from './trailers.ts'

type Cell = z.input<typeof ArrivalCell>
type Here = Awaited<ReturnType<typeof daysByStore>>[number]
type Came = Awaited<ReturnType<typeof arrivalsByStore>>[number]

/** The file of a day is due by this time of the next one. */
const DUE = '08:00'
/** What comes later than this is history being loaded, not a file that is late. */
const HISTORY_DAYS = 31
const LONGEST = 92

interface Store {
  readonly code: string
  readonly name: string
  readonly status: string
  readonly closedFrom: string | null
  readonly closedUntil: string | null
}

const isClosed = (store: Store, day: string): boolean =>
  store.status === 'closed' ||
  (store.closedFrom !== null && day >= store.closedFrom && (store.closedUntil === null || day <= store.closedUntil))

/** 到数: for each store and day whether its data is here, whole, and in time. */
export function arrivalMatrix({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  const zone = config.SHOP_ZONE
  const dueAt = (day: string): Date => shopInstant(`${addDays(day, 1)} ${DUE}`, zone) ?? clock.now()

  function stateOf(
    store: Store,
    day: string,
    here: Here | undefined,
    stated: Came | undefined,
    first: Date | null,
    quarantined: number,
    trailer: Cell['trailer'],
  ): Cell['state'] {
    const unconfirmed = stated === undefined ? 0 : (here?.unconfirmed ?? 0)
    if (quarantined > 0 || unconfirmed > 0 || trailer?.agrees === false) return 'different'
    if (stated !== undefined && differs(here, stated)) return 'different'
    if (first !== null)
      return first > dueAt(day) && daysBetween(day, shopDay(first, zone)) <= HISTORY_DAYS ? 'late' : 'arrived'
    if (isClosed(store, day)) return 'closed'
    return clock.now() < dueAt(day) ? 'pending' : 'missing'
  }

  return async (query: { from: string; to: string; storeCode?: string | undefined }, scope: Scope) => {
    if (daysBetween(query.from, query.to) < 0 || daysBetween(query.from, query.to) >= LONGEST)
      throw salesErrors.badRange({ days: LONGEST })
    let chosen = db
      .selectFrom(storeNames(db).as('s'))
      .selectAll('s')
      .where(scopeWhere(scope, 's.code'))
      .orderBy('s.code')
    if (query.storeCode !== undefined) chosen = chosen.where('s.code', '=', query.storeCode)
    const [stores, here, came, quarantined] = await Promise.all([
      chosen.execute(),
      daysByStore(db, scope, query.from, query.to),
      arrivalsByStore(db, scope, query.from, query.to),
      db
        .selectFrom(quarantinedByDay(db).as('q'))
        .selectAll('q')
        .where('q.businessDate', '>=', query.from)
        .where('q.businessDate', '<=', query.to)
        .execute(),
    ])
    const at = (code: string | null, day: string | null): string => `${code}|${day}`
    const hereBy = new Map(here.map(row => [at(row.storeCode, row.day), row]))
    const cameBy = Map.groupBy(came, row => at(row.storeCode, row.businessDate))
    const trailers = await comparedTrailers(
      db,
      [...cameBy.values()].flatMap(rows => rows.at(-1)?.importId ?? []),
    )
    const badBy = new Map(quarantined.map(row => [at(row.storeCode, row.businessDate), Number(row.rows)]))
    const days = Array.from({ length: daysBetween(query.from, query.to) + 1 }, (_, i) => addDays(query.from, i))
    const cells = stores.flatMap(store =>
      days.map((day): Cell => {
        const key = at(store.code, day)
        const found = hereBy.get(key)
        const arrivals = cameBy.get(key) ?? []
        const stated = arrivals.reduce<Came | undefined>(
          (best, next) => (best === undefined || next.documents >= best.documents ? next : best),
          undefined,
        )
        const first = arrivals[0]?.arrivedAt ?? null
        const bad = badBy.get(key) ?? 0
        const trailer = trailers.get(arrivals.at(-1)?.importId ?? '') ?? null
        return {
          storeCode: store.code,
          day,
          state: stateOf(store, day, found, stated, first, bad, trailer),
          documents: found?.documents ?? 0,
          lines: found?.lines ?? 0,
          net: found?.net ?? decimalText(0),
          stated: stated === undefined ? null : { documents: stated.documents, lines: stated.lines, net: stated.net },
          trailer,
          quarantined: bad,
          unconfirmed: found?.unconfirmed ?? 0,
          arrivedAt: first,
          importIds: arrivals.map(row => row.importId),
        }
      }),
    )
    return { stores: stores.map(({ code, name }) => ({ code, name })), days, cells }
  }
}

/** Fewer documents here than stated, or as many with another net. */
function differs(here: Here | undefined, stated: Came): boolean {
  if (here === undefined || here.documents < stated.documents) return true
  return here.documents === stated.documents && cents(here.net) !== cents(stated.net)
}

function cents(text: string): number {
  const read = readDecimal(text, 'net')
  return 'value' in read ? read.value : Number.NaN
}
