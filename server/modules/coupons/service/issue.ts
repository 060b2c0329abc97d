import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import { chunks, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsErrors } from '../contract.ts'
import { couponsIssued } from '../events.ts'
import { couponsRepository, type NewCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { templatesRepository, type TemplateRecord } from '../repository/templates.ts'
import { newCouponCode } from './code.ts'

/** One coupon for one member, under a key that is permanent: campaign:<id>:<memberId>. */
export interface IssueItem {
  readonly memberId: string
  readonly key: string
  /** Who gave it and why, where a person did: the coupon's ledger says it. */
  readonly by?: { readonly staffId: string; readonly note: string }
}

/** What became of each key: the coupon, new or from an earlier call, or why there is none. */
export interface IssueResult {
  readonly issued: Map<string, { readonly couponId: string; readonly isNew: boolean }>
  readonly refused: Map<string, 'stock' | 'limit'>
}

type IssueKernel = Pick<Kernel, 'clock' | 'newId' | 'config'>

/** From when to when a coupon issued now is good; days count to the end of the last one in the shop's zone. */
export function validityOf(
  template: Pick<TemplateRecord, 'validDays' | 'startsAfterDays' | 'validFrom' | 'validTo'>,
  now: Date,
  zone: string,
): { validFrom: Date; validTo: Date } {
  const opens =
    template.startsAfterDays === 0
      ? now
      : (shopInstant(`${addDays(shopDay(now, zone), template.startsAfterDays)} 00:00:00`, zone) ?? now)
  const validFrom = template.validFrom !== null && template.validFrom > opens ? template.validFrom : opens
  if (template.validTo !== null) return { validFrom, validTo: template.validTo }
  const last = shopInstant(`${addDays(shopDay(validFrom, zone), template.validDays ?? 1)} 23:59:59`, zone)
  return { validFrom, validTo: last ?? validFrom }
}

/**
 * Puts coupons into wallets, set-based, in the caller's transaction. Repeating it gives nothing twice (unique issue
 * key); never more than the stock (guarded counter); never more than the limit a member (unique place). Who comes too
 * late for the stock is the end of the list as given.
 */
export async function issueCoupons(
  kernel: IssueKernel,
  tx: Tx,
  templateId: string,
  items: readonly IssueItem[],
): Promise<IssueResult> {
  const result: IssueResult = { issued: new Map(), refused: new Map() }
  const template = await templatesRepository(tx).find(templateId)
  if (template === undefined) throw couponsErrors.noTemplate()
  for (const run of chunks(items, 1000)) {
    let open: readonly IssueItem[] = run
    // Who has lost a place to another campaign asks again, as often as there are places: each that is lost is somebody's.
    for (let attempt = 0; attempt <= template.perMemberLimit && open.length > 0; attempt++)
      open = await issueRun(kernel, tx, template, open, result)
    for (const item of open) result.refused.set(item.key, 'limit')
    await recheckRefused(tx, run, result)
  }
  return result
}

/** Who was refused because a twin of this call had just taken the place or the last of the stock has the twin's coupon. */
async function recheckRefused(tx: Tx, items: readonly IssueItem[], result: IssueResult): Promise<void> {
  const refused = items.map(item => item.key).filter(key => result.refused.has(key))
  for (const [key, coupon] of await couponsRepository(tx).byIssueKeys(refused)) {
    result.refused.delete(key)
    result.issued.set(key, { couponId: coupon.id, isNew: false })
  }
}

/** One try for at most a thousand; returns those whose row a simultaneous call was quicker to write. */

async function issueRun(
  kernel: IssueKernel,
  tx: Tx,
  template: TemplateRecord,
  items: readonly IssueItem[],
  result: IssueResult,
): Promise<readonly IssueItem[]> {
  const repository = couponsRepository(tx)
  const already = await repository.byIssueKeys(items.map(item => item.key))
  for (const [key, coupon] of already) result.issued.set(key, { couponId: coupon.id, isNew: false })
  const open = items.filter(item => !already.has(item.key))
  if (open.length === 0) return []
  if (template.state !== 'active') throw couponsErrors.notActive()

  const wanted = await withinLimit(tx, template, open, result)
  const granted = await withinStock(tx, template.id, wanted, result)
  if (granted.length === 0) return []

  const now = kernel.clock.now()
  const validity = validityOf(template, now, kernel.config.SHOP_ZONE)
  const coupons = granted.map(({ memberId, key, seq }): NewCoupon => ({
    id: kernel.newId(),
    code: newCouponCode(),
    templateId: template.id,
    memberId,
    seq,
    issueKey: key,
    state: 'issued',
    ...validity,
    issuedAt: now,
    docKey: null,
    lockedUntil: null,
    redeemedAt: null,
    redeemedStore: null,
    discount: null,
    termsJson: null,
    rulesVersion: null,
    updatedAt: now,
  }))
  const edges = couponEdges(tx)
  const inserted = await edges.insert(coupons)
  const fresh = coupons.filter(coupon => inserted.has(coupon.id))
  const givers = new Map(items.map(({ key, by }) => [key, by]))
  const lost = granted.filter((_, i) => !inserted.has(coupons[i]?.id ?? ''))
  if (lost.length > 0) await templatesRepository(tx).giveBack(template.id, lost.length)
  for (const coupon of fresh) result.issued.set(coupon.issueKey, { couponId: coupon.id, isNew: true })
  await edges.record(
    fresh.map(coupon => ({
      id: kernel.newId(),
      couponId: coupon.id,
      kind: 'issue',
      docKey: null,
      fen: null,
      staffId: givers.get(coupon.issueKey)?.staffId ?? null,
      note: givers.get(coupon.issueKey)?.note ?? null,
      at: now,
    })),
  )
  await publishAll(
    tx,
    couponsIssued,
    chunks(fresh, 500).map(part => ({
      templateId: template.id,
      items: part.map(coupon => ({ couponId: coupon.id, memberId: coupon.memberId })),
    })),
  )
  return lost
}

/** Gives each member the next places in the template; who has had the limit is refused. */
async function withinLimit(
  tx: Tx,
  template: TemplateRecord,
  items: readonly IssueItem[],
  result: IssueResult,
): Promise<(IssueItem & { seq: number })[]> {
  const last = await couponsRepository(tx).lastSeqs(
    template.id,
    items.map(item => item.memberId),
  )
  return items.flatMap(item => {
    const seq = (last.get(item.memberId) ?? 0) + 1
    if (seq > template.perMemberLimit) {
      result.refused.set(item.key, 'limit')
      return []
    }
    last.set(item.memberId, seq)
    return [{ ...item, seq }]
  })
}

/** Takes from the stock as many as there are, the first of the list first. */
async function withinStock<T extends IssueItem>(
  tx: Tx,
  templateId: string,
  items: readonly T[],
  result: IssueResult,
): Promise<readonly T[]> {
  if (items.length === 0) return []
  const templates = templatesRepository(tx)
  if (await templates.take(templateId, items.length)) return items
  const count = Math.min(await templates.left(templateId), items.length)
  for (const item of items.slice(count)) result.refused.set(item.key, 'stock')
  if (count === 0) return []
  if (!(await templates.take(templateId, count))) throw couponsErrors.notActive()
  return items.slice(0, count)
}
