import { sql } from 'kysely'
import { inTransaction, type Db } from '../../server/kernel/db.ts'
import type { Kernel } from '../../server/kernel/module.ts'
import type { Modules } from '../../server/modules.ts'
import { memberOf, tapOf } from '../claims/offer.ts'

/** What a race is about: so many coupons for members who may have one each and tap more than once; accounts to spend from. */
export interface Track {
  readonly templateId: string
  readonly offerId: string
  readonly members: number
  readonly stock: number
  readonly accounts: number
}

interface Runner {
  readonly db: Db
  readonly kernel: Kernel
  readonly modules: Modules
  readonly track: Track
}
/** One act of one client: the nth claim, the nth spend. */
type Act = (runner: Runner, n: number) => Promise<unknown>

const whose = (track: Track, n: number): string => memberOf(n % track.members)
const account = (track: Track, n: number): string => memberOf(n % track.accounts)
export const SPEND = 7

/**
 * Ours, and small re-implementations of what others do (facts of loyalty §1b, 2c): each as its source reads, on tables of
 * its own.
 */
export const patterns = {
  'coupons.ours': ({ modules, track }, n) => modules.coupons.claim(whose(track, n), track.offerId, tapOf(n)),

  // macrozheng/mall, litemall, fuint, CRMEB: count and read, then insert, then write back the number that was read.
  'coupons.read-check-write': ({ db, track, kernel }, n) =>
    inTransaction(db, async tx => {
      const { rows } = await sql<{ issued: number; stock: number }>`select issued, stock from race_template`.execute(tx)
      const { rows: had } = await sql`select id from race_coupon where memberId = ${whose(track, n)}`.execute(tx)
      const [template] = rows
      if (template === undefined || template.issued >= template.stock || had.length > 0) return
      await sql`insert into race_coupon values (${kernel.newId()}, ${whose(track, n)})`.execute(tx)
      await sql`update race_template set issued = ${template.issued + 1}`.execute(tx)
    }),

  // ruoyi-vue-pro: the stock is guarded, the limit of a member is read and then trusted, no key tells a repeat.
  'coupons.guarded-stock': ({ db, track, kernel }, n) =>
    inTransaction(db, async tx => {
      const { rows: had } = await sql`select id from race_coupon where memberId = ${whose(track, n)}`.execute(tx)
      if (had.length > 0) return
      const { numAffectedRows } = await sql`update race_template set issued = issued + 1 where issued < stock`.execute(
        tx,
      )
      if (numAffectedRows !== 1n) return
      await sql`insert into race_coupon values (${kernel.newId()}, ${whose(track, n)})`.execute(tx)
    }),

  'points.ours': ({ db, modules, track }, n) =>
    inTransaction(db, tx => modules.points.spend(tx, { key: `race:${n}`, memberId: account(track, n), points: SPEND })),

  // fuint, macrozheng/mall: read the balance, check, write the new one as a number, then the log.
  'points.read-modify-write': ({ db, track, kernel }, n) =>
    inTransaction(db, async tx => {
      const memberId = account(track, n)
      const { rows } = await sql<{ balance: number }>`
        select balance from race_account where memberId = ${memberId}`.execute(tx)
      const balance = rows[0]?.balance ?? 0
      if (balance < SPEND) return
      await sql`update race_account set balance = ${balance - SPEND} where memberId = ${memberId}`.execute(tx)
      await sql`insert into race_entry values (${kernel.newId()}, ${memberId}, ${-SPEND})`.execute(tx)
    }),
} satisfies Readonly<Record<string, Act>>
export type PatternName = keyof typeof patterns
