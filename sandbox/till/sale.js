import { priceAlone } from './alone.js'
import { ask, look, put } from './api.js'
import { enter } from './book.js'
import { decimal, fenOf } from './money.js'
import { isCut } from './offline.js'
import { paperWidth } from './paper.js'
import { bodyOf, priceOnline } from './pricing.js'
import { t } from './words.js'

/** The sale at this till; one object, drawn anew after every change. */
export const sale = {
  till: null,
  tills: [],
  products: [],
  today: '',
  member: null,
  coupons: [],
  couponCodes: [],
  points: 0,
  lines: [],
  quote: null,
  /** What the three keys would come to: { discount, most, all, coupons, nothing }; null when nothing can be used. */
  proposal: null,
  /** What the cashier has said of it: null = nothing yet · all · coupons · nothing · own = coupons touched one by one. */
  decided: null,
  /** Another member is about to be scanned: until then this one stays, and nothing is paid. */
  changing: false,
  /** Set while a coupon is locked or payment is awaited: the receipt's number is then given. */
  receipt: null,
  committed: null,
  receipts: [],
  message: null,
  /** A product on the scale, until its weight is confirmed. */
  weighing: null,
  /** What lies over the sale: null, or { kind: 'holds' | 'return' | 'slip' | 'told' | 'shift', … }. */
  over: null,
  offline: false,
  /** An SMS is on its way to the member whose phone was spoken. */
  sms: false,
  /** Signed codes of this sale, as they were found to be: used up at this till when it is paid. */
  proofs: [],
}

const listeners = []
export const watch = listener => listeners.push(listener)
export const redraw = () => {
  for (const listener of listeners) listener()
}

/** Puts a word under the scanner: `bad` for refusals. */
export const say = (text, mood = 'note') => {
  sale.message = text === null ? null : { text, mood }
  redraw()
}

export const load = async () => {
  const { tills, products, today } = await look('tills')
  Object.assign(sale, { tills, products, today, till: sale.till ?? tills[0] ?? null })
  if (sale.till !== null) sale.offline = isCut(sale.till.tillId)
  sale.receipts = (await look(`tills/receipts?businessDate=${today}`)).filter(
    one => sale.till !== null && one.storeCode === sale.till.storeCode && one.tillCode === sale.till.tillCode,
  )
  redraw()
}

export const choose = async tillId => {
  sale.till = sale.tills.find(one => one.tillId === tillId) ?? null
  sale.offline = isCut(tillId)
  startOver()
  await load()
}

export const connect = async till => {
  await put('tills', { tills: [till] })
  sale.till = null
  await load()
  await choose(till.tillId)
}

const body = () => bodyOf(sale)
const FREE = { coupons: [], couponCodes: [], points: 0, proposal: null, decided: null, changing: false }

/** Something could be used, and nobody has said yet whether it is. */
export const isOpen = () =>
  sale.proposal !== null && sale.decided === null && !sale.offline && sale.receipt === null && sale.quote !== null

let asked = 0
const price = async () => {
  redraw()
  const mine = ++asked
  if (sale.lines.length === 0) {
    Object.assign(sale, { quote: null, proposal: null })
    return redraw()
  }
  const priced = sale.offline
    ? { quote: priceAlone(sale.till.tillId, sale), proposal: null }
    : await priceOnline({ ...sale })
  if (mine !== asked) return
  Object.assign(sale, priced)
  redraw()
}

let pricing = Promise.resolve()
/** Asks what the basket costs; a slower earlier answer never overwrites a later one. */
export const reprice = () => {
  pricing = price()
  return pricing
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
  redraw()
}

export const remove = async lineNo => {
  sale.lines = sale.lines.filter(line => line.lineNo !== lineNo)
  await reprice()
}

/** Lets the member go: the basket stays. */
export const noMember = async () => {
  Object.assign(sale, { ...FREE, member: null, proofs: [], sms: false })
  await reprice()
}

