import { sql } from 'kysely'
import { z } from 'zod'
import { readCouponCode, readMemberCode, TOLERANCE_WINDOWS } from 'till-client/codes'
import type { Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, fenFromDecimal4 } from '../../../kernel/money.ts'
import { CouponRefusal } from '../../coupons/contract.ts'
import { tillErrors } from '../contract.ts'
import { tillCodesApi } from '../contract/codes-api.ts'
import type { Loss, OfflineSaleBody } from '../contract/offline.ts'
import { LIMIT_TEXTS } from '../contract/fraud.ts'
import { blocksRepository } from '../repository/blocks.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import { offlineRepository } from '../repository/offline.ts'
import { tillSalesRepository, type TillCouponRecord } from '../repository/sales.ts'
import { discountOf, goodsOf, shareOff, totalOf, type PricedLine } from './basket.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'
import { bearers } from './offline-caps.ts'
import { fenOfPoints } from './points-pay.ts'
import { pointsKeyOf } from './points-use.ts'
import { proofIsKept, takeProof } from './proofs.ts'
import type { CodeReading } from './reading.ts'
import type { Quoting } from './quote.ts'
import { recordSale } from './record.ts'
import { usedCoupons } from './sale.ts'
import type { Signing } from './signing.ts'
import { termsOf } from './terms.ts'

type Given = Omit<Loss, 'company' | 'store'>
/** Who an offline sale was with, and whether something may be taken from them. */
interface Buyer {
  readonly memberId: string | null
  /** Why nothing may be taken; null = the code proves that they stood there. */
  readonly doubt: Pick<Loss, 'cause' | 'text'> | null
}

const doubts = {
  forged: { cause: 'forged', text: { zh: '会员码签名不对', en: 'Member code not signed by us' } },
  late: { cause: 'late', text: { zh: '会员码不是当时的', en: 'Member code of another time' } },
  stale: { cause: 'late', text: { zh: '售出太久，无法核对', en: 'Sold too long ago to check' } },
  revoked: { cause: 'revoked', text: { zh: '会员码当时已作废', en: 'Member code revoked by then' } },
  replayed: { cause: 'replayed', text: { zh: '会员码已在别处用过', en: 'Member code used elsewhere' } },
  unproven: { cause: 'unproven', text: { zh: '卡号或手机号只能积分', en: 'Card or phone earns only' } },
  blocked: { cause: 'blocked', text: LIMIT_TEXTS.blocked },
  closed: { cause: 'closed', text: { zh: '会员已注销', en: 'The membership is closed' } },
} as const

/** The refusal inside an error of coupons. */
const Refused = z.object({ refusal: CouponRefusal.optional() })

const refusalOf = (error: AppError): Pick<Loss, 'cause' | 'text'> => {
  const { refusal } = Refused.parse(error.details ?? {})
  return {
    cause: refusal?.code ?? error.code.split('.').at(-1) ?? error.code,
    text: refusal?.text ?? { zh: error.zh, en: error.en },
  }
}

