import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMIT_TEXTS } from '../../../server/modules/till/contract/fraud.ts'
import { deskErrors } from '../../../server/modules/till/contract/desk.ts'
import { fraudErrors } from '../../../server/modules/till/contract/fraud.ts'
import { holdErrors } from '../../../server/modules/till/contract/hold.ts'
import { invoiceErrors } from '../../../server/modules/till/contract/invoice.ts'
import { invoiceRequestErrors } from '../../../server/modules/till/contract/invoice-request.ts'
import { shiftErrors } from '../../../server/modules/till/contract/shift.ts'
import { signingText, tillErrors } from '../../../server/modules/till/contract.ts'
import { belowThreshold, notYet, refusals } from '../../../server/modules/coupons/service/refusals.ts'
import { signTill } from '../../../server/modules/till/index.ts'
import { between, centred, columnsOf, widthOf, wrap } from '../../../server/modules/till/service/print/paper.ts'
import { receiptLines, type PrintedReceipt } from '../../../server/modules/till/service/print/receipt.ts'

const signs = fc.stringMatching(/^[\u4e00-\u9fa5A-Za-z0-9¥.,（）「」。 ]{0,60}$/)
const paper = fc.constantFrom<58 | 80>(58, 80)

test('law: whatever is wrapped fits the paper, and no sign is lost', () => {
  fc.assert(
    fc.property(signs, paper, (text, mm) => {
      const lines = wrap(text, columnsOf(mm))
      expect(lines.join('')).toBe(text)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columnsOf(mm))
    }),
  )
})

test('law: left and right stand at the edges of one line, or the right below, and always at the right edge', () => {
  fc.assert(
    fc.property(signs, fc.stringMatching(/^-?\d{1,6}\.\d{2}$/), paper, (left, right, mm) => {
      const columns = columnsOf(mm)
      const lines = between(left, right, columns)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
      expect(lines.at(-1)?.endsWith(right)).toBe(true)
      expect(widthOf(lines.at(-1) ?? '')).toBe(columns)
    }),
  )
})

test('a Chinese sign takes two columns, and what is centred has the same room on both sides', () => {
  expect([widthOf('禾谷园长粒香米5kg'), widthOf('¥12.00'), widthOf('“满39减5”')]).toEqual([17, 6, 11])
  expect(centred('掌柜超市', 32)).toEqual(['            掌柜超市'])
})

const receipt: PrintedReceipt = {
  storeName: '掌柜城西店',
  tillCode: '01',
  receiptNo: '0007',
  at: '2026-11-22 12:00',
  type: 'sale',
  original: null,
  lines: [
    { name: '禾谷园长粒香米5kg', quantity: '1.0000', unit: '袋', unitPrice: '32.9000', net: '32.9000' },
    {
      name: '蜀灶火锅底料(牛油)特辣家庭分享装300g',
      quantity: '2.0000',
      unit: '袋',
      unitPrice: '13.9000',
      net: '27.8000',
    },
    { name: '上海青 散装', quantity: '0.8300', unit: 'kg', unitPrice: '7.9600', net: '6.6100' },
  ],
  coupons: [{ name: '生鲜满39减5', fen: 500 }],
  pointsUsed: { points: 500, fen: 500 },
  net: 5731,
  payments: [{ method: '微信支付', amount: '57.31' }],
  member: { name: '王**', earned: 57, balance: 843 },
  notice: null,
  code: 'S01|01|2026-11-22|0007|3f9a',
}

