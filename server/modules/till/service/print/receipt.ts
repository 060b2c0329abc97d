import { fenFromDecimal4, decimal4 } from '../../../../kernel/money.ts'
import { between, centred, rule, wrap } from './paper.ts'

/** What a receipt prints; amounts are decimals of yuan as text, fen where they are ours. */
export interface PrintedReceipt {
  readonly storeName: string
  readonly tillCode: string
  readonly receiptNo: string
  /** As the shop's clock shows it, e.g. 2026-11-22 18:05. */
  readonly at: string
  readonly type: 'sale' | 'return'
  readonly original: { readonly businessDate: string; readonly receiptNo: string } | null
  readonly lines: readonly {
    readonly name: string
    readonly quantity: string
    readonly unit: string | null
    readonly unitPrice: string
    /** Before our coupons. */
    readonly net: string
  }[]
  readonly coupons: readonly { readonly name: string; readonly fen: number }[]
  readonly pointsUsed: { readonly points: number; readonly fen: number } | null
  /** Fen that came in; below zero for a return. */
  readonly net: number
  readonly payments: readonly { readonly method: string; readonly amount: string }[]
  readonly member: { readonly name: string; readonly earned: number; readonly balance: number } | null
  /** Why it earns nothing, where it does not. */
  readonly notice: string | null
  /** The receipt's own code: a till reads it for a return, and a guest may still claim the points by it. None on a return. */
  readonly code: string | null
}

const WORDS = {
  zh: {
    return: '退货单',
    till: '机号',
    receipt: '小票',
    original: '原小票',
    total: '合计',
    coupon: '优惠券',
    points: '积分抵现',
    payable: '应收',
    refund: '应退',
    member: '会员',
    earned: '本次 +{earned} 分，余 {balance} 分',
    taken: '退回 {taken} 分，余 {balance} 分',
    claim: '凭此码可在小程序补积分',
    back: '退货时请出示此码',
    thanks: '谢谢惠顾',
  },
  en: {
    return: 'RETURN',
    till: 'Till',
    receipt: 'Receipt',
    original: 'Of receipt',
    total: 'Total',
    coupon: 'Coupon',
    points: 'Points',
    payable: 'To pay',
    refund: 'Refund',
    member: 'Member',
    earned: '+{earned} points, balance {balance}',
    taken: '{taken} points taken back, balance {balance}',
    claim: 'Claim the points in the mini-program:',
    back: 'Show this code for a return:',
    thanks: 'Thank you',
  },
} as const

const fill = (text: string, values: Readonly<Record<string, number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))

/** Fen with two places: 5340 → 53.40. */
export const moneyText = (fen: number): string => (fen / 100).toFixed(2)
const yuanText = (decimal: string): string => moneyText(fenFromDecimal4(decimal4(decimal)))
const plain = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)

/** A receipt as lines of at most so many columns (32 on 58 mm, 48 on 80 mm), in the order of the paper slip. */
export function receiptLines(receipt: PrintedReceipt, columns: number, language: 'zh' | 'en'): string[] {
  const words = WORDS[language]
  const pair = (left: string, right: string): string[] => between(left, right, columns)
  const back = receipt.type === 'return'
  return [
    ...centred(receipt.storeName, columns),
    ...(back ? centred(words.return, columns) : []),
    ...pair(`${words.receipt} ${receipt.receiptNo}`, `${words.till} ${receipt.tillCode}`),
    receipt.at,
    ...(receipt.original === null
      ? []
      : pair(words.original, `${receipt.original.businessDate} ${receipt.original.receiptNo}`)),
    rule(columns),
    ...receipt.lines.flatMap(line => [
      ...wrap(line.name, columns),
      ...pair(
        `  ${plain(line.quantity)}${line.unit ?? ''} × ${yuanText(line.unitPrice)}`.replace('×', 'x'),
        yuanText(line.net),
      ),
    ]),
    rule(columns),
    ...(receipt.coupons.length === 0 && receipt.pointsUsed === null
      ? []
      : pair(
          words.total,
          moneyText(
            receipt.net + receipt.coupons.reduce((sum, coupon) => sum + coupon.fen, 0) + (receipt.pointsUsed?.fen ?? 0),
          ),
        )),
    ...receipt.coupons.flatMap(coupon =>
      pair(coupon.name === '' ? words.coupon : `${words.coupon} ${coupon.name}`, `-${moneyText(coupon.fen)}`),
    ),
    ...(receipt.pointsUsed === null
      ? []
      : pair(`${words.points} ${receipt.pointsUsed.points}`, `-${moneyText(receipt.pointsUsed.fen)}`)),
    ...pair(back ? words.refund : words.payable, moneyText(Math.abs(receipt.net))),
    ...receipt.payments.flatMap(payment => pair(payment.method, yuanText(payment.amount))),
    ...(receipt.member === null
      ? []
      : [
          rule(columns),
          ...pair(words.member, receipt.member.name),
          ...wrap(
            fill(back ? words.taken : words.earned, {
              earned: receipt.member.earned,
              taken: -receipt.member.earned + 0,
              balance: receipt.member.balance,
            }),
            columns,
          ),
        ]),
    ...(receipt.notice === null ? [] : wrap(receipt.notice, columns)),
    ...(receipt.code === null
      ? []
      : [
          rule(columns),
          ...wrap(receipt.member === null ? words.claim : words.back, columns),
          ...wrap(receipt.code, columns),
        ]),
    rule(columns),
    ...(back ? [] : centred(words.thanks, columns)),
  ]
}
