import type { shop } from '../../../api/index.ts'
import { momentText, rangeEnd, whole } from '../../../lib/format.ts'
import { fill, inLanguage } from '../../../lib/i18n/index.ts'
import * as own from './words.ts'

export type Lottery = Awaited<ReturnType<typeof shop.rewards.shopLottery>>
export type Drawn = Awaited<ReturnType<typeof shop.rewards.draw>>

/** Odds in a million as a percentage, exact to four decimals: 12_500 → '1.25%'. */
export function oddsText(odds: number): string {
  const rest = String(odds % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '')
  return `${Math.floor(odds / 10_000)}${rest === '' ? '' : `.${rest}`}%`
}

/** The one thing the button does now, and how; a way of '' means it does nothing. */
export function chanceOf({ isOpen, mine, state, pointsPerDraw, opensAt }: Lottery): {
  way: 'free' | 'points' | ''
  text: string
} {
  const t = inLanguage(own)
  if (state === 'ended') return { way: '', text: t.over }
  if (!isOpen)
    return { way: '', text: Date.parse(opensAt) > Date.now() ? fill(t.soon, { from: momentText(opensAt) }) : t.over }
  if (mine === null) return { way: '', text: t.guest }
  if (mine.freeLeft > 0) return { way: 'free', text: fill(t.free, { count: mine.freeLeft }) }
  if (mine.pointsLeft === 0) return { way: '', text: t.none }
  if (mine.points < pointsPerDraw)
    return { way: '', text: fill(t.poor, { points: whole(pointsPerDraw - mine.points) }) }
  return { way: 'points', text: fill(t.paid, { points: whole(pointsPerDraw), count: mine.pointsLeft }) }
}

/** A lottery as its page shows it: the odds of every prize first. */
export function lotteryView(lottery: Lottery) {
  const t = inLanguage(own)
  return {
    name: lottery.name,
    when: fill(t.until, { from: rangeEnd(lottery.opensAt), to: rangeEnd(lottery.closesAt) }),
    organiser: lottery.organiser,
    rules: lottery.rules,
    seedHash: lottery.seedHash ?? '',
    seed: lottery.seed ?? '',
    prizes: lottery.prizes.map(({ prizeId, name, kind, odds, stock, taken, isConsolation }) => ({
      prizeId,
      name: kind === 'nothing' ? t.nothing : name,
      left:
        stock === null
          ? ''
          : `${isConsolation ? `${t.consolation} · ` : ''}${fill(t.left, { left: whole(Math.max(0, stock - taken)), stock: whole(stock) })}`,
      odds: odds === 0 && isConsolation ? '—' : oddsText(odds),
    })),
  }
}
export type LotteryView = ReturnType<typeof lotteryView>

/** One's own draw in a list, with what proves it. */
export function drawView({ drawId, n, prize, at, ticket, number }: Drawn) {
  const t = inLanguage(own)
  return {
    drawId,
    name: prize.kind === 'nothing' ? t.nothing : prize.name,
    isWin: prize.kind !== 'nothing',
    when: `${fill(t.no, { n: whole(n) })} · ${momentText(at)}`,
    proof: fill(t.ticket, { ticket, number: whole(number) }),
  }
}
export type DrawView = ReturnType<typeof drawView>

/** What is said right after a draw. */
export function resultOf({ prize, drawn, orderId }: Drawn) {
  const t = inLanguage(own)
  const isWin = prize.kind !== 'nothing'
  return {
    title: isWin ? fill(t.won, { name: prize.name }) : t.wonNothing,
    text: drawn === null ? t.arrived[prize.kind] : fill(isWin ? t.instead : t.insteadNothing, { name: drawn }),
    orderId: orderId ?? '',
  }
}
export type Result = ReturnType<typeof resultOf>
