import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type ProofRecord = Selectable<DB['till_proof']>
export type SigningKeyRecord = Selectable<DB['till_signing_key']>

/** Proofs taken by tills, the keys that sign, and the terms of tills. */
export const tillCodesRepository = (db: Db) => ({
  proof: (id: string): Promise<ProofRecord | undefined> =>
    db.selectFrom('till_proof').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Whether a later window of a phone was taken anywhere; windows have eight digits, so they sort as text. */
  hasLater: async (kind: string, handle: string, window: number): Promise<boolean> =>
    (await db
      .selectFrom('till_proof')
      .select('id')
      .where('id', '>', `${kind}:${handle}:${window}`)
      .where('id', '<', `${kind}:${handle}:~`)
      .limit(1)
      .executeTakeFirst()) !== undefined,

  /** Takes a proof for a till; one that is taken already fails in the unique index. */
  take: (proof: Insertable<DB['till_proof']>) => db.insertInto('till_proof').values(proof).execute(),

  /** Uses a proof up for a sale; false when another sale or till has it. */
  useUp: async (id: string, tillId: string, docKey: string): Promise<boolean> =>
    affected(
      await db
        .updateTable('till_proof')
        .set({ docKey })
        .where('id', '=', id)
        .where('tillId', '=', tillId)
        .where(eb => eb.or([eb('docKey', 'is', null), eb('docKey', '=', docKey)]))
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** The sale did not come about: what had proved its member may prove another at the same till. */
  release: (docKey: string) =>
    db.updateTable('till_proof').set({ docKey: null }).where('docKey', '=', docKey).execute(),

  /** Forgets proofs older than that; how many. */
  purge: async (before: Date, limit: number): Promise<number> =>
    affected(await db.deleteFrom('till_proof').where('at', '<', before).limit(limit).executeTakeFirstOrThrow()),

  keys: (): Promise<SigningKeyRecord[]> =>
    db.selectFrom('till_signing_key').selectAll().orderBy('kid', 'desc').execute(),

  addKey: (key: Insertable<DB['till_signing_key']>) => db.insertInto('till_signing_key').values(key).execute(),

  /** From now on no key that is there proves anything; how many that are. */
  retire: async (at: Date): Promise<number> =>
    affected(
      await db
        .updateTable('till_signing_key')
        .set({ retiredAt: at })
        .where('retiredAt', 'is', null)
        .executeTakeFirstOrThrow(),
    ),

  terms: async (): Promise<string | undefined> =>
    (
      await db
        .selectFrom('till_terms')
        .select('termsJson')
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
    )?.termsJson,

  addTerms: (terms: Insertable<DB['till_terms']>) => db.insertInto('till_terms').values(terms).execute(),
})
