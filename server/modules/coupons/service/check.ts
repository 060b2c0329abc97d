import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import type { LedgerCheck } from '../../points/index.ts'
import { CouponStep } from '../contract.ts'

const RUN = 2_000

/** From which states a step leads to which; null = it leaves the state as it is. The whole state machine on one screen. */
export const STEPS: Readonly<Record<CouponStep, { readonly from: readonly string[]; readonly to: string | null }>> = {
  issue: { from: [''], to: 'issued' },
  lock: { from: ['issued', 'locked', 'gifting'], to: 'locked' },
  redeem: { from: ['locked'], to: 'redeemed' },
  redeemThere: { from: ['issued', 'locked', 'gifting', 'expired'], to: 'redeemed' },
  usedTwice: { from: ['redeemed', 'lapsed', 'void', 'gifted'], to: null },
  release: { from: ['locked'], to: 'issued' },
  reprice: { from: ['redeemed'], to: null },
  restore: { from: ['redeemed'], to: 'issued' },
  lapse: { from: ['redeemed'], to: 'lapsed' },
  expire: { from: ['issued'], to: 'expired' },
  void: { from: ['issued'], to: 'void' },
  gift: { from: ['issued'], to: 'gifting' },
  takeBack: { from: ['gifting'], to: 'issued' },
  given: { from: ['gifting'], to: 'gifted' },
  moved: { from: ['issued', 'locked', 'gifting', 'redeemed', 'lapsed', 'expired', 'void', 'gifted'], to: null },
  overLimit: { from: ['issued', 'locked', 'gifting', 'redeemed', 'lapsed', 'expired', 'void', 'gifted'], to: null },
}

/** Follows the steps of a coupon: the state they lead to and what they took off, or the first step that cannot be. */
export function follow(steps: readonly { kind: string; fen: number | null }[]): { state: string; fen: number } {
  let state = ''
  let fen = 0
  for (const step of steps) {
    const kind = CouponStep.safeParse(step.kind)
    const rule = kind.success ? STEPS[kind.data] : undefined
    if (rule === undefined || !rule.from.includes(state)) return { state: `${step.kind} from ${state || '-'}`, fen }
    state = rule.to ?? state
    fen += step.fen ?? 0
  }
  return { state, fen }
}

type Found = Awaited<ReturnType<LedgerCheck['run']>>

/** Every coupon's state and discount once more from its steps, a run at a time along the primary key. */
async function coupons(db: Db): Promise<Found> {
  const differences: { subject: string; stored: string; derived: string }[] = []
  let looked = 0
  for (let after = ''; ;) {
    const run = await db
      .selectFrom('coupon')
      .select(['id', 'state', 'discount'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(RUN)
      .execute()
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined) return { looked, differences }
    const steps = await db
      .selectFrom('coupon_event')
      .select(['couponId', 'kind', 'fen'])
      .where('couponId', '>=', first.id)
      .where('couponId', '<=', last.id)
      .orderBy('couponId')
      .orderBy('id')
      .execute()
    const byCoupon = Map.groupBy(steps, step => step.couponId)
    for (const { id, state, discount } of run) {
      const derived = follow(byCoupon.get(id) ?? [])
      if (derived.state !== state || derived.fen !== (discount ?? 0) * Number(state === 'redeemed'))
        differences.push({
          subject: id,
          stored: `${state} ${discount ?? 0}`,
          derived: `${derived.state} ${derived.fen}`,
        })
    }
    looked += run.length
    after = last.id
  }
}

/** Every template's count against its rows, and its budget and who bears it against what was redeemed. */
async function templates(db: Db): Promise<Found> {
  const rows = await db
    .selectFrom('coupon_template as t')
    .leftJoin(
      db
        .selectFrom('coupon')
        .select(['templateId', sql<string>`sum(case when state = 'gifted' then 0 else 1 end)`.as('coupons')])
        .groupBy('templateId')
        .as('c'),
      'c.templateId',
      't.id',
    )
    .leftJoin(
      db
        .selectFrom('coupon_redemption')
        .select([
          'templateId',
          sql<string>`sum(discount - takenBack)`.as('off'),
          sql<string>`sum(case when costHq + costStore + costSupplier = discount - takenBack then 0 else 1 end)`.as(
            'uneven',
          ),
        ])
        .groupBy('templateId')
        .as('r'),
      'r.templateId',
      't.id',
    )
    .select(['t.id', 't.issued', 't.budget', 't.spent', 'c.coupons', 'r.off', 'r.uneven'])
    .execute()
  const said = (issued: number, spent: number | null, uneven: number): string =>
    `${issued}/${spent ?? '-'}${uneven === 0 ? '' : ` (${uneven} uneven)`}`
  return {
    looked: rows.length,
    differences: rows.flatMap(row => {
      const isLimited = row.budget !== null
      const stored = said(row.issued, isLimited ? row.spent : null, 0)
      const derived = said(Number(row.coupons ?? 0), isLimited ? Number(row.off ?? 0) : null, Number(row.uneven ?? 0))
      return stored === derived ? [] : [{ subject: row.id, stored, derived }]
    }),
  }
}

/** What the nightly verification asks of coupons: their states, and the counts and budgets of templates, from their steps. */
export const couponChecks: readonly LedgerCheck[] = [
  { check: 'coupons', label: { zh: '券状态', en: 'States of coupons' }, run: coupons },
  { check: 'couponTemplates', label: { zh: '券数量与预算', en: 'Counts and budgets of coupons' }, run: templates },
]
