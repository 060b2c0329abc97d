import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller, TillCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import { inScope } from '../../../kernel/scope.ts'
import { plainCouponCode, refusals } from '../../coupons/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import {
  UNDO_MINUTES,
  deskErrors,
  type DeskLockBody,
  type DeskQuoteBody,
  type DeskSaleBody,
  type RedeemBody,
} from '../contract/desk.ts'
import { deskRepository, type RedemptionRecord } from '../repository/desk.ts'
import { shiftForReceipt, shiftsRepository } from '../repository/shifts.ts'
import { goodsOf } from './basket.ts'
import { lineOf, staffAsTill as at, type DeskSales } from './desk-sale.ts'
import type { Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf } from './once.ts'
import type { Printing } from './print/index.ts'
import type { Proofs } from './proofs.ts'
import type { Quoting } from './quote.ts'
import type { ShiftBook } from './shift/index.ts'

const refused = (refusal: CouponRefusal) =>
  tillErrors.couponRefused({ reason: refusal.text.zh, reasonEn: refusal.text.en, refusal })

/** What the desk is made of. */
interface DeskParts {
  readonly people: Customers
  readonly quotes: Quoting
  readonly shifts: Pick<ShiftBook, 'closeByStaff' | 'current'>
  readonly prints: Printing
  readonly proofs: Pick<Proofs, 'sendSms' | 'takeSms'>
  readonly sales: DeskSales
}

