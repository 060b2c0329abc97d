import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { salesMapping } from '../../prisma/seed/mappings.ts'
import { decimalText, tenThousandths } from './csv.ts'
import type { ImportFile } from './dataset.ts'
import type { Person, Story } from './story.ts'

/** The night's file has the columns of the demo's ERP, less those that it does not need. */
const unneeded = new Set(['promotionCode', 'isGift', 'paymentMethod', 'cashier'])
const nightMapping = {
  ...salesMapping,
  fields: Object.fromEntries(Object.entries(salesMapping.fields).filter(([field]) => !unneeded.has(field))),
}

/** A line in the basket, before the coupon. */
export interface BasketLine {
  lineNo: number
  productCode: string
  name: string
  quantity: string
  unit: string
  unitPrice: string
  net: string
}
/** A sale rung up at our till. */
export interface Sale {
  person: Person
  receiptNo: string
  coupon: { couponId: string; code: string }
  lines: BasketLine[]
  /** Net of each line after the coupon, fen. */
  paid: number[]
}
/** Today in Shanghai. */
export const businessDate = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
/** Fen of an amount in yuan. */
export const fen = (yuan: string) => Number(tenThousandths(yuan) / 100n)
/** An amount in fen as yuan. */
export const yuanOf = (amount: number) => decimalText(BigInt(amount) * 100n)

/** The file that the store's ERP writes that night, from its own books: sales and returns of the till, and three of another till. */
export function nightFile(
  { instance, data }: Story,
  name: string,
  tillCode: string,
  sales: readonly Sale[],
  returns: readonly { sale: Sale; lines: BasketLine[] }[],
): ImportFile {
  const date = businessDate()
  const row = (sale: Sale, line: BasketLine, sign: 1 | -1): string => {
    const net = (sale.paid[line.lineNo - 1] ?? 0) * sign
    const discount = (fen(line.net) - (sale.paid[line.lineNo - 1] ?? 0)) * sign
    const receiptNo = sign === 1 ? sale.receiptNo : `R${sale.receiptNo}`
    const original = sign === 1 ? ',,' : `${tillCode},${date},${sale.receiptNo}`
    return [
      data.store,
      tillCode,
      date,
      receiptNo,
      '12:00:00',
      sign === 1 ? '销售' : '退货',
      original,
      sale.person.memberCard,
      line.lineNo,
      line.productCode,
      line.name,
      sign,
      '个',
      line.unitPrice,
      yuanOf(discount),
      yuanOf(net),
    ].join(',')
  }
  const others =
    returns.length > 0
      ? []
      : [1, 2, 3].map(n =>
          [
            data.store,
            'L8',
            date,
            `X${n}`,
            '12:00:00',
            '销售',
            ',,',
            '',
            1,
            '抹布',
            '抹布',
            1,
            '个',
            '10.00',
            '0.00',
            '10.00',
          ].join(','),
        )
  const rows = [
    ...sales.flatMap(sale => sale.lines.map(line => row(sale, line, 1))),
    ...returns.flatMap(({ sale, lines }) => lines.map(line => row(sale, line, -1))),
    ...others,
  ]
  const path = join(instance.folder, name)
  writeFileSync(
    path,
    `\uFEFF门店编码,收银机号,营业日期,小票号,时间,单据类型,原收银机号,原营业日期,原小票号,会员卡号,行号,商品编码,商品名称,数量,单位,单价,折扣,实收\r\n${rows.join('\r\n')}\r\n`,
  )
  return { path, name, mapping: nightMapping }
}
