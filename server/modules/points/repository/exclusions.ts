import type { Db, Tx } from '../../../kernel/db.ts'

export interface ExclusionRow {
  readonly kind: string
  readonly value: string
}

/** What earns nothing until the shop says otherwise. */
const DEFAULTS: readonly ExclusionRow[] = [
  ...['tobacco', 'prepaid_card', 'bag', 'service_fee', 'rounding', 'voucher'].map(value => ({
    kind: 'productKind',
    value,
  })),
  { kind: 'channel', value: 'corporate' },
]
/** Stands for "the shop has said: nothing is excluded"; an empty table means that it has said nothing yet. */
const NOTHING: ExclusionRow = { kind: 'nothing', value: '' }

/** The settings of what earns nothing. */
export const exclusionsRepository = (db: Db) => ({
  async all(): Promise<readonly ExclusionRow[]> {
    const rows = await db
      .selectFrom('points_exclusion')
      .select(['kind', 'value'])
      .orderBy('kind')
      .orderBy('value')
      .execute()
    return rows.length === 0 ? DEFAULTS : rows.filter(row => row.kind !== NOTHING.kind)
  },
})

/** Replaces the settings as a whole. */
export async function replaceExclusions(tx: Tx, rows: readonly ExclusionRow[]): Promise<void> {
  await tx.deleteFrom('points_exclusion').execute()
  await tx
    .insertInto('points_exclusion')
    .values(rows.length === 0 ? [NOTHING] : [...rows])
    .execute()
}
