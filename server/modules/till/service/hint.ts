import { termsOfCoupon, type HeldCoupon } from '../../coupons/index.ts'
import type { Db } from '../../../kernel/db.ts'
import type { TillDeps } from './deps.ts'

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`
const short = (fen: number): string => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2))

/** What a coupon gives, after 可 and as a verb: 减 5 元, 打 8.8 折. */
function gives({ kind, amountOff, payPercent }: ReturnType<typeof termsOfCoupon>): { zh: string; en: string } {
  if (kind === 'amountOff') return { zh: `减 ${short(amountOff)} 元`, en: `get ${yuan(amountOff)} off` }
  if (kind === 'percentOff')
    return { zh: `打 ${(payPercent ?? 100) / 10} 折`, en: `get ${100 - (payPercent ?? 100)} % off` }
  if (kind === 'freeShipping') return { zh: '免运费', en: 'get free delivery' }
  return { zh: '换一件商品', en: 'get a product for it' }
}

/** The sentence that a cashier says aloud about the coupon that is nearly good: 再买 ¥6.20 蔬菜可减 5 元. */
export async function nextBestHint(
  db: Db,
  { needs }: Pick<TillDeps, 'needs'>,
  coupon: HeldCoupon,
  missing: number,
): Promise<{ zh: string; en: string }> {
  const terms = termsOfCoupon(coupon)
  const { include } = terms.rules.categories
  // One kind of goods can be said; of several only the sum.
  const [code] = include
  const name =
    include.length === 1 && code !== undefined ? (await needs.categoryNames(db, [code])).get(code) : undefined
  const what = gives(terms)
  return {
    zh: `再买 ${yuan(missing)} ${name ?? ''}可${what.zh}`,
    en: `Buy ${yuan(missing)} more${name === undefined ? '' : ` of ${name}`} to ${what.en}`,
  }
}
