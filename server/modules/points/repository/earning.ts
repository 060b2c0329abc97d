import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { categoryTree, productFacts } from '../../catalog/index.ts'
import { activeMembers, boundCards } from '../../members/index.ts'
import { salesDocuments, salesLines } from '../../sales/index.ts'
import type { Exclusions } from '../service/rule.ts'

/** What a document stands for in points: whose it is, and the sum of its lines that count (a DECIMAL as text). */
export interface Earning {
  readonly documentId: string
  readonly revision: number
  readonly memberId: string | null
  readonly memberRefKind: string
  readonly memberRef: string | null
  readonly storeCode: string
  readonly businessDate: string
  readonly type: string
  readonly status: string
  readonly channel: string
  readonly corporate: number
  readonly base: string | null
}

/** What earning reads of sales, catalogue and members, set-based. */
export const earningRepository = (db: Db) => ({
  /** Which of these documents belong to somebody now. */
  owned: async (documentIds: readonly string[]): Promise<string[]> => {
    if (documentIds.length === 0) return []
    const rows = await db
      .selectFrom(salesDocuments(db).as('d'))
      .select('d.documentId')
      .where('d.documentId', 'in', documentIds)
      .where('d.memberId', 'is not', null)
      .execute()
    return rows.map(row => row.documentId)
  },

  /** The documents with the sum of what counts: one statement for the batch. */
  earnings: async (documentIds: readonly string[], exclusions: Exclusions): Promise<Earning[]> => {
    if (documentIds.length === 0) return []
    const excluded = (column: string, values: ReadonlySet<string>) =>
      values.size === 0
        ? sql<boolean>`false`
        : sql<boolean>`coalesce(${sql.ref(column)} in (${sql.join([...values])}), false)`
    return db
      .selectFrom(salesDocuments(db).as('d'))
      .leftJoin(salesLines(db).as('l'), 'l.documentId', 'd.documentId')
      .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
      .select([
        'd.documentId',
        'd.revision',
        'd.memberId',
        'd.memberRefKind',
        'd.memberRef',
        'd.storeCode',
        'd.businessDate',
        'd.type',
        'd.status',
        'd.channel',
        'd.corporate',
        sql<
          string | null
        >`sum(case when ${excluded('p.kind', exclusions.productKinds)} or ${excluded('p.categoryCode', exclusions.categories)} then 0 else l.net end)`.as(
          'base',
        ),
      ])
      .where('d.documentId', 'in', documentIds)
      .groupBy('d.documentId')
      .execute()
  },

  /** Since when each document's card (or, without one, its member) is with us: the day from which back-credit counts. */
  since: async (rows: readonly Earning[]): Promise<Map<string, Date>> => {
    const members = rows.flatMap(row => (row.memberId === null ? [] : [row.memberId]))
    if (members.length === 0) return new Map()
    const cards = rows.flatMap(row => (row.memberRefKind === 'card' && row.memberRef !== null ? [row.memberRef] : []))
    const enrolled = await db
      .selectFrom(activeMembers(db).as('m'))
      .select(['m.memberId', 'm.enrolledAt'])
      .where('m.memberId', 'in', members)
      .execute()
    const bound =
      cards.length === 0
        ? []
        : await db
            .selectFrom(boundCards(db).as('c'))
            .select(['c.cardNo', 'c.boundAt'])
            .where('c.cardNo', 'in', cards)
            .execute()
    const byMember = new Map(enrolled.map(row => [row.memberId, row.enrolledAt]))
    const byCard = new Map(bound.map(row => [row.cardNo, row.boundAt]))
    return new Map(
      rows.flatMap(row => {
        const at = (row.memberRef === null ? undefined : byCard.get(row.memberRef)) ?? byMember.get(row.memberId ?? '')
        return at === undefined ? [] : [[row.documentId, at] as const]
      }),
    )
  },

  /** A document's lines with what the rule looks at. */
  lines: (documentId: string) =>
    db
      .selectFrom(salesLines(db).as('l'))
      .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
      .select(['l.lineNo', 'l.nameAtSale', 'l.net', 'p.kind', 'p.categoryCode'])
      .where('l.documentId', '=', documentId)
      .orderBy('l.lineNo')
      .execute(),

  /** One document without its lines. */
  document: (documentId: string) =>
    db.selectFrom(salesDocuments(db).as('d')).selectAll('d').where('d.documentId', '=', documentId).executeTakeFirst(),

  /** All categories: there are hundreds, not thousands. */
  categories: () => db.selectFrom(categoryTree(db).as('c')).select(['c.code', 'c.parentCode', 'c.name']).execute(),
})
