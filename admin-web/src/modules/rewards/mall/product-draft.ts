import type { rewards } from '../../../api/index.ts'

export type Product = Awaited<ReturnType<typeof rewards.product>>
type Body = Parameters<typeof rewards.createProduct>[0]['body']

/** A product as the form holds it: money in yuan, choices as switches. */
export const emptyDraft = {
  name: '',
  imageId: '',
  kind: 'goods' as 'goods' | 'coupon',
  couponTemplateId: '',
  points: 500,
  yuan: 0,
  cost: 0,
  stock: 100,
  isLimited: true,
  limit: 1,
  limitPeriod: 'ever' as 'ever' | 'month' | 'day',
  minTier: '',
  isTimed: false,
  between: null as [Date, Date] | null,
  canPickUp: true,
  canShip: false,
  allStores: true,
  stores: [] as string[],
  byStore: false,
  /** How many lie at each store, by its code. */
  atStores: {} as Record<string, number>,
  isReadyAtOnce: false,
  claimDays: 14,
  description: '',
  position: 0,
}
export type Draft = typeof emptyDraft

/** Where a picture of the mall lies. */
export const pictureAddress = (imageId: string): string => `/api/shop/mall/pictures/${imageId}`

/** Whether the stock is counted by store: only what is picked up can be. */
export const isByStore = (draft: Draft): boolean =>
  draft.byStore && draft.kind === 'goods' && draft.canPickUp && !draft.canShip

/** The draft of a product that is kept. */
export const draftOf = (kept: Product): Draft => ({
  name: kept.name,
  imageId: kept.imageId ?? '',
  kind: kept.kind,
  couponTemplateId: kept.couponTemplateId ?? '',
  points: kept.points,
  yuan: kept.fen / 100,
  cost: kept.costFen / 100,
  stock: kept.stock,
  isLimited: kept.memberLimit !== null,
  limit: kept.memberLimit ?? 1,
  limitPeriod: kept.limitPeriod,
  minTier: kept.minTier ?? '',
  isTimed: kept.opensAt !== null && kept.closesAt !== null,
  between: kept.opensAt !== null && kept.closesAt !== null ? [new Date(kept.opensAt), new Date(kept.closesAt)] : null,
  canPickUp: kept.canPickUp,
  canShip: kept.canShip,
  allStores: kept.stores === null,
  stores: kept.stores ?? [],
  byStore: kept.storeStocks !== null,
  atStores: Object.fromEntries((kept.storeStocks ?? []).map(({ storeCode, stock }) => [storeCode, stock])),
  isReadyAtOnce: kept.isReadyAtOnce,
  claimDays: kept.claimDays,
  description: kept.description,
  position: kept.position,
})

/** What the server is asked to keep of a draft. */
export function bodyOf(draft: Draft, kept: Product | null): Body {
  const isGoods = draft.kind === 'goods'
  const [from, until] = draft.isTimed && draft.between !== null ? draft.between : [null, null]
  return {
    name: draft.name,
    imageId: draft.imageId === '' ? null : draft.imageId,
    kind: draft.kind,
    couponTemplateId: isGoods ? null : draft.couponTemplateId,
    description: draft.description,
    points: draft.points,
    fen: isGoods ? Math.round(draft.yuan * 100) : 0,
    costFen: Math.round(draft.cost * 100),
    stock: draft.stock,
    memberLimit: draft.isLimited ? draft.limit : null,
    limitPeriod: draft.limitPeriod,
    minTier: draft.minTier === '' ? null : draft.minTier,
    // What is half open was not made by this form: it stays as it is.
    opensAt: from?.toISOString() ?? (draft.isTimed ? (kept?.opensAt ?? null) : null),
    closesAt: until?.toISOString() ?? (draft.isTimed ? (kept?.closesAt ?? null) : null),
    canPickUp: isGoods && draft.canPickUp,
    canShip: isGoods && draft.canShip,
    stores: draft.allStores ? null : draft.stores,
    storeStocks: isByStore(draft)
      ? Object.entries(draft.atStores).map(([storeCode, stock]) => ({ storeCode, stock }))
      : null,
    isReadyAtOnce: draft.isReadyAtOnce,
    claimDays: draft.claimDays,
    position: draft.position,
  }
}