/** Says that the member is about to be changed, or that it stays. */
export const changeMember = isNow => {
  sale.changing = isNow
  redraw()
}

/** Puts goods of a scanned code into the basket; false when it is no goods. */
export const addScanned = async code => {
  const product = sale.products.find(one => one.barcode === code || one.code === code)
  if (product === undefined) return false
  await add(product, 1)
  return true
}

// Masked names are soon alike: then the end of the phone tells the two apart.
const nameBeside = (one, other) =>
  one.name === other.name
    ? { zh: `${one.name} 尾号 ${one.phone.slice(-4)}`, en: `${one.name} …${one.phone.slice(-4)}` }
    : { zh: one.name, en: one.name }
const changed = (before, after) => {
  const [from, to] = [nameBeside(before, after), nameBeside(after, before)]
  return { zh: `换会员：${from.zh} → ${to.zh}`, en: `Member changed: ${from.en} → ${to.en}` }
}
// A member known without a network has no phone here: who it is now is then no change.
const isChange = (before, after) =>
  Boolean(before?.phone && after.phone) && (before.name !== after.name || before.phone !== after.phone)

/** Sets who buys, as the product has told of a code; false when it is nobody. */
const setMember = found => {
  if (found.kind === 'member')
    Object.assign(sale, { ...FREE, member: found.member, coupons: found.coupons, sms: false })
  else if (found.kind === 'coupon')
    // Whoever shows one coupon wants to use it.
    Object.assign(sale, {
      ...FREE,
      member: { ...found.member, byCoupon: true },
      coupons: [found.coupon],
      couponCodes: [found.coupon.code],
      decided: 'own',
    })
  else return false
  return true
}

/** What a code is, as the product tells it; nothing of the sale changes. */
export const whatIs = code => ask(sale.till.tillId, 'identify', { code })

/** What a scanned code is. */
export const identify = async code => {
  // Once the receipt has its number the basket stands: what is scanned now is not for this sale.
  if (sale.receipt !== null) return
  if (await addScanned(code)) return
  const before = sale.member
  const found = await whatIs(code)
  if (found.kind === 'receipt') return { receipt: found.receipt }
  if (!setMember(found)) return say(found.text, 'bad')
  sale.message = isChange(before, sale.member) ? { text: changed(before, sale.member), mood: 'good' } : null
  await reprice()
}

/** Chooses a coupon, or lets it be. */
export const useCoupon = async code => {
  const without = sale.couponCodes.filter(one => one !== code)
  // A sale without a network takes one coupon: that is what the product takes when it is told.
  const others = sale.offline ? [] : sale.couponCodes
  sale.couponCodes = sale.couponCodes.includes(code) ? without : [...others, code]
  sale.decided = 'own'
  await reprice()
}

/** So many points more or less of those that may pay. */
export const usePoints = async points => {
  sale.points = Math.max(0, Math.min(points, sale.quote?.pointsPay?.most.points ?? 0))
  await reprice()
}

/** F1 all that can be used · F2 coupons only · F3 nothing. */
export const use = async what => {
  if (sale.lines.length === 0 || sale.offline || sale.receipt !== null || sale.member === null) return
  sale.decided = what
  await reprice()
}

/** The permanent key of what is done with this sale. */
export const key = what =>
  `${sale.till.tillId.slice(-8)}-${sale.receipt.businessDate}-${sale.receipt.receiptNo}-${what}`

let isTaking = false
/** Takes a receipt number and, with coupons or points, locks them for this sale. */
export const beginPayment = async () => {
  // A key may be quicker than the price it asked for.
  await pricing.catch(() => null)
  if (sale.quote === null || sale.receipt !== null || isTaking) return
  if (sale.changing) return say(t('changeFirst'), 'bad')
  if (isOpen()) return say(t('chooseFirst'), 'bad')
  isTaking = true
  try {
    await takeNumber()
  } finally {
    isTaking = false
  }
}
const takeNumber = async () => {
  sale.receipt = await put('tills/receipt-number', { tillId: sale.till.tillId })
  if (sale.couponCodes.length > 0 && !sale.offline && !sale.member?.byCoupon) {
    try {
      const { quote } = await ask(sale.till.tillId, 'lock', { key: key('lock'), ...sale.receipt, ...body() })
      sale.quote = quote
    } catch (error) {
      sale.receipt = null
      throw error
    }
  }
  redraw()
}

