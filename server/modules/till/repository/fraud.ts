import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { receiptPoints } from '../../points/index.ts'
import type { AlertQuery } from '../contract/fraud.ts'

export type AlertRecord = Selectable<DB['till_alert']>
export type StaffCardRecord = Selectable<DB['staff_card']>
type CountColumn = 'receipts' | 'redemptions'

/** Rules, counts, marked cards and alerts. */
export const fraudRepository = (db: Db) => ({
  rules: () => db.selectFrom('till_fraud_rules').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst(),
  saveRules: (rules: Insertable<DB['till_fraud_rules']>) => db.insertInto('till_fraud_rules').values(rules).execute(),

  /** One more of a day for a subject; returns how many there are now. The row stays held until the transaction ends. */
  async count(subject: string, subjectId: string, businessDate: string, column: CountColumn): Promise<number> {
    await db
      .insertInto('till_count')
      .values({ subject, subjectId, businessDate, receipts: 0, redemptions: 0, [column]: 1 })
      .onDuplicateKeyUpdate({ [column]: sql`${sql.ref(column)} + 1` })
      .execute()
    return this.counted(subject, subjectId, businessDate, column)
  },

  /** How many there are of a day for a subject. */
  async counted(subject: string, subjectId: string, businessDate: string, column: CountColumn): Promise<number> {
    const row = await db
      .selectFrom('till_count')
      .select(column)
      .where('subject', '=', subject)
      .where('subjectId', '=', subjectId)
      .where('businessDate', '=', businessDate)
      .executeTakeFirst()
    return row?.[column] ?? 0
  },

  /** Points that the day's sales of a card, or of a till, were credited with. */
  async pointsOfDay(
    of: { memberId: string } | { storeCode: string; tillCode: string },
    businessDate: string,
  ): Promise<number> {
    let rows = db
      .selectFrom('till_entry as e')
      .innerJoin(receiptPoints(db).as('p'), 'p.documentId', 'e.documentId')
      .where('e.businessDate', '=', businessDate)
      .where('e.kind', '=', 'sale')
      .select(sql<number>`cast(coalesce(sum(p.points), 0) as signed)`.as('points'))
    rows =
      'memberId' in of
        ? rows.where('e.memberId', '=', of.memberId)
        : rows.where('e.storeCode', '=', of.storeCode).where('e.tillCode', '=', of.tillCode)
    return (await rows.executeTakeFirst())?.points ?? 0
  },

  /** Of these documents, those that earn nothing because they were over a limit. */
  withheld: async (documentIds: readonly string[]): Promise<Map<string, string>> =>
    documentIds.length === 0
      ? new Map()
      : new Map(
          (
            await db
              .selectFrom('till_entry')
              .select(['documentId', 'withheld'])
              .where('documentId', 'in', documentIds)
              .where('withheld', 'is not', null)
              .execute()
          ).flatMap(row =>
            row.documentId === null || row.withheld === null ? [] : [[row.documentId, row.withheld] as const],
          ),
        ),

  isStaffCard: async (memberId: string): Promise<boolean> =>
    (await db.selectFrom('staff_card').select('memberId').where('memberId', '=', memberId).executeTakeFirst()) !==
    undefined,
  staffCard: (memberId: string): Promise<StaffCardRecord | undefined> =>
    db.selectFrom('staff_card').selectAll().where('memberId', '=', memberId).executeTakeFirst(),
  staffCards: (scope: Scope): Promise<StaffCardRecord[]> =>
    db
      .selectFrom('staff_card')
      .selectAll()
      .where(scopeWhere(scope, 'staff_card.storeCode'))
      .orderBy('createdAt', 'desc')
      .limit(2_000)
      .execute(),
  mark: (card: StaffCardRecord) =>
    db
      .insertInto('staff_card')
      .values(card)
      .onDuplicateKeyUpdate({ storeCode: card.storeCode, note: card.note })
      .execute(),
  unmark: (memberId: string) => db.deleteFrom('staff_card').where('memberId', '=', memberId).execute(),

  /** Raises an alert: not twice for the same day, and where one is open already only its figures are new. */
  async raise(
    alert: Omit<AlertRecord, 'alertKey' | 'openKey' | 'state' | 'note' | 'closedBy' | 'closedAt'>,
    of: string,
  ) {
    const openKey = `${alert.kind}|${alert.storeCode}|${of}`.slice(0, 170)
    const updated = await db
      .updateTable('till_alert')
      .set({ factsJson: alert.factsJson, businessDate: alert.businessDate })
      .where('openKey', '=', openKey)
      .executeTakeFirstOrThrow()
    if (affected(updated) > 0) return
    await db
      .insertInto('till_alert')
      .ignore()
      .values({
        ...alert,
        alertKey: `${openKey}|${alert.businessDate}`,
        openKey,
        state: 'open',
        note: null,
        closedBy: null,
        closedAt: null,
      })
      .execute()
  },

  alert: (id: string): Promise<AlertRecord | undefined> =>
    db.selectFrom('till_alert').selectAll().where('id', '=', id).executeTakeFirst(),

  close: async (tx: Tx, id: string, change: { note: string; closedBy: string; closedAt: Date }): Promise<boolean> =>
    affected(
      await tx
        .updateTable('till_alert')
        .set({ ...change, state: 'closed', openKey: null })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  open: async (scope: Scope): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('till_alert')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .where('state', '=', 'open')
          .where(scopeWhere(scope, 'till_alert.storeCode'))
          .executeTakeFirstOrThrow()
      ).count,
    ),

  page: (
    scope: Scope,
    query: Omit<AlertQuery, 'cursor' | 'limit'>,
    before: { at: Date; id: string } | null,
    limit: number,
  ): Promise<AlertRecord[]> => {
    let rows = db
      .selectFrom('till_alert')
      .selectAll()
      .where(scopeWhere(scope, 'till_alert.storeCode'))
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    if (query.state !== undefined) rows = rows.where('state', '=', query.state)
    if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind)
    if (query.storeCode !== undefined) rows = rows.where('storeCode', '=', query.storeCode)
    if (before !== null)
      rows = rows.where(eb =>
        eb.or([eb('createdAt', '<', before.at), eb.and([eb('createdAt', '=', before.at), eb('id', '<', before.id)])]),
      )
    return rows.execute()
  },
})
