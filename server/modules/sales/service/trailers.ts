import { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import { decimalText, readDecimal } from '../../erp/index.ts'
import type { ArrivalCell } from '../contract.ts'
import { trailersWithTotals } from '../repository/numbers.ts'

const Said = z.object({
  found: z.boolean(),
  documents: z.number().nullable(),
  lines: z.number().nullable(),
  net: z.string().nullable(),
})

const same = (a: string, b: string): boolean => {
  const [one, other] = [readDecimal(a, 'net'), readDecimal(b, 'net')]
  return 'value' in one && 'value' in other && one.value === other.value
}

/** By import: what its file says it holds beside what came; only of imports whose files say so. */
export async function comparedTrailers(
  db: Db,
  importIds: readonly string[],
): Promise<Map<string, NonNullable<z.input<typeof ArrivalCell>['trailer']>>> {
  const rows = await trailersWithTotals(db, importIds)
  return new Map(
    rows.map(row => {
      const said = Said.parse(JSON.parse(row.trailerJson))
      const came = { documents: Number(row.documents), lines: Number(row.lines), net: row.net ?? decimalText(0) }
      const agrees =
        said.found &&
        (said.documents === null || said.documents === came.documents) &&
        (said.lines === null || said.lines === came.lines) &&
        (said.net === null || same(said.net, came.net))
      return [row.importId, { ...said, agrees, came }]
    }),
  )
}
