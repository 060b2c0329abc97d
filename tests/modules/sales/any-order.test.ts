import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { Document } from '../../../server/modules/sales/service/document.ts'
import { Mapping } from '../../../server/modules/erp/contract.ts'
import { world, type World } from '../../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

/** A telling of a receipt: which one, in which file, with which lines (product, quantity, net in ten-thousandths). */
interface Telling {
  readonly receipt: number
  readonly file: number
  readonly lines: readonly (readonly [number, number])[]
}

const telling = fc.record({
  receipt: fc.integer({ min: 1, max: 6 }),
  file: fc.integer({ min: 1, max: 4 }),
  lines: fc.array(
    fc.tuple(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: -9_999_999, max: 9_999_999 })),
    { minLength: 1, maxLength: 4 },
  ),
})

/** One file says one thing of one receipt. */
const tellings = fc.uniqueArray(telling, { minLength: 1, maxLength: 20, selector: one => `${one.receipt}/${one.file}` })

const documentOf = (run: number, { receipt, lines }: Telling): Document => ({
  docKey: `S${run}|1|2026-11-21|${receipt}`,
  storeCode: `S${run}`,
  tillCode: '1',
  businessDate: '2026-11-21',
  receiptNo: String(receipt),
  type: 'sale',
  status: 'confirmed',
  businessAt: new Date('2026-11-21T04:00:00Z'),
  channel: 'store',
  cashier: null,
  corporate: false,
  memberRef: null,
  payments: [],
  originalDocKey: null,
  lines: lines.map(([quantity, net], i) => ({
    productCode: `P${i}`,
    name: '商品',
    quantity,
    unit: null,
    unitPrice: 0,
    discount: 0,
    net,
    isGift: false,
    promotionCode: null,
    kind: null,
  })),
})

/** The plain truth: of each receipt, what the latest file says. */
function model(all: readonly Telling[]): { documents: number; lines: number; net: number } {
  const latest = new Map<number, Telling>()
  for (const one of all) if (one.file >= (latest.get(one.receipt)?.file ?? 0)) latest.set(one.receipt, one)
  const lines = [...latest.values()].flatMap(one => one.lines)
  return { documents: latest.size, lines: lines.length, net: lines.reduce((sum, [, net]) => sum + net, 0) }
}

let run = 0

test('files in any order, any number of times, batched anyhow, end in the same documents, lines and net', async () => {
  await fc.assert(
    fc.asyncProperty(
      tellings,
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (all, again, batch) => {
        run++
        const order = [...all, ...again.flatMap(i => all[i % all.length] ?? [])]
        const mapping = Mapping.parse({ stream: 'sales', fields: {} })
        for (let from = 0; from < order.length; from += batch) {
          for (const [file, some] of Map.groupBy(order.slice(from, from + batch), one => one.file)) {
            const applier = w.modules.sales.stream.applier({
              importId: `F${run}-${file}`,
              sourceId: 'S',
              version: file,
              arrivedAt: w.clock.now(),
              mapping,
            })
            const documents = [...new Map(some.map(one => [one.receipt, documentOf(run, one)])).values()]
            await inTransaction(w.db, tx => applier.apply(tx, documents))
          }
        }
        const found = await w.db
          .selectFrom('sales_document as d')
          .innerJoin('sales_line as l', 'l.documentId', 'd.id')
          .select(eb => [
            eb.fn.countAll<string>().as('lines'),
            eb.fn.sum<string>('l.net').as('net'),
            eb.fn.count<string>('d.id').distinct().as('documents'),
          ])
          .where('d.storeCode', '=', `S${run}`)
          .executeTakeFirstOrThrow()
        const headers = await w.db
          .selectFrom('sales_document')
          .select(eb => eb.fn.sum<string>('net').as('net'))
          .where('storeCode', '=', `S${run}`)
          .executeTakeFirstOrThrow()
        const expected = model(all)
        expect({
          documents: Number(found.documents),
          lines: Number(found.lines),
          net: Math.round(Number(found.net) * 10_000),
        }).toEqual(expected)
        expect(Math.round(Number(headers.net) * 10_000)).toBe(expected.net)
      },
    ),
    { numRuns: 40 },
  )
})

test('two workers who tell the same receipts at once leave one of each', async () => {
  run++
  const mapping = Mapping.parse({ stream: 'sales', fields: {} })
  const documents = Array.from({ length: 30 }, (_, i) =>
    documentOf(run, { receipt: i, file: 1, lines: [[10_000, 50_000]] }),
  )
  const tell = (importId: string) =>
    inTransaction(w.db, tx =>
      w.modules.sales.stream
        .applier({ importId, sourceId: 'S', version: 1, arrivedAt: w.clock.now(), mapping })
        .apply(tx, documents),
    ).catch((error: unknown) => error)
  const outcomes = await Promise.all([tell('A'), tell('B'), tell('C')])
  expect(outcomes.some(outcome => !(outcome instanceof Error))).toBe(true)
  const count = await w.db
    .selectFrom('sales_line as l')
    .innerJoin('sales_document as d', 'd.id', 'l.documentId')
    .select(eb => eb.fn.countAll<string>().as('n'))
    .where('d.storeCode', '=', `S${run}`)
    .executeTakeFirstOrThrow()
  expect(Number(count.n)).toBe(30)
})

test('the till and two files may tell a new receipt at the same moment: it is one document, with the lines of the latest', async () => {
  const mapping = Mapping.parse({ stream: 'sales', fields: {} })
  for (let turn = 0; turn < 12; turn++) {
    run++
    const told = (file: number): Document[] => [
      documentOf(run, { receipt: 1, file, lines: Array.from({ length: file + 1 }, () => [10_000, file]) }),
    ]
    const applierOf = (file: number) =>
      w.modules.sales.stream.applier({
        importId: `F${run}-${file}`,
        sourceId: 'S',
        version: file,
        arrivedAt: w.clock.now(),
        mapping,
      })
    await applierOf(1).prepare?.(w.db, told(1))
    await Promise.all([1, 2, 3].map(file => inTransaction(w.db, tx => applierOf(file).apply(tx, told(file)))))
  }
  const orphans = await w.db
    .selectFrom('sales_line as l')
    .leftJoin('sales_document as d', 'd.id', 'l.documentId')
    .select('l.documentId')
    .where('d.id', 'is', null)
    .execute()
  expect(orphans).toEqual([])
  const lines = await w.db
    .selectFrom('sales_line as l')
    .innerJoin('sales_document as d', 'd.id', 'l.documentId')
    .select(['d.docKey', 'd.sourceVersion', 'd.lineCount', eb => eb.fn.countAll<string>().as('lines')])
    .where(
      'd.storeCode',
      'in',
      [run, run - 1, run - 2].map(one => `S${one}`),
    )
    .groupBy(['d.docKey', 'd.sourceVersion', 'd.lineCount'])
    .execute()
  expect(lines).toHaveLength(3)
  for (const one of lines) expect(one).toMatchObject({ sourceVersion: 3, lineCount: 4, lines: 4 })
})
