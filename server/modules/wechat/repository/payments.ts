import type { Insertable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'

export type PaymentRow = Insertable<DB['wechat_payment']>
export type Payment = NonNullable<Awaited<ReturnType<typeof paymentByNo>>>
export type RefundRow = NonNullable<Awaited<ReturnType<typeof refundByNo>>>

export const merchantRow = (db: Db) => db.selectFrom('wechat_merchant').selectAll().executeTakeFirst()

/** Writes the merchant if nobody has changed it since `version` (0 = there is none); false when somebody has. */
export async function writeMerchant(
  tx: Tx,
  version: number,
  row: Omit<Insertable<DB['wechat_merchant']>, 'version'>,
): Promise<boolean> {
  if (version === 0) {
    if ((await merchantRow(tx)) !== undefined) return false
    await tx
      .insertInto('wechat_merchant')
      .values({ ...row, version: 1 })
      .execute()
    return true
  }
  const written = await tx
    .updateTable('wechat_merchant')
    .set({ ...row, version: version + 1 })
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  return affected(written) === 1
}

/** Writes a payment down; a number that is known stays what it is. Returns whether it is new. */
export async function insertPayment(tx: Tx, row: PaymentRow): Promise<boolean> {
  const result = await tx.insertInto('wechat_payment').ignore().values(row).executeTakeFirstOrThrow()
  return result.numInsertedOrUpdatedRows === 1n
}

export const paymentByNo = (db: Db, orderNo: string) =>
  db.selectFrom('wechat_payment').selectAll().where('orderNo', '=', orderNo).executeTakeFirst()

/** Moves a payment from one of the states; false when it is no longer in one. */
export async function movePayment(
  tx: Db,
  orderNo: string,
  from: readonly string[],
  change: Partial<PaymentRow>,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_payment')
    .set(change)
    .where('orderNo', '=', orderNo)
    .where('state', 'in', from)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** The newest payments for a purpose. */
export const newestPayments = (db: Db, purpose: string, limit: number) =>
  db
    .selectFrom('wechat_payment')
    .selectAll()
    .where('purpose', '=', purpose)
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute()

/** Payments that have no end yet and were not asked about since. */
export const openPayments = (db: Db, before: Date) =>
  db
    .selectFrom('wechat_payment')
    .selectAll()
    .where('state', 'in', ['planned', 'open', 'unknown'])
    .where('createdAt', '<', before)
    .where(eb => eb.or([eb('askedAt', 'is', null), eb('askedAt', '<', before)]))
    .limit(50)
    .execute()

/** What a person is asked to pay now. */
export const payable = (db: Db, appId: string, openid: string, now: Date) =>
  db
    .selectFrom('wechat_payment')
    .selectAll()
    .where('appId', '=', appId)
    .where('openid', '=', openid)
    .where('state', '=', 'open')
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .limit(5)
    .execute()

export const insertRefund = (tx: Tx, row: Insertable<DB['wechat_refund']>) =>
  tx.insertInto('wechat_refund').ignore().values(row).execute()

export const refundByNo = (db: Db, refundNo: string) =>
  db.selectFrom('wechat_refund').selectAll().where('refundNo', '=', refundNo).executeTakeFirst()

export const refundsOf = (db: Db, orderNos: readonly string[]) =>
  orderNos.length === 0
    ? Promise.resolve([])
    : db.selectFrom('wechat_refund').selectAll().where('orderNo', 'in', orderNos).execute()

export async function moveRefund(
  tx: Db,
  refundNo: string,
  from: readonly string[],
  change: Partial<Insertable<DB['wechat_refund']>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_refund')
    .set(change)
    .where('refundNo', '=', refundNo)
    .where('state', 'in', from)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export const openRefunds = (db: Db, before: Date) =>
  db
    .selectFrom('wechat_refund')
    .selectAll()
    .where('state', 'in', ['planned', 'underWay', 'unknown'])
    .where('createdAt', '<', before)
    .where(eb => eb.or([eb('askedAt', 'is', null), eb('askedAt', '<', before)]))
    .limit(50)
    .execute()

/** Keeps a notice; false when it came before. */
export async function keepNotice(tx: Tx, row: Insertable<DB['wechat_pay_notice']>): Promise<boolean> {
  const result = await tx.insertInto('wechat_pay_notice').ignore().values(row).executeTakeFirstOrThrow()
  return result.numInsertedOrUpdatedRows === 1n
}

export const newestNotice = (db: Db) =>
  db.selectFrom('wechat_pay_notice').select('receivedAt').orderBy('receivedAt', 'desc').limit(1).executeTakeFirst()
