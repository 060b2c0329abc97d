import type { Sold } from './state.ts'

const header =
  '门店编码,收银机号,营业日期,小票号,时间,单据类型,原收银机号,原营业日期,原小票号,会员卡号,行号,商品编码,商品名称,数量,单位,单价,折扣,实收,促销编号,赠品,支付方式,收银员'

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const rows = (sold: Sold): string[] =>
  sold.lines.map(line =>
    [
      sold.storeCode,
      sold.tillCode,
      sold.businessDate,
      sold.receiptNo,
      sold.time,
      sold.type === 'sale' ? '销售' : '退货',
      sold.original?.tillCode ?? '',
      sold.original?.businessDate ?? '',
      sold.original?.receiptNo ?? '',
      sold.cardNo,
      String(line.lineNo),
      line.productCode,
      line.name,
      line.quantity,
      line.unit,
      line.unitPrice,
      line.discount,
      line.net,
      '',
      '',
      sold.payment,
      sold.cashier,
    ]
      .map(cell)
      .join(','),
  )

/** The ERP's nightly sales file of one business date: what the tills sold, in the demo's columns, UTF-8 with a mark. */
export const nightFile = (sold: readonly Sold[], businessDate: string): string =>
  `\uFEFF${[header, ...sold.filter(one => one.businessDate === businessDate).flatMap(rows)].join('\r\n')}\r\n`
