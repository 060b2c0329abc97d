import type { coupons } from '../../api/index.ts'
import { dayPlus, shopDayOf, shopInstantOf } from '../../ui/format.ts'

export type Template = Awaited<ReturnType<typeof coupons.createTemplate>>
type Body = Parameters<typeof coupons.createTemplate>[0]['body']
export type CouponKind = Template['kind']

export const kinds = ['amountOff', 'percentOff', 'exchange', 'gift', 'freeShipping'] as const satisfies CouponKind[]
export const channels = ['till', 'staff', 'miniprogram', 'officialAccount'] as const
export const policies = ['keep', 'reprice', 'restore'] as const

/** The name of a weekday among the words, 1 = Monday. */
export const dayKey = (day: number): string => `d${day}`

interface Among {
  include: string[]
  exclude: string[]
}

/** A template as the form holds it: amounts in yuan, folds as they are said (8.8). */
export interface Draft {
  name: string
  kind: CouponKind
  amount: number
  fold: number
  maxOff: number | null
  threshold: number
  gives: string[]
  categories: Among
  products: Among
  stores: Among
  allStores: boolean
  channels: (typeof channels)[number][]
  weekdays: number[]
  hours: [string, string] | null
  firstPurchase: boolean
  by: 'days' | 'end'
  days: number
  startsAfterDays: number
  end: string
  stock: number
  limit: number
  perDay: number | null
  budget: number | null
  headquarters: number
  store: number
  supplier: number
  supplierName: string
  stackGroup: string
  notWith: string[]
  returnPolicy: (typeof policies)[number]
  giftable: boolean
  description: string
  wechat: { productCouponId: string; stockId: string } | null
}

/** What a new template begins with: five yuan off thirty-nine, a week. */
export function newDraft(): Draft {
  return {
    name: '',
    kind: 'amountOff',
    amount: 5,
    fold: 8.8,
    maxOff: null,
    threshold: 39,
    gives: [],
    categories: { include: [], exclude: [] },
    products: { include: [], exclude: [] },
    stores: { include: [], exclude: [] },
    allStores: true,
    channels: [],
    weekdays: [],
    hours: null,
    firstPurchase: false,
    by: 'days',
    days: 7,
    startsAfterDays: 0,
    end: dayPlus(shopDayOf(new Date()), 30),
    stock: 1000,
    limit: 1,
    perDay: null,
    budget: null,
    headquarters: 100,
    store: 0,
    supplier: 0,
    supplierName: '',
    stackGroup: '',
    notWith: [],
    returnPolicy: 'reprice',
    giftable: false,
    description: '',
    wechat: null,
  }
}

const yuan = (fen: number | null): number | null => (fen === null ? null : fen / 100)
const fen = (amount: number | null): number | null => (amount === null ? null : Math.round(amount * 100))

const copied = ({ include, exclude }: Among): Among => ({ include: [...include], exclude: [...exclude] })

/** A template as the form shows it. */
export function draftOf(found: Template): Draft {
  const plain = newDraft()
  const { rules } = found
  return {
    ...plain,
    name: found.name,
    kind: found.kind,
    amount: found.kind === 'amountOff' ? found.amountOff / 100 : plain.amount,
    fold: found.payPercent === null ? plain.fold : found.payPercent / 10,
    maxOff: yuan(found.maxOff),
    threshold: found.threshold / 100,
    gives: [...rules.gives],
    categories: copied(rules.categories),
    products: copied(rules.products),
    stores: copied(rules.stores),
    allStores: rules.stores.include.length === 0,
    channels: [...rules.channels],
    weekdays: [...rules.weekdays],
    hours: rules.hours === null ? null : [rules.hours.from, rules.hours.to],
    firstPurchase: rules.firstPurchase,
    by: found.validDays === null ? 'end' : 'days',
    days: found.validDays ?? plain.days,
    startsAfterDays: found.startsAfterDays,
    end: found.validTo === null ? plain.end : shopDayOf(new Date(Date.parse(found.validTo) - 1)),
    stock: found.stock,
    limit: found.perMemberLimit,
    perDay: found.perDayLimit,
    budget: yuan(found.budget),
    headquarters: found.bearers.headquarters,
    store: found.bearers.store,
    supplier: found.bearers.supplier,
    supplierName: found.supplier,
    stackGroup: found.stackGroup,
    notWith: [...rules.notWith],
    returnPolicy: found.returnPolicy,
    giftable: found.giftable,
    description: found.description,
    wechat: found.wechat === null ? null : { ...found.wechat },
  }
}

