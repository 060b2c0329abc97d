import { sql } from 'kysely'
import { lookUp, type Db } from '../../../kernel/db.ts'
import { categoryTree, productFacts } from '../../catalog/index.ts'
import { activeMembers, boundCards } from '../../members/index.ts'
import { salesDocuments, salesLines } from '../../sales/index.ts'
import type { ReadyRules } from '../service/rule.ts'

/** A document as points looks at it. */
export type SaleRow = Awaited<ReturnType<ReturnType<typeof saleRows>['execute']>>[number]

/** A line of a document with what the rule looks at. */
export type EarningLine = Awaited<ReturnType<ReturnType<typeof earningRepository>['lines']>>[number]

/** The sum of a document's lines that count, for each class of line multipliers. */
export interface Base {
  readonly documentId: string
  readonly class: number
  readonly base: string | null
}

const within = (column: string, values: ReadonlySet<string>) =>
  values.size === 0
    ? sql<boolean>`false`
    : sql<boolean>`coalesce(${sql.ref(column)} in (${sql.join([...values])}), false)`

const saleRows = (db: Db) =>
  db
    .selectFrom(salesDocuments(db).as('d'))
    .select([
      'd.documentId',
      'd.docKey',
      'd.revision',
      'd.memberId',
      'd.memberRefKind',
      'd.memberRef',
      'd.storeCode',
      'd.businessDate',
      'd.businessAt',
      'd.type',
      'd.status',
      'd.channel',
      'd.corporate',
      'd.originalDocKey',
      'd.paymentsJson',
    ])

/** What earning reads of sales, catalogue and members, set-based. */
export const earningRepository = (db: Db) => {
  const documents = () => saleRows(db)

  return {
    documents: async (documentIds: readonly string[]) =>
      documentIds.length === 0 ? [] : documents().where('d.documentId', 'in', documentIds).execute(),

    byKeys: async (docKeys: readonly string[]) =>
      docKeys.length === 0 ? [] : documents().where('d.docKey', 'in', docKeys).execute(),

    /** Returns and exchanges that name these receipts as what they bring back. */
    returnsOf: (docKeys: readonly string[]) =>
      lookUp(docKeys, run => documents().where('d.originalDocKey', 'in', run).execute()),

    /** Receipts of members on some days: whose cap they share. */
    ofDays: (memberIds: readonly string[], days: readonly string[]) =>
      lookUp(memberIds, run =>
        documents().where('d.memberId', 'in', run).where('d.businessDate', 'in', days).execute(),
      ),

    /** What counts of documents, by class: one statement for all that share a version of the rules. */
    bases: async (documentIds: readonly string[], { exclusions, lineMultipliers }: ReadyRules): Promise<Base[]> => {
      if (documentIds.length === 0) return []
      const classes = lineMultipliers.map(
        ({ categories, products }, i) =>
          sql`case when ${within('p.categoryCode', categories)} or ${within('l.productCode', products)} then ${sql.lit(1 << i)} else 0 end`,
      )
      const bits = classes.length === 0 ? sql<number>`0` : sql<number>`${sql.join(classes, sql` + `)}`
      const query = db
        .selectFrom(salesLines(db).as('l'))
        .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
        .select([
          'l.documentId',
          bits.as('class'),
          sql<
            string | null
          >`sum(case when ${within('p.kind', exclusions.productKinds)} or ${within('p.categoryCode', exclusions.categories)} then 0 else l.net end)`.as(
            'base',
          ),
        ])
        .where('l.documentId', 'in', documentIds)
        .groupBy('l.documentId')
      return (classes.length === 0 ? query : query.groupBy(bits)).execute()
    },

    /** Since when each document's card (or, without one, its member) is with us: the day from which back-credit counts. */
    since: async (rows: readonly SaleRow[]): Promise<Map<string, Date>> => {
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
          const at =
            (row.memberRef === null ? undefined : byCard.get(row.memberRef)) ?? byMember.get(row.memberId ?? '')
          return at === undefined ? [] : [[row.documentId, at] as const]
        }),
      )
    },

    /** A document's lines with what the rule looks at. */
    lines: (documentId: string) =>
      db
        .selectFrom(salesLines(db).as('l'))
        .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
        .select(['l.lineNo', 'l.nameAtSale', 'l.quantity', 'l.net', 'l.productCode', 'p.kind', 'p.categoryCode'])
        .where('l.documentId', '=', documentId)
        .orderBy('l.lineNo')
        .execute(),

    /** All categories: there are hundreds, not thousands. */
    categories: () => db.selectFrom(categoryTree(db).as('c')).select(['c.code', 'c.parentCode', 'c.name']).execute(),
  }
}
