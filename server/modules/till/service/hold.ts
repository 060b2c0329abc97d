import type { Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, fenFromDecimal4 } from '../../../kernel/money.ts'
import { QuoteBody } from '../contract.ts'
import { tillDeskApi } from '../contract/desk-api.ts'
import { holdErrors, type HeldBasket, type HoldBody } from '../contract/hold.ts'
import { holdsRepository, type HoldRecord } from '../repository/holds.ts'
import { shiftForReceipt } from '../repository/shifts.ts'
import type { Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import type { Once } from './once.ts'
import type { Quoting } from './quote.ts'

/** As many as a cashier can keep apart. */
const MOST = 20

/** The request with the basket it is about: the same key for another one is a conflict. */
const about = (body: { key: string }, holdId: string): { key: string; holdId: string } => ({ ...body, holdId })

const viewOf = (hold: HoldRecord): HeldBasket => ({
  holdId: hold.id,
  label: hold.label,
  cashier: hold.cashier,
  lineCount: hold.lineCount,
  total: hold.total,
  hasMember: hold.memberCodeSealed !== null,
  heldAt: hold.heldAt.toISOString(),
})

/** Hold and resume (挂单/取单). Nothing is locked for a basket that waits: prices, coupons and points are asked anew. */
export function holding({ db, clock, newId, vault }: TillDeps, people: Customers, quotes: Quoting, once: Once) {
  async function find(tx: Tx, caller: TillCaller, holdId: string): Promise<HoldRecord> {
    const hold = await holdsRepository(tx).find(holdId)
    if (hold === undefined || hold.storeCode !== caller.storeCode || hold.tillCode !== caller.tillCode)
      throw holdErrors.noHold()
    return hold
  }

  function basketOf(hold: HoldRecord): QuoteBody {
    return QuoteBody.parse({
      memberCode: hold.memberCodeSealed === null ? null : vault.open(hold.memberCodeSealed),
      couponCodes: JSON.parse(hold.couponsJson) as unknown,
      points: hold.points,
      lines: JSON.parse(hold.linesJson) as unknown,
    })
  }

  return {
    hold: (caller: TillCaller, body: HoldBody) =>
      once(caller, { name: 'hold', reply: tillDeskApi.operations.hold.reply }, body, async tx => {
        const holds = holdsRepository(tx)
        if ((await holds.waiting(caller.storeCode, caller.tillCode)).length >= MOST) throw holdErrors.tooManyHolds()
        const [id, at] = [newId(), clock.now()]
        const hold: HoldRecord = {
          id,
          shiftId: await shiftForReceipt(tx, caller, { id: newId(), at }),
          storeCode: caller.storeCode,
          tillCode: caller.tillCode,
          label: body.label,
          cashier: body.cashier,
          memberCodeSealed: body.memberCode === null ? null : vault.seal(body.memberCode),
          couponsJson: JSON.stringify(body.couponCodes),
          points: body.points,
          linesJson: JSON.stringify(body.lines),
          lineCount: body.lines.length,
          total: fenFromDecimal4(body.lines.reduce((sum, line) => sum + decimal4(line.net), 0n)),
          state: 'held',
          heldAt: at,
          closedAt: null,
        }
        await holds.insert(hold)
        return viewOf(hold)
      }),

    holds: async (caller: TillCaller) => ({
      items: (await holdsRepository(db).waiting(caller.storeCode, caller.tillCode)).map(viewOf),
    }),

    resume: (caller: TillCaller, holdId: string, body: { key: string }) =>
      once(caller, { name: 'resume', reply: tillDeskApi.operations.resume.reply }, about(body, holdId), async tx => {
        const hold = await find(tx, caller, holdId)
        const held = basketOf(hold)
        const memberGone = held.memberCode !== null && (await people.find(tx, held.memberCode, caller)) === null
        const basket = memberGone ? { ...held, memberCode: null } : held
        const quote = await quotes.quote(caller, basket, { from: tx })
        if (!(await holdsRepository(tx).end(holdId, 'resumed', clock.now()))) throw holdErrors.holdGone()
        return { holdId, label: hold.label, basket, quote, memberGone }
      }),

    drop: (caller: TillCaller, holdId: string, body: { key: string }) =>
      once(
        caller,
        { name: 'dropHold', reply: tillDeskApi.operations.dropHold.reply },
        about(body, holdId),
        async tx => {
          await find(tx, caller, holdId)
          if (!(await holdsRepository(tx).end(holdId, 'dropped', clock.now()))) throw holdErrors.holdGone()
          return { holdId }
        },
      ),
  }
}
export type Holding = ReturnType<typeof holding>
