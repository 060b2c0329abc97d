import type { Page } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { erpErrors, type Problem, type QuarantineQuery } from '../contract.ts'
import { findImport } from '../repository/imports.ts'
import {
  countByReason,
  listQuarantine,
  nextQuarantine,
  type ListedQuarantine,
  type QuarantineFilter,
} from '../repository/quarantine.ts'
import type { Engine } from './engine.ts'
import { valuesOf } from './quarantine.ts'
import { reasonLabel } from './reasons.ts'

const quarantineShown = (row: ListedQuarantine) => ({
  id: row.id,
  importId: row.importId,
  fileName: row.fileName,
  stream: row.stream,
  line: row.line,
  storeCode: row.storeCode,
  businessDate: row.businessDate,
  reason: row.reason,
  field: row.field,
  value: row.value,
  problems: JSON.parse(row.problemsJson) as Problem[],
  values: Object.fromEntries(valuesOf(row)),
  edited: row.editedJson !== null,
  state: row.state as 'open' | 'replayed' | 'dismissed',
  createdAt: row.createdAt,
})

/** Rows in quarantine; who sees only some stores sees the rows that say they are of those. */
export async function quarantinePage(
  { kernel }: Engine,
  query: QuarantineQuery,
  scope: Scope,
): Promise<Page<ReturnType<typeof quarantineShown>>> {
  const page = await listQuarantine(kernel.db, { ...query, scope })
  return { ...page, items: page.items.map(quarantineShown) }
}

/** One open or settled row. */
export async function quarantineOne({ kernel }: Engine, rowId: string): Promise<ReturnType<typeof quarantineShown>> {
  const page = await listQuarantine(kernel.db, { ids: [rowId], limit: 1 })
  const [row] = page.items
  if (row === undefined) throw erpErrors.rowNotFound()
  return quarantineShown(row)
}

/** Open rows by reason, the most frequent first. */
export async function quarantineGroups({ kernel }: Engine, filter: QuarantineFilter) {
  const items = await countByReason(kernel.db, filter)
  return {
    total: items.reduce((sum, item) => sum + item.rows, 0),
    items: items.map(item => ({ ...item, label: reasonLabel(item.reason) })),
  }
}

/** A cell that a spreadsheet would take for a formula is given as text. */
const cell = (text: string): string => {
  const plain = /^[=@\t\r]|^[+-](?![\d.]+$)/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** The open rows of an import as CSV (UTF-8 with BOM): the columns of the file, then 行号 and 原因. */
export async function* errorFile({ kernel }: Engine, importId: string): AsyncGenerator<string> {
  if ((await findImport(kernel.db, importId)) === undefined) throw erpErrors.importNotFound()
  let first = true
  for (let after = ''; ;) {
    const rows = await nextQuarantine(kernel.db, { importId, state: 'open' }, after, 500)
    let text = ''
    for (const row of rows) {
      const values = valuesOf(row)
      if (first) text += `\uFEFF${[...values.map(([column]) => column), '行号', '原因'].map(cell).join(',')}\r\n`
      first = false
      const reasons = (JSON.parse(row.problemsJson) as Problem[]).map(problem => problem.zh).join(';')
      text += `${[...values.map(([, value]) => value), String(row.line), reasons].map(cell).join(',')}\r\n`
    }
    if (text !== '') yield text
    if (rows.length < 500) break
    after = rows.at(-1)?.id ?? after
  }
  if (first) yield '\uFEFF行号,原因\r\n'
}
