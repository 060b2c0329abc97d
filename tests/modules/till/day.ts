import { inTransaction } from '../../../server/kernel/db.ts'
import { formatDecimal4 } from '../../../server/kernel/money.ts'
import type { CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'
import { newCardNo } from '../../../server/modules/members/service/card-number.ts'
import { membersRepository } from '../../../server/modules/members/repository/members.ts'
import { tillApi, type Committed, type Quote } from '../../../server/modules/till/contract.ts'
import { DEFAULT_FRAUD_RULES } from '../../../server/modules/till/contract/fraud.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { ApiError } from '../../support/http.ts'
import { world, type World } from '../../support/world.ts'
import { eventFaults, newTemplate } from '../coupons/coupons.ts'
import { ledgerFaults } from '../points/receipts.ts'
import { key, receiptNo } from './around.ts'
import { line, newTill, now, today, type Till } from './tills.ts'

/** A shop for a stormy day: the shelf of coupons/baskets.ts, three tills of two stores, and limits that nobody meets. */
export interface Day {
  readonly shop: World
  readonly tills: readonly Till[]
}

/** What stands on the shelf, by its kind and category; `post` is a delivery, and no coupon is for `smoke`. */
const SHELF = {
  rice: ['goods', 'food'],
  milk: ['goods', 'food'],
  tea: ['goods', 'food'],
  soap: ['goods', 'home'],
  post: ['service_fee', null],
  smoke: ['tobacco', null],
} as const

/** Opens such a shop. Its pool of connections is as small as a shop's is, so that the tills have to share it. */
export async function openDay(): Promise<Day> {
  const shop = await world()
  const at = shop.clock.now()
  await shop.db
    .insertInto('category')
    .values(['food', 'home'].map(code => ({ code, parentCode: null, name: code, level: 1, updatedAt: at })))
    .execute()
  const empty = { spec: null, unit: null, brand: null, barcode: null, listPrice: null, weighed: 0, provisional: 0 }
  await shop.db
    .insertInto('product')
    .values(
      Object.entries(SHELF).map(([code, [kind, categoryCode]]) => ({ code, name: code, kind, categoryCode, ...empty, status: 'active', createdAt: at, updatedAt: at })), // prettier-ignore
    )
    .execute()
  const none = { receipts: null, points: null, redemptions: null }
  const limits = { ...DEFAULT_FRAUD_RULES.limits, card: none, cardAtTill: { receipts: null }, till: none }
  await (
    await shop.as('owner')
  )
    .call(tillDeskApi)
    .changeFraudRules({ body: { version: 0, rules: { ...DEFAULT_FRAUD_RULES, limits } } })
  const tills = [await newTill(shop, 'S01', '01'), await newTill(shop, 'S01', '02'), await newTill(shop, 'S02', '01')]
  return { shop, tills }
}

/** The n-th till, counted round and round. */
export function tillAt({ tills }: Day, n: number): Till {
  const till = tills[n % tills.length]
  if (till === undefined) throw new Error('a shop without tills')
  return till
}

/** Somebody with a card, and the coupons of their wallet in the order in which their rules were drawn. */
export interface Buyer {
  readonly memberId: string
  readonly cardNo: string
  readonly coupons: readonly { readonly couponId: string; readonly code: string; readonly templateId: string }[]
}

type Columns = NonNullable<Parameters<typeof newTemplate>[1]>['columns']

/** Templates of these terms; whom a drawn one excludes by its drawn name (T1 …) is the template of that name. */
export async function newTemplates(
  { shop }: Day,
  candidates: readonly Pick<Candidate, 'terms'>[],
  columns: Columns = {},
): Promise<string[]> {
  const ids: string[] = []
  for (const { terms } of candidates) {
    const { rules, ...promised } = terms
    const notWith = rules.notWith.flatMap(name => ids[Number(name.slice(1))] ?? [])
    const rulesJson = JSON.stringify({ ...rules, notWith })
    ids.push(await newTemplate(shop, { perMemberLimit: 99, columns: { ...promised, rulesJson, ...columns } }))
  }
  return ids
}

/** New people with so many points, each with `each` coupons of each template. */
export async function newBuyers(
  { shop }: Day,
  count: number,
  { templateIds = [], points = 0, each = 1 }: { templateIds?: readonly string[]; points?: number; each?: number } = {},
): Promise<Buyer[]> {
  const at = shop.clock.now()
  const people = Array.from({ length: count }, () => ({ memberId: shop.kernel.newId(), cardNo: newCardNo() }))
  await inTransaction(shop.db, async tx => {
    await membersRepository(tx).insert(
      people.map(({ memberId, cardNo }) => ({ id: memberId, state: 'active', cardNo, homeStoreCode: 'S01', source: 'staff', termsVersion: '1', termsAcceptedAt: at, enrolledAt: at, updatedAt: at })), // prettier-ignore
    )
    if (points > 0)
      await shop.modules.points.grant(
        tx,
        people.map(({ memberId }) => ({ key: `day:${memberId}`, memberId, points })),
      )
    for (const templateId of templateIds)
      for (let nth = 0; nth < each; nth++)
        await shop.modules.coupons.issue(
          tx,
          templateId,
          people.map(({ memberId }) => ({ memberId, key: `day:${templateId}:${nth}:${memberId}` })),
        )
  })
  const buyers: Buyer[] = []
  for (const person of people) {
    const held = await shop.db
      .selectFrom('coupon')
      .select(['id as couponId', 'code', 'templateId'])
      .where('memberId', '=', person.memberId)
      .orderBy('id')
      .execute()
    buyers.push({ ...person, coupons: held })
  }
  return buyers
}

/** The n-th of a few people, counted round and round. */
export function buyerAt(buyers: readonly Buyer[], n: number): Buyer {
  const buyer = buyers[n % buyers.length]
  if (buyer === undefined) throw new Error('nobody is there')
  return buyer
}

type BasketLine = ReturnType<typeof line>

/** The code of a drawn line on the shelf. */
const codeOf = ({ productCode, takes }: Goods[number]): string =>
  takes === 'goods' ? productCode : takes === 'delivery' ? 'post' : 'smoke'

/** A drawn basket as a till rings it up. */
export const basketOf = (goods: Goods): BasketLine[] =>
  goods.map(each =>
    line(each.lineNo, formatDecimal4(BigInt(each.amount)), {
      productCode: codeOf(each),
      quantity: formatDecimal4(BigInt(each.quantity)),
      unitPrice: '0',
    }),
  )

/** Fen of a line that coupons may reach: below a fen nothing is taken off. */
export const fenOf = ({ amount, takes }: Goods[number]): number => (takes === 'nothing' ? 0 : Math.floor(amount / 100))

/** The lines that a coupon of these terms may take something off, told by the test itself and not by the engine. */
export function eligible({ kind, rules }: CouponTerms, goods: Goods): Goods {
  if (kind === 'freeShipping') return goods.filter(each => each.takes === 'delivery')
  const plain = goods.filter(each => each.takes === 'goods')
  if (kind === 'exchange' || kind === 'gift') return plain.filter(each => rules.gives.includes(each.productCode))
  const { products, categories } = rules
  const isAny = products.include.length + categories.include.length === 0
  return plain.filter(({ productCode, categories: own }) => {
    const isIn = isAny || products.include.includes(productCode) || own.some(code => categories.include.includes(code))
    return isIn && !products.exclude.includes(productCode) && !own.some(code => categories.exclude.includes(code))
  })
}

/** What became of a request: its answer, or the reason that the cashier was told. A failure that is nobody's reason fails the test. */
export type Told<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly code: string; readonly refusal: string; readonly zh: string; readonly en: string }

