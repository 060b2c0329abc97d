import { sql, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import { TierRules } from '../contract.ts'
import type { Version } from '../service/history.ts'
import { NEVER } from '../service/periods.ts'

export type MemberTierRecord = Selectable<DB['tier_member']>
export type ChangeRecord = Selectable<DB['tier_change']>
export type DryRunRecord = Selectable<DB['tier_dry_run']>

const MEMBER_COLUMNS = ['memberId', 'tier', 'since', 'reviewOn', 'value', 'rulesVersion', 'computedAt'] as const
const CHANGE_COLUMNS = ['id', 'memberId', 'seq', 'day', 'fromTier', 'toTier', 'reason', 'rulesVersion', 'at'] as const

/** Versions of the rules, members' tiers and how they came about. */
export const tiersRepository = (db: Db) => ({
  versionRows: () => db.selectFrom('tier_rules').selectAll().orderBy('version').execute(),

  versions: async (): Promise<Version[]> => {
    const rows = await db.selectFrom('tier_rules').selectAll().orderBy('version').execute()
    return rows.map(({ version, validFrom, rulesJson }) => ({
      version,
      validFrom,
      rules: TierRules.parse(JSON.parse(rulesJson)),
    }))
  },

  members: async (memberIds: readonly string[]): Promise<Map<string, MemberTierRecord>> => {
    if (memberIds.length === 0) return new Map()
    const rows = await db.selectFrom('tier_member').selectAll().where('memberId', 'in', memberIds).execute()
    return new Map(rows.map(row => [row.memberId, row]))
  },

  /** All changes of members, oldest first. */
  changes: async (memberIds: readonly string[]): Promise<Map<string, ChangeRecord[]>> => {
    if (memberIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('tier_change')
      .selectAll()
      .where('memberId', 'in', memberIds)
      .orderBy('memberId')
      .orderBy('seq')
      .execute()
    return Map.groupBy(rows, row => row.memberId)
  },

  /** Members whose tier is to be decided by a day though nobody has bought anything. */
  due: async (today: string, limit: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('tier_member')
      .select('memberId')
      .where('reviewOn', '<=', today)
      .orderBy('reviewOn')
      .orderBy('memberId')
      .limit(limit)
      .execute()
    return rows.map(row => row.memberId)
  },

  counts: async (scope: Scope): Promise<{ tier: string; members: number }[]> => {
    const rows = await db
      .selectFrom('tier_member as t')
      .innerJoin(activeMembers(db).as('m'), 'm.memberId', 't.memberId')
      .select(['t.tier', sql<number>`count(*)`.as('members')])
      .where(scopeWhere(scope, 'm.homeStoreCode'))
      .groupBy('t.tier')
      .execute()
    return rows.map(row => ({ tier: row.tier, members: Number(row.members) }))
  },

  dryRun: (id: string): Promise<DryRunRecord | undefined> =>
    db.selectFrom('tier_dry_run').selectAll().where('id', '=', id).executeTakeFirst(),

  dryRuns: (limit: number): Promise<DryRunRecord[]> =>
    db.selectFrom('tier_dry_run').selectAll().orderBy('createdAt', 'desc').limit(limit).execute(),
})

/** Makes sure that members have their rows and holds them until the transaction ends (in one order for all). */
export async function holdMembers(
  tx: Tx,
  memberIds: readonly string[],
  at: Date,
): Promise<Map<string, MemberTierRecord>> {
  const ids = [...new Set(memberIds)].toSorted()
  await insertRows(
    tx,
    'tier_member',
    MEMBER_COLUMNS,
    ids.map(id => [id, '', NEVER, NEVER, 0, 0, at]),
    { update: ['memberId'] },
  )
  const rows = await tx
    .selectFrom('tier_member')
    .selectAll()
    .where('memberId', 'in', ids)
    .orderBy('memberId')
    .forUpdate()
    .execute()
  return new Map(rows.map(row => [row.memberId, row]))
}

/** Writes members' tiers and the changes that led there. */
export async function writeTiers(
  tx: Tx,
  members: readonly MemberTierRecord[],
  changes: readonly ChangeRecord[],
): Promise<void> {
  await insertRows(
    tx,
    'tier_member',
    MEMBER_COLUMNS,
    members.map(row => MEMBER_COLUMNS.map(column => row[column])),
    { update: ['tier', 'since', 'reviewOn', 'value', 'rulesVersion', 'computedAt'] },
  )
  await insertRows(
    tx,
    'tier_change',
    CHANGE_COLUMNS,
    changes.map(row => CHANGE_COLUMNS.map(column => row[column])),
  )
}
