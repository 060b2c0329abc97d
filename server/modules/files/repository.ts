import type { Db } from '../../kernel/db.ts'

/** A stored upload. */
export interface StoredFile {
  readonly id: string
  readonly sha256: string
  readonly size: number
  readonly name: string
  readonly mediaType: string
  readonly createdAt: Date
}

/** Writes down whose bytes these are. */
export async function insertFile(db: Db, file: StoredFile & { uploadedBy: string | null }): Promise<void> {
  await db.insertInto('file').values(file).execute()
}

/** The file of an id; undefined when there is none. */
export function findFile(db: Db, id: string): Promise<StoredFile | undefined> {
  return db
    .selectFrom('file')
    .select(['id', 'sha256', 'size', 'name', 'mediaType', 'createdAt'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Whether more than one file has these bytes. */
export async function isStoredTwice(db: Db, sha256: string): Promise<boolean> {
  const rows = await db.selectFrom('file').select('id').where('sha256', '=', sha256).limit(2).execute()
  return rows.length > 1
}

/** Forgets a file. */
export async function deleteFile(db: Db, id: string): Promise<void> {
  await db.deleteFrom('file').where('id', '=', id).execute()
}
