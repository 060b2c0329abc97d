import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lunarDate } from '../../prisma/seed/calendar.ts'
import { measureLifts } from '../../prisma/seed/measure.ts'
import { shop, writeShop, type Manifest } from '../../prisma/seed/shop.ts'
import { play } from '../../prisma/seed/trade.ts'

const until = '2026-11-21'
const folder = mkdtempSync(join(tmpdir(), 'zhanggui-seed-'))
let manifest: Manifest

/** Fen of an amount as the file writes it. */
const fen = (text: string) => Math.round(Number(text) * 100)

function rowsOf(name: string): Record<string, string>[] {
  const entry = manifest.files.find(file => file.name === name)
  const bytes = readFileSync(join(folder, entry?.late === true ? 'late' : '', name))
  const text = new TextDecoder(entry?.encoding === 'gb18030' ? 'gb18030' : 'utf-8', { fatal: true }).decode(bytes)
  const [header = '', ...lines] = text.trimEnd().split('\r\n')
  const names = header.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])))
}

const salesRows = () => manifest.files.filter(file => file.kind === 'sales').flatMap(file => rowsOf(file.name))

beforeAll(() => {
  manifest = writeShop(folder, shop(until, true))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the small demo shop', () => {
  test('writes the same bytes every time', () => {
    const digest = () => {
      const hash = createHash('sha256')
      for (const name of readdirSync(folder)
        .filter(name => name !== 'late')
        .sort())
        hash.update(name).update(readFileSync(join(folder, name)))
      return hash.digest('hex')
    }
    const first = digest()
    writeShop(folder, shop(until, true))
    expect(digest()).toBe(first)
    writeShop(folder, shop('2026-11-20', true))
    expect(digest()).not.toBe(first)
    writeShop(folder, shop(until, true))
  })

  test('sells about 1,500 baskets in a month, a quarter of the lines weighed', () => {
    const { receipts, lines, weighedLines, returns, anonymous, net } = manifest.totals
    expect(receipts).toBeGreaterThan(1300)
    expect(receipts).toBeLessThan(1800)
    expect(weighedLines / lines).toBeGreaterThan(0.2)
    expect(weighedLines / lines).toBeLessThan(0.3)
    expect(returns / receipts).toBeLessThan(0.01)
    expect(anonymous).toBeGreaterThan(0)
    expect(net / receipts / 100).toBeGreaterThan(45)
    expect(net / receipts / 100).toBeLessThan(120)
  })

  test('writes what the manifest says, and every line adds up', () => {
    const rows = salesRows()
    expect(rows.filter(row => row['赠品'] === '是' && row['实收'] !== '0.00')).toEqual([])
    expect(rows.filter(row => (row['单据类型'] === '退货') !== Number(row['数量']) < 0)).toEqual([])
    expect(rows).toHaveLength(manifest.totals.lines)
    expect(rows.reduce((sum, row) => sum + fen(row['实收'] ?? ''), 0)).toBe(manifest.totals.net)
    for (const row of rows) {
      const gross = Math.round(Number(row['数量']) * Number(row['单价']) * 100 + Number(row['数量']) * 1e-6)
      expect(Math.abs(gross - fen(row['折扣'] ?? '') - fen(row['实收'] ?? ''))).toBeLessThanOrEqual(1)
    }
  })

  test('numbers receipts so that store, till, date and number name one document', () => {
    const times = new Map<string, string>()
    for (const row of salesRows()) {
      const key = [row['门店编码'], row['收银机号'], row['营业日期'], row['小票号']].join('|')
      const said = `${row['时间']} ${row['单据类型']} ${row['会员卡号']}`
      expect(times.get(key) ?? said).toBe(said)
      times.set(key, said)
    }
    expect(times.size).toBe(manifest.totals.receipts)
  })

  test('takes back only what was sold', () => {
    const rows = salesRows()
    const sold = new Set(
      rows
        .filter(row => row['单据类型'] === '销售')
        .map(row => [row['门店编码'], row['收银机号'], row['营业日期'], row['小票号'], row['商品编码']].join('|')),
    )
    const back = rows.filter(row => row['单据类型'] === '退货')
    expect(back.length).toBeGreaterThan(0)
    for (const row of back)
      expect(sold).toContain(
        [row['门店编码'], row['原收银机号'], row['原营业日期'], row['原小票号'], row['商品编码']].join('|'),
      )
  })

  test('knows its products, stores and cards', () => {
    const products = new Map(rowsOf('products.csv').map(row => [row['商品编码'], row]))
    const cards = new Set([...rowsOf('cards-signed.csv'), ...rowsOf('cards-unsigned.csv')].map(row => row['会员卡号']))
    const categories = new Set(rowsOf('categories.csv').map(row => row['分类编码']))
    expect(products.size).toBeGreaterThan(1400)
    expect(products.size).toBeLessThan(1700)
    expect(new Set([...products.values()].map(row => row['商品名称'])).size).toBe(products.size)
    for (const product of products.values()) expect(categories).toContain(product['分类编码'])
    for (const row of salesRows()) {
      expect(products.get(row['商品编码'] ?? '')?.['商品名称']).toBe(row['商品名称'])
    }
    expect(salesRows().filter(row => row['会员卡号'] !== '' && !cards.has(row['会员卡号']))).toEqual([])
  })

  test('gives nobody a real telephone number', () => {
    const phones = [...rowsOf('cards-signed.csv'), ...rowsOf('cards-unsigned.csv')].map(row => row['手机号'] ?? '')
    for (const phone of phones) expect(phone).toMatch(/^154\d{8}$/)
    // One person of the story holds two old cards.
    expect(new Set(phones).size).toBe(phones.length - 1)
  })
})

