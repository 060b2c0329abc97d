import {
  cutDecimal,
  dateReader,
  kindRules,
  readDecimal,
  readFlag,
  readText,
  readTime,
  timesScaled,
  type ParsedRow,
  type ParserInput,
  type Read,
  type RowProblem,
} from '../../erp/index.ts'
import { DocumentType } from '../contract.ts'
import { docKeyOf } from './document.ts'
import { TYPE_WORDS, VOID_WORDS } from './fields.ts'

/** What a row says about its document, '' where it says nothing; kept as a list because every row repeats it. */
export type Head = readonly [
  storeCode: string,
  tillCode: string,
  businessDate: string,
  receiptNo: string,
  type: string,
  localTime: string,
  memberKind: string,
  memberRef: string,
  cashier: string,
  channel: string,
  corporate: string,
  paymentMethod: string,
  paid: string,
  originalDocKey: string,
  status: string,
]

/** What a row says about its line; amounts in ten-thousandths as the file signs them. */
export type LineCells = readonly [
  lineNo: number,
  productCode: string,
  name: string,
  quantity: number,
  unit: string,
  unitPrice: number,
  discount: number,
  net: number,
  isGift: 0 | 1,
  promotionCode: string,
  kind: string,
]

export interface SalesRow {
  readonly head: Head
  readonly line: LineCells
}

const NO_TILL = '0'

