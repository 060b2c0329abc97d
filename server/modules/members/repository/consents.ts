import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { chunks } from '../../../kernel/db.ts'

export type ConsentRecord = Selectable<DB['consent']>
export type NewConsent = Insertable<DB['consent_entry']>

/** Consents: as they stand, and their history. */
export const consentsRepository = (db: Db) => ({
  current: (memberId: string): Promise<ConsentRecord[]> =>
    db
      .selectFrom('consent')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('purpose')
      .orderBy('channel')
      .execute(),

  /** The consents that a member gives now, held until the transaction ends. */
  granted: (memberId: string): Promise<ConsentRecord[]> =>
    db
      .selectFrom('consent')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('granted', '=', 1)
      .orderBy('purpose')
      .orderBy('channel')
      .forUpdate()
      .execute(),

  history: (memberId: string) =>
    db
      .selectFrom('consent_entry')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .execute(),

  /** Writes answers down: into the history, and as what stands now. */
  async record(entries: readonly NewConsent[]): Promise<void> {
    for (const run of chunks(entries, 500)) {
      await db.insertInto('consent_entry').values(run).execute()
      await db
        .insertInto('consent')
        .values(
          run.map(({ memberId, purpose, channel, granted, version, source, at }) => ({
            memberId,
            purpose,
            channel,
            granted,
            version,
            source,
            at,
          })),
        )
        .onDuplicateKeyUpdate({
          granted: sql`values(granted)`,
          version: sql`values(version)`,
          source: sql`values(source)`,
          at: sql`values(at)`,
        })
        .execute()
    }
  },
})
