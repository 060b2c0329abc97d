import type { shop } from '../../../api/index.ts'
import { dayText, fenPrice, momentText } from '../../../lib/format.ts'
import { fill } from '../../../lib/i18n/index.ts'
import type { zh } from './words.ts'

type MyInvoice = Awaited<ReturnType<typeof shop.tillDesk.myInvoiceRequest>>
type Buyer = NonNullable<MyInvoice['last']>
type State = NonNullable<MyInvoice['request']>['state']

/** One line of what is known. */
export interface Fact {
  label: string
  value: string
}

/** What the page shows: how far the invoice is, what can be invoiced and why, and whether it can be asked for. */
export interface InvoiceView {
  receipt: string
  label: string
  amount: string
  sums: Fact[]
  /** '' when nobody has asked and nothing is made */
  state: State | ''
  stateText: string
  says: string
  tone: 'good' | 'warn' | ''
  facts: Fact[]
  canAsk: boolean
  canWithdraw: boolean
  submit: string
}

/** After these the shopper may ask anew. */
const ENDED: readonly State[] = ['rejected', 'withdrawn', 'void']

function stateOf({ invoice, request }: MyInvoice): State | '' {
  if (invoice.state !== 'none') return invoice.state
  return request?.state ?? ''
}

function toneOf(state: State | ''): InvoiceView['tone'] {
  if (state === 'issued' || state === 'red') return 'good'
  return state === 'rejected' || state === 'redNeeded' || state === 'void' ? 'warn' : ''
}

/** Puts a receipt's invoice into words. */
export function invoiceView(mine: MyInvoice, t: typeof zh): InvoiceView {
  const { invoice, request } = mine
  const state = stateOf(mine)
  const hasEnded = state === '' || ENDED.includes(state)
  const isMade = invoice.state !== 'none'
  const buyer = request?.buyer ?? null
  const fact = (label: string, value: string | null): Fact[] => (value === null ? [] : [{ label, value }])
  return {
    receipt: fill(t.receipt, { store: mine.storeName, day: dayText(mine.businessDate), number: mine.receiptNo }),
    label: isMade ? t.made : t.can,
    amount: fenPrice(isMade ? (invoice.amount ?? 0) : mine.invoiceable),
    sums: [
      ...(mine.notInvoiced + mine.back > 0 ? fact(t.paid, fenPrice(mine.paid)) : []),
      ...(mine.notInvoiced > 0 ? fact(t.notInvoiced, `−${fenPrice(mine.notInvoiced)}`) : []),
      ...(mine.back > 0 ? fact(t.back, `−${fenPrice(mine.back)}`) : []),
    ],
    state,
    stateText: state === '' ? '' : t.states[state],
    says:
      state === '' ? '' : fill(t.says[state], { amount: fenPrice(invoice.redAmount), reason: request?.reason ?? '' }),
    tone: toneOf(state),
    facts: hasEnded
      ? []
      : [
          ...fact(t.invoiceNo, invoice.invoiceNo),
          ...fact(t.redNo, invoice.redNo),
          ...fact(t.titleLabel, buyer?.title ?? null),
          ...fact(t.taxNo, buyer?.taxNo ?? null),
          ...fact(t.email, buyer?.email ?? null),
          ...fact(t.asked, request === null ? null : momentText(request.askedAt)),
        ],
    canAsk: hasEnded && mine.invoiceable > 0,
    canWithdraw: state === 'asked',
    submit: state === '' ? t.submit : t.again,
  }
}

/** What the shopper has typed. */
export interface InvoiceForm {
  kind: 'company' | 'person'
  title: string
  taxNo: string
  email: string
}

/** The form as it begins: what was asked the last time. */
export const formOf = (buyer: Buyer | null): InvoiceForm => ({
  kind: buyer?.kind ?? 'company',
  title: buyer?.title ?? '',
  taxNo: buyer?.taxNo ?? '',
  email: buyer?.email ?? '',
})

/** What is still missing, as a sentence; '' when it can be sent. Whether the number itself is right the server says. */
export function missingIn({ kind, title, taxNo, email }: InvoiceForm, t: typeof zh): string {
  if (title.trim().length < 2) return t.needTitle
  if (kind === 'company' && taxNo.replace(/[\s-]/g, '').length !== 18) return t.needTaxNo
  return /^\S+@\S+\.\S+$/.test(email.trim()) ? '' : t.needEmail
}
