import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Audit } from '../../staff/index.ts'
import { couponsErrors, type NewTemplate } from '../contract.ts'
import { couponsRepository } from '../repository/coupons.ts'
import { templatesRepository, type TemplateRecord } from '../repository/templates.ts'
import { storesOf } from './evaluate.ts'

/** A template as replies say it. */
export const templateView = (row: TemplateRecord) => ({
  templateId: row.id,
  name: row.name,
  kind: 'amountOff' as const,
  amountOff: row.amountOff,
  threshold: row.threshold,
  validDays: row.validDays,
  validFrom: row.validFrom,
  validTo: row.validTo,
  stores: storesOf(row.storesJson),
  stock: row.stock,
  issued: row.issued,
  perMemberLimit: row.perMemberLimit,
  description: row.description,
  state: row.state as 'draft' | 'active' | 'ended',
  createdAt: row.createdAt,
})

const columnsOf = (given: NewTemplate) => ({
  name: given.name,
  kind: 'amountOff',
  amountOff: given.amountOff,
  threshold: given.threshold,
  validDays: given.validDays,
  validFrom: given.validFrom === null ? null : new Date(given.validFrom),
  validTo: given.validTo === null ? null : new Date(given.validTo),
  storesJson: given.stores === null ? null : JSON.stringify(given.stores),
  stock: given.stock,
  perMemberLimit: given.perMemberLimit,
  description: given.description,
})

/** 券模板: drawn up, switched on, ended. Every change is audited. */
export function couponTemplates({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, audit: Audit) {
  async function find(templateId: string): Promise<TemplateRecord> {
    const template = await templatesRepository(db).find(templateId)
    if (template === undefined) throw couponsErrors.noTemplate()
    return template
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
      const rows = await couponsRepository(db).counts(templateId, clock.now())
      const of = (state: string): number =>
        rows.filter(row => row.shown === state).reduce((sum, row) => sum + Number(row.coupons), 0)
      return {
        template: templateView(template),
        counts: {
          issued: rows.reduce((sum, row) => sum + Number(row.coupons), 0),
          usable: of('issued'),
          locked: of('locked'),
          redeemed: of('redeemed'),
          expired: of('expired'),
          lapsed: of('lapsed'),
          void: of('void'),
          discount: rows.reduce((sum, row) => sum + Number(row.discount), 0),
        },
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
      const columns = { ...columnsOf(given), updatedAt: clock.now() }
      const soft = { name: given.name, description: given.description, stock: given.stock, updatedAt: clock.now() }
      // What was promised stays: an active template changes in words, and its stock only grows.
      const onlyWords =
        JSON.stringify({ ...columnsOf(given), ...soft, updatedAt: 0 }) ===
          JSON.stringify({ ...columnsOfRow(now), ...soft, updatedAt: 0 }) && given.stock >= now.stock
      await inTransaction(db, async tx => {
        const templates = templatesRepository(tx)
        const done =
          (await templates.change(templateId, ['draft'], columns)) ||
          (onlyWords && (await templates.change(templateId, ['active'], soft)))
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

    activate: (caller: StaffCaller, templateId: string) => move(caller, templateId, ['draft'], 'active'),
    end: (caller: StaffCaller, templateId: string) => move(caller, templateId, ['draft', 'active'], 'ended'),
  }
}

const columnsOfRow = (row: TemplateRecord) => ({
  name: row.name,
  kind: row.kind,
  amountOff: row.amountOff,
  threshold: row.threshold,
  validDays: row.validDays,
  validFrom: row.validFrom,
  validTo: row.validTo,
  storesJson: row.storesJson,
  stock: row.stock,
  perMemberLimit: row.perMemberLimit,
  description: row.description,
})
export type Templates = ReturnType<typeof couponTemplates>
