import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { MOST_VIEWS, viewErrors, ViewSettings, type ListView } from '../contract/views.ts'
import { viewsRepository, type ViewRecord } from '../repository/views.ts'
import type { Audit } from './audit.ts'

/** Saved views of lists: everybody keeps their own; headquarters may show one to all. */
export function listViews({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, audit: Audit) {
  const viewOf = (row: ViewRecord & { readonly ownerName: string }, staffId: string): ListView => ({
    viewId: row.id,
    name: row.name,
    // Kept by an older version perhaps: what is no longer a setting is left out.
    settings: ViewSettings.catch({ search: '', sort: '', filters: {}, columns: null }).parse(
      JSON.parse(row.settingsJson),
    ),
    shared: row.shared !== 0,
    own: row.staffId === staffId,
    ownerName: row.ownerName,
  })

  async function one(viewId: string, caller: StaffCaller): Promise<ListView> {
    const row = await viewsRepository(db).find(viewId)
    if (row === undefined) throw viewErrors.noView()
    return viewOf(row, caller.staffId)
  }

  /** Runs a write; a name that the person has given to another view of the list is refused. */
  async function named(name: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await inTransaction(db, work)
    } catch (error) {
      if (uniqueViolation(error) !== null) throw viewErrors.viewNameTaken({ name })
      throw error
    }
  }

  return {
    async list(list: string, caller: StaffCaller) {
      const rows = await viewsRepository(db).ofList(list, caller.staffId)
      return { items: rows.map(row => viewOf(row, caller.staffId)) }
    },

    async save(given: { list: string; name: string; settings: ViewSettings }, caller: StaffCaller): Promise<ListView> {
      const id = newId()
      await named(given.name, async tx => {
        const views = viewsRepository(tx)
        // Two windows at once: the second counts what the first has kept.
        await views.holdOwner(caller.staffId)
        if ((await views.count(caller.staffId, given.list)) >= MOST_VIEWS)
          throw viewErrors.tooManyViews({ limit: MOST_VIEWS })
        const now = clock.now()
        await views.insert({
          id,
          staffId: caller.staffId,
          list: given.list,
          name: given.name,
          settingsJson: JSON.stringify(given.settings),
          shared: 0,
          createdAt: now,
          updatedAt: now,
        })
      })
      return one(id, caller)
    },

    async change(
      viewId: string,
      change: { name?: string | undefined; settings?: ViewSettings | undefined },
      caller: StaffCaller,
    ): Promise<ListView> {
      await named(change.name ?? '', async tx => {
        const isDone = await viewsRepository(tx).update(viewId, caller.staffId, {
          ...(change.name === undefined ? {} : { name: change.name }),
          ...(change.settings === undefined ? {} : { settingsJson: JSON.stringify(change.settings) }),
          updatedAt: clock.now(),
        })
        if (!isDone) throw viewErrors.noView()
      })
      return one(viewId, caller)
    },

    async remove(viewId: string, caller: StaffCaller): Promise<void> {
      if (!(await viewsRepository(db).remove(viewId, caller.staffId))) throw viewErrors.noView()
    },

    async share(viewId: string, shared: boolean, caller: StaffCaller): Promise<ListView> {
      if (caller.scope.kind !== 'all') throw viewErrors.shareWholeChain()
      await inTransaction(db, async tx => {
        const views = viewsRepository(tx)
        const view = await views.find(viewId)
        const isOpen = view !== undefined && view.shared !== 0
        // What somebody has shared who is away, another may take back.
        if (view === undefined || (view.staffId !== caller.staffId && !isOpen)) throw viewErrors.noView()
        if (isOpen === shared) return
        await views.update(viewId, view.staffId, { shared: shared ? 1 : 0, updatedAt: clock.now() })
        await audit(tx, caller, {
          action: 'staff.shareView',
          subjectKind: 'view',
          subjectId: viewId,
          details: { list: view.list, name: view.name, shared },
        })
      })
      return one(viewId, caller)
    },
  }
}
export type ListViews = ReturnType<typeof listViews>
