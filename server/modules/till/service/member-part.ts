import type { Kernel } from '../../../kernel/module.ts'
import { mergedMembers, type MemberPart } from '../../members/index.ts'
import { affected } from '../../../kernel/db.ts'
import { invoiceBuyers } from './invoice-buyer.ts'

/** What a member asked invoices for: moved by merges, handed out as a copy, erased on leaving. */
export function invoicesPart({ vault, clock }: Pick<Kernel, 'vault' | 'clock'>): MemberPart {
  const buyers = invoiceBuyers(vault)
  return {
    name: 'invoices',
    label: { zh: '开票申请', en: 'Invoices asked for' },
    async holds(db, memberId) {
      const { count } = await db
        .selectFrom('invoice_request')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('memberId', '=', memberId)
        .executeTakeFirstOrThrow()
      return [{ key: 'invoices', label: { zh: '开票申请', en: 'Invoices asked for' }, value: String(count) }]
    },
    async move(tx, { from, to }) {
      const rows = await tx
        .selectFrom('invoice_request')
        .select('id')
        .where('memberId', '=', from)
        .forUpdate()
        .execute()
      await tx.updateTable('invoice_request').set({ memberId: to }).where('memberId', '=', from).execute()
      return rows.map(({ id }) => ({ ref: id }))
    },
    async moveBack(tx, { from, to }, items) {
      for (const { ref } of items)
        await tx
          .updateTable('invoice_request')
          .set({ memberId: from })
          .where('id', '=', ref)
          .where('memberId', '=', to)
          .execute()
    },
    async late(db) {
      const rows = await db
        .selectFrom('invoice_request as r')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 'r.memberId')
        .select('m.memberId')
        .distinct()
        .execute()
      return rows.map(row => row.memberId)
    },
    async collect(db, memberId) {
      const rows = await db
        .selectFrom('invoice_request')
        .select(['docKey', 'amount', 'state', 'reason', 'askedAt', 'closedAt', 'buyerSealed'])
        .where('memberId', '=', memberId)
        .orderBy('id')
        .execute()
      return rows.map(({ buyerSealed, ...row }) => ({ ...row, buyer: buyers.open(buyerSealed) }))
    },
    /** What is asked still is withdrawn; of the rest the amounts stay, and whom they were made out to goes. */
    async erase(tx, memberId) {
      await tx
        .updateTable('invoice_request')
        .set({ state: 'withdrawn', openKey: null, closedAt: clock.now() })
        .where('memberId', '=', memberId)
        .where('state', '=', 'asked')
        .execute()
      return affected(
        await tx
          .updateTable('invoice_request')
          .set({ buyerSealed: null })
          .where('memberId', '=', memberId)
          .where('buyerSealed', 'is not', null)
          .executeTakeFirstOrThrow(),
      )
    },
  }
}
