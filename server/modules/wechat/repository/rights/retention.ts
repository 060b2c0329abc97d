import { sql } from 'kysely'
import { inTransaction, type Db } from '../../../../kernel/db.ts'
import { book, type Entry, type Pen } from './ledger.ts'

const AT_ONCE = 500

/** Strikes out what closed windows have left, so that the ledger ends with them. Returns how many. */
export const expireWindows = (db: Db, kind: 'message' | 'touch', pen: Pen): Promise<number> =>
  inTransaction(db, async tx => {
    const [left, until] =
      kind === 'message' ? (['messageLeft', 'messageUntil'] as const) : (['touchLeft', 'touchUntil'] as const)
    const rows = await tx
      .selectFrom('wechat_reach')
      .select(['appId', 'openid', `${left} as left`, `${until} as until`])
      .where(until, '<', pen.now)
      .where(left, '>', 0)
      .orderBy('appId')
      .orderBy('openid')
      .limit(AT_ONCE)
      .forUpdate()
      .execute()
    await book(
      tx,
      rows.map((row): Entry => ({
        key: `${kind}:${row.appId}:${row.openid}:${row.until?.toISOString() ?? ''}:expired`.slice(-160),
        appId: row.appId,
        openid: row.openid,
        kind,
        act: 'expired',
        templateId: '',
        until: row.until,
        free: -row.left,
        held: 0,
        errorCode: null,
      })),
      pen,
    )
    return rows.length
  })

/**
 * Folds the old entries of some people's credits into one sum each, and deletes the entries of windows and months that
 * ended before; what the projections say stays the same. Returns how many entries went.
 */
export const carryOver = (db: Db, before: Date, { newId, now }: Pen): Promise<number> =>
  inTransaction(db, async tx => {
    const old = await tx
      .selectFrom('wechat_right_entry')
      .select(['id', 'appId', 'openid', 'rightKind', 'templateId', 'free', 'held'])
      .where('at', '<', before)
      .where('act', '<>', 'carried')
      // A window or month that ends later stands in the projection: its entries stay.
      .where(eb => eb.or([eb('rightKind', '=', 'credit'), eb('until', '<', before)]))
      .orderBy('at')
      .limit(AT_ONCE)
      .forUpdate()
      .execute()
    if (old.length === 0) return 0
    const sums = new Map<string, { appId: string; openid: string; templateId: string; free: number; held: number }>()
    for (const { appId, openid, templateId, free, held } of old.filter(({ rightKind }) => rightKind === 'credit')) {
      const key = `${appId} ${openid} ${templateId}`
      const sum = sums.get(key) ?? { appId, openid, templateId, free: 0, held: 0 }
      sums.set(key, { ...sum, free: sum.free + free, held: sum.held + held })
    }
    const carried = [...sums.values()].map(sum => ({
      id: newId(),
      entryKey: `carried:${newId()}`,
      rightKind: 'credit',
      act: 'carried',
      at: now,
      ...sum,
    }))
    if (carried.length > 0) await tx.insertInto('wechat_right_entry').values(carried).execute()
    const openids = [...new Set(old.filter(({ rightKind }) => rightKind !== 'credit').map(({ openid }) => openid))]
    if (openids.length > 0)
      await tx
        .updateTable('wechat_reach')
        .set({
          messageUntil: sql`if(messageUntil < ${before}, null, messageUntil)`,
          touchUntil: sql`if(touchUntil < ${before}, null, touchUntil)`,
          massUsed: sql`if(massUntil < ${before}, 0, massUsed)`,
          massUntil: sql`if(massUntil < ${before}, null, massUntil)`,
        })
        .where('openid', 'in', openids)
        .execute()
    const ids = old.map(({ id }) => id)
    await tx.deleteFrom('wechat_right_entry').where('id', 'in', ids).execute()
    return ids.length
  })
