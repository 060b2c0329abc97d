import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { erpApi, type MappingInput } from '../../../server/modules/erp/contract.ts'
import type { World } from '../../support/world.ts'

/** The columns of the night's file, as the demo shop's ERP writes them. */
export const HEADER =
  '门店编码,收银机号,营业日期,小票号,时间,单据类型,会员卡号,商品编码,商品名称,数量,单价,折扣,实收,支付方式'

/** How such a file is read. */
export const nightly: MappingInput = {
  stream: 'sales',
  fields: {
    storeCode: { column: '门店编码' },
    tillCode: { column: '收银机号' },
    businessDate: { column: '营业日期' },
    receiptNo: { column: '小票号' },
    time: { column: '时间' },
    type: { column: '单据类型' },
    memberCard: { column: '会员卡号' },
    productCode: { column: '商品编码' },
    productName: { column: '商品名称' },
    quantity: { column: '数量' },
    unitPrice: { column: '单价' },
    discount: { column: '折扣' },
    net: { column: '实收' },
    paymentMethod: { column: '支付方式' },
  },
}

/** A line of the night's file: two kilos of rice unless told otherwise. */
export const line = (
  over: Partial<
    Record<
      | 'store'
      | 'till'
      | 'date'
      | 'receipt'
      | 'time'
      | 'type'
      | 'card'
      | 'code'
      | 'name'
      | 'quantity'
      | 'price'
      | 'discount'
      | 'net'
      | 'paid',
      string
    >
  > = {},
): string => {
  const cells = {
    store: 'S01',
    till: '01',
    date: '2026-11-21',
    receipt: '0001',
    time: '17:42:05',
    type: '销售',
    card: '',
    code: 'R5',
    name: '长粒香米',
    quantity: '2',
    price: '32.90',
    discount: '0',
    net: '65.80',
    paid: '微信支付',
    ...over,
  }
  return Object.values(cells).join(',')
}

export const file = (...lines: string[]): string => `${HEADER}\n${lines.join('\n')}\n`

/** Stores a file, imports it to the end and returns how it went; throws what the importer refuses. */
export async function importFile(
  w: World,
  content: string | Buffer,
  {
    name = 'sales.csv',
    mapping = nightly,
    force = false,
    gzip = false,
    drain = true,
  }: { name?: string; mapping?: MappingInput; force?: boolean; gzip?: boolean; drain?: boolean } = {},
): Promise<string> {
  const sourceId = await w.modules.erp.ensureSource({ code: 'hq', name: '总部 ERP' })
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const stored = await w.modules.files.store(Readable.from([gzip ? gzipSync(bytes) : bytes]), { name })
  const id = await w.modules.erp.start({ fileId: stored.id, sourceId, mapping, force })
  if (drain) await w.drain()
  return id
}

/** What the importer says of a run, seen by the owner. */
export async function runOf(w: World, importId: string) {
  const owner = await w.as('owner')
  return owner.call(erpApi).import({ params: { importId } })
}

/** All documents with their lines, as plain text: what must not change when files come again. */
export async function everything(w: World): Promise<string[]> {
  const rows = await w.db
    .selectFrom('sales_document as d')
    .innerJoin('sales_line as l', 'l.documentId', 'd.id')
    .select(['d.docKey', 'd.type', 'd.net as documentNet', 'l.lineNo', 'l.productCode', 'l.quantity', 'l.net'])
    .orderBy('d.docKey')
    .orderBy('l.lineNo')
    .execute()
  return rows.map(row => Object.values(row).join(' '))
}
