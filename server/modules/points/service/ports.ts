import type { Db, Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'

/** What points needs of the modules beside and below it. */
export interface PointsNeeds {
  readonly audit: Audit
  readonly members: Pick<MembersApi, 'inReach' | 'idsByCards' | 'birthdays' | 'headsOf' | 'briefs'>
  /** Names of staff by id; ids that are none are left out. */
  readonly staffNames: (db: Db, ids: readonly string[]) => Promise<Map<string, string>>
  /** The tier of members on a business date; those without one are left out. Asked only where the rules name tiers. */
  readonly tiersOn: (db: Db, memberIds: readonly string[], day: string) => Promise<Map<string, string>>
  /** Makes an anonymous receipt a member's; false when it is somebody's already. */
  readonly claimReceipt: (tx: Tx, documentId: string, memberId: string) => Promise<boolean>
  /** Of these documents, those that earn nothing (over a limit against fraud), and why. */
  readonly withheld: (
    db: Db,
    documentIds: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly zh: string; readonly en: string }>>
}

/** What the ledger is kept with. */
export type LedgerKernel = Pick<Kernel, 'clock' | 'newId' | 'config'>
