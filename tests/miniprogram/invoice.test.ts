import { beforeAll, expect, test } from 'vitest'
import { formOf, invoiceView, missingIn } from '../../miniprogram/src/packages/shopping/invoice/invoice-view.ts'
import * as own from '../../miniprogram/src/packages/shopping/invoice/words.ts'
import { invoiceDoor } from '../../miniprogram/src/packages/shopping/receipt/receipt-detail-view.ts'
import { invoice } from '../support/miniprogram/fixture-account.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

beforeAll(() => void stubWx())

type Mine = Parameters<typeof invoiceView>[0]
const view = (far: string, t = own.zh) => invoiceView(invoice(far) as Mine, t)

test('a receipt leads to its invoice as long as there is one, or one can be made', () => {
  const none = { invoiceable: 0, state: 'none', isAsked: false } as const
  expect(invoiceDoor(none)).toBeNull()
  expect(invoiceDoor({ ...none, invoiceable: 5840 })).toMatchObject({ label: '可开票', amount: '¥58.40' })
  expect(invoiceDoor({ ...none, invoiceable: 5840, isAsked: true })).toMatchObject({ label: '已申请', amount: '' })
  for (const [state, label] of [
    ['issued', '已开票'],
    ['redNeeded', '待红冲'],
    ['red', '已红冲'],
  ] as const)
    expect(invoiceDoor({ ...none, state })).toMatchObject({ label })
})

test('what can be invoiced stands beside why the rest cannot, and each state says what happens next, in both languages', () => {
  expect(view('open')).toMatchObject({
    amount: '¥58.40',
    sums: [
      { label: '实付', value: '¥63.40' },
      { label: '积分、券和购物卡支付，不开票', value: '−¥5.00' },
    ],
    state: '',
    canAsk: true,
    submit: '申请开票',
  })
  expect(view('nothing')).toMatchObject({ canAsk: false, state: '', amount: '¥0.00' })
  expect(view('asked')).toMatchObject({ canAsk: false, canWithdraw: true, stateText: '申请已提交' })
  expect(view('rejected')).toMatchObject({ canAsk: true, submit: '重新申请', tone: 'warn' })
  expect(view('rejected').says).toContain('税号与抬头对不上')
  expect(view('issued').facts).toContainEqual({ label: '发票号', value: '26332000000012345678' })
  expect(view('redNeeded')).toMatchObject({ canAsk: false, stateText: '待红冲' })
  expect(view('redNeeded').says).toContain('¥15.90')
  expect(view('red').facts).toContainEqual({ label: '红字发票号', value: '26332000000087654321' })
  expect(view('void')).toMatchObject({ canAsk: false, stateText: '申请已失效' })
  for (const far of ['asked', 'issued', 'redNeeded', 'red', 'rejected', 'withdrawn', 'void'])
    for (const t of [own.zh, own.en]) {
      const { stateText, says } = view(far, t)
      expect(stateText).not.toBe('')
      expect(`${stateText} ${says}`).not.toMatch(/\{|undefined/)
    }
})

test('the form begins with what was written the last time and says the first thing that is missing', () => {
  const { last } = invoice('asked') as Mine
  const form = formOf(last)
  expect(missingIn(form, own.zh)).toBe('')
  expect(missingIn(formOf(null), own.zh)).toBe('请填写抬头')
  expect(missingIn({ ...form, taxNo: '9133' }, own.zh)).toBe('税号是 18 位，请核对')
  expect(missingIn({ ...form, kind: 'person', taxNo: '' }, own.zh)).toBe('')
  expect(missingIn({ ...form, email: 'caiwu' }, own.zh)).toBe('请填写收发票的邮箱')
})
