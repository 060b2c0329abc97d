import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText, eachRow, tenThousandths } from '../../scripts/loop/csv.ts'
import { customerSums, gatherer, pointsOf, type RawLine } from '../../scripts/loop/facts.ts'
import { share } from '../../scripts/loop/steps-till.ts'

const rowsOf = (text: string) => {
  const rows: Record<string, string>[] = []
  eachRow(text, row => rows.push(row))
  return rows
}

const line = (over: Partial<RawLine>): RawLine => ({
  store: 'S',
  till: '1',
  date: '2026-01-01',
  receiptNo: '1',
  type: 'sale',
  card: 'A',
  product: 'p',
  net: 0n,
  isGoods: true,
  ...over,
})

describe('the loop’s own reading of raw files', () => {
  test('knows quotes, empty cells, both kinds of line ends and a missing last one', () => {
    const text = '\uFEFFa,b,c\r\n1,"x, ""y""\nz",3\n,,\n4,5,'
    expect(rowsOf(text)).toEqual([
      { a: '1', b: 'x, "y"\nz', c: '3' },
      { a: '', b: '', c: '' },
      { a: '4', b: '5', c: '' },
    ])
  })

  test('reads decimals exactly and writes them back', () => {
    expect(tenThousandths('-11062.06')).toBe(-110_620_600n)
    expect(tenThousandths('.001')).toBe(10n)
    expect(() => tenThousandths('1e3')).toThrow('not a decimal')
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), value => {
        expect(tenThousandths(decimalText(value))).toBe(value)
      }),
    )
  })

  test('gives points for goods only, cut toward zero document by document', () => {
    const { facts, add } = gatherer()
    add(line({ net: tenThousandths('10.99') }))
    add(line({ net: tenThousandths('5'), isGoods: false }))
    add(line({ receiptNo: '2', type: 'return', net: tenThousandths('-3.99') }))
    expect([...facts.values()].map(pointsOf)).toEqual([10, -3])
    expect(customerSums(facts.values()).get('A')).toMatchObject({ points: 7, orders: 1, net: tenThousandths('12') })
  })

  test('refuses a document of two customers', () => {
    const { add } = gatherer()
    add(line({}))
    expect(() => add(line({ card: 'B' }))).toThrow('two customers')
  })

  test('shares a discount so that nothing is lost and nobody pays less than nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 500, max: 99_999 }), { minLength: 1, maxLength: 12 }), nets => {
        const shares = share(500, nets)
        expect(shares.reduce((a, b) => a + b, 0)).toBe(500)
        expect(shares.every((each, i) => each >= 0 && each <= (nets[i] ?? 0))).toBe(true)
      }),
    )
  })
})
