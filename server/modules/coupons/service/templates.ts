import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Audit } from '../../staff/index.ts'
import { couponsErrors, type NewTemplate } from '../contract.ts'
import { couponCounts } from '../repository/counts.ts'
import { templatesRepository, type TemplateRecord } from '../repository/templates.ts'
import { railCouponsRepository } from '../repository/rail-coupons.ts'
import { redemptionsRepository } from '../repository/redemptions.ts'
import type { RailRoom } from './rail-room.ts'
import { rulesOf, storesOf, termsOf } from './terms.ts'

/** A template as replies say it. */
export const templateView = (row: TemplateRecord) => {
  const terms = termsOf(row)
  return {
    ...terms,
    templateId: row.id,
    name: row.name,
    rulesVersion: row.rulesVersion,
    stores: storesOf(terms.rules),
    validDays: row.validDays,
    startsAfterDays: row.startsAfterDays,
    validFrom: row.validFrom,
    validTo: row.validTo,
    stock: row.stock,
    issued: row.issued,
    perMemberLimit: row.perMemberLimit,
    perDayLimit: row.perDayLimit,
    budget: row.budget,
    spent: row.spent,
    bearers: { headquarters: row.bearHq, store: row.bearStore, supplier: row.bearSupplier },
    supplier: row.supplier,
    giftable: row.giftable === 1,
    description: row.description,
    wechat: row.wechatStockId === '' ? null : { productCouponId: row.wechatProductId, stockId: row.wechatStockId },
    state: row.state as 'draft' | 'active' | 'ended',
    createdAt: row.createdAt,
  }
}

const columnsOf = (given: NewTemplate) => ({
  name: given.name,
  kind: given.kind,
  amountOff: given.amountOff,
  payPercent: given.payPercent,
  maxOff: given.maxOff,
  threshold: given.threshold,
  validDays: given.validDays,
  startsAfterDays: given.startsAfterDays,
  validFrom: given.validFrom === null ? null : new Date(given.validFrom),
  validTo: given.validTo === null ? null : new Date(given.validTo),
  rulesJson: JSON.stringify(given.rules),
  stackGroup: given.stackGroup,
  stock: given.stock,
  perMemberLimit: given.perMemberLimit,
  perDayLimit: given.perDayLimit,
  budget: given.budget,
  bearHq: given.bearers.headquarters,
  bearStore: given.bearers.store,
  bearSupplier: given.bearers.supplier,
  supplier: given.supplier,
  returnPolicy: given.returnPolicy,
  giftable: given.giftable ? 1 : 0,
  description: given.description,
  wechatProductId: given.wechat?.productCouponId ?? '',
  wechatStockId: given.wechat?.stockId ?? '',
})

/** What may change of an active template: words, and what only grows. */
const SOFT = ['name', 'description', 'stock', 'budget'] as const

/** Whether a change keeps what was promised: only words, and a stock and a budget that do not shrink. */
function keepsPromises(row: TemplateRecord, given: NewTemplate): boolean {
  const isHard = (column: string): boolean => !SOFT.some(soft => soft === column)
  const before: Readonly<Record<string, unknown>> = { ...row, rulesJson: JSON.stringify(rulesOf(row.rulesJson)) }
  const same = Object.entries(columnsOf(given)).every(
    ([column, value]) => !isHard(column) || JSON.stringify(before[column]) === JSON.stringify(value),
  )
  const grows = given.budget === null || (row.budget !== null && given.budget >= row.budget)
  return same && given.stock >= row.stock && grows
}