/** The hour on the paper. */
export const timeOf = date =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(date)

const soldLines = shares =>
  sale.lines.map(line => {
    const share = shares.find(one => one.lineNo === line.lineNo)
    return { ...line, discount: decimal(share?.discount ?? 0), net: share?.net ?? line.net }
  })

/** Keeps the receipt for the night's file. */
export const remember = (at, payment, shares) =>
  put('tills/receipts', {
    storeCode: sale.till.storeCode,
    tillCode: sale.till.tillCode,
    ...sale.receipt,
    time: timeOf(at),
    type: 'sale',
    cardNo: /^\d{20}$/.test(sale.member?.memberCode ?? '') ? sale.member.memberCode : '',
    payment,
    cashier: '沙箱',
    original: null,
    lines: soldLines(shares),
  })

/** The money is in: commits the sale and keeps the receipt for the night's file. */
export const commit = async payment => {
  const payable = sale.quote?.payable ?? 0
  const at = new Date()
  const committed = await ask(sale.till.tillId, 'sale', {
    key: key('sale'),
    ...sale.receipt,
    businessAt: at.toISOString(),
    cashier: '沙箱',
    ...body(),
    payments: payable === 0 ? [] : [{ method: payment, amount: decimal(payable) }],
    print: paperWidth(),
  })
  await remember(at, payment, committed.shares)
  const paid = committed.pointsPaid ?? { points: 0, fen: 0 }
  enter(sale.till.tillId, {
    sales: 1,
    // Points are a way to pay: the goods were sold for this much.
    salesFen: committed.total - committed.discount,
    coupons: committed.coupons.length,
    couponFen: committed.discount,
    pointsEarned: committed.points?.earned ?? 0,
    pointsUsed: paid.points,
    pointsFen: paid.fen,
  })
  sale.committed = committed
  await load()
}

export const cancel = async () => {
  if (!sale.offline) await ask(sale.till.tillId, 'cancel', { key: key('cancel'), ...sale.receipt })
  sale.receipt = null
  await reprice()
}

export const startOver = () => {
  // A price that is still on its way was for the sale before.
  asked += 1
  Object.assign(sale, {
    ...FREE,
    member: null,
    proofs: [],
    sms: false,
    lines: [],
    quote: null,
    receipt: null,
    committed: null,
    message: null,
    weighing: null,
    over: null,
  })
  redraw()
}

/** Puts a basket aside, or takes one up: `resume` prices it anew. */
export const hold = async () => {
  if (sale.lines.length === 0 || sale.receipt !== null) return
  const label = new Date().toTimeString().slice(0, 5)
  await ask(sale.till.tillId, 'hold', { key: crypto.randomUUID(), label, ...body() })
  startOver()
}
export const holds = async () => (await ask(sale.till.tillId, 'holds')).items
export const resume = async holdId => {
  const taken = await ask(sale.till.tillId, 'resume', { key: crypto.randomUUID() }, { holdId })
  startOver()
  const { couponCodes, lines, memberCode, points } = taken.basket
  Object.assign(sale, { lines, quote: taken.quote })
  // Asked again who it is: what the basket kept of them knows neither tier nor birthday. A coupon may stand for its holder.
  const code = taken.memberGone ? null : (memberCode ?? couponCodes[0] ?? null)
  if (code !== null && setMember(await whatIs(code)))
    Object.assign(sale, { couponCodes, points, decided: couponCodes.length > 0 || points > 0 ? 'own' : null })
  await reprice()
  return taken
}
