import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'

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

export const STORE_TYPES = ['hypermarket', 'community', 'convenience', 'shop', 'online', 'warehouse'] as const
export const StoreType = z.enum(STORE_TYPES)

/** A calendar day 'YYYY-MM-DD'. */
export const Day = z.iso.date()

export const catalogErrors = errors('catalog', {
  storeNotFound: [404, '找不到门店 {code}', 'There is no store {code}'],
  productNotFound: [404, '找不到商品 {code}', 'There is no product {code}'],
  categoryNotFound: [404, '找不到品类 {code}', 'There is no category {code}'],
})

const Latitude = z.number().min(-90).max(90).nullable()
const Longitude = z.number().min(-180).max(180).nullable()

export const StoreRow = z.object({
  code: z.string(),
  name: z.string(),
  type: StoreType,
  district: z.string().nullable(),
  address: z.string().nullable(),
  /** Where it is, in degrees as WeChat's maps count them (GCJ-02); both or neither. */
  latitude: Latitude,
  longitude: Longitude,
  status: z.enum(['open', 'closed']),
  closedFrom: Day.nullable(),
  closedUntil: Day.nullable(),
  provisional: z.boolean(),
})
export type StoreRow = z.output<typeof StoreRow>

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
  stores: {
    method: 'GET',
    path: '/admin/catalog/stores',
    access: 'staff',
    summary: '门店：本人可见的门店 · The stores the caller may see',
    query: PageQuery.extend({ search: z.string().trim().max(64).optional() }),
    reply: pageOf(StoreRow),
  },
  updateStore: {
    method: 'PATCH',
    path: '/admin/catalog/stores/:code',
    access: 'staff:catalog.write',
    summary: '修改门店名称、类型、装修停业 · Change a store',
    params: z.object({ code: z.string().max(32) }),
    body: z
      .object({
        name: z.string().trim().min(1).max(100).optional(),
        type: StoreType.optional(),
        district: z.string().trim().max(64).nullable().optional(),
        address: z.string().trim().max(200).nullable().optional(),
        latitude: Latitude.optional(),
        longitude: Longitude.optional(),
        status: z.enum(['open', 'closed']).optional(),
        closedFrom: Day.nullable().optional(),
        closedUntil: Day.nullable().optional(),
      })
      .refine(({ latitude, longitude }) => (typeof latitude === 'number') === (typeof longitude === 'number'), {
        error: 'latitude and longitude go together',
      }),
    reply: StoreRow,
  },
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
  publicStores: {
    method: 'GET',
    path: '/public/stores',
    access: 'public',
    summary: '营业门店名单(开卡选店用) · Open stores, for choosing a home store',
    reply: z.object({
      items: z.array(
        StoreRow.pick({
          code: true,
          name: true,
          type: true,
          district: true,
          address: true,
          latitude: true,
          longitude: true,
        }),
      ),
    }),
  },
})