/** Waits for an answer or a reason. */
export async function told<T>(work: Promise<T>): Promise<Told<T>> {
  try {
    return { ok: true, answer: await work }
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error
    const { zh, en, details } = error.reply as { zh: string; en: string; details?: { refusal?: { code: string } } }
    return { ok: false, code: error.code, refusal: details?.refusal?.code ?? error.code, zh, en }
  }
}

/** The answers among what was told. */
export const answersOf = <T>(all: readonly Told<T>[]): T[] => all.flatMap(each => (each.ok ? [each.answer] : []))

/** What somebody wants to buy, and how it is paid. */
export interface Visit {
  readonly buyer: Buyer
  readonly lines: readonly BasketLine[]
  readonly codes: readonly string[]
  readonly points?: number
  /** yuan: the cashier has taken exactly so much; left out = the till does not say. */
  readonly paid?: number
}

/** A receipt of today that nobody has yet. */
export const newReceipt = (): { businessDate: string; receiptNo: string } => ({
  businessDate: today,
  receiptNo: receiptNo(),
})
type Receipt = ReturnType<typeof newReceipt>

/** Asks what it would cost. */
export const asks = (till: Till, { buyer, lines, codes, points = 0 }: Visit, receipt?: Receipt): Promise<Quote> =>
  till.call(tillApi).quote({
    body: {
      memberCode: buyer.cardNo,
      couponCodes: [...codes],
      points,
      lines: [...lines],
      ...(receipt === undefined ? {} : { receipt }),
    },
  })

/** Holds the coupons for a receipt. */
export const locks = (till: Till, receipt: Receipt, { buyer, lines, codes, points = 0 }: Visit) =>
  till.call(tillApi).lock({
    body: { key: key(), ...receipt, memberCode: buyer.cardNo, couponCodes: [...codes], points, lines: [...lines] },
  })

/** Commits a sale; fen that were paid in cash are said where the visit says so. */
export const commits = (
  till: Till,
  receipt: Receipt,
  { buyer, lines, codes, points = 0, paid }: Visit,
): Promise<Committed> =>
  till.call(tillApi).commit({
    body: {
      key: key(),
      ...receipt,
      businessAt: now,
      memberCode: buyer.cardNo,
      couponCodes: [...codes],
      points,
      lines: [...lines],
      payments: paid === undefined ? [] : [{ method: '现金', amount: (paid / 100).toFixed(2) }],
    },
  })

/** Lets a receipt go. */
export const cancels = (till: Till, receipt: Receipt) => till.call(tillApi).cancel({ body: { key: key(), ...receipt } })

/** Some pieces of a line. */
export interface Piece {
  readonly lineNo: number
  readonly quantity: string
}
const from = (docKey: string, pieces: readonly Piece[] | undefined) => {
  const [storeCode, tillCode, businessDate = '', number = ''] = docKey.split('|')
  const original = { storeCode, tillCode, businessDate, receiptNo: number }
  return { original, ...(pieces === undefined ? {} : { lines: [...pieces] }) }
}

/** Asks what bringing pieces back (left out = all that is left) would give. */
export const asksBack = (till: Till, docKey: string, pieces?: readonly Piece[]) =>
  till.call(tillApi).quoteReturn({ body: from(docKey, pieces) })

/** Brings pieces of a sale back, to whatever till. */
export const bringsBack = (till: Till, docKey: string, pieces?: readonly Piece[]) =>
  till.call(tillApi).returnSale({ body: { key: key(), ...newReceipt(), businessAt: now, ...from(docKey, pieces) } })

/** Everything that the nightly verification finds wrong with points, coupons and templates. */
export const faultsOf = async ({ shop }: Day): Promise<string[]> => [
  ...(await ledgerFaults(shop)),
  ...(await eventFaults(shop)),
]
