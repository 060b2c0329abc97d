import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addDays } from './calendar.ts'
import type { Catalogue } from './catalogue/index.ts'
import { encode } from './encode.ts'
import type { Household } from './households.ts'
import { hash32 } from './random.ts'
import type { Store } from './stores.ts'
import type { Receipt } from './trade.ts'

/** What the manifest says of one file; money in fen. */
export interface FileEntry {
  name: string
  kind: 'stores' | 'categories' | 'products' | 'cards' | 'sales'
  encoding: 'utf-8-bom' | 'gb18030'
  rows: number
  businessDate?: string
  stores?: string[]
  arrivesAt?: string
  /** True where the file has not arrived at the end of the window; it lies in `late/`. */
  late?: boolean
  documents?: number
  net?: number
}

/** Money of the files: fen with two decimals. */
export const yuan = (fen: number): string =>
  `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`
const quantityText = (milli: number, weighed: boolean) => (weighed ? (milli / 1000).toFixed(3) : String(milli / 1000))

/** Takes away what an earlier run wrote, and nothing else. */
export function emptyFolder(out: string): void {
  mkdirSync(join(out, 'late'), { recursive: true })
  for (const folder of [out, join(out, 'late')]) {
    for (const name of readdirSync(folder))
      if (/^(sales-\d{8}-\w+|stores|categories|products|cards-\w+)\.csv$|^manifest\.json$/.test(name))
        rmSync(join(folder, name))
  }
}

function write(out: string, entry: FileEntry, header: string, rows: readonly string[]): FileEntry {
  const path = join(out, entry.late === true ? 'late' : '', entry.name)
  writeFileSync(path, encode(`${header}\r\n${rows.join('\r\n')}\r\n`, entry.encoding))
  if (entry.arrivesAt !== undefined) utimesSync(path, new Date(entry.arrivesAt), new Date(entry.arrivesAt))
  return entry
}

const salesHeader =
  '门店编码,收银机号,营业日期,小票号,时间,单据类型,原收银机号,原营业日期,原小票号,会员卡号,行号,商品编码,商品名称,数量,单位,单价,折扣,实收,促销编号,赠品,支付方式,收银员'

function salesRows(receipt: Receipt): string[] {
  const { store, till, date, receiptNo, time, type, original, card } = receipt
  const head = [
    store.code,
    till,
    date,
    receiptNo,
    time,
    type,
    original?.till ?? '',
    original?.date ?? '',
    original?.receiptNo ?? '',
    card,
  ].join(',')
  return receipt.lines.map((line, i) => {
    const { product } = line
    const quantity = quantityText(line.quantity, product.weighed)
    return `${head},${i + 1},${product.code},${product.name},${quantity},${product.unit},${yuan(line.price)},${yuan(line.discount)},${yuan(line.net)},${line.promotion},${line.gift ? '是' : ''},${receipt.payment},${receipt.cashier}`
  })
}

/** When the file of a business date reaches the product, as Shanghai time: the metro store's comes in the morning, now and then days late. */
export function arrival(file: Store['file'], date: string): string {
  if (file === 'hq') return `${addDays(date, 1)}T02:15:00+08:00`
  if (file === 's05') return `${addDays(date, 1)}T03:40:00+08:00`
  return `${addDays(date, hash32(`late ${date}`) % 11 === 0 ? 3 : 1)}T10:30:00+08:00`
}

/** Writes the sales of one file and business date; `lastDates` are the dates whose metro file is still missing. */
export function writeSales(
  out: string,
  file: Store['file'],
  date: string,
  receipts: readonly Receipt[],
  missing: boolean,
): FileEntry {
  const rows = receipts.flatMap(salesRows)
  return write(
    out,
    {
      name: `sales-${date.replaceAll('-', '')}-${file}.csv`,
      kind: 'sales',
      encoding: file === 's05' ? 'gb18030' : 'utf-8-bom',
      rows: rows.length,
      businessDate: date,
      stores: [...new Set(receipts.map(receipt => receipt.store.code))],
      arrivesAt: arrival(file, date),
      late: missing,
      documents: receipts.length,
      net: receipts.reduce((sum, receipt) => sum + receipt.lines.reduce((net, line) => net + line.net, 0), 0),
    },
    salesHeader,
    rows,
  )
}

/** Writes the master files: stores, categories, products. */
export function writeMasters(out: string, catalogue: Catalogue, stores: readonly Store[]): FileEntry[] {
  const entry = (name: string, kind: FileEntry['kind'], rows: readonly string[]): FileEntry => ({
    name,
    kind,
    encoding: 'utf-8-bom',
    rows: rows.length,
  })
  const storeRows = stores.map(s =>
    [s.code, s.name, s.type, s.district, s.address, s.place.latitude, s.place.longitude, '营业'].join(','),
  )
  const categoryRows = [...catalogue.categories]
    .sort((a, b) => a.level - b.level)
    .map(c => [c.code, c.parent, c.name, c.level].join(','))
  const productRows = catalogue.products.map(p =>
    [
      p.code,
      p.name,
      p.spec,
      p.unit,
      p.category,
      p.brand,
      p.barcode,
      yuan(p.price),
      p.weighed ? '是' : '否',
      p.kind,
      '在售',
    ].join(','),
  )
  return [
    write(
      out,
      entry('stores.csv', 'stores', storeRows),
      '门店编码,门店名称,门店类型,区域,地址,纬度,经度,状态',
      storeRows,
    ),
    write(out, entry('categories.csv', 'categories', categoryRows), '分类编码,上级编码,分类名称,级别', categoryRows),
    write(
      out,
      entry('products.csv', 'products', productRows),
      '商品编码,商品名称,规格,单位,分类编码,品牌,条码,零售价,称重,商品类型,状态',
      productRows,
    ),
  ]
}

/** What the old system knows of a card at the end of the window. */
export interface CardUse {
  spent: number
  lastUsedAt: string
}

/** Writes the two card files; `uses` by card number. */
export function writeCards(
  out: string,
  households: readonly Household[],
  uses: ReadonlyMap<string, CardUse>,
): FileEntry[] {
  const header =
    '会员卡号,手机号,姓名,性别,生日,开卡门店,开卡日期,开卡人,卡状态,积分余额,最近消费日期,签约日期,协议版本'
  return (
    [
      ['cards-signed.csv', true],
      ['cards-unsigned.csv', false],
    ] as const
  ).map(([name, signed]) => {
    const rows = households
      .filter(h => h.signed === signed)
      .map(h => {
        const use = uses.get(h.cardNo)
        const points = h.opening + Math.max(0, Math.floor((use?.spent ?? 0) / 100))
        const lastUsed = use?.lastUsedAt ?? addDays(h.issuedAt, Math.min(60, h.opening % 61))
        return [
          h.cardNo,
          h.phone,
          h.name,
          h.gender,
          h.birthday,
          h.store,
          h.issuedAt,
          h.recruiter,
          '正常',
          points,
          lastUsed,
          signed ? h.issuedAt : '',
          signed ? '2024-01' : '',
        ].join(',')
      })
    return write(out, { name, kind: 'cards', encoding: 'utf-8-bom', rows: rows.length }, header, rows)
  })
}