/** Sales that were rung up without a network, told later: they stand as they were; what they gave and is not there is a loss with a bearer. */
export function offlineSales(deps: TillDeps, signing: Signing, read: CodeReading, quotes: Quoting, once: Once) {
  const { clock, newId, needs } = deps

  /** Tries something; what it had done before it was refused is undone, and the refusal comes back. */
  async function attempt<T>(tx: Tx, work: () => Promise<T>): Promise<T | AppError> {
    await sql`savepoint attempt`.execute(tx)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      await sql`rollback to savepoint attempt`.execute(tx)
      return error
    }
  }

  async function buyerOf(tx: Tx, caller: TillCaller, body: OfflineSaleBody, docKey: string): Promise<Buyer> {
    const soldAt = new Date(body.soldAt)
    // What was used before and forgotten since would look unused.
    const stale = proofIsKept(soldAt, clock.now()) ? null : doubts.stale
    if (body.memberCode === null) return { memberId: null, doubt: stale }
    if (!(body.memberCode.startsWith('96') && body.memberCode.length > 64)) {
      const reading = await read(tx, body.memberCode, { tillId: caller.tillId, docKey })
      return { memberId: reading?.memberId ?? null, doubt: doubts.unproven }
    }
    const seen = readMemberCode(body.memberCode, await signing.publicKeys(soldAt, tx), soldAt, TOLERANCE_WINDOWS * 2)
    if (!seen.ok) return { memberId: null, doubt: seen.why === 'tooLate' ? doubts.late : doubts.forged }
    const { handle, window } = seen.code
    const holder = await needs.members.turning.holderOf(tx, handle)
    if (holder === null) return { memberId: null, doubt: doubts.forged }
    const brief = (await needs.members.briefs(tx, [holder.memberId])).get(holder.memberId)
    if (brief === undefined || brief.state !== 'active') return { memberId: null, doubt: doubts.closed }
    if (holder.revokedAt !== null && holder.revokedAt <= soldAt) return { memberId: null, doubt: doubts.revoked }
    const blocked = await blocksRepository(tx).of(holder.memberId)
    if (blocked !== undefined && blocked.blockedAt <= soldAt)
      return { memberId: holder.memberId, doubt: doubts.blocked }
    if (stale !== null) return { memberId: holder.memberId, doubt: stale }
    const proof = { id: `code:${handle}:${window}`, tillId: caller.tillId, memberId: holder.memberId }
    await takeProof(tx, clock.now(), proof)
    const isOurs = await tillCodesRepository(tx).useUp(proof.id, caller.tillId, docKey)
    return { memberId: holder.memberId, doubt: isOurs ? null : doubts.replayed }
  }

  /** Takes the coupon that the till let count; what of it is not covered is a loss. */
  async function takeCoupon(
    tx: Tx,
    caller: TillCaller,
    body: OfflineSaleBody,
    buyer: Buyer,
    at: { docKey: string; lines: readonly PricedLine[] },
  ): Promise<{ losses: Given[]; memberId: string | null; used: TillCouponRecord[] }> {
    if (body.coupon === null) return { losses: [], memberId: buyer.memberId, used: [] }
    const lost = (subject: string, amount: number, why: Pick<Loss, 'cause' | 'text'>) => ({
      losses: amount > 0 ? [{ kind: 'coupon' as const, subject, amount, ...why }] : [],
      memberId: buyer.memberId,
      used: [],
    })
    const { fen } = body.coupon
    const signed = readCouponCode(
      body.coupon.code,
      await signing.publicKeys(new Date(body.soldAt), tx),
      new Date(body.soldAt),
    )
    if (!signed.ok)
      return lost('', fen, {
        cause: signed.why === 'tooLate' ? 'late' : 'forged',
        text: { zh: '离线券码无效', en: 'Signed coupon not valid' },
      })
    const { code } = signed.code
    if (buyer.doubt !== null) return lost(code, fen, buyer.doubt)
    const coupon = await needs.coupons.byCode(tx, code)
    if (coupon === undefined) return lost(code, fen, doubts.forged)
    const memberId = buyer.memberId ?? coupon.memberId
    const applied = await attempt(tx, () =>
      needs.coupons.redeem(tx, {
        coupons: [coupon],
        docKey: at.docKey,
        storeCode: caller.storeCode,
        channel: 'till',
        memberId,
        goods: goodsOf(at.lines),
        at: new Date(body.soldAt),
      }),
    )
    if (applied instanceof AppError) return lost(code, fen, refusalOf(applied))
    const tooMuch = {
      cause: 'tooMuch',
      text: { zh: '抵扣多于券面', en: 'More off than it is good for' },
    }
    return { ...lost(code, fen - discountOf(applied), tooMuch), memberId, used: usedCoupons(at.docKey, applied) }
  }

  /** Takes the points that paid, as far as they are there. */
  async function takePoints(
    tx: Tx,
    body: OfflineSaleBody,
    memberId: string | null,
    doubt: Buyer['doubt'],
    docKey: string,
  ): Promise<{ losses: Given[]; used: number; fen: number }> {
    if (body.points === null) return { losses: [], used: 0, fen: 0 }
    const { points: wanted, fen } = body.points
    const lost = (amount: number, why: Pick<Loss, 'cause' | 'text'>): Given[] =>
      amount > 0 ? [{ kind: 'points', subject: '', amount, ...why }] : []
    if (memberId === null || doubt !== null) return { losses: lost(fen, doubt ?? doubts.unproven), used: 0, fen: 0 }
    const { points: terms } = await termsOf(tx)
    const there = Math.max(0, (await needs.points.balances(tx, [memberId])).get(memberId) ?? 0)
    const used = Math.min(there, wanted)
    const covered = Math.min(fen, fenOfPoints(used, terms))
    const notEnough = { cause: 'notEnough', text: { zh: '积分已不够', en: 'The points were gone' } }
    if (used === 0) return { losses: lost(fen, notEnough), used: 0, fen: 0 }
    const spent = await attempt(tx, () => needs.points.spend(tx, { key: pointsKeyOf(docKey), memberId, points: used }))
    if (spent instanceof AppError) return { losses: lost(fen, notEnough), used: 0, fen: 0 }
    return { losses: lost(fen - covered, notEnough), used, fen: covered }
  }

  return {
    /** Takes an offline sale down. It never fails for what it gave away: that becomes losses. */
    settle: (caller: TillCaller, body: OfflineSaleBody) =>
      once(caller, { name: 'offline', reply: tillCodesApi.operations.settleOffline.reply }, body, async tx => {
        const docKey = docKeyOf(caller.storeCode, caller.tillCode, body.businessDate, body.receiptNo)
        const offline = offlineRepository(tx)
        await offline.hold(caller.tillId)
        if ((await tillSalesRepository(tx).sale(docKey)) !== undefined) throw tillErrors.alreadyCommitted()

        const lines = await quotes.priced(tx, body.lines)
        const total = totalOf(lines)
        const given = (body.coupon?.fen ?? 0) + (body.points?.fen ?? 0)
        const payable = total - given
        const buyer = await buyerOf(tx, caller, body, docKey)
        const coupon = await takeCoupon(tx, caller, body, buyer, { docKey, lines })
        const points = await takePoints(tx, body, coupon.memberId, buyer.doubt, docKey)
        const losses: Given[] = [...coupon.losses, ...points.losses]
        const paid = fenFromDecimal4(body.payments.reduce((sum, payment) => sum + decimal4(payment.amount), 0n))
        if (body.payments.length > 0 && paid < payable)
          losses.push({
            kind: 'total',
            subject: '',
            amount: payable - paid,
            cause: 'underpaid',
            text: { zh: '实收少于应收', en: 'Less was paid than was due' },
          })

        const { offline: caps } = await termsOf(tx)
        const before = await offline.given(caller.tillId, body.businessDate)
        const borne = bearers(losses, Math.min(caps.saleCap, caps.dayCap - before))
        const { memberId } = coupon
        const off = body.coupon?.fen ?? 0
        const brief = memberId === null ? undefined : (await needs.members.briefs(tx, [memberId])).get(memberId)
        await tillSalesRepository(tx).open({
          docKey,
          tillId: caller.tillId,
          documentId: null,
          memberId,
          discount: off,
          state: 'committed',
          committedAt: clock.now(),
          closedAt: null,
        })
        const { documentId } = await recordSale(tx, deps, caller, {
          docKey,
          receipt: body,
          businessAt: new Date(body.soldAt),
          customer: brief === undefined ? null : { memberId: brief.memberId, cardNo: brief.cardNo },
          lines,
          shares: shareOff(lines, off),
          discount: off,
          coupons: coupon.used,
          points: points.used === 0 ? null : { points: points.used, fen: points.fen },
          payable,
        })
        const now = clock.now()
        await offline.add({
          docKey,
          tillId: caller.tillId,
          storeCode: caller.storeCode,
          businessDate: body.businessDate,
          soldAt: new Date(body.soldAt),
          settledAt: now,
          memberId,
          given,
          lost: losses.reduce((sum, loss) => sum + loss.amount, 0),
        })
        await offline.addLosses(
          borne.map(({ text, ...loss }) => ({
            id: newId(),
            docKey,
            tillId: caller.tillId,
            storeCode: caller.storeCode,
            businessDate: body.businessDate,
            memberId,
            ...loss,
            zh: text.zh,
            en: text.en,
            createdAt: now,
          })),
        )
        return {
          docKey,
          documentId,
          payable,
          losses: borne,
          points:
            memberId === null
              ? null
              : {
                  earned: await needs.points.creditedFor(tx, documentId),
                  used: points.used,
                  balance: (await needs.points.balances(tx, [memberId])).get(memberId) ?? 0,
                },
        }
      }),
  }
}
export type OfflineSales = ReturnType<typeof offlineSales>
