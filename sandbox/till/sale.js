import { ask, look, put } from './api.js'
import { decimal, fenOf } from './money.js'

/** The sale at this till; one object, drawn anew after every change. */
export const sale = {
  till: null,
  tills: [],
  products: [],
  today: '',
  member: null,
  coupons: [],
  couponCode: null,
  lines: [],
  quote: null,
  /** Set while a coupon is locked or payment is awaited: the receipt's number is then given. */
  receipt: null,
  committed: null,
  receipts: [],
  message: null,
  /** A product on the scale, until its weight is confirmed. */
  weighing: null,
}

const listeners = []
export const watch = listener => listeners.push(listener)
const tell = () => {
  for (const listener of listeners) listener()
}

/** Puts a word under the scanner: `bad` for refusals. */
export const say = (text, mood = 'note') => {
  sale.message = text === null ? null : { text, mood }
  tell()
}

export const load = async () => {
  const { tills, products, today } = await look('tills')
  Object.assign(sale, { tills, products, today, till: sale.till ?? tills[0] ?? null })
  sale.receipts = (await look(`tills/receipts?businessDate=${today}`)).filter(
    one => sale.till !== null && one.storeCode === sale.till.storeCode && one.tillCode === sale.till.tillCode,
  )
  tell()
}

export const choose = async tillId => {
  sale.till = sale.tills.find(one => one.tillId === tillId) ?? null
  await load()
}

export const connect = async till => {
  await put('tills', { tills: [till] })
  sale.till = null
  await load()
  await choose(till.tillId)
}

const body = () => ({
  memberCode: sale.member?.memberCode ?? null,
  couponCodes: sale.couponCode === null ? [] : [sale.couponCode],
  lines: sale.lines,
})

let asked = 0
/** Asks what the basket costs; a slower earlier answer never overwrites a later one. */
export const reprice = async () => {
  tell()
  if (sale.lines.length === 0) {
    sale.quote = null
    return tell()
  }
  const mine = ++asked
  const quote = await ask(sale.till.tillId, 'quote', body())
  if (mine !== asked) return
  sale.quote = quote
  tell()
}

export const add = async (product, quantity) => {
  const known = product.weighed ? undefined : sale.lines.find(line => line.productCode === product.code)
  if (known === undefined)
    sale.lines.push({
      lineNo: (sale.lines.at(-1)?.lineNo ?? 0) + 1,
      productCode: product.code,
      name: product.name,
      quantity: String(quantity),
      unit: product.unit,
      unitPrice: product.price,
      net: decimal(Math.round(fenOf(product.price) * quantity)),
    })
  else {
    known.quantity = String(Number(known.quantity) + quantity)
    known.net = decimal(fenOf(known.unitPrice) * Number(known.quantity))
  }
  await reprice()
}

/** Puts a product on the scale, or takes it off with null. */
export const weigh = product => {
  sale.weighing = product
  tell()
}

export const remove = async lineNo => {
  sale.lines = sale.lines.filter(line => line.lineNo !== lineNo)
  await reprice()
}

/** What a scanned code is; true when it was something for this sale. */
export const identify = async code => {
  // Once the receipt has its number the basket stands: what is scanned now is not for this sale.
  if (sale.receipt !== null) return
  const product = sale.products.find(one => one.barcode === code || one.code === code)
  if (product !== undefined) return add(product, 1)
  const found = await ask(sale.till.tillId, 'identify', { code })
  if (found.kind === 'member') Object.assign(sale, { member: found.member, coupons: found.coupons, couponCode: null })
  else if (found.kind === 'coupon')
    Object.assign(sale, { member: found.member, coupons: [found.coupon], couponCode: found.coupon.code })
  else return say(found.text, 'bad')
  sale.message = null
  await reprice()
}

export const useCoupon = async code => {
  sale.couponCode = sale.couponCode === code ? null : code
  await reprice()
}

const key = what => `${sale.till.tillId.slice(-8)}-${sale.receipt.businessDate}-${sale.receipt.receiptNo}-${what}`

/** Takes a receipt number and, with a coupon, locks it for this sale. */
export const beginPayment = async () => {
  sale.receipt = await put('tills/receipt-number', { tillId: sale.till.tillId })
  if (sale.couponCode !== null) {
    try {
      const { quote } = await ask(sale.till.tillId, 'lock', {
        key: key('lock'),
        ...sale.receipt,
        memberCode: sale.member.memberCode,
        couponCode: sale.couponCode,
        lines: sale.lines,
      })
      sale.quote = quote
    } catch (error) {
      sale.receipt = null
      throw error
    }
  }
  tell()
}

const now = () => new Date()
const timeOf = date => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(date)

const soldLines = shares =>
  sale.lines.map(line => {
    const share = shares.find(one => one.lineNo === line.lineNo)
    return { ...line, discount: decimal(share?.discount ?? 0), net: share?.net ?? line.net }
  })

/** The money is in: commits the sale and keeps the receipt for the night's file. */
export const commit = async payment => {
  const payable = sale.quote?.payable ?? 0
  const at = now()
  const committed = await ask(sale.till.tillId, 'sale', {
    key: key('sale'),
    ...sale.receipt,
    businessAt: at.toISOString(),
    cashier: '沙箱',
    memberCode: sale.member?.memberCode ?? null,
    couponCode: sale.couponCode,
    lines: sale.lines,
    payments: [{ method: payment, amount: decimal(payable) }],
  })
  await put('tills/receipts', {
    storeCode: sale.till.storeCode,
    tillCode: sale.till.tillCode,
    ...sale.receipt,
    time: timeOf(at),
    type: 'sale',
    cardNo: sale.member?.memberCode ?? '',
    payment,
    cashier: '沙箱',
    original: null,
    lines: soldLines(committed.shares),
  })
  sale.committed = committed
  await load()
}

export const cancel = async () => {
  await ask(sale.till.tillId, 'cancel', { key: key('cancel'), ...sale.receipt })
  sale.receipt = null
  await reprice()
}

export const startOver = () => {
  Object.assign(sale, {
    member: null,
    coupons: [],
    couponCode: null,
    lines: [],
    quote: null,
    receipt: null,
    committed: null,
    message: null,
    weighing: null,
  })
  tell()
}

const negative = text => (text.startsWith('-') ? text.slice(1) : Number(text) === 0 ? text : `-${text}`)

/** Takes a whole receipt back. */
export const takeBack = async original => {
  const receipt = await put('tills/receipt-number', { tillId: sale.till.tillId })
  const at = now()
  const { tillCode, businessDate, receiptNo } = original
  const returned = await ask(sale.till.tillId, 'return', {
    key: `${sale.till.tillId.slice(-8)}-${receipt.businessDate}-${receipt.receiptNo}-return`,
    ...receipt,
    businessAt: at.toISOString(),
    cashier: '沙箱',
    original: { tillCode, businessDate, receiptNo },
  })
  await put('tills/receipts', {
    ...original,
    ...receipt,
    time: timeOf(at),
    type: 'return',
    original: { tillCode, businessDate, receiptNo },
    lines: original.lines.map(line => ({
      ...line,
      quantity: negative(line.quantity),
      discount: negative(line.discount),
      net: negative(line.net),
    })),
  })
  await load()
  return returned
}
