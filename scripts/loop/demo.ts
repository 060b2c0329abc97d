import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  cardsMapping,
  categoriesMapping,
  productsMapping,
  salesMapping,
  storesMapping,
} from '../../prisma/seed/mappings.ts'
import { shop, writeShop, type Manifest } from '../../prisma/seed/shop.ts'
import { eachRow, readText, tenThousandths } from './csv.ts'
import type { Dataset, Holder, ImportFile } from './dataset.ts'
import { gatherer } from './facts.ts'

/** The cards are taken as old ones: nobody's signature on paper counts here. */
const unsigned = { ...cardsMapping, fields: { ...cardsMapping.fields, signedOn: { constant: '' } } }

/** The kinds of products that are goods in 商品档案's words. */
const goodsKinds = new Set(['商品', '赠品'])

/** A small generated shop written into `work`, read back independently of the generator. */
export function demoDataset(work: string, until: string): Dataset {
  writeShop(work, shop(until, true))
  const manifest: Manifest = JSON.parse(readFileSync(join(work, 'manifest.json'), 'utf8'))
  const kinds = new Map<string, string>()
  eachRow(readText(join(work, 'products.csv')), row => void kinds.set(row['商品编码'] ?? '', row['商品类型'] ?? ''))
  const { facts, add } = gatherer()
  const cancelled = { lines: 0, net: 0n }
  const anonymous = { lines: 0, net: 0n }
  const sales = manifest.files.filter(file => file.kind === 'sales' && file.late !== true)
  for (const file of sales) {
    eachRow(readText(join(work, file.name), file.encoding === 'gb18030' ? 'gb18030' : 'utf-8'), row => {
      const net = tenThousandths(row['实收'] ?? '')
      const card = row['会员卡号'] ?? ''
      const isReturn = row['单据类型'] === '退货'
      if (isReturn) {
        cancelled.lines++
        cancelled.net += net
      }
      if (card === '') {
        anonymous.lines++
        anonymous.net += net
      }
      const product = row['商品编码'] ?? ''
      add({
        store: row['门店编码'] ?? '',
        till: row['收银机号'] ?? '',
        date: row['营业日期'] ?? '',
        receiptNo: row['小票号'] ?? '',
        type: isReturn ? 'return' : 'sale',
        card,
        product,
        net,
        isGoods: goodsKinds.has(kinds.get(product) ?? ''),
      })
    })
  }
  const holders: Holder[] = []
  const phones = new Set<string>()
  eachRow(readText(join(work, 'cards-signed.csv')), row => {
    const phone = row['手机号'] ?? ''
    if (phones.has(phone)) return
    phones.add(phone)
    // The product's settings: more than 2,000 points, or unused for more than a year.
    const silent = Date.parse(`${until}T00:00:00Z`) - Date.parse(row['最近消费日期'] ?? '') > 364 * 86_400_000
    const needsProof = Number(row['积分余额']) > 2000 || silent
    holders.push({ cardNo: row['会员卡号'] ?? '', phone, name: row['姓名'] ?? '', needsProof })
  })
  const file = (name: string, mapping: Record<string, unknown>): ImportFile => ({
    path: join(work, name),
    name,
    mapping,
  })
  return {
    name: 'demo',
    store: 'S02',
    holders,
    facts,
    golden: undefined,
    cancelled,
    anonymous,
    masters: [
      file('stores.csv', storesMapping),
      file('categories.csv', categoriesMapping),
      file('products.csv', productsMapping),
    ],
    cards: file('cards-signed.csv', unsigned),
    sales: sales.map(entry => file(entry.name, salesMapping)),
  }
}
