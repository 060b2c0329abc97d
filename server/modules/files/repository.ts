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