/** 券模板: drawn up, switched on, ended. Every change is audited. */
export function couponTemplates(
  { db, clock, newId, log }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'log'>,
  audit: Audit,
  rail: Pick<RailRoom, 'isOpen' | 'prepare'>,
) {
  async function find(templateId: string): Promise<TemplateRecord> {
    const template = await templatesRepository(db).find(templateId)
    if (template === undefined) throw couponsErrors.noTemplate()
    return template
  }

  /** Before coupons go out as 商品券 WeChat has to know the batch; throws noBrand, noWechatBatch, railDown. */
  async function prepared({ wechatProductId, wechatStockId }: TemplateRecord): Promise<void> {
    if (wechatStockId === '') return
    if (!(await rail.isOpen())) throw couponsErrors.noBrand()
    const isKnown = await rail.prepare(wechatProductId, wechatStockId).catch((error: unknown) => {
      log.warn({ err: error }, 'WeChat Pay does not say whether it knows a batch')
      throw couponsErrors.railDown()
    })
    if (!isKnown) throw couponsErrors.noWechatBatch()
  }

  async function railCounts(templateId: string) {
    const { states, usedTwice } = await railCouponsRepository(db).counts(templateId)
    const of = (...names: string[]): number => names.reduce((sum, name) => sum + (states.get(name) ?? 0), 0)
    return {
      waiting: of('NONE', 'CONFIRMING'),
      usable: of('EFFECTIVE', 'PENDING'),
      used: of('USED'),
      gone: of('EXPIRED', 'DELETED', 'DEACTIVATED'),
      refused: of('REFUSED'),
      usedTwice,
    }
  }

  async function move(caller: StaffCaller, templateId: string, from: readonly string[], to: 'active' | 'ended') {
    await find(templateId)
    await inTransaction(db, async tx => {
      if (!(await templatesRepository(tx).change(templateId, from, { state: to, updatedAt: clock.now() }))) {
        if ((await templatesRepository(tx).find(templateId))?.state === to) return
        throw couponsErrors.wrongState()
      }
      await audit(tx, caller, {
        action: `coupons.${to === 'active' ? 'activateTemplate' : 'endTemplate'}`,
        subjectKind: 'couponTemplate',
        subjectId: templateId,
      })
    })
    return templateView(await find(templateId))
  }

  return {
    find,

    async list(query: PageQuery & { state?: string | undefined; search?: string | undefined }) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await templatesRepository(db).page(
        query,
        typeof before === 'string' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.id])
      return { ...page, items: page.items.map(templateView) }
    },

    async one(templateId: string) {
      const template = await find(templateId)
      const [counts, costs] = await Promise.all([
        couponCounts(db, templateId, clock.now()),
        redemptionsRepository(db).costs(templateId),
      ])
      return {
        template: templateView(template),
        counts: { ...counts, costs },
        rail: template.wechatStockId === '' ? null : await railCounts(templateId),
      }
    },

    async create(caller: StaffCaller, given: NewTemplate) {
      const id = newId()
      const now = clock.now()
      await inTransaction(db, async tx => {
        await templatesRepository(tx).insert({
          id,
          ...columnsOf(given),
          issued: 0,
          state: 'draft',
          createdBy: caller.staffId,
          createdAt: now,
          updatedAt: now,
        })
        await audit(tx, caller, {
          action: 'coupons.createTemplate',
          subjectKind: 'couponTemplate',
          subjectId: id,
          details: given,
        })
      })
      return templateView(await find(id))
    },

    async update(caller: StaffCaller, templateId: string, given: NewTemplate) {
      const now = await find(templateId)
      const at = { updatedAt: clock.now() }
      const columns = { ...columnsOf(given), rulesVersion: now.rulesVersion + 1, ...at }
      const soft = {
        name: given.name,
        description: given.description,
        stock: given.stock,
        budget: given.budget,
        ...at,
      }
      await inTransaction(db, async tx => {
        const templates = templatesRepository(tx)
        const done =
          (await templates.change(templateId, ['draft'], columns)) ||
          (keepsPromises(now, given) && (await templates.grow(templateId, soft)))
        if (!done) throw couponsErrors.notDraft()
        await audit(tx, caller, {
          action: 'coupons.updateTemplate',
          subjectKind: 'couponTemplate',
          subjectId: templateId,
          details: given,
        })
      })
      return templateView(await find(templateId))
    },

    async activate(caller: StaffCaller, templateId: string) {
      await prepared(await find(templateId))
      return move(caller, templateId, ['draft'], 'active')
    },
    end: (caller: StaffCaller, templateId: string) => move(caller, templateId, ['draft', 'active'], 'ended'),
  }
}

export type Templates = ReturnType<typeof couponTemplates>