/** Makes the parser of one file's rows. Everything that is wrong with a row is said at once. */
export function salesParser(
  { mapping, text, has, today }: ParserInput,
  phoneHash: (phone: string) => string,
): (cells: readonly string[]) => ParsedRow<SalesRow> {
  const day = dateReader(mapping.dateForms)
  const kindOf = kindRules(mapping.productKinds)
  const typeRules = mapping.documentTypes.map(rule => ({
    text: text(rule.field),
    pattern: new RegExp(rule.pattern, 'u'),
    type: rule.type,
  }))
  const id = (name: string) => {
    const read = text(name)
    return mapping.cutDecimalIds ? (cells: readonly string[]) => cutDecimal(read(cells)) : read
  }
  const of = {
    store: id('storeCode'),
    till: id('tillCode'),
    date: text('businessDate'),
    at: text('businessAt'),
    time: text('time'),
    receipt: id('receiptNo'),
    type: text('type'),
    status: text('status'),
    channel: text('channel'),
    cashier: text('cashier'),
    corporate: text('corporate'),
    card: id('memberCard'),
    phone: text('memberPhone'),
    erp: id('memberErpId'),
    originalTill: id('originalTillCode'),
    originalDate: text('originalBusinessDate'),
    originalReceipt: id('originalReceiptNo'),
    method: text('paymentMethod'),
    paid: text('paid'),
    lineNo: text('lineNo'),
    product: id('productCode'),
    name: text('productName'),
    quantity: text('quantity'),
    unit: text('unit'),
    price: text('unitPrice'),
    discount: text('discount'),
    net: text('net'),
    gift: text('isGift'),
    promotion: text('promotionCode'),
  }
  const given = { net: has('net'), price: has('unitPrice'), discount: has('discount') }
  const hashes = new Map<string, string>()
  const hashed = (phone: string): string => {
    const found = hashes.get(phone) ?? phoneHash(phone)
    if (hashes.size > 50_000) hashes.clear()
    hashes.set(phone, found)
    return found
  }
  const kinds = new Map<string, string>()
  const kind = (code: string): string => {
    let found = kinds.get(code)
    if (found === undefined) {
      found = kindOf(code) ?? ''
      if (kinds.size > 100_000) kinds.clear()
      kinds.set(code, found)
    }
    return found
  }

  let problems: RowProblem[] = []
  const keep = <T>(read: Read<T>, otherwise: T): T => {
    if ('value' in read) return read.value
    problems.push(read.problem)
    return otherwise
  }
  const key = (word: string, field: string, limit: number): string => {
    if (word.includes('|')) problems.push({ field, reason: 'unknownValue', value: word })
    return keep(readText(word, field, limit), '')
  }
  const amount = (word: string, field: string): number =>
    word === '' ? 0 : keep(readDecimal(word, field, mapping.cutCurrencySigns), 0)

  function when(cells: readonly string[]): { date: string; local: string } {
    const at = of.at(cells)
    const moment = at === '' ? null : keep(day(at, 'businessAt'), null)
    const stated = of.date(cells)
    const date = stated === '' ? (moment?.day ?? '') : keep(day(stated, 'businessDate'), { day: '', time: null }).day
    if (date === '' && stated === '' && at === '')
      problems.push({ field: has('businessDate') ? 'businessDate' : 'businessAt', reason: 'missingValue', value: null })
    if (date > today)
      problems.push({ field: stated === '' ? 'businessAt' : 'businessDate', reason: 'futureDate', value: date })
    const clock = of.time(cells)
    const time = clock === '' ? (moment?.time ?? '00:00:00') : keep(readTime(clock, 'time'), '00:00:00')
    return { date, local: date === '' ? '' : `${moment?.day ?? date} ${time}` }
  }

  function typeOf(cells: readonly string[]): string {
    for (const rule of typeRules) if (rule.pattern.test(rule.text(cells))) return rule.type
    const word = of.type(cells)
    if (word === '') return ''
    const type = TYPE_WORDS[word] ?? TYPE_WORDS[word.toLowerCase()]
    if (type === undefined || !DocumentType.safeParse(type).success)
      problems.push({ field: 'type', reason: 'unknownValue', value: word })
    return type ?? ''
  }

  function memberOf(cells: readonly string[]): [kind: string, ref: string] {
    const card = of.card(cells)
    if (card !== '') return ['card', keep(readText(card, 'memberCard', 32), '')]
    const phone = of.phone(cells)
    if (phone !== '') return ['phone', hashed(phone)]
    const erp = of.erp(cells)
    return erp === '' ? ['', ''] : ['erp', keep(readText(erp, 'memberErpId', 64), '')]
  }

  function originalOf(cells: readonly string[], store: string, till: string): string {
    const receipt = of.originalReceipt(cells)
    if (receipt === '') return ''
    const stated = of.originalDate(cells)
    const date = stated === '' ? '' : keep(day(stated, 'originalBusinessDate'), { day: '', time: null }).day
    return date === '' ? '' : docKeyOf(store, of.originalTill(cells) || till, date, receipt)
  }

  function lineOf(cells: readonly string[]): LineCells {
    const product = keep(readText(of.product(cells), 'productCode', 64), '')
    const stated = of.quantity(cells)
    const quantity = stated === '' ? keep(readText(stated, 'quantity', 1), '') && 0 : amount(stated, 'quantity')
    const priced = amount(of.price(cells), 'unitPrice')
    const off = amount(of.discount(cells), 'discount')
    const netText = of.net(cells)
    if (given.net && netText === '' && !given.price)
      problems.push({ field: 'net', reason: 'missingValue', value: null })
    const worth = timesScaled(quantity || 0, priced)
    const net = given.net && netText !== '' ? amount(netText, 'net') : worth - off
    const price = given.price || !quantity ? priced : Math.round((net + off) / (quantity / 10_000))
    const discount = given.discount || !given.price || !given.net ? off : worth - net
    const gift = of.gift(cells)
    return [
      Number(of.lineNo(cells)) || 0,
      product,
      of.name(cells).slice(0, 200),
      quantity || 0,
      of.unit(cells).slice(0, 16),
      price,
      discount,
      net,
      gift !== '' && keep(readFlag(gift, 'isGift'), false) ? 1 : 0,
      of.promotion(cells).slice(0, 64),
      kind(product),
    ]
  }

  return cells => {
    problems = []
    const store = key(of.store(cells), 'storeCode', 32)
    const till = key(of.till(cells) || NO_TILL, 'tillCode', 32)
    const receipt = key(of.receipt(cells), 'receiptNo', 64)
    const { date, local } = when(cells)
    const type = typeOf(cells)
    const [memberKind, memberRef] = memberOf(cells)
    const corporate = of.corporate(cells)
    const method = of.method(cells)
    const paidText = of.paid(cells)
    const head: Head = [
      store,
      till,
      date,
      receipt,
      type,
      local,
      memberKind,
      memberRef,
      of.cashier(cells).slice(0, 64),
      of.channel(cells).slice(0, 20),
      corporate !== '' && keep(readFlag(corporate, 'corporate'), false) ? '1' : '',
      method.slice(0, 32),
      paidText === '' ? '' : String(amount(paidText, 'paid')),
      originalOf(cells, store, till),
      VOID_WORDS.has(of.status(cells).toLowerCase()) ? 'void' : '',
    ]
    const line = lineOf(cells)
    const whole = store !== '' && receipt !== '' && date !== ''
    const documentKey = whole ? docKeyOf(store, till, date, receipt) : null
    if (problems.length === 0 && documentKey !== null) return { ok: true, key: documentKey, row: { head, line } }
    return { ok: false, problems, key: documentKey, storeCode: store, businessDate: date === '' ? null : date }
  }
}
