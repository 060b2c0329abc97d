import type { Clock } from '../../../kernel/clock.ts'
import type { CatalogApi } from '../../catalog/index.ts'
import type { Outcome, Stream } from '../../erp/index.ts'
import { assembleDocument, packRows } from './assemble.ts'
import type { Document } from './document.ts'
import { SALES_FIELDS } from './fields.ts'
import { salesParser, type SalesRow } from './parser.ts'
import { writeDocuments } from './write.ts'

export interface StreamNeeds {
  readonly clock: Clock
  readonly newId: () => string
  readonly zone: string
  readonly catalog: Pick<CatalogApi, 'ensureProducts' | 'ensureStores'>
  readonly phoneHash: (phone: string) => string
}

/** 销售流水: a line of a receipt a row. */
export const salesStream = (needs: StreamNeeds): Stream<SalesRow, Document> => ({
  name: 'sales',
  label: { zh: '销售流水', en: 'Sales' },
  fields: SALES_FIELDS,
  missing: has => [
    ...(has('businessDate') || has('businessAt') ? [] : ['businessDate']),
    ...(has('net') || has('unitPrice') ? [] : ['net']),
  ],
  parser: input => salesParser(input, needs.phoneHash),
  pack: packRows,
  assemble: (key, packs, mapping) => assembleDocument(key, packs, mapping, needs.zone),
  applier: ({ importId, sourceId, version, arrivedAt }) => {
    const stores = new Set<string>()
    const products = new Set<string>()
    return {
      async prepare(db, documents) {
        const lines = documents.flatMap(document => document.lines).filter(line => !products.has(line.productCode))
        const codes = documents.map(document => document.storeCode).filter(code => !stores.has(code))
        await needs.catalog.ensureStores(db, codes)
        await needs.catalog.ensureProducts(
          db,
          lines.map(line => ({ code: line.productCode, name: line.name, unit: line.unit, kind: line.kind })),
        )
        for (const code of codes) stores.add(code)
        for (const line of lines) products.add(line.productCode)
      },
      async apply(tx, documents): Promise<Outcome> {
        const written = await writeDocuments(tx, needs.newId, needs.clock.now(), documents, {
          sourceId,
          version,
          importId,
          arrivedAt,
        })
        const count = (outcome: string): number => written.filter(one => one.outcome === outcome).length
        return { created: count('created'), changed: count('changed'), same: count('same'), older: count('older') }
      },
    }
  },
})
