import type { Insertable } from 'kysely'
import { addDays } from '../../../server/kernel/clock.ts'
import { inTransaction, type DB } from '../../../server/kernel/db.ts'
import type { World } from '../../support/world.ts'
import { CATEGORIES, type Household } from './brute-force.ts'

const APP = 'wx-official'
const TABLES = [
  'member',
  'member_identity',
  'points_account',
  'wechat_follower',
  'sales_document',
  'sales_line',
  'product',
  'category',
] as const
type Table = (typeof TABLES)[number]
type Rows = { [T in Table]: Insertable<DB[T]>[] }

/** Writes households into the tables as the modules would have written them. */
export async function furnish(
  { db, kernel, clock }: World,
  households: readonly Household[],
  today: string,
): Promise<void> {
  const now = clock.now()
  const parents: Record<string, string | null> = { fresh: null, fruit: 'fresh', apple: 'fruit', dry: null }
  const rows: Rows = {
    member: [],
    member_identity: [],
    points_account: [],
    wechat_follower: [],
    sales_document: [],
    sales_line: [],
    category: Object.entries(parents).map(([code, parentCode]) => ({
      code,
      parentCode,
      name: code,
      level: 1,
      updatedAt: now,
    })),
    product: Object.entries(CATEGORIES).map(([code, categories]) => ({
      code,
      name: code,
      categoryCode: categories[0] ?? null,
      kind: 'goods',
      weighed: 0,
      status: 'active',
      provisional: 0,
      createdAt: now,
      updatedAt: now,
    })),
  }
  for (const [i, household] of households.entries())
    addHousehold(rows, i, household, { newId: kernel.newId, now, today })
  await inTransaction(db, async tx => {
    for (const table of TABLES) {
      await tx.deleteFrom(table).execute()
      if (rows[table].length > 0) await tx.insertInto(table).values(rows[table]).execute()
    }
  })
}

function addHousehold(
  rows: Rows,
  i: number,
  { homeStore, closed, points, follows, receipts }: Household,
  { newId, now, today }: { newId: () => string; now: Date; today: string },
): void {
  const memberId = newId()
  rows.member.push({
    id: memberId,
    state: closed ? 'closed' : 'active',
    cardNo: String(i).padStart(20, '0'),
    homeStoreCode: homeStore,
    source: 'staff',
    termsVersion: '1',
    termsAcceptedAt: now,
    enrolledAt: now,
    updatedAt: now,
  })
  if (points !== null) rows.points_account.push({ memberId, balance: points, updatedAt: now })
  if (follows !== 'no') {
    const byUnionid = follows !== 'openid'
    const stays = follows !== 'left'
    const identity = byUnionid
      ? { kind: 'unionid', appId: '', value: `u-${i}` }
      : { kind: 'openid', appId: APP, value: `o-${i}` }
    rows.member_identity.push({ id: newId(), memberId, linkedAt: now, ...identity })
    rows.wechat_follower.push({
      appId: APP,
      openidHash: `hash-${i}`,
      following: stays ? 1 : 0,
      changedAt: now,
      openid: stays ? `o-${i}` : null,
      unionid: stays && byUnionid ? `u-${i}` : null,
    })
  }
  for (const [n, { daysAgo, type, product, fen }] of receipts.entries()) {
    const net = ((type === 'sale' || type === 'void' ? fen : -fen) / 100).toFixed(4)
    const documentId = newId()
    rows.sales_document.push({
      id: documentId,
      docKey: `${i}|${n}`,
      storeCode: 'S9',
      tillCode: '1',
      businessDate: addDays(today, -daysAgo),
      receiptNo: String(n),
      type,
      status: 'confirmed',
      businessAt: now,
      channel: 'store',
      corporate: 0,
      memberRefKind: 'none',
      memberId,
      gross: net,
      discount: '0',
      net,
      lineCount: 1,
      paymentsJson: '[]',
      sourceVersion: 1,
      contentHash: '',
      revision: 1,
      createdAt: now,
      updatedAt: now,
    })
    rows.sales_line.push({
      documentId,
      lineNo: 1,
      productCode: product,
      nameAtSale: product,
      quantity: type === 'sale' ? '1' : '-1',
      unitPrice: '1',
      discount: '0',
      net,
      isGift: 0,
    })
  }
}
