import { sql } from 'kysely'
import { affected, lookUp, type Db, type Tx } from '../../../kernel/db.ts'

/** What linking looks at in a document. */
export interface Linkable {
  readonly id: string
  readonly docKey: string
  readonly memberRefKind: string
  readonly memberRef: string | null
  readonly memberId: string | null
  readonly originalDocKey: string | null
}

const COLUMNS = ['id', 'docKey', 'memberRefKind', 'memberRef', 'memberId', 'originalDocKey'] as const

export const linkables = (db: Db, ids: readonly string[]): Promise<Linkable[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : db.selectFrom('sales_document').select(COLUMNS).where('id', 'in', ids).execute()

/** Documents of a card that belong to nobody yet. */
export const unlinkedOfCard = (db: Db, cardNo: string, limit: number): Promise<Linkable[]> =>
  db
    .selectFrom('sales_document')
    .select(COLUMNS)
    .where('memberRef', '=', cardNo)
    .where('memberRefKind', '=', 'card')
    .where('memberId', 'is', null)
    .limit(limit)
    .execute()

/** Which of these cards have documents that nobody has. */
export async function cardsWithUnlinked(db: Db, cardNos: readonly string[]): Promise<Set<string>> {
  const rows = await lookUp(cardNos, run =>
    db
      .selectFrom('sales_document')
      .select('memberRef')
      .distinct()
      .where('memberRef', 'in', run)
      .where('memberRefKind', '=', 'card')
      .where('memberId', 'is', null)
      .execute(),
  )
  return new Set(rows.flatMap(row => row.memberRef ?? []))
}

/** Documents without a member of their own that refer to these as their original. */
export const orphansOf = (db: Db, docKeys: readonly string[]): Promise<Linkable[]> =>
  lookUp(docKeys, run =>
    db
      .selectFrom('sales_document')
      .select(COLUMNS)
      .where('originalDocKey', 'in', run)
      .where('memberRefKind', '=', 'none')
      .where('memberId', 'is', null)
      .execute(),
  )

export async function membersOfKeys(db: Db, docKeys: readonly string[]): Promise<Map<string, string>> {
  if (docKeys.length === 0) return new Map()
  const rows = await db
    .selectFrom('sales_document')
    .select(['docKey', 'memberId'])
    .where('docKey', 'in', docKeys)
    .where('memberId', 'is not', null)
    .execute()
  return new Map(rows.flatMap(row => (row.memberId === null ? [] : [[row.docKey, row.memberId] as const])))
}

/**
 * Gives documents to members, one statement for all. Only where nobody has them and the reference is still the one
 * that was looked up: whoever comes second changes nothing.
 */
export async function linkDocuments(
  tx: Tx,
  links: readonly { readonly document: Linkable; readonly memberId: string }[],
): Promise<number> {
  if (links.length === 0) return 0
  const cases = links.map(({ document, memberId }) => sql`when ${document.id} then ${memberId}`)
  const result = await tx
    .updateTable('sales_document')
    .set({ memberId: sql<string>`case id ${sql.join(cases, sql` `)} end` })
    .where('memberId', 'is', null)
    .where(eb =>
      eb.or(
        links.map(({ document }) =>
          eb.and([eb('id', '=', document.id), sql<boolean>`coalesce(memberRef, '') = ${document.memberRef ?? ''}`]),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return affected(result)
}
