import type { z } from 'zod'
import type { Language } from '../../../../kernel/http/language.ts'
import { MassContent, MassState, MassView, Purpose } from '../../contract/index.ts'
import type { Mass } from '../../repository/mass.ts'
import { reasonText } from '../reasons.ts'

/** A mass message as staff see it. */
export function massView(row: Mass, language: Language): z.input<typeof MassView> {
  const content = MassContent.safeParse(JSON.parse(row.contentJson))
  return {
    id: row.id,
    appId: row.appId,
    title: row.title,
    purpose: Purpose.parse(row.purpose),
    target: MassView.shape.target.parse(row.target),
    targetName: row.targetName,
    content: content.success ? content.data : null,
    part: row.part,
    parts: row.parts,
    state: MassState.parse(row.state),
    reason: reasonText(row.reason, language),
    people: row.people,
    counts:
      row.totalCount === null
        ? null
        : {
            total: row.totalCount,
            filtered: row.filteredCount ?? 0,
            sent: row.sentCount ?? 0,
            failed: row.failedCount ?? 0,
          },
    sendAt: row.sendAt,
    createdAt: row.createdAt,
    settledAt: row.settledAt,
    deletedAt: row.deletedAt,
  }
}
