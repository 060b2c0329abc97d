import { fenOf, yuan } from './money.js'
import { check, kit, mayGive } from './offline.js'

// How a till decides without asking anybody: what a code is by its signature, what a basket comes to within the cap.

const text = (zh, en) => ({ zh, en })
const refusals = {
  malformed: text('这不是签名码', 'This is no signed code'),
  forged: text('签名不对，不是本店的码', 'Nobody of ours signed this'),
  tooLate: text('码已过期，请刷新', 'The code is old; refresh it'),
  taken: text('本机已用过这个码', 'This till has taken it already'),
  noKit: text('断网前没取到公钥', 'No keys were fetched while online'),
}
const anothers = text('不是这位会员的券', 'The coupon is another member’s')
const unsigned = text('断网时请扫二维码', 'Without a network, scan the QR code')

const earnsOnly = code => ({
  memberCode: code,
  name: code.slice(-4).padStart(8, '*'),
  points: null,
  spends: false,
})
const memberOf = (code, { handle, tier }) => ({
  memberCode: code,
  name: `…${handle.slice(-4)}`,
  tier,
  handle,
  points: null,
  spends: true,
  signed: true,
})
const couponOf = (digits, { code, handle, amountOff, threshold, until }) => ({
  code,
  digits,
  handle,
  name: threshold === 0 ? yuan(amountOff) : `满 ${yuan(threshold)} 减 ${yuan(amountOff)}`.replaceAll('.00', ''),
  amountOff,
  threshold,
  validTo: until,
  refusal: null,
})

/** What a code is without a network: `{ member }`, `{ coupon }` or `{ refused }` with words to say. */
export const readAlone = async (tillId, code, member) => {
  const isSigned = /^9[56]\d{200,}$/.test(code)
  if (!isSigned) {
    if (code.startsWith('97') && code.length === 20) return { refused: unsigned }
    return /^\d{6,20}$/.test(code) ? { member: earnsOnly(code) } : { refused: unsigned }
  }
  const found = await check(tillId, code)
  if (found.kind === 'refused') return { refused: refusals[found.why] ?? refusals.malformed }
  if (found.kind === 'member') return { member: memberOf(code, found), proof: found }
  if (member?.handle !== undefined && member.handle !== found.handle) return { refused: anothers }
  return { coupon: couponOf(code, found), proof: found }
}

const over = text('超过离线上限，不能用', 'Over the cap of an offline sale')

const refusalOf = (coupon, total, left) => {
  if (total < coupon.threshold) {
    const missing = yuan(coupon.threshold - total)
    return { code: 'belowThreshold', text: text(`差 ${missing} 可用此券`, `${missing} more to use it`) }
  }
  return Math.min(coupon.amountOff, total) > left ? { code: 'overCap', text: over } : null
}

/**
 * What a basket comes to without asking anybody: one signed coupon, points in the shop's steps, both together within what
 * the till may give away. What the member really has is seen only when the sale is told.
 */
export const priceAlone = (tillId, { lines, member, coupons, couponCodes, points }) => {
  const total = lines.reduce((sum, line) => sum + fenOf(line.net), 0)
  const left = mayGive(tillId)
  const judged = coupons.map(coupon => ({ ...coupon, refusal: refusalOf(coupon, total, left) }))
  const chosen = judged.find(coupon => couponCodes.includes(coupon.code) && coupon.refusal === null)
  const discount = chosen === undefined ? 0 : Math.min(chosen.amountOff, total)
  const terms = kit(tillId)?.points
  const share = terms === undefined ? 0 : Math.floor(((total - discount) * terms.maxPercent) / 100)
  const fenOfPoints = count => (terms === undefined ? 0 : Math.floor((count * 100) / terms.perYuan))
  const may = member?.signed === true && terms !== undefined ? Math.min(share, left - discount) : 0
  const steps = terms === undefined ? 0 : Math.floor((may * terms.perYuan) / 100 / terms.step)
  const most = steps * (terms?.step ?? 0)
  const used = Math.min(points, most)
  const fen = fenOfPoints(used)
  return {
    total,
    discount,
    payable: total - discount - fen,
    points: 0,
    shares: shareOut(lines, total, discount),
    refusals: judged.filter(coupon => coupon.refusal !== null),
    coupons: chosen === undefined ? [] : [chosen],
    applied: chosen ?? null,
    pointsPay: { points: used, fen, most: { points: most, fen: fenOfPoints(most) }, step: terms?.step ?? 0 },
    alone: true,
  }
}

// The coupon over the lines by their share, the rest to the largest remainders: for the receipt that the till prints.
const shareOut = (lines, total, discount) => {
  if (discount === 0) return []
  const parts = lines.map(line => {
    const exact = (fenOf(line.net) * discount) / total
    return { line, part: Math.floor(exact), rest: exact % 1 }
  })
  let left = discount - parts.reduce((sum, one) => sum + one.part, 0)
  for (const one of parts.toSorted((a, b) => b.rest - a.rest)) if (left-- > 0) one.part += 1
  return parts.map(({ line, part }) => ({
    lineNo: line.lineNo,
    discount: part,
    net: ((fenOf(line.net) - part) / 100).toFixed(2),
  }))
}
