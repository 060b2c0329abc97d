import { readAlone } from './alone.js'
import { ask } from './api.js'
import { enter } from './book.js'
import { cut, offlineSale, prepare, proofOf, store, stored, tell } from './offline.js'
import { loadPaper, offlinePaper, paperWidth } from './paper.js'
import { addScanned, identify, key, load, noMember, redraw, remember, reprice, sale, say, timeOf } from './sale.js'

// The sale without a network: whoever and whatever is signed counts at once, the rest when the line is back.

/** What a scanned code is, by its signature; nobody is asked. */
export const identifyAlone = async code => {
  if (sale.receipt !== null || (await addScanned(code))) return
  const found = await readAlone(sale.till.tillId, code, sale.member)
  if (found.refused !== undefined) return say(found.refused, 'bad')
  if (found.member !== undefined) {
    const keeps = sale.coupons.filter(coupon => found.member.handle === coupon.handle)
    Object.assign(sale, {
      member: found.member,
      changing: false,
      coupons: keeps,
      couponCodes: keeps.map(coupon => coupon.code),
      points: 0,
      proofs: sale.proofs.filter(proof => keeps.some(coupon => coupon.code === proof.code)),
    })
  } else {
    sale.coupons = [...sale.coupons.filter(coupon => coupon.code !== found.coupon.code), found.coupon]
    sale.couponCodes = [found.coupon.code]
  }
  if (found.proof !== undefined) sale.proofs = [...sale.proofs, found.proof]
  sale.message = null
  return reprice()
}

/** The money is in: the till prints by itself and keeps the sale until it can be told. */
export const commitAlone = async payment => {
  const at = new Date()
  const { quote, till } = sale
  const coupon = sale.coupons.find(one => one.code === quote.applied?.code) ?? null
  const told = offlineSale({ ...sale, coupon, key: key('offline'), payment, at: at.toISOString() })
  const proofs = sale.proofs.filter(proof => proof.kind === 'member' || proof.code === coupon?.code)
  store(till.tillId, told, proofs.map(proofOf))
  await remember(at, payment, quote.shares)
  enter(till.tillId, { sales: 1, salesFen: quote.total - quote.discount })
  const print = mm => offlinePaper(mm, { ...sale, payment, time: timeOf(at) })
  sale.committed = {
    payable: quote.payable,
    discount: quote.discount,
    coupons: quote.coupons,
    points: null,
    stored: true,
    print: print(paperWidth()),
    printAgain: print,
  }
  return load()
}

/** Puts other paper in and prints the receipt again. */
export const printOn = async mm => {
  loadPaper(mm)
  const { committed, receipt, till } = sale
  committed.print = committed.stored
    ? committed.printAgain(mm)
    : (await ask(till.tillId, 'print', { ...receipt, paper: mm })).lines
  redraw()
}

// What the till's own books say of a sale is what the product has taken of it; the rest of what was given is a loss.
const enterTold = (tillId, { sale: sold, settled }) => {
  const lost = kind => settled.losses.filter(loss => loss.kind === kind).reduce((sum, loss) => sum + loss.amount, 0)
  const couponFen = sold.coupon?.fen ?? 0
  enter(tillId, {
    coupons: couponFen > 0 && lost('coupon') < couponFen ? 1 : 0,
    couponFen,
    pointsEarned: settled.points?.earned ?? 0,
    pointsUsed: settled.points?.used ?? 0,
    pointsFen: (sold.points?.fen ?? 0) - lost('points'),
  })
}

/** Cuts the network, or brings it back and tells what was sold meanwhile; answers what became of each sale. */
export const network = async () => {
  const { tillId } = sale.till
  if (!sale.offline) {
    await prepare(tillId).catch(() => null)
    cut(tillId, true)
    Object.assign(sale, {
      offline: true,
      coupons: [],
      couponCodes: [],
      points: 0,
      proposal: null,
      decided: null,
      proofs: [],
    })
    // Whoever stood here spends only by a signed code from now on.
    if (sale.member !== null) sale.member = { ...sale.member, spends: false, signed: false, byCoupon: false }
    await reprice()
    return []
  }
  cut(tillId, false)
  sale.offline = false
  redraw()
  const told = stored(tillId).length === 0 ? [] : await tell(tillId)
  for (const one of told) enterTold(tillId, one)
  const code = sale.member?.memberCode ?? null
  if (code === null) await noMember()
  else await identify(code)
  return told
}
