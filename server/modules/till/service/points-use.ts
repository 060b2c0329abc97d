import { createHash } from 'node:crypto'
import type { Db, Tx } from '../../../kernel/db.ts'
import { tillErrors } from '../contract.ts'
import { tillPointsRepository } from '../repository/points.ts'
import type { Customer, Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import { fenOfPoints, mostPoints, pointsBackAfter, pointsRefusal, type PointsPayment } from './points-pay.ts'
import { termsOf } from './terms.ts'

/** The permanent key of what a receipt does to points; a long receipt's key is hashed, the ledger's has a hundred characters. */
export const pointsKeyOf = (docKey: string): string =>
  `till:${docKey.length <= 80 ? docKey : createHash('sha256').update(docKey).digest('base64url')}`

/** The key of the spend that paid: the receipt's own, unless the receipt was told a second time. */
export const spendKeyOf = ({ docKey, spendKey }: { docKey: string; spendKey: string }): string =>
  spendKey === '' ? pointsKeyOf(docKey) : spendKey

/** Points as money at the till: what may be used, using it, and giving it back. */
export function pointsUse({ needs }: TillDeps, people: Customers) {
  return {
    /** What a customer may use of so much that is due, and what of a wish counts; a refusal says why it does not. */
    async quote(from: Db, customer: Customer | null, wanted: number, due: number) {
      const { points: terms } = await termsOf(from)
      const weak = customer === null ? null : people.weakness(customer)
      const most = customer === null || weak !== null ? { points: 0, fen: 0 } : mostPoints(customer.points, due, terms)
      const refusal =
        wanted === 0
          ? null
          : customer === null
            ? { zh: '请先出示会员码', en: 'Show the member code first' }
            : (weak?.text ?? pointsRefusal(wanted, customer.points, due, terms))
      const used =
        wanted === 0 || refusal !== null ? { points: 0, fen: 0 } : { points: wanted, fen: fenOfPoints(wanted, terms) }
      return { ...used, most, refusal: refusal === null ? null : { zh: refusal.zh, en: refusal.en } }
    },

    /** Uses points for a sale, in its transaction; null = none were asked for. Throws till.pointsRefused and points.notEnough. */
    async spend(
      tx: Tx,
      customer: Customer | null,
      wanted: number,
      at: { docKey: string; due: number; spendKey: string },
    ): Promise<PointsPayment | null> {
      if (wanted === 0) return null
      const { refusal, points, fen } = await this.quote(tx, customer, wanted, at.due)
      if (refusal !== null || customer === null)
        throw tillErrors.pointsRefused({ reason: refusal?.zh ?? '', reasonEn: refusal?.en ?? '' })
      await needs.points.spend(tx, { key: spendKeyOf(at), memberId: customer.memberId, points })
      return { points, fen }
    },

    /**
     * Brings what has gone back of the points that paid a sale to what belongs to `refunded` of `paid` (fen of goods, before
     * they are split into money and points): any returns, told and corrected in any order, end at exactly what was used for
     * what stayed. `key` names who moves them: a return of our own till. Without it the receipt itself does, each move under its
     * number. Says what went back; below zero, what was taken again.
     */
    async bringTo(
      tx: Tx,
      sale: { docKey: string; key?: string; refunded: number; paid: number; full: boolean },
    ): Promise<PointsPayment> {
      const points = tillPointsRepository(tx)
      const used = await points.of(sale.docKey)
      if (used === undefined) return { points: 0, fen: 0 }
      const upTo = (whole: number): number => (sale.full ? whole : pointsBackAfter(whole, sale.refunded, sale.paid))
      const [back, backFen] = [upTo(used.points), upTo(used.fen)]
      if (back === used.back && backFen === used.backFen) return { points: 0, fen: 0 }
      if (!(await points.move(used, { back, backFen }))) throw tillErrors.nothingLeft()
      const move = {
        key: sale.key === undefined ? `${pointsKeyOf(sale.docKey)}:${used.moves + 1}` : pointsKeyOf(sale.key),
        spendKey: spendKeyOf(used),
        points: Math.abs(back - used.back),
      }
      if (back > used.back) await needs.points.giveBack(tx, move)
      if (back < used.back) await needs.points.takeAgain(tx, move)
      return { points: back - used.back, fen: backFen - used.backFen }
    },
  }
}
export type PointsUse = ReturnType<typeof pointsUse>
