import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'
import { storeOperations } from './contract/stores.ts'

export { STORE_TYPES, StoreField, StoreRow } from './contract/stores.ts'
export type { StoreChange, StoreFacts, StoreQuery } from './contract/stores.ts'

/** What a product code stands for; only goods and tobacco are merchandise, and tobacco earns no points. */
export const PRODUCT_KINDS = [
  'goods',
  'gift',
  'service_fee',
  'voucher',
  'prepaid_card',
  'bag',
  'rounding',
  'tobacco',
  'corporate',
] as const
export const ProductKind = z.enum(PRODUCT_KINDS)
export type ProductKind = z.output<typeof ProductKind>

export const catalogErrors = errors('catalog', {
  storeNotFound: [404, '找不到门店 {code}', 'There is no store {code}'],
  productNotFound: [404, '找不到商品 {code}', 'There is no product {code}'],
  categoryNotFound: [404, '找不到品类 {code}', 'There is no category {code}'],
  swappedDegrees: [400, '纬度和经度写反了', 'Latitude and longitude are swapped'],
  outsideChina: [
    400,
    '坐标 {latitude}, {longitude} 不在中国范围内，请检查；坐标用微信地图的（GCJ-02）',
    'The place {latitude}, {longitude} is not in China; take it from a map of WeChat’s (GCJ-02)',
  ],
  daysTurned: [400, '停业开始不能晚于停业结束', 'A refit cannot end before it begins'],
})

export const CategoryRow = z.object({
  code: z.string(),
  parentCode: z.string().nullable(),
  name: z.string(),
  level: z.int().min(1).max(3),
})
export type CategoryRow = z.output<typeof CategoryRow>

export const ProductRow = z.object({
  code: z.string(),
  name: z.string(),
  spec: z.string().nullable(),
  unit: z.string().nullable(),
  categoryCode: z.string().nullable(),
  categoryName: z.string().nullable(),
  brand: z.string().nullable(),
  barcode: z.string().nullable(),
  listPrice: z.string().nullable(),
  kind: ProductKind,
  weighed: z.boolean(),
  status: z.enum(['active', 'retired']),
  provisional: z.boolean(),
})
export type ProductRow = z.output<typeof ProductRow>

const flag = z.enum(['true', 'false']).transform(text => text === 'true')

export const ProductQuery = PageQuery.extend({
  /** Part of a name, or the beginning of a code or barcode. */
  search: z.string().trim().max(64).optional(),
  categoryCode: z.string().max(64).optional(),
  kind: ProductKind.optional(),
  provisional: flag.optional(),
  sort: z.enum(['code', 'name', '-code', '-name']).default('code'),
})
export type ProductQuery = z.output<typeof ProductQuery>

export const catalogApi = contract('catalog', {
  ...storeOperations,
  categories: {
    method: 'GET',
    path: '/admin/catalog/categories',
    access: 'staff',
    summary: '品类树(三级) · The category tree, three levels, flat',
    reply: z.object({ items: z.array(CategoryRow) }),
  },
  products: {
    method: 'GET',
    path: '/admin/catalog/products',
    access: 'staff:catalog.read',
    summary: '商品：按名称、编码、条码、品类查找 · Products by name, code, barcode or category',
    query: ProductQuery,
    reply: pageOf(ProductRow),
  },
  product: {
    method: 'GET',
    path: '/admin/catalog/products/:code',
    access: 'staff:catalog.read',
    summary: '一个商品 · One product',
    params: z.object({ code: z.string().max(64) }),
    reply: ProductRow,
  },
  updateProduct: {
    method: 'PATCH',
    path: '/admin/catalog/products/:code',
    access: 'staff:catalog.write',
    summary: '补全商品资料：名称、品类、种类 · Complete a product: name, category, kind',
    params: z.object({ code: z.string().max(64) }),
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      categoryCode: z.string().max(64).nullable().optional(),
      kind: ProductKind.optional(),
    }),
    reply: ProductRow,
  },
})
