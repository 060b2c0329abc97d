import type { Db } from '../../../kernel/db.ts'
import { decimal4, formatDecimal4 } from '../../../kernel/money.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { pointsErrors } from '../contract.ts'
import { earningRepository } from '../repository/earning.ts'
import { ledgerRepository } from '../repository/ledger.ts'
import { documentRefusal, lineRefusal, pointsOf, type RuleLine } from './rule.ts'
import { readExclusions } from './rules.ts'

interface Text {
  readonly zh: string
  readonly en: string
}

const KINDS: Readonly<Record<string, Text>> = {
  tobacco: { zh: '烟草不积分', en: 'Tobacco earns no points' },
  prepaid_card: { zh: '购物卡不积分', en: 'Prepaid cards earn no points' },
  bag: { zh: '购物袋不积分', en: 'Bags earn no points' },
  service_fee: { zh: '服务费不积分', en: 'Fees earn no points' },
  rounding: { zh: '抹零不积分', en: 'Rounding earns no points' },
  voucher: { zh: '代金券不积分', en: 'Vouchers earn no points' },
}

const DOCUMENTS: Readonly<Record<'void' | 'adjustment' | 'channel', Text>> = {
  void: { zh: '小票已作废,不积分', en: 'A void receipt earns no points' },
  adjustment: { zh: '调整单不积分', en: 'An adjustment earns no points' },
  channel: { zh: '团购不积分', en: 'Corporate orders earn no points' },
}

export type Viewer =
  { readonly kind: 'member'; readonly memberId: string } | { readonly kind: 'staff'; readonly scope: Scope }

/** How each line of a receipt earned, by the same rule that credits it, and whether it is credited yet. */
export async function explainReceipt(db: Db, documentId: string, viewer: Viewer) {
  const earning = earningRepository(db)
  const document = await earning.document(documentId)
  const mayRead =
    document !== undefined &&
    (viewer.kind === 'staff' ? inScope(viewer.scope, document.storeCode) : document.memberId === viewer.memberId)
  if (!mayRead) throw pointsErrors.noReceipt()

  const exclusions = await readExclusions(db)
  const whole = documentRefusal(document, exclusions)
  const names =
    exclusions.categories.size === 0
      ? new Map<string, string>()
      : new Map((await earning.categories()).map(({ code, name }) => [code, name]))
  const reasonOf = (line: RuleLine): Text | null => {
    if (whole !== null) return DOCUMENTS[whole]
    const refusal = lineRefusal(line, exclusions)
    if (refusal === null) return null
    if (refusal === 'productKind')
      return KINDS[line.kind ?? ''] ?? { zh: '这类商品不积分', en: 'This kind of product earns no points' }
    const name = names.get(line.categoryCode ?? '') ?? ''
    return { zh: `「${name}」不积分`, en: `"${name}" earns no points` }
  }

  const lines = (await earning.lines(documentId)).map(line => {
    const reason = reasonOf(line)
    return { lineNo: line.lineNo, name: line.nameAtSale, net: line.net, earns: reason === null, reason }
  })
  const base = lines.reduce((sum, line) => sum + (line.earns ? decimal4(line.net) : 0n), 0n)
  const credit = (await ledgerRepository(db).credits([documentId])).get(documentId)
  const isCredited =
    credit !== undefined &&
    credit.version > 0 &&
    credit.revision === document.revision &&
    credit.memberId === document.memberId
  const points = isCredited ? credit.points : pointsOf(base)
  const state =
    document.memberId === null || (!isCredited && points === 0) ? 'none' : isCredited ? 'credited' : 'pending'
  return {
    documentId,
    state,
    points: document.memberId === null ? 0 : points,
    base: formatDecimal4(base),
    lines,
    explanation: sentence(state, points, base),
  } as const
}

function sentence(state: 'none' | 'credited' | 'pending', points: number, base: bigint): Text {
  const yuan = (Number(base / 100n) / 100).toFixed(2)
  if (state === 'none') return { zh: '这张小票不积分', en: 'This receipt earns no points' }
  const signed = points > 0 ? `+${points}` : String(points)
  if (state === 'pending')
    return {
      zh: `可积分金额 ¥${yuan},积分 ${signed},通常次日到账`,
      en: `¥${yuan} counts: ${signed} points, usually there the next day`,
    }
  return {
    zh: `可积分金额 ¥${yuan},满 1 元积 1 分,积分 ${signed} 已到账`,
    en: `¥${yuan} counts, 1 point a full yuan: ${signed} points credited`,
  }
}
