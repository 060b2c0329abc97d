import { shop } from '../api/index.ts'

let names: Record<string, string> = {}

/** Loads the names of the goods that coupons speak of. Silent when it fails: codes stand for themselves then. */
export async function loadGoodsNames(): Promise<void> {
  const found = await shop.coupons.couponNames().catch(() => null)
  if (found) names = Object.fromEntries([...found.categories, ...found.products].map(each => [each.code, each.name]))
}

/** The name of a category or product; its code while the name is not known. */
export const goodsName = (code: string): string => names[code] ?? code