/** 店员核销: a member of staff is the till of a store whose tills cannot call us. `needs` are the watched ones of the tills. */
export function tillDesk(deps: TillDeps, { people, quotes, shifts, prints, proofs, sales }: DeskParts, audit: Audit) {
  const { db, clock, config, newId, needs } = deps

  async function rowsOf(caller: StaffCaller, rows: readonly RedemptionRecord[]) {
    const ids = (of: (row: RedemptionRecord) => string): string[] => [...new Set(rows.map(of))]
    const members = await needs.members.briefs(
      db,
      ids(row => row.memberId),
    )
    const staff = await needs.staffNames(
      db,
      ids(row => row.staffId),
    )
    return rows.map(row => {
      const until = new Date(row.at.getTime() + UNDO_MINUTES * 60_000)
      const may = row.state === 'redeemed' && until > clock.now() && mayUndo(caller, row)
      return {
        redemptionId: row.id,
        storeCode: row.storeCode,
        tillCode: row.tillCode,
        receiptNo: row.receiptNo,
        couponCode: row.couponCode,
        couponName: row.couponName,
        couponCount: row.couponCount,
        amount: row.amount,
        discount: row.discount,
        kind: row.kind === 'sale' ? ('sale' as const) : ('coupon' as const),
        points: row.points,
        pointsFen: row.pointsFen,
        payable: row.amount - row.discount - row.pointsFen,
        earned: row.earned,
        balance: row.balance,
        memberName: members.get(row.memberId)?.name ?? '',
        staffId: row.staffId,
        staffName: staff.get(row.staffId) ?? '',
        state: row.state === 'undone' ? ('undone' as const) : ('redeemed' as const),
        at: row.at,
        undoUntil: may ? until : null,
      }
    })
  }
  async function found(caller: StaffCaller, redemptionId: string): Promise<RedemptionRecord> {
    const row = await deskRepository(db).find(redemptionId)
    if (row === undefined || !inScope(caller.scope, row.storeCode)) throw deskErrors.noRedemption()
    return row
  }
  async function rowOf(caller: StaffCaller, row: RedemptionRecord | undefined) {
    const [seen] = row === undefined ? [] : await rowsOf(caller, [row])
    if (seen === undefined) throw deskErrors.noRedemption()
    return seen
  }

  /** One's own, or whoever looks after the alerts of the store. */
  const mayUndo = (caller: StaffCaller, row: RedemptionRecord): boolean =>
    row.staffId === caller.staffId || caller.permissions.includes('till.alerts')

  const isSame = (row: RedemptionRecord, body: RedeemBody | DeskSaleBody): boolean =>
    row.kind === ('points' in body ? 'sale' : 'coupon') &&
    row.storeCode === body.storeCode &&
    row.tillCode === body.tillCode &&
    row.receiptNo === body.receiptNo &&
    row.amount === body.amount &&
    (!('points' in body) || (row.points === body.points && isUsed(row, body.couponCodes)))
  const isUsed = ({ couponCode, couponCount }: RedemptionRecord, codes: readonly string[]): boolean =>
    couponCount === new Set(codes).size && (couponCount === 0 || codes.map(plainCouponCode).includes(couponCode))

  async function redeem(tx: Tx, caller: StaffCaller, till: TillCaller, body: RedeemBody): Promise<void> {
    const businessDate = shopDay(clock.now(), config.SHOP_ZONE)
    const docKey = docKeyOf(till.storeCode, till.tillCode, businessDate, body.receiptNo)
    const coupon = await needs.coupons.byCode(tx, body.couponCode)
    if (coupon === undefined) throw refused(refusals.notFound)
    // The coupon's own code is proof enough of whose it is; a member's code is used up with this receipt.
    const customer =
      body.memberCode === null
        ? await people.holder(tx, coupon)
        : await people.known(tx, body.memberCode, { tillId: till.tillId, docKey })
    if (customer === null) throw tillErrors.noMember()
    const weakness = people.weakness(customer)
    if (weakness !== null) throw refused(weakness)
    await people.use(tx, customer, till.tillId, docKey)
    if ((await deskRepository(tx).ofReceipt(docKey)).length > 0) throw refused(refusals.onePerSale)
    const now = clock.now()
    const shiftId = await shiftForReceipt(tx, till, { id: newId(), at: now })
    const applied = await needs.coupons.redeem(tx, {
      coupons: [coupon],
      docKey,
      storeCode: till.storeCode,
      channel: 'till',
      memberId: customer.memberId,
      goods: goodsOf(await quotes.priced(tx, [lineOf(body.amount)])),
    })
    const discount = applied.reduce((sum, one) => sum + one.discount, 0)
    // The receipt itself comes with the night's file: here stands only that it used a coupon. No second time for one number.
    await shiftsRepository(tx).enter({
      docKey,
      shiftId,
      storeCode: till.storeCode,
      tillCode: till.tillCode,
      businessDate,
      kind: 'desk',
      documentId: null,
      memberId: customer.memberId,
      cashier: caller.name,
      net: 0,
      withheld: null,
      at: now,
    })
    const id = newId()
    await deskRepository(tx).insert({
      id,
      kind: 'coupon',
      requestKey: body.key,
      docKey,
      storeCode: till.storeCode,
      tillCode: till.tillCode,
      receiptNo: body.receiptNo,
      shiftId,
      memberId: customer.memberId,
      couponId: coupon.id,
      couponCode: coupon.code,
      couponName: coupon.name,
      couponCount: 1,
      amount: body.amount,
      discount,
      staffId: caller.staffId,
      state: 'redeemed',
      at: now,
      undoneAt: null,
      undoneBy: null,
    })
    await audit(tx, caller, {
      action: 'till.deskRedeem',
      subjectKind: 'coupon',
      subjectId: coupon.id,
      storeCode: till.storeCode,
      details: { receiptNo: body.receiptNo, discount },
    })
  }

  /** Does something once for a key: a repeat is answered with what was done, the same key for something else is a conflict. */
  async function onceForKey(
    caller: StaffCaller,
    body: RedeemBody | DeskSaleBody,
    work: (tx: Tx, till: TillCaller) => Promise<void>,
  ) {
    const till = at(caller, body.storeCode, body.tillCode)
    const before = async () => {
      const known = await deskRepository(db).byKey(body.key)
      if (known === undefined) return null
      if (known.staffId !== caller.staffId || !isSame(known, body)) throw commonErrors.keyReused()
      return rowOf(caller, known)
    }
    const answered = await before()
    if (answered !== null) return answered
    try {
      await inTransaction(db, tx => work(tx, till))
    } catch (error) {
      const after = await before()
      if (after !== null) return after
      if (uniqueViolation(error) !== null) throw tillErrors.alreadyCommitted()
      throw error
    }
    return rowOf(caller, await deskRepository(db).byKey(body.key))
  }

  return {
    identify: (caller: StaffCaller, { storeCode, code }: { storeCode: string; code: string }) =>
      quotes.identify(at(caller, storeCode), code),

    quote: (caller: StaffCaller, body: DeskQuoteBody) => sales.quote(at(caller, body.storeCode), body),
    lock: (caller: StaffCaller, body: DeskLockBody) => sales.lock(at(caller, body.storeCode), body),
    release: (caller: StaffCaller, lockKey: string, storeCode: string) => sales.release(at(caller, storeCode), lockKey),

    redeem: (caller: StaffCaller, body: RedeemBody) =>
      onceForKey(caller, body, (tx, till) => redeem(tx, caller, till, body)),
    /** A whole sale: the same steps as at a till that calls, told under the staff's name. */
    sell: (caller: StaffCaller, body: DeskSaleBody) =>
      onceForKey(caller, body, (tx, till) => sales.sell(tx, caller, till, body)),

    /** The slip of a sale that was told here, ready to print. */
    async print(
      caller: StaffCaller,
      redemptionId: string,
      { paper, language }: { paper: 58 | 80; language: 'zh' | 'en' },
    ) {
      const row = await found(caller, redemptionId)
      return prints.receipt(db, row.docKey, paper, language)
    },

    /** Sends the member of a spoken phone a code; what they say then spends in one sale of this member of staff. */
    sendSms: (caller: StaffCaller, { storeCode, memberCode }: { storeCode: string; memberCode: string }) =>
      proofs.sendSms(at(caller, storeCode), memberCode),
    takeSms: (
      caller: StaffCaller,
      { storeCode, memberCode, code }: { storeCode: string; memberCode: string; code: string },
    ) => proofs.takeSms(at(caller, storeCode), memberCode, code),

    async undo(caller: StaffCaller, redemptionId: string) {
      const row = await found(caller, redemptionId)
      if (!mayUndo(caller, row)) throw deskErrors.noRedemption()
      const now = clock.now()
      if (row.state !== 'redeemed') throw deskErrors.undone()
      if (now.getTime() > row.at.getTime() + UNDO_MINUTES * 60_000) throw deskErrors.undoLate()
      await inTransaction(db, async tx => {
        const open = await shiftsRepository(tx).openForReceipt(`${row.storeCode}|${row.tillCode}`)
        if (open?.id !== row.shiftId) throw deskErrors.undoShiftClosed()
        if (!(await deskRepository(tx).undo(redemptionId, caller.staffId, now))) throw deskErrors.undone()
        await needs.coupons.giveBack(tx, row.docKey)
        if (row.kind === 'sale') await sales.undo(tx, row)
        await shiftsRepository(tx).leave(row.docKey, row.kind === 'sale' ? 'sale' : 'desk')
        await audit(tx, caller, {
          action: 'till.deskUndo',
          subjectKind: row.couponId === null ? 'member' : 'coupon',
          subjectId: row.couponId ?? row.memberId,
          storeCode: row.storeCode,
          details: { receiptNo: row.receiptNo, discount: row.discount },
        })
      })
      return rowOf(caller, await deskRepository(db).find(redemptionId))
    },

    async list(
      caller: StaffCaller,
      query: { storeCode?: string | undefined; cursor?: string | undefined; limit: number },
    ) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await deskRepository(db).page(
        caller.scope,
        query.storeCode,
        before === undefined ? null : String(before),
        query.limit + 1,
      )
      const { items, next } = pageFrom(rows, query.limit, row => [row.id])
      return { items: await rowsOf(caller, items), next }
    },

    /** What the open shift of a till that cannot call comes to so far. */
    currentShift: async (caller: StaffCaller, { storeCode, tillCode }: { storeCode: string; tillCode: string }) => ({
      shift: await shifts.current(at(caller, storeCode, tillCode)),
    }),

    /** 交班 for a till that cannot call: its coupons beside what its slip says. */
    closeShift(
      caller: StaffCaller,
      body: {
        storeCode: string
        tillCode: string
        shiftNo: string
        slip: { coupons: number; couponFen: number; pointsFen?: number | undefined }
      },
    ) {
      const till = at(caller, body.storeCode, body.tillCode)
      return shifts.closeByStaff(
        till,
        {
          businessDate: shopDay(clock.now(), config.SHOP_ZONE),
          shiftNo: body.shiftNo,
          cashier: caller.name,
          slip: body.slip,
        },
        newId(),
      )
    },
  }
}
export type TillDesk = ReturnType<typeof tillDesk>
