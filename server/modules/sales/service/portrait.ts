import type { z } from 'zod'
import { addDays, shopDay, shopMinute } from '../../../kernel/clock.ts'
import { decimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { categoryTree, type CatalogApi } from '../../catalog/index.ts'
import { PORTRAIT_DOCUMENTS, type Portrait } from '../contract.ts'
import { portraitRows } from '../repository/portrait.ts'

const PRODUCTS = 8
/** What stands on a receipt and is nothing that somebody went to buy. */
const NO_GOODS = new Set(['bag', 'service_fee', 'rounding', 'prepaid_card'])
type Rows = Awaited<ReturnType<typeof portraitRows>>

const isPurchase = ({ type }: { type: string }): boolean => type === 'sale' || type === 'exchange'
/** Monday first; a business day has a weekday wherever it is read. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
const most = <T extends { purchases: number }>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => b.purchases - a.purchases)

/** A member's portrait, drawn when it is asked for and kept nowhere. */
export function memberPortrait(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  catalog: Pick<CatalogApi, 'productsByCode' | 'storeNames'>,
) {
  /** Lines of goods with what the catalogue knows of them; a code that it does not know is taken for goods. */
  async function goodsOf(lines: Rows[1]) {
    const products = await catalog.productsByCode(
      db,
      lines.map(line => line.productCode),
    )
    return lines.flatMap(line => {
      const product = products.get(line.productCode)
      return NO_GOODS.has(product?.kind ?? '') ? [] : [{ ...line, product }]
    })
  }
  type Goods = Awaited<ReturnType<typeof goodsOf>>

  /** Net by top category; a product stands in the one at the head of its path. */
  async function categoriesOf(goods: Goods): Promise<z.input<typeof Portrait>['categories']> {
    const names = new Map((await categoryTree(db).execute()).map(({ code, name }) => [code, name]))
    const sums = new Map<string | null, Decimal4>()
    for (const { product, net } of goods) {
      const code = product?.categories.at(-1) ?? null
      sums.set(code, (sums.get(code) ?? 0n) + decimal4(net))
    }
    // What came back in full stands for nothing.
    const bought = [...sums].filter(([, net]) => net > 0n).toSorted(([, a], [, b]) => Number(b - a))
    const all = bought.reduce((sum, [, net]) => sum + Number(net), 0)
    return bought.map(([code, net]) => ({
      code,
      name: code === null ? '' : (names.get(code) ?? code),
      net: formatDecimal4(net),
      share: Number(net) / all,
    }))
  }

  const productsOf = (goods: Goods): z.input<typeof Portrait>['products'] =>
    most(goods.map(line => ({ ...line, purchases: Number(line.purchases) })))
      .filter(line => line.purchases > 0)
      .slice(0, PRODUCTS)
      .map(({ productCode, nameAtSale, product, purchases, net }) => ({
        code: productCode,
        name: product?.name || nameAtSale || productCode,
        purchases,
        net,
      }))

  return async (memberId: string, scope: Scope): Promise<z.input<typeof Portrait>> => {
    const from = addDays(shopDay(clock.now(), config.SHOP_ZONE), -364)
    const [documents, lines] = await portraitRows(db, memberId, scope, from, PORTRAIT_DOCUMENTS)
    const purchases = documents.filter(isPurchase)
    const weekdays = Array.from({ length: 7 }, () => 0)
    const hours = Array.from({ length: 24 }, () => 0)
    const stores = new Map<string, number>()
    for (const { businessDate, businessAt, storeCode } of purchases) {
      const [weekday, hour] = [weekdayOf(businessDate), Math.floor(shopMinute(businessAt, config.SHOP_ZONE) / 60)]
      weekdays[weekday] = (weekdays[weekday] ?? 0) + 1
      hours[hour] = (hours[hour] ?? 0) + 1
      stores.set(storeCode, (stores.get(storeCode) ?? 0) + 1)
    }
    const total = (pick: (row: Rows[0][number]) => string): Decimal4 =>
      documents.reduce((sum, row) => sum + decimal4(pick(row)), 0n)
    const [gross, discount] = [total(row => row.gross), total(row => row.discount)]
    const names = await catalog.storeNames(db, [...stores.keys()])
    const goods = await goodsOf(lines)
    return {
      from,
      purchases: purchases.length,
      net: formatDecimal4(total(row => row.net)),
      discountShare: gross > 0n ? Math.min(1, Math.max(0, Number(discount) / Number(gross))) : null,
      categories: await categoriesOf(goods),
      products: productsOf(goods),
      weekdays,
      hours,
      stores: most([...stores].map(([code, count]) => ({ code, name: names.get(code) ?? code, purchases: count }))),
    }
  }
}
