import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

export type TemplateRecord = Selectable<DB['coupon_template']>
export type NewTemplateRecord = Insertable<DB['coupon_template']>

/** Coupon templates. */
export const templatesRepository = (db: Db) => ({
  find: (id: string): Promise<TemplateRecord | undefined> =>
    db.selectFrom('coupon_template').selectAll().where('id', '=', id).executeTakeFirst(),

  page(
    filter: { state?: string | undefined; search?: string | undefined },
    before: string | null,
    limit: number,
  ): Promise<TemplateRecord[]> {
    let query = db.selectFrom('coupon_template').selectAll().orderBy('id', 'desc').limit(limit)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.search !== undefined && filter.search !== '')
      query = query.where(eb =>
        eb(eb.fn('lower', ['name']), 'like', `%${(filter.search ?? '').toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`),
      )
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  insert: (template: NewTemplateRecord) => db.insertInto('coupon_template').values(template).execute(),

  /** Changes a template that is still in one of the states; `issued` never ends above the stock. */
  change: async (id: string, states: readonly string[], change: Partial<NewTemplateRecord>): Promise<boolean> => {
    const query = db.updateTable('coupon_template').set(change).where('id', '=', id).where('state', 'in', states)
    const guarded = change.stock === undefined ? query : query.where('issued', '<=', change.stock)
    return affected(await guarded.executeTakeFirstOrThrow()) === 1
  },

  /** Changes words, stock and budget of an active template; neither of these ends below what it is, whoever has just changed it. */
  grow: async (
    id: string,
    change: Partial<NewTemplateRecord> & { readonly stock: number; readonly budget: number | null },
  ): Promise<boolean> => {
    const query = db
      .updateTable('coupon_template')
      .set(change)
      .where('id', '=', id)
      .where('state', '=', 'active')
      .where('stock', '<=', change.stock)
    const guarded = change.budget === null ? query : query.where('budget', '<=', change.budget)
    return affected(await guarded.executeTakeFirstOrThrow()) === 1
  },

  /** Takes `count` from the stock of an active template, all of them or none. This is what keeps it from being oversold. */
  take: async (id: string, count: number): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_template')
        .set(eb => ({ issued: eb('issued', '+', count) }))
        .where('id', '=', id)
        .where('state', '=', 'active')
        .where(eb => eb(eb('issued', '+', count), '<=', eb.ref('stock')))
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Takes fen from the budget, all of them or none. This is what keeps the last yuan from being spent twice. */
  spend: async (id: string, fen: number): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_template')
        .set(eb => ({ spent: eb('spent', '+', fen) }))
        .where('id', '=', id)
        .where(eb => eb(eb('spent', '+', fen), '<=', eb.ref('budget')))
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** What was taken off elsewhere is spent, whether the budget has it or not. */
  overspend: (id: string, fen: number) =>
    db
      .updateTable('coupon_template')
      .set(eb => ({ spent: eb('spent', '+', fen) }))
      .where('id', '=', id)
      .execute(),

  /** Puts fen back into the budget, where there is one. */
  unspend: (id: string, fen: number) =>
    db
      .updateTable('coupon_template')
      .set(eb => ({ spent: eb('spent', '-', fen) }))
      .where('id', '=', id)
      .where('budget', 'is not', null)
      .execute(),

  giveBack: (id: string, count: number) =>
    db
      .updateTable('coupon_template')
      .set(eb => ({ issued: eb('issued', '-', count) }))
      .where('id', '=', id)
      .execute(),

  /** What is left of the stock; holds the row until the transaction ends. */
  left: async (id: string): Promise<number> => {
    const row = await db
      .selectFrom('coupon_template')
      .select(['stock', 'issued'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row === undefined ? 0 : Math.max(0, row.stock - row.issued)
  },
})
