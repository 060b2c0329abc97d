import type { Clock } from '../../../kernel/clock.ts'
import {
  decimalText,
  kindRules,
  readDecimal,
  readFlag,
  readText,
  type Outcome,
  type RowProblem,
  type Stream,
} from '../../erp/index.ts'
import { PRODUCT_KINDS, ProductKind } from '../contract.ts'
import { findProducts, upsertProducts, type ProductRecord } from '../repository/products.ts'
import { knownByCode, lastOf, outcomeOf, readChoice } from './rows.ts'

/** A product as a file states it; null = the file does not say. */
export interface ProductLine {
  readonly code: string
  readonly name: string
  readonly spec: string | null
  readonly unit: string | null
  readonly categoryCode: string | null
  readonly brand: string | null
  readonly barcode: string | null
  readonly listPrice: string | null
  readonly kind: string | null
  readonly weighed: boolean | null
  readonly status: string | null
}

const KINDS: Readonly<Record<string, string>> = {
  商品: 'goods',
  普通商品: 'goods',
  生鲜: 'goods',
  赠品: 'gift',
  服务费: 'service_fee',
  服务项: 'service_fee',
  券: 'voucher',
  购物袋: 'bag',
  塑料袋: 'bag',
  购物卡: 'prepaid_card',
  储值卡: 'prepaid_card',
  抹零: 'rounding',
  烟草: 'tobacco',
  团购: 'corporate',
  ...Object.fromEntries(PRODUCT_KINDS.map(kind => [kind, kind])),
}
const STATES: Readonly<Record<string, string>> = {
  正常: 'active',
  在售: 'active',
  启用: 'active',
  active: 'active',
  停售: 'retired',
  停用: 'retired',
  下架: 'retired',
  淘汰: 'retired',
  retired: 'retired',
}

/** 商品档案: a product a row, the last row of a code counts. */
export const productsStream = (clock: Clock): Stream<ProductLine, ProductLine> => ({
  name: 'products',
  label: { zh: '商品档案', en: 'Products' },
  fields: [
    {
      name: 'code',
      label: { zh: '商品编码', en: 'Product code' },
      required: true,
      aliases: ['货号', '商品编号', '商品代码', 'SKU', 'product_code', 'product_id', 'item_code'],
    },
    {
      name: 'name',
      label: { zh: '商品名称', en: 'Product name' },
      required: true,
      aliases: ['品名', '名称', 'product_name', 'item_name', 'Goods'],
    },
    { name: 'spec', label: { zh: '规格', en: 'Size' }, required: false, aliases: ['规格型号', 'spec'] },
    { name: 'unit', label: { zh: '单位', en: 'Unit' }, required: false, aliases: ['计量单位', '销售单位'] },
    {
      name: 'categoryCode',
      label: { zh: '分类编码', en: 'Category code' },
      required: false,
      aliases: ['品类编码', '小类编码', '类别编码', 'category', 'category_code', 'Types'],
    },
    { name: 'brand', label: { zh: '品牌', en: 'Brand' }, required: false, aliases: ['品牌名称'] },
    {
      name: 'barcode',
      label: { zh: '条码', en: 'Barcode' },
      required: false,
      aliases: ['商品条码', '国际条码', 'EAN', 'UPC'],
    },
    {
      name: 'listPrice',
      label: { zh: '零售价', en: 'List price' },
      required: false,
      aliases: ['售价', '标价', 'price', 'list_price'],
    },
    {
      name: 'weighed',
      label: { zh: '称重', en: 'Weighed' },
      required: false,
      aliases: ['是否称重', '称重商品', '散装'],
    },
    { name: 'kind', label: { zh: '商品类型', en: 'Kind' }, required: false, aliases: ['类型', '商品性质', 'kind'] },
    { name: 'status', label: { zh: '状态', en: 'Status' }, required: false, aliases: ['商品状态'] },
  ],
  parser({ text, mapping }) {
    const kindOf = kindRules(mapping.productKinds)
    const kindByRule = (code: string): string | null => ProductKind.nullable().catch(null).parse(kindOf(code))
    const of = {
      code: text('code'),
      name: text('name'),
      spec: text('spec'),
      unit: text('unit'),
      category: text('categoryCode'),
      brand: text('brand'),
      barcode: text('barcode'),
      price: text('listPrice'),
      weighed: text('weighed'),
      kind: text('kind'),
      status: text('status'),
    }
    return cells => {
      const problems: RowProblem[] = []
      const keep = <T>(read: { value: T } | { problem: RowProblem }): T | null => {
        if ('value' in read) return read.value
        problems.push(read.problem)
        return null
      }
      const code = keep(readText(of.code(cells), 'code', 64)) ?? ''
      const price =
        of.price(cells) === '' ? null : keep(readDecimal(of.price(cells), 'listPrice', mapping.cutCurrencySigns))
      const row: ProductLine = {
        code,
        name: keep(readText(of.name(cells), 'name', 200)) ?? '',
        spec: of.spec(cells).slice(0, 64) || null,
        unit: of.unit(cells).slice(0, 16) || null,
        categoryCode: of.category(cells).slice(0, 64) || null,
        brand: of.brand(cells).slice(0, 64) || null,
        barcode: of.barcode(cells).slice(0, 32) || null,
        listPrice: price === null ? null : decimalText(price),
        weighed: of.weighed(cells) === '' ? null : keep(readFlag(of.weighed(cells), 'weighed')),
        kind: keep(readChoice(of.kind(cells), 'kind', KINDS)) ?? kindByRule(code),
        status: keep(readChoice(of.status(cells), 'status', STATES)),
      }
      return problems.length === 0 ? { ok: true, key: code, row } : { ok: false, problems, key: code || null }
    }
  },
  pack: JSON.stringify,
  assemble: (_key, packs) => ({ document: lastOf(packs, pack => JSON.parse(pack) as ProductLine[]) }),
  applier: () => ({
    async apply(tx, lines): Promise<Outcome> {
      const now = clock.now()
      const known = await knownByCode(findProducts, tx, lines)
      const next = lines.map(line => merged(line, known.get(line.code), now))
      return outcomeOf(next, known, rows => upsertProducts(tx, rows))
    },
  }),
})

const merged = (line: ProductLine, before: ProductRecord | undefined, now: Date): ProductRecord => ({
  code: line.code,
  name: line.name,
  spec: line.spec ?? before?.spec ?? null,
  unit: line.unit ?? before?.unit ?? null,
  categoryCode: line.categoryCode ?? before?.categoryCode ?? null,
  brand: line.brand ?? before?.brand ?? null,
  barcode: line.barcode ?? before?.barcode ?? null,
  listPrice: line.listPrice ?? before?.listPrice ?? null,
  kind: line.kind ?? before?.kind ?? 'goods',
  weighed: line.weighed === null ? (before?.weighed ?? 0) : Number(line.weighed),
  status: line.status ?? before?.status ?? 'active',
  provisional: 0,
  createdAt: before?.createdAt ?? now,
  updatedAt: now,
})
