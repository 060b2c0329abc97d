import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const Id = z.string().length(26)
const Fen = z.int().nonnegative()
const ProductParams = z.object({ productId: Id })
const Words = z.object({ zh: z.string(), en: z.string() })

/** Why a product of the mall cannot be had now by this member. */
export const MallRefusal = z.enum(['notYet', 'over', 'soldOut', 'limit', 'tier', 'points'])
export type MallRefusal = z.output<typeof MallRefusal>

/** What a new product of the mall is made from; of one that is on only words, picture, place and a higher stock change. */
export const ProductFields = z
  .object({
    name: z.string().trim().min(1).max(60),
    kind: z.enum(['goods', 'coupon']),
    couponTemplateId: Id.nullable().default(null),
    description: z.string().trim().max(1000).default(''),
    imageId: Id.nullable().default(null),
    points: z.int().min(1).max(100_000_000),
    /** To pay at pick-up. */
    fen: Fen.max(10_000_000).default(0),
    /** What it costs us, for the books of the mall. */
    costFen: Fen.max(100_000_000).default(0),
    stock: z.int().min(1).max(10_000_000),
    memberLimit: z.int().min(1).max(999).nullable().default(null),
    limitPeriod: z.enum(['ever', 'month', 'day']).default('ever'),
    minTier: z.string().max(32).nullable().default(null),
    opensAt: z.iso.datetime().nullable().default(null),
    closesAt: z.iso.datetime().nullable().default(null),
    canPickUp: z.boolean().default(true),
    canShip: z.boolean().default(false),
    stores: z.array(z.string().max(32)).min(1).max(500).nullable().default(null),
    /** How many lie at each store, where that is counted; they sum to the stock. Null = counted as a whole. */
    storeStocks: z
      .array(z.object({ storeCode: z.string().min(1).max(32), stock: z.int().min(0).max(1_000_000) }))
      .min(1)
      .max(500)
      .nullable()
      .default(null),
    isReadyAtOnce: z.boolean().default(false),
    claimDays: z.int().min(1).max(90).default(14),
    position: z.int().min(0).max(9999).default(0),
  })
  .refine(given => given.opensAt === null || given.closesAt === null || given.opensAt < given.closesAt, {
    error: '结束时间要晚于开始时间 / the end comes after the beginning',
    path: ['closesAt'],
  })
  .refine(given => (given.kind === 'coupon') === (given.couponTemplateId !== null), {
    error: '兑换券要选券模板，商品不选 / a coupon has a template, goods have none',
    path: ['couponTemplateId'],
  })
  .refine(given => given.kind === 'coupon' || given.canPickUp || given.canShip, {
    error: '自提和邮寄至少选一种 / pick-up or delivery, at least one',
    path: ['canPickUp'],
  })
  .refine(given => given.fen === 0 || (given.kind === 'goods' && !given.canShip), {
    error: '加价只能在自提时付 / what is to be paid is paid at pick-up only',
    path: ['fen'],
  })
  .refine(given => given.storeStocks === null || (given.kind === 'goods' && given.canPickUp && !given.canShip), {
    error: '按门店分库存的商品只能自提 / what is counted by store is picked up there',
    path: ['storeStocks'],
  })
  .refine(
    ({ storeStocks, stock }) =>
      storeStocks === null ||
      (storeStocks.reduce((sum, one) => sum + one.stock, 0) === stock &&
        new Set(storeStocks.map(one => one.storeCode)).size === storeStocks.length),
    { error: '各门店库存之和要等于总库存 / the stocks of the stores sum to the stock', path: ['storeStocks'] },
  )
export type ProductFields = z.output<typeof ProductFields>

/** A product of the mall as the staff sees it. */
export const MallProduct = z.object({
  productId: z.string(),
  ...ProductFields.shape,
  opensAt: Instant.nullable(),
  closesAt: Instant.nullable(),
  storeStocks: z.array(z.object({ storeCode: z.string(), stock: z.int(), taken: z.int() })).nullable(),
  taken: z.int(),
  state: z.enum(['draft', 'on', 'off']),
  createdAt: Instant,
})
export type MallProduct = z.output<typeof MallProduct>