/** What the card and the sentences of a draft are made of; amounts in fen. */
export const termsOf = (draft: Draft) => ({
  kind: draft.kind,
  amountOff: draft.kind === 'amountOff' ? (fen(draft.amount) ?? 0) : 0,
  payPercent: draft.kind === 'percentOff' ? Math.round(draft.fold * 10) : null,
  maxOff: draft.kind === 'amountOff' ? null : fen(draft.maxOff),
  threshold: fen(draft.threshold) ?? 0,
  validDays: draft.by === 'days' ? draft.days : null,
  // A last day ends with the shop's midnight.
  validTo: draft.by === 'end' ? shopInstantOf(`${dayPlus(draft.end, 1)} 00:00`).toISOString() : null,
})

/** The draft as the server takes it; of one that is active, what may not change is as it was found. */
export function bodyOf(draft: Draft, found: Template | null): Body {
  const isFixed = found !== null && found.state !== 'draft'
  return {
    ...termsOf(draft),
    ...(isFixed ? { validTo: found.validTo } : {}),
    validFrom: found?.validFrom ?? null,
    startsAfterDays: draft.by === 'days' ? draft.startsAfterDays : 0,
    name: draft.name,
    rules: {
      stores: { include: draft.allStores ? [] : draft.stores.include, exclude: draft.stores.exclude },
      categories: draft.categories,
      products: draft.products,
      channels: draft.channels,
      weekdays: draft.weekdays,
      hours: draft.hours === null ? null : { from: draft.hours[0], to: draft.hours[1] },
      firstPurchase: draft.firstPurchase,
      gives: draft.kind === 'exchange' || draft.kind === 'gift' ? draft.gives : [],
      notWith: draft.stackGroup === '' ? [] : draft.notWith,
    },
    stackGroup: draft.stackGroup,
    stock: draft.stock,
    perMemberLimit: draft.limit,
    perDayLimit: draft.perDay,
    budget: fen(draft.budget),
    bearers: { headquarters: draft.headquarters, store: draft.store, supplier: draft.supplier },
    supplier: draft.supplier > 0 ? draft.supplierName : '',
    returnPolicy: draft.returnPolicy,
    giftable: draft.giftable,
    description: draft.description,
    wechat: draft.wechat,
  }
}

export type Problem = 'wechat' | 'name' | 'threshold' | 'gives' | 'stores' | 'bearers' | 'supplier'

const isNumber = (text: string): boolean => /^[\w-]{1,40}$/.test(text.trim())
const isBatch = ({ productCouponId, stockId }: NonNullable<Draft['wechat']>): boolean =>
  isNumber(productCouponId) && isNumber(stockId)

/** What keeps a draft from being saved. */
export function problemsOf(draft: Draft): Set<Problem> {
  const wrong: [Problem, boolean][] = [
    ['name', draft.name.trim() === ''],
    ['threshold', draft.kind === 'amountOff' && draft.threshold < draft.amount],
    ['gives', (draft.kind === 'exchange' || draft.kind === 'gift') && draft.gives.length === 0],
    ['stores', !draft.allStores && draft.stores.include.length === 0],
    ['bearers', draft.headquarters + draft.store + draft.supplier !== 100],
    ['wechat', draft.wechat !== null && !isBatch(draft.wechat)],
    ['supplier', draft.supplier > 0 && draft.supplierName.trim() === ''],
  ]
  return new Set(wrong.filter(([, is]) => is).map(([name]) => name))
}

/** What one coupon may take off at most, in fen; null where nobody can say. */
export const worthOf = ({ kind, amountOff, maxOff }: Pick<Template, 'kind' | 'amountOff' | 'maxOff'>): number | null =>
  kind === 'amountOff' ? amountOff : maxOff