test('a receipt on 58 mm is the paper slip, sign by sign', () => {
  expect(receiptLines(receipt, 32, 'zh')).toEqual([
    '           掌柜城西店',
    '小票 0007                机号 01',
    '2026-11-22 12:00',
    '--------------------------------',
    '禾谷园长粒香米5kg',
    '  1袋 x 32.90              32.90',
    '蜀灶火锅底料(牛油)特辣家庭分享装',
    '300g',
    '  2袋 x 13.90              27.80',
    '上海青 散装',
    '  0.83kg x 7.96             6.61',
    '--------------------------------',
    '合计                       67.31',
    '优惠券 生鲜满39减5         -5.00',
    '积分抵现 500               -5.00',
    '应收                       57.31',
    '微信支付                   57.31',
    '--------------------------------',
    '会员                        王**',
    '本次 +57 分，余 843 分',
    '--------------------------------',
    '退货时请出示此码',
    'S01|01|2026-11-22|0007|3f9a',
    '--------------------------------',
    '            谢谢惠顾',
  ])
  expect(receiptLines({ ...receipt, member: null }, 32, 'zh').slice(-4, -2)).toEqual([
    '凭此码可在小程序补积分',
    'S01|01|2026-11-22|0007|3f9a',
  ])
  for (const columns of [32, 48])
    for (const language of ['zh', 'en'] as const)
      for (const line of receiptLines(
        { ...receipt, code: `S01|01|2026-11-22|0007|${'x'.repeat(30)}` },
        columns,
        language,
      ))
        expect(widthOf(line)).toBeLessThanOrEqual(columns)
})

/** On the till's line: fourteen Chinese characters, or as many columns of English. */
const tooLong = (texts: readonly { zh: string; en: string }[]) =>
  texts.filter(({ zh, en }) => zh.length > 14 || widthOf(en) > 28)

test('law: whatever the till refuses can be said aloud in at most fourteen characters, in English on the same line', () => {
  const filled = {
    lineNo: 12,
    left: '1.5',
    paid: '¥1234.56',
    payable: '¥1234.56',
    most: '¥1234.56',
    reason: '',
    reasonEn: '',
  }
  const texts = [
    tillErrors,
    shiftErrors,
    holdErrors,
    fraudErrors,
    invoiceErrors,
    invoiceRequestErrors,
    deskErrors,
  ].flatMap(errors => Object.values(errors).map(make => make(filled)))
  expect(texts.length).toBeGreaterThan(25)
  expect(tooLong([...texts, ...Object.values(LIMIT_TEXTS)])).toEqual([])
  const coupons = [
    ...Object.values(refusals),
    belowThreshold(123_456),
    notYet(new Date('2026-12-31T04:00:00Z'), 'Asia/Shanghai'),
  ]
  expect(tooLong(coupons.map(({ text }) => text))).toEqual([])
})

test('law: so can whatever else a till answers to a code, a coupon or a wish for points', () => {
  const folder = join(import.meta.dirname, '../../../server/modules/till/service')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    // Slips are printed, and the hint about the next coupon is a sentence of its own.
    name => name.endsWith('.ts') && !/^print|^hint|table/.test(name),
  )
  const texts = files.flatMap(name =>
    [
      ...readFileSync(join(folder, name), 'utf8').matchAll(
        /(?:zh: |say\(\s*)['`]([^'`]+)['`],\s*(?:en: )?['`]([^'`]+)['`]/g,
      ),
    ].map(([, zh = '', en = '']) => ({
      zh: zh.replace(/\$\{[^}]+\}/g, '100'),
      en: en.replace(/\$\{[^}]+\}/g, '100'),
    })),
  )
  expect(texts.map(({ zh }) => zh)).toContain('会员码无效')
  expect(texts.length).toBeGreaterThan(18)
  expect(tooLong(texts)).toEqual([])
})

test('the signature that docs/till.md tells vendors to check theirs by is right', () => {
  const doc = readFileSync(join(import.meta.dirname, '../../../docs/till.md'), 'utf8')
  const told = (what: string): string => new RegExp(`^\\| ${what} +\\| \`(.+?)\` +\\|`, 'm').exec(doc)?.[1] ?? ''
  const [method = '', path = ''] = told('request').split(' ')
  const text = signingText({
    tillId: told('till id'),
    timestamp: told('timestamp'),
    nonce: told('nonce'),
    method,
    path,
    body: told('body'),
  })
  expect(signTill(told('key'), text)).toBe(told('signature'))
})
