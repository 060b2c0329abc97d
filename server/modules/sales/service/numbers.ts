import type { z } from 'zod'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { Compared, Definition } from '../contract.ts'
import { daySums, lastDay, type DaySums } from '../repository/numbers.ts'

/** 口径: what each number means; said once, shown beside the number everywhere. */
export const DEFINITIONS: readonly z.output<typeof Definition>[] = [
  {
    metric: 'netSales',
    zh: '销售额：当日全部有效销售单的实收之和，退货已扣除，含服务费、购物袋等非商品行；以营业日计',
    en: 'Net sales: net of all valid documents of the business day, returns taken off, fees and bags included',
  },
  {
    metric: 'receipts',
    zh: '小票数：当日销售与换货小票的张数，退货、调整、作废不计',
    en: 'Receipts: sales and exchanges of the day; returns, adjustments and voids do not count',
  },
  {
    metric: 'memberShare',
    zh: '会员销售占比：现已归属会员的销售单实收 ÷ 销售额；以后绑定的卡会改变过去的占比',
    en: 'Member share of sales: net of documents that belong to a member now ÷ net sales; cards bound later change the past',
  },
  { metric: 'basketValue', zh: '客单价：销售额 ÷ 小票数', en: 'Basket value: net sales ÷ receipts' },
  {
    metric: 'memberBasketValue',
    zh: '会员客单价：会员销售额 ÷ 会员小票数',
    en: "Members' basket value: members' net sales ÷ their receipts",
  },
  {
    metric: 'guestBasketValue',
    zh: '非会员客单价：非会员销售额 ÷ 非会员小票数',
    en: "Guests' basket value: guests' net sales ÷ their receipts",
  },
]

const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b)
const METRIC: Readonly<Record<string, (day: DaySums) => number | null>> = {
  netSales: day => day.netSales,
  receipts: day => day.receipts,
  memberShare: day => ratio(day.memberNetSales, day.netSales),
  basketValue: day => ratio(day.netSales, day.receipts),
  memberBasketValue: day => ratio(day.memberNetSales, day.memberReceipts),
  guestBasketValue: day => ratio(day.netSales - day.memberNetSales, day.receipts - day.memberReceipts),
}

/** The numbers of the overview. */
export function salesNumbers({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  return {
    /**
     * A day beside the day before and the same weekday of last week. By default the last that has data and has ended:
     * what tills tell of today would stand beside whole days. A shop that opened today sees today.
     */
    async summary(query: { day?: string | undefined; storeCode?: string | undefined }, scope: Scope) {
      const today = shopDay(clock.now(), config.SHOP_ZONE)
      const asOf = (await lastDay(db, scope, today)) ?? (await lastDay(db, scope))
      const day = query.day ?? asOf ?? addDays(today, -1)
      const sums = await daySums(db, scope, { from: addDays(day, -7), to: day, storeCode: query.storeCode })
      const of = (one: string): DaySums | undefined => sums.find(sum => sum.day === one)
      const compared = (metric: string): z.output<typeof Compared> => {
        const at = (one: string): number | null => {
          const sum = of(one)
          return sum === undefined ? null : (METRIC[metric]?.(sum) ?? null)
        }
        return { value: at(day) ?? 0, yesterday: at(addDays(day, -1)), lastWeek: at(addDays(day, -7)) }
      }
      return {
        day,
        asOf,
        netSales: compared('netSales'),
        receipts: compared('receipts'),
        memberShare: compared('memberShare'),
        basketValue: compared('basketValue'),
        memberBasketValue: compared('memberBasketValue'),
        guestBasketValue: compared('guestBasketValue'),
        definitions: [...DEFINITIONS],
      }
    },
    daily: (query: { from: string; to: string; storeCode?: string | undefined }, scope: Scope) =>
      daySums(db, scope, query),
  }
}