describe('a year of the demo shop', () => {
  const trade = shop(until, false)

  test('follows the lunar calendar', () => {
    expect(lunarDate('2026-02-17')).toBe('1/1')
    expect(lunarDate('2026-06-19')).toBe('5/5')
    expect(lunarDate('2026-09-25')).toBe('8/15')
    const perDay = new Map<string, number>()
    const boxes = new Map<string, number>()
    for (const { day, receipts } of play({ ...trade, from: '2026-01-20', until: '2026-02-24' })) {
      perDay.set(day.date, (perDay.get(day.date) ?? 0) + receipts.length)
      boxes.set(
        day.date,
        (boxes.get(day.date) ?? 0) +
          receipts.filter(receipt => receipt.lines.some(line => line.product.name.includes('礼盒'))).length,
      )
    }
    expect(perDay.get('2026-02-17')).toBeLessThan((perDay.get('2026-02-14') ?? 0) / 2)
    const giftBoxes = (from: string, to: string) =>
      [...boxes].filter(([date]) => date >= from && date <= to).reduce((sum, [, count]) => sum + count, 0)
    expect(giftBoxes('2026-02-08', '2026-02-14')).toBeGreaterThan(giftBoxes('2026-01-20', '2026-01-26') * 1.5)
  })

  test('closes one store for ten days and never sells there meanwhile', () => {
    const sold = new Set<string>()
    for (const { store, day } of play({ ...trade, from: '2026-03-01', until: '2026-03-31' }))
      if (store.code === 'S03') sold.add(day.date)
    expect(sold.size).toBe(21)
    expect(sold).not.toContain('2026-03-09')
    expect(sold).not.toContain('2026-03-18')
  })

  test('holds the planted pairs with the lifts that README.md states', () => {
    const stated = new Map(
      [
        ...readFileSync(new URL('../../prisma/seed/README.md', import.meta.url), 'utf8').matchAll(
          /^\| (\S+) \+ (\S+) .*\|\s*([\d.]+)\s*\|$/gmu,
        ),
      ].map(match => [`${match[1]}+${match[2]}`, Number(match[3])]),
    )
    const lifts = measureLifts(trade)
    expect(lifts.length).toBeGreaterThanOrEqual(12)
    for (const { when, add, lift, together } of lifts) {
      expect(together, `${when}+${add}`).toBeGreaterThan(150)
      expect(lift.toFixed(1), `${when}+${add}`).toBe((stated.get(`${when}+${add}`) ?? 0).toFixed(1))
    }
  })
})
