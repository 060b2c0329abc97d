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
      at: { docKey: string; due: number },
    ): Promise<PointsPayment | null> {
      if (wanted === 0) return null
      const { refusal, points, fen } = await this.quote(tx, customer, wanted, at.due)
      if (refusal !== null || customer === null)
        throw tillErrors.pointsRefused({ reason: refusal?.zh ?? '', reasonEn: refusal?.en ?? '' })
      await needs.points.spend(tx, { key: pointsKeyOf(at.docKey), memberId: customer.memberId, points })
      return { points, fen }
    },

    /**
     * Gives back the points' part of what has come back of a sale: any returns in any order give back exactly what was
     * used. `refunded` is what has come back so far, of `paid` in all; fen of goods, before it is split into money and points.
     */
    async giveBack(
      tx: Tx,
      sale: {
        docKey: string
        returnKey: string
        refundedBefore: number
        refunded: number
        paid: number
        full: boolean
      },
    ): Promise<PointsPayment> {
      const points = tillPointsRepository(tx)
      const used = await points.of(sale.docKey)
      if (used === undefined) return { points: 0, fen: 0 }
      const upTo = (whole: number, refunded: number, isAll: boolean): number =>
        isAll ? whole : pointsBackAfter(whole, refunded, sale.paid)
      const after = upTo(used.points, sale.refunded, sale.full)
      const fen = upTo(used.fen, sale.refunded, sale.full) - upTo(used.fen, sale.refundedBefore, false)
      if (after > used.back) {
        if (!(await points.giveBack(sale.docKey, used.back, after))) throw tillErrors.nothingLeft()
        await needs.points.giveBack(tx, {
          key: pointsKeyOf(sale.returnKey),
          spendKey: pointsKeyOf(sale.docKey),
          points: after - used.back,
        })
      }
      return { points: after - used.back, fen }
    },
  }
}
export type PointsUse = ReturnType<typeof pointsUse>
