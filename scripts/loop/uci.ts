import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eachRow, readText, tenThousandths } from './csv.ts'
import type { Dataset, Golden, Holder } from './dataset.ts'
import { gatherer } from './facts.ts'
import { uciMapping } from './uci-mapping.ts'

/** What stands in this shop's files that is not goods: postage, discounts, fees, charges and vouchers. */
const notGoods = /^(POST|DOT|C2|D|M|m|S|B|CRUK|BANK CHARGES|AMAZONFEE|gift_0001_.*)$/

const golden: Golden = {
  lines: 541_909,
  documents: 25_900,
  customers: 4_372,
  net: tenThousandths('9747747.934'),
  cancelledLines: 9_288,
  cancelledNet: tenThousandths('-896812.49'),
  anonymousLines: 135_080,
  anonymousNet: tenThousandths('1447682.12'),
  months: Object.fromEntries(
    Object.entries({
      '2010-12': '748957.02',
      '2011-01': '560000.26',
      '2011-02': '498062.65',
      '2011-03': '683267.08',
      '2011-04': '493207.12',
      '2011-05': '723333.51',
      '2011-06': '691123.12',
      '2011-07': '681300.11',
      '2011-08': '682680.51',
      '2011-09': '1019687.62',
      '2011-10': '1070704.67',
      '2011-11': '1461756.25',
      '2011-12': '433668.01',
    }).map(([month, net]) => [month, tenThousandths(net)]),
  ),
}

/** The 305 daily files of the UCI set, with cards and phones invented for its customers; `work` takes the card file. */
export function uciDataset(folder: string, work: string): Dataset {
  const { facts, add } = gatherer()
  const cancelled = { lines: 0, net: 0n }
  const anonymous = { lines: 0, net: 0n }
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.csv.gz'))
    .sort()
  if (names.length === 0) throw new Error(`${folder} holds no .csv.gz file`)
  const negative = new Map<string, boolean>()
  for (const name of names) {
    eachRow(readText(join(folder, name)), row => {
      const receiptNo = row['InvoiceNo'] ?? ''
      const product = row['StockCode'] ?? ''
      const card = (row['CustomerID'] ?? '').replace(/\.0$/, '')
      const net = (tenThousandths(row['Quantity'] ?? '') / 10_000n) * tenThousandths(row['UnitPrice'] ?? '')
      const type = receiptNo.startsWith('C') ? 'return' : receiptNo.startsWith('A') ? 'adjustment' : 'sale'
      if (type === 'return') {
        cancelled.lines++
        cancelled.net += net
      }
      if (card === '') {
        anonymous.lines++
        anonymous.net += net
      }
      const date = (row['InvoiceDate'] ?? '').slice(0, 10)
      const key = `UK|1|${date}|${receiptNo}`
      negative.set(key, (negative.get(key) ?? true) && (row['Quantity'] ?? '').startsWith('-'))
      add({ store: 'UK', till: '1', date, receiptNo, type, card, product, net, isGoods: !notGoods.test(product) })
    })
  }
  for (const fact of facts.values())
    if (fact.type === 'sale' && negative.get(fact.key) === true) fact.type = 'adjustment'
  const customers = [...new Set([...facts.values()].map(fact => fact.card))].filter(card => card !== '').sort()
  const holders = customers.map((cardNo, i): Holder => ({
    cardNo,
    phone: `154${String(10_000_000 + i * 37)}`,
    name: `顾客${cardNo}`,
    needsProof: i % 25 === 0,
  }))
  return {
    name: 'uci',
    masters: [],
    cards: cardFile(join(work, 'cards.csv'), holders),
    holders,
    facts,
    golden,
    cancelled,
    anonymous,
    store: 'UK',
    sales: names.map(name => ({ path: join(folder, name), name, mapping: uciMapping })),
  }
}

/** Writes old cards for the customers: whoever needs a proof has a large balance, the others a small one and recent use. */
function cardFile(path: string, holders: readonly Holder[]): Dataset['cards'] {
  const recently = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10)
  const rows = holders.map(h =>
    [h.cardNo, h.phone, h.name, 'UK', '2010-12-01', h.needsProof ? 50_000 : 100, recently].join(','),
  )
  writeFileSync(path, `会员卡号,手机号,姓名,开卡门店,开卡日期,积分余额,最近消费日期\n${rows.join('\n')}\n`)
  return { path, name: 'cards.csv', mapping: cardMapping }
}

/** Reads the columns of 会员卡 that every card file of the loop has; nobody has signed anything on paper. */
export const cardMapping = {
  stream: 'cards',
  fields: {
    cardNo: { column: '会员卡号' },
    phone: { column: '手机号' },
    name: { column: '姓名' },
    storeCode: { column: '开卡门店' },
    issuedOn: { column: '开卡日期' },
    balancePoints: { column: '积分余额' },
    lastUsedOn: { column: '最近消费日期' },
  },
}
