import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Page } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { catalogErrors, StoreRow, type StoreChange, type StoreField, type StoreQuery } from '../contract.ts'
import { findStores, listStores, lockStore, openStores, updateStore, type StoreRecord } from '../repository/stores.ts'
import { columnsOf, factsOf, fieldOf, keptOf, statedOf, type StoreColumns } from './store-fields.ts'

/** What a manager may say of the own store; the rest is headquarters'. */
const OWN: ReadonlySet<string> = new Set<StoreField>(['phone', 'hours', 'closed'])

/** China on a map, roughly: degrees that fall outside were copied wrongly. */
const inChina = (latitude: number, longitude: number): boolean =>
  latitude >= 3 && latitude <= 54 && longitude >= 73 && longitude <= 136

/** Stores as people look at them and complete what the ERP does not say. */
export function storesDesk({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>, audit: Audit) {
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  function rowOf(store: StoreRecord): StoreRow {
    const stated = statedOf(store)
    const { closedFrom, closedUntil } = store
    const day = today()
    return StoreRow.parse({
      ...store,
      ...factsOf(store),
      provisional: store.provisional === 1,
      resting: closedFrom !== null && closedFrom <= day && (closedUntil === null || closedUntil >= day),
      kept: keptOf(store),
      stated: stated === null ? null : factsOf(stated),
    })
  }

  /** Throws when what the store would be then cannot be. */
  function requireSound({ latitude, longitude, closedFrom, closedUntil }: StoreColumns): void {
    if (closedUntil !== null && (closedFrom === null || closedFrom > closedUntil)) throw catalogErrors.daysTurned()
    if (latitude === null || longitude === null) return
    const [north, east] = [Number(latitude), Number(longitude)]
    if (inChina(north, east)) return
    throw inChina(east, north)
      ? catalogErrors.swappedDegrees()
      : catalogErrors.outsideChina({ latitude: north, longitude: east })
  }

  return {
    async stores(query: StoreQuery, scope: Scope): Promise<Page<StoreRow>> {
      const page = await listStores(db, scope, query, today())
      return { ...page, items: page.items.map(rowOf) }
    },

    openStores: async () => (await openStores(db)).map(rowOf),

    /**
     * Changes a store within the caller's scope. What differs is kept by people from then on, whatever the ERP states; what is
     * handed back follows the ERP again. A named store is provisional no more.
     */
    async changeStore(code: string, { handBack = [], ...change }: StoreChange, caller: StaffCaller): Promise<StoreRow> {
      if (!inScope(caller.scope, code)) throw catalogErrors.storeNotFound({ code })
      await inTransaction(db, async tx => {
        const before = await lockStore(tx, code)
        if (before === undefined) throw catalogErrors.storeNotFound({ code })
        const wanted = Object.entries(columnsIn(change)).filter(
          ([column, value]) => value !== undefined && value !== before[column as keyof StoreRecord],
        )
        const changed = new Set(wanted.flatMap(([column]) => fieldOf(column) ?? []))
        const back = handBack.filter(field => keptOf(before).includes(field) && !changed.has(field))
        if (changed.size + back.length === 0) return
        if ([...changed, ...back].some(field => !OWN.has(field)) && !caller.permissions.includes('catalog.write'))
          throw commonErrors.forbidden({ permission: 'catalog.write' })
        const stated = statedOf(before) ?? {}
        const returned = Object.fromEntries(
          [...columnsOf(back)].flatMap(column => (column in stated ? [[column, stated[column]]] : [])),
        )
        const next: StoreRecord = {
          ...before,
          ...Object.fromEntries(wanted),
          ...returned,
          kept: [...keptOf(before).filter(field => !back.includes(field) && !changed.has(field)), ...changed].join(','),
          provisional: changed.has('name') ? 0 : before.provisional,
          updatedAt: clock.now(),
        }
        requireSound(next)
        await updateStore(tx, code, next)
        await audit(tx, caller, {
          action: 'catalog.changeStore',
          subjectKind: 'store',
          subjectId: code,
          storeCode: code,
          details: { ...Object.fromEntries(wanted), ...(back.length === 0 ? {} : { handBack: back }) },
        })
      })
      const [store] = await findStores(db, [code])
      if (store === undefined) throw catalogErrors.storeNotFound({ code })
      return rowOf(store)
    },
  }
}

/** What a change names, as columns: degrees become decimals of six places. */
const columnsIn = (change: Omit<StoreChange, 'handBack'>): Record<string, string | null | undefined> =>
  Object.fromEntries(
    Object.entries(change).map(([key, value]) => [key, typeof value === 'number' ? value.toFixed(6) : value]),
  )
