import { describe, expect, it } from 'vitest'
import { piecesBack } from '../../../server/modules/sales/service/returned.ts'

const sold = (...lines: [lineNo: number, productCode: string, quantity: string][]) =>
  lines.map(([lineNo, productCode, quantity]) => ({ lineNo, productCode, quantity }))
const back = (lineNo: number, productCode: string, quantity: string, net = '-1.0000', documentId = 'r') => ({
  documentId,
  businessDate: '2026-11-22',
  lineNo,
  productCode,
  quantity,
  net,
})
const seen = (pieces: ReturnType<typeof piecesBack>) =>
  pieces.map(({ lineNo, quantity, net }) => [lineNo, quantity, net])

describe('what came back is found on the receipt by its product', () => {
  it('though the return numbers its lines anew', () => {
    const pieces = piecesBack(sold([1, 'RICE', '1'], [2, 'MILK', '2'], [3, 'EGGS', '1']), [
      back(1, 'EGGS', '-1', '-15.0000'),
      back(2, 'MILK', '-1', '-6.0000'),
    ])
    expect(seen(pieces)).toEqual([
      [3, '-1.0000', '-15.0000'],
      [2, '-1.0000', '-6.0000'],
    ])
  })

  it('of two lines of one product the one of the same number first, then the others in order', () => {
    const lines = sold([1, 'MILK', '1'], [2, 'RICE', '1'], [3, 'MILK', '1'], [4, 'MILK', '1'])
    expect(seen(piecesBack(lines, [back(3, 'MILK', '-1')]))).toEqual([[3, '-1.0000', '-1.0000']])
    // Line 2 is rice there, and stays.
    expect(seen(piecesBack(lines, [back(2, 'MILK', '-2', '-10.0001')]))).toEqual([
      [1, '-1.0000', '-5.0000'],
      [3, '-1.0000', '-5.0001'],
    ])
  })

  it('a second return takes what the first has left', () => {
    const lines = sold([1, 'MILK', '1'], [2, 'MILK', '1'])
    expect(seen(piecesBack(lines, [back(1, 'MILK', '-1'), back(1, 'MILK', '-1', '-1.0000', 's')]))).toEqual([
      [1, '-1.0000', '-1.0000'],
      [2, '-1.0000', '-1.0000'],
    ])
  })

  it('what was never sold, or more than was, is told of no line and keeps its money', () => {
    const pieces = piecesBack(sold([1, 'MILK', '1']), [
      back(1, 'SOAP', '-1', '-9.0000'),
      back(1, 'MILK', '-3', '-9.0000'),
    ])
    expect(seen(pieces)).toEqual([
      [null, '-1.0000', '-9.0000'],
      [1, '-1.0000', '-3.0000'],
      [null, '-2.0000', '-6.0000'],
    ])
  })
})