/** A product of the mall as a shopper sees it. */
export const ShopProduct = z.object({
  productId: z.string(),
  name: z.string(),
  kind: z.enum(['goods', 'coupon']),
  description: z.string(),
  imageId: z.string().nullable(),
  points: z.int(),
  fen: Fen,
  left: z.int(),
  memberLimit: z.int().nullable(),
  limitPeriod: z.enum(['ever', 'month', 'day']),
  /** How many the member has had in the period. */
  had: z.int(),
  /** Name of the tier from which on it may be had. */
  tier: Words.nullable(),
  opensAt: Instant.nullable(),
  closesAt: Instant.nullable(),
  ways: z.array(z.enum(['pickUp', 'ship', 'wallet'])),
  stores: z.array(z.string()).nullable(),
  /** What is left at each store, where that is counted. */
  storesLeft: z.array(z.object({ storeCode: z.string(), left: z.int() })).nullable(),
  claimDays: z.int(),
  isReadyAtOnce: z.boolean(),
  /** Why the member cannot have it now; null = can. */
  refusal: MallRefusal.nullable(),
})
export type ShopProduct = z.output<typeof ShopProduct>

/** The points mall: what the staff puts up and what shoppers see. */
export const mallOperations = operations({
  mall: {
    method: 'GET',
    path: '/shop/mall',
    access: 'shopper',
    summary: 'The points mall: what can be had for points',
    reply: z.object({
      /** Usable points; null for a guest. */
      points: z.int().nullable(),
      items: z.array(ShopProduct),
    }),
  },
  mallProduct: {
    method: 'GET',
    path: '/shop/mall/:productId',
    access: 'shopper',
    summary: 'One product of the mall',
    params: ProductParams,
    reply: z.object({ points: z.int().nullable(), product: ShopProduct }),
  },
  pictureFile: {
    method: 'GET',
    path: '/shop/mall/pictures/:imageId',
    access: 'public',
    summary: 'A picture of the mall; it never changes',
    params: z.object({ imageId: Id }),
    reply: z.void(),
    raw: true,
  },
  addPicture: {
    method: 'POST',
    path: '/admin/rewards/pictures',
    access: 'staff:rewards.write',
    summary: 'Upload a picture (multipart): JPG, PNG or WebP of at most 2 MB, checked by its bytes',
    upload: true,
    reply: z.object({ imageId: z.string(), mediaType: z.string(), size: z.int() }),
  },
  products: {
    method: 'GET',
    path: '/admin/rewards/products',
    access: 'staff:rewards.read',
    summary: 'Products of the mall',
    query: PageQuery.extend({
      state: z.enum(['draft', 'on', 'off']).optional(),
      search: z.string().trim().max(60).optional(),
    }),
    reply: pageOf(MallProduct),
  },
  product: {
    method: 'GET',
    path: '/admin/rewards/products/:productId',
    access: 'staff:rewards.read',
    summary: 'A product of the mall',
    params: ProductParams,
    reply: MallProduct,
  },
  createProduct: {
    method: 'POST',
    path: '/admin/rewards/products',
    access: 'staff:rewards.write',
    summary: 'Draw up a product of the mall (draft)',
    body: ProductFields,
    reply: MallProduct,
  },
  updateProduct: {
    method: 'PUT',
    path: '/admin/rewards/products/:productId',
    access: 'staff:rewards.write',
    summary: 'Change a product; while it is on only words, picture, place and a higher stock',
    params: ProductParams,
    body: ProductFields,
    reply: MallProduct,
  },
  switchProduct: {
    method: 'POST',
    path: '/admin/rewards/products/:productId/state',
    access: 'staff:rewards.write',
    summary: 'Put a product on or take it off',
    params: ProductParams,
    body: z.object({ state: z.enum(['on', 'off']) }),
    reply: MallProduct,
  },
})
