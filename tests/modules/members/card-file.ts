import { inTransaction } from '../../../server/kernel/db.ts'
import { Mapping } from '../../../server/modules/erp/contract.ts'
import { shopDay } from '../../../server/kernel/clock.ts'
import type { Outcome } from '../../../server/modules/erp/index.ts'
import type { World } from '../../support/world.ts'

/** The rows of a card file, by the names of the fields. */
export type CardLine = Readonly<Record<string, string>>

/** Reads the lines as the importer does: parse, stage, assemble, apply in one transaction. Returns what came of it. */
export async function importCards(
  shop: World,
  lines: readonly CardLine[],
  importId = shop.kernel.newId(),
): Promise<Outcome & { bad: { key: string | null; reasons: string[] }[] }> {
  const stream = shop.modules.members.cards
  const names = stream.fields.map(field => field.name)
  const mapping = Mapping.parse({
    stream: 'cards',
    fields: Object.fromEntries(names.map(name => [name, { column: name }])),
  })
  const parse = stream.parser({
    mapping,
    zone: 'Asia/Shanghai',
    today: shopDay(shop.clock.now()),
    has: () => true,
    text: field => cells => cells[names.indexOf(field)] ?? '',
  })
  const parsed = lines.map(line => parse(names.map(name => line[name] ?? '')))
  const documents = parsed.flatMap(row => {
    if (!row.ok) return []
    const made = stream.assemble(row.key, [stream.pack([row.row])], mapping)
    return 'document' in made ? [made.document] : []
  })
  const applier = stream.applier({ importId, sourceId: 'S', version: 1, arrivedAt: shop.clock.now(), mapping })
  const outcome = await inTransaction(shop.db, tx => applier.apply(tx, documents))
  return {
    ...outcome,
    bad: parsed.flatMap(row =>
      row.ok ? [] : [{ key: row.key, reasons: row.problems.map(problem => `${problem.field}:${problem.reason}`) }],
    ),
  }
}
