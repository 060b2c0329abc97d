import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

type BlockRecord = Selectable<DB['till_block']>

/** Cards that earn and spend nothing at tills. */
export const blocksRepository = (db: Db) => ({
  of: (memberId: string): Promise<BlockRecord | undefined> =>
    db.selectFrom('till_block').selectAll().where('memberId', '=', memberId).executeTakeFirst(),

  /** Of these members, those whose card is blocked. */
  among: async (memberIds: readonly string[]): Promise<ReadonlySet<string>> =>
    memberIds.length === 0
      ? new Set()
      : new Set(
          (await db.selectFrom('till_block').select('memberId').where('memberId', 'in', memberIds).execute()).map(
            row => row.memberId,
          ),
        ),

  /** Blocks a card; one that is blocked already stays as it is. */
  add: (block: Insertable<DB['till_block']>) => db.insertInto('till_block').ignore().values(block).execute(),

  remove: async (memberId: string): Promise<boolean> =>
    affected(await db.deleteFrom('till_block').where('memberId', '=', memberId).executeTakeFirstOrThrow()) === 1,

  list: (scope: Scope): Promise<BlockRecord[]> =>
    db
      .selectFrom('till_block')
      .selectAll()
      .where(scopeWhere(scope, 'till_block.storeCode'))
      .orderBy('blockedAt', 'desc')
      .limit(2_000)
      .execute(),
})
