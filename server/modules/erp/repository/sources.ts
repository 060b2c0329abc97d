import type { Selectable } from 'kysely'
import type { Db, DB } from '../../../kernel/db.ts'

export type SourceRecord = Selectable<DB['erp_source']>
export type MappingRecord = Selectable<DB['erp_mapping']>
export type DropRecord = Selectable<DB['erp_drop']>

export const listSources = (db: Db): Promise<SourceRecord[]> =>
  db.selectFrom('erp_source').selectAll().orderBy('code').execute()

export const findSource = (db: Db, id: string): Promise<SourceRecord | undefined> =>
  db.selectFrom('erp_source').selectAll().where('id', '=', id).executeTakeFirst()

export const findSourceByCode = (db: Db, code: string): Promise<SourceRecord | undefined> =>
  db.selectFrom('erp_source').selectAll().where('code', '=', code).executeTakeFirst()

export async function insertSource(db: Db, source: SourceRecord): Promise<void> {
  await db.insertInto('erp_source').values(source).execute()
}

export async function updateSource(db: Db, id: string, change: Partial<SourceRecord>): Promise<void> {
  await db.updateTable('erp_source').set(change).where('id', '=', id).execute()
}

export function listMappings(db: Db, sourceId?: string): Promise<MappingRecord[]> {
  const query = db.selectFrom('erp_mapping').selectAll().orderBy('sourceId').orderBy('stream').orderBy('name')
  return (sourceId === undefined ? query : query.where('sourceId', '=', sourceId)).execute()
}

/** Saves a mapping; one of the same source, stream and name is replaced. */
export async function saveMapping(db: Db, mapping: MappingRecord): Promise<void> {
  const { filePattern, headerHash, definitionJson, updatedAt } = mapping
  await db
    .insertInto('erp_mapping')
    .values(mapping)
    .onDuplicateKeyUpdate({ filePattern, headerHash, definitionJson, updatedAt })
    .execute()
}

export const findDrops = (db: Db, sourceId: string): Promise<DropRecord[]> =>
  db.selectFrom('erp_drop').selectAll().where('sourceId', '=', sourceId).execute()

export async function saveDrop(db: Db, drop: DropRecord): Promise<void> {
  const { size, modifiedMs, state, importId, reason, seenAt } = drop
  await db
    .insertInto('erp_drop')
    .values(drop)
    .onDuplicateKeyUpdate({ size, modifiedMs, state, importId, reason, seenAt })
    .execute()
}
