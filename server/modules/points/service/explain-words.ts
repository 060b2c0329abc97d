import { decimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { EarningRules } from '../contract/rules.ts'
import type { SaleContext } from './rule.ts'

export interface Text {
  readonly zh: string
  readonly en: string
}

/** How a receipt was counted, as far as its sentence has to name it. */
interface Counted {
  readonly lines: readonly {
    readonly net: string
    readonly earns: boolean
    readonly multipliers: readonly string[]
    readonly times: number
  }[]
  readonly paid: SaleContext['paid']
  readonly isCut: boolean
}

const yuanOf = (sum: Decimal4): string => (Number(sum / 100n) / 100).toFixed(2)

/** Why a receipt earned what it did: what counts, the rate, each multiplier with what it counts for, the cap, the points. */
export function receiptSentence(
  state: 'none' | 'credited' | 'pending',
  points: number,
  base: Decimal4,
  counted: Counted,
  rules: EarningRules,
): Text {
  if (state === 'none') return { zh: '这张小票不积分', en: 'This receipt earns no points' }
  const signed = points > 0 ? `+${points}` : String(points)
  const parts = [rateOf(rules), ...shareOf(counted), ...multipliersOf(counted, base), ...capOf(counted, rules)]
  const zh = `可积分金额 ¥${yuanOf(base)}，${parts.map(part => part.zh).join('，')}，积分 ${signed}`
  const en = `¥${yuanOf(base)} counts, ${parts.map(part => part.en).join(', ')}: ${signed} points`
  return state === 'pending'
    ? { zh: `${zh}，通常次日到账`, en: `${en}, usually there the next day` }
    : { zh: `${zh} 已到账`, en: `${en} credited` }
}

function rateOf({ rate }: EarningRules): Text {
  const full = (rate.fen / 100).toString()
  return {
    zh: `满 ${full} 元积 ${rate.points} 分`,
    en: rate.fen === 100 && rate.points === 1 ? '1 point a full yuan' : `${rate.points} points for each ¥${full}`,
  }
}

function shareOf({ paid }: Counted): Text[] {
  if (paid.counts === paid.of) return []
  const share = `${Math.round((Number(paid.counts) / Number(paid.of)) * 100)}%`
  return [
    { zh: `部分支付方式不积分，按 ${share} 计`, en: `${share} of it, as a part was paid in a way that earns none` },
  ]
}

/** 会员日双倍 ×2, or 其中 ¥30.00 会员日双倍 ×2 where it is not for all that counts. */
function multipliersOf({ lines }: Counted, base: Decimal4): Text[] {
  const sums = new Map<string, Decimal4>()
  for (const { net, earns, multipliers, times } of lines) {
    if (!earns || times === 1) continue
    const said = `${multipliers.join(' ')} ×${Number(times.toFixed(4))}`
    sums.set(said, (sums.get(said) ?? 0n) + decimal4(net))
  }
  return [...sums].map(([said, sum]) =>
    sum === base ? { zh: said, en: said } : { zh: `其中 ¥${yuanOf(sum)} ${said}`, en: `¥${yuanOf(sum)} of it ${said}` },
  )
}

function capOf({ isCut }: Counted, { caps }: EarningRules): Text[] {
  if (!isCut || caps.receipt === null) return []
  return [{ zh: `一张小票最多 ${caps.receipt} 分`, en: `at most ${caps.receipt} points a receipt` }]
}
