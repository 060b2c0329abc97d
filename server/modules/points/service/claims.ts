import { sql } from 'kysely'
import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import { pointsErrors, type ReceiptClaim } from '../contract.ts'
import { creditsOf } from '../repository/documents.ts'
import type { Accounts } from './account.ts'
import type { PointsNeeds } from './ports.ts'
import { settleDocuments } from './settle.ts'

const AROUND_MINUTES = 30
const TRIES_A_DAY = 10
const CHECK_LENGTH = 8

/** The code printed on a receipt, by which whoever holds it can claim its points: its key and a keyed check. */
export const receiptCode = (vault: Pick<Kernel['vault'], 'hash'>, docKey: string): string =>
  `${docKey}|${vault.hash('receipt', docKey).slice(0, CHECK_LENGTH)}`

/** 补积分: receipts that were bought without a card, claimed within some days, by their code or by what stands on them. */
export function claims(kernel: Kernel, needs: PointsNeeds, accounts: Accounts) {
  const { db, redis, clock, config, vault } = kernel

  /** Guessing store, time and amount of other people's receipts has to be slow. */
  async function countTry(memberId: string): Promise<void> {
    const key = `${config.REDIS_PREFIX}:points-claim:${memberId}:${shopDay(clock.now(), config.SHOP_ZONE)}`
    const tries = await redis.incr(key)
    if (tries === 1) await redis.expire(key, 86_400)
    if (tries > TRIES_A_DAY) throw pointsErrors.claimTooOften()
  }

  async function find(tx: Tx, claim: ReceiptClaim) {
    const all = tx
      .selectFrom(salesDocuments(tx).as('d'))
      .select(['d.documentId', 'd.docKey', 'd.memberId', 'd.storeCode', 'd.businessDate', 'd.type'])
      .where('d.status', '=', 'confirmed')
      .where('d.type', 'in', ['sale', 'exchange'])
    if ('code' in claim) {
      const docKey = claim.code.slice(0, claim.code.lastIndexOf('|'))
      if (receiptCode(vault, docKey) !== claim.code) throw pointsErrors.noReceipt()
      return all.where('d.docKey', '=', docKey).execute()
    }
    const at = shopInstant(`${claim.businessDate} ${claim.time}`, config.SHOP_ZONE)
    if (at === null) throw pointsErrors.noReceipt()
    const minutes = (n: number): Date => new Date(at.getTime() + n * 60_000)
    return all
      .where('d.storeCode', '=', claim.storeCode)
      .where('d.businessDate', '=', claim.businessDate)
      .where('d.businessAt', '>=', minutes(-AROUND_MINUTES))
      .where('d.businessAt', '<=', minutes(AROUND_MINUTES))
      .where('d.net', '=', sql<string>`${(claim.amount / 100).toFixed(2)}`)
      .execute()
  }

  return async (memberId: string, claim: ReceiptClaim, by: { scope: Scope } | 'member') => {
    if (by === 'member') await countTry(memberId)
    const documentId = await inTransaction(db, async tx => {
      const found = (await find(tx, claim)).filter(one => by === 'member' || inScope(by.scope, one.storeCode))
      const own = found.find(one => one.memberId === memberId)
      if (own !== undefined) return own.documentId
      const free = found.filter(one => one.memberId === null)
      if (free.length > 1) throw pointsErrors.claimAmbiguous()
      const [document] = free
      if (document === undefined) throw found.length === 0 ? pointsErrors.noReceipt() : pointsErrors.claimed()
      const days = config.POINTS_CLAIM_DAYS
      if (document.businessDate < addDays(shopDay(clock.now(), config.SHOP_ZONE), -days))
        throw pointsErrors.claimTooLate({ days })
      if (!(await needs.claimReceipt(tx, document.documentId, memberId))) {
        // Somebody was quicker: perhaps the same member, by a second tap.
        const now = await find(tx, claim)
        if (!now.some(one => one.documentId === document.documentId && one.memberId === memberId))
          throw pointsErrors.claimed()
        return document.documentId
      }
      await settleDocuments(kernel, needs, tx, [document.documentId])
      return document.documentId
    })
    const points = (await creditsOf(db, [documentId])).get(documentId)?.points ?? 0
    return { documentId, points, balance: (await accounts.balance(memberId)).balance }
  }
}
export type Claims = ReturnType<typeof claims>
